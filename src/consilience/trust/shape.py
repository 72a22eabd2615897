"""Shape: strict reading of a JSON value, in which the first fault is named by its path."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import NoReturn, TypeVar

from consilience.trust.canonical import Json
from consilience.trust.errors import MalformedStatementError, shown

T = TypeVar("T")

DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", re.ASCII)


def refuse(path: str, found: object, expected: str) -> NoReturn:
    """Raise a MalformedStatementError for what stands at `path`."""
    raise MalformedStatementError(f"{path} of the payload", shown(found), expected)


def fields(value: Json, path: str, names: frozenset[str]) -> dict[str, Json]:
    """An object with exactly the keys `names`."""
    if not isinstance(value, dict):
        refuse(path, value, "an object")
    if value.keys() != names:
        for name in sorted(names - value.keys()):
            refuse(f"{path}.{name}", None, "a value: the key is missing")
        for name in sorted(value.keys() - names):
            refuse(path, name, "no such key: " + ", ".join(sorted(names)))
    return value


def text(value: Json, path: str) -> str:
    """Any text."""
    return value if isinstance(value, str) else refuse(path, value, "text")


def word(value: Json, path: str) -> str:
    """Text that is not empty."""
    return value if isinstance(value, str) and value else refuse(path, value, "text that is not empty")


def digest(value: Json, path: str) -> str:
    """A SHA-256 as 64 lower-case hexadecimal digits."""
    if isinstance(value, str) and DIGEST.fullmatch(value):
        return value
    refuse(path, value, "64 lower-case hexadecimal digits")


def whole(value: Json, path: str, least: int = 0) -> int:
    """An integer of `least` or more; true and false are none."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= least:
        return value
    refuse(path, value, f"a whole number of {least} or more")


def items(value: Json, path: str, read: Callable[[Json, str], T]) -> tuple[T, ...]:
    """A list, each item read by `read`."""
    if not isinstance(value, list):
        refuse(path, value, "a list")
    return tuple([read(item, f"{path}[{i}]") for i, item in enumerate(value)])


def ascending(value: Json, path: str) -> frozenset[str]:
    """A set of words: a list in order of code point, each once, so that a set has one text."""
    if value == []:
        return frozenset()
    found = items(value, path, word)
    if any(before >= after for before, after in pairwise(found)):
        refuse(path, ", ".join(found), "each once, in ascending order")
    return frozenset(found)


def ranks(value: Json, path: str) -> tuple[tuple[str, int], ...]:
    """An object of ranks by policy, as pairs in order of policy."""
    if not isinstance(value, dict):
        refuse(path, value, "an object")
    return tuple(sorted((word(code, path), whole(rank, f"{path}.{code}")) for code, rank in value.items()))


def time(value: Json, path: str) -> datetime:
    """A UTC time as `time_text` writes it."""
    expected = "a UTC time like 2022-02-24T03:40:00Z"
    if not isinstance(value, str) or not _TIME.fullmatch(value) or value.endswith(".000000Z"):
        refuse(path, value, expected)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        refuse(path, value, expected)


def optional_time(value: Json, path: str) -> datetime | None:
    """A UTC time, or null for none."""
    return None if value is None else time(value, path)


def time_text(when: datetime) -> str:
    """RFC 3339 in UTC with Z; six digits of a second only when there are any.

    Raises:
        MalformedStatementError: a time without a zone, which could mean any of a day's hours.
    """
    if when.tzinfo is None:
        raise MalformedStatementError("time of a statement", f"{when} without a zone", "a time in UTC")
    moment = when.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat() + "Z"


def optional_time_text(when: datetime | None) -> str | None:
    """As `time_text`, and null for none."""
    return None if when is None else time_text(when)
