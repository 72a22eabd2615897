"""Fold: entries of the ledger become rows that SQL can decide on, one after the other."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from consilience.model.entry import ClaimEntry, Consent, Derivation, Remarking, Retraction, Statement, Tombstone
from consilience.model.identity import PartnerId, canonical_json
from consilience.model.marking import Label
from consilience.release.tables import AWAITED, CONSENTS, DERIVATIONS, LABELS, OBJECTS, ORIGINATORS
from consilience.trust.wire import label_json, read_label


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of the ledger as the index reads it: its index, the digest of its payload, and what it says."""

    seq: int
    digest: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Held:
    """One object that could be released, with the labels that decide.

    `base` decides whether any of it may be seen, `whole` whether all of it is. `retracted` is from when on its
    issuer withdrew it (RFC 3339), None while it stands; `target` is what a retraction or a remarking speaks of.
    """

    seq: int
    digest: str
    kind: str
    name: str
    issuer: PartnerId
    issued: str
    base: int
    whole: int
    target: str | None
    retracted: str | None


@dataclass(frozen=True, slots=True)
class _Word:
    """A retraction (no label) or a remarking (the label to join), as it waits for its object or is applied."""

    seq: int
    digest: str
    issuer: PartnerId
    issued: str
    object: str
    label: Label | None

    def text(self) -> str:
        """As JSON, all but what the table has columns for."""
        label = None if self.label is None else label_json(self.label)
        return canonical_json({"digest": self.digest, "issuer": self.issuer, "issued": self.issued, "label": label})

    @classmethod
    def read(cls, seq: int, target: str, text: str) -> _Word:
        """As it was written."""
        told = json.loads(text)
        label = None if told["label"] is None else read_label(told["label"], "$")
        return cls(seq, told["digest"], PartnerId(told["issuer"]), told["issued"], target, label)


class Fold:
    """One reading of the ledger: entries become rows, in order.

    `erased` tells that a tombstone was read: what it names says nothing any more, and rows of it may be left.
    """

    def __init__(self, connection: Connection, labels: list[Label]) -> None:
        self._connection = connection
        self._labels = labels
        self._ids = {label: number for number, label in enumerate(labels)}
        self._waiting: list[dict[str, object]] = []
        self._awaited: dict[str, list[_Word]] = defaultdict(list)
        for row in connection.execute(select(AWAITED).order_by(AWAITED.c.seq)):
            self._awaited[row.object].append(_Word.read(row.seq, row.object, row.text))
        self.erased = False

    def add(self, said: Said) -> None:
        """Apply one entry."""
        statement, content = said.statement, said.statement.content
        if isinstance(content, ClaimEntry):
            self._object(said, content)
            return
        self.flush()
        if isinstance(content, Consent):
            self._consent(said, content)
        elif isinstance(content, Retraction | Remarking):
            label = content.label if isinstance(content, Remarking) else None
            issued = stamp(statement.issued_at)
            self._say(_Word(said.seq, said.digest, statement.issuer, issued, content.object, label))
        elif isinstance(content, Tombstone):
            self.erased = True
        elif isinstance(content, Derivation):
            row = {"seq": said.seq, "object": content.object, "derived_from": content.derived_from}
            self._connection.execute(insert(DERIVATIONS), row)

    def flush(self) -> None:
        """Write the objects that wait: later entries speak of them, and earlier ones may have."""
        rows, self._waiting = self._waiting, []
        if rows:
            self._connection.execute(insert(OBJECTS), rows)
        for row in rows if self._awaited else ():
            for word in self._awaited.pop(str(row["digest"]), ()):
                self._connection.execute(delete(AWAITED).where(AWAITED.c.seq == word.seq))
                self._say(word)

    def _object(self, said: Said, content: ClaimEntry) -> None:
        for part in content.portions:
            self._intern(content.base.join(part.label))  # so that it is noticed when time opens or closes it
        self._waiting.append(
            {
                "seq": said.seq, "digest": said.digest, "kind": "claim", "name": content.cell("claim_id"),
                "issuer": said.statement.issuer, "issued": stamp(said.statement.issued_at),
                "base": self._intern(content.base), "whole": self._intern(content.label), "target": None,
                "retracted": None,
            }
        )  # fmt: skip

    def _intern(self, label: Label) -> int:
        """The id of a label; a new one is numbered."""
        if label not in self._ids:
            number = self._ids[label] = len(self._labels)
            self._labels.append(label)
            text = canonical_json(label_json(label))
            self._connection.execute(insert(LABELS), {"id": number, "text": text})
            asked = [{"label": number, "originator": name} for name in sorted(label.orig)]
            if asked:
                self._connection.execute(insert(ORIGINATORS), asked)
        return self._ids[label]

    def _consent(self, said: Said, content: Consent) -> None:
        row = {
            "seq": said.seq, "object": content.object, "originator": said.statement.issuer,
            "recipient": content.recipient, "use": content.use, "since": stamp(said.statement.issued_at),
            "until": stamp(content.until),
        }  # fmt: skip
        self._connection.execute(insert(CONSENTS), row)

    def _say(self, word: _Word) -> None:
        """Apply a retraction or a remarking to what its own issuer issued: nobody withdraws or marks what is another's."""
        query = select(OBJECTS).where(
            OBJECTS.c.digest == word.object, OBJECTS.c.issuer == word.issuer, OBJECTS.c.kind == "claim"
        )
        found = [held(row) for row in self._connection.execute(query)]
        if not found:
            self._awaited[word.object].append(word)
            row = {"seq": word.seq, "object": word.object, "text": word.text()}
            self._connection.execute(insert(AWAITED), row)
        for target in found:
            if word.label is None:
                self._retract(word, target)
            else:
                self._remark(word, target, word.label)

    def _retract(self, word: _Word, target: Held) -> None:
        """Its target is withdrawn, once, and never from before it was issued."""
        if target.retracted is None:
            when = max(word.issued, target.issued)
            self._connection.execute(update(OBJECTS).where(OBJECTS.c.seq == target.seq).values(retracted=when))
            self._beside(word, "retraction", target, (target.base, target.whole))

    def _remark(self, word: _Word, target: Held, label: Label) -> None:
        """Both labels of the object, and of what was said of it, are raised."""
        base, whole = (self._intern(self._labels[old].join(label)) for old in (target.base, target.whole))
        self._connection.execute(
            update(OBJECTS)
            .where(or_(OBJECTS.c.seq == target.seq, OBJECTS.c.target == target.digest))
            .values(base=base, whole=whole)
        )
        self._beside(word, "remarking", target, (base, whole))

    def _beside(self, word: _Word, kind: str, target: Held, labels: tuple[int, int]) -> None:
        """What is said of an object is an object of its labels."""
        row = {
            "seq": word.seq, "digest": word.digest, "kind": kind, "name": target.name, "issuer": word.issuer,
            "issued": word.issued, "base": labels[0], "whole": labels[1], "target": target.digest, "retracted": None,
        }  # fmt: skip
        self._connection.execute(insert(OBJECTS), row)


def stamp(when: datetime) -> str:
    """RFC 3339 in UTC to the microsecond: text that compares as time does."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def held(row: Row[Any]) -> Held:
    """A row of the objects as the noun it is."""
    return Held(**row._asdict())
