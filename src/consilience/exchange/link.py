"""Link: what a node asks of a partner's node beside plain TAXII: signed lines with their proofs, heads, and offers.

See docs/exchange.md. All of it is by partner: each address answers with what stands in the log of whoever asks.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from consilience.exchange.body import SMALL_BYTES, SMALL_VALUES, batches, object_of, text_of, whole_of
from consilience.exchange.call import Caller, RefusedError, Reply
from consilience.model.identity import PartnerId
from consilience.trust.shape import DIGEST

PATH = "/consilience/1/"
LINES = "application/x-ndjson"
SIZE = "x-consilience-size"
MOST_LINES = 500
_OLD = "old "
_MOST_BATCH = 4 * 1024 * 1024
# What a partner's node answers with at most, in bytes. Its lines are 8 MiB together, or one line.
_LINES, _OFFER, _HEAD = 16 * 1024 * 1024, 32 * 1024 * 1024, 128 * 1024
_MOST_OFFERED = 500_000  # digests


class Lines(NamedTuple):
    """Some lines of a log, from an index on, and how many entries it has in all."""

    since: int
    lines: tuple[bytes, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head, and the proof that it extends an older one."""

    note: str
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Took:
    """What a partner's node tells of lines that were pushed to it: of what we issued whether it is new; of others no word.

    `read` are the lines that it could read, `refused` those that it could not, by their number.
    """

    new: int
    known: int
    refused: tuple[str, ...]
    read: int = 0


def erased_line(index: int) -> bytes:
    """What stands in the place of an entry whose content is destroyed."""
    return b'{"erased":true,"index":%d}' % index


def head_text(note: str, since: int, proof: Iterable[bytes]) -> str:
    """A head with its proof, in the form of C2SP's tlog-witness."""
    lines = [f"{_OLD}{since}", *(base64.b64encode(step).decode() for step in proof), ""]
    return "\n".join(lines) + "\n" + note


def read_head(text: str) -> Head:
    """A head as `head_text` writes it, or a bare one.

    Raises:
        ValueError: when the proof is not base64.
    """
    if not text.startswith(_OLD):
        return Head(text, ())
    lines, _, note = text.partition("\n\n")
    try:
        return Head(note, tuple(base64.b64decode(line, validate=True) for line in lines.splitlines()[1:]))
    except binascii.Error as error:
        raise ValueError("a proof that is not base64") from error


class Link:
    """A partner's node at one address."""

    def __init__(self, base: str, caller: Caller) -> None:
        """`caller` knows who we are, and takes nobody but this partner for the server."""
        self._base = base.rstrip("/") + PATH
        self._caller = caller

    def lines(self, since: int, most: int = MOST_LINES) -> Lines:
        """What stands in the partner's log for us from an index on, a line for each entry; the same if asked again.

        An entry whose content is erased has the line of `erased_line`.

        Raises:
            UnreachableError, RefusedError: see `Caller.call`; or more lines than were asked for.
        """
        reply = self._get("proofs", {"since": str(since), "most": str(most)}, _LINES)
        return Lines(since, self._split(reply, most), _number(reply, SIZE))

    def head(self, since: int, size: int | None = None) -> Head:
        """A head of the partner's log for us, the newest or one at a size, proven to extend the one of size `since`."""
        query = {"since": str(since)} | ({} if size is None else {"size": str(size)})
        reply = self._get("head", query, _HEAD)
        try:
            return read_head(reply.body.decode())
        except ValueError as error:
            raise RefusedError(self._base, str(error), "a checkpoint", status=reply.status) from error

    def witness(self, note: str) -> None:
        """Give the partner our cosignature below its head."""
        self._caller.call("POST", self._base + "head", {"Content-Type": "text/plain"}, note.encode(), SMALL_BYTES)

    def push(self, lines: Sequence[bytes]) -> Took:
        """Give the partner lines of its log with us, without waiting until it asks."""
        done = Took(0, 0, ())
        for batch in batches(lines, _MOST_BATCH, MOST_LINES):
            took = self._took("proofs", b"\n".join(batch))
            done = Took(
                done.new + took.new, done.known + took.known, done.refused + took.refused, done.read + took.read
            )
        return done

    def offer(self, partners: Iterable[PartnerId]) -> tuple[str, ...]:
        """The digests of what this partner gave to all of some partners, each once.

        Raises:
            UnreachableError, RefusedError: see `Caller.call`; or no such list.
        """
        reply = self._get("offer", {"with": ",".join(sorted(partners))}, _OFFER)
        found = object_of(reply, self._base, _MOST_OFFERED).get("objects")
        if not isinstance(found, list) or not all(isinstance(each, str) and DIGEST.fullmatch(each) for each in found):
            raise RefusedError(self._base, "no list of digests", "what the partner offers", status=reply.status)
        digests = tuple(str(each) for each in found)
        if len(set(digests)) != len(digests):
            raise RefusedError(self._base, "a digest twice", "each that is offered once", status=reply.status)
        return digests

    def compared(self, partners: Iterable[PartnerId]) -> tuple[bytes, ...]:
        """The newest words on the common picture of some partners that this partner holds, its own and others', as envelopes."""
        return self._split(self._get("compared", {"with": ",".join(sorted(partners))}, _LINES), MOST_LINES)

    def tell(self, envelope: bytes) -> Took:
        """Give the partner our own statement on the common picture."""
        return self._took("compared", envelope)

    def _get(self, name: str, query: dict[str, str], most: int) -> Reply:
        return self._caller.call("GET", f"{self._base}{name}?{urlencode(query)}", {}, None, most)

    def _took(self, name: str, body: bytes) -> Took:
        """Give some lines, and read what became of them."""
        url = self._base + name
        reply = self._caller.call("POST", url, {"Content-Type": LINES}, body, SMALL_BYTES)
        found = object_of(reply, url, SMALL_VALUES)
        refused = found.get("refused")
        named = tuple(text_of(each, url, "a reason") for each in (refused if isinstance(refused, list) else []))
        new, known, read = (whole_of(found.get(name), url, name) for name in ("new", "known", "read"))
        return Took(new, known, named, read)

    def _split(self, reply: Reply, most: int) -> tuple[bytes, ...]:
        """The lines of an answer, counted before they are split."""
        if reply.body.count(b"\n") > most:
            raise RefusedError(self._base, f"more than {most} lines", "as many as asked for", status=reply.status)
        return tuple(line for line in reply.body.split(b"\n") if line)[:most]


def _number(reply: Reply, name: str) -> int:
    text = reply.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
