"""Link: what a node asks of a partner's node beside plain TAXII: signed lines with their proofs, heads, and offers.

The sidecar of docs/node.md. All of it is by partner: each address answers with what stands in the log of whoever asks.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from consilience.exchange.call import Caller, RefusedError, Reply
from consilience.model.identity import PartnerId

PATH = "/consilience/1/"
LINES = "application/x-ndjson"
SIZE = "x-consilience-size"
MOST_LINES = 500
_OLD = "old "
_MOST_BATCH = 4 * 1024 * 1024


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
    """What a partner's node did with lines that were pushed to it."""

    new: int
    known: int
    refused: tuple[str, ...]


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
            UnreachableError, RefusedError: see `Caller.call`.
        """
        reply = self._get("proofs", {"since": str(since), "most": str(most)})
        found = tuple(line for line in reply.body.split(b"\n") if line)
        return Lines(since, found[:most], _number(reply, SIZE))

    def head(self, since: int, size: int | None = None) -> Head:
        """A head of the partner's log for us, the newest or one at a size, proven to extend the one of size `since`."""
        query = {"since": str(since)} | ({} if size is None else {"size": str(size)})
        reply = self._get("head", query)
        try:
            return read_head(reply.body.decode())
        except ValueError as error:
            raise RefusedError(self._base, str(error), "a checkpoint", status=reply.status) from error

    def witness(self, note: str) -> None:
        """Give the partner our cosignature below its head."""
        self._caller.call("POST", self._base + "head", {"Content-Type": "text/plain"}, note.encode())

    def push(self, lines: Sequence[bytes]) -> Took:
        """Give the partner lines of its log with us, without waiting until it asks."""
        done = Took(0, 0, ())
        for batch in _batches(lines):
            took = self._json(self._post("proofs", b"\n".join(batch)))
            refused = took.get("refused")
            done = Took(
                done.new + _whole(took.get("new")),
                done.known + _whole(took.get("known")),
                done.refused + tuple(str(each) for each in (refused if isinstance(refused, list) else [])),
            )
        return done

    def offer(self, partners: Iterable[PartnerId]) -> tuple[str, ...]:
        """The digests of what this partner gave to all of some partners."""
        found = self._json(self._get("offer", {"with": ",".join(sorted(partners))})).get("objects")
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise RefusedError(self._base, "no list of digests", "what the partner offers")
        return tuple(found)

    def compared(self, partners: Iterable[PartnerId]) -> tuple[bytes, ...]:
        """The newest words on the common picture of some partners that this partner holds, its own and others', as envelopes."""
        reply = self._get("compared", {"with": ",".join(sorted(partners))})
        return tuple(line for line in reply.body.split(b"\n") if line)

    def tell(self, envelope: bytes) -> Took:
        """Give the partner our own statement on the common picture."""
        took = self._json(self._post("compared", envelope))
        return Took(_whole(took.get("new")), _whole(took.get("known")), ())

    def _get(self, name: str, query: dict[str, str]) -> Reply:
        return self._caller.call("GET", f"{self._base}{name}?{urlencode(query)}", {"Accept-Encoding": "gzip"})

    def _post(self, name: str, body: bytes) -> Reply:
        return self._caller.call("POST", self._base + name, {"Content-Type": LINES}, body)

    def _json(self, reply: Reply) -> dict[str, object]:
        try:
            value = json.loads(reply.body)
        except (ValueError, RecursionError) as error:
            raise RefusedError(self._base, "an answer that is no JSON", "an object", status=reply.status) from error
        if not isinstance(value, dict):
            raise RefusedError(self._base, "JSON that is no object", "an object", status=reply.status)
        return value


def _number(reply: Reply, name: str) -> int:
    text = reply.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _whole(value: object) -> int:
    return value if type(value) is int else 0


def _batches(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for line in lines:
        if batch and (size + len(line) > _MOST_BATCH or len(batch) == MOST_LINES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line) + 1
    if batch:
        yield batch
