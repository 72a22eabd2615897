"""Page: a part of a collection in the order of arrival, and the way on from it, which costs the same anywhere."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, bindparam, select

from consilience.exchange.taxii.choice import BEGINNING, bind, branches, choose, form
from consilience.exchange.taxii.errors import MalformedFilterError
from consilience.exchange.taxii.filter import Filters
from consilience.exchange.taxii.quick import Quick
from consilience.exchange.taxii.stamp import taxii_text
from consilience.exchange.taxii.tables import OBJECTS

MOST_BYTES = 4 * 1024 * 1024
"""Of objects in one page; more than one object never exceeds it."""

_SLICE = 256  # objects read at a time
_SLICE_BYTES = 256 * 1024
_MAC_BYTES = 12
_OF_COLLECTION = select(OBJECTS.c.body).where(OBJECTS.c.collection == bindparam("collection"))
_ONE_BODY = _OF_COLLECTION.where(OBJECTS.c.added == bindparam("at"))
# With their bounds, so that a planner that knows nothing of the table yet does not read all of the collection.
_BODIES = _OF_COLLECTION.where(
    OBJECTS.c.added.in_(bindparam("moments", expanding=True)),
    OBJECTS.c.added.between(bindparam("low"), bindparam("high")),
).order_by(OBJECTS.c.added)


@dataclass(frozen=True, slots=True)
class Item:
    """One object version: `added` in microseconds since 1970, `version` as the object has it, `size` in bytes."""

    added: int
    id: str
    version: str
    media_type: str
    size: int

    @property
    def date_added(self) -> str:
        """When it was added, as TAXII writes it."""
        return taxii_text(self.added)


@dataclass(frozen=True, slots=True)
class Page:
    """Items in the order of their arrival; `next` is there when there are `more`."""

    items: tuple[Item, ...]
    more: bool
    next: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """The collection that a page is of, by number and id, and the secret that `next` is signed with."""

    no: int
    id: str
    secret: bytes


def read(connection: Connection, place: Place, filters: Filters, limit: int) -> Page:
    """The first items that the filters let through, `limit` at most, and `MOST_BYTES` at most unless it is one object.

    Raises:
        MalformedFilterError: `next` is not from this collection with these filters.
    """
    after = filters.added_after if filters.added_after is not None else BEGINNING
    if filters.next:
        after = max(after, _opened(place, filters))
    found = _found(connection, place.no, filters, after, limit + 1)
    kept = list(islice(_within(found), limit))
    more = len(kept) < len(found)
    return Page(tuple(kept), more, _sealed(place, filters, kept[-1].added) if more else None)


def read_quickly(quick: Quick, place: Place, filters: Filters, limit: int) -> tuple[Page, list[bytes]] | None:
    """What `read` and `bodies` give, for one object by its id: what is asked most. None when it is another question."""
    asked = form(filters)
    if asked.ids != 1 or filters.next or asked.types or asked.specs > 1 or asked.at > 1:
        return None
    after = BEGINNING if filters.added_after is None else filters.added_after
    bound = {**bind(filters), "collection": place.no, "after": after, "most": 2}
    found = quick.rows(choose(asked), bound)
    if found is None or len(found) > 1:
        return None
    items = tuple(Item(*row) for row in found)
    bodies = [quick.rows(_ONE_BODY, {"collection": place.no, "at": item.added}) for item in items]
    if limit < 1 or not all(bodies):  # it was deleted in between
        return None
    return Page(items, more=False, next=None), [bytes(rows[0][0]) for rows in bodies if rows]


def bodies(connection: Connection, collection: int, items: Sequence[Item]) -> list[bytes]:
    """The objects of some items; of one that was deleted in the meantime, nothing."""
    if len(items) == 1:
        found = connection.execute(_ONE_BODY, {"collection": collection, "at": items[0].added})
    else:
        moments = [item.added for item in items]
        bound = {"moments": moments, "low": min(moments, default=0), "high": max(moments, default=0)}
        found = connection.execute(_BODIES, {"collection": collection, **bound})
    return [bytes(row[0]) for row in found]


def is_small(items: Sequence[Item]) -> bool:
    """Whether the objects of some items may be in memory at a time."""
    return len(items) <= _SLICE and sum(item.size for item in items) <= _SLICE_BYTES


def slices(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Items in pieces that may be in memory at a time."""
    start = size = 0
    for at, item in enumerate(items):
        if at > start and (size + item.size > _SLICE_BYTES or at - start == _SLICE):
            yield items[start:at]
            start, size = at, 0
        size += item.size
    if start < len(items):
        yield items[start:]


def matching(connection: Connection, collection: int, filters: Filters) -> list[int]:
    """The moments at which everything that the filters let through was added."""
    query = choose(form(filters))
    bound = {**bind(filters), "collection": collection, "after": BEGINNING, "most": 2**31 - 1}
    return [row.added for row in connection.execute(query, bound)]


def _within(items: Sequence[Item]) -> Iterator[Item]:
    """The items up to the most bytes of a page."""
    size = 0
    for item in items:
        if size and size + item.size > MOST_BYTES:
            return
        size += item.size
        yield item


def _found(connection: Connection, collection: int, filters: Filters, after: int, most: int) -> list[Item]:
    """Up to `most` items after a moment.

    An index is in order for one type, one version or one mark at a time. So there is a query for each, and their
    answers are merged, rather than one that would have to read the whole collection.
    """
    bound = {"collection": collection, "after": after, "most": most}
    found: dict[int, Item] = {}
    parts = branches(filters)
    for part in parts:
        rows = connection.execute(choose(part.form), {**part.bind(), **bound}).all()
        found |= {row[0]: Item(*row) for row in rows}
        if rows and len(parts) > 1:
            found = {added: found[added] for added in sorted(found)[:most]}
    return list(found.values())


def _sealed(place: Place, filters: Filters, added: int) -> str:
    """The way on from an item: where it is, and a proof that we said so of these filters."""
    at = added.to_bytes(8, "big", signed=True)
    return urlsafe_b64encode(at + _mac(place, filters, at)).decode().rstrip("=")


def _opened(place: Place, filters: Filters) -> int:
    """Where a `next` leads."""
    try:
        at = int.from_bytes(
            urlsafe_b64decode(filters.next.encode("ascii") + b"=" * (-len(filters.next) % 4))[:8], signed=True
        )
        ours = hmac.compare_digest(_sealed(place, filters, at), filters.next)
    except (ValueError, TypeError):  # no base64, or text beyond ASCII
        ours = False
    if not ours:
        expected = "what this server gave for this collection with these filters"
        raise MalformedFilterError("next", "a value of another origin", expected, "Begin again, or repeat the filters")
    return at


def _mac(place: Place, filters: Filters, at: bytes) -> bytes:
    said = b"\0".join((place.id.encode("utf-8", "replace"), filters.digest + at))
    return hmac.digest(place.secret, said, hashlib.sha256)[:_MAC_BYTES]
