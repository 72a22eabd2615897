"""Evidence: how likely each report is under each strength, with error, bias, gross error and copying."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np

from consilience.warning.copies import Copies, widened
from consilience.warning.grid import FINE, Array, Grid, Ints, phi
from consilience.warning.habits import Habits
from consilience.warning.report import Reports, Says

GROSS_SPAN = 4.0
"""A gross error lies anywhere within this much in log count: a factor of fifty-five."""
_FAR = log(1.25)  # "more than X" is hardly said of more than X times this (settings.open_ended_factor)
_BEYOND = 0.02  # how much less hardly is
_MISSED = {Says.COUNT: 0.05, Says.DENIED: 0.7, Says.NOT_SEEN: 0.2}  # chance to say "none" of a large force
_SMALL = 8.0  # times the least count of the grid: what is often missed
_SPREADS = np.geomspace(0.01, 1.28, 57)  # what a spread is rounded to: by 9 % at most


@dataclass(frozen=True, slots=True)
class Parts:
    """The likelihood of reports over the cells in parts: `honest` (reports, cells), `gross` and `copied` (reports,).

    Honest is what the source's own estimate would give; the others do not depend on the strength. Each is weighted by
    its chance.
    """

    honest: Array
    gross: Array
    copied: Array

    @property
    def whole(self) -> Array:
        """The likelihood, (reports, cells)."""
        return self.honest + (self.gross + self.copied)[:, None]


@lru_cache(maxsize=256)
def _table(step: float, cells: int, spread: float) -> Array:
    """The normal distribution function at multiples of a fine step, from minus to plus twice the grid."""
    reach = 2 * cells * FINE
    return phi(np.arange(-reach, reach + 1, dtype=np.float64) * (step / FINE / spread))


def snapped(spreads: Array) -> Ints:
    """The index of the tabled spread next to each."""
    return np.asarray(np.abs(np.log(spreads)[:, None] - np.log(_SPREADS)).argmin(axis=1), dtype=np.int64)


def tabled(level: int) -> float:
    """The spread of an index."""
    return float(_SPREADS[level])


def parts(reports: Reports, copies: Copies, habits: Habits, grid: Grid, rows: Ints) -> Parts:
    """The likelihood of the reports in `rows`, before their weights."""
    source = reports.source[rows]
    low, high = (bound[rows] for bound in widened(reports, grid))
    says, none = reports.says[rows], reports.is_none[rows]
    copying = np.where(copies.has_before[rows], habits.copying[source], 0.0)
    gross = habits.gross[source]
    own = 1.0 - gross - copying
    honest = np.empty((rows.size, grid.cells))
    open_ended = high == np.inf
    top = np.where(open_ended, low + _FAR, high)
    levels = snapped(np.hypot(habits.spread, habits.unsure))[source]
    upper = _cumulative(top - habits.bias[source], levels, grid)
    upper[open_ended] = _BEYOND + (1.0 - _BEYOND) * upper[open_ended]
    honest[:, 1:] = upper
    honest[:, 1:] -= _cumulative(low - habits.bias[source], levels, grid)
    honest[:, 0] = low == -np.inf
    with np.errstate(invalid="ignore"):  # "none" lies from minus infinity to minus infinity
        width = np.where(np.isfinite(top - low), top - low, GROSS_SPAN / 2)
    spoken = np.minimum(width / GROSS_SPAN, 1.0)
    for kind, missed in _MISSED.items():
        at = np.flatnonzero(none if kind is Says.COUNT else says == kind)
        honest[at, 0] = 1.0
        honest[at, 1:] = missed + (1.0 - missed) * np.exp(-grid.counts[1:] / (_SMALL * grid.low))
        spoken[at] = missed
        own[at], copying[at] = 1.0 - gross[at], 0.0
    honest *= own[:, None]
    return Parts(honest, gross * spoken, copying * copies.told_before[rows])


def weights(reports: Reports, copies: Copies, habits: Habits) -> Array:
    """The exponent of each report: one term for each root, less where it is like those before it: 1 / (1 + Σ p)."""
    copying = habits.copying[reports.source]
    copied = copying / (copying + (1.0 - copying) * np.maximum(copies.by_chance, 1e-3))
    return witness(copies, habits) / (1.0 + copies.alike * copied)


def witness(copies: Copies, habits: Habits) -> Array:
    """The share of a term that a report has by its root and its source: less where a source speaks again."""
    again = (1.0 - habits.persistence) / (1.0 + habits.persistence)
    return np.asarray(copies.weight * np.where(copies.follows, again, 1.0))


def likelihood(reports: Reports, copies: Copies, habits: Habits, grid: Grid, rows: Ints) -> Array:
    """The likelihood of the reports in `rows` over the cells, (rows, cells), weighted, to a factor for each."""
    found = parts(reports, copies, habits, grid, rows).whole
    if rows.size:
        found /= found.max(axis=1)[:, None]
    share = weights(reports, copies, habits)[rows]
    partial = np.flatnonzero(share < 1.0)
    # by way of logarithms over whole rows: a power with one exponent a row rounds by how many rows there are
    found[partial] = np.exp(np.log(found[partial]) * np.repeat(share[partial, None], grid.cells, axis=1))
    return found


def _cumulative(bound: Array, levels: Ints, grid: Grid) -> Array:
    """The chance of an estimate below `bound` at each cell with a count, (reports, cells - 1)."""
    fine = grid.step / FINE
    reach = 2 * grid.cells * FINE
    start = np.rint((bound - grid.centres[0]) / fine)
    start = np.clip(np.nan_to_num(start, posinf=reach, neginf=-reach), -(reach // 2), reach - 1).astype(np.int64)
    if not bound.size:
        return np.empty((0, grid.cells - 1))
    used = np.unique(levels)
    table = np.concatenate([_table(grid.step, grid.cells, tabled(int(level))) for level in used])
    where = np.searchsorted(used, levels) * (2 * reach + 1) + reach + start
    return np.asarray(table[where[:, None] - FINE * np.arange(grid.cells - 1)])
