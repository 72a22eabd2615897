"""Sidecar: beside plain TAXII, the signed lines, heads and offers that a partner's node asks for (`exchange.link`).

Who asks is known before anything is read. Every answer is of what stands in that partner's own log, which is all that
it was given: there is nothing here to filter, and nothing to guess at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from consilience.errors import ConsilienceError, UsageError
from consilience.exchange.link import LINES, MOST_LINES, PATH, SIZE, erased_line, head_text, read_head
from consilience.ledger import proof
from consilience.ledger.errors import NoSuchEntryError
from consilience.model.identity import PartnerId
from consilience.node import prove
from consilience.node.accept import Line, accept
from consilience.node.circles import Circles
from consilience.node.concord import shown_to
from consilience.node.giving import log_of
from consilience.node.node import Node
from consilience.node.offer import OutsiderError, admit, offer

MOST_BYTES = 8 * 1024 * 1024
"""The largest body that is taken."""

_MOST_ANSWER = 8 * 1024 * 1024  # bytes of lines in one answer; at least one line is always given
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_JSON, _TEXT = "application/json", "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a media type, the bytes, and further headers."""

    status: int
    media: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a partner who is known."""

    partner: PartnerId
    method: str
    name: str
    query: Mapping[str, str]
    body: bytes = b""

    def number(self, name: str, default: int) -> int:
        """A number of the query; UsageError when it is none."""
        text = self.query.get(name, str(default))
        if not _NUMBER.fullmatch(text):
            raise UsageError(f"query {name}", repr(text[:40]), "a number of 0 or more")
        return int(text)


def name_of(path: str) -> str | None:
    """What a path of the sidecar names; None for another path."""
    return path.removeprefix(PATH).rstrip("/") if path.startswith(PATH) else None


class Sidecar:
    """Answers partners out of one node. Whoever calls takes the node's turn."""

    def __init__(self, node: Node) -> None:
        """Answer out of this node."""
        self._node = node
        self._ways: dict[tuple[str, str], Callable[[Asked], Answer]] = {
            ("GET", "proofs"): self._proofs,
            ("POST", "proofs"): self._push,
            ("GET", "head"): self._head,
            ("POST", "head"): self._witnessed,
            ("GET", "offer"): self._offer,
            ("GET", "compared"): self._compared,
            ("POST", "compared"): self._push,
        }

    def takes(self, method: str, name: str) -> int:
        """The status that is known before a body is read: 200 to go on, 404 or 405."""
        if any(known == name for _, known in self._ways):
            return 200 if (method, name) in self._ways else 405
        return 404

    def answer(self, asked: Asked) -> Answer:
        """Answer one request; an error of ours becomes a status and its words."""
        try:
            return self._ways[asked.method, asked.name](asked)
        except NoSuchEntryError as error:
            return _said(404, error)
        except UsageError as error:
            return _said(400, error)
        except OutsiderError as error:
            return _said(403, error)
        except ConsilienceError as error:
            return _said(422 if error.exit_code == 4 else 503, error)

    def _proofs(self, asked: Asked) -> Answer:
        """The lines of the partner's own log from an index on."""
        ledger, log = self._node.ledger, log_of(asked.partner)
        since, most = asked.number("since", 0), min(asked.number("most", MOST_LINES), MOST_LINES)
        size = ledger.size(log)
        lines: list[bytes] = []
        room = _MOST_ANSWER
        for index in range(since, min(size, since + most)):
            line = _line(self._node, index, log)
            room -= len(line)
            if lines and room < 0:
                break
            lines.append(line)
        return Answer(200, LINES, b"".join(line + b"\n" for line in lines), {SIZE: str(size)})

    def _push(self, asked: Asked) -> Answer:
        """Lines that the partner gives without being asked: each verified as any that arrives, and recorded."""
        lines = [line for line in asked.body.split(b"\n") if line.strip()]
        if len(lines) > MOST_LINES:
            raise UsageError("lines", str(len(lines)), f"at most {MOST_LINES} at once")
        found = accept(self._node, (Line(f"line {number}", line) for number, line in enumerate(lines, start=1)))
        return _json({"new": found.new, "known": found.known, "refused": found.refused})

    def _head(self, asked: Asked) -> Answer:
        """A head of the partner's own log, with the proof that it extends an older one."""
        ledger, log = self._node.ledger, log_of(asked.partner)
        since = asked.number("since", 0)
        size = asked.number("size", ledger.size(log))
        if since > size:
            raise UsageError("query since", str(since), f"at most {size}, the size of the log")
        note = ledger.checkpoint(log, size)
        steps = ledger.consistency(since, size, log) if 0 < since < size else ()
        return Answer(200, _TEXT, head_text(note, since, steps).encode())

    def _witnessed(self, asked: Asked) -> Answer:
        """The partner's cosignature below a head of its own log."""
        try:
            note = read_head(asked.body.decode()).note
        except ValueError as error:
            raise UsageError("checkpoint", "bytes that are no text of one", "a cosigned checkpoint") from error
        keys = [key for key in prove.witness_keys(self._node.roster) if key.name == f"witness/{asked.partner}"]
        count = self._node.ledger.add_cosignature(note, keys, log_of(asked.partner))
        return _json({"kept": count})

    def _offer(self, asked: Asked) -> Answer:
        """What this node gave to all of some partners, for one of them."""
        partners = self._set(asked)
        return _json({"objects": list(offer(self._node, partners))})

    def _compared(self, asked: Asked) -> Answer:
        """The newest words on the common picture of some partners that this node holds, for one of them."""
        words = shown_to(self._node, asked.partner, self._set(asked))
        return Answer(200, LINES, b"".join(word + b"\n" for word in words))

    def _set(self, asked: Asked) -> frozenset[PartnerId]:
        partners = frozenset(PartnerId(code) for code in asked.query.get("with", "").split(",") if code)
        admit(asked.partner, partners)
        if partners not in Circles(self._node.home):
            found = f"{', '.join(sorted(partners))}, within which {self._node.partner} has not agreed to compare"
            next_step = (
                f"Ask {self._node.partner} to say: consilience picture agree --with {','.join(sorted(partners))}"
            )
            raise OutsiderError("partners", found, "a set that it named itself", next_step)
        return partners


def _line(node: Node, index: int, log: str) -> bytes:
    try:
        return proof.make(node.ledger, index, log)
    except NoSuchEntryError:
        return erased_line(index)


def _json(value: Mapping[str, object]) -> Answer:
    return Answer(200, _JSON, json.dumps(value).encode())


def _said(status: int, error: ConsilienceError) -> Answer:
    return Answer(status, _TEXT, (error.message + "\n").encode())
