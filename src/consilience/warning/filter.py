"""Filter: the distribution of every area's strength on every day, from the reports up to it and from all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from consilience.warning.copies import Copies
from consilience.warning.evidence import likelihood
from consilience.warning.grid import Array, Grid, Ints
from consilience.warning.habits import Habits
from consilience.warning.report import Reports
from consilience.warning.steps import ahead, back

_NONE_AT_FIRST = 0.03
_SAFE = 16  # likelihoods in a row that cannot underflow: none is below a thousandth of a gross error's
_BLOCK = 48  # areas at once: what a step touches stays near the processor


@dataclass(frozen=True, slots=True)
class Days:
    """Days from `first` to `last`, both counted."""

    first: int
    last: int

    def __len__(self) -> int:
        """How many."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """Reports with all that decides their likelihood."""

    reports: Reports
    copies: Copies
    habits: Habits
    grid: Grid

    def rows(self, areas: Ints, days: Days) -> Ints:
        """The reports of some areas and days that carry weight, by area and day."""
        found = self.reports
        begin, end = (np.searchsorted(found.area, areas, side=side) for side in ("left", "right"))
        rows = np.concatenate([np.arange(*each) for each in zip(begin, end, strict=True)]) if areas.size else begin
        inside = (found.day[rows] >= days.first) & (found.day[rows] <= days.last) & (self.copies.weight[rows] > 0)
        return np.asarray(rows[inside])


def at_first(areas: int, grid: Grid) -> Array:
    """What is assumed of an area before any report: any order of magnitude alike, or none."""
    mass = np.full((areas, grid.cells), (1.0 - _NONE_AT_FIRST) / (grid.cells - 1))
    mass[:, 0] = _NONE_AT_FIRST
    return mass


def blocks(areas: Ints) -> Iterator[Ints]:
    """Areas, in order, in blocks."""
    for start in range(0, areas.size, _BLOCK):
        yield areas[start : start + _BLOCK]


def likelihoods(evidence: Evidence, areas: Ints, days: Days) -> Daily:
    """The likelihood of all reports of some areas, in order, by day."""
    rows = evidence.rows(areas, days)
    reports = evidence.reports
    rows = rows[np.argsort(reports.day[rows], kind="stable")]
    found = likelihood(reports, evidence.copies, evidence.habits, evidence.grid, rows)
    place, day = np.searchsorted(areas, reports.area[rows]), reports.day[rows]
    starts = np.searchsorted(day, np.arange(days.first, days.last + 2))
    turns = np.zeros(rows.size, dtype=np.int64)
    fresh = np.flatnonzero((np.diff(place, prepend=-1) != 0) | (np.diff(day, prepend=days.first - 1) != 0))
    if rows.size:
        turns = np.arange(rows.size) - np.repeat(fresh, np.diff(np.append(fresh, rows.size)))
    return Daily(found, place, turns, starts, rows)


@dataclass(frozen=True, slots=True)
class Daily:
    """Likelihoods (reports, cells) in order of day, with the area of each, and which of its area and day it is."""

    likelihood: Array
    place: Ints
    turn: Ints
    starts: Ints
    rows: Ints

    def onto(self, mass: Array, day: int) -> None:
        """Multiply the reports of the day that is `day` days after the first onto `mass` (areas, cells), to a factor."""
        begin, end = int(self.starts[day]), int(self.starts[day + 1])
        if begin == end:
            return
        place, turn = self.place[begin:end], self.turn[begin:end]
        said = self.likelihood[begin:end]
        for number in range(int(turn.max()) + 1):
            chosen = np.flatnonzero(turn == number) if number or turn.any() else slice(None)
            held = mass[place[chosen]]
            held *= said[chosen]
            if number % _SAFE == _SAFE - 1:  # a hundred tellings of a day underflow otherwise
                held /= held.max(axis=1)[:, None]
            mass[place[chosen]] = held


def forwards(daily: Daily, habits: Habits, grid: Grid, start: Array, days: int) -> Array:
    """Distributions (days, areas, cells) given the reports up to each day.

    `start` is the distribution of the first day before its reports.
    """
    out = np.empty((days, *start.shape))
    mass = start
    for day in range(days):
        held = out[day]
        held[...] = mass
        daily.onto(held, day)
        held /= held.sum(axis=1)[:, None]
        if day + 1 < days:
            mass = ahead(held, habits, grid)
    return out


def backwards(
    daily: Daily, habits: Habits, grid: Grid, shape: tuple[int, int, int]
) -> Iterator[tuple[int, Array, Array]]:
    """From the last day to the first: the day, what later days say of it, and that together with its own reports.

    Both are (areas, cells), to a factor for each area.
    """
    later = np.ones(shape[1:])
    for day in range(shape[0] - 1, -1, -1):
        message = later.copy()
        daily.onto(message, day)
        message /= message.max(axis=1)[:, None]
        yield day, later, message
        later = back(message, habits, grid)


def smooth(daily: Daily, habits: Habits, grid: Grid, filtered: Array) -> Array:
    """Distributions (days, areas, cells) given all reports; they replace `filtered`, of which nothing is left."""
    for day, later, _ in backwards(daily, habits, grid, filtered.shape):
        held = filtered[day]
        held *= later
        held /= held.sum(axis=1)[:, None]
    return filtered
