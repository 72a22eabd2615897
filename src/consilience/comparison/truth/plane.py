"""Plane: points on a plane, each with a covariance, made one; of many items at once.

Three ways. The *product* of independent ones. *Covariance intersection* (Julier and Uhlmann 1997) where dependence is unknown: the
weights that sum to one and make the ellipse smallest; whatever the correlations, what it claims is never more than what is so.
The *robust product*, where one may be far off: Student's t instead of the normal, so that the farther a point lies from the others
the less it pulls, and none counts for more than it states (Lange, Little and Taylor 1989).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.comparison.truth.table import Floats, Ints, tally

FREEDOM = 4.0  # degrees of Student's t: tails as of gross errors in some of ten
_ROUNDS = 60
_FEWEST = 20  # items of known truth, from which it is told what errors have in common
_ONE_SIDED = 1.645
QUANTILE = 5.991  # of chi square with two degrees of freedom, at 95 %
_MIDDLE = 2 * np.log(2.0)  # its median


@dataclass(frozen=True, slots=True)
class Stated:
    """Points (n, 2) in km with what each tells (n, 2, 2), the inverse of its covariance, by item."""

    at: Floats
    tells: Floats
    item: Ints
    items: int

    def where(self, chosen: Ints) -> Stated:
        """Some of them."""
        return Stated(self.at[chosen], self.tells[chosen], self.item[chosen], self.items)

    def product(self, weight: Floats) -> Fused:
        """What they tell together, each so many times; NaN where there are none."""
        info = _sums(self.item, weight[:, None, None] * self.tells, self.items)
        pull = _sums(self.item, weight[:, None] * (self.tells @ self.at[:, :, None])[:, :, 0], self.items)
        known = np.linalg.det(info) > 0
        covariance = np.full((self.items, 2, 2), np.nan)
        covariance[known] = np.linalg.inv(info[known])
        return Fused((covariance @ pull[:, :, None])[:, :, 0], covariance)

    def intersection(self) -> Fused:
        """What they tell together at least, however they depend on each other.

        The weights are those of the D-optimal design, by the multiplicative rule, which rises at each step (Silvey,
        Titterington and Torsney 1978). Of circles that is the smallest one's own; of equal ones their mean.
        """
        weight = 1.0 / tally(self.item, many=self.items)[self.item]
        for _ in range(_ROUNDS):
            fused = self.product(weight)
            weight = weight * np.einsum("nij,nji->n", fused.covariance[self.item], self.tells) / 2
        return self.product(weight)

    def robust(self, weight: Floats, start: Floats) -> Fused:
        """What independent ones tell together where some may be far off, from a start by item."""
        middle = start
        for _ in range(_ROUNDS):
            pulls = weight * trust(self.at - middle[self.item], self.tells)
            middle = self.product(pulls).at
        return self.product(pulls)


@dataclass(frozen=True, slots=True)
class Fused:
    """By item a point (items, 2) and its covariance (items, 2, 2)."""

    at: Floats
    covariance: Floats

    @property
    def radius(self) -> Floats:
        """Km around the point within which 95 % of the ellipse lie: its longer half axis."""
        half = (self.covariance[:, 0, 0] + self.covariance[:, 1, 1]) / 2
        det = self.covariance[:, 0, 0] * self.covariance[:, 1, 1] - self.covariance[:, 0, 1] ** 2
        found: Floats = np.sqrt(QUANTILE * (half + np.sqrt(np.maximum(half**2 - det, 0.0))))
        return found


def trust(off: Floats, tells: Floats) -> Floats:
    """How much of its word a point keeps that lies so far off: Student's weight, at most one."""
    square = np.einsum("ni,nij,nj->n", off, tells, off)
    found: Floats = np.minimum(1.0, (FREEDOM + 2.0) / (FREEDOM + square))
    return found


def scatter(off: Floats, prior: float) -> Floats:
    """The covariance (2, 2) that distances (n, 2) around nought show; gross errors hardly widen it.

    Its shape is that of Student's t, its size such that half of the distances lie within what half of normal ones do; `prior` are
    distances of one to each axis that it is drawn to.
    """
    if not len(off):
        return np.eye(2)
    shape = np.eye(2) * max(float((off**2).mean()), 1e-12)
    for _ in range(_ROUNDS):
        square = np.einsum("ni,ij,nj->n", off, np.linalg.inv(shape), off)
        pull = (FREEDOM + 2.0) / (FREEDOM + square)
        shape = ((pull[:, None] * off).T @ off + prior * np.eye(2)) / (len(off) + prior)
    middle = float(np.median(np.einsum("ni,ij,nj->n", off, np.linalg.inv(shape), off)))
    found: Floats = (len(off) * shape * middle / _MIDDLE + prior * np.eye(2)) / (len(off) + prior)
    return found


def held(covariance: Floats) -> Floats:
    """A covariance (2, 2) that is nowhere narrower than one."""
    size, axes = np.linalg.eigh(covariance)
    found: Floats = (axes * np.maximum(size, 1.0)) @ axes.T
    return found


def shared(off: Floats, item: Ints, items: int) -> float:
    """What part of their errors points (n, 2) of many items have in common, at most (one-sided 95 %); 1 where too little is known.

    `off` are distances from the truth in standard deviations. With a common part p no fusion of n points is wider than
    1 + (n - 1) p times what their product would be: the square of a sum is at most n times the sum of squares.
    """
    many, square = tally(item, many=items), tally(item, (off**2).sum(axis=1), items)
    together = (_sums(item, off, items) ** 2).sum(axis=1)
    several = many > 1
    if several.sum() < _FEWEST:
        return 1.0
    common, all_ = (together - square)[several] / (many[several] - 1), square[several]
    part = float(common.sum() / max(all_.sum(), 1e-12))
    doubt = float(np.sqrt(((common - part * all_) ** 2).sum()) / max(all_.sum(), 1e-12))
    return min(1.0, max(0.0, part + _ONE_SIDED * doubt))


def _sums(item: Ints, values: Floats, items: int) -> Floats:
    found = np.zeros((items, *values.shape[1:]))
    np.add.at(found, item, values)
    return found
