"""Cluster: groups in which reports belong together on average, never by a chain of neighbours.

Average linkage on log-odds: two groups join while the mean log-odds over all pairs between them is above even, the
best first. A pair that was no candidate counts against. Groups that are each other's best may join at once: a joined group is
never nearer to a third than the nearer of its parts was, so the order among such joins makes no difference (reciprocal
nearest neighbours; Murtagh 1983). No group reaches beyond what a path of pairs above even connects; most such components are groups as
they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_EVEN = 0.0
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


def cluster(size: int, edges: Edges, against: float, decided: Decided = NOTHING_DECIDED) -> NDArray[np.int32]:
    """For each of `size` events the number of the first event of its group."""
    label = np.arange(size, dtype=np.int32)
    weight = np.ones(size, dtype=np.int64)
    above = np.maximum(edges.odds - against, 0.0)
    a, b = edges.a, edges.b
    if len(decided.apart):
        parted = np.sort(decided.apart, axis=1)
        a, b = np.concatenate([a, parted[:, 0]]), np.concatenate([b, parted[:, 1]])
        above = np.concatenate([above, np.full(len(parted), _NEVER)])
    if len(decided.same):
        label = _join(label, *np.sort(decided.same, axis=1).T)
        weight = np.bincount(label, minlength=size)
    if len(decided.apart) or len(decided.same):
        a, b, above = _contracted(label, a, b, above)
    even = np.flatnonzero(above > (_EVEN - against) * (weight[a] * weight[b]))
    root = components(size, a[even], b[even])
    whole = _whole(root, weight > 0, a[even])
    label = np.where(whole[root], root, np.arange(size, dtype=np.int32))[label]
    first = root.take(a)
    rest = np.flatnonzero((first == root.take(b)) & ~whole.take(first))
    a, b, above = a[rest], b[rest], above[rest]
    while len(a):
        mean = against + above / (weight[a] * weight[b])
        one, two = _mutual(a, b, mean, size)
        if not len(one):
            return label
        step = np.arange(size, dtype=np.int32)
        step[two] = one
        weight[one] += weight[two]
        weight[two] = 0
        label = step[label]
        a, b, above = _contracted(step, a, b, above)
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


def _mutual(
    a: NDArray[np.int32], b: NDArray[np.int32], mean: NDArray[np.float64], size: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Pairs of groups that are each other's best; of equally good pairs the first in order counts as better."""
    good = np.flatnonzero(mean > _EVEN)
    ranked = good[np.argsort(-mean[good], kind="stable")]  # pairs come in order
    place = np.full(size, len(ranked), dtype=np.int64)  # of the best pair of each group
    backward = np.arange(len(ranked) - 1, -1, -1)
    place[a[ranked[backward]]] = backward
    first_b = np.full(size, len(ranked), dtype=np.int64)
    first_b[b[ranked[backward]]] = backward
    place = np.minimum(place, first_b)
    at = np.arange(len(ranked))
    mutual = ranked[(place[a[ranked]] == at) & (place[b[ranked]] == at)]
    return a[mutual], b[mutual]


def _contracted(
    label: NDArray[np.int32], a: NDArray[np.int32], b: NDArray[np.int32], above: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """The pairs between groups, each once, with the sum over their members."""
    one, two = label[a], label[b]
    low, high = np.minimum(one, two), np.maximum(one, two)
    between = low != high
    low, high, above = low[between], high[between], above[between]
    if not len(low):
        return low, high, above
    key = low.astype(np.int64) << 32 | high
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    summed = np.add.reduceat(above[order], starts)
    return low[order][starts], high[order][starts], summed
