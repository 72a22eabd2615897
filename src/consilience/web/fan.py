"""Fan: a strength by day as a drawing: bands of the distribution, and each claim as an interval where it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isfinite

from consilience.model.claim import number
from consilience.warning.filter import Days
from consilience.warning.grid import Array
from consilience.warning.report import Report, Says, spread

WIDTH, HEIGHT = 1000, 1000
"""Of the drawing, in its own units: it is stretched to the room there is."""
_STEPS = (1, 2, 2.5, 5)
_TICKS = 5
_ROOM = 1.12  # above the highest figure that is told
_LABELS = 4
_APART = 45  # units between two names above each other


@dataclass(frozen=True, slots=True)
class Told:
    """One claim as an interval: from `low` to `high` on its day, open above, or a cross on the axis where it says none."""

    report: Report
    x: float
    low: float
    high: float
    is_open: bool
    is_none: bool
    is_borrowed: bool
    label: float | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, with its label."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One day of the fan as numbers."""

    day: date
    counts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fan:
    """The drawing: `outer` and `inner` are closed lines (nine in ten, half), `middle` an open one."""

    outer: str
    inner: str
    middle: str
    told: tuple[Told, ...]
    up: tuple[Tick, ...]
    along: tuple[Tick, ...]
    rows: tuple[Row, ...]
    first: date
    last: date


def fan(quantiles: Array, days: Days, reports: Sequence[Report], since: date, borrowed: frozenset[str]) -> Fan:
    """The fan (days, 5) from `since` on, with the claims of these days."""
    start = min(max(since.toordinal(), days.first), days.last)
    shown = quantiles[start - days.first :]
    told = [report for report in reports if report.day >= start]
    top = _top(shown, told)
    length = max(days.last - start, 1)

    def across(day: int) -> float:
        return round(WIDTH * (day - start) / length, 1)

    def up(count: float) -> float:
        return round(HEIGHT * (1 - min(max(count, 0.0), top) / top), 1)

    def line(column: int) -> list[str]:
        return [f"{across(start + at)},{up(float(value))}" for at, value in enumerate(shown[:, column])]

    first, last = date.fromordinal(start), date.fromordinal(days.last)
    return Fan(
        outer=" ".join([*line(0), *reversed(line(4))]),
        inner=" ".join([*line(1), *reversed(line(3))]),
        middle=" ".join(line(2)),
        told=tuple(_labelled([_told(report, across(report.day), up, borrowed) for report in told])),
        up=tuple(Tick(up(value), number(value)) for value in _ticks(top)),
        along=tuple(Tick(across(day.toordinal()), words) for day, words in _months(first, last)),
        rows=tuple(_rows(shown, start)),
        first=first,
        last=last,
    )


def _top(shown: Array, told: Sequence[Report]) -> float:
    """The top of the scale: above all that is told and the middle half of what is known; a wider band runs out of it."""
    ends = [report.high if isfinite(report.high) else report.low for report in told if report.says is Says.COUNT]
    last = float(shown[-1, 4])
    return _ROOM * max([float(shown[:, 2].max()), min(last, 2.5 * float(shown[-1, 2])), *ends, 10.0])


def _told(report: Report, x: float, up: Callable[[float], float], borrowed: frozenset[str]) -> Told:
    is_none = report.says is not Says.COUNT or report.high == 0
    is_open = not isfinite(report.high)
    low, high = report.low, report.low if is_open else report.high
    if low == high:
        low, high = low - spread(low) if low else 0.0, high + spread(high) if high else 0.0
    return Told(report, x, up(low), up(high), is_open, is_none, report.id in borrowed)


def said(report: Report) -> str:
    """What a claim says, in words: `142,500 to 157,500`, `more than 148,000`, `none`."""
    if report.says is Says.DENIED:
        return "denies it"
    if report.says is Says.NOT_SEEN:
        return "looked, and saw nothing"
    if report.high == 0:
        return "none"
    if not isfinite(report.high):
        return f"more than {number(report.low)}"
    if report.low == report.high:
        return number(report.low)
    return f"up to {number(report.high)}" if report.low == 0 else f"{number(report.low)} to {number(report.high)}"


def _labelled(told: Sequence[Told]) -> Iterator[Told]:
    """Names at the newest claims of the partners that spoke last, none over another."""
    newest: dict[str, Told] = {}
    for each in told:
        if not each.is_none and not each.is_borrowed:
            held = newest.get(each.report.source)
            if held is None or each.report.day >= held.report.day:
                newest[each.report.source] = each
    chosen = sorted(newest.values(), key=lambda each: (-each.report.day, each.report.id))[:_LABELS]
    place: dict[str, float] = {}
    below = float(-_APART)
    for each in sorted(chosen, key=lambda each: (each.low + each.high, each.report.id)):
        below = max((each.low + each.high) / 2, below + _APART)
        place[each.report.id] = below
    for each in told:
        at = place.get(each.report.id)
        yield each if at is None else replace(each, label=at)


def _ticks(top: float) -> list[float]:
    """Round counts up the scale."""
    size = 10.0 ** len(f"{top:.0f}")
    step = next(
        (
            unit * power
            for power in (size / 1000, size / 100, size / 10)
            for unit in _STEPS
            if top / (unit * power) <= _TICKS
        ),
        size,
    )
    return [at * step for at in range(int(top / step) + 1)]


def _months(first: date, last: date) -> Iterator[tuple[date, str]]:
    """The first of each month, of every second or third one where there are many; the first of all with its year."""
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    every = 1 + (last - first).days // 200
    day = first.replace(day=1)
    number_, told = 0, set[int]()
    while day <= last:
        if day >= first:
            if number_ % every == 0:
                words = names[day.month - 1]
                yield day, f"{words} {day.year}" if day.year not in told else words
                told.add(day.year)
            number_ += 1
        day = (day + timedelta(days=32)).replace(day=1)


def _rows(shown: Array, start: int) -> Iterator[Row]:
    """The last day of each week counted back from the last, so that the last is always there."""
    for at in range((len(shown) - 1) % 7, len(shown), 7):
        yield Row(date.fromordinal(start + at), tuple(float(value) for value in shown[at]))
