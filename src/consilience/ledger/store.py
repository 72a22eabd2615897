"""Store: the tables of a ledger, and every statement in SQL that is made on them. The same on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
    text,
    tuple_,
    update,
)

from consilience.ledger.database import Database
from consilience.ledger.entry import Entry
from consilience.ledger.errors import NewerSchemaError, WrongHomeError
from consilience.ledger.tiles import Spot, Tile

SCHEMA = 1
"""The version of these tables. A later program brings an older one up to date; an older program refuses a later one."""

_tables = MetaData()
_meta = Table("meta", _tables, Column("name", String, primary_key=True), Column("value", Text, nullable=False))
_entries = Table(
    "entries",
    _tables,
    Column("log", String, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("leaf", LargeBinary, nullable=False),
    Column("salt", LargeBinary),
    Column("envelope", LargeBinary),
    Column("kind", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("digest", String),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("recorded_at", String, nullable=False),
    # Finds duplicates, erased content and, by way of its fingerprint, a digest: one index for the three.
    Index("entries_by_fingerprint", "fingerprint"),
    Index("entries_by_kind", "log", "kind", "index"),
)
_tiles = Table(
    "tiles",
    _tables,
    Column("log", String, primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
)
_checkpoints = Table(
    "checkpoints",
    _tables,
    Column("log", String, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
)
_cosignatures = Table(
    "cosignatures",
    _tables,
    Column("log", String, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("witness", String, primary_key=True),  # name and key id of a signature line
    Column("line", Text, nullable=False),
)
_heads = Table("heads", _tables, Column("origin", String, primary_key=True), Column("note", Text, nullable=False))
_incidents = Table(
    "incidents",
    _tables,
    Column("id", String, primary_key=True),  # SHA-256 of the evidence: what is seen twice is kept once
    Column("evidence", Text, nullable=False),
    Column("recorded_at", String, nullable=False),
)

_NEWEST = (
    select(_checkpoints.c.size, _checkpoints.c.root, _checkpoints.c.note)
    .where(_checkpoints.c.log == bindparam("log"))
    .order_by(_checkpoints.c.size.desc())
    .limit(1)
)
_KNOWN = select(
    _entries.c.fingerprint, _entries.c.log, _entries.c["index"], _entries.c.envelope.is_(None)
).where(_entries.c.fingerprint.in_(bindparam("fingerprints", expanding=True)))  # fmt: skip
_SOME_TILES = select(_tiles.c.level, _tiles.c.number, _tiles.c.hashes).where(
    _tiles.c.log == bindparam("log"),
    tuple_(_tiles.c.level, _tiles.c.number).in_(bindparam("spots", expanding=True)),
)
_PUT_TILE = text(
    "INSERT INTO tiles (log, level, number, hashes) VALUES (:log, :level, :number, :hashes)"
    " ON CONFLICT (log, level, number) DO UPDATE SET hashes = excluded.hashes"
)
_PUT_COSIGNATURE = text(
    "INSERT INTO cosignatures (log, size, witness, line) VALUES (:log, :size, :witness, :line)"
    " ON CONFLICT (log, size, witness) DO UPDATE SET line = excluded.line"
)
_PUT_HEAD = text(
    "INSERT INTO heads (origin, note) VALUES (:origin, :note) ON CONFLICT (origin) DO UPDATE SET note = excluded.note"
)
_PUT_INCIDENT = text(
    "INSERT INTO incidents (id, evidence, recorded_at) VALUES (:id, :evidence, :recorded_at) ON CONFLICT (id) DO NOTHING"
)
_PARAMETERS = 500  # values in one IN list


@dataclass(frozen=True, slots=True)
class Head:
    """The newest signed head of a log."""

    size: int
    root: bytes
    note: str


@dataclass(frozen=True, slots=True)
class Known:
    """Where content of a fingerprint stands, and whether it was erased there."""

    log: str
    index: int
    is_erased: bool


@dataclass(frozen=True, slots=True)
class Store:
    """The tables in one database."""

    database: Database

    @classmethod
    def open(cls, url: str, home: dict[str, str], busy_seconds: float = 10.0) -> Store:
        """Open the tables, or make them. `home` is what the database must say of whose it is.

        Raises:
            NewerSchemaError: a later version of the program made them.
            WrongHomeError: they are another node's.
        """
        database = Database.open(url, busy_seconds)
        with database.writing() as connection:
            _tables.create_all(connection)
            found = {row.name: row.value for row in connection.execute(select(_meta))}
            if not found:
                rows = {"schema": str(SCHEMA), **home}
                connection.execute(insert(_meta), [{"name": name, "value": value} for name, value in rows.items()])
                found = rows
            _check(found, home)  # inside, so that a refusal leaves nothing changed
        return cls(database)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A transaction that reads."""
        with self.database.reading() as connection:
            yield Reading(connection)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """The one transaction that writes; all of it is durable when it is left, or none of it is there."""
        with self.database.writing() as connection:
            yield Writing(connection)


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be asked of the tables."""

    connection: Connection

    def logs(self) -> tuple[str, ...]:
        """The logs that hold an entry, in order of name."""
        # Each log has one first tile: far fewer rows than checkpoints.
        found = select(_tiles.c.log).where(_tiles.c.level == 0, _tiles.c.number == 0).order_by(_tiles.c.log)
        return tuple(self.connection.execute(found).scalars())

    def head(self, log: str) -> Head | None:
        """The newest head of a log."""
        row = self.connection.execute(_NEWEST, {"log": log}).first()
        return Head(*row) if row else None

    def checkpoint(self, log: str, size: int) -> str | None:
        """The head that was signed at a size, without cosignatures."""
        table = _checkpoints.c
        return self.connection.execute(select(table.note).where(table.log == log, table.size == size)).scalar()

    def cosignatures(self, log: str, size: int) -> tuple[str, ...]:
        """The cosignature lines of a head."""
        table = _cosignatures.c
        found = select(table.line).where(table.log == log, table.size == size).order_by(table.witness)
        return tuple(self.connection.execute(found).scalars())

    def checkpoints(self, log: str, since: int, most: int) -> list[tuple[int, str]]:
        """Up to `most` heads of size `since` or more with their cosignatures, in order."""
        table, signed = _checkpoints.c, _cosignatures.c
        found = select(table.size, table.note).where(table.log == log, table.size >= since).order_by(table.size)
        heads: dict[int, str] = {row.size: row.note for row in self.connection.execute(found.limit(most))}
        if heads:
            within = signed.size.between(min(heads), max(heads))
            lines = select(signed.size, signed.line).where(signed.log == log, within).order_by(signed.witness)
            for size, line in self.connection.execute(lines):
                heads[size] = heads.get(size, "") + line
        return list(heads.items())

    def tiles(self, log: str, spots: Sequence[Spot]) -> dict[Spot, bytes]:
        """The stored hashes of some tiles; those that are not there are left out."""
        if not spots:
            return {}
        rows = self.connection.execute(_SOME_TILES, {"log": log, "spots": spots})
        return {(level, number): hashes for level, number, hashes in rows}

    def tile_spots(self, log: str) -> list[Spot]:
        """Where a log has tiles."""
        table = _tiles.c
        found = select(table.level, table.number).where(table.log == log).order_by(table.level, table.number)
        return [(level, number) for level, number in self.connection.execute(found)]

    def known(self, fingerprints: Sequence[bytes]) -> dict[bytes, list[Known]]:
        """Where content with these fingerprints stands, in any log."""
        found: dict[bytes, list[Known]] = {}
        for start in range(0, len(fingerprints), _PARAMETERS):
            part = {"fingerprints": fingerprints[start : start + _PARAMETERS]}
            for fingerprint, *where in self.connection.execute(_KNOWN, part):
                found.setdefault(fingerprint, []).append(Known(*where))
        return found

    def page(self, log: str, since: int, kinds: Iterable[str] | None, most: int) -> list[Entry]:
        """Up to `most` entries from index `since` on, in order."""
        found = _entry().where(_entries.c.log == log, _entries.c["index"] >= since)
        if kinds is not None:
            found = found.where(_entries.c.kind.in_(sorted(kinds)))
        rows = self.connection.execute(found.order_by(_entries.c["index"]).limit(most))
        return [_read(row) for row in rows]

    def entry(self, log: str, index: int) -> Entry | None:
        """One entry."""
        row = self.connection.execute(_entry().where(_entries.c.log == log, _entries.c["index"] == index)).first()
        return _read(row) if row else None

    def witnessed(self, origin: str) -> str | None:
        """The newest head of another's log that this node has cosigned."""
        return self.connection.execute(select(_heads.c.note).where(_heads.c.origin == origin)).scalar()

    def incidents(self) -> tuple[str, ...]:
        """The evidence kept, in the order it was kept."""
        found = select(_incidents.c.evidence).order_by(_incidents.c.recorded_at, _incidents.c.id)
        return tuple(self.connection.execute(found).scalars())


@dataclass(frozen=True, slots=True)
class Writing(Reading):
    """What can be done to the tables."""

    def add_entries(self, entries: Sequence[tuple[Entry, bytes]]) -> None:
        """Insert entries, each with its fingerprint."""
        at = {entry.recorded_at: entry.recorded_at.astimezone(UTC).isoformat() for entry, _ in entries[:1]}
        rows = [
            {
                "log": entry.log, "index": entry.index, "leaf": entry.leaf, "salt": entry.salt,
                "envelope": entry.envelope, "kind": entry.kind, "issuer": entry.issuer, "digest": entry.digest,
                "fingerprint": fingerprint, "recorded_at": at.get(entry.recorded_at) or entry.recorded_at.isoformat(),
            }
            for entry, fingerprint in entries
        ]  # fmt: skip
        self.connection.execute(insert(_entries), rows)

    def put_tiles(self, log: str, tiles: Sequence[Tile]) -> None:
        """Store tiles, in the place of narrower ones."""
        rows = [{"log": log, "level": tile.level, "number": tile.number, "hashes": tile.hashes} for tile in tiles]
        self.connection.execute(_PUT_TILE, rows)

    def add_checkpoint(self, log: str, head: Head) -> None:
        """Store a signed head."""
        row = {"log": log, "size": head.size, "root": head.root, "note": head.note}
        self.connection.execute(insert(_checkpoints), row)

    def put_cosignature(self, log: str, size: int, witness: str, line: str) -> None:
        """Store a cosignature, in the place of an earlier one by the same key."""
        row = {"log": log, "size": size, "witness": witness, "line": line}
        self.connection.execute(_PUT_COSIGNATURE, row)

    def erase(self, log: str, index: int) -> None:
        """Destroy what an entry held. Its leaf stays, and the fingerprint by which it is known if it is posted again."""
        found = update(_entries).where(_entries.c.log == log, _entries.c["index"] == index)
        self.connection.execute(found.values(salt=None, envelope=None, digest=None))

    def put_witnessed(self, origin: str, note: str) -> None:
        """Remember the newest head of another's log."""
        self.connection.execute(_PUT_HEAD, {"origin": origin, "note": note})

    def add_incident(self, name: str, evidence: str, at: datetime) -> None:
        """Keep evidence."""
        row = {"id": name, "evidence": evidence, "recorded_at": at.astimezone(UTC).isoformat()}
        self.connection.execute(_PUT_INCIDENT, row)


def _check(found: dict[str, str], home: dict[str, str]) -> None:
    """Refuse tables that are not ours to write."""
    schema = found.get("schema", "")
    if not schema.isdigit() or int(schema) > SCHEMA:
        upgrade = "Install a version of consilience at least as new as the one that wrote it"
        raise NewerSchemaError("ledger's database", f"schema {schema or 'unknown'}", f"at most {SCHEMA}", upgrade)
    for name, value in home.items():
        if found.get(name) != value:
            said = found.get(name, "nothing") if name == "origin" else "another one"
            wanted = value if name == "origin" else "the one that made it"
            raise WrongHomeError(f"{name} of the ledger's database", said, wanted, "Open it from its own home")


def _entry() -> Select[Any]:
    columns = _entries.c
    names = ("log", "index", "leaf", "salt", "envelope", "kind", "issuer", "digest", "recorded_at")
    return select(*(columns[name] for name in names))


def _read(row: Sequence[Any]) -> Entry:
    log, index, leaf, salt, envelope, kind, issuer, digest, recorded_at = row
    when = datetime.fromisoformat(recorded_at)
    return Entry(log, index, _bytes(leaf) or b"", _bytes(salt), _bytes(envelope), kind, issuer, digest, when)


def _bytes(value: object) -> bytes | None:
    """Bytes as they are stored; a hand in SQLite's tables may have left text, which an audit then names."""
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value  # type: ignore[return-value]
