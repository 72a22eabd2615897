"""Index: who may see which object, asked of SQL over interned labels. A pure function of the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import RLock
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    delete,
    insert,
    or_,
    select,
    true,
    union_all,
    update,
)

from consilience.ledger.database import Database
from consilience.model.identity import PartnerId, canonical_json
from consilience.model.marking import Label
from consilience.release.fold import Fold, Held, Said, held, stamp
from consilience.release.policy import PUBLIC, Grant
from consilience.release.tables import CONSENTS, DERIVATIONS, LABELS, METADATA, OBJECTS, ORIGINATORS, STATE
from consilience.trust.wire import read_label

_SCHEMA = "1"
_MERGED = 128  # labels whose objects one query merges in order; more are filtered in one pass
_SEQ = OBJECTS.c.seq
_AFTER, _NOW = bindparam("after", type_=BigInteger), bindparam("now", type_=String)


@dataclass(frozen=True, slots=True)
class Permitted:
    """Which labels an audience may see: some outright, some only with consents for the object itself.

    `conditional` holds for each member of the audience the labels that ask somebody else's consent.
    """

    free: frozenset[int]
    conditional: frozenset[int]
    recipients: tuple[PartnerId, ...]
    use: str
    now: datetime

    @property
    def labels(self) -> frozenset[int]:
        """All labels of which anything may be seen."""
        return self.free | self.conditional


class Index:
    """The derived tables of one node."""

    def __init__(self, database: Database) -> None:
        """Use the tables of a database; they are made when they are absent, and anew when their form is another."""
        self._database = database
        self._labels: list[Label] = []
        self._turn = RLock()  # threads that read at once must not each append the same labels
        with database.writing() as connection:
            METADATA.create_all(connection)
            if _state(connection, "schema") != _SCHEMA:
                METADATA.drop_all(connection)
                METADATA.create_all(connection)
                _begin(connection)

    def drop(self) -> None:
        """Forget everything; the next `catch_up` reads the ledger from its start."""
        with self._turn, self._database.writing() as connection:
            self._labels = []
            for table in METADATA.sorted_tables:
                connection.execute(delete(table))
            _begin(connection)

    def catch_up(self, entries: Callable[[int], Iterable[Said]], size: int) -> int:
        """Read the entries from where the last reading stopped up to `size`; how many were read.

        `entries(since)` yields the statements of the entries from index `since` on that still have content.
        """
        with self._turn, self._writing() as connection:
            since = int(_state(connection, "read") or 0)
            if since >= size:
                return 0
            self._load_labels(connection)
            fold = Fold(connection, self._labels)
            for said in entries(since):
                if said.seq < size:
                    fold.add(said)
            fold.flush()
            connection.execute(update(STATE).where(STATE.c.name == "read").values(value=str(size)))
        if fold.erased and since:
            # Of what is erased nothing may be left, not even a label that only it had: begin anew.
            self.drop()
            self.catch_up(entries, size)
        return size - since

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that writes; a failure leaves the tables as they were, and the labels are read anew."""
        try:
            with self._database.writing() as connection:
                yield connection
        except BaseException:
            self._labels = []
            raise

    def labels(self) -> tuple[Label, ...]:
        """All labels in the order of their ids."""
        with self._turn, self._database.reading() as connection:
            self._load_labels(connection)
            return tuple(self._labels)

    def _load_labels(self, connection: Connection) -> None:
        """Read the labels that another process interned meanwhile."""
        rows = connection.execute(
            select(LABELS.c.text).where(LABELS.c.id >= len(self._labels)).order_by(LABELS.c.id)
        ).scalars()
        self._labels.extend(read_label(json.loads(text), "$") for text in rows)

    def page(self, permitted: Permitted, after: int = -1, limit: int = 100) -> list[Held]:
        """The next objects in order of the ledger of which the audience may see at least a part.

        Args:
            permitted: the labels it may see.
            after: the index of the last object of the page before; -1 for the first page.
            limit: how many at most.
        """
        if not permitted.labels:
            return []
        query = _page(permitted.free, permitted.conditional, permitted.recipients)
        binds: dict[str, int | str] = {"after": after, "limit": limit}
        if permitted.conditional:
            binds |= {"use": permitted.use, "now": stamp(permitted.now)}
        with self._database.reading() as connection:
            return [held(row) for row in connection.execute(query, binds)]

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
        with self._database.reading() as connection:
            yield from map(held, connection.execution_options(yield_per=1000).execute(query))

    def named(self, name: str) -> list[Held]:
        """The objects of a claim's id, or of a digest, in order of the ledger."""
        query = select(OBJECTS).where(or_(OBJECTS.c.name == name, OBJECTS.c.digest == name)).order_by(OBJECTS.c.seq)
        with self._database.reading() as connection:
            return [held(row) for row in connection.execute(query)]

    def at(self, seqs: Iterable[int]) -> list[Held]:
        """The objects at some indexes of the ledger; those that are erased or no objects are left out."""
        query = select(OBJECTS).where(OBJECTS.c.seq.in_(list(seqs))).order_by(OBJECTS.c.seq)
        with self._database.reading() as connection:
            return [held(row) for row in connection.execute(query)]

    def consents(self, now: datetime, use: str) -> frozenset[Grant]:
        """The consents for a use that hold now."""
        query = select(CONSENTS.c.originator, CONSENTS.c.object, CONSENTS.c.recipient, CONSENTS.c.use).where(
            CONSENTS.c.since <= stamp(now), CONSENTS.c.until > stamp(now), CONSENTS.c.use == use
        )
        with self._database.reading() as connection:
            return frozenset(Grant(PartnerId(a), b, PartnerId(c), d) for a, b, c, d in connection.execute(query))

    def derivations(self) -> dict[str, str]:
        """For each tearline the object it was made from, by digest."""
        with self._database.reading() as connection:
            rows = connection.execute(select(DERIVATIONS.c.object, DERIVATIONS.c.derived_from))
            return {row.object: row.derived_from for row in rows}

    def digest(self) -> str:
        """SHA-256 over all tables, row by row in order: two indexes of one ledger have the same."""
        found = hashlib.sha256()
        with self._database.reading() as connection:
            for table in METADATA.sorted_tables:
                found.update(table.name.encode() + b"\n")
                for row in connection.execute(select(table).order_by(*table.primary_key)):
                    found.update(canonical_json(list(row)).encode("utf-8", "surrogatepass") + b"\n")
        return "sha256:" + found.hexdigest()


@lru_cache(maxsize=256)
def _page(
    free: frozenset[int], conditional: frozenset[int], recipients: tuple[PartnerId, ...]
) -> Select[Any] | CompoundSelect[Any]:
    """The query of one page, with the binds `after`, `limit`, `use` and `now`.

    What is free is read label by label along an index and merged in order; where that would be many labels, the
    objects are read in order and filtered. What is conditional is reached from the consents, which are few.
    """
    parts = []
    if len(free) <= _MERGED:
        parts += [select(OBJECTS).where(_SEQ > _AFTER, OBJECTS.c.base == label) for label in sorted(free)]
    else:
        parts.append(select(OBJECTS).where(_SEQ > _AFTER, OBJECTS.c.base.in_(sorted(free))))
    if conditional:
        parts.append(_consented(conditional, recipients))
    merged = union_all(*parts) if len(parts) > 1 else parts[0]
    return merged.order_by("seq").limit(bindparam("limit", type_=Integer))


def _consented(conditional: frozenset[int], recipients: tuple[PartnerId, ...]) -> Select[Any]:
    """Objects of conditional labels for which each recipient has every consent that it needs."""
    # "+ 0" keeps SQLite from the indexes of labels and order, along which it would read all that nobody consented to
    query = select(OBJECTS).where(
        OBJECTS.c.digest.in_(select(CONSENTS.c.object).where(CONSENTS.c.recipient.in_(recipients))),
        (OBJECTS.c.base + 0).in_(sorted(conditional)),
        _SEQ + 0 > _AFTER,
    )
    for partner in recipients:
        given = (
            select(CONSENTS.c.seq)
            .where(
                CONSENTS.c.object == OBJECTS.c.digest,
                CONSENTS.c.originator == ORIGINATORS.c.originator,
                CONSENTS.c.recipient == partner,
                CONSENTS.c.use == bindparam("use", type_=String),
                CONSENTS.c.since <= _NOW,
                CONSENTS.c.until > _NOW,
            )
            .correlate(OBJECTS, ORIGINATORS)
        )
        other = true() if partner == PUBLIC else ORIGINATORS.c.originator != partner
        missing = select(ORIGINATORS.c.label).where(ORIGINATORS.c.label == OBJECTS.c.base, other, ~given.exists())
        query = query.where(~missing.correlate(OBJECTS).exists())
    return query


def _begin(connection: Connection) -> None:
    """Nothing was read yet."""
    connection.execute(insert(STATE), [{"name": "schema", "value": _SCHEMA}, {"name": "read", "value": "0"}])


def _state(connection: Connection, name: str) -> str | None:
    found: str | None = connection.execute(select(STATE.c.value).where(STATE.c.name == name)).scalar_one_or_none()
    return found
