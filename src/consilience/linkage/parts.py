"""Parts: reports that tell of several facts at once (a wave, a monthly total) are linked to these as wholes, and join none of them.

Such a report contains the others in place and period, within the precision it states, is of their kind, and its count is explained by
their sum better than by any one of them; or it has no count, and says that it tells of several.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from math import inf

import numpy as np
from numpy.typing import NDArray

from consilience.engine.near import Window
from consilience.linkage.apart import Apart
from consilience.linkage.cluster import NOTHING_DECIDED, Bonds, Decided, Edges, components
from consilience.linkage.columns import Events
from consilience.linkage.patterns import distances_km
from consilience.linkage.torn import NO_TORN, Torn, torn

FEWEST = 2  # reports among which there is no whole: it takes two parts
_SAYS = ("wave", "waves", "series", "seri", "spate")  # "seri" is the stem of series
_STEP = 1  # in the taxonomy: of one kind, or of a kind and its parent
_BROADER = 2.0  # times the radius of what it contains
_TELLING = 5.0  # a sum of less may be a chance
_LEAST, _MOST = 0.8, 2.7  # of the sum of its parts: about it, or somewhat more, since not all parts were told
_TRIED = 40  # facts of one report that are held against each other

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Parts:
    """Pairs of a report that tells of several facts, and the first event of a fact that is a part of it."""

    whole: Numbers
    fact: Numbers

    def __len__(self) -> int:
        """How many pairs."""
        return len(self.whole)

    def under(self, label: Numbers) -> Parts:
        """The same with each fact under the first event of its group."""
        if not len(self):
            return self
        pairs = np.unique(np.column_stack([self.whole, label[self.fact]]), axis=0).astype(np.int32)
        return Parts(pairs[:, 0], pairs[:, 1])

    def of(self, whole: int) -> list[int]:
        """The facts that a report covers, none for one that tells of a single event."""
        found: list[int] = self.fact[self.whole == whole].tolist()
        return found


NO_PARTS = Parts(np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True)
class Groups:
    """For each event the first event of its group; which reports are wholes of which facts, and which are torn between facts."""

    label: Numbers
    parts: Parts = NO_PARTS
    torn: Torn = NO_TORN


def grouped(events: Events, edges: Edges, against: float, window: Window, decided: Decided = NOTHING_DECIDED) -> Groups:
    """The groups of events (`cluster`), wholes set apart from their parts, and what is torn from all that it may be of.

    Wholes group among themselves alone, and so does what is torn: two reports of one wave are one. What an analyst joined is
    neither. Whether a report is either depends on the events that a path of pairs above even leads to, and on no others.
    """
    bonds = Bonds(edges, against, decided, Apart.of(events, window))
    label, parts = _with_wholes(events, bonds, bonds.grouped())
    is_whole = _mask(parts.whole, len(events))
    between = torn(bonds, label, ~is_whole)
    if not len(between.report):
        return Groups(label, parts.under(label))
    is_torn = _mask(between.report, len(events))
    near = _components(edges, decided, len(events))
    touched = _mask(near[between.report], len(events))[near] & ~is_whole
    bonds = bonds.touching(touched)
    label = bonds.regrouped(bonds.regrouped(label, touched & ~is_torn), is_torn)
    return Groups(label, parts.under(label), between)


def _with_wholes(events: Events, bonds: Bonds, label: Numbers) -> tuple[Numbers, Parts]:
    """The groups with wholes set apart, and which these are, each with every event that is a part of it."""
    says = _says(events)
    whole, part = _inside(events, bonds.edges, bonds.decided, says)
    if not len(_suspects(events, whole, part)):
        return label, NO_PARTS
    near = _components(bonds.edges, bonds.decided, len(events))
    inside = near[whole] == near[part]
    whole, part = whole[inside], part[inside]
    suspects = _unlike_any(events, _suspects(events, whole, part), whole, part)
    if not len(suspects):
        return label, NO_PARTS
    touched = _mask(near[suspects], len(events))[near]
    bonds = bonds.touching(touched)
    alone = bonds.regrouped(label, touched & ~_mask(suspects, len(events)))
    bounds = np.searchsorted(whole, [suspects, suspects + 1]).T.tolist()
    covered = zip(suspects.tolist(), [part[low:high] for low, high in bounds], strict=True)
    found = [one for one, held in covered if _is_whole(events, one, held, alone, says=bool(says[one]))]
    wholes = np.array(found, dtype=np.int32)
    if not len(wholes):
        return label, NO_PARTS
    is_whole = _mask(wholes, len(events))
    label = bonds.regrouped(bonds.regrouped(label, touched & ~is_whole), is_whole)
    kept = is_whole[whole] & ~is_whole[part]
    return label, Parts(whole[kept], part[kept])


def _components(edges: Edges, decided: Decided, size: int) -> Numbers:
    """For each event the first one that a path of pairs above even, or decided to be one, leads to."""
    even = np.flatnonzero(edges.odds > 0)
    same = decided.same
    return components(size, np.concatenate([edges.a[even], same[:, 0]]), np.concatenate([edges.b[even], same[:, 1]]))


def _inside(events: Events, edges: Edges, decided: Decided, says: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Pairs of which the first contains the second in place and period, is broader than it, and of its kind."""
    radius, days, count = events.radius_km, events.days, events.count
    may = (count >= _TELLING * _LEAST) | (np.isnan(count) & says)
    one, two = np.flatnonzero(may[edges.a]), np.flatnonzero(may[edges.b])
    a, b = np.concatenate([edges.a[one], edges.b[two]]), np.concatenate([edges.b[one], edges.a[two]])
    good = np.flatnonzero(radius[b] <= radius[a])
    for narrow in (
        lambda x, y: (days[x, 0] <= days[y, 0]) & (days[x, 1] >= days[y, 1]),
        lambda x, y: (radius[x] >= _BROADER * radius[y]) | (days[x, 1] - days[x, 0] > days[y, 1] - days[y, 0]),
        lambda x, y: events.kinds.steps(x, y) <= _STEP,
        lambda x, y: distances_km(events.points[x], events.points[y]) <= radius[x],
        lambda x, y: ~np.isin(x, decided.same) & (x != y),
    ):
        good = good[narrow(a[good], b[good])]
    order = good[np.lexsort((b[good], a[good]))]
    return a[order], b[order]


def _suspects(events: Events, whole: Numbers, part: Numbers) -> Numbers:
    """Events that contain two others and may be their sum."""
    count = events.count
    with np.errstate(invalid="ignore"):
        more = np.isnan(count[whole]) | ((count[part] >= 1) & (count[whole] > count[part]))
    times = np.bincount(whole[more], minlength=len(events))
    return np.flatnonzero(times >= 2).astype(np.int32)


def _unlike_any(events: Events, suspects: Numbers, whole: Numbers, part: Numbers) -> Numbers:
    """Those of some events that contain none with a count as large as theirs: of that one they may be told."""
    count = events.count
    with np.errstate(invalid="ignore"):
        alike = count[part] >= count[whole]
    return suspects[~np.isin(suspects, whole[alike])]


def _is_whole(events: Events, whole: int, parts: Numbers, label: Numbers, *, says: bool) -> bool:
    """Whether an event is told of several of the facts inside it."""
    facts: dict[int, list[int]] = defaultdict(list)
    for part, head in zip(parts.tolist(), label[parts].tolist(), strict=True):
        facts[head].append(part)
    if not any(_apart(events, *pair) for pair in combinations(list(facts.values())[:_TRIED], 2)):
        return False
    count = float(events.count[whole])
    if np.isnan(count):
        return says
    told = [float(np.nanmax(events.count[members])) for members in facts.values() if _counted(events, members)]
    counts = [value for value in told if value >= 1]
    total, largest = sum(counts), max(counts, default=0.0)
    if len(counts) < 2 or total < _TELLING:
        return False
    most = inf if says else _MOST
    return _LEAST * total <= count <= most * total and count * count > total * largest


def _counted(events: Events, members: list[int]) -> bool:
    return not np.isnan(events.count[members]).all()


def _apart(events: Events, one: list[int], two: list[int]) -> bool:
    """Whether two facts have no day in common, or no ground within what their reports state."""
    first, last = events.days[one, 0].min(), events.days[one, 1].max()
    if events.days[two, 0].min() > last or events.days[two, 1].max() < first:
        return True
    a, b = one[0], two[0]
    between = float(distances_km(events.points[[a]], events.points[[b]])[0])
    return between > float(events.radius_km[a] + events.radius_km[b])


def _says(events: Events) -> NDArray[np.bool_]:
    """Whether each event has a word by which it tells of several."""
    names = events.words.names
    said = [number for number, name in enumerate(names) if name in _SAYS]
    found = np.zeros(len(events), dtype=bool)
    if said:
        owner = np.repeat(np.arange(len(events)), events.words.sizes)
        found[owner[np.isin(events.words.members, said)]] = True
    return found


def _mask(numbers: Numbers, size: int) -> NDArray[np.bool_]:
    found = np.zeros(size, dtype=bool)
    found[numbers] = True
    return found


def reason(events: Events, parts: Parts, whole: int) -> str:
    """Why a report tells of several facts: `its count, 100, is that of 3 facts inside it, and of no single one`."""
    count, facts = float(events.count[whole]), len(parts.of(whole))
    if np.isnan(count):
        return f"it says that it tells of several, and {facts} facts lie inside its place and period"
    return f"its count, {count:g}, is that of {facts} facts inside its place and period, and of no single one"
