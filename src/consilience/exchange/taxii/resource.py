"""Resources: what a TAXII server tells of itself, in the standard's words (TAXII 2.1, sections 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass, field

TAXII = "application/taxii+json;version=2.1"
"""The media type of every answer, written so: some clients compare it letter by letter."""

MAX_CONTENT_LENGTH = 10 * 1024 * 1024
"""Bytes of a body that an API root takes unless it says otherwise."""


def stix_media_type(spec_version: str) -> str:
    """The media type of objects of one version of STIX: `application/stix+json;version=2.1`."""
    return f"application/stix+json;version={spec_version}"


@dataclass(frozen=True, slots=True)
class Discovery:
    """What the server as a whole is called; `default` names one of its API roots."""

    title: str
    description: str = ""
    contact: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class ApiRoot:
    """A group of collections; `name` is the last segment of its path."""

    name: str
    title: str
    description: str = ""
    max_content_length: int = MAX_CONTENT_LENGTH


@dataclass(frozen=True, slots=True)
class Collection:
    """A logical repository of objects. `id` is unique in a store, `alias` within the root."""

    id: str
    root: str
    title: str
    description: str = ""
    alias: str = ""
    media_types: tuple[str, ...] = field(default=(stix_media_type("2.1"),))


@dataclass(frozen=True, slots=True)
class Rights:
    """What may be done with a collection."""

    read: bool
    write: bool
