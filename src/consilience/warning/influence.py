"""Influence: what each report moved, and what each partner alone would say; the same filter over fewer reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from consilience.warning.copies import find_copies
from consilience.warning.evidence import likelihood
from consilience.warning.filter import Daily, Days, Evidence, at_first, forwards, smooth
from consilience.warning.grid import Array, Grid
from consilience.warning.habits import Habits
from consilience.warning.report import Report, columns
from consilience.warning.strength import Band, Strength


@dataclass(frozen=True, slots=True)
class Influence:
    """One report: the band of the day with all reports and `without` it.

    What rests on it stays in the table, and then speaks for the root itself.
    """

    report: Report
    all: Band
    without: Band

    @property
    def moved(self) -> float:
        """How far it moved the middle, in log count: 0.1 is ten percent up."""
        return log(max(self.all.middle, 1.0) / max(self.without.middle, 1.0))


@dataclass(frozen=True, slots=True)
class Bench:
    """What all variants share."""

    grid: Grid
    habits: Habits
    days: Days


def influences(reports: Sequence[Report], bench: Bench, day: int) -> list[Influence]:
    """Of each report of one area what it moved on a day, those that moved most first."""
    listed = sorted(reports, key=lambda report: report.id)
    tables = [listed, *([other for other in listed if other is not report] for report in listed)]
    whole, *fewer = (strength.on(day) for strength in variants(tables, bench))
    found = [Influence(report, whole, band) for report, band in zip(listed, fewer, strict=True)]
    return sorted(found, key=lambda each: (-abs(each.moved), each.report.id))


def alone(reports: Sequence[Report], bench: Bench) -> dict[str, Strength]:
    """What each source's own reports of one area amount to, without anybody else's; a copy says whose word it is not.

    A source that only repeats others is judged by what it repeats.
    """
    names = sorted({report.source for report in reports})
    tables = [[report for report in reports if report.source == name] for name in names]
    return dict(zip(names, variants(tables, bench), strict=True))


def variants(tables: Sequence[Sequence[Report]], bench: Bench) -> list[Strength]:
    """The strength of one area from each of several tables of reports, run side by side."""
    each = [_evidence(table, bench) for table in tables]
    mass = np.stack([at_first(1, bench.grid)[0]] * len(tables)) if tables else np.empty((0, bench.grid.cells))
    daily = _side_by_side(each, bench)
    forward = forwards(daily, bench.habits, bench.grid, mass, len(bench.days))
    found = bench.grid.blurred(smooth(daily, bench.habits, bench.grid, forward), bench.habits.common)
    areas = [next((report.area for report in table), "") for table in tables]
    return [Strength(area, bench.days, bench.grid, found[:, at]) for at, area in enumerate(areas)]


def _evidence(table: Sequence[Report], bench: Bench) -> Evidence:
    reports = columns(table)
    return Evidence(reports, find_copies(reports, bench.grid), bench.habits.of(reports.sources), bench.grid)


def _side_by_side(each: Sequence[Evidence], bench: Bench) -> Daily:
    """The reports of all tables by day, each table in a place of its own."""
    found: list[tuple[int, int, int, Array]] = []
    for place, evidence in enumerate(each):
        area = np.arange(len(evidence.reports.areas))
        rows = evidence.rows(area, bench.days)
        told = likelihood(evidence.reports, evidence.copies, evidence.habits, evidence.grid, rows)
        turns: dict[int, int] = {}
        for row, line in zip(rows, told, strict=True):
            day = int(evidence.reports.day[row])
            turns[day] = turns.get(day, -1) + 1
            found.append((day, place, turns[day], line))
    found.sort(key=lambda item: item[:3])
    days = np.array([item[0] for item in found], dtype=np.int64)
    return Daily(
        likelihood=np.stack([item[3] for item in found]) if found else np.empty((0, bench.grid.cells)),
        place=np.array([item[1] for item in found], dtype=np.int64),
        turn=np.array([item[2] for item in found], dtype=np.int64),
        starts=np.searchsorted(days, np.arange(bench.days.first, bench.days.last + 2)),
        rows=np.arange(len(found)),
    )
