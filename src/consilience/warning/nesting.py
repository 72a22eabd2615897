"""Nesting: a part never exceeds its whole, and the parts of a total sum to it, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np

from consilience.errors import UsageError
from consilience.warning.grid import Array, Flags, Grid, Ints

_DOUBT = 0.02  # that a scope is not the part it is said to be: no message rules anything out


@lru_cache(maxsize=4)
def _sums(grid: Grid) -> tuple[Ints, Array]:
    """For each pair of cells the cell below the sum of their counts, and the share of the next cell, (cells, cells).

    The share keeps the sum's mean. Sums beyond the grid lie in its last cell.
    """
    counts = grid.counts
    total = counts[:, None] + counts[None, :]
    below = np.clip(np.searchsorted(counts, total, side="right") - 1, 0, grid.cells - 2)
    share = np.clip((total - counts[below]) / (counts[below + 1] - counts[below]), 0.0, 1.0)
    return below, share


def added(a: Array, b: Array, grid: Grid) -> Array:
    """The distribution of a sum of two independent strengths; (cells,) each."""
    below, share = _sums(grid)
    both = np.outer(a, b)
    upper = (both * share).ravel()
    flat = below.ravel()
    out = np.bincount(flat, weights=both.ravel() - upper, minlength=grid.cells)
    out[1:] += np.bincount(flat, weights=upper, minlength=grid.cells)[:-1]
    return np.asarray(out / out.sum())


def total(parts: Sequence[Array], grid: Grid) -> Array:
    """The distribution of the sum of independent strengths, (cells,) each; none at all sum to none."""
    out = np.zeros(grid.cells)
    out[0] = 1.0
    for part in parts:
        out = added(out, part, grid)
    return out


def coherent(parts: Sequence[Array], whole: Array, grid: Grid) -> tuple[list[Array], Array]:
    """Parts and their total, given what reports of the whole say of it: `whole` (cells,), any factor.

    One sweep up and down a star, which is exact: the means of the parts sum to the mean of the total.
    """
    none = total([], grid)
    before, after = [none], [none]
    for part in parts:
        before.append(added(before[-1], part, grid))
    for part in reversed(parts):
        after.append(added(part, after[-1], grid))
    below, share = _sums(grid)
    said = whole / whole.max()
    at_sum = (1.0 - share) * said[below] + share * said[below + 1]
    found = []
    for at, part in enumerate(parts):
        others = added(before[at], after[len(parts) - 1 - at], grid)
        found.append(_normal(part * (at_sum @ others)))
    return found, _normal(before[-1] * said)


@dataclass(frozen=True, slots=True, order=True)
class Within:
    """A scope that is a part of another.

    `excess` is by how much in log count the whole usually exceeds it, inf unknown: a count that includes the police is
    a little larger, a region may hold any share of a country's.
    """

    part: str
    whole: str
    excess: float = inf


def nested(
    masses: Mapping[str, Array], within: Iterable[Within], grid: Grid, spoken: Mapping[str, Flags] | None = None
) -> dict[str, Array]:
    """Distributions of scopes (days, cells), each held to its wholes and its parts.

    `spoken` says on which days a scope was spoken of lately; on others it says nothing of its neighbours, since what is
    known of it then is mostly that time has passed.

    Each scope's own reports count once: messages run over a forest, and none returns to where it came from (belief
    propagation, Pearl 1988). A pair that would close a ring is left out, in order. Several wholes of one scope say
    together as much as one, and so do several parts. Over the days it is an approximation that uses less than all there
    is: a message says what is known of one day alone.

    Raises:
        UsageError: for a pair of which one is not there.
    """
    near = _forest(masses, within)
    sent: dict[tuple[str, str], Array] = {}

    def heard(name: str, but: str = "") -> Array:
        found = np.array(masses[name])
        for is_whole in (True, False):
            others = [other for other in near[name] if other != but and (near[name][other].whole == other) is is_whole]
            found *= _once([message(other, name) for other in others], grid)
        return _normal(found)

    def message(sender: str, to: str) -> Array:
        if (sender, to) not in sent:
            link = near[sender][to]
            matrix = _allowed(grid, link.excess)
            said = _doubted(heard(sender, to) @ (matrix if link.whole == to else matrix.T))
            if spoken is not None:
                said[~spoken[sender]] = 1.0
            sent[sender, to] = said
        return sent[sender, to]

    return {name: heard(name) for name in masses}


def _once(messages: Sequence[Array], grid: Grid) -> Array:
    """What several wholes of a scope say of it together, or several parts: as much as one of them, by what each tells.

    They are estimates of nearly one thing by the same partners, and how far their errors are shared is not known. A mean
    of logarithms is no surer than the best of them, whatever is shared (covariance intersection, Julier, Uhlmann 1997).
    """
    if len(messages) < 2:
        return messages[0] if messages else np.ones(grid.cells)
    told = np.stack(messages)
    shares = told / told.sum(axis=-1, keepdims=True)
    worth = (shares * np.log(shares * grid.cells)).sum(axis=-1)  # nats more than knowing nothing
    worth = np.maximum(worth, 1e-9)
    worth /= worth.sum(axis=0)
    return np.asarray(np.exp((np.log(told) * worth[..., None]).sum(axis=0)))


def _forest(masses: Mapping[str, Array], within: Iterable[Within]) -> dict[str, dict[str, Within]]:
    """The neighbours of each scope, with what links them."""
    near: dict[str, dict[str, Within]] = {name: {} for name in sorted(masses)}
    tree = {name: name for name in masses}
    for link in within:
        part, whole = link.part, link.whole
        missing = [name for name in (part, whole) if name not in masses]
        if missing:
            raise UsageError(f"scope {missing[0]!r}", "nothing is known of it", "one of " + "; ".join(sorted(masses)))
        one, two = (_top(tree, name) for name in (part, whole))
        if one != two:
            tree[one] = two
            near[part][whole] = near[whole][part] = link
    return near


def _top(tree: Mapping[str, str], name: str) -> str:
    while tree[name] != name:
        name = tree[name]
    return name


@lru_cache(maxsize=8)
def _allowed(grid: Grid, excess: float) -> Array:
    """How well each part (rows) goes with each whole (columns): not at all with a smaller one."""
    place = np.concatenate([grid.centres[:1], grid.centres])
    apart = np.triu(np.exp(-np.maximum(place[None, :] - place[:, None], 0.0) / excess))
    return np.asarray(apart * (1.0 - 0.5 * np.eye(grid.cells)))


def _doubted(message: Array) -> Array:
    """A message of which nothing is believed entirely, its largest 1."""
    return np.asarray(_DOUBT + (1.0 - _DOUBT) * message / message.max(axis=-1, keepdims=True))


def _normal(mass: Array) -> Array:
    return np.asarray(mass / mass.sum(axis=-1, keepdims=True))
