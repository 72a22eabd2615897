"""Database: opens SQLite or PostgreSQL so that a commit is on the disk when it returns, and writers take turns."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from consilience.ledger.errors import (
    BusyError,
    DamagedLedgerError,
    LedgerError,
    StorageError,
    StorageFullError,
    UnsupportedDatabaseError,
)

_WRITES = "consilience_writes"
_BARE = "consilience_bare"  # outside of any transaction
_LOCK = (
    int.from_bytes(b"consilie", "big") >> 1
)  # one advisory lock a database (PostgreSQL): any number, always the same

# What SQLite must answer. FULL syncs the write-ahead log at every commit; secure_delete overwrites what is erased.
PRAGMAS = {"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "fullfsync": "1", "trusted_schema": "0"}
# What PostgreSQL must answer. The first is ours to set, the others are the server's.
SETTINGS = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}

_FULL = {"SQLITE_FULL", "53100", "53400"}
_BUSY = {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED", "55P03", "40001", "40P01"}


@dataclass(frozen=True, slots=True)
class Database:
    """One database, whose transactions are durable and whose writers are serialised, in one process or several."""

    engine: Engine

    @classmethod
    def open(cls, url: str, busy_seconds: float = 10.0) -> Database:
        """Connect; a writer waits `busy_seconds` for the writers before it.

        Raises:
            UnsupportedDatabaseError: the URL is not one of SQLite in a file or PostgreSQL, or the database does not
                keep what it acknowledges.
            StorageError: it cannot be reached.
        """
        try:
            parsed = make_url(url)
        except ArgumentError as wrong:
            raise _unsupported("a text that is no database URL") from wrong
        if parsed.get_backend_name() == "sqlite":
            return cls(_sqlite(parsed, busy_seconds))
        if parsed.get_backend_name() == "postgresql":
            return cls(_postgresql(parsed, busy_seconds))
        raise _unsupported(parsed.get_backend_name())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A short transaction that reads."""
        with _named("reading the ledger"), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one transaction that may write: others wait, here and in other processes. Durable once it is left."""
        with (
            _named("writing the ledger"),
            self.engine.connect().execution_options(**{_WRITES: True}) as connection,
            connection.begin(),
        ):
            yield connection

    def durability(self) -> dict[str, str]:
        """The settings on which durability rests, as the database itself reports them now."""
        sqlite = self.engine.dialect.name == "sqlite"
        asked = {name: f"PRAGMA {name}" for name in PRAGMAS} if sqlite else {name: f"SHOW {name}" for name in SETTINGS}
        with self.reading() as connection:
            return {name: str(connection.exec_driver_sql(sql).scalar_one()) for name, sql in asked.items()}

    def scrub(self) -> None:
        """After an erasure: let no older page or row version of it linger.

        What backups and archived logs hold is out of reach, and so are bytes in free space of PostgreSQL's pages
        until they are used again.
        """
        sqlite = self.engine.dialect.name == "sqlite"
        options = {_BARE: True} if sqlite else {"isolation_level": "AUTOCOMMIT"}
        with _named("scrubbing the ledger"), self.engine.connect().execution_options(**options) as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if sqlite else "VACUUM entries")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _sqlite(url: URL, busy_seconds: float) -> Engine:
    """An engine on a file, its write-ahead log synced at each commit (sqlite.org/pragma.html)."""
    if url.database in (None, "", ":memory:") or url.query:
        raise _unsupported("SQLite in memory, or with options")
    file = Path(str(url.database))
    try:
        _create(file)
    except OSError as wrong:
        raise StorageError(
            f"ledger {file.name}", wrong.strerror or str(wrong), "a folder that can be written"
        ) from wrong
    engine = create_engine(url, connect_args={"timeout": busy_seconds, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # sqlite3 itself would begin late and read-only: two writers could then each build on the same size.
        options = connection.get_execution_options()
        if not options.get(_BARE):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")

    _refuse_weak(Database(engine), PRAGMAS)
    return engine


def _postgresql(url: URL, busy_seconds: float) -> Engine:
    """An engine on a server, whose writers queue on an advisory lock that ends with their transaction."""
    options = f"-c synchronous_commit=on -c lock_timeout={int(busy_seconds * 1000)}"
    try:
        engine = create_engine(url, connect_args={"options": options}, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError) as wrong:
        raise _unsupported(url.drivername) from wrong

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

    _refuse_weak(Database(engine), SETTINGS)
    return engine


def _refuse_weak(database: Database, expected: dict[str, str]) -> None:
    """Refuse a database that would acknowledge what it may lose."""
    found = database.durability()
    weak = {name: value for name, value in found.items() if value != expected[name]}
    if weak:
        said = ", ".join(f"{name}={value}" for name, value in weak.items())
        wanted = ", ".join(f"{name}={expected[name]}" for name in weak)
        raise UnsupportedDatabaseError("ledger's database", said, wanted, "Without it a crash loses what was recorded")


def _create(file: Path) -> None:
    """Make the file for its owner alone, and its name in the folder durable (SQLite syncs the content only)."""
    if file.exists():
        return
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _named(doing: str) -> Iterator[None]:
    """Turn what the database says into an error of ours that names it."""
    try:
        yield
    except PoolTimeoutError as wrong:
        raise BusyError(doing, "every connection in use", "a free one", "Try again in a moment") from wrong
    except SQLAlchemyError as wrong:
        raise _error(wrong, doing) from wrong


def _error(wrong: SQLAlchemyError, doing: str) -> LedgerError:
    """Full, busy, or any other fault."""
    cause = wrong.orig if isinstance(wrong, DBAPIError) else None
    code = str(getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "")
    found = f"{str(cause or wrong).strip().splitlines()[0]}{f' ({code})' if code else ''}"
    again = "Nothing was acknowledged; append it again, what was recorded is recognised"
    if code in _FULL:
        return StorageFullError(doing, found, "room on the disk", f"Make room. {again}")
    if code in _BUSY:
        return BusyError(doing, found, "the database free of other writers", again)
    if isinstance(wrong, IntegrityError):
        # Writers take turns, so that only a change behind our back can bring this about.
        mend = "Run consilience verify, and restore the database from a copy"
        return DamagedLedgerError(doing, found, "rows that no other program has changed", mend)
    return StorageError(doing, found, "a database that answers", again)


def _unsupported(found: str) -> UnsupportedDatabaseError:
    expected = "sqlite:///FILE or postgresql+psycopg://SERVER/DATABASE"
    return UnsupportedDatabaseError("ledger's database", found, expected, "PostgreSQL needs consilience[postgres]")
