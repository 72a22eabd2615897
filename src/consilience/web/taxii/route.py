"""Route: which endpoint a path leads to (TAXII 2.1, section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote_to_bytes


class Endpoint(Enum):
    """The endpoints, each with the methods it answers; HEAD and OPTIONS come on top."""

    DISCOVERY = ("discovery", "GET")
    ROOT = ("root", "GET")
    STATUS = ("status", "GET")
    COLLECTIONS = ("collections", "GET")
    COLLECTION = ("collection", "GET")
    MANIFEST = ("manifest", "GET")
    OBJECTS = ("objects", "GET", "POST")
    OBJECT = ("object", "GET", "DELETE")
    VERSIONS = ("versions", "GET")

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that the standard gives it."""
        found: tuple[str, ...] = self.value[1:]
        return found

    @property
    def allow(self) -> str:
        """What an Allow header says of it."""
        return ", ".join((*self.methods, "HEAD", "OPTIONS"))


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint, with what the path names."""

    endpoint: Endpoint
    root: str = ""
    collection: str = ""
    name: str = ""
    """The id of an object, or of a status."""


def route(path: str) -> Route | None:
    """Where a path leads; None when nowhere. The slash at its end may be missing."""
    parts = [_decoded(part) for part in path.removeprefix("/").removesuffix("/").split("/")]
    if not all(parts):
        return None
    match [part or "" for part in parts]:
        case ["taxii2"]:
            return Route(Endpoint.DISCOVERY)
        case [root]:
            return Route(Endpoint.ROOT, root)
        case [root, "status", name]:
            return Route(Endpoint.STATUS, root, name=name)
        case [root, "collections"]:
            return Route(Endpoint.COLLECTIONS, root)
        case [root, "collections", collection, *rest]:
            return _within(root, collection, rest)
    return None


def _within(root: str, collection: str, rest: list[str]) -> Route | None:
    match rest:
        case []:
            return Route(Endpoint.COLLECTION, root, collection)
        case ["manifest"]:
            return Route(Endpoint.MANIFEST, root, collection)
        case ["objects"]:
            return Route(Endpoint.OBJECTS, root, collection)
        case ["objects", name]:
            return Route(Endpoint.OBJECT, root, collection, name)
        case ["objects", name, "versions"]:
            return Route(Endpoint.VERSIONS, root, collection, name)
    return None


def _decoded(part: str) -> str | None:
    """A segment without percent signs; None when it is no text, or no text of ours."""
    try:
        found = unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in found else found
