"""Payload: each kind of statement as canonical bytes, and back. The payload type names the kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from consilience.model.entry import (
    ClaimEntry,
    ComparisonEntry,
    Consent,
    Content,
    Decided,
    Derivation,
    MeasureEntry,
    ObjectEntry,
    Portion,
    Published,
    ReleaseRecord,
    Remarking,
    Retraction,
    RosterEntry,
    Statement,
    Tombstone,
)
from consilience.model.identity import PartnerId
from consilience.model.notice import NoticeEntry
from consilience.model.round import RoundEntry
from consilience.trust import canonical, comparisons, measures, notices, rounds, shape
from consilience.trust.canonical import Json
from consilience.trust.errors import MalformedStatementError, UnknownPayloadTypeError, shown
from consilience.trust.published import PUBLISHED, published_json, read_published
from consilience.trust.wire import label_json, read_label, read_roster, roster_json

_LONGEST_NAME = 256
_COLUMN = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_PORTION = frozenset({"columns", "label", "marking"})
_DECIDED = frozenset({"object", "outcome", "rules"})
_COMMON = ("type", "issuer", "issued_at")


@dataclass(frozen=True, slots=True)
class _Form:
    """How one kind of content is written: its keys beside the common three, and the two directions."""

    kind: str
    content: type[Content]
    keys: frozenset[str]
    read: Callable[[dict[str, Json]], Content]


def encode(statement: Statement) -> tuple[str, bytes]:
    """The payload type of a statement and its canonical bytes. What this writes, `decode` reads.

    Raises:
        MalformedStatementError: a part that a payload may not hold, such as an empty cell or a time without a zone.
        TrustError: the errors of `canonical.encode`, and WeakKeyError for a roster's key.
    """
    form = _BY_CONTENT[type(statement.content)]
    value: dict[str, Json] = {
        "type": form.kind,
        "issuer": statement.issuer,
        "issued_at": shape.time_text(statement.issued_at),
        **_content_json(statement.content),
    }
    kind = payload_type(form.kind)
    decode(kind, value)  # refuses here what every reader would refuse
    return kind, canonical.encode(value)


def decode(payload_type: str, value: Json) -> Statement:
    """The statement that a payload of this type says.

    Raises:
        UnknownPayloadTypeError: no kind has this payload type.
        MalformedStatementError: a key missing or unknown, a wrong type, or an order that is not the one.
        WeakKeyError: a roster lists a key under which anybody can sign.
    """
    form = form_of(payload_type)
    found = shape.fields(value, "$", form.keys)
    if found["type"] != form.kind:
        shape.refuse("$.type", found["type"], f"{form.kind}, as the payload type says")
    issuer = PartnerId(shape.word(found["issuer"], "$.issuer"))
    return Statement(issuer, shape.time(found["issued_at"], "$.issued_at"), form.read(found))


def payload_type(kind: str) -> str:
    """The media type of a kind of payload: `application/vnd.consilience.claim+json`."""
    return f"application/vnd.consilience.{kind}+json"


def kind_of(content: Content) -> str:
    """The kind of a content: `claim`, `roster`, `consent`, and so on."""
    return _BY_CONTENT[type(content)].kind


def form_of(payload_type: str) -> _Form:
    """How payloads of this type are written.

    Raises:
        UnknownPayloadTypeError: no kind has this payload type.
    """
    form = _BY_TYPE.get(payload_type)
    if form is None:
        expected = "one of " + ", ".join(_BY_TYPE)
        raise UnknownPayloadTypeError("payload type", shown(payload_type), expected, "A newer version may read it.")
    return form


def _content_json(content: Content) -> dict[str, Json]:
    """The keys of a payload beside the common three."""
    if isinstance(content, ComparisonEntry):
        return comparisons.comparison_json(content)
    if isinstance(content, NoticeEntry):
        return notices.notice_json(content)
    if isinstance(content, RoundEntry):
        return rounds.round_json(content)
    if isinstance(content, MeasureEntry):
        return measures.measure_json(content)
    return published_json(content) if isinstance(content, Published) else _object_json(content)


def _object_json(content: ObjectEntry) -> dict[str, Json]:
    """The keys of a claim, of what is said of one, or of who may have it."""
    match content:
        case ClaimEntry():
            return _claim_json(content)
        case RosterEntry(roster):
            return {"roster": roster_json(roster)}
        case Consent(object=name, recipient=recipient, use=use, until=until):
            return {"object": name, "recipient": recipient, "use": use, "until": shape.time_text(until)}
        case Retraction(object=name, reason=reason):
            return {"object": name, "reason": reason}
        case Tombstone(log=log, index=index, leaf=leaf, reason=reason):
            return {"log": log, "index": index, "leaf": leaf, "reason": reason}
        case Remarking(object=name, label=label, marking=marking, reason=reason):
            return {"object": name, "label": label_json(label), "marking": marking, "reason": reason}
        case Derivation(object=name, derived_from=origin):
            return {"object": name, "derived_from": origin}
        case ReleaseRecord(recipient=recipient, use=use, decisions=decisions):
            return {"recipient": recipient, "use": use, "decisions": [_decided_json(each) for each in decisions]}


def _claim_json(claim: ClaimEntry) -> dict[str, Json]:
    """A claim's cells and labels."""
    cells: dict[str, Json] = dict(claim.cells)
    if len(cells) < len(claim.cells):
        raise MalformedStatementError("cells of a claim", "one column twice", "each column once")
    portions: list[Json] = [
        {"columns": list(portion.columns), "label": label_json(portion.label), "marking": portion.marking}
        for portion in claim.portions
    ]
    return {"cells": cells, "label": label_json(claim.base), "portions": portions}


def _read_claim(found: dict[str, Json]) -> ClaimEntry:
    """A claim, its cells in order of the columns' names. A table may have columns of its own, named in any script."""
    cells = found["cells"]
    if not isinstance(cells, dict):
        shape.refuse("$.cells", cells, "an object")
    read = []
    for name, cell in cells.items():
        if not isinstance(cell, str) or not cell:
            shape.refuse(f"$.cells.{name}", cell, "text that is not empty")
        if not 0 < len(name) <= _LONGEST_NAME:
            shape.refuse("$.cells", name, f"a column's name of 1 to {_LONGEST_NAME} characters")
        read.append((name, cell))
    read.sort()
    portions = shape.items(found["portions"], "$.portions", _portion)
    return ClaimEntry(tuple(read), read_label(found["label"], "$.label"), portions)


def _portion(value: Json, path: str) -> Portion:
    """The portion at `path`."""
    found = shape.fields(value, path, _PORTION)
    columns = shape.items(found["columns"], f"{path}.columns", _column)
    if not columns or len(set(columns)) < len(columns):
        shape.refuse(f"{path}.columns", ", ".join(columns), "one column or more, each once")
    label = read_label(found["label"], f"{path}.label")
    return Portion(columns, label, shape.text(found["marking"], f"{path}.marking"))


def _column(value: Json, path: str) -> str:
    """The name of a column."""
    if not isinstance(value, str) or not _COLUMN.fullmatch(value):
        shape.refuse(path, value, "a column's name: lower-case letters, digits and underscores")
    return value


def _read_roster(found: dict[str, Json]) -> RosterEntry:
    """A version of the roster."""
    return RosterEntry(read_roster(found["roster"], "$.roster"))


def _read_consent(found: dict[str, Json]) -> Consent:
    """An originator's leave."""
    return Consent(
        object=shape.digest(found["object"], "$.object"),
        recipient=PartnerId(shape.word(found["recipient"], "$.recipient")),
        use=shape.word(found["use"], "$.use"),
        until=shape.time(found["until"], "$.until"),
    )


def _read_retraction(found: dict[str, Json]) -> Retraction:
    """A word that an object no longer stands."""
    return Retraction(shape.digest(found["object"], "$.object"), shape.text(found["reason"], "$.reason"))


def _read_tombstone(found: dict[str, Json]) -> Tombstone:
    """The mark of an entry that is erased."""
    return Tombstone(
        log=shape.word(found["log"], "$.log"),
        index=shape.whole(found["index"], "$.index"),
        leaf=shape.digest(found["leaf"], "$.leaf"),
        reason=shape.text(found["reason"], "$.reason"),
    )


def _read_remarking(found: dict[str, Json]) -> Remarking:
    """A label that is raised."""
    return Remarking(
        object=shape.digest(found["object"], "$.object"),
        label=read_label(found["label"], "$.label"),
        marking=shape.text(found["marking"], "$.marking"),
        reason=shape.text(found["reason"], "$.reason"),
    )


def _read_derivation(found: dict[str, Json]) -> Derivation:
    """What a tearline was made from."""
    return Derivation(shape.digest(found["object"], "$.object"), shape.digest(found["derived_from"], "$.derived_from"))


def _read_release(found: dict[str, Json]) -> ReleaseRecord:
    """The audit of a release."""
    return ReleaseRecord(
        recipient=PartnerId(shape.word(found["recipient"], "$.recipient")),
        use=shape.word(found["use"], "$.use"),
        decisions=shape.items(found["decisions"], "$.decisions", _decided),
    )


def _decided_json(decided: Decided) -> Json:
    """One decision."""
    return {"object": decided.object, "outcome": decided.outcome, "rules": list(decided.rules)}


def _decided(value: Json, path: str) -> Decided:
    """The decision at `path`."""
    found = shape.fields(value, path, _DECIDED)
    rules = shape.items(found["rules"], f"{path}.rules", shape.word)
    outcome = shape.word(found["outcome"], f"{path}.outcome")
    return Decided(shape.digest(found["object"], f"{path}.object"), outcome, rules)


def _form(content: type[Content], kind: str, keys: str, read: Callable[[dict[str, Json]], Content]) -> _Form:
    """The form of one kind."""
    return _Form(kind, content, frozenset((*_COMMON, *keys.split())), read)


_FORMS = (
    _form(ClaimEntry, "claim", "cells label portions", _read_claim),
    _form(RosterEntry, "roster", "roster", _read_roster),
    _form(Consent, "consent", "object recipient use until", _read_consent),
    _form(Retraction, "retraction", "object reason", _read_retraction),
    _form(Tombstone, "tombstone", "log index leaf reason", _read_tombstone),
    _form(Remarking, "remarking", "object label marking reason", _read_remarking),
    _form(Derivation, "derivation", "object derived_from", _read_derivation),
    _form(ReleaseRecord, "release", "recipient use decisions", _read_release),
    _form(Published, "published", PUBLISHED, read_published),
    _form(MeasureEntry, "measure", measures.KEYS, measures.read_measure),
    *(_form(*each) for each in (*comparisons.FORMS, *rounds.FORMS, *notices.FORMS)),
)
_BY_CONTENT = {form.content: form for form in _FORMS}
_BY_TYPE = {payload_type(form.kind): form for form in _FORMS}

KINDS = tuple(form.kind for form in _FORMS)
"""Every kind of payload, in the order of the documentation."""
