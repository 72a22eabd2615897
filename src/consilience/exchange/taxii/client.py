"""Client: fetches from any TAXII 2.1 server, page by page, and posts to it (OASIS TAXII 2.1, sections 3 to 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urljoin, urlsplit

from consilience.exchange.call import Caller, RefusedError, Reply
from consilience.trust.canonical import Json

MEDIA = "application/taxii+json;version=2.1"
_ACCEPT = {"Accept": MEDIA, "Accept-Encoding": "gzip"}
_FIRST, _LAST = "x-taxii-date-added-first", "x-taxii-date-added-last"
_PAUSE = 1.0  # seconds between looks at a status that is pending
_LOOKS = 60


@dataclass(frozen=True, slots=True)
class Root:
    """An API root: where it is, its title, and how many bytes it takes at once (0: not said)."""

    url: str
    title: str
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection as its server describes it."""

    url: str
    id: str
    title: str
    can_read: bool
    can_write: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of objects, and after which `date_added` the next begins: keep it once the objects are stored."""

    objects: tuple[dict[str, Json], ...]
    last: str | None


@dataclass(frozen=True, slots=True)
class Posted:
    """What a server did with what was posted: how many it took, and why it did not take the others, by id."""

    taken: int
    refused: tuple[tuple[str, str], ...]
    pending: int


class Client:
    """Speaks TAXII 2.1 through a `Caller`, which knows who we are and whom we trust."""

    def __init__(self, caller: Caller, pause: Callable[[float], None]) -> None:
        """`pause` waits between looks at a status that is pending."""
        self._caller = caller
        self._pause = pause

    def roots(self, discovery: str) -> tuple[Root, ...]:
        """The API roots that a discovery endpoint names (section 4.1)."""
        found = self._get(discovery)
        addresses = found.get("api_roots")
        listed = addresses if isinstance(addresses, list) else []
        return tuple(self._root(self._own(discovery, address)) for address in listed if isinstance(address, str))

    def shelves(self, root: str) -> tuple[Shelf, ...]:
        """The collections of an API root (section 5.1)."""
        listed = self._get(_under(root, "collections/")).get("collections")
        found = []
        for item in listed if isinstance(listed, list) else []:
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                name = str(item["id"])
                url = _under(root, f"collections/{quote(name, safe='')}/")
                flags = item.get("can_read") is True, item.get("can_write") is True
                found.append(Shelf(url, name, str(item.get("title", "")), *flags))
        return tuple(found)

    def pages(self, collection: str, added_after: str | None = None, limit: int | None = None) -> Iterator[Page]:
        """The objects of a collection that were added after a time, a page at a time (section 5.4).

        Each page begins where the one before ended, by `added_after`: so a page that is lost, or a process that is
        killed, costs a page that is fetched again, and a server need keep no state. Where a server does not say when
        its last object was added, its `next` is followed instead.

        Raises:
            UnreachableError, RefusedError: see `Caller.call`; what came before is kept by whoever stored it.
        """
        after, following = added_after, None
        while True:
            query = {"added_after": after, "limit": str(limit) if limit else None, "next": following}
            asked = urlencode({name: text for name, text in query.items() if text})
            url = _under(collection, "objects/") + (f"?{asked}" if asked else "")
            reply = self._caller.call("GET", url, _ACCEPT)
            found = _object(reply, url)
            objects = found.get("objects")
            listed = tuple(item for item in objects if isinstance(item, dict)) if isinstance(objects, list) else ()
            last = reply.headers.get(_LAST)
            if listed:
                yield Page(listed, last or after)
            if found.get("more") is not True:
                return
            following = None
            if last and last != after:
                after = last
            elif isinstance(found.get("next"), str) and found["next"] != query["next"]:
                following = str(found["next"])
            else:
                said = "more objects, and no word of where they begin"
                raise RefusedError(url, said, f"{_LAST.title()}, or another `next` than before")

    def post(self, collection: str, objects: Sequence[bytes], most_bytes: int = 0) -> Posted:
        """Add objects to a collection, in as many requests as its server's bound asks for (section 5.5)."""
        done = Posted(0, (), 0)
        for batch in _batches(objects, most_bytes):
            body = b'{"objects":[' + b",".join(batch) + b"]}"
            url = _under(collection, "objects/")
            reply = self._caller.call("POST", url, {**_ACCEPT, "Content-Type": MEDIA}, body)
            status = self._settled(collection, _object(reply, url))
            done = Posted(
                done.taken + _count(status, "success_count"),
                done.refused + _failures(status),
                done.pending + _count(status, "pending_count"),
            )
        return done

    def _settled(self, collection: str, status: dict[str, Json]) -> dict[str, Json]:
        """A status once it is complete, or as it is when the server takes long (section 4.3)."""
        root = collection.rstrip("/").rsplit("/collections/", 1)[0]
        for _ in range(_LOOKS):
            if status.get("status") != "pending" or not isinstance(status.get("id"), str):
                break
            self._pause(_PAUSE)
            status = self._get(_under(root, f"status/{quote(str(status['id']), safe='')}/"))
        return status

    def _root(self, url: str) -> Root:
        found = self._get(url)
        most = found.get("max_content_length")
        return Root(url, str(found.get("title", "")), int(most) if isinstance(most, int | float) else 0)

    def _own(self, discovery: str, address: str) -> str:
        """An address that a server gave, on that server: we are known there, and follow nobody elsewhere."""
        url = urljoin(discovery, address)
        if urlsplit(url)[:2] != urlsplit(discovery)[:2]:
            said = f"an API root at {urlsplit(url).scheme}://{urlsplit(url).netloc}"
            raise RefusedError(
                discovery, said, "roots of the same server", "Give that root's own address, if you trust it."
            )
        return url

    def _get(self, url: str) -> dict[str, Json]:
        return _object(self._caller.call("GET", url, _ACCEPT), url)


def _under(base: str, path: str) -> str:
    return base.rstrip("/") + "/" + path


def _object(reply: Reply, url: str) -> dict[str, Json]:
    """A reply as a JSON object."""
    try:
        # Not `canonical.parse`: one odd number in a stranger's object would cost the whole page.
        value = json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(url, f"an answer that is no JSON: {error}", "JSON", status=reply.status) from error
    if not isinstance(value, dict):
        raise RefusedError(url, "JSON that is no object", "an object", status=reply.status)
    return value


def _count(status: dict[str, Json], name: str) -> int:
    value = status.get(name)
    return int(value) if isinstance(value, int | float) else 0


def _failures(status: dict[str, Json]) -> tuple[tuple[str, str], ...]:
    """Ids with why they were not taken (section 4.3.1)."""
    listed = status.get("failures")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return tuple((str(item.get("id", "?")), str(item.get("message", "no reason given"))) for item in items)


def _batches(objects: Sequence[bytes], most_bytes: int) -> Iterator[list[bytes]]:
    """Objects in requests of at most so many bytes, and at most 1,000."""
    room = most_bytes or 8 * 1024 * 1024
    batch: list[bytes] = []
    size = 16
    for body in objects:
        json.loads(body)  # our own objects: a mistake here would spoil the whole request
        if batch and (size + len(body) + 1 > room or len(batch) == 1000):
            yield batch
            batch, size = [], 16
        batch.append(body)
        size += len(body) + 1
    if batch:
        yield batch
