"""Fold: entries of the ledger become rows that SQL can decide on, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from consilience.model.entry import ClaimEntry, Consent, Derivation, Remarking, Retraction, Statement, Tombstone
from consilience.model.identity import PartnerId, canonical_json
from consilience.model.marking import Label
from consilience.release.tables import CONSENTS, DERIVATIONS, LABELS, OBJECTS, ORIGINATORS
from consilience.trust.wire import label_json


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of the ledger as the index reads it: its index, the digest of its payload, and what it says."""

    seq: int
    digest: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Held:
    """One object that could be released, with the labels that decide.

    `base` decides whether any of it may be seen, `whole` whether all of it is. `retracted` is when its issuer
    withdrew it (RFC 3339), None while it stands; `target` is what a retraction withdraws.
    """

    seq: int
    digest: str
    kind: str
    name: str
    issuer: PartnerId
    base: int
    whole: int
    target: str | None
    retracted: str | None


class Fold:
    """One reading of the ledger: entries become rows, in order.

    `erased` tells that a tombstone was read: what it names says nothing any more, and rows of it may be left.
    """

    def __init__(self, connection: Connection, labels: list[Label]) -> None:
        self._connection = connection
        self._labels = labels
        self._ids = {label: number for number, label in enumerate(labels)}
        self._waiting: list[dict[str, object]] = []
        self.erased = False

    def add(self, said: Said) -> None:
        """Apply one entry."""
        content = said.statement.content
        if isinstance(content, ClaimEntry):
            self._object(said, content.cell("claim_id"), content.base, content.label)
            return
        self.flush()
        if isinstance(content, Consent):
            self._consent(said, content)
        elif isinstance(content, Retraction):
            self._retract(said, content)
        elif isinstance(content, Remarking):
            self._remark(said, content)
        elif isinstance(content, Tombstone):
            self.erased = True
        elif isinstance(content, Derivation):
            row = {"seq": said.seq, "object": content.object, "derived_from": content.derived_from}
            self._connection.execute(insert(DERIVATIONS), row)

    def flush(self) -> None:
        """Write the objects that wait: later entries speak of them."""
        if self._waiting:
            self._connection.execute(insert(OBJECTS), self._waiting)
            self._waiting = []

    def _object(self, said: Said, name: str, base: Label, whole: Label) -> None:
        self._waiting.append(
            {
                "seq": said.seq, "digest": said.digest, "kind": "claim", "name": name, "issuer": said.statement.issuer,
                "base": self._intern(base), "whole": self._intern(whole), "target": None, "retracted": None,
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

    def _found(self, digest: str, issuer: PartnerId) -> list[Held]:
        """The objects of a digest that this issuer issued: nobody withdraws or marks what is another's."""
        query = select(OBJECTS).where(OBJECTS.c.digest == digest, OBJECTS.c.issuer == issuer)
        return [held(row) for row in self._connection.execute(query)]

    def _consent(self, said: Said, content: Consent) -> None:
        row = {
            "seq": said.seq, "object": content.object, "originator": said.statement.issuer,
            "recipient": content.recipient, "use": content.use, "since": stamp(said.statement.issued_at),
            "until": stamp(content.until),
        }  # fmt: skip
        self._connection.execute(insert(CONSENTS), row)

    def _retract(self, said: Said, content: Retraction) -> None:
        """Its target is marked as withdrawn, once; the retraction is an object with its target's labels."""
        for held in self._found(content.object, said.statement.issuer):
            if held.retracted is None and held.kind == "claim":
                when = stamp(said.statement.issued_at)
                self._connection.execute(update(OBJECTS).where(OBJECTS.c.seq == held.seq).values(retracted=when))
                row = {
                    "seq": said.seq, "digest": said.digest, "kind": "retraction", "name": held.name,
                    "issuer": said.statement.issuer, "base": held.base, "whole": held.whole, "target": held.digest,
                    "retracted": None,
                }  # fmt: skip
                self._connection.execute(insert(OBJECTS), row)

    def _remark(self, said: Said, content: Remarking) -> None:
        """Both labels of the object, and of its retraction, are raised."""
        for held in self._found(content.object, said.statement.issuer):
            base, whole = (self._intern(self._labels[old].join(content.label)) for old in (held.base, held.whole))
            self._connection.execute(
                update(OBJECTS)
                .where(or_(OBJECTS.c.seq == held.seq, OBJECTS.c.target == held.digest))
                .values(base=base, whole=whole)
            )


def stamp(when: datetime) -> str:
    """RFC 3339 in UTC to the microsecond: text that compares as time does."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def held(row: Row[Any]) -> Held:
    """A row of the objects as the noun it is."""
    return Held(**row._asdict())
