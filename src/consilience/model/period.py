"""Period: the UTC interval that a claim is about, half-open, with the precision of its ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_FIRST_YEAR, _LAST_YEAR = 1000, 2999


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A point in time as stated: the instant (UTC) at which it begins and whether only the day is known."""

    at: datetime
    is_day: bool

    @property
    def end(self) -> datetime:
        """The first instant after it: a day later for a day, a minute later for a clock time."""
        try:
            return self.at + (DAY if self.is_day else _MINUTE)
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)

    def __str__(self) -> str:
        """ISO 8601: `2021-12-03` or `2021-11-22T17:30Z`."""
        if self.is_day:
            return self.at.date().isoformat()
        return self.at.strftime("%Y-%m-%dT%H:%M" + (":%S" if self.at.second else "") + "Z")


@dataclass(frozen=True, slots=True)
class Period:
    """From `begin` to `finish` as stated; `finish` None is open ("from now on")."""

    begin: Moment
    finish: Moment | None

    @property
    def start(self) -> datetime:
        """First instant covered."""
        return self.begin.at

    @property
    def end(self) -> datetime | None:
        """First instant no longer covered, None when open.

        A stated clock time is exact, so two reporting periods that meet at 19:30 do not overlap; a day
        covers all of itself; a single clock time covers its minute.
        """
        if self.finish is None:
            return None
        if self.finish.is_day or self.finish.at <= self.begin.at:
            return self.finish.end
        return self.finish.at

    @property
    def as_of(self) -> datetime:
        """The instant that a level over this period describes: the stated end, or the start when open."""
        return self.finish.at if self.finish else self.begin.at

    def overlaps(self, other: Period) -> bool:
        """Whether some instant lies in both."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    def within(self, other: Period) -> bool:
        """Whether every instant of this one lies in the other."""
        if self.start < other.start:
            return False
        return other.end is None or (self.end is not None and self.end <= other.end)

    def gap_days(self, other: Period) -> float:
        """Days between the two, 0 where they overlap or touch.

        Counted from stated day to stated day: 3 and 5 December lie two days apart.
        """
        if self.overlaps(other):
            return 0.0
        earlier, later = (self, other) if self.start <= other.start else (other, self)
        assert earlier.finish is not None  # noqa: S101  an open period overlaps everything after it
        return max(0.0, (later.start - earlier.finish.at) / DAY)

    def __str__(self) -> str:
        """`2021-12-03`, `2021-11-01 to 2021-12-03`, `from 2021-12-09`."""
        if self.finish is None:
            return f"from {self.begin}"
        return str(self.begin) if self.begin == self.finish else f"{self.begin} to {self.finish}"


def day(value: date) -> Moment:
    """The moment that is all of one UTC day."""
    return Moment(datetime(value.year, value.month, value.day, tzinfo=UTC), is_day=True)


def parse_moment(text: str) -> Moment:
    """Read an ISO 8601 date, or a date and time with an offset.

    Raises:
        ValueError: saying what is wrong; a time without an offset is refused, since it names no instant, and
            so is a year that no report is about.
    """
    stripped = text.strip()
    try:
        if len(stripped) == len("2021-12-03"):
            found = day(date.fromisoformat(stripped))
        else:
            at = datetime.fromisoformat(stripped)
            if at.tzinfo is None:
                raise ValueError("a time without an offset; write 2021-11-22T19:30+02:00 or end it with Z")
            found = Moment(at.astimezone(UTC), is_day=False)
        if not _FIRST_YEAR <= found.at.year <= _LAST_YEAR:
            raise ValueError(f"the year {found.at.year}")
    except OverflowError as error:
        raise ValueError(f"not an ISO 8601 date ({error})") from error
    except ValueError as error:
        if "offset" in str(error):
            raise
        raise ValueError(f"not an ISO 8601 date ({error})") from error
    return found
