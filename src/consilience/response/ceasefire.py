"""Ceasefire: the clause that asks for it, held against what the monitors whom the accord names counted, period by period.

The monitors' mandate attributes no violation, and so neither does this: a count says that fire was seen or heard in a region,
not whose. Counts of periods that overlap are never added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from consilience.model.accord import Accord, Clause
from consilience.model.check import Result
from consilience.model.claim import Claim, Count
from consilience.model.period import Moment, Period
from consilience.model.window import parse_window

_OBJECT = "ceasefire"
_PHENOMENON = "violation/ceasefire"
_PART = "explosions-only"


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted in one region over one reporting period: each report's figure, and the explosions among them."""

    region: str
    period: Period
    counts: tuple[tuple[str, Count], ...]
    explosions: tuple[tuple[str, Count], ...]

    @property
    def is_seen(self) -> bool:
        """Whether any report counts a violation."""
        return any((count.low or count.best or 0) > 0 for _, count in self.counts)

    @property
    def differs(self) -> bool:
        """Whether reports give different figures for the one period."""
        return len({(count.low, count.best, count.high) for _, count in self.counts}) > 1


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time over which no report at hand counts anything in a region. Nobody at hand looked: it is no calm."""

    region: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class CeasefireCheck:
    """The clause, who counts, and what was counted from `start` to `end` (instants), by region."""

    accord: Accord
    clause: Clause
    monitors: tuple[str, ...]
    start: datetime
    end: datetime
    tallies: tuple[Tally, ...]
    gaps: tuple[Gap, ...]

    @property
    def result(self) -> Result:
        """Of the statement that fire had ceased completely."""
        if not self.tallies:
            return Result.UNVERIFIABLE
        if any(tally.is_seen for tally in self.tallies):
            return Result.CONTRADICTED
        return Result.PARTLY if self.gaps else Result.SUPPORTED

    @property
    def because(self) -> str:
        """Why, in a sentence."""
        seen = [tally for tally in self.tallies if tally.is_seen]
        who = ", ".join(self.monitors)
        if not self.tallies:
            return f"no report of {who} at hand counts anything in this time"
        if seen:
            periods = f"{len(seen)} of {len(self.tallies)} counts by region and period"
            return f"{who} counted violations in {periods}; by its mandate it says of none whose they were"
        return f"{who} counted no violation" + (
            ", and over a part of the time counted nothing at hand" if self.gaps else ""
        )


def check_ceasefire(
    accords: Sequence[Accord], claims: Iterable[Claim], as_of: Moment, since: date | None = None
) -> CeasefireCheck | None:
    """Hold the latest clause that asks for a ceasefire against the counts reported by `as_of`; None without such a clause.

    Args:
        accords: of which one has a clause on the ceasefire, and one that binds named bodies to watch over it.
        claims: counts of violations are read of those, and only those that the monitors themselves make.
        as_of: nothing reported later is used.
        since: from which day on; 14 days before `as_of` when None. Never before the clause holds.
    """
    found = _clause(accords, as_of)
    if found is None:
        return None
    accord, clause, monitors = found
    end = as_of.end if as_of.is_day else as_of.at
    first = datetime(since.year, since.month, since.day, tzinfo=UTC) if since else end - timedelta(days=14)
    start = max(first, _from(clause, accord))
    tallies = _tallies([claim for claim in claims if _is_count(claim, monitors, as_of)], start, end)
    regions = sorted({tally.region for tally in tallies})
    gaps = [
        gap
        for region in regions
        for gap in _gaps(region, [each for each in tallies if each.region == region], start, end)
    ]
    return CeasefireCheck(accord, clause, monitors, start, end, tuple(tallies), tuple(gaps))


def _clause(accords: Sequence[Accord], as_of: Moment) -> tuple[Accord, Clause, tuple[str, ...]] | None:
    """The latest accord whose clause asks for a ceasefire of parties, with the bodies that another clause has watch over it."""
    last_day = (as_of.end - timedelta(microseconds=1)).date()
    known = [found for accord in accords if (found := accord.known_by(last_day))]
    for accord in sorted(known, key=lambda each: each.day, reverse=True):
        monitors = {code for each in accord.clauses if each.object.startswith(_OBJECT) for code in each.codes}
        asks = [each for each in accord.clauses if each.object == _OBJECT and not each.codes]
        if asks and monitors:
            return accord, asks[0], tuple(sorted(monitors))
    return None


def _from(clause: Clause, accord: Accord) -> datetime:
    """When the clause begins to hold: the time that it gives, else the day of the accord."""
    if clause.unit == "datetime":
        return parse_window(clause.value, "UTC").earliest
    return datetime(accord.day.year, accord.day.month, accord.day.day, tzinfo=UTC)


def _is_count(claim: Claim, monitors: Sequence[str], as_of: Moment) -> bool:
    """Whether a claim is a monitors' own count that stood by then. What others make of it is no count."""
    return (
        claim.phenomenon.path == _PHENOMENON
        and claim.partner in monitors
        and claim.count is not None
        and claim.period is not None
        and claim.stands(as_of)
    )


def _tallies(claims: Sequence[Claim], start: datetime, end: datetime) -> list[Tally]:
    """One tally for each region and period that meets the time asked about, in order of time and region."""
    counts: dict[tuple[str, Period], list[Claim]] = defaultdict(list)
    for claim in claims:
        period = claim.period
        if period is not None and period.start < end and (period.end is None or period.end > start):
            counts[claim.place.name, period].append(claim)
    made = []
    for (region, period), said in counts.items():
        whole = tuple((str(each.id), each.count) for each in said if each.count and _PART not in each.counted)
        part = tuple((str(each.id), each.count) for each in said if each.count and _PART in each.counted)
        made.append(Tally(region, period, tuple(sorted(whole, key=_by_id)), tuple(sorted(part, key=_by_id))))
    return sorted(made, key=lambda each: (each.period.start, each.region, str(each.period)))


def _by_id(pair: tuple[str, Count]) -> str:
    return pair[0]


def _gaps(region: str, tallies: Sequence[Tally], start: datetime, end: datetime) -> list[Gap]:
    """The stretches from start to end that no period of the region covers."""
    found, reached = [], start
    for tally in sorted(tallies, key=lambda each: each.period.start):
        if tally.period.start > reached:
            found.append(Gap(region, reached, tally.period.start))
        reached = max(reached, tally.period.end or end)
    return [*found, Gap(region, reached, end)] if reached < end else found
