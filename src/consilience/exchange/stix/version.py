"""Version: one claim as one version of an incident, in our extension and back again to the letter."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from consilience.exchange.stix.extension import CLAIM, content
from consilience.exchange.stix.naming import stamp
from consilience.intake.row import COLUMNS
from consilience.model.entry import ClaimEntry, Remarking, Retraction, Statement
from consilience.model.marking import OPEN, Label
from consilience.trust import canonical, shape
from consilience.trust.canonical import Json
from consilience.trust.payload import decode, payload_type
from consilience.trust.wire import label_json, read_label

_PLACES = frozenset(COLUMNS)
_META = frozenset({"extension_type", "digest", "issuer", "issued_at", "label"})
_OPTIONAL = frozenset({"extras", "portions", "word"})
_WORD = frozenset({"kind", "digest", "issued_at", "reason", "label", "marking"})
_EXTRA = frozenset({"column", "text"})
_TICK = timedelta(milliseconds=1)
_LAST = datetime.max.replace(tzinfo=UTC) - _TICK


@dataclass(frozen=True, slots=True)
class Word:
    """What its issuer said of a claim later: a retraction, or a remarking.

    `label` is what the claim's labels are joined with by now, None for nothing: a remarking joins its own to all that
    came before it, a retraction keeps them. `marking` says it in words, and is empty where several words made it.
    """

    kind: str
    digest: str
    issued_at: datetime
    reason: str
    label: Label | None = None
    marking: str = ""

    @classmethod
    def of(cls, statement: Statement, digest: str, before: Label = OPEN) -> Word | None:
        """The word of a statement, on a claim that was raised to `before`; None for one of another kind."""
        issued = statement.issued_at
        match statement.content:
            case Retraction(reason=reason):
                return cls("retraction", digest, issued, reason, None if before == OPEN else before)
            case Remarking(label=label, marking=marking, reason=reason):
                joined = label.join(before)
                return cls("remarking", digest, issued, reason, joined, marking if joined == label else "")
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Version:
    """A claim, the digest of its statement, and the later word that this version shows."""

    statement: Statement
    digest: str
    word: Word | None = None

    @property
    def entry(self) -> ClaimEntry:
        """The claim."""
        found = self.statement.content
        if not isinstance(found, ClaimEntry):
            raise TypeError(f"a version of a {type(found).__name__}, which is a fault of the program")
        return found

    @property
    def cells(self) -> dict[str, str]:
        """The claim's cells by column."""
        return dict(self.entry.cells)

    @property
    def raised(self) -> Label:
        """What every label of it is joined with."""
        return (self.word.label if self.word else None) or OPEN

    @property
    def is_withdrawn(self) -> bool:
        """Whether its issuer withdrew it."""
        return self.word is not None and self.word.kind == "retraction"

    @property
    def shows(self) -> str:
        """The digest of the statement that made this version."""
        return self.word.digest if self.word else self.digest

    @property
    def created(self) -> str:
        """When the claim was issued, as a STIX timestamp."""
        return stamp(self.statement.issued_at)

    @property
    def modified(self) -> str:
        """When this version was issued; a later word is later than the claim, whatever its issuer's clock said."""
        if self.word is None:
            return self.created
        issued = self.statement.issued_at
        return stamp(max(self.word.issued_at, issued + _TICK if issued < _LAST else issued))

    def marking(self, label: Label, text: str) -> tuple[Label, str]:
        """A label of the claim as this version has it, with the text that says it, if one does."""
        joined = label.join(self.raised)
        if joined == label:
            return label, text
        return joined, self.word.marking if self.word and joined == self.word.label else ""

    @property
    def whole(self) -> tuple[Label, str]:
        """The label of the claim as a whole, with the text that says it, if one does."""
        entry = self.entry
        return self.marking(entry.label, "" if entry.portions else entry.cell("marking"))

    def extensions(self) -> dict[str, Json]:
        """The `extensions` of the incident: all that is needed to say the statement again, to the letter."""
        entry, statement = self.entry, self.statement
        native: dict[str, Json] = {name: text for name, text in entry.cells if name in _PLACES}
        extras: list[Json] = [{"column": name, "text": text} for name, text in entry.cells if name not in _PLACES]
        portions: list[Json] = [
            {"columns": list(portion.columns), "label": label_json(portion.label), "marking": portion.marking}
            for portion in entry.portions
        ]
        more = {"extras": extras, "portions": portions, "word": self._word_json()}
        return content(
            CLAIM,
            {
                "digest": self.digest,
                "issuer": statement.issuer,
                "issued_at": shape.time_text(statement.issued_at),
                "label": label_json(entry.base),
                **native,
                **{name: value for name, value in more.items() if value},
            },
        )

    def _word_json(self) -> Json:
        word = self.word
        if word is None:
            return None
        return {
            "kind": word.kind,
            "digest": word.digest,
            "issued_at": shape.time_text(word.issued_at),
            "reason": word.reason,
            "label": None if word.label is None else label_json(word.label),
            "marking": word.marking,
        }


def read_version(value: Json) -> Version:
    """The version that an extension of ours holds.

    Raises:
        MalformedStatementError: a part missing, unknown or of a wrong type; or a digest that is not that of the rest.
        TrustError: what no statement may hold.
    """
    if not isinstance(value, dict):
        shape.refuse("$", value, "an object")
    found = shape.fields(value, "$", _META | (value.keys() & (_OPTIONAL | _PLACES)))
    cells = {name: found[name] for name in found.keys() & _PLACES}
    for column, text in shape.items(found.get("extras", []), "$.extras", _extra):
        if column in cells or column in _PLACES:
            shape.refuse("$.extras", column, "each column once")
        cells[column] = text
    payload: dict[str, Json] = {
        "type": "claim",
        "cells": cells,
        "label": found["label"],
        "portions": found.get("portions", []),
        "issuer": found["issuer"],
        "issued_at": found["issued_at"],
    }
    statement = decode(payload_type("claim"), payload)
    digest = hashlib.sha256(canonical.encode(payload)).hexdigest()
    if found["digest"] != digest:
        shape.refuse("$.digest", found["digest"], f"{digest}, which the other parts have")
    return Version(statement, digest, _word(found["word"]) if "word" in found else None)


def _extra(value: Json, path: str) -> tuple[str, str]:
    found = shape.fields(value, path, _EXTRA)
    return shape.word(found["column"], f"{path}.column"), shape.word(found["text"], f"{path}.text")


def _word(value: Json) -> Word:
    """The later word."""
    found = shape.fields(value, "$.word", _WORD)
    kind, label = found["kind"], found["label"]
    if kind not in ("retraction", "remarking") or (kind == "remarking" and label is None):
        shape.refuse("$.word.kind", kind, "retraction, or remarking with a label")
    return Word(
        kind=str(kind),
        digest=shape.digest(found["digest"], "$.word.digest"),
        issued_at=shape.time(found["issued_at"], "$.word.issued_at"),
        reason=shape.text(found["reason"], "$.word.reason"),
        label=None if label is None else read_label(label, "$.word.label"),
        marking=shape.text(found["marking"], "$.word.marking"),
    )
