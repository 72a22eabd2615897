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

_FILE = "tokens.json"
_PREFIX = "cns_"  # so that scanners for leaked secrets know it


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
        self._read: tuple[int, tuple[Token, ...]] = (-1, ())

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
        try:
            stamp = self._file.stat().st_mtime_ns
            if stamp != self._read[0]:
                listed = json.loads(self._file.read_text(encoding="utf-8"))
                self._read = stamp, tuple(Token(**each) for each in listed)
        except FileNotFoundError:
            self._read = -1, ()
        except (OSError, ValueError, TypeError) as error:
            next_step = "Remove it, and issue new tokens: consilience partner token CODE"
            raise HomeError(str(self._file), str(error), "the tokens of this node", next_step) from error
        return self._read[1]

    def _write(self, tokens: list[Token]) -> None:
        write_whole(self._file, json.dumps([asdict(token) for token in tokens]).encode())
        self._file.chmod(0o600)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
