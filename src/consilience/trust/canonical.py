"""Canonical bytes: one JSON value, one text (RFC 8785), read strictly on the I-JSON profile (RFC 7493)."""

from __future__ import annotations

import json
import re
from collections import Counter
from math import isfinite
from typing import NoReturn, TypeAlias

import rfc8785

from consilience.trust.errors import (
    DeepNestingError,
    DuplicateKeyError,
    InexactNumberError,
    MalformedJsonError,
    NotCanonicalError,
    TooLargeError,
    UnencodableError,
    shown,
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH = 64
EXACT = 2**53
"""Every number lies strictly between -EXACT and EXACT: there, each integer is one double and each double one integer."""

_LONGEST_NUMBER = 64  # characters; the longest canonical double has 25
_EXPECTED_NUMBER = "a number that a double holds exactly, between -2^53 and 2^53"
_EXPECTED_DEPTH = f"{MAX_DEPTH} levels of arrays and objects at most"

# A string whole (an open one to the end of the data), so that brackets in text do not count; or one bracket.
# Possessive, hence linear on hostile input.
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
# RFC 7493, section 2.1: no surrogates, no noncharacters (U+FDD0 to U+FDEF, and the last two of each plane).
_FORBIDDEN = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_ASTRAL = re.compile(rb"[\xf0-\xf4]")  # the first byte of a character beyond the Basic Multilingual Plane
_FAST = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class _DuplicateKey(Exception):  # noqa: N818 (never leaves this module: `parse` makes it a DuplicateKeyError)
    """Carries the key from the decoder's hook to `parse`, which knows what is being read."""


class _Float(Exception):  # noqa: N818 (never leaves this module)
    """There is a float, so the fast encoder does not do."""


class _InexactNumber(Exception):  # noqa: N818 (never leaves this module: `parse` makes it an InexactNumberError)
    """Carries the number's text from the decoder's hook to `parse`."""


def encode(value: Json) -> bytes:
    """The canonical bytes of a JSON value (RFC 8785).

    The C encoder of the standard library writes the same bytes as RFC 8785 when there is no float (its digits
    differ) and no key beyond the Basic Multilingual Plane (UTF-16 order is code point order without surrogates);
    a property test holds the two together. Everything else goes through the `rfc8785` library.

    Raises:
        InexactNumberError: an integer of 2^53 or more in size, or a float that is not finite.
        DeepNestingError: more than 64 levels.
        UnencodableError: a type that JSON lacks, or text with surrogates or noncharacters.
    """
    try:
        data = _FAST.encode(value).encode() if _is_plain(value, MAX_DEPTH) else rfc8785.dumps(value)
    except (UnicodeEncodeError, rfc8785.CanonicalizationError) as wrong:
        raise UnencodableError("JSON value", shown(str(wrong)), "text without lone surrogates") from wrong
    if _may_hold_noncharacters(data) and (character := _FORBIDDEN.search(data.decode())):
        raise UnencodableError("JSON value", _code_point(character[0]), "text without Unicode noncharacters")
    return data


def parse(data: bytes, what: str, most: int) -> Json:
    """The JSON value in `data`, on the I-JSON profile; `what` names the data in errors, `most` bounds its bytes.

    Raises:
        TooLargeError: more than `most` bytes.
        MalformedJsonError: not UTF-8, not JSON, a byte order mark, trailing bytes, surrogates or noncharacters.
        DeepNestingError: more than 64 levels, found before parsing.
        DuplicateKeyError: one key twice in one object, however it is escaped.
        InexactNumberError: a number of 2^53 or more in size, NaN, an infinity, or one that underflows to zero.
    """
    return _load(data, what, most, _STRICT)


def parse_canonical(data: bytes, what: str, most: int) -> Json:
    """The JSON value in `data`, which must be its canonical bytes.

    Raises:
        NotCanonicalError: the canonical bytes of the value are others; and all that `parse` raises.
    """
    try:
        value = _load(data, what, most, _NO_FLOATS)
        canonical = encode(value) if _ASTRAL.search(data) else _FAST.encode(value).encode()
    except _Float:
        value = _load(data, what, most, _STRICT)
        canonical = encode(value)
    if canonical != data:
        pairs = zip(data, canonical, strict=False)
        at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(data), len(canonical)))
        found, expected = shown(data[at : at + 20]), shown(canonical[at : at + 20])
        raise NotCanonicalError(what, f"{found} at byte {at}", f"{expected}, as RFC 8785 writes it")
    return value


def _load(data: bytes, what: str, most: int, decoder: json.JSONDecoder) -> Json:
    """The steps of `parse`, with the decoder that decides on floats."""
    if len(data) > most:
        raise TooLargeError(what, f"{len(data):,} bytes", f"{most:,} at most")
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        raise MalformedJsonError(what, f"{wrong.reason} at byte {wrong.start}", "JSON in UTF-8") from wrong
    _check_depth(data, what)
    try:
        value: Json = decoder.decode(text)
    except _DuplicateKey as wrong:
        raise DuplicateKeyError(what, f"the key {shown(wrong.args[0])} twice", "each key once in an object") from None
    except _InexactNumber as wrong:
        raise InexactNumberError(what, f"the number {shown(wrong.args[0])}", _EXPECTED_NUMBER) from None
    except json.JSONDecodeError as wrong:
        raise MalformedJsonError(what, f"{wrong.msg} at character {wrong.pos}", "one JSON value") from wrong
    # Escapes can smuggle in what UTF-8 itself cannot hold; only then is it worth writing the value out again.
    written = _FAST.encode(value) if "\\u" in text else text
    if (written is not text or _may_hold_noncharacters(data)) and (character := _FORBIDDEN.search(written)):
        raise MalformedJsonError(what, _code_point(character[0]), "no surrogates or noncharacters (RFC 7493)")
    return value


def _is_plain(value: Json, room: int) -> bool:
    """Whether the C encoder writes `value` canonically; raises for what has no canonical form or is too deep."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int or kind is float:
        return _is_plain_number(value)
    if kind is not dict and kind is not list:
        raise UnencodableError(
            "JSON value", f"a {kind.__name__}", "null, true, false, a number, text, a list or a dict"
        )
    if not room:
        raise DeepNestingError("JSON value", "deeper nesting", _EXPECTED_DEPTH)
    # No short cut in these loops: every value is looked at, plain or not.
    plain = True
    if isinstance(value, dict):
        plain = _has_plain_keys(value)
        for item in value.values():
            plain &= _is_plain(item, room - 1)
    elif isinstance(value, list):
        for item in value:
            plain &= _is_plain(item, room - 1)
    return plain


def _is_plain_number(value: Json) -> bool:
    """Whether a number is an integer, the digits of which are the same everywhere."""
    if isinstance(value, int):
        if not -EXACT < value < EXACT:
            raise InexactNumberError("JSON value", f"an integer of {value.bit_length()} bits", _EXPECTED_NUMBER)
        return True
    if isinstance(value, float) and not isfinite(value):
        raise InexactNumberError("JSON value", f"the number {value}", _EXPECTED_NUMBER)
    return False


def _has_plain_keys(value: dict[str, Json]) -> bool:
    """Whether code point order of the keys is their UTF-16 order."""
    try:
        keys = "".join(value)
    except TypeError:
        raise UnencodableError("JSON value", "a key that is no text", "text for every key") from None
    return keys.isascii() or max(keys) <= "\uffff"


def _check_depth(data: bytes, what: str) -> None:
    """Refuse deep nesting before a parser recurses into it."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(data):
        first = token[0]
        if first in (b"[", b"{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise DeepNestingError(what, f"level {depth} at byte {token.start()}", _EXPECTED_DEPTH)
        elif first in (b"]", b"}"):
            depth -= 1


def _may_hold_noncharacters(data: bytes) -> bool:
    """Whether UTF-8 bytes may hold a noncharacter: all are ..BF BE, ..BF BF or EF B7 .. (three fast searches)."""
    return not data.isascii() and (b"\xbf\xbe" in data or b"\xbf\xbf" in data or b"\xef\xb7" in data)


def _code_point(character: str) -> str:
    """`U+FFFE`."""
    return f"U+{ord(character):04X}"


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object, each key of which is there once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKey(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return found


def _integer(text: str) -> int:
    """An integer that is exact as a double; its length is looked at first, since reading it takes square time."""
    if len(text) > 17 or not -EXACT < (number := int(text)) < EXACT:
        raise _InexactNumber(text)
    return number


def _float(text: str) -> float:
    """A double below 2^53 in size, that is zero only when it was written so."""
    if len(text) > _LONGEST_NUMBER or not -EXACT < (number := float(text)) < EXACT:
        raise _InexactNumber(text)
    if not number and text.lower().partition("e")[0].strip("-0."):
        raise _InexactNumber(text)
    return number


def _constant(text: str) -> NoReturn:
    """NaN and the infinities, which Python's JSON knows and the standard does not."""
    raise _InexactNumber(text)


def _no_float(text: str) -> NoReturn:
    """A float where none is looked for."""
    raise _Float(text)


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_int=_integer, parse_float=_float, parse_constant=_constant)
_NO_FLOATS = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_integer, parse_float=_no_float, parse_constant=_constant
)
