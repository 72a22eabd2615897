"""Databases: a SQLite file and a PostgreSQL server that can be emptied, recorded, killed, cut off and brought back."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine

from faults.power import Disk, read
from faults.shim import Shim
from tests.ledger.postgres import Server

# Small, so that checkpoints, new WAL segments and evictions happen under a load of seconds.
_SMALL = {
    "shared_buffers": "1MB",
    "max_wal_size": "4MB",
    "min_wal_size": "2MB",
    "checkpoint_timeout": "30s",
    "autovacuum_naptime": "1s",
}


class Database(Protocol):
    """What a fault needs of a database."""

    name: str
    aims: tuple[str, ...]  # patterns of files to strike at
    url: str
    shim: Shim | None

    def begin(self, *, is_empty: bool, records: bool, weak: bool) -> None:
        """Be ready for load: emptied or not, recorded for a power cut or not, `weak` for one that does not sync."""

    def environment(self) -> dict[str, str]:
        """What the load processes are started with."""

    def kill(self) -> None:
        """`kill -9` of what serves the database, if anything does."""

    def cut(self, chance: random.Random) -> None:
        """After all is killed: leave on the disk what a power cut would have left."""

    def recover(self) -> None:
        """Bring it back, if it is down."""

    def remove(self) -> None:
        """Leave nothing behind."""


class Sqlite:
    """A file, in a folder of its own. The shim sits in the load processes."""

    name = "SQLite"
    aims = ("*", "*/ledger.db", "*-wal")

    def __init__(self, folder: Path, library: Path | None) -> None:
        """Make the folder."""
        self._home, self._base = folder / "home", folder / "base"
        self._home.mkdir(parents=True)
        self.url = f"sqlite:///{self._home}/ledger.db"
        self.shim = Shim(library, self._home, folder) if library else None
        self._records = False

    def begin(self, *, is_empty: bool, records: bool, weak: bool) -> None:
        """Be ready for load. Whether it syncs is up to the load."""
        self._records = records
        if is_empty:
            shutil.rmtree(self._home)
            self._home.mkdir()
        if records and self.shim:
            self.shim.forget()
            shutil.rmtree(self._base, ignore_errors=True)
            shutil.copytree(self._home, self._base)

    def environment(self) -> dict[str, str]:
        """The shim, in the load processes."""
        return self.shim.environment(records=self._records) if self.shim else {}

    def kill(self) -> None:
        """Nothing serves it."""

    def cut(self, chance: random.Random) -> None:
        """Rewrite the files. The index of the write-ahead log lives in memory: it is gone, or rubbish."""
        _rewrite(self.shim, self._home, self._base, (chance, {"ledger.db-shm"}))
        index = self._home / "ledger.db-shm"
        index.unlink(missing_ok=True)
        if chance.random() < 0.5:
            index.write_bytes(chance.randbytes(32768))

    def recover(self) -> None:
        """The next process to open it does."""

    def remove(self) -> None:
        """The folder is the caller's."""
        if self.shim:
            self.shim.close()


class Postgresql:
    """A server. The shim sits in its processes."""

    name = "PostgreSQL"
    aims = ("*", "*/base/*", "*/pg_wal/*")

    def __init__(self, folder: Path, library: Path | None) -> None:
        """Make the server; `NoServerError` where there are no programs for one."""
        self._server = Server("--wal-segsize=1")
        folder.mkdir(parents=True)
        self._base = folder / "base"
        self.url = self._server.url
        self.shim = Shim(library, self._server.data, folder) if library else None
        self._started: tuple[bool, bool] | None = None  # recording, weak

    def begin(self, *, is_empty: bool, records: bool, weak: bool) -> None:
        """Be ready for load."""
        if records or self._started != (records, weak):
            self._server.stop()
            if records and self.shim:
                self.shim.forget()
                shutil.rmtree(self._base, ignore_errors=True)
                shutil.copytree(self._server.data, self._base)
            self._started = (records, weak)
        self.recover()
        if is_empty:
            engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                connection.exec_driver_sql("CREATE SCHEMA public")
            engine.dispose()

    def environment(self) -> dict[str, str]:
        """Nothing."""
        return {}

    def kill(self) -> None:
        """Of the postmaster and every backend."""
        self._server.kill()

    def cut(self, chance: random.Random) -> None:
        """Rewrite the data folder. The lock file is left as it is: it holds the number of a process that is gone."""
        kept = self._server.data / "postmaster.pid"
        lock = kept.read_bytes() if kept.exists() else None
        _rewrite(self.shim, self._server.data, self._base, (chance, {"postmaster.pid"}))
        if lock is not None:
            kept.write_bytes(lock)
        for path in (self._server.data, *self._server.data.rglob("*")):
            if self._server.user:
                shutil.chown(path, self._server.user)
            path.chmod(0o700 if path.is_dir() else 0o600)
        self._started = (False, False)  # what follows is neither recorded nor weak

    def recover(self) -> None:
        """Start it if it is down; wait while it mends itself."""
        records, weak = self._started or (False, False)
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            if self._server.process is None or self._server.process.poll() is not None:
                environment = self.shim.environment(records=records) if self.shim else {}
                self._server.start(environment, **_SMALL, fsync="off" if weak else "on")
            if self._answers():
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL does not come back: {self._server.said()}")

    def _answers(self) -> bool:
        engine = create_engine(self.url)
        try:
            with engine.connect():
                return True
        except Exception:  # noqa: BLE001  whatever it is, it does not answer
            return False
        finally:
            engine.dispose()

    def remove(self) -> None:
        """Stop it and delete it."""
        self._server.remove()
        if self.shim:
            self.shim.close()


def _rewrite(shim: Shim | None, under: Path, base: Path, how: tuple[random.Random, set[str]]) -> None:
    """Put the copy back, with what a power cut left of the writes since, but for some files."""
    if shim is None:
        raise RuntimeError("nothing was recorded: there is no shim")
    chance, but = how
    disk = Disk(under.resolve(), base, sync_names=under.name == "data")
    for record in read(shim.log):
        if os.path.basename(record.path) not in but:  # noqa: PTH119  a text, and there are many
            disk.take(record, chance)
    disk.cut(chance)
    shutil.rmtree(under)
    shutil.copytree(base, under)
    disk.write(under)
