"""Strength: how many, by day, as a distribution; its fan of quantiles and the chance of a threshold or more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consilience.warning.copies import find_copies
from consilience.warning.filter import Days, Evidence, at_first, blocks, forwards, likelihoods, smooth
from consilience.warning.grid import Array, Grid
from consilience.warning.habits import Habits
from consilience.warning.learn import learn
from consilience.warning.report import Report, Reports, columns

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles of a fan."""
_AT_ONCE = 4  # days


@dataclass(frozen=True, slots=True)
class Band:
    """The quantiles of one day: nine in ten of the chances lie from `low` to `high`, half from `lower` to `upper`."""

    low: float
    lower: float
    middle: float
    upper: float
    high: float

    def holds(self, count: float) -> bool:
        """Whether a count lies from `low` to `high`."""
        return self.low <= count <= self.high


@dataclass(frozen=True)
class Strength:
    """The strength of one area on `days`: `mass` is (days, cells) of `grid`, each day's distribution."""

    area: str
    days: Days
    grid: Grid
    mass: Array

    @property
    def fan(self) -> Array:
        """Counts, (days, 5): the quantiles of `SHARES`."""
        return self.grid.quantile(self.mass, SHARES)

    def on(self, day: int) -> Band:
        """The quantiles of a day."""
        return Band(*(float(value) for value in self.grid.quantile(self.mass[day - self.days.first], SHARES)))

    def at_least(self, threshold: float) -> Array:
        """The probability of `threshold` or more, (days,)."""
        return self.grid.at_least(self.mass, threshold)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The fans of all areas, (days, areas, 5), from reports up to each day and from all; with what was learned."""

    areas: tuple[str, ...]
    days: Days
    filtered: Array
    smoothed: Array
    habits: Habits


def days_of(reports: Reports) -> Days:
    """From the first day that a report is about to the last; 0 to 0 without any."""
    return Days(int(reports.day.min()), int(reports.day.max())) if len(reports) else Days(0, 0)


def grid_of(reports: Reports, cells: int = 256) -> Grid:
    """A grid with room around all that is told, whatever the order."""
    return Grid.around(np.exp(np.concatenate([reports.low, reports.high])), cells)


def evidence_of(reports: Reports, days: Days) -> Evidence:
    """Reports with their copies found and the habits learned from them."""
    grid = grid_of(reports)
    assumed = Evidence(reports, find_copies(reports, grid), Habits.assumed(reports.sources), grid)
    return Evidence(reports, assumed.copies, learn(assumed, days), grid)


def estimate(reports: Sequence[Report], days: Days | None = None) -> Estimate:
    """Every area's strength on every day, with habits learned from the same reports. No truth is used."""
    table = columns(reports)
    span = days or days_of(table)
    evidence = evidence_of(table, span)
    filtered, smoothed = (np.empty((len(span), len(table.areas), len(SHARES))) for _ in range(2))
    for areas in blocks(np.arange(len(table.areas))):
        daily = likelihoods(evidence, areas, span)
        forward = forwards(daily, evidence.habits, evidence.grid, at_first(areas.size, evidence.grid), len(span))
        filtered[:, areas] = _fans(forward, evidence)
        smoothed[:, areas] = _fans(smooth(daily, evidence.habits, evidence.grid, forward), evidence)
    return Estimate(table.areas, span, filtered, smoothed, evidence.habits)


def published(mass: Array, evidence: Evidence) -> Array:
    """Distributions with the error that all sources may share, which no report can show."""
    return evidence.grid.blurred(mass, evidence.habits.common)


def _fans(mass: Array, evidence: Evidence) -> Array:
    """The published quantiles of distributions (days, areas, cells), some days at once: they stay near the processor."""
    out = np.empty((*mass.shape[:2], len(SHARES)))
    for start in range(0, len(mass), _AT_ONCE):
        some = mass[start : start + _AT_ONCE]
        out[start : start + _AT_ONCE] = evidence.grid.quantile(published(some, evidence), SHARES)
    return out
