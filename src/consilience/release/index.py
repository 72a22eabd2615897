"""Index: who may see which object, asked of SQL over interned labels. A pure function of the ledger."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update

from consilience.errors import ConsilienceError
from consilience.ledger import tree
from consilience.ledger.database import Database
from consilience.ledger.errors import BusyError, StorageError, StorageFullError
from consilience.model.identity import PartnerId, canonical_json
from consilience.model.marking import Label
from consilience.release.fold import Fold, Held, Said, held, stamp
from consilience.release.paging import Permitted as Permitted
from consilience.release.paging import page_query
from consilience.release.policy import Grant
from consilience.release.tables import CONSENTS, DERIVATIONS, LABELS, METADATA, OBJECTS, STATE
from consilience.trust.errors import TrustError
from consilience.trust.wire import read_label

_SCHEMA = "2"
_OURS = "generation"  # the one value of the state that does not follow from the ledger
_ALWAYS = ("after", "limit")  # the binds of every page


RootAt = Callable[[int], bytes | None]
"""The root that the ledger had at a size; None when it never had that size."""


class DerivedError(StorageError):
    """What is derived cannot be read or written; the ledger is another matter, and is not touched by it."""


@contextmanager
def named() -> Iterator[None]:
    """Let a failure of the derived tables say that it is theirs, and not the ledger's."""
    what = "what is derived from the ledger"
    try:
        yield
    except DerivedError:
        raise
    except (StorageFullError, BusyError) as error:
        again = "Make room." if isinstance(error, StorageFullError) else "Try again in a moment."
        raise type(error)(what, error.found, error.expected, f"{again} The ledger is untouched.") from error
    except (StorageError, TrustError, ValueError) as error:
        found = error.found if isinstance(error, StorageError) else f"a label that cannot be read: {error}"
        raise DerivedError(what, found, "tables as they were made", "Make them anew: consilience rebuild") from error


class _LedgerFailedError(Exception):
    """Carries a failure of the ledger past `named`."""

    def __init__(self, error: ConsilienceError) -> None:
        self.error = error
        super().__init__(error.message)


class Index:
    """The derived tables of one node.

    A rebuilding numbers the labels of the tables anew, in this process or another. So what leaves an Index never
    has the numbers of the tables, but its own, which are given once and mean the same label for as long as it lives.
    Each reading is one snapshot: labels and rows in it are of one rebuilding.
    """

    def __init__(self, database: Database, random: Callable[[int], bytes] = os.urandom) -> None:
        """Use the tables of a database; they are made when they are absent, and anew when their form is another.

        `random` bytes name each rebuilding.

        Raises:
            DerivedError: the tables cannot be opened.
        """
        self._database = database
        self._random = random
        self._labels: list[Label] = []  # by our numbers; it only grows
        self._numbers: dict[Label, int] = {}
        self._generation = ""
        self._ours: list[int] = []  # for each id in the tables of that generation, our number
        self._turn = RLock()
        with self._writing() as connection:
            METADATA.create_all(connection)
            if _state(connection, "schema") != _SCHEMA:
                METADATA.drop_all(connection)
                METADATA.create_all(connection)
                self._begin(connection)

    def drop(self) -> None:
        """Forget everything; the next `catch_up` reads the ledger from its start."""
        with self._turn, self._writing() as connection:
            self._clear(connection)

    def catch_up(self, entries: Callable[[int], Iterable[Said]], size: int, root_at: RootAt = lambda _: b"") -> int:
        """Read the entries from where the last reading stopped up to `size`; how many were read.

        What was read of another history than `root_at` tells, because the ledger was put back to an older state, is
        forgotten first.

        `entries(since)` yields the statements of the entries from index `since` on that still have content.

        Raises:
            DerivedError, StorageFullError, BusyError: nothing of the reading is kept then.
        """
        with self._reading() as connection:
            if _read(connection) == (size, root_at(size)):
                return 0
        try:
            with self._turn, self._writing() as connection:
                return self._catch_up(connection, entries, size, root_at)
        except _LedgerFailedError as failed:
            raise failed.error from failed.error.__cause__

    def _catch_up(
        self, connection: Connection, entries: Callable[[int], Iterable[Said]], size: int, root_at: RootAt
    ) -> int:
        since, root = _read(connection)
        if root != root_at(since):
            self._clear(connection)
            since = 0
        if since >= size:
            return 0
        if self._fold(connection, entries(since), size) and since:
            # Of what is erased nothing may be left, not even a label that only it had: begin anew.
            self._clear(connection)
            self._fold(connection, entries(0), size)
        for name, value in (("read", str(size)), ("root", (root_at(size) or b"").hex())):
            connection.execute(update(STATE).where(STATE.c.name == name).values(value=value))
        return size - since

    def _fold(self, connection: Connection, entries: Iterable[Said], size: int) -> bool:
        """Turn entries into rows; whether one of them erases another."""
        ours = self._load(connection)
        fold = Fold(connection, [self._labels[number] for number in ours])
        for said in _from_ledger(entries):
            if said.seq < size:
                fold.add(said)
        fold.flush()
        return fold.erased

    def _clear(self, connection: Connection) -> None:
        for table in METADATA.sorted_tables:
            connection.execute(delete(table))
        self._begin(connection)

    def _begin(self, connection: Connection) -> None:
        """Nothing was read yet."""
        state = {"schema": _SCHEMA, "read": "0", "root": tree.EMPTY_ROOT.hex(), _OURS: self._random(16).hex()}
        connection.execute(insert(STATE), [{"name": name, "value": value} for name, value in state.items()])

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One snapshot of the tables."""
        with named(), self._database.reading() as connection:
            if connection.dialect.name == "postgresql":  # SQLite gives a snapshot anyway
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that writes; a failure leaves the tables as they were."""
        with named(), self._database.writing() as connection:
            yield connection

    def labels(self) -> Sequence[Label]:
        """All labels by the numbers that `Held` and `Permitted` have.

        It grows with each reading, so that it knows the labels of rows that are read later, too; those of erased
        objects stay in it until the index is closed.
        """
        with self._reading() as connection:
            self._load(connection)
            return self._labels

    def _load(self, connection: Connection) -> list[int]:
        """For each id of a label in the tables, our number: of all that this snapshot knows, at least."""
        with self._turn:
            generation = _state(connection, _OURS) or ""
            if generation != self._generation:
                self._generation, self._ours = generation, []
            ours = self._ours
            rows = connection.execute(select(LABELS.c.text).where(LABELS.c.id >= len(ours)).order_by(LABELS.c.id))
            for text in rows.scalars():
                label = read_label(json.loads(text), "$")
                if label not in self._numbers:
                    self._numbers[label] = len(self._labels)
                    self._labels.append(label)
                ours.append(self._numbers[label])
            return ours

    def page(self, permitted: Permitted, after: int = -1, limit: int = 100) -> list[Held]:
        """The next objects in order of the ledger of which the audience may see at least a part.

        Args:
            permitted: the labels it may see.
            after: the index of the last object of the page before; -1 for the first page.
            limit: how many at most.
        """
        if not permitted.labels:
            return []
        binds: dict[str, int | str] = {"after": after, "limit": limit}
        if permitted.conditional:
            binds |= {"use": permitted.use, "now": stamp(permitted.now)}
        with self._reading() as connection:
            ours = self._load(connection)
            free, conditional = (_ids(wanted, ours) for wanted in (permitted.free, permitted.conditional))
            if not free | conditional:
                return []
            query = page_query(free, conditional, permitted.recipients)
            binds = {name: value for name, value in binds.items() if conditional or name in _ALWAYS}
            return [_held(row, ours) for row in connection.execute(query, binds)]

    def pages(self, permitted: Permitted, limit: int = 1000) -> Iterator[Held]:
        """All objects of which the audience may see at least a part, a page at a time."""
        after = -1
        while found := self.page(permitted, after, limit):
            yield from found
            after = found[-1].seq

    def objects(self, kind: str | None = None) -> Iterator[Held]:
        """All objects in order of the ledger: for the node itself."""
        query = select(OBJECTS).order_by(OBJECTS.c.seq)
        if kind:
            query = query.where(OBJECTS.c.kind == kind)
        with self._reading() as connection:
            ours = self._load(connection)
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield _held(row, ours)

    def named(self, name: str) -> list[Held]:
        """The objects of a claim's id, or of a digest, in order of the ledger."""
        query = select(OBJECTS).where(or_(OBJECTS.c.name == name, OBJECTS.c.digest == name)).order_by(OBJECTS.c.seq)
        return self._found(query)

    def at(self, seqs: Iterable[int]) -> list[Held]:
        """The objects at some indexes of the ledger; those that are erased or no objects are left out."""
        query = select(OBJECTS).where(OBJECTS.c.seq.in_(list(seqs))).order_by(OBJECTS.c.seq)
        return self._found(query)

    def _found(self, query: Select[Any]) -> list[Held]:
        """The objects that a query finds."""
        with self._reading() as connection:
            ours = self._load(connection)
            return [_held(row, ours) for row in connection.execute(query)]

    def consents(self, now: datetime, use: str) -> frozenset[Grant]:
        """The consents for a use that hold now."""
        query = select(CONSENTS.c.originator, CONSENTS.c.object, CONSENTS.c.recipient, CONSENTS.c.use).where(
            CONSENTS.c.since <= stamp(now), CONSENTS.c.until > stamp(now), CONSENTS.c.use == use
        )
        with self._reading() as connection:
            return frozenset(Grant(PartnerId(a), b, PartnerId(c), d) for a, b, c, d in connection.execute(query))

    def derivations(self) -> dict[str, str]:
        """For each tearline the object it was made from, by digest."""
        with self._reading() as connection:
            rows = connection.execute(select(DERIVATIONS.c.object, DERIVATIONS.c.derived_from))
            return {row.object: row.derived_from for row in rows}

    def digest(self) -> str:
        """SHA-256 over all tables, row by row in order: two indexes of one ledger have the same."""
        found = hashlib.sha256()
        with self._reading() as connection:
            for table in METADATA.sorted_tables:
                found.update(table.name.encode() + b"\n")
                rows = select(table).order_by(*table.primary_key)
                for row in connection.execute(rows.where(STATE.c.name != _OURS) if table is STATE else rows):
                    found.update(canonical_json(list(row)).encode("utf-8", "surrogatepass") + b"\n")
        return "sha256:" + found.hexdigest()


def remade(database: Database) -> None:
    """Take the tables of a database away, whatever they hold; the next `Index` makes them anew."""
    with named(), database.writing() as connection:
        METADATA.drop_all(connection)


def _from_ledger(entries: Iterable[Said]) -> Iterator[Said]:
    """The entries; a failure of the ledger is not one of what is derived."""
    try:
        yield from entries
    except ConsilienceError as error:
        raise _LedgerFailedError(error) from error


def _ids(numbers: frozenset[int], ours: Sequence[int]) -> frozenset[int]:
    """The ids in the tables of some of our numbers."""
    return frozenset(at for at, number in enumerate(ours) if number in numbers)


def _held(row: Row[Any], ours: Sequence[int]) -> Held:
    """A row of the objects, with our numbers for its labels."""
    found = held(row)
    base, whole = ours[found.base], ours[found.whole]
    return found if (base, whole) == (found.base, found.whole) else replace(found, base=base, whole=whole)


def _read(connection: Connection) -> tuple[int, bytes]:
    """Up to which size the ledger was read, and its root at that size."""
    return int(_state(connection, "read") or 0), bytes.fromhex(_state(connection, "root") or "")


def _state(connection: Connection, name: str) -> str | None:
    found: str | None = connection.execute(select(STATE.c.value).where(STATE.c.name == name)).scalar_one_or_none()
    return found
