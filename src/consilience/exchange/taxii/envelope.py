"""Envelope: the objects in a body that was posted. One bad object never breaks the batch it came in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consilience.exchange.taxii.arrival import Arrival, Refused, arrival
from consilience.exchange.taxii.errors import UnprocessableError
from consilience.trust.canonical import EXACT, Json

_LONGEST_NUMBER = 64  # characters; the longest double has 25
_MOST_OBJECTS = 100_000
_MOST_CONTAINERS = 1_000_000  # arrays and objects, each of which takes twenty times its bytes in memory
_EXPECTED = 'an envelope: {"objects": [...]}'


@dataclass(frozen=True, slots=True)
class Posted:
    """One object as it was read, and the arrival it makes, or why it makes none."""

    value: Mapping[str, Json]
    found: Arrival | Refused


class _Unsound(dict[str, Any]):
    """In place of a part that the I-JSON profile forbids: the object that holds it is refused, not the whole batch."""


class _Reader:
    """Reads one body; remembers whether anything in it was unsound."""

    def __init__(self) -> None:
        self.unsound = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._once, parse_int=self._integer, parse_float=self._float, parse_constant=self._unfit
        )

    def read(self, body: bytes) -> Json:
        """The JSON value in a body."""
        try:
            value: Json = self._decoder.decode(body.decode())
        except UnicodeDecodeError as wrong:
            raise UnprocessableError("body", f"{wrong.reason} at byte {wrong.start}", "JSON in UTF-8") from wrong
        except json.JSONDecodeError as wrong:
            raise UnprocessableError("body", f"{wrong.msg} at character {wrong.pos}", "one JSON value") from wrong
        except RecursionError as wrong:
            raise UnprocessableError("body", "hundreds of levels of nesting", _EXPECTED) from wrong
        return value

    def _once(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        self.unsound = True
        return _Unsound(found)

    def _integer(self, text: str) -> Json:
        # Its length is looked at first, since reading a long one takes square time.
        return number if len(text) < 18 and -EXACT < (number := int(text)) < EXACT else self._unfit(text)

    def _float(self, text: str) -> Json:
        fits = len(text) <= _LONGEST_NUMBER and -EXACT < (number := float(text)) < EXACT
        return number if fits else self._unfit(text)

    def _unfit(self, _: str) -> Json:
        self.unsound = True
        return _Unsound()


def read_envelope(body: bytes) -> tuple[Posted, ...]:
    """The objects of an envelope, or of a bundle, in order.

    A bundle is no envelope, yet OpenCTI and others post one, and what is meant is plain.

    Raises:
        UnprocessableError: the body is not JSON, or neither of the two.
    """
    if body.count(b"[") + body.count(b"{") > _MOST_CONTAINERS:
        raise UnprocessableError("body", "too many arrays and objects", f"{_MOST_CONTAINERS:,} at most")
    reader = _Reader()
    value = reader.read(body)
    objects = value.get("objects") if isinstance(value, dict) else None
    if not isinstance(objects, list):
        raise UnprocessableError("body", "no list of objects", _EXPECTED)
    if len(objects) > _MOST_OBJECTS:
        raise UnprocessableError("body", f"{len(objects):,} objects", f"{_MOST_OBJECTS:,} at most: send them in parts")
    return tuple(_posted(item, reader.unsound) for item in objects)


def _posted(value: Json, suspect: bool) -> Posted:
    found = arrival(value)
    if suspect and _is_unsound(value):
        name = (found.id, found.version if isinstance(found, Refused) else found.said)
        found = Refused(*name, "one key twice, or a number that a double does not hold")
    return Posted(value if isinstance(value, dict) else {}, found)


def _is_unsound(value: Json, room: int = 900) -> bool:
    if isinstance(value, _Unsound) or not room:
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_is_unsound(item, room - 1) for item in inner)
