"""Store: object versions in the collections of API roots, on SQLite or PostgreSQL. What a TAXII server serves."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, inspect, select, update

from consilience.errors import ConsilienceError
from consilience.exchange.taxii import conflict, versions
from consilience.exchange.taxii import page as pages
from consilience.exchange.taxii import status as statuses
from consilience.exchange.taxii.arrival import Arrival, Outcome
from consilience.exchange.taxii.conflict import Conflict
from consilience.exchange.taxii.errors import UnknownCollectionError
from consilience.exchange.taxii.filter import ALL, Filters
from consilience.exchange.taxii.page import Item, Page, Place
from consilience.exchange.taxii.quick import Quick
from consilience.exchange.taxii.quota import Quota
from consilience.exchange.taxii.resource import ApiRoot, Collection, Discovery, Rights
from consilience.exchange.taxii.shape import Shape, changed, is_made, put_state, read_shape, secret_of, state
from consilience.exchange.taxii.stamp import at_micros, micros
from consilience.exchange.taxii.status import Status
from consilience.exchange.taxii.tables import (
    COLLECTIONS,
    CONFLICTS,
    METADATA,
    OBJECTS,
    ROOTS,
    STATE,
    STATUSES,
    USERS,
)
from consilience.ledger.database import Database

_FILE = "sqlite:///"
_GENERATION = select(STATE.c.value).where(STATE.c.name == "generation")
_BOTH = Rights(read=True, write=True)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a collection is: the latest moment of arrival it gave, and how many versions it holds."""

    last: datetime | None
    count: int


class Store:
    """Collections and the object versions in them; safe for several threads and processes at a time."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Use the tables of a database; they are made when they are absent.

        Raises:
            StorageError: the database cannot be read or written.
            TaxiiError: the tables have the form of another version of the program.
        """
        self._database = database
        self._clock = clock
        self._shape: Shape | None = None
        self._quick = Quick(database.engine)
        self._secret = secret_of(database, random)

    @classmethod
    def open(cls, url: str) -> Store:
        """The store in a database: `sqlite:///FILE` or `postgresql+psycopg://SERVER/DATABASE`.

        Raises:
            UnsupportedDatabaseError, StorageError, TaxiiError: as the database and the tables come.
        """
        database = Database.open(url)
        try:
            return cls(database)
        except ConsilienceError:
            database.close()
            raise

    @classmethod
    def existing(cls, url: str) -> Store | None:
        """The store in a database that has one, as `open`; None for any other, in which nothing is made.

        Raises:
            UnsupportedDatabaseError, StorageError, TaxiiError: as `open`.
        """
        if url.startswith(_FILE) and not Path(url.removeprefix(_FILE)).exists():
            return None
        database = Database.open(url)
        try:
            with database.reading() as connection:
                if is_made(connection):
                    return cls(database)
            database.close()
        except ConsilienceError:
            database.close()
            raise
        return None

    def close(self) -> None:
        """Let go of the database."""
        self._quick.close()
        self._database.close()

    # --- What it consists of ------------------------------------------------------------------------------------------

    def shape(self) -> Shape:
        """Everything but the objects, as it is now; read again only when it has changed."""
        known, quick = self._shape, self._quick.rows(_GENERATION, {})
        if known is not None and quick == [(known.generation,)]:
            return known
        with self._database.reading() as connection:
            self._shape = found = read_shape(connection)
        return found

    def latest_shape(self) -> Shape:
        """The shape as it was last read, or changed here: for what is asked several times in one request."""
        return self._shape or self.shape()

    def put_discovery(self, discovery: Discovery) -> None:
        """Say what the server is called."""
        if self.shape().discovery == discovery:
            return
        said = [discovery.title, discovery.description, discovery.contact, discovery.default]
        with self._changing() as connection:
            put_state(connection, "discovery", json.dumps(said))

    def put_root(self, root: ApiRoot) -> None:
        """Add an API root, or change what is said of it; discovery lists them in the order of their first coming."""
        if self.shape().roots.get(root.name) == root:
            return
        said = {"title": root.title, "description": root.description, "max_content_length": root.max_content_length}
        with self._changing() as connection:
            if not connection.execute(update(ROOTS).where(ROOTS.c.name == root.name).values(said)).rowcount:
                place = connection.execute(select(func.count()).select_from(ROOTS)).scalar_one()
                connection.execute(insert(ROOTS).values(name=root.name, place=place, **said))

    def put_collection(self, collection: Collection, rights: Rights = _BOTH) -> None:
        """Add a collection, or change what is said of it; its objects stay. `rights` are those of a seed's users."""
        shape = self.shape()
        if collection in shape.collections.get(collection.root, ()) and shape.rights[collection.id] == rights:
            return
        said = {
            "root": collection.root, "title": collection.title, "description": collection.description,
            "alias": collection.alias, "media_types": json.dumps(collection.media_types),
            "can_read": int(rights.read), "can_write": int(rights.write),
        }  # fmt: skip
        with self._changing() as connection:
            change = update(COLLECTIONS).where(COLLECTIONS.c.id == collection.id).values(said)
            if not connection.execute(change).rowcount:
                no = int(state(connection).get("number", "0")) + 1  # never one that was given before
                put_state(connection, "number", str(no))
                connection.execute(insert(COLLECTIONS).values(no=no, id=collection.id, last=0, count=0, **said))

    def remove_collection(self, collection: str) -> None:
        """Forget a collection and all that is in it; nothing happens when there is none."""
        with self._changing() as connection:
            self._empty(connection, collection)
            connection.execute(delete(COLLECTIONS).where(COLLECTIONS.c.id == collection))

    def empty_collection(self, collection: str) -> None:
        """Forget all that is in a collection, and when it came, so that it can be filled anew from where it came from."""
        with self._database.writing() as connection:
            self._empty(connection, collection)
            connection.execute(update(COLLECTIONS).where(COLLECTIONS.c.id == collection).values(last=0, count=0))

    def put_user(self, name: str, salt: bytes, password: bytes) -> None:
        """Let a user in, by the salt and the hash of a password."""
        with self._changing() as connection:
            connection.execute(delete(USERS).where(USERS.c.name == name))
            connection.execute(insert(USERS).values(name=name, salt=salt, hash=password))

    # --- The objects --------------------------------------------------------------------------------------------------

    def add(self, collection: str, arrivals: Sequence[Arrival], quota: Quota | None = None) -> tuple[Outcome, ...]:
        """Add object versions in this order, within a quota; an outcome for each. Durable, all of them, once it returns.

        Raises:
            UnknownCollectionError: there is no such collection.
            StorageError: nothing was added; adding it again is safe.
        """
        no = self._number(collection)
        with self._database.writing() as connection:
            room = quota.room(connection, no) if quota else None
            found = versions.put(connection, no, arrivals, micros(self._clock()), room)
            self._allow(connection, collection, {each.media_type for each in arrivals})
        return tuple(found)

    def page(self, collection: str, filters: Filters, limit: int) -> Page:
        """The first `limit` items at most that the filters let through, oldest arrivals first.

        Raises:
            UnknownCollectionError, StorageError.
            MalformedFilterError: `next` is not of this collection with these filters.
        """
        place = Place(self._number(collection), collection, self._secret)
        with self._database.reading() as connection:
            return pages.read(connection, place, filters, limit)

    def objects(self, collection: str, filters: Filters, limit: int) -> tuple[Page, list[bytes] | None]:
        """A page as `page` gives it, with its objects as `bodies` gives them when they are few (None: when many).

        Raises:
            UnknownCollectionError, StorageError, MalformedFilterError: as `page`.
        """
        place = Place(self._number(collection), collection, self._secret)
        if (quick := pages.read_quickly(self._quick, place, filters, limit)) is not None:
            return quick
        with self._database.reading() as connection:
            found = pages.read(connection, place, filters, limit)
            small = pages.is_small(found.items)
            return found, pages.bodies(connection, place.no, found.items) if small else None

    def bodies(self, collection: str, items: Sequence[Item]) -> list[bytes]:
        """The objects of items of a page, as compact JSON; of one that was deleted since, nothing."""
        no = self._number(collection)
        with self._database.reading() as connection:
            return pages.bodies(connection, no, items)

    def holds(self, collection: str, name: str) -> bool:
        """Whether any version of an object is there."""
        o = OBJECTS.c
        query = select(o.added).where(o.collection == self._number(collection), o.id == name).limit(1)
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def remove(self, collection: str, name: str, filters: Filters) -> int:
        """Delete versions of one object; how many. Without `specs` in the filters, of every version of STIX."""
        no = self._number(collection)
        with self._database.writing() as connection:
            specs = filters.specs or tuple(
                connection.execute(
                    select(OBJECTS.c.spec).distinct().where(OBJECTS.c.collection == no, OBJECTS.c.id == name)
                ).scalars()
            )
            chosen = pages.matching(connection, no, Filters((name,), (), filters.versions, specs)) if specs else []
            return versions.take(connection, no, name, chosen) if chosen else 0

    def remove_all(self, collection: str, name: str) -> int:
        """Delete every version of one object; how many they were."""
        return self.remove(collection, name, Filters(versions=ALL))

    def position(self, collection: str) -> Position:
        """How far a collection is.

        Raises:
            UnknownCollectionError: there is no such collection.
        """
        c = COLLECTIONS.c
        with self._database.reading() as connection:
            row = connection.execute(select(c.last, c.count).where(c.id == collection)).first()
        if row is None:
            raise _unknown(collection)
        last, count = row
        return Position(at_micros(last) if last else None, count)

    def conflicts(self, collection: str, most: int | None = None) -> tuple[Conflict, ...]:
        """The objects that contradict what is there, oldest first; so many at most."""
        with self._database.reading() as connection:
            return conflict.conflicts(connection, self._number(collection), most)

    def conflict_count(self, collection: str) -> int:
        """How many objects contradict what is there."""
        with self._database.reading() as connection:
            return conflict.count(connection, self._number(collection))

    # --- Statuses -----------------------------------------------------------------------------------------------------

    def put_status(self, root: str, name: str, who: str | None, body: bytes, *, lasting: bool = False) -> None:
        """Keep what became of a request for `who` made it (None: for everybody); a week, unless it is `lasting`."""
        now = micros(self._clock())
        with self._database.writing() as connection:
            statuses.put(connection, Status(root, name, who, None if lasting else now, body), now)

    def status(self, root: str, name: str, who: str) -> bytes | None:
        """What became of a request, for who made it; None for anybody else, and when it is too old."""
        with self._database.reading() as connection:
            return statuses.get(connection, root, name, who)

    # --- Scratch ------------------------------------------------------------------------------------------------------

    def is_scratch(self) -> bool:
        """Whether the database may be emptied by a seed."""
        with self._database.reading() as connection:
            return state(connection).get("scratch") == "yes"

    def is_unused(self) -> bool:
        """Whether nothing was ever put here, and no other tables are beside ours."""
        with self._database.reading() as connection:
            others = set(inspect(connection).get_table_names()) - set(METADATA.tables)
            return not others and state(connection)["generation"] == "0"

    def mark_scratch(self) -> None:
        """Let seeds empty the database."""
        with self._changing() as connection:
            put_state(connection, "scratch", "yes")

    def clear(self) -> None:
        """Forget everything but that the database is scratch, and the secret."""
        with self._changing() as connection:
            for table in (OBJECTS, CONFLICTS, STATUSES, COLLECTIONS, ROOTS, USERS):
                connection.execute(delete(table))
            connection.execute(delete(STATE).where(STATE.c.name == "discovery"))

    # --- Within -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """A transaction after which every process reads the shape again."""
        with self._database.writing() as connection:
            yield connection
            changed(connection)
        self._shape = None

    def _number(self, collection: str) -> int:
        """The number of a collection in the tables; none is ever given twice."""
        no = self.latest_shape().numbers.get(collection) or self.shape().numbers.get(collection)
        if no is None:
            raise _unknown(collection)
        return no

    def _empty(self, connection: Connection, collection: str) -> None:
        no = connection.execute(select(COLLECTIONS.c.no).where(COLLECTIONS.c.id == collection)).scalar_one_or_none()
        for table in (OBJECTS, CONFLICTS):
            connection.execute(delete(table).where(table.c.collection == no))

    def _allow(self, connection: Connection, collection: str, media_types: Iterable[str]) -> None:
        """Let the collection say every media type it stores (TAXII 2.1, section 5.2.1)."""
        c = COLLECTIONS.c
        said = json.loads(connection.execute(select(c.media_types).where(c.id == collection)).scalar_one())
        missing = sorted(set(media_types) - set(said))
        if missing:
            change = update(COLLECTIONS).where(c.id == collection).values(media_types=json.dumps([*said, *missing]))
            connection.execute(change)
            changed(connection)


def _unknown(collection: str) -> UnknownCollectionError:
    return UnknownCollectionError("TAXII collection", f"no {collection}", "one that was put")
