"""Trust: canonical JSON, envelopes and statements, as they arrive from whoever sends them."""

from __future__ import annotations

import json
from pathlib import Path

from consilience.model.decision import Answer
from consilience.model.entry import (
    Compared,
    Consent,
    Content,
    Decided,
    DecisionEntry,
    Derivation,
    ReleaseRecord,
    Remarking,
    Retraction,
    RosterEntry,
    Share,
    SharePlaces,
    Tombstone,
)
from consilience.model.identity import PartnerId
from consilience.model.marking import OPEN
from consilience.model.notice import Acknowledgement, LevelChange, LevelWord
from consilience.model.round import Abort, Commitment, Conclusion, Frozen, Note, Reveal
from consilience.trust import canonical, envelope
from consilience.trust.payload import encode
from consilience.trust.verify import verify
from fuzz.draw import Draw, Json, shaken, written
from fuzz.target import Target, refusing, seeds, split
from tests.rounds.sessions import Table, assessment
from tests.trust.making import ISSUED, make_claim, make_envelope, make_key, make_roster, make_statement

_MOST = 1 << 20
_DIGEST = "ab" * 32


def canonical_json(_folder: Path) -> Target:
    """What is read is written again as the same value; and canonical bytes are read as such, and no other bytes."""

    def one(data: bytes) -> None:
        raw, rest = split(data)
        text = rest if raw else written(shaken(Draw(rest), _VALUE))
        value = canonical.parse(text, "input", _MOST)
        again = canonical.encode(value)
        if canonical.parse_canonical(again, "input", _MOST) != value:
            raise AssertionError("written and read, it is another value")

    good = [written(_VALUE), b"[0.1,1e21,-0.0]", '"\\ud83d\\ude00é"'.encode(), b"[" * 64 + b"]" * 64]
    return Target(refusing(one), seeds(*good))


def signed_envelope(_folder: Path) -> Target:
    """Bytes that nobody signed: refused, and nothing else."""
    roster = make_roster()
    good = [make_envelope(content, "UKR") for content in contents()]
    parsed = [json.loads(each) for each in good]

    def one(data: bytes) -> None:
        raw, rest = split(data)
        draw = Draw(rest)
        text = rest if raw else written(shaken(draw, draw.pick(parsed)))
        found, read = verify(text, roster), envelope.read(text)
        if encode(found.statement) != (read.payload_type, read.payload):
            raise AssertionError("an envelope that reads as a statement which is written otherwise")

    return Target(refusing(one), seeds(*good))


def statement(_folder: Path) -> Target:
    """Statements that a partner did sign, with whatever it put in: read wholly, or refused by name."""
    roster, key = make_roster(), make_key("UKR")
    kinds = [encode(make_statement(content, "UKR", ISSUED)) for content in contents()]
    parsed = [(kind, json.loads(payload)) for kind, payload in kinds]

    def one(data: bytes) -> None:
        raw, rest = split(data)
        draw = Draw(rest)
        kind, value = draw.pick(parsed)
        payload = draw.rest() if raw else written(shaken(draw, value))
        found = verify(envelope.seal(kind, payload, [key]), roster)
        if encode(found.statement)[1] != payload:
            raise AssertionError("a payload that reads as a statement which is written otherwise")

    return Target(refusing(one), seeds(*(bytes([at]) + payload for at, (_, payload) in enumerate(kinds))))


def contents() -> list[Content]:
    """Something of each kind that a statement may say."""
    shares = (Share(PartnerId("GBR"), 1, _DIGEST), Share(PartnerId("UKR"), 2, _DIGEST))
    both = (PartnerId("GBR"), PartnerId("UKR"))
    return [
        make_claim(text="seen from the bridge", lat="50.1", lon="30.2"),
        Retraction(_DIGEST, "misread"),
        Remarking(_DIGEST, OPEN, "REL TO UKR, GBR", "raised"),
        Compared(both, "2021-12-05", 3, _DIGEST, _DIGEST, f"sha256:{_DIGEST}", shares),
        SharePlaces(_DIGEST, "main", ((0, 2), (5, 1))),
        DecisionEntry((_DIGEST, "cd" * 32), Answer.SAME, "one photo", "Hale"),
        RosterEntry(make_roster()),
        Consent(_DIGEST, PartnerId("GBR"), "read", ISSUED),
        Tombstone("main", 3, _DIGEST, "asked for"),
        Derivation(_DIGEST, "cd" * 32),
        ReleaseRecord(PartnerId("GBR"), "read", (Decided(_DIGEST, "allow", ("R1",)),)),
        LevelChange("attack", ISSUED.date(), 1, 2, ("bridges: UKR",), ("UKR",)),
        Acknowledgement(_DIGEST, "Hale"),
        LevelWord("attack", ISSUED.date(), 3, "units named", "Hale"),
        *_of_sessions(both),
    ]


def _of_sessions(both: tuple[PartnerId, PartnerId]) -> list[Content]:
    """Something of each kind that is said in a session of sealed answers, the session itself first."""
    said = assessment("UKR", 30, roots={"U1": ["UKR/U1"]}, linchpins=["the bridge stands"])
    return [
        Table(*both, convener="UKR").opened.statement.content,
        Commitment(_DIGEST, both, 1, "cd" * 32),
        Frozen(_DIGEST, both, 1, (_DIGEST, "cd" * 32)),
        Reveal(_DIGEST, both, 1, "cd" * 32, "ef" * 32, said),
        Note(_DIGEST, both, "the ford is under water", ("U1",)),
        Conclusion(_DIGEST, both, "cd" * 32),
        Abort(_DIGEST, both, "the question was wrong"),
    ]


_VALUE: Json = {"a": [1, 0.5, "é\n", None, True, {"b": {}}], "\U0001f600": "x", "": [[]]}
TARGETS = {"canonical": canonical_json, "envelope": signed_envelope, "statement": statement}
