"""Timeline: the days of the record, how much was reported on each, and the days worth stopping at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from consilience.desk import Desk
from consilience.web.words import day_words

_HEIGHT = 32  # of the histogram, in its own units; one day is one unit wide


@dataclass(frozen=True, slots=True)
class Bar:
    """Reports of one day, as the histogram draws them."""

    x: int
    height: float
    reports: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A day worth stopping at; `x` is None when it lies outside the record."""

    day: str
    words: str
    title: str
    says: str
    x: int | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The record's days from `first` to `last`. Reports made later are counted in `later`, not drawn."""

    first: date
    last: date
    bars: tuple[Bar, ...]
    stops: tuple[Stop, ...]
    later: int
    latest: date

    @classmethod
    def of(cls, desk: Desk) -> Timeline:
        """The timeline of all that is on the table, to the day on which the scenario opens or the last report."""
        reports = Counter(claim.reported_at.at.date() for claim in desk.holdings.claims)
        days = sorted(reports) or [date(2000, 1, 1)]
        told = desk.holdings.scenario
        end = _parsed(told.default_as_of) if told else None
        last = end if end and end > days[0] else days[-1]
        stops = told.moments if told else ()
        return cls(
            first=days[0],
            last=last,
            bars=tuple(_bars(reports, days[0], last)),
            stops=tuple(_stop(marked.date, marked.title, marked.says, days[0], last) for marked in stops),
            later=sum(count for day, count in reports.items() if day > last),
            latest=days[-1],
        )

    @property
    def length(self) -> int:
        """Days from the first to the last."""
        return (self.last - self.first).days

    @property
    def height(self) -> int:
        """The histogram's height."""
        return _HEIGHT

    @property
    def reports(self) -> str:
        """Reports of each day that has any, `3:2 7:1`: days after the first, and how many."""
        return " ".join(f"{bar.x}:{bar.reports}" for bar in self.bars)

    def at(self, day: date) -> int:
        """Where a day lies, held within the record."""
        return min(max((day - self.first).days, 0), self.length)

    def months(self) -> Iterable[tuple[int, str]]:
        """Where each quarter of the year begins, and what it is called: labels below the histogram."""
        day = self.first.replace(day=1)
        while day <= self.last:
            if day >= self.first and day.month in (1, 4, 7, 10):
                yield (day - self.first).days, f"{day_words(day).split(' ')[1][:3]} {day.year}"
            day = (day + timedelta(days=32)).replace(day=1)


def _bars(reports: Counter[date], first: date, last: date) -> Iterable[Bar]:
    """One bar a day with reports; heights follow the square root, so that a quiet day stays visible beside a loud one."""
    most = max((count for day, count in reports.items() if day <= last), default=1)
    for day in sorted(reports):
        if day <= last:
            height = max(3.0, round(_HEIGHT * (reports[day] / most) ** 0.5, 1))
            yield Bar((day - first).days, height, reports[day])


def _stop(text: str, title: str, says: str, first: date, last: date) -> Stop:
    """One marked day."""
    day = _parsed(text)
    inside = day is not None and first <= day <= last
    return Stop(text, day_words(day) if day else text, title, says, (day - first).days if day and inside else None)


def _parsed(text: str) -> date | None:
    """The day, or None where the text is none: a scenario's flaw that must not stop the pages."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
