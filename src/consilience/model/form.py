"""Form: plain JSON data read strictly into nouns; the first fault is named by its path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import NoReturn, TypeVar

from consilience.errors import AssessmentError

T = TypeVar("T")

WHOLE = 10_000
"""All of it, in basis points: hundredths of a percent, the one exact unit in which a probability is kept."""

LONGEST_TEXT, LONGEST_LIST = 4_000, 500
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # tab and new line may stand in a text
_SHOWN = 80


def refuse(path: str, found: object, expected: str, next_step: str = "") -> NoReturn:
    """Raise an AssessmentError for what stands at `path`."""
    said = "nothing" if found is None else found if isinstance(found, str) else _shown(found)
    shown = _UNPRINTED.sub("\ufffd", said)
    raise AssessmentError(path, shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…", expected, next_step)


def _shown(found: object) -> str:
    """What was found, as Python writes it; of a number too long to be written, how long it is."""
    try:
        return repr(found)
    except ValueError:  # more digits than Python writes
        return f"a number of {found.bit_length():,} bits" if isinstance(found, int) else type(found).__name__


def fields(
    value: object, path: str, required: frozenset[str], optional: frozenset[str] = frozenset()
) -> Mapping[str, object]:
    """An object with all keys of `required` and no others than those and `optional`."""
    if not isinstance(value, Mapping):
        refuse(path, value, "an object")
    for key in sorted(required - value.keys()):
        refuse(f"{path}.{key}", None, "a value: the key is missing")
    for key in sorted(map(str, value.keys() - required - optional)):
        refuse(path, f"the key {key}", "no other keys than " + ", ".join(sorted(required | optional)))
    return value


def text(value: object, path: str) -> str:
    """Text that is not blank, at most 4,000 characters."""
    if not isinstance(value, str) or not value.strip():
        refuse(path, value, "text that is not blank")
    if len(value) > LONGEST_TEXT:
        refuse(path, f"{len(value):,} characters", f"{LONGEST_TEXT:,} at most")
    if _UNPRINTED.search(value):
        refuse(path, value, "text without control characters")
    return value


def digest(value: object, path: str) -> str:
    """A SHA-256 as 64 lower-case hexadecimal digits."""
    if isinstance(value, str) and _HEX.fullmatch(value):
        return value
    refuse(path, value, "64 lower-case hexadecimal digits")


def number(value: object, path: str, least: int, most: int) -> int:
    """A whole number from `least` to `most`; true and false are none."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    refuse(path, value, f"a whole number from {least} to {most}")


def points(value: object, path: str, least: int = 0, most: int = WHOLE) -> int:
    """Percent, as a number with two decimals at most, in basis points."""
    expected = f"percent from {percent_text(least)} to {percent_text(most)}, with two decimals at most"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        refuse(path, value, expected)
    try:
        exact = Decimal(str(value)) * 100
        whole = int(exact)
    except (InvalidOperation, OverflowError, ValueError):  # not a number, an infinity
        refuse(path, value, expected)
    if exact != whole or not least <= whole <= most:
        refuse(path, value, expected)
    return whole


def percent(basis_points: int) -> int | float:
    """Percent as JSON has it: whole where it is whole, so that its text is the same in Python and in RFC 8785."""
    return basis_points // 100 if basis_points % 100 == 0 else basis_points / 100


def percent_text(basis_points: int) -> str:
    """`12.5`, without the sign."""
    return str(percent(basis_points))


def instant(value: object, path: str) -> datetime:
    """A UTC time to the second, `2022-02-24T03:40:00Z`."""
    expected = "a UTC time like 2022-02-24T03:40:00Z"
    if not isinstance(value, str) or not _UTC.fullmatch(value):
        refuse(path, value, expected)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        refuse(path, value, expected)


def instant_text(when: datetime) -> str:
    """As `instant` reads it."""
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def items(value: object, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    """A list of at most 500, each item read by `read`."""
    if not isinstance(value, list):
        refuse(path, value, "a list")
    if len(value) > LONGEST_LIST:
        refuse(path, f"{len(value):,} items", f"{LONGEST_LIST} at most")
    return tuple([read(item, f"{path}[{i}]") for i, item in enumerate(value)])


def names(value: object, path: str) -> tuple[str, ...]:
    """A set of texts, written as a list in any order; kept in order, so that a set has one text."""
    found = items(value, path, text)
    ordered = tuple(sorted(found))
    for name, other in pairwise(ordered):
        if name == other:
            refuse(path, f"{name} twice", "each once")
    return ordered


def table(value: object, path: str, read: Callable[[object, str], T]) -> tuple[tuple[str, T], ...]:
    """An object of any keys as pairs in order of key, each value read by `read`."""
    if not isinstance(value, Mapping):
        refuse(path, value, "an object")
    if len(value) > LONGEST_LIST:
        refuse(path, f"{len(value):,} keys", f"{LONGEST_LIST} at most")
    return tuple([(text(key, path), read(item, f"{path}.{key}")) for key, item in sorted(value.items())])


def listed(names: Sequence[str]) -> str:
    """`GBR`, `GBR and UKR`, `GBR, UKR and USA`; nothing of none."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))
