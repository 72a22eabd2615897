"""Arrival: an object version on its way into a collection, and what came of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consilience.exchange.taxii.resource import stix_media_type
from consilience.exchange.taxii.stamp import moment
from consilience.trust.canonical import Json

MAX_DEPTH = 64
_SPEC_VERSIONS = ("2.0", "2.1")
# STIX 2.1, sections 2.9 and 3.1: the type, two hyphens, a UUID (of whatever version: STIX 2.0 had others).
_TYPE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,248}[a-z0-9])?")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_SORTED = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One version of an object, as it will be served.

    `version` is `modified`, else `created`, else None: then the moment of its arrival becomes its version. `said` is
    the text of the version as the object has it. `content` is the SHA-256 of everything but `modified`, which is in
    `version` already: two arrivals with one id and version and another content contradict each other. `added` is
    None for now, or the moment another ledger or a seed has given it.
    """

    body: bytes
    id: str
    type: str
    version: datetime | None
    spec_version: str
    media_type: str
    content: bytes
    said: str = ""
    added: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """An object that cannot be taken, and why; the others beside it are taken all the same."""

    id: str
    version: str
    reason: str


class Kind(StrEnum):
    """What came of an arrival."""

    ADDED = "added"
    KNOWN = "known"
    """An exact duplicate, which is a success (TAXII 2.1, section 5.5)."""
    CONFLICTS = "conflicts"
    """Same id and version with another content; what came first stays, the other is kept as evidence."""
    FULL = "full"
    """There is no room for it in the collection: nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one arrival, and the text of the version it has in the store."""

    kind: Kind
    version: str


class _UnfitError(Exception):
    """Carries the reason for a refusal out of the checks."""


def arrival(value: Json) -> Arrival | Refused:
    """A STIX object of any version as an arrival, or why it is none. What it says beside its envelope is not judged."""
    if not isinstance(value, Mapping):
        return Refused("", "", "not a JSON object")
    try:
        kind, name = _identity(value)
        text = _version_text(value)
        version = _version(text)
        spec = _spec_version(value)
        body = _COMPACT.encode(value).encode()
        _check_depth(value, body)
        return Arrival(body, name, kind, version, spec, stix_media_type(spec), content_hash(value), text)
    except _UnfitError as unfit:
        reason = str(unfit)
    except (UnicodeEncodeError, ValueError, RecursionError, TypeError):
        reason = "text or numbers that JSON cannot carry"
    return Refused(_shown(value.get("id")), _shown(value.get("modified", value.get("created"))), reason)


def unvalidated(value: Mapping[str, Json], media_type: str) -> Arrival:
    """An object stored as it is, for seeds: only its id must be text.

    Raises:
        ValueError: no id, or text that JSON cannot carry.
    """
    name, kind, text = value.get("id"), value.get("type"), _version_text(value)
    if not isinstance(name, str) or not name or "\0" in name:
        raise ValueError("no id")
    of_type = kind if isinstance(kind, str) else name.partition("--")[0]
    spec = media_type.partition("version=")[2] or _spec_version(value)
    body = _COMPACT.encode(value).encode()
    return Arrival(body, name, of_type, moment(text), spec, media_type, content_hash(value), text)


def content_hash(value: Mapping[str, Json]) -> bytes:
    """SHA-256 of an object without `modified`, its keys sorted."""
    return hashlib.sha256(_SORTED.encode({k: v for k, v in value.items() if k != "modified"}).encode()).digest()


def _identity(value: Mapping[str, Json]) -> tuple[str, str]:
    kind, name = value.get("type"), value.get("id")
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        raise _UnfitError("no STIX type")
    if not isinstance(name, str) or not name.startswith(f"{kind}--") or not _UUID.fullmatch(name, len(kind) + 2):
        raise _UnfitError("no STIX id: the type, two hyphens and a UUID")
    return kind, name


def _version_text(value: Mapping[str, Json]) -> str:
    """`modified`, else `created`, else nothing (TAXII 2.1, section 3.4.1)."""
    found = value.get("modified", value.get("created", ""))
    return found if isinstance(found, str) else "?"


def _version(text: str) -> datetime | None:
    if not text:
        return None
    found = moment(text)
    if found is None:
        raise _UnfitError("modified, or created, is no timestamp")
    return found


def _spec_version(value: Mapping[str, Json]) -> str:
    """What the object says; without it 2.0 has dates, and what has none is an observable of 2.1."""
    if "spec_version" in value:
        said = value["spec_version"]
        if said not in _SPEC_VERSIONS:
            raise _UnfitError("a version of STIX other than 2.0 and 2.1")
        return str(said)
    return "2.0" if "created" in value or "modified" in value else "2.1"


def _check_depth(value: Json, body: bytes) -> None:
    """Refuse deep nesting, which would cost every later reader a stack."""
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _deeper(value, MAX_DEPTH):
        raise _UnfitError(f"more than {MAX_DEPTH} levels of nesting")


def _deeper(value: Json, room: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if not room:
        return True
    inner = value.values() if isinstance(value, dict) else value
    return any(_deeper(item, room - 1) for item in inner)


def _shown(value: object) -> str:
    """A text of the sender's for a status: short, and such as can be encoded."""
    return value[:256].encode("utf-8", "replace").decode() if isinstance(value, str) else ""
