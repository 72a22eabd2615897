"""Thing: one version of a STIX object, as the bytes that are served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consilience.exchange.stix.naming import read_stamp
from consilience.trust import canonical
from consilience.trust.canonical import Json

Body = dict[str, Json]
"""The properties of a STIX object that we make."""


@dataclass(frozen=True, slots=True)
class StixObject:
    """One version of an object. Two that have one `id` and one `version` have the same `body`, to the byte.

    Attributes:
        id: `incident--` and a UUID, never random.
        type: `incident`, `location`, …
        version: `modified`, else `created`, in UTC: STIX 2.1, section 3.6.
        body: canonical JSON (RFC 8785).
    """

    id: str
    type: str
    version: datetime
    body: bytes


def made(body: Body) -> StixObject:
    """The object with these properties; those without a value (null, an empty text or list) are left out.

    Raises:
        UnencodableError: a text that has no I-JSON form.
    """
    kept: Body = {name: value for name, value in body.items() if value not in (None, "", [], {})}
    version = read_stamp(kept.get("modified", kept.get("created")))
    if version is None:
        raise ValueError(f"{kept.get('id')} without a time, which is a fault of the program")
    return StixObject(str(kept["id"]), str(kept["type"]), version, canonical.encode(kept))


def once(objects: Iterable[StixObject]) -> tuple[StixObject, ...]:
    """Each version once, in order of first appearance."""
    found: dict[tuple[str, datetime], StixObject] = {}
    for each in objects:
        found.setdefault((each.id, each.version), each)
    return tuple(found.values())
