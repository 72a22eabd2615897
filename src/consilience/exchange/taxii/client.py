"""Client: fetches from any TAXII 2.1 server, page by page, and posts to it (OASIS TAXII 2.1, sections 3 to 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode, urljoin, urlsplit

from consilience.exchange.body import SMALL_BYTES, SMALL_VALUES, batches, object_of, text_of, whole_of
from consilience.exchange.call import Caller, RefusedError, Reply
from consilience.exchange.taxii.stamp import moment
from consilience.trust.canonical import Json

MEDIA = "application/taxii+json;version=2.1"
_ACCEPT = {"Accept": MEDIA, "Accept-Encoding": "gzip"}
_FIRST, _LAST = "x-taxii-date-added-first", "x-taxii-date-added-last"
_PAUSE = 1.0  # seconds between looks at a status that is pending
_LOOKS = 60
_MOST_EMPTY = 100  # pages one after the other: a server that looks for objects in vain, and has not given up
_MOST_ROOTS = 100
_ENVELOPE = 16  # bytes around the objects of a request
_BATCH_BYTES, _BATCH_OBJECTS = 8 * 1024 * 1024, 1000  # in a request, where the server says nothing


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
class _Envelope:
    """An answer with objects, and what it says of those to come (section 3.7)."""

    objects: tuple[dict[str, Json], ...]
    more: bool
    next: str
    last: str


@dataclass(slots=True)
class _Walk:
    """How far a collection is read. Every step is forward, so that no server is walked round in for ever."""

    after: str | None
    following: str = ""
    _met: set[str] = field(default_factory=set)
    _empty: int = 0

    def pass_(self, found: _Envelope, url: str) -> str | None:
        """After which `date_added` the page ends; RefusedError for one that ends before it began."""
        last = _instant(found.last)
        before = _instant(self.after or "")
        if last is None or last == before:
            return self.after
        if before is not None and last < before:
            said = f"objects added up to {found.last}, after those up to {self.after}"
            raise RefusedError(url, said, "pages in the order in which objects were added")
        return found.last

    def step(self, found: _Envelope, url: str) -> None:
        """Go to the page after this one; RefusedError when there is more, and no way on."""
        last = self.pass_(found, url)
        self._empty = 0 if found.objects else self._empty + 1
        if self._empty > _MOST_EMPTY:
            raise RefusedError(url, f"more than {_MOST_EMPTY} pages without an object", "objects, or an end")
        if last != self.after:
            self.after, self.following = last, ""
            self._met.clear()
        elif found.next and found.next not in self._met:
            self.following = found.next
            self._met.add(found.next)
        else:
            said = "more objects, and no word of where they begin"
            raise RefusedError(url, said, f"{_LAST.title()}, or another `next` than before")


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
        listed = _listed(self._get(discovery), "api_roots")
        if len(listed) > _MOST_ROOTS:
            raise RefusedError(discovery, f"{len(listed):,} API roots", f"{_MOST_ROOTS} at most")
        return tuple(self._root(self._own(discovery, address)) for address in listed if isinstance(address, str))

    def shelves(self, root: str) -> tuple[Shelf, ...]:
        """The collections of an API root (section 5.1)."""
        url = _under(root, "collections/")
        listed = _listed(self._get(url), "collections")
        return tuple(_shelf(item, root) for item in listed if isinstance(item, dict) and "id" in item)

    def pages(self, collection: str, added_after: str | None = None, limit: int | None = None) -> Iterator[Page]:
        """The objects of a collection that were added after a time, a page at a time (section 5.4).

        Each page begins where the one before ended, by `added_after`: so a page that is lost, or a process that is
        killed, costs a page that is fetched again, and a server need keep no state. Where a server does not say when
        its last object was added, its `next` is followed instead.

        Raises:
            UnreachableError, RefusedError: see `Caller.call`; or a server that leads nowhere, or back. What came before
                is kept by whoever stored it.
        """
        walk = _Walk(added_after)
        while True:
            query = {"added_after": walk.after, "limit": str(limit) if limit else None, "next": walk.following}
            asked = urlencode({name: text for name, text in query.items() if text})
            url = _under(collection, "objects/") + (f"?{asked}" if asked else "")
            found = _envelope(self._caller.call("GET", url, _ACCEPT), url)
            last = walk.pass_(found, url)
            if found.objects:
                yield Page(found.objects, last)
            if not found.more:
                return
            walk.step(found, url)

    def post(self, collection: str, objects: Sequence[bytes], most_bytes: int = 0) -> Posted:
        """Add objects to a collection, in as many requests as its server's bound asks for (section 5.5)."""
        done = Posted(0, (), 0)
        for body in objects:
            json.loads(body)  # our own objects: a mistake here would spoil the whole request
        for batch in batches(objects, (most_bytes or _BATCH_BYTES) - _ENVELOPE, _BATCH_OBJECTS):
            body = b'{"objects":[' + b",".join(batch) + b"]}"
            url = _under(collection, "objects/")
            reply = self._caller.call("POST", url, {**_ACCEPT, "Content-Type": MEDIA}, body, SMALL_BYTES)
            status = self._settled(collection, object_of(reply, url, SMALL_VALUES))
            done = Posted(
                done.taken + whole_of(status.get("success_count"), url, "success_count"),
                done.refused + _failures(status, url),
                done.pending + whole_of(status.get("pending_count"), url, "pending_count"),
            )
        return done

    def _settled(self, collection: str, status: dict[str, Json]) -> dict[str, Json]:
        """A status once it is complete, or as it is when the server takes long (section 4.3)."""
        root = collection.rstrip("/").rsplit("/collections/", 1)[0]
        for _ in range(_LOOKS):
            name = text_of(status.get("id"), collection, "the id of a status")
            if status.get("status") != "pending" or not name:
                break
            self._pause(_PAUSE)
            status = self._get(_under(root, f"status/{quote(name, safe='')}/"))
        return status

    def _root(self, url: str) -> Root:
        found = self._get(url)
        title, most = text_of(found.get("title"), url, "a title"), found.get("max_content_length")
        return Root(url, title, whole_of(most, url, "max_content_length"))

    def _own(self, discovery: str, address: str) -> str:
        """An address that a server gave, on that server: we are known there, and follow nobody elsewhere."""
        try:
            url = urljoin(discovery, text_of(address, discovery, "an API root"))
            there, here = urlsplit(url), urlsplit(discovery)
        except ValueError as error:
            raise RefusedError(discovery, f"an API root at {address!r}", "an address") from error
        if there[:2] != here[:2]:
            said = f"an API root at {there.scheme}://{there.netloc}"
            raise RefusedError(
                discovery, said, "roots of the same server", "Give that root's own address, if you trust it."
            )
        return url

    def _get(self, url: str) -> dict[str, Json]:
        return object_of(self._caller.call("GET", url, _ACCEPT, None, SMALL_BYTES), url, SMALL_VALUES)


def _under(base: str, path: str) -> str:
    return base.rstrip("/") + "/" + path


def _listed(found: dict[str, Json], name: str) -> list[Json]:
    value = found.get(name)
    return value if isinstance(value, list) else []


def _shelf(item: dict[str, Json], root: str) -> Shelf:
    name = text_of(item["id"], root, "the id of a collection")
    title = text_of(item.get("title"), root, "the title of a collection")
    url = _under(root, f"collections/{quote(name, safe='')}/")
    return Shelf(url, name, title, item.get("can_read") is True, item.get("can_write") is True)


def _envelope(reply: Reply, url: str) -> _Envelope:
    """An answer as what it says; its objects stay as they are, a stranger's, and are judged one by one."""
    found = object_of(reply, url)
    objects = tuple(item for item in _listed(found, "objects") if isinstance(item, dict))
    following = text_of(found.get("next"), url, "`next`")
    return _Envelope(objects, found.get("more") is True, following, reply.headers.get(_LAST, ""))


def _instant(text: str) -> datetime | None:
    """A moment as servers write it in a header: as TAXII does, or with another offset than Z."""
    try:
        found = moment(text) or datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _failures(status: dict[str, Json], url: str) -> tuple[tuple[str, str], ...]:
    """Ids with why they were not taken (section 4.3.1)."""
    items = [item for item in _listed(status, "failures") if isinstance(item, dict)]
    return tuple(
        (text_of(item.get("id", "?"), url, "an id"), text_of(item.get("message", "no reason given"), url, "a reason"))
        for item in items
    )
