"""Witness: cosigns another's head only when it extends the last one seen, and keeps what shows that one did not."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consilience.ledger import note as notes
from consilience.ledger import tree
from consilience.ledger.errors import (
    EquivocationError,
    EvidenceError,
    InconsistentHeadError,
    ProofError,
    RollbackError,
)
from consilience.ledger.note import Checkpoint, NoteKey, NoteSigner
from consilience.trust.canonical import parse

_MOST_EVIDENCE = 4 * notes.MOST_BYTES


class Memory(Protocol):
    """Where a witness remembers, durably and one step at a time. A `Ledger` is one."""

    def advance(self, origin: str, step: Callable[[str | None], str]) -> str:
        """Give `step` the last note of a log and remember what it returns; nothing when it raises."""

    def keep(self, evidence: str) -> None:
        """Keep evidence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two heads that one log signed, in the order they were seen, and what they show together."""

    kind: str
    first: str
    second: str

    def written(self) -> str:
        """As JSON in one line, to be kept and handed on."""
        said = {"schema": "consilience.evidence/1", "kind": self.kind, "first": self.first, "second": self.second}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def read(cls, text: str) -> Evidence:
        """Evidence as it was written; `EvidenceError` when it is none."""
        value = parse(text.encode(), "evidence", _MOST_EVIDENCE)
        if not isinstance(value, dict) or value.get("schema") != "consilience.evidence/1":
            raise EvidenceError("evidence", "another kind of file", "schema consilience.evidence/1")
        parts = [value.get(name) for name in ("kind", "first", "second")]
        texts = [part for part in parts if isinstance(part, str)]
        if len(texts) != 3 or len(value) != 4:
            raise EvidenceError("evidence", f"keys {', '.join(sorted(value))}", "schema, kind, first and second")
        return cls(*texts)

    def check(self, key: NoteKey) -> str:
        """What the evidence shows to anybody who knows the log's key, in a sentence.

        Raises:
            EvidenceError: the notes do not show it.
            LedgerError: one of the notes is not signed by the key.
        """
        first, second = (notes.verified(text, (key,)) for text in (self.first, self.second))
        if self.kind != _kind(first, second):
            found = f"heads of size {first.size} and {second.size}"
            raise EvidenceError(f"evidence against {key.name}", found, f"what is called {self.kind}")
        heads = f"a head of size {first.size} with root {first.root.hex()[:16]}… and one of size {second.size} with "
        heads += f"root {second.root.hex()[:16]}…"
        if self.kind == "split view":
            return f"{key.name} signed {heads}: two histories, which is proof of equivocation"
        if self.kind == "rollback":
            return f"{key.name} signed {heads}; the witness says that it was shown the smaller after the larger"
        return f"{key.name} signed {heads}; it is for the log to show that the larger extends the smaller"


@dataclass(frozen=True, slots=True)
class Witness:
    """Cosigns the heads of other logs under a name of its own (C2SP tlog-cosignature).

    The key may be the one that signs statements and our own heads: what a cosignature signs begins with its own
    line, `cosignature/v1`, so that none of the three can be taken for another.
    """

    name: str
    signer: NoteSigner
    memory: Memory
    clock: Callable[[], datetime]

    def cosign(self, note: str, proof: Sequence[bytes], key: NoteKey) -> str:
        """The note with our cosignature, once it is shown to extend what was seen before.

        The checks, in order:

        1. It is a checkpoint signed by the log's key (see `note.verified`).
        2. It is no smaller than the last head cosigned (RollbackError).
        3. Of the same size it has the same root (EquivocationError: a split view).
        4. Of a larger size, `proof` shows that it extends the last head (InconsistentHeadError).

        The first head of a log is taken as it is. When 2, 3 or 4 fails, both notes are kept as evidence.
        """
        head = notes.verified(note, (key,))  # 1
        seen: list[str] = []

        def step(last: str | None) -> str:
            if last is not None:
                seen.append(last)
                _check_extends(head, notes.checkpoint_of(notes.parse(last).text), proof)  # 2 to 4
            return note

        try:
            self.memory.advance(key.name, step)
        except (RollbackError, EquivocationError):
            first = notes.checkpoint_of(notes.parse(seen[0]).text)
            self.memory.keep(Evidence(_kind(first, head), seen[0], note).written())
            raise
        return notes.cosign(note, self.name, self.signer, self.clock())


def _check_extends(head: Checkpoint, last: Checkpoint, proof: Sequence[bytes]) -> None:
    """Refuse a head that is not shown to extend the last one."""
    log = f"log {head.origin}"
    if head.size < last.size:
        next_step = "Ask the log for its newest head; both are kept as evidence"
        raise RollbackError(log, f"a head of size {head.size}", f"at least {last.size}, as seen before", next_step)
    if head.size == last.size:
        if head.root != last.root:
            found = f"root {head.root.hex()} at size {head.size}"
            next_step = "Both heads are kept as evidence that anybody can check"
            raise EquivocationError(log, found, f"root {last.root.hex()}, as seen before", next_step)
        return
    try:
        tree.verify_consistency(last.size, head.size, proof, (last.root, head.root))
    except ProofError as wrong:
        found = f"a head of size {head.size} without proof"
        next_step = "Ask the log for the consistency proof; both heads are kept as evidence"
        raise InconsistentHeadError(log, found, f"one that extends size {last.size}", next_step) from wrong


def _kind(first: Checkpoint, second: Checkpoint) -> str:
    """What two heads, in the order they were seen, show at most."""
    if first.size == second.size:
        return "split view" if first.root != second.root else "nothing"
    return "rollback" if second.size < first.size else "unproven extension"
