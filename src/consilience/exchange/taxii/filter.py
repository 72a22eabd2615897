"""Filter: which object versions a request asks for (TAXII 2.1, section 3.4)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from consilience.exchange.taxii.errors import MalformedFilterError
from consilience.exchange.taxii.stamp import micros, moment

OBJECTS = frozenset({"added_after", "limit", "next", "id", "type", "version", "spec_version"})
OBJECT = OBJECTS - {"id", "type"}
VERSIONS = OBJECT - {"version"}
DELETE = frozenset({"version", "spec_version"})
"""Which parameters an endpoint knows; others are ignored, as section 3.4 allows."""

_MOST_PARAMETERS = 64
_MOST_VALUES = 2_000
_KEYWORDS = ("all", "first", "last")
_LIMIT = re.compile(r"[0-9]{1,18}")
_SPEC = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Versions:
    """Which versions of each object: by keyword, or by the moments (in microseconds) that they name."""

    all: bool = False
    first: bool = False
    last: bool = False
    at: tuple[int, ...] = ()


LAST = Versions(last=True)
ALL = Versions(all=True)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page is made of. All of them hold at once; values within one are alternatives.

    Without `specs`, of each object only the latest version of STIX is given. `first` and `last` are of an object's
    versions in that version of STIX; with several `specs`, of its versions in all of these.
    """

    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    versions: Versions = LAST
    specs: tuple[str, ...] = ()
    added_after: int | None = None
    next: str = ""

    @property
    def digest(self) -> bytes:
        """What a `next` is bound to: all filters but itself, whatever the order of their values."""
        v = self.versions
        texts = [sorted(set(each)) for each in (self.ids, self.types, self.specs)]
        said = (texts, sorted(set(v.at)), v.all, v.first, v.last, self.added_after)
        return hashlib.sha256(repr(said).encode()).digest()


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a request, and how many at most it wants (None: as many as the server gives)."""

    filters: Filters = field(default=Filters())
    limit: int | None = None


def parse_query(query: bytes, known: frozenset[str], versions: Versions = LAST) -> Asked:
    """What a query string asks of an endpoint with the `known` parameters; `versions` when it names none.

    Raises:
        MalformedFilterError: a known parameter twice, or a value that the standard does not allow.
    """
    if not query:
        return Asked(Filters(versions=versions))
    given = _given(query, known)
    return Asked(
        Filters(
            ids=_values(given, "id"),
            types=_values(given, "type"),
            versions=_versions(given) if "version" in given else versions,
            specs=_specs(given),
            added_after=_added_after(given),
            next=given.get("next", ""),
        ),
        _limit(given),
    )


def _given(query: bytes, known: frozenset[str]) -> dict[str, str]:
    """The parameters that the endpoint knows; `match[type]` as `type`."""
    try:
        pairs = parse_qsl(
            query.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )  # fmt: skip
    except (UnicodeDecodeError, ValueError) as wrong:
        said = "too many parameters" if "fields" in str(wrong) else "text that is not UTF-8"
        raise MalformedFilterError("query", said, f"{_MOST_PARAMETERS} parameters at most, in UTF-8") from wrong
    found: dict[str, str] = {}
    for key, value in pairs:
        name = key[6:-1] if key.startswith("match[") and key.endswith("]") else key
        if (name in ("added_after", "limit", "next")) == (name is not key) or name not in known:
            continue
        if name in found:
            raise MalformedFilterError(key, "it twice", "each parameter once")
        if not value or _CONTROL.search(value):
            raise MalformedFilterError(key, "no value, or control characters", "a value")
        found[name] = value
    return found


def _values(given: dict[str, str], name: str) -> tuple[str, ...]:
    """The alternatives of one field."""
    if name not in given:
        return ()
    found = given[name].split(",")
    if not all(found) or len(found) > _MOST_VALUES:
        expected = f"1 to {_MOST_VALUES:,} values with commas between them, and no spaces"
        raise MalformedFilterError(f"match[{name}]", "an empty value or too many", expected)
    return tuple(found)


def _versions(given: dict[str, str]) -> Versions:
    found = _values(given, "version")
    if len(set(found)) != len(found) or ("all" in found and len(found) > 1):
        raise MalformedFilterError("match[version]", "a value twice, or all beside others", "each once, or all alone")
    moments = [moment(value) for value in found if value not in _KEYWORDS]
    if None in moments:
        expected = "all, first, last, or timestamps such as 2016-01-01T01:01:01.000Z"
        raise MalformedFilterError("match[version]", "a value that is no version", expected)
    return Versions("all" in found, "first" in found, "last" in found, tuple(micros(at) for at in moments if at))


def _specs(given: dict[str, str]) -> tuple[str, ...]:
    found = _values(given, "spec_version")
    if not all(_SPEC.fullmatch(value) for value in found):
        raise MalformedFilterError("match[spec_version]", "a value that is no version", "versions such as 2.1")
    return found


def _added_after(given: dict[str, str]) -> int | None:
    if "added_after" not in given:
        return None
    found = moment(given["added_after"])
    if found is None:
        expected = "one timestamp such as 2016-01-01T01:01:01.000000Z"
        raise MalformedFilterError("added_after", "a value that is no timestamp", expected)
    return micros(found)


def _limit(given: dict[str, str]) -> int | None:
    if "limit" not in given:
        return None
    if not _LIMIT.fullmatch(given["limit"]) or not int(given["limit"]):
        raise MalformedFilterError("limit", "a value that is no such number", "an integer greater than zero")
    return int(given["limit"])
