"""Peers: where the partners' nodes are, how far this node has read of each, and how the last contact went.

None of it is part of the record: a file for each partner in the home. What is lost costs a fresh start of the
reading, and nothing twice in the ledger, which recognises what it has, and remembers which heads it witnessed.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from consilience.errors import ConsilienceError, UsageError
from consilience.model.identity import PartnerId
from consilience.node.home import Home, HomeError, write_whole

_FOLDER = "peers"
_SCHEMA = "consilience.peer/1"
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,31}", re.ASCII)


class BusyPeerError(ConsilienceError):
    """A partner with whom another sync of this home is under way."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A partner's node.

    Attributes:
        partner: whose it is.
        url: where it is: https, or http on loopback for tests.
        origin: the name of its log for us, as it was first met: another one is another node.
        read: up to which index of its log for us we have recorded.
        witnessed: the size of its newest head that we cosigned.
        owed: the indices below `read` that did not verify, and are asked for again.
        tried: under which circumstances they were asked for last: again under the same would be in vain.
        met: when it last answered, ISO 8601; empty before.
        trouble: what went wrong the last time; empty when nothing did.
    """

    partner: PartnerId
    url: str
    origin: str = ""
    read: int = 0
    witnessed: int = 0
    owed: tuple[int, ...] = ()
    tried: str = ""
    met: str = ""
    trouble: str = ""


class Peers:
    """The partners' nodes that a home knows."""

    def __init__(self, home: Home) -> None:
        """Kept in a folder of the home."""
        self._folder = home.folder / _FOLDER

    def __iter__(self) -> Iterator[Peer]:
        """All of them, in order of code; HomeError at the first file that cannot be read."""
        return iter([_read(file) for file in sorted(self._folder.glob("*.json"))])

    def get(self, partner: str) -> Peer:
        """One of them; UsageError when there is none."""
        file = self._file(partner)
        if not file.exists():
            known = ", ".join(peer.partner for peer in self) or "none yet"
            next_step = f"Run: consilience partner add {partner} --url https://HOST:PORT"
            raise UsageError(f"partner {partner}", "no address of its node", f"one of {known}", next_step)
        return _read(file)

    def put(self, peer: Peer) -> None:
        """Keep what is known of one."""
        with self._alone():
            self._write(peer)

    def progress(self, peer: Peer) -> None:
        """Keep how far a sync has come with one that is still known here; its address stays as it is by now."""
        with self._alone():
            file = self._file(peer.partner)
            if file.exists():
                self._write(replace(peer, url=_read(file).url))

    @contextmanager
    def syncing(self, partner: PartnerId) -> Iterator[None]:
        """The one sync with a partner that is under way in this home; another, in whatever process, is told so.

        Raises:
            BusyPeerError: there is one already.
        """
        file = self._file(partner).with_suffix(".lock")
        with self._alone():
            opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                said = "another sync with it under way"
                raise BusyPeerError(f"partner {partner}", said, "one at a time", "Wait for it to end.") from error
            yield
        finally:
            os.close(opened)

    def place(self, partner: PartnerId, url: str) -> Peer:
        """Note where a partner's node is; what was read of it stays.

        Raises:
            UsageError: an address that is none.
        """
        address = checked(url)
        with self._alone():
            file = self._file(partner)
            peer = replace(_read(file), url=address) if file.exists() else Peer(partner, address)
            self._write(peer)
        return peer

    def remove(self, partner: str) -> None:
        """Forget where a partner's node is, and how far it was read: an address that is added again begins anew."""
        with self._alone():
            self._file(partner).unlink(missing_ok=True)

    def _write(self, peer: Peer) -> None:
        write_whole(self._file(peer.partner), json.dumps({"schema": _SCHEMA, **asdict(peer)}).encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else writes what is known of partners' nodes meanwhile, in this process or another."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            opened = os.open(self._folder, os.O_RDONLY)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX)
                yield
            finally:
                os.close(opened)
        except OSError as error:
            raise HomeError(str(self._folder), error.strerror or str(error), "a folder that can be written") from error

    def _file(self, partner: str) -> Path:
        if not _CODE.fullmatch(partner):
            raise UsageError(f"partner {partner!r}", "a code that is none", "capitals, digits and -, such as GBR")
        return self._folder / f"{partner}.json"


def checked(url: str) -> str:
    """An address of a node: https, or http to this machine itself.

    Raises:
        UsageError: for another.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError("--url", repr(url), "an address such as https://node.example:8443") from error
    loopback = host in ("localhost", "127.0.0.1", "::1")
    if not host or parts.scheme not in ("https", "http") or (parts.scheme == "http" and not loopback):
        raise UsageError("--url", repr(url), "https://HOST:PORT (http for this machine only)")
    if parts.username or parts.query or parts.fragment:
        raise UsageError("--url", repr(url), "an address without user, query or fragment")
    return url.rstrip("/")


def _read(file: Path) -> Peer:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        if value.pop("schema") != _SCHEMA:
            raise ValueError("another schema")
        peer = Peer(**{**value, "owed": tuple(value["owed"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        next_step = "Remove it, and say its address again: consilience partner add CODE --url URL"
        raise HomeError(str(file), str(error), "what is known of a partner's node", next_step) from error
    return peer
