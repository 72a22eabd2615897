"""Timetable: deadlines, and the parts of a question, as a person says them; the command line and the pages read the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from consilience.errors import UsageError
from consilience.model.form import instant_text
from consilience.model.round import Deadlines

_SPAN = re.compile(r"(\d{1,4})\s*(m|h|d)", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
FLAGS = ("--commit-by", "--reveal-by", "--again-by", "--end-by")
"""What the four deadlines are called on the command line."""


def time_of(text: str, now: datetime, flag: str) -> datetime:
    """A moment: ISO 8601 with an offset, a day (its end in UTC), or a span from now such as 24h; to the second.

    Raises:
        UsageError: for anything else.
    """
    span = _SPAN.fullmatch(text.strip().removeprefix("+"))
    try:
        if span:
            return (now + timedelta(**{_UNITS[span[2]]: int(span[1])})).replace(microsecond=0)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.combine(date.fromisoformat(text), datetime.max.time(), UTC).replace(microsecond=0)
        when = datetime.fromisoformat(text)
        if when.tzinfo is not None:
            return when.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):  # no time, or one outside the years 1 to 9999
        pass
    raise UsageError(
        flag, repr(text), "a time such as 2031-06-20T12:00Z, a day such as 2031-06-20, or a span such as 24h"
    )


def pair_of(text: str, flag: str, example: str) -> tuple[str, str]:
    """`ID=TEXT`; raises UsageError for anything else."""
    name, equals, rest = text.partition("=")
    if not equals or not name.strip() or not rest.strip():
        raise UsageError(flag, repr(text), example)
    return name.strip(), rest.strip()


def number_of(text: str, flag: str) -> float | int:
    """A number of percent; raises UsageError for anything else."""
    try:
        found = float(text.strip().removesuffix("%").replace("_", "?"))  # Python would read 3_5 as 35
    except ValueError as error:
        raise UsageError(flag, repr(text), "percent, such as 35 or 12.5") from error
    return int(found) if found.is_integer() else found


def deadlines(times: Sequence[str], now: datetime, names: Sequence[str] = FLAGS) -> tuple[Deadlines, ...]:
    """Four deadlines; each that is not said comes as long after the one before as that came after its own.

    Raises:
        UsageError: none is said, one is no time, has passed or is beyond the calendar; by the names of the four.
    """
    if not times[0]:
        raise UsageError(names[0], "nothing", "until when answers are sealed, such as 24h or 2031-06-20T12:00Z")
    found = [now.replace(microsecond=0)]
    for name, text in zip(names, times, strict=True):
        step = found[-1] - found[-2] if len(found) > 1 else timedelta()
        try:
            found.append(time_of(text, now, name) if text else found[-1] + step)
        except OverflowError as error:
            said = f"{instant_text(found[-1])} and as long again"
            raise UsageError(name, said, "a time before the year 10000", f"Say: {name} T") from error
    if found[1] <= now:
        raise UsageError(names[0], instant_text(found[1]), f"a time after now, {instant_text(now)}")
    return Deadlines(found[1], found[2]), Deadlines(found[3], found[4])
