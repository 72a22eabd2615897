"""Tokens: what lets an ordinary TAXII client in as a partner's, beside its certificate or, where said so, without one."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from consilience.model.identity import PartnerId
from consilience.node.home import Home, HomeError, write_whole
from consilience.trust import shape
from consilience.trust.canonical import Json, parse
from consilience.trust.errors import TrustError

_FILE = "tokens.json"
_FIELDS = frozenset({"partner", "sha256", "alone", "since"})
_MOST_BYTES = 1 << 20  # some thousand tokens
_PREFIX = "cns_"  # so that scanners for leaked secrets know it


_Stamp = tuple[int, int, int]  # of a file: when it was written, its size, its inode


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token: whose it is, its SHA-256, whether it suffices by itself, and since when it holds."""

    partner: PartnerId
    sha256: str
    alone: bool
    since: str


class Tokens:
    """The tokens of a home. A token has 256 random bits, so its plain hash gives nothing away."""

    def __init__(self, home: Home) -> None:
        """Kept in one file of the home, which is read again when it changes."""
        self._file: Path = home.folder / _FILE
        self._read: tuple[_Stamp | None, tuple[Token, ...]] = (None, ())

    def issue(self, partner: PartnerId, now: datetime, *, alone: bool) -> str:
        """A new token of a partner, in the place of an earlier one: shown once, and kept nowhere."""
        text = _PREFIX + secrets.token_urlsafe(32)
        kept = [token for token in self._all() if token.partner != partner]
        kept.append(Token(partner, _hash(text), alone, now.isoformat(timespec="seconds")))
        self._write(kept)
        return text

    def revoke(self, partner: str) -> bool:
        """End a partner's token; it counts no longer from the next request on. False when there was none."""
        kept = [token for token in self._all() if token.partner != partner]
        ended = len(kept) < len(self._all())
        if ended:
            self._write(kept)
        return ended

    def find(self, text: str) -> Token | None:
        """Whose token this is; None when it is nobody's."""
        wanted = _hash(text)
        found = None
        for token in self._all():  # all of them, so that the time taken tells nothing
            if hmac.compare_digest(token.sha256, wanted):
                found = token
        return found

    def _all(self) -> tuple[Token, ...]:
        """All of them; the file is read again when another stands in its place, or it was written to.

        Raises:
            HomeError: it cannot be read, or holds something else.
        """
        try:
            found = self._file.stat()
            stamp = found.st_mtime_ns, found.st_size, found.st_ino
            kept = self._read
            if stamp != kept[0]:
                kept = stamp, _tokens(self._file.read_bytes())
                self._read = kept  # at once, so that several threads may ask
            return kept[1]
        except FileNotFoundError:
            return ()
        except (OSError, TrustError) as error:
            next_step = "Remove it, and issue new tokens: consilience partner token CODE"
            raise HomeError(str(self._file), str(error), "the tokens of this node", next_step) from error

    def _write(self, tokens: list[Token]) -> None:
        write_whole(self._file, json.dumps([asdict(token) for token in tokens]).encode())
        self._file.chmod(0o600)


def _tokens(data: bytes) -> tuple[Token, ...]:
    """The tokens in a file.

    Raises:
        TrustError: it is none.
    """
    return shape.items(parse(data, "tokens", _MOST_BYTES), "$", _token)


def _token(value: Json, path: str) -> Token:
    found = shape.fields(value, path, _FIELDS)
    alone = found["alone"]
    if not isinstance(alone, bool):
        shape.refuse(f"{path}.alone", alone, "true or false")
    partner, since = (shape.word(found[name], f"{path}.{name}") for name in ("partner", "since"))
    return Token(PartnerId(partner), shape.digest(found["sha256"], f"{path}.sha256"), alone, since)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
