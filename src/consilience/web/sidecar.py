"""Sidecar: beside plain TAXII, the signed lines, heads and offers that a partner's node asks for (`exchange.link`).

Who asks is known before anything is read. What is got is of what stands in that partner's own log, which is all that it
was given, and of the sets in which this node compares with it. What is given is verified and recorded, and the answer
follows from the bytes that came: how many lines they were, and which of them are none. What this node holds, has erased
or refuses besides, and whom it knows, is not told; only of a partner's own objects, proven out of its own log, it is
told how many were new.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock

from consilience.errors import ConsilienceError, UsageError
from consilience.exchange.link import LINES, MOST_LINES, PATH, SIZE, erased_line, head_text, read_head
from consilience.ledger import proof
from consilience.ledger.errors import ForgedNoteError, MalformedNoteError, NoSuchEntryError, UnknownNoteKeyError
from consilience.model.entry import Compared
from consilience.model.identity import PartnerId
from consilience.node import prove
from consilience.node.accept import Accepted, Line, accept
from consilience.node.circles import Circles
from consilience.node.concord import shown_to
from consilience.node.giving import log_of
from consilience.node.node import Node
from consilience.node.offer import OutsiderError, admit, offer
from consilience.trust.statement import reread
from consilience.trust.verify import verify
from consilience.web.pushed import Pushed, is_own, pushed

MOST_BYTES = 8 * 1024 * 1024
"""The largest body that is taken."""

_MOST_ANSWER = 8 * 1024 * 1024  # bytes of lines in one answer; at least one line is always given
_AT_A_TIME = 100  # lines that are recorded before others have their turn
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
            raise AskedError(f"query {name}", repr(text[:40]), "a number of 0 or more")
        return int(text)


def name_of(path: str) -> str | None:
    """What a path of the sidecar names; None for another path."""
    return path.removeprefix(PATH).rstrip("/") if path.startswith(PATH) else None


class AskedError(UsageError):
    """A question put together wrongly. Its text follows from the question, so that it may be told."""


class Sidecar:
    """Answers partners out of one node, from any thread: what the ledger alone answers waits for nobody."""

    def __init__(self, node: Node, turn: RLock | None = None) -> None:
        """Answer out of this node; its `turn` is taken for all that is more than to read the ledger."""
        self._node = node
        self._turn = turn or RLock()
        self._ways: dict[tuple[str, str], Callable[[Asked], Answer]] = {
            ("GET", "proofs"): self._proofs,
            ("POST", "proofs"): self._push,
            ("GET", "head"): self._head,
            ("POST", "head"): self._witnessed,
            ("GET", "offer"): self._offer,
            ("GET", "compared"): self._compared,
            ("POST", "compared"): self._word,
        }

    def takes(self, method: str, name: str) -> int:
        """The status that is known before a body is read: 200 to go on, 404 or 405."""
        if any(known == name for _, known in self._ways):
            return 200 if (method, name) in self._ways else 405
        return 404

    def answer(self, asked: Asked) -> Answer:
        """Answer one request. Of errors, the words leave only where they follow from the question or from its own log."""
        try:
            return self._ways[asked.method, asked.name](asked)
        except NoSuchEntryError as error:
            return _said(404, error.message)
        except AskedError as error:
            return _said(400, error.message)
        except OutsiderError as error:
            return _said(403, error.message)
        except (MalformedNoteError, ForgedNoteError, UnknownNoteKeyError):
            return _said(422, "it does not verify")
        except ConsilienceError:  # of what stands behind: paths, and whom we know, stay here
            return unavailable()

    def _proofs(self, asked: Asked) -> Answer:
        """The lines of the partner's own log from an index on."""
        ledger, log = self._node.ledger, log_of(asked.partner)
        since, most = asked.number("since", 0), min(asked.number("most", MOST_LINES), MOST_LINES)
        size = ledger.size(log)
        lines: list[bytes] = []
        room = _MOST_ANSWER
        asked_for = range(since, min(size, since + most))
        for index, made in enumerate(proof.make_many(ledger, asked_for, log), since):
            line = erased_line(index) if made is None else made
            room -= len(line)
            if lines and room < 0:
                break
            lines.append(line)
        return Answer(200, LINES, b"".join(line + b"\n" for line in lines), {SIZE: str(size)})

    def _push(self, asked: Asked) -> Answer:
        """Lines that the partner gives without being asked: each verified as any that arrives, and recorded."""
        lines = _lines(asked)
        with self._turn:
            roster = self._node.roster
        mine = {line.number for line in lines if line.envelope and is_own(line.data, asked.partner, roster)}
        own = [line for line in lines if line.number in mine]
        found = self._accept(own)
        known = found.known + self._held(found.owed, own)
        self._accept([line for line in lines if line.envelope and line.number not in mine])
        return _took(lines, found.new, known)

    def _word(self, asked: Asked) -> Answer:
        """Words on the common picture of a set in which the partner and this node compare; of nothing else."""
        lines = _lines(asked)
        taken = []
        for line in lines:
            content = reread(line.envelope).content if line.envelope else None
            if isinstance(content, Compared):
                self._check_set(asked.partner, frozenset(content.partners))
                taken.append(line)
            elif line.envelope:
                line.fault = "no comparison"
        self._accept(taken)
        return _took(lines, 0, 0)

    def _accept(self, lines: Sequence[Pushed]) -> Accepted:
        """Record some lines, a few at a time, between which others have their turn."""
        found = Accepted()
        for start in range(0, len(lines), _AT_A_TIME):
            some = [Line(str(line.number), line.data) for line in lines[start : start + _AT_A_TIME]]
            with self._turn:
                took = accept(self._node, some)
            found = Accepted(found.new + took.new, found.known + took.known, [], found.owed + took.owed)
        return found

    def _held(self, owed: Sequence[str], lines: Sequence[Pushed]) -> int:
        """How many of the lines that were not taken anew say what was here before, whether or not it was erased since."""
        places = {str(line.number): line for line in lines}
        subjects = [verify(places[where].envelope, self._node.roster).subject for where in owed]
        return sum(self._node.ledger.find(subject) is not None for subject in subjects)

    def _head(self, asked: Asked) -> Answer:
        """A head of the partner's own log, with the proof that it extends an older one."""
        ledger, log = self._node.ledger, log_of(asked.partner)
        since = asked.number("since", 0)
        size = asked.number("size", ledger.size(log))
        if since > size:
            raise AskedError("query since", str(since), f"at most {size}, the size of the log")
        note = ledger.checkpoint(log, size)
        steps = ledger.consistency(since, size, log) if 0 < since < size else ()
        return Answer(200, _TEXT, head_text(note, since, steps).encode())

    def _witnessed(self, asked: Asked) -> Answer:
        """The partner's cosignature below a head of its own log."""
        try:
            note = read_head(asked.body.decode()).note
        except ValueError as error:
            raise AskedError("checkpoint", "bytes that are no text of one", "a cosigned checkpoint") from error
        keys = [key for key in prove.witness_keys(self._node.roster) if key.name == f"witness/{asked.partner}"]
        count = self._node.ledger.add_cosignature(note, keys, log_of(asked.partner))
        return _json({"kept": count})

    def _offer(self, asked: Asked) -> Answer:
        """What this node gave to all of some partners, for one of them."""
        partners = self._set(asked)
        return _json({"objects": list(offer(self._node, partners))})

    def _compared(self, asked: Asked) -> Answer:
        """The newest words on the common picture of some partners that this node holds, for one of them."""
        partners = self._set(asked)
        with self._turn:
            words = shown_to(self._node, asked.partner, partners)
        return Answer(200, LINES, b"".join(word + b"\n" for word in words))

    def _set(self, asked: Asked) -> frozenset[PartnerId]:
        partners = frozenset(PartnerId(code) for code in asked.query.get("with", "").split(",") if code)
        self._check_set(asked.partner, partners)
        return partners

    def _check_set(self, asker: PartnerId, partners: frozenset[PartnerId]) -> None:
        """Refuse a set that the asker is not in, or that this node has not named itself."""
        admit(asker, partners)
        if partners not in Circles(self._node.home):
            found = f"{', '.join(sorted(partners))}, within which {self._node.partner} has not agreed to compare"
            next_step = (
                f"Ask {self._node.partner} to say: consilience picture agree --with {','.join(sorted(partners))}"
            )
            raise OutsiderError("partners", found, "a set that it named itself", next_step)


def _lines(asked: Asked) -> list[Pushed]:
    count = sum(1 for line in asked.body.split(b"\n") if line.strip())
    if count > MOST_LINES:
        raise AskedError("lines", str(count), f"at most {MOST_LINES} at once")
    return pushed(asked.body)


def unavailable() -> Answer:
    """Something behind us does not answer: what it is stays here, and another try is worth it."""
    return Answer(503, _TEXT, b"no answer can be given now\n", {"retry-after": "30"})


def _took(lines: Sequence[Pushed], new: int, known: int) -> Answer:
    """What follows from the bytes that came, beside how many of the partner's own objects were new or known."""
    refused = [f"line {line.number}: {line.fault}" for line in lines if line.fault]
    return _json({"read": len(lines), "new": new, "known": known, "refused": refused})


def _json(value: Mapping[str, object]) -> Answer:
    return Answer(200, _JSON, json.dumps(value).encode())


def _said(status: int, words: str) -> Answer:
    return Answer(status, _TEXT, (words + "\n").encode())
