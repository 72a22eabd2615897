"""Naming: the ids of our STIX objects, which follow from what they hold, and times as STIX writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5

from consilience.trust import canonical
from consilience.trust.canonical import Json

NAMESPACE = uuid5(NAMESPACE_URL, "urn:consilience:stix:1")
"""Of every id here. STIX 2.1, section 2.9, keeps a namespace of its own for cyber-observables, which is not this one."""

FOUNDED = datetime(2021, 6, 10, tzinfo=UTC)
"""When STIX 2.1 became a standard: the `created` of objects whose id is their content, so that it is always the same."""

ID = re.compile(r"[a-z0-9][a-z0-9-]{1,248}[a-z0-9]--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
"""The form of an identifier (STIX 2.1, section 2.9)."""

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)


def stix_id(kind: str, *content: Json) -> str:
    """The id of an object of a type: UUIDv5 (RFC 9562) over the canonical JSON of what it is made from.

    Raises:
        UnencodableError: content that has no I-JSON form.
    """
    return f"{kind}--{uuid5(NAMESPACE, canonical.encode([kind, *content]).decode())}"


def incident_id(digest: str) -> str:
    """The id under which a claim is shown, from the digest of its statement."""
    return stix_id("incident", digest)


@lru_cache(maxsize=10_000)
def partner_id(code: str) -> str:
    """The id of a partner's identity, from its code alone: it stays when the roster calls the partner otherwise."""
    return stix_id("identity", "partner", code)


def stamp(when: datetime) -> str:
    """A STIX timestamp, cut to the millisecond as `created` and `modified` must be (STIX 2.1, section 3.2)."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def read_stamp(value: object) -> datetime | None:
    """The time of a STIX timestamp, which ends with Z; None for anything else."""
    if not isinstance(value, str) or not _STAMP.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
