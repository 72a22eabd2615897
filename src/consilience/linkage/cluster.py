"""Cluster: groups in which reports belong together on average, never by a chain of neighbours.

Average linkage on log-odds: two groups join while the mean log-odds over all pairs between them is above even, the
best first. A pair that was no candidate counts against. Groups never join that hold two events which rule each other out by the place
and time they state, where one between them is vaguer than both (`apart`): however many vague reports lie between, these stay two. Groups that are each other's best may join at once: a joined group is
never nearer to a third than the nearer of its parts was, so the order among such joins makes no difference (reciprocal
nearest neighbours; Murtagh 1983). No group reaches beyond what a path of pairs above even connects; most such components are groups as
they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.apart import Apart

_EVEN = 0.0
_FIRST = np.zeros(1, dtype=np.int64)
_NEVER = -(2.0**30)  # log-odds of a pair that an analyst parted: no mean with it is above even


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of events (`a` < `b`, each once) with their log-odds, in order of `a` and `b`."""

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    odds: NDArray[np.float64]

    @classmethod
    def of(cls, a: NDArray[np.int32], b: NDArray[np.int32], odds: NDArray[np.float64]) -> Edges:
        """Pairs in any order and either way round."""
        low, high = np.minimum(a, b), np.maximum(a, b)
        order = np.argsort(low.astype(np.int64) << 32 | high, kind="stable")
        return cls(low[order], high[order], odds[order])

    def __len__(self) -> int:
        """How many pairs."""
        return len(self.a)

    def where(self, chosen: NDArray[np.bool_]) -> Edges:
        """Some of them."""
        return Edges(self.a[chosen], self.b[chosen], self.odds[chosen])


@dataclass(frozen=True, slots=True)
class Decided:
    """Pairs of events that an analyst joined (`same`) or parted (`apart`, which `unsure` does, too), each (n, 2)."""

    same: NDArray[np.int32]
    apart: NDArray[np.int32]


NOTHING_DECIDED = Decided(np.empty((0, 2), np.int32), np.empty((0, 2), np.int32))


class Members:
    """The events of each group, found without looking through all of them."""

    def __init__(self, group: NDArray[np.int32]) -> None:
        """Sort them once."""
        self._order = np.argsort(group, kind="stable")
        self._ends = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(group)))])

    def of(self, head: int) -> NDArray[np.int64]:
        """The events of the group whose first event is `head`."""
        return self._order[self._ends[head] : self._ends[head + 1]]


@dataclass(frozen=True, slots=True)
class Bonds:
    """What groups are made by: scored pairs, what a pair weighs that is none of them, what was decided, who rules whom out."""

    edges: Edges
    against: float
    decided: Decided
    apart: Apart

    def grouped(self) -> NDArray[np.int32]:
        """For each event the first of its group."""
        return cluster(len(self.apart.event), self.edges, self.against, self.decided, self.apart)

    def regrouped(self, label: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
        """The groups with those of the chosen events made anew of them alone."""
        members = np.flatnonzero(chosen)
        if len(members) < 2:
            found = label.copy()
            found[members] = members
            return found
        place = np.full(len(label), -1, dtype=np.int32)
        place[members] = np.arange(len(members), dtype=np.int32)
        within = chosen[self.edges.a] & chosen[self.edges.b]
        some = Edges(place[self.edges.a[within]], place[self.edges.b[within]], self.edges.odds[within])
        same, parted = (place[pairs[chosen[pairs].all(axis=1)]] for pairs in (self.decided.same, self.decided.apart))
        found = label.copy()
        alone = Bonds(some, self.against, Decided(same, parted), self.apart.among(members))
        found[members] = members[alone.grouped()]
        return found

    def touching(self, chosen: NDArray[np.bool_]) -> Bonds:
        """The same, of the pairs both of which are among some events."""
        return replace(self, edges=self.edges.where(chosen[self.edges.a] & chosen[self.edges.b]))


def cluster(
    size: int, edges: Edges, against: float, decided: Decided = NOTHING_DECIDED, apart: Apart | None = None
) -> NDArray[np.int32]:
    """For each of `size` events the number of the first event of its group."""
    label = np.arange(size, dtype=np.int32)
    weight = np.ones(size, dtype=np.int64)
    ties = _Ties.of(edges, against, decided.apart)
    if len(decided.same):
        label = _join(label, *np.sort(decided.same, axis=1).T)
        weight = np.bincount(label, minlength=size)
    if len(decided.apart) or len(decided.same):
        ties = ties.contracted(label)
        ties.pairs[:] = 1
    unit = label
    even = np.flatnonzero(ties.above > (_EVEN - against) * (weight[ties.a] * weight[ties.b]))
    root = components(size, ties.a[even], ties.b[even])
    whole = _whole(root, weight > 0, ties.a[even])
    label = np.where(whole[root], root, np.arange(size, dtype=np.int32))[label]
    first = root.take(ties.a)
    ties = ties.where(np.flatnonzero((first == root.take(ties.b)) & ~whole.take(first)))
    units = np.minimum(weight, 1)
    while len(ties.a):
        best = _mutual(ties, against + ties.above / (weight[ties.a] * weight[ties.b]), size)
        if not len(best):
            break
        one, two = ties.a[best], ties.b[best]
        if apart is not None:
            loose = np.flatnonzero(
                ties.pairs[best] < units[one] * units[two]
            )  # who is tied does not rule the other out
            barred = loose[apart.bars(label, unit, one[loose], two[loose])] if len(loose) else loose
            if len(barred):
                ties.above[best[barred]] = _NEVER
                one, two = np.delete(one, barred), np.delete(two, barred)
        step = np.arange(size, dtype=np.int32)
        step[two] = one
        for held in (weight, units):
            held[one] += held[two]
            held[two] = 0
        label = step[label]
        ties = ties.contracted(step)
    return label


def components(size: int, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each event the number of the first one that a path of pairs leads to."""
    return _join(np.arange(size, dtype=np.int32), a, b)


def _whole(root: NDArray[np.int32], held: NDArray[np.bool_], a: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether all pairs of a component are above even, by its first event; `a` are those of the pairs that are.

    Such a component is one group, in whatever order it is joined: every mean in it is above even.
    """
    size = np.bincount(root[held], minlength=len(root))
    found: NDArray[np.bool_] = np.bincount(root[a], minlength=len(root)) == size * (size - 1) // 2
    return found


def _join(label: NDArray[np.int32], a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int32]:
    while True:
        one, two = label[a], label[b]
        open_ = one != two
        if not open_.any():
            return label
        a, b, one, two = a[open_], b[open_], one[open_], two[open_]
        np.minimum.at(label, np.maximum(one, two), np.minimum(one, two))
        while True:
            further = label[label]
            if np.array_equal(further, label):
                break
            label = further


@dataclass(frozen=True, slots=True)
class _Ties:
    """Pairs of groups, each once and in order: what their members weigh above a pair that was none, and how many pairs those are."""

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    above: NDArray[np.float64]
    pairs: NDArray[np.int64]

    @classmethod
    def of(cls, edges: Edges, against: float, parted: NDArray[np.int32]) -> _Ties:
        """Pairs of events, and those that an analyst parted, which may be among them."""
        above, ones = np.maximum(edges.odds - against, 0.0), np.ones(len(edges) + len(parted), dtype=np.int64)
        if not len(parted):
            return cls(edges.a, edges.b, above, ones)
        low, high = np.sort(parted, axis=1).T
        above = np.concatenate([above, np.full(len(parted), _NEVER)])
        return cls(np.concatenate([edges.a, low]), np.concatenate([edges.b, high]), above, ones)

    def where(self, chosen: NDArray[np.int64]) -> _Ties:
        """Some of them."""
        return _Ties(self.a[chosen], self.b[chosen], self.above[chosen], self.pairs[chosen])

    def contracted(self, label: NDArray[np.int32]) -> _Ties:
        """The pairs between wider groups, summed."""
        one, two = label[self.a], label[self.b]
        low, high = np.minimum(one, two), np.maximum(one, two)
        between = np.flatnonzero(low != high)
        key = low[between].astype(np.int64) << 32 | high[between]
        order = np.argsort(key, kind="stable")
        key, between = key[order], between[order]
        if not len(key):
            return self.where(between)
        starts = np.concatenate([_FIRST, np.flatnonzero(key[1:] != key[:-1]) + 1])
        first = between[starts]
        above, pairs = np.add.reduceat(self.above[between], starts), np.add.reduceat(self.pairs[between], starts)
        return _Ties(low[first], high[first], above, pairs)


def _mutual(ties: _Ties, mean: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """Ties of groups that are each other's best; of equally good ones the first in order counts as better."""
    a, b = ties.a, ties.b
    good = np.flatnonzero(mean > _EVEN)
    ranked = good[np.argsort(-mean[good], kind="stable")]  # ties come in order
    place = np.full(size, len(ranked), dtype=np.int64)  # of the best tie of each group
    backward = np.arange(len(ranked) - 1, -1, -1)
    place[a[ranked[backward]]] = backward
    first_b = np.full(size, len(ranked), dtype=np.int64)
    first_b[b[ranked[backward]]] = backward
    place = np.minimum(place, first_b)
    at = np.arange(len(ranked))
    found: NDArray[np.int64] = ranked[(place[a[ranked]] == at) & (place[b[ranked]] == at)]
    return found
