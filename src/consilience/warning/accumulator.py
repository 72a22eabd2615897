"""Accumulator: strengths that take one report more; whatever the order of arrival, equal to the byte to a rebuilding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from consilience.errors import UsageError
from consilience.warning.copies import find_copies
from consilience.warning.evidence import weights
from consilience.warning.filter import Days, Evidence, at_first, forwards, likelihoods, smooth
from consilience.warning.grid import Array, Grid
from consilience.warning.habits import Habits
from consilience.warning.learn import learn
from consilience.warning.report import Report, columns, in_order
from consilience.warning.steps import ahead
from consilience.warning.strength import SHARES, Band, Strength, published

_FIRST = np.zeros(1, dtype=np.int64)


@dataclass
class _Chain:
    """One area: its evidence, the terms that it amounts to, and the distributions up to each of the first `done` days."""

    evidence: Evidence
    terms: Array
    forward: Array
    done: int


class Accumulator:
    """Strengths of areas on fixed days, on a fixed grid, with fixed habits.

    Its state is a pure function of the set of reports. A report reruns its own area from the first day on which
    anything changes, which for a late one is the day that it is about.
    """

    def __init__(self, grid: Grid, habits: Habits, days: Days) -> None:
        """Hold no reports yet."""
        self.grid, self.habits, self.days = grid, habits, days
        self._reports: dict[str, dict[str, Report]] = defaultdict(dict)
        self._chains: dict[str, _Chain] = {}
        self._area_of: dict[str, str] = {}
        self._waiting: dict[str, set[str]] = defaultdict(set)
        self._stale: set[str] = set()

    def add(self, *reports: Report) -> None:
        """Take reports in; one that is there already changes nothing.

        Raises:
            UsageError: for an id with two contents, or a report about a day that is not among the days.
        """
        for report in reports:
            area = self._area_of.get(report.id)
            if area is not None:
                if self._reports[area][report.id] != report:
                    raise UsageError(f"report {report.id}", "two contents under one id", "an id for each report")
                continue
            if not self.days.first <= report.day <= self.days.last:
                expected = f"a day from {self.days.first} to {self.days.last}"
                raise UsageError(f"report {report.id}", f"day {report.day}", expected)
            self._area_of[report.id] = report.area
            self._reports[report.area][report.id] = report
            self._stale.add(report.area)
            for root in report.roots:
                self._waiting[root].add(report.area)
            # what rests on this one is no evidence beside it, in any area
            self._stale |= self._waiting.get(report.id, set())

    @property
    def reports(self) -> list[Report]:
        """All reports, in their order."""
        return in_order(report for held in self._reports.values() for report in held.values())

    @property
    def areas(self) -> tuple[str, ...]:
        """Areas with a report, in order."""
        return tuple(sorted(self._reports))

    def on(self, area: str, day: int) -> Band:
        """The band of an area on a day, from the reports about that day and those before."""
        chain = self._chain(area, day)
        mass = published(chain.forward[day - self.days.first], chain.evidence)
        return Band(*(float(value) for value in self.grid.quantile(mass[0], SHARES)))

    def filtered(self, area: str) -> Strength:
        """The strength of an area on each day, from the reports about that day and those before."""
        chain = self._chain(area)
        return Strength(area, self.days, self.grid, published(chain.forward[:, 0].copy(), chain.evidence))

    def smoothed(self, area: str) -> Strength:
        """The strength of an area on each day, from all reports."""
        chain = self._chain(area)
        daily = likelihoods(chain.evidence, _FIRST, self.days)
        mass = smooth(daily, chain.evidence.habits, self.grid, chain.forward.copy())
        return Strength(area, self.days, self.grid, published(mass[:, 0], chain.evidence))

    @property
    def digest(self) -> str:
        """SHA-256 over every area's distributions: the same for the same reports."""
        found = sha256()
        for area in self.areas:
            found.update(area.encode() + b"\0" + self._chain(area).forward.tobytes())
        return found.hexdigest()

    def rebuilt(self) -> Accumulator:
        """The same reports, taken in anew."""
        fresh = Accumulator(self.grid, self.habits, self.days)
        fresh.add(*self.reports)
        return fresh

    def relearned(self) -> Accumulator:
        """The same reports with habits learned from all of them."""
        table = columns(self.reports)
        start = Evidence(table, find_copies(table, self.grid), Habits.assumed(table.sources), self.grid)
        fresh = Accumulator(self.grid, learn(start, self.days), self.days)
        fresh.add(*self.reports)
        return fresh

    def _chain(self, area: str, day: int | None = None) -> _Chain:
        """The chain of an area, brought up to date and up to a day, else to the last."""
        if area not in self._reports:
            raise UsageError(f"area {area}", "no report of it", f"one of {', '.join(self.areas) or 'none'}")
        last = self.days.last if day is None else day
        if not self.days.first <= last <= self.days.last:
            raise UsageError(f"day {last}", "not among the days", f"{self.days.first} to {self.days.last}")
        if area in self._stale:
            self._chains[area] = self._refreshed(area, self._chains.get(area))
            self._stale.discard(area)
        chain = self._chains[area]
        self._run(chain, last)
        return chain

    def _refreshed(self, area: str, before: _Chain | None) -> _Chain:
        """A chain with the reports of now, good up to the first day on which its terms differ from those of before."""
        table = columns(self._reports[area].values())
        copies = find_copies(table, self.grid, self._area_of)
        evidence = Evidence(table, copies, self.habits.of(table.sources), self.grid)
        terms = _terms(evidence)
        if before is None:
            return _Chain(evidence, terms, np.empty((len(self.days), 1, self.grid.cells)), 0)
        good = max(0, _first_change(before.terms, terms) - self.days.first)
        return _Chain(evidence, terms, before.forward, min(before.done, good))

    def _run(self, chain: _Chain, last: int) -> None:
        """Filter the days of a chain that are not done, up to `last`."""
        rest = Days(self.days.first + chain.done, last)
        if rest.first > rest.last:
            return
        habits = chain.evidence.habits
        start = ahead(chain.forward[chain.done - 1], habits, self.grid) if chain.done else at_first(1, self.grid)
        daily = likelihoods(chain.evidence, _FIRST, rest)
        found = forwards(daily, habits, self.grid, start, len(rest))
        chain.forward[chain.done : chain.done + len(rest)] = found
        chain.done += len(rest)


def _terms(evidence: Evidence) -> Array:
    """What each report with weight amounts to, a row each, the day first, in the order that they are multiplied in."""
    reports, copies, habits = evidence.reports, evidence.copies, evidence.habits
    source = reports.source
    told = [
        reports.day, reports.says, reports.low, reports.high, weights(reports, copies, habits), copies.told_before,
        copies.has_before, habits.spread[source], habits.bias[source], habits.unsure[source], habits.gross[source], habits.copying[source],
    ]  # fmt: skip
    return np.stack(told, axis=1).astype(np.float64)[copies.weight > 0]


def _first_change(old: Array, new: Array) -> int:
    """The first day on which two lists of terms differ; far in the future where they do not."""
    shared = min(len(old), len(new))
    differ = np.flatnonzero((old[:shared] != new[:shared]).any(axis=1))
    at = int(differ[0]) if differ.size else shared
    days = [float(terms[at, 0]) for terms in (old, new) if at < len(terms)]
    return int(min(days)) if days else 2**31
