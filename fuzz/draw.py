"""Draw: turns the bytes of a fuzzer into choices, so that it can reach behind a shape that bytes alone seldom have."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import TypeAlias, TypeVar

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_T = TypeVar("_T")
_MOST_CHANGES = 6
_ODD: tuple[Json, ...] = (
    None, True, False, 0, -1, 1, 2**53 - 1, 2**53, -(2**63), 0.1, 1e308, 5e-324, "", " ", "\0", "\n", "\u2028", "\ufeff",
    "\ufffe", "\U0001f600", "NaN", "-0", "1e999", "../..", "=1+1", "2021-12-03", "2021-12-03T00:00:00.000Z",
    "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "x" * 5_000, "0" * 64, "REL TO BOR", [], {}, [[]], [None],
    {"": {}}, {"type": "x", "id": "x"},
)  # fmt: skip


class Draw:
    """Choices out of bytes; once they are used up, every choice is the first one."""

    def __init__(self, data: bytes) -> None:
        """Draw from these bytes, from the front."""
        self._data = data
        self._at = 0

    @property
    def is_empty(self) -> bool:
        """Whether all bytes are used up."""
        return self._at >= len(self._data)

    def below(self, bound: int) -> int:
        """A number from 0 to less than `bound`."""
        return int.from_bytes(self.take(1 if bound <= 256 else 3), "big") % bound

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of some choices."""
        return choices[self.below(len(choices))]

    def take(self, count: int) -> bytes:
        """The next bytes, fewer at the end."""
        found = self._data[self._at : self._at + count]
        self._at += count
        return found

    def rest(self) -> bytes:
        """All bytes that are left."""
        return self.take(len(self._data))

    def text(self) -> str:
        """A text of at most 255 bytes in UTF-8, what is none replaced."""
        return self.take(self.below(256)).decode("utf-8", "replace")

    def odd(self) -> Json:
        """A value that programs seldom expect, or a drawn text."""
        return self.text() if self.below(8) == 0 else copy.deepcopy(self.pick(_ODD))


def shaken(draw: Draw, value: Json) -> Json:
    """A copy of a value with a few changes: parts that are odd, gone, moved, renamed, repeated or spliced."""
    holder: list[Json] = [copy.deepcopy(value)]
    for _ in range(1 + draw.below(_MOST_CHANGES)):
        if draw.is_empty:
            break
        _change(draw, holder)
    return holder[0]


def written(value: Json) -> bytes:
    """JSON in the form that RFC 8785 gives to all that holds no float: whatever else is wrong, it is canonical."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _change(draw: Draw, holder: list[Json]) -> None:
    """One change somewhere below."""
    place: list[Json] | dict[str, Json] = holder
    key = _key(draw, place)
    while key is not None and draw.below(5):
        inner = place[key]  # type: ignore[call-overload, index]
        if not isinstance(inner, list | dict) or not inner:
            break
        place, key = inner, _key(draw, inner)
    match draw.below(7):
        case 0 | 1:
            place[key] = draw.odd()  # type: ignore[call-overload, index]
        case 2 if place is not holder:
            del place[key]  # type: ignore[arg-type]
        case 3 if isinstance(place, list) and place is not holder:
            place.insert(draw.below(len(place) + 1), copy.deepcopy(place[key]))  # type: ignore[call-overload]
        case 4 if isinstance(place, dict):
            place[draw.text()] = place[key] if draw.below(2) else draw.odd()  # type: ignore[index]
        case 5:
            place[key] = _nested(draw, place[key])  # type: ignore[call-overload, index]
        case _:
            place[key] = _spliced(draw, place[key])  # type: ignore[call-overload, index]


def _key(draw: Draw, place: list[Json] | dict[str, Json]) -> int | str:
    return draw.below(len(place)) if isinstance(place, list) else draw.pick(sorted(place))


def _nested(draw: Draw, value: Json) -> Json:
    """A value deep inside of lists or objects."""
    for _ in range(draw.pick((1, 2, 20, 62, 64, 70))):
        value = [value] if draw.below(2) else {"a": value}
    return value


def _spliced(draw: Draw, value: Json) -> Json:
    """A text with a part of it replaced; anything else becomes odd."""
    if not isinstance(value, str):
        return draw.odd()
    at = draw.below(len(value) + 1)
    return value[:at] + draw.text() + value[at + draw.below(9) :]
