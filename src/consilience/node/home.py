"""Home: the folder of one node. Its keys and secret never leave it; its ledger may live in PostgreSQL instead."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from consilience.errors import ConsilienceError, UsageError
from consilience.ledger import note as notes
from consilience.ledger.errors import LedgerError
from consilience.model.identity import PartnerId
from consilience.trust.errors import MissingKeyError
from consilience.trust.keys import KeyFolder

NAME = ".consilience"
_NODE = "node.toml"
_HMAC_KEY = "secret"
_HEADS = "heads"
_KEYS = "keys"
_SUFFIX = ".checkpoint"
_SCHEMA = "consilience.home/1"
_DATABASES = {
    f"{name}.db{end}" for name in ("ledger", "derived", "exchange") for end in ("", "-wal", "-shm", "-journal")
}
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,31}")


class HomeError(ConsilienceError):
    """The home of a node is missing, damaged or already there."""

    exit_code = 2


class RolledBackError(LedgerError):
    """A ledger that is behind, or beside, a head that this node signed before: an older copy was put in its place."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Home:
    """Where a node keeps what is its own.

    Attributes:
        folder: the home itself, open to its owner alone.
        partner: whose node it is.
        origin: the first line of its checkpoints: the name of its log, which no other log has.
        database: the SQLAlchemy address of the ledger.
        derived: the SQLAlchemy address of what is computed from it.
    """

    folder: Path
    partner: PartnerId
    origin: str
    database: str
    derived: str

    @property
    def exchange(self) -> str:
        """The SQLAlchemy address of the collections that partners read and add to."""
        return self.database if self.derived == self.database else _beside(self.folder, "exchange.db")

    @property
    def keys(self) -> KeyFolder:
        """The signing keys."""
        return KeyFolder(self.folder / _KEYS)

    @property
    def secret(self) -> bytes:
        """32 random bytes that key fingerprints and pseudonyms.

        Raises:
            HomeError: when the file is missing, short, or open to others.
        """
        file = self.folder / _HMAC_KEY
        try:
            mode, data = file.stat().st_mode, file.read_bytes()
        except OSError as error:
            raise HomeError(str(file), error.strerror or str(error), "the node's secret", "Restore it.") from error
        if mode & 0o077:
            raise HomeError(str(file), f"mode {mode & 0o777:o}", "a file for its owner alone", f"Run: chmod 600 {file}")
        if len(data) != 32:
            raise HomeError(str(file), f"{len(data)} bytes", "32 bytes", "Restore it from a copy of the home.")
        return data

    def head(self, log: str) -> str | None:
        """The newest checkpoint of a log that this home remembers beside the database, None when it has none."""
        file = self._head(log)
        return _text(file) if file.exists() else None

    def heads(self) -> tuple[str, ...]:
        """The newest checkpoints of all logs that this home remembers.

        Raises:
            HomeError: one cannot be read.
        """
        return tuple(_text(file) for file in sorted((self.folder / _HEADS).glob(f"*{_SUFFIX}")))

    def remember(self, log: str, checkpoint: str) -> None:
        """Keep a checkpoint beside the database, so that an older database put in its place is noticed.

        A larger one that another process kept meanwhile stays.

        Raises:
            RolledBackError: the one that is kept has another root at the same size.
            HomeError: it cannot be written.
        """
        new = notes.checkpoint_of(notes.parse(checkpoint).text)
        with self._alone():
            text = self.head(log)
            kept = notes.checkpoint_of(notes.parse(text).text) if text else None
            if kept and kept.size == new.size and kept.root != new.root:
                next_step = "Put the newer database back. See what is missing: consilience verify"
                raise RolledBackError(f"log {log}", f"another root at size {new.size}", "the one kept", next_step)
            if kept is None or kept.size < new.size:
                write_whole(self._head(log), checkpoint.encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else remembers meanwhile, in this process or another; heads can be written."""
        folder = self.folder / _HEADS
        try:
            opened = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX)
                yield
            finally:
                os.close(opened)
        except OSError as error:
            next_step = "What was asked is recorded; once this is mended the next recording keeps its head, too."
            raise HomeError(
                str(folder), error.strerror or str(error), "a folder to keep heads in", next_step
            ) from error

    def _head(self, log: str) -> Path:
        return self.folder / _HEADS / (log.replace("/", "-") + _SUFFIX)


def create(folder: Path, partner: str, database: str = "") -> Home:
    """Make a new home with a key and a secret; one that was begun, and never recorded anything, is finished.

    Raises:
        HomeError: when there is something else at that place.
        UsageError: when the code is none.
    """
    if not _CODE.fullmatch(partner):
        raise UsageError("partner", repr(partner), "a code of capitals, digits and -, such as UKR")
    try:
        begun = _begun(folder)
        if begun and (begun.partner, begun.database) == (partner, database or _beside(begun.folder, "ledger.db")):
            return begun
        if begun and begun.partner != partner:
            raise HomeError(str(folder), f"a node of {begun.partner} that was begun", f"one of {partner}", "Remove it.")
        _make(folder, partner, database)
    except OSError as error:
        raise HomeError(str(folder), error.strerror or str(error), "a folder that can be written") from error
    return read(folder)


def _begun(folder: Path) -> Home | None:
    """The home in a folder that never recorded anything; None when its description is not written yet."""
    names = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    drafts = {name for name in names if name.startswith(f".{_NODE}.") or name.startswith(f".{_HMAC_KEY}.")}
    whole = _NODE in names
    known = {_HEADS, _KEYS, _HMAC_KEY} | ({_NODE, *_DATABASES} if whole else set())
    if (folder.exists() and not folder.is_dir()) or names - drafts - known or _holds(folder / _HEADS):
        raise HomeError(str(folder), "something already there", "a folder that does not exist yet, or an empty one")
    return read(folder) if whole else None


def _holds(folder: Path) -> bool:
    return folder.exists() and any(not file.name.startswith(".") for file in folder.iterdir())


def _make(folder: Path, partner: str, database: str) -> None:
    """Write what a home has, with what is there of it; the name of its log comes with a key that signed nothing yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / _HEADS).mkdir(mode=0o700, exist_ok=True)
    if not (folder / _HMAC_KEY).exists():
        write_private(folder / _HMAC_KEY, secrets.token_bytes(32))
    keys = KeyFolder(folder / _KEYS)
    keys.create()
    try:
        key = keys.new() if (folder / _NODE).exists() else keys.current()
    except MissingKeyError:
        key = keys.new()
    lines = [f'schema = "{_SCHEMA}"', f'partner = "{partner}"', f'origin = "consilience/{partner}/{key.key_id[:16]}"']
    if database:
        lines.append(f"database = {_quoted(database)}")
    # node.toml comes last: a home without it was never finished, and is no home.
    write_whole(folder / _NODE, ("\n".join(lines) + "\n").encode())


def read(folder: Path) -> Home:
    """The home in a folder.

    Raises:
        HomeError: when there is none, or its description is damaged.
    """
    file = folder / _NODE
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise HomeError(
            str(folder), "no node", "a folder that `consilience init` made", "Run: consilience init --partner CODE"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HomeError(str(file), str(error), "the description of a node") from error
    if table.get("schema") != _SCHEMA:
        raise HomeError(str(file), f"schema {table.get('schema')!r}", f"schema = {_SCHEMA!r}")
    partner, origin, database = (str(table.get(name, "")) for name in ("partner", "origin", "database"))
    if not _CODE.fullmatch(partner) or not origin:
        raise HomeError(str(file), "no partner or origin", "both, as `consilience init` wrote them")
    here = folder.resolve()
    return Home(
        here,
        PartnerId(partner),
        origin,
        database or _beside(here, "ledger.db"),
        database or _beside(here, "derived.db"),
    )


def _beside(folder: Path, name: str) -> str:
    """The address of a SQLite file in a home."""
    return f"sqlite:///{folder / name}"


def find(wanted: Path | None, environment: Mapping[str, str] | None = None) -> Home:
    """The home that is meant: --home, else CONSILIENCE_HOME, else `.consilience` here or in a folder above.

    Raises:
        HomeError: when there is none.
    """
    told = wanted or _told(os.environ if environment is None else environment)
    if told:
        return read(told)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / NAME / _NODE).is_file():
            return read(folder / NAME)
    raise HomeError(
        "node", f"no {NAME} here or above", "the home of a node",
        "Run: consilience init --partner CODE, or name it: --home FOLDER",
    )  # fmt: skip


def _told(environment: Mapping[str, str]) -> Path | None:
    text = environment.get("CONSILIENCE_HOME", "")
    return Path(text) if text else None


def _text(file: Path) -> str:
    """A checkpoint that is kept."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HomeError(str(file), str(error), "a checkpoint that can be read") from error


@contextmanager
def _private() -> Iterator[None]:
    """What is made meanwhile is for its owner alone from the first instant."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def write_private(file: Path, data: bytes) -> None:
    """As `write_whole`, for the owner of the home alone."""
    with _private():
        write_whole(file, data)


def private_folder(folder: Path) -> None:
    """A folder of the home for its owner alone, made where it is not there; it is on the disk on return."""
    folder.mkdir(mode=0o700, exist_ok=True)
    above = os.open(folder.parent, os.O_RDONLY)
    try:
        os.fsync(above)
    finally:
        os.close(above)


def write_whole(file: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half of either."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _quoted(text: str) -> str:
    """A TOML basic string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
