"""Resident: linked reports that stay in memory, to which one more is linked in milliseconds, as linking all again would.

A report that arrives is compared with what lies near it and no other. Groups never join across events that no path of pairs
above even leads between: so only the component of the new report is grouped again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from consilience.engine.candidates import candidate_pairs
from consilience.engine.filing import Filing
from consilience.engine.near import Near, Order, Tally, Window, gathered
from consilience.errors import UsageError
from consilience.linkage.cluster import Edges, cluster, components
from consilience.linkage.columns import Events
from consilience.linkage.events import belonging
from consilience.linkage.held import Column, Held, Places
from consilience.linkage.parts import FEWEST, grouped
from consilience.linkage.patterns import SIZES, Comparer
from consilience.linkage.relearn import relearn
from consilience.linkage.report import Report, Row, report
from consilience.linkage.score import pattern, total
from consilience.linkage.weights import Weights

_TOGETHER = 1 << 16  # pairs scored at a time, about
_EVEN = 0.0
_BESIDE = 32  # on either side of a report, in a place where too much happened

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Change:
    """What a report changed: the fact it belongs to, and what became of others.

    `facts` are the events of each fact that is new or has others than before; `ended` are the facts that are no more.
    """

    event_id: str
    fact_id: str
    probability: float
    facts: Mapping[str, tuple[str, ...]]
    ended: tuple[str, ...]


class Resident:
    """Events with their groups; equal to `events.solve` on all of them, with the same weights, after every report.

    They are not bound to be equal where a report met more than `Window.most` others (`crowded` counts these): `solve` holds an
    event against its neighbours there, square by square, and which these are depends on all that has come since.
    A report costs what grouping its component again costs: milliseconds as a rule, more where thousands hang together.
    """

    def __init__(self, events: Events, weights: Weights, window: tuple[float, int] | None = None) -> None:
        """Link the first events, which may be none.

        Args:
            events: as `table.read` gives them.
            weights: what agreement is worth; they stay what they are (`relearn`).
            window: km and days that two reports of one event may lie apart; that of the weights where it is not given.
        """
        km, days = window or weights.window
        self.weights, self.window = weights, Window(km, (0, days))
        self.patterns = np.zeros(int(np.prod(SIZES)), dtype=np.int64)  # candidates so far by `score.pattern`
        tally = Tally()
        edges = self._first_edges(events, tally)
        self.crowded = tally.hot
        group = grouped(events, edges, weights.against, self.window).label
        self._held, self._filing = Held(events), Filing.of(events, self.window)
        self._known = set(self._held.ids)
        self._cuts: dict[tuple[str, ...], NDArray[np.float32]] = {}
        self._group = Column(group)
        self._chance = Column(belonging(group, edges, weights.against))
        self._links = _Links.of(len(events), edges)

    def __len__(self) -> int:
        """How many events."""
        return len(self._held)

    def add(self, row: Row) -> Change:
        """Link one more report, a row with cells by name of column (`table.COLUMNS`).

        Raises:
            UsageError: when the row cannot be read, or its event_id is known; nothing has changed then.
        """
        return self.link(report(row))

    def add_all(self, rows: Iterable[Row]) -> list[Change]:
        """Link more reports, one after another."""
        return [self.add(row) for row in rows]

    def link(self, told: Report) -> Change:
        """Link one more report that was read already."""
        if told.name in self._known:
            raise UsageError("link", f"the event_id {told.name!r} a second time", "each event_id once")
        others = self._filing.look(told.spot)
        number = self._held.add(told)
        self._known.add(told.name)
        self._filing.add(number, told.spot)
        self._group.add(number)
        self._chance.add(1.0)
        near = self._near(number, others)
        odds = self._scored(number, near)
        kept = odds > self.weights.against
        members = self._links.add(number, near[kept], odds[kept])
        if len(members) == 1:
            fact = self._fact(number)
            return Change(told.name, fact, 1.0, {fact: (told.name,)}, ())
        return self._regroup(number, self._held.in_order(members))

    def facts(self) -> dict[str, tuple[str, ...]]:
        """The events of each fact, in order."""
        found: dict[str, list[str]] = {}
        for name, head in zip(self._held.ids, self._group.values.tolist(), strict=True):
            found.setdefault(self._fact(head), []).append(name)
        return {fact: tuple(sorted(found[fact])) for fact in sorted(found)}

    def table(self) -> pa.Table:
        """The same table as `events.link`: event_id, fact_id, probability."""
        ids = pa.array(self._held.ids, pa.string())
        facts = pa.array([self._fact(head) for head in self._group.values.tolist()], pa.string())
        return pa.table({"event_id": ids, "fact_id": facts, "probability": np.round(self._chance.values, 4)}).sort_by(
            "event_id"
        )

    def relearn(self) -> Weights:
        """Weights as they would be learned of all candidates so far; only chance pairs are drawn anew, from a sample.

        What words are worth and where their levels begin stays. To link by these weights takes a new `Resident`.
        """
        order = self._held.in_order(np.arange(len(self)))
        window = self.window.km, self.window.days[1]
        return relearn(self._held.take(order), self.patterns, replace(self.weights, window=window))

    def _first_edges(self, events: Events, tally: Tally) -> Edges:
        """The scores of all candidates that weigh more than none; the pattern of each is counted."""
        comparer = Comparer(events, self.weights)
        kept = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))]
        for a, b in gathered(candidate_pairs(events, self.window, tally=tally), _TOGETHER):
            levels = comparer.levels(a, b)
            self.patterns += np.bincount(pattern(levels), minlength=len(self.patterns))
            odds = total(levels, self.weights)
            good = odds > self.weights.against
            kept.append((a[good], b[good], odds[good]))
        return Edges.of(*(np.concatenate([part[at] for part in kept]) for at in range(3)))

    def _near(self, number: int, others: Numbers) -> Numbers:
        """Those of some events that are candidates of a new one."""
        places = Places(self._held, np.concatenate([[number], others]))
        everyone = np.arange(1, len(places), dtype=np.int32)
        new_one_looks = Order(np.arange(len(places), 0, -1, dtype=np.int32), None)
        raw = [(np.zeros(len(everyone), dtype=np.int32), everyone)]
        near = [b for _, b in Near.of(places, self.window).keep(raw, new_one_looks, Tally())]
        if not near:
            return np.empty(0, np.int64)
        if len(near[0]) > self.window.most:
            self.crowded += 1
            some = np.concatenate([[0], near[0]])
            order = some[np.lexsort((some, places.detail[some], places.days[some, 0], places.kind[some]))]
            at = int(np.flatnonzero(order == 0)[0])
            beside = order[max(0, at - _BESIDE) : at + _BESIDE + 1]
            return np.sort(others[beside[beside > 0] - 1])
        return others[near[0] - 1]

    def _scored(self, number: int, others: Numbers) -> NDArray[np.float64]:
        """The log-odds of a new event with others; the pattern of each pair is counted."""
        if not len(others):
            return np.empty(0)
        comparer = _Comparer(self._held.take(np.concatenate([[number], others])), self.weights, self._cuts)
        levels = comparer.levels(np.zeros(len(others), dtype=np.int32), np.arange(1, len(others) + 1, dtype=np.int32))
        np.add.at(self.patterns, pattern(levels), 1)
        return total(levels, self.weights)

    def _regroup(self, number: int, members: Numbers) -> Change:
        """Group a component again; `members` are in the order of `table.read`."""
        before: dict[int, set[int]] = {}
        for member, head in zip(members.tolist(), self._group.values[members].tolist(), strict=True):
            if member != number:
                before.setdefault(head, set()).add(member)
        edges = self._links.among(members)
        if len(members) <= FEWEST:
            label = cluster(len(members), edges, self.weights.against)
        else:
            label = grouped(self._held.take(members), edges, self.weights.against, self.window).label
        self._group.values[members] = members[label]
        self._chance.values[members] = belonging(label, edges, self.weights.against)
        after: dict[int, set[int]] = {}
        for member, head in zip(members.tolist(), members[label].tolist(), strict=True):
            after.setdefault(head, set()).add(member)
        changed = {self._fact(head): held for head, held in after.items() if before.get(head) != held}
        return Change(
            event_id=self._held.ids[number],
            fact_id=self._fact(int(self._group.values[number])),
            probability=round(float(self._chance.values[number]), 4),
            facts={fact: tuple(sorted(self._held.ids[at] for at in changed[fact])) for fact in sorted(changed)},
            ended=tuple(sorted(self._fact(head) for head in before if head not in after)),
        )

    def _fact(self, head: int) -> str:
        return "e-" + self._held.ids[head]


@dataclass(frozen=True)
class _Comparer(Comparer):
    """Compares a few events; where the levels of words begin is looked up once for all data sets (`known`, by their names)."""

    known: dict[tuple[str, ...], NDArray[np.float32]]

    @cached_property
    def _cuts(self) -> NDArray[np.float32]:
        names = self.events.datasets
        if names not in self.known:
            self.known.clear()
            self.known[names] = super()._cuts
        return self.known[names]


class _Links:
    """Pairs that weigh more than none, and the components of events between which a path of pairs above even leads."""

    def __init__(self, edges: Edges, starts: Numbers, component: NDArray[np.int32]) -> None:
        """The first pairs: those whose lower number is `i` are the ones from `starts[i]` to `starts[i + 1]`."""
        self._edges, self._starts = edges, starts
        self._later: dict[int, tuple[Numbers, NDArray[np.float64]]] = {}  # by the number that came later
        self._component = Column(component)
        self._order = np.argsort(component, kind="stable")
        self._ends = np.concatenate([[0], np.cumsum(np.bincount(component, minlength=len(component)))])
        self._grown: dict[int, Numbers] = {}  # members of components that grew

    @classmethod
    def of(cls, size: int, edges: Edges) -> _Links:
        """The pairs of the first events."""
        even = edges.odds > _EVEN
        starts = np.searchsorted(edges.a, np.arange(size + 1))
        return cls(edges, starts, components(size, edges.a[even], edges.b[even]))

    def add(self, number: int, others: Numbers, odds: NDArray[np.float64]) -> Numbers:
        """Tie a new event to others; all members of its component."""
        if len(others):
            self._later[number] = others, odds
        self._component.add(number)
        touched = np.unique(self._component.values[others[odds > _EVEN]]).tolist()
        members = np.concatenate([*(self._members(label) for label in touched), [number]])
        self._component.values[members] = number
        for label in touched:
            self._grown.pop(label, None)
        self._grown[number] = members
        return members

    def among(self, members: Numbers) -> Edges:
        """All pairs of members of one component, by their place among them."""
        first = members[members < len(self._starts) - 1]
        counts = self._starts[first + 1] - self._starts[first]
        at = np.arange(int(counts.sum())) + np.repeat(self._starts[first] - (np.cumsum(counts) - counts), counts)
        since = [(member, *self._later[member]) for member in members.tolist() if member in self._later]
        a = np.concatenate([self._edges.a[at], *(np.full(len(others), member) for member, others, _ in since)])
        b = np.concatenate([self._edges.b[at], *(others for _, others, _ in since)])
        odds = np.concatenate([self._edges.odds[at], *(said for _, _, said in since)])
        inside = self._component.values[a] == self._component.values[b]
        order = np.argsort(members)
        ranked = members[order]
        one, two = (order[np.searchsorted(ranked, end[inside])].astype(np.int32) for end in (a, b))
        return Edges.of(one, two, odds[inside])

    def _members(self, label: int) -> Numbers:
        grown = self._grown.get(label)
        return grown if grown is not None else self._order[self._ends[label] : self._ends[label + 1]]
