"""Grid: the cells of log count over which a strength is distributed; the first cell is "none"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil, erf, floor, isfinite, log, sqrt

import numpy as np
import numpy.typing as npt

from consilience.errors import UsageError

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FINE = 16
"""Steps to a cell: bounds of intervals are rounded to these."""
_OCTAVES = 3  # room left below the least and above the largest number told
_MOST_OCTAVES = 40


@dataclass(frozen=True)
class Grid:
    """`cells` cells: the first holds "none", the others counts from `low` to `high`, evenly in logarithm.

    Raises:
        UsageError: for bounds that are no range of counts, or fewer than 16 cells.
    """

    low: float = 10.0
    high: float = 2_000_000.0
    cells: int = 256

    def __post_init__(self) -> None:
        """Refuse what is no range."""
        if not (0 < self.low < self.high and isfinite(self.high) and self.cells >= 16):
            raise UsageError(
                f"grid from {self.low:g} to {self.high:g} in {self.cells} cells",
                "no range of counts",
                "0 < low < high and 16 cells at least",
            )

    @classmethod
    def around(cls, numbers: npt.ArrayLike, cells: int = 256) -> Grid:
        """The grid with three doublings of room around some counts, its ends powers of two; zeros do not count."""
        told = np.asarray(numbers, dtype=np.float64)
        told = told[np.isfinite(told) & (told > 0)]
        if not told.size:
            return cls(cells=cells)
        low = floor(log(float(told.min()), 2)) - _OCTAVES
        high = min(ceil(log(float(told.max()), 2)) + _OCTAVES, low + _MOST_OCTAVES)
        return cls(2.0**low, 2.0**high, cells)

    @cached_property
    def step(self) -> float:
        """Width of a cell in log count."""
        return (log(self.high) - log(self.low)) / (self.cells - 1)

    @cached_property
    def centres(self) -> Array:
        """The log counts in the middle of the cells from the second on, shape (cells - 1,)."""
        return np.asarray(log(self.low) + self.step * (np.arange(self.cells - 1) + 0.5), dtype=np.float64)

    @cached_property
    def counts(self) -> Array:
        """The count that each cell stands for, 0 for "none", shape (cells,)."""
        return np.concatenate([[0.0], np.exp(self.centres)])

    @cached_property
    def _edges(self) -> Array:
        """Upper ends of all cells in log count; that of "none" is the lower end of the next."""
        return np.asarray(log(self.low) + self.step * np.arange(self.cells), dtype=np.float64)

    def reach(self, far: float) -> tuple[int, float]:
        """A step spread evenly `far` to either side, in cells: how many to either side, and the share that takes it.

        The rest stays, so that the variance is that of the step on any grid, however small it is beside a cell.
        """
        return _reach(self.step, self.cells, far)

    def blurred(self, mass: Array, spread: float) -> Array:
        """`mass` (..., cells) with its counts spread further by a standard deviation in log count; "none" stays."""
        if spread <= 0:
            return mass
        if spread < self.step:  # three cells have this variance exactly
            cells, taps = 1, np.array([0.5, 0.0, 0.5]) * (spread / self.step) ** 2
        else:
            cells = ceil(3.0 * spread / self.step)
            taps = np.exp(-0.5 * (np.arange(-cells, cells + 1) * self.step / spread) ** 2)
            taps /= taps.sum()
        out = mass * (1.0 - taps.sum())
        out[..., 0] = mass[..., 0]
        counted = mass[..., 1:]
        out[..., 1:] += taps[cells] * counted
        for shift, tap in enumerate(taps[cells + 1 :], start=1):  # what would leave the grid stays in its last cell
            out[..., 1 + shift :] += tap * counted[..., :-shift]
            out[..., -1] += tap * counted[..., -shift:].sum(axis=-1)
            out[..., 1:-shift] += tap * counted[..., shift:]
            out[..., 1] += tap * counted[..., :shift].sum(axis=-1)
        return np.asarray(out)

    def at(self, count: float) -> int:
        """The cell of a count; what lies beyond an end falls in the last cell there."""
        if count <= 0:
            return 0
        return 1 + min(max(int((log(count) - log(self.low)) / self.step), 0), self.cells - 2)

    def quantile(self, mass: Array, shares: npt.ArrayLike) -> Array:
        """Counts below which `shares` of the mass lie; `mass` (..., cells) to (..., shares), 0 within "none".

        Within a cell the mass lies evenly in log count.
        """
        wanted = np.atleast_1d(np.asarray(shares, dtype=np.float64))
        below = np.cumsum(mass, axis=-1)
        below /= below[..., -1:]
        flat = below.reshape(-1, self.cells)
        out, rows = np.empty((flat.shape[0], wanted.size)), np.arange(flat.shape[0])
        for column, share in enumerate(wanted):
            cell = (flat >= share).argmax(axis=1)  # the first: the last is 1
            before = np.where(cell > 0, flat[rows, cell - 1], 0.0)
            inside = np.maximum(flat[rows, cell] - before, 1e-300)
            part = np.clip((share - before) / inside, 0.0, 1.0)
            found = np.exp(self._edges[cell] - self.step * (1.0 - part))
            out[:, column] = np.where(cell == 0, 0.0, found)
        return out.reshape(*mass.shape[:-1], wanted.size)

    def at_least(self, mass: Array, threshold: float) -> Array:
        """The probability of `threshold` or more; `mass` (..., cells) to (...)."""
        if threshold <= 0:
            return np.ones(mass.shape[:-1])
        place = (log(threshold) - log(self.low)) / self.step
        cell = min(max(floor(place), 0), self.cells - 2)
        inside = min(max(cell + 1 - place, 0.0), 1.0)
        above = mass[..., cell + 2 :].sum(axis=-1) + inside * mass[..., cell + 1]
        return np.asarray(np.minimum(above / mass.sum(axis=-1), 1.0))

    def mean(self, mass: Array) -> Array:
        """The expected count; `mass` (..., cells) to (...)."""
        return np.asarray((mass * self.counts).sum(axis=-1) / mass.sum(axis=-1))


@lru_cache(maxsize=64)
def _reach(step: float, most: int, far: float) -> tuple[int, float]:
    cells = 1
    while cells * (cells + 1) * step**2 < far**2 and cells < most - 2:
        cells += 1
    return cells, min(1.0, far**2 / (cells * (cells + 1) * step**2))


@lru_cache(maxsize=4)
def normal_table(reach: float = 8.0, steps: int = 16_384) -> tuple[Array, Array]:
    """Points from -reach to reach and the normal distribution function there."""
    points = np.linspace(-reach, reach, steps + 1)
    return points, np.array([0.5 * (1.0 + erf(point / sqrt(2.0))) for point in points])


def phi(points: Array) -> Array:
    """The standard normal distribution function, to seven digits; infinite points are 0 or 1."""
    known, values = normal_table()
    return np.interp(points, known, values)
