"""Home: the folder of one node. Its keys and secret never leave it; its ledger may live in PostgreSQL instead."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from consilience.errors import ConsilienceError, UsageError
from consilience.model.identity import PartnerId
from consilience.trust.keys import KeyFolder

NAME = ".consilience"
_NODE = "node.toml"
_HMAC_KEY = "secret"
_HEADS = "heads"
_SCHEMA = "consilience.home/1"
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,31}")


class HomeError(ConsilienceError):
    """The home of a node is missing, damaged or already there."""

    exit_code = 2


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
    def keys(self) -> KeyFolder:
        """The signing keys."""
        return KeyFolder(self.folder / "keys")

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
        try:
            return file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise HomeError(str(file), str(error), "a checkpoint that can be read") from error

    def remember(self, log: str, checkpoint: str) -> None:
        """Keep a checkpoint beside the database, so that an older database put in its place is noticed."""
        write_whole(self._head(log), checkpoint.encode())

    def _head(self, log: str) -> Path:
        return self.folder / _HEADS / (log.replace("/", "-") + ".checkpoint")


def create(folder: Path, partner: str, database: str = "") -> Home:
    """Make a new home with a key and a secret; nothing of an existing one is touched.

    Raises:
        HomeError: when there is something at that place.
        UsageError: when the code is none.
    """
    if not _CODE.fullmatch(partner):
        raise UsageError("partner", repr(partner), "a code of capitals, digits and -, such as UKR")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise HomeError(str(folder), "something already there", "a folder that does not exist yet, or an empty one")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / _HEADS).mkdir(mode=0o700)
        _write_private(folder / _HMAC_KEY, secrets.token_bytes(32))
        keys = KeyFolder(folder / "keys")
        keys.create()
        fingerprint = keys.new().key_id
        origin = f"consilience/{partner}/{fingerprint[:16]}"
        lines = [f'schema = "{_SCHEMA}"', f'partner = "{partner}"', f'origin = "{origin}"']
        if database:
            lines.append(f"database = {_quoted(database)}")
        # node.toml comes last: a home without it was never finished, and is no home.
        write_whole(folder / _NODE, ("\n".join(lines) + "\n").encode())
    except OSError as error:
        raise HomeError(str(folder), error.strerror or str(error), "a folder that can be written") from error
    return read(folder)


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
        database or f"sqlite:///{here / 'ledger.db'}",
        database or f"sqlite:///{here / 'derived.db'}",
    )


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


@contextmanager
def _private() -> Iterator[None]:
    """What is made meanwhile is for its owner alone from the first instant."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _write_private(file: Path, data: bytes) -> None:
    with _private():
        write_whole(file, data)


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
