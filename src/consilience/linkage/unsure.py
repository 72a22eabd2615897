"""Unsure: where linking is nearly even, so that an analyst's word would settle it, that which settles most first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf, log

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.linked import Linked
from consilience.linkage.torn import SURE
from consilience.linkage.waterfall import chance


@dataclass(frozen=True, slots=True)
class Unsure:
    """Two groups that were not merged, or a member and the rest of its group, that are nearly even.

    `a` and `b` are the two events, one of either side, whose pair says most: deciding on them settles it. `reports` are of
    one side and of the other. `mean` is the mean log-odds (nats) over the pairs between the sides, within one nat of even.
    Where `is_torn`, it is a vague report and one of the facts that it may be of, which rule each other out; the mean may be anything.
    `gains` is how many data sets the smaller side would bring to the larger: what only one holds, several would.
    """

    a: int
    b: int
    is_merged: bool
    reports: tuple[int, int]
    mean: float
    gains: int
    is_torn: bool = False


def unsure(linked: Linked) -> tuple[Unsure, ...]:
    """All of them: first where joining brings most data sets together, then most reports, then the nearest to even."""
    listed = [*_between(linked), *_within(linked), *_torn(linked)]
    return tuple(sorted(listed, key=lambda each: (-each.gains, -sum(each.reports), abs(each.mean), each.a, each.b)))


def _between(linked: Linked) -> Iterator[Unsure]:
    """Groups whose mean is not above even, by less than one nat."""
    group, edges, against = linked.group, linked.edges, linked.weights.against
    crossing = np.flatnonzero(group[edges.a] != group[edges.b])
    if not len(crossing):
        return
    one, two = group[edges.a[crossing]], group[edges.b[crossing]]
    key = np.minimum(one, two).astype(np.int64) << 32 | np.maximum(one, two)
    keys, where = np.unique(key, return_inverse=True)
    above = np.bincount(where, np.maximum(0.0, edges.odds[crossing] - against), len(keys))
    size = np.bincount(group, minlength=len(group))
    low, high = keys >> 32, keys & 0xFFFFFFFF
    mean = against + above / (size[low] * size[high])
    best = np.lexsort((edges.b[crossing], edges.a[crossing], -edges.odds[crossing], where))
    first = crossing[best[np.flatnonzero(np.diff(where[best], prepend=-1))]]
    for at in np.flatnonzero((mean > -SURE) & (mean <= 0)).tolist():
        a, b = int(edges.a[first[at]]), int(edges.b[first[at]])
        sides = linked.with_it(int(low[at])), linked.with_it(int(high[at]))
        kept = linked.parted(*sides) or linked.barred(*sides) or linked.whole(a, b) is not None
        if not kept and linked.torn_from(a, b) is None:
            yield _unsure(linked, (a, b), sides, float(mean[at]))


def _torn(linked: Linked) -> Iterator[Unsure]:
    """What is torn, with each of the facts that it may be of, by the pair that says most."""
    best: dict[tuple[int, int], tuple[float, int, int]] = {}
    for one, other in zip(linked.torn.report.tolist(), linked.torn.event.tolist(), strict=True):
        pair = int(linked.group[one]), int(linked.group[other])
        said, _ = linked.mean(np.array([one]), np.array([other]))
        best[pair] = min(best.get(pair, (inf, 0, 0)), (-said, one, other))
    for pair, (_, one, other) in sorted(best.items()):
        sides = linked.with_it(pair[0]), linked.with_it(pair[1])
        yield replace(_unsure(linked, (one, other), sides, linked.mean(*sides)[0]), is_torn=True)


def _within(linked: Linked) -> Iterator[Unsure]:
    """Of each group whose members belong there by less than one nat, the one that does least."""
    group, odds = linked.group, linked.chance
    size = np.bincount(group, minlength=len(group))[group]
    some = np.flatnonzero((size > 1) & (odds > chance(-SURE)) & (odds < chance(SURE)))
    some = some[np.lexsort((some, odds[some], group[some]))]
    inside = linked.edges.where(group[linked.edges.a] == group[linked.edges.b])
    number, other = np.concatenate([inside.a, inside.b]), np.concatenate([inside.b, inside.a])
    order = np.lexsort((other, -np.tile(inside.odds, 2), number))
    order = order[np.flatnonzero(np.diff(number[order], prepend=-1))]
    nearest = dict(zip(number[order].tolist(), other[order].tolist(), strict=True))
    told: set[int] = set()
    for one in some.tolist():
        head = int(group[one])
        if head in told or one not in nearest or linked.united(one):
            continue
        told.add(head)
        rest = linked.with_it(one)
        mean = log(odds[one] / (1 - odds[one]))
        yield _unsure(linked, (one, nearest[one]), (np.array([one]), rest[rest != one]), mean)


def _unsure(
    linked: Linked, pair: tuple[int, int], sides: tuple[NDArray[np.int64], NDArray[np.int64]], mean: float
) -> Unsure:
    one, two = (set(linked.events.dataset[side].tolist()) for side in sides)
    merged = bool(linked.group[pair[0]] == linked.group[pair[1]])
    gains = len(one | two) - max(len(one), len(two))
    a, b = min(pair), max(pair)
    first, second = sides if a in sides[0] else sides[::-1]
    return Unsure(a, b, merged, (len(first), len(second)), mean, gains)
