"""Window: the earliest and the latest instant at which something known to its day, or better, can have happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_TICK = timedelta(microseconds=1)  # the finest that an instant is told to, so that both ends belong to the window
_DATE = len("2022-02-11")


@dataclass(frozen=True, slots=True)
class Window:
    """Closed at both ends, in UTC; the two are equal where the instant itself is known.

    `zone` is the IANA zone whose days are meant: of it are the days of a clock that counts days.
    """

    earliest: datetime
    latest: datetime
    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse what is no window.

        Raises:
            ValueError: for an end before the beginning.
        """
        if self.latest < self.earliest:
            raise ValueError(f"an end, {self.latest.isoformat()}, before its beginning, {self.earliest.isoformat()}")

    @property
    def is_exact(self) -> bool:
        """Whether the instant itself is known."""
        return self.earliest == self.latest

    def hours_later(self, hours: float) -> Window:
        """Hours that pass, whatever clocks on walls do meanwhile."""
        return Window(self.earliest + timedelta(hours=hours), self.latest + timedelta(hours=hours), self.zone)

    def days_later(self, days: int) -> Window:
        """Days of the calendar of the zone: the same time of day, on a day that many days later (earlier if negative)."""
        return Window(self._moved(self.earliest, days), self._moved(self.latest, days), self.zone)

    def _moved(self, at: datetime, days: int) -> datetime:
        zone = ZoneInfo(self.zone)
        return (at.astimezone(zone) + timedelta(days=days)).astimezone(UTC)

    def is_after(self, other: Window) -> bool:
        """Whether it happened later than the other for certain."""
        return self.earliest > other.latest

    def is_by(self, other: Window) -> bool:
        """Whether it happened no later than the other for certain."""
        return self.latest <= other.earliest

    def __str__(self) -> str:
        """In the zone's time: `2022-02-11 10:00 +02:00`, `between 2022-02-13 00:00 +02:00 and 2022-02-13 24:00 +02:00`."""
        zone = ZoneInfo(self.zone)
        if self.is_exact:
            return _clock(self.earliest, zone)
        return f"between {_clock(self.earliest, zone)} and {_clock(self.latest, zone)}"


def hull(windows: Iterable[Window]) -> Window:
    """The window from the earliest to the latest of several, which tell of one thing and may differ.

    Raises:
        ValueError: when there is none.
    """
    told = tuple(windows)
    if not told:
        raise ValueError("no window")
    return Window(min(one.earliest for one in told), max(one.latest for one in told), told[0].zone)


def all_day(day: date, zone: str) -> Window:
    """All of one day of the calendar of a zone: 23 to 25 hours where clocks change."""
    place = ZoneInfo(zone)
    start = datetime(day.year, day.month, day.day, tzinfo=place).astimezone(UTC)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=place).astimezone(UTC)
    return Window(start, end - _TICK, zone)


def parse_window(text: str, zone: str) -> Window:
    """Read a date of the zone, or a date and time with its offset.

    Raises:
        ValueError: for what is neither; a time without an offset names no instant.
    """
    if len(text) == _DATE:
        return all_day(date.fromisoformat(text), zone)
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without an offset; write 2022-02-11T10:00+02:00")
    instant = at.astimezone(UTC)
    return Window(instant, instant, zone)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    """An instant to its minute in a zone's time, with its offset; the last tick of a day is its 24:00."""
    local = at.astimezone(zone)
    offset = local.strftime("%z")
    offset = f"{offset[:3]}:{offset[3:5]}"
    if (at + _TICK).astimezone(zone).date() > local.date():
        return f"{local.date().isoformat()} 24:00 {offset}"
    return f"{local.strftime('%Y-%m-%d %H:%M')} {offset}"
