"""Stamp: moments as TAXII and STIX write them (RFC 3339 in UTC), and as the store keeps them, in whole microseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# TAXII 2.1, section 2 (timestamp), and STIX 2.1, section 3.16: always Z, any number of digits of a second.
_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,32})?Z")


def moment(text: str) -> datetime | None:
    """The moment in a timestamp, cut off after microseconds; None when it is no timestamp of TAXII or STIX."""
    if not _FORM.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # the 31st of June, the year 0, a leap second
        return None


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def at_micros(count: int) -> datetime:
    """The moment so many microseconds after 1970."""
    return _EPOCH + count * _MICROSECOND


def taxii_text(count: int) -> str:
    """A moment with six digits, as TAXII writes `date_added`."""
    return f"{at_micros(count).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def stix_text(at: datetime) -> str:
    """A moment with three digits, or six when it needs them, as STIX writes `modified`."""
    return f"{at.replace(tzinfo=None).isoformat(timespec='microseconds' if at.microsecond % 1000 else 'milliseconds')}Z"
