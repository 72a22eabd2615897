"""Unsure: where linking is nearly even, so that an analyst's word would settle it, that which settles most first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.events import SURE, Linked
from consilience.linkage.waterfall import chance


@dataclass(frozen=True, slots=True)
class Unsure:
    """Two groups that were not merged, or a member and the rest of its group, that are nearly even.

    `a` and `b` are the two events, one of either side, whose pair says most: deciding on them settles it. `reports` are of
    one side and of the other. `mean` is the mean log-odds (nats) over the pairs between the sides, within one nat of even.
    `gains` is how many data sets the smaller side would bring to the larger: what only one holds, several would.
    """

    a: int
    b: int
    is_merged: bool
    reports: tuple[int, int]
    mean: float
    gains: int


def unsure(linked: Linked) -> tuple[Unsure, ...]:
    """All of them: first where joining brings most data sets together, then most reports, then the nearest to even."""
    members = Members(linked.group)
    listed = [*_between(linked, members), *_within(linked, members)]
    return tuple(sorted(listed, key=lambda each: (-each.gains, -sum(each.reports), abs(each.mean), each.a, each.b)))


class Members:
    """The events of each group, found without looking through all of them."""

    def __init__(self, group: NDArray[np.int32]) -> None:
        """Sort them once."""
        self._order = np.argsort(group, kind="stable")
        self._ends = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(group)))])

    def of(self, head: int) -> NDArray[np.int64]:
        """The events of the group whose first event is `head`."""
        return self._order[self._ends[head] : self._ends[head + 1]]


def _between(linked: Linked, members: Members) -> Iterator[Unsure]:
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
        sides = members.of(int(low[at])), members.of(int(high[at]))
        if not linked.parted(*sides) and linked.whole(a, b) is None:
            yield _unsure(linked, (a, b), sides, float(mean[at]))


def _within(linked: Linked, members: Members) -> Iterator[Unsure]:
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
        rest = members.of(head)
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
