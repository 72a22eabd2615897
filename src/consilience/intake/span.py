"""Span: days that are known to their week, month or year only, as their first and last day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from consilience.model.period import parse_moment

_WEEK = timedelta(days=3)  # either side: data sets code such an event to the middle of its week
_SPANS = ("day", "week", "month", "year")


def first_day(parts: str) -> str:
    """The first day of `year/month/day`; parts that are empty, 0 or below are unknown.

    Raises:
        ValueError: for a year that is unknown, or a day that does not exist.
    """
    year, month, day = _parts(parts)
    return date(year, month or 1, day if month and day else 1).isoformat()


def last_day(parts: str) -> str:
    """The last day of `year/month/day`, as `first_day` has it."""
    year, month, day = _parts(parts)
    if month and day:
        return date(year, month, day).isoformat()
    return date(year, month or 12, monthrange(year, month or 12)[1]).isoformat()


def begin(text: str, span: str) -> str:
    """The first day of the day, week, month or year around a date."""
    at = parse_moment(text).at.date()
    if span == "week":
        at -= _WEEK
    elif span in ("month", "year"):
        at = at.replace(day=1, month=1 if span == "year" else at.month)
    elif span != "day":
        raise ValueError(f"the precision {span!r}, which is none of {', '.join(_SPANS)}")
    return at.isoformat()


def finish(text: str, span: str) -> str:
    """The last day of the day, week, month or year around a date."""
    at = parse_moment(text).at.date()
    if span == "week":
        at += _WEEK
    elif span in ("month", "year"):
        return last_day(f"{at.year}/{at.month if span == 'month' else 0}/0")
    elif span != "day":
        raise ValueError(f"the precision {span!r}, which is none of {', '.join(_SPANS)}")
    return at.isoformat()


def latest(text: str, other: str) -> str:
    """The latest ISO day that stands in either text.

    Raises:
        ValueError: when there is none.
    """
    found = re.findall(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)", f"{text} {other}", re.ASCII)
    if not found:
        raise ValueError("a day such as 2021-12-03")
    return str(max(found))


def _parts(text: str) -> tuple[int, int, int]:
    """Year, month and day; 0 for the unknown."""
    pieces = [piece.strip() for piece in text.split("/")]
    if len(pieces) != len(("year", "month", "day")):
        raise ValueError("year/month/day")
    year, month, day = (max(0, int(float(piece or 0))) for piece in pieces)
    if not year:
        raise ValueError("no year")
    return year, month, day
