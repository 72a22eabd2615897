"""Rounds: the kinds of statements of a session of sealed answers, as JSON and back, each read strictly."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from consilience.errors import AssessmentError
from consilience.model.assessment import ROUNDS, Assessment
from consilience.model.identity import PartnerId
from consilience.model.question import Question
from consilience.model.round import (
    Abort,
    Commitment,
    Conclusion,
    Deadlines,
    Frozen,
    Note,
    Reveal,
    RoundEntry,
    Session,
    read_partners,
)
from consilience.trust import shape
from consilience.trust.canonical import Json
from consilience.trust.errors import MalformedStatementError
from consilience.trust.sealed import plain

T = TypeVar("T")

_IN = "session partners"
"""What every statement of a session has that was opened."""


class RoundForm(NamedTuple):
    """How one kind is written: its content, its name, its keys beside the common three, and how it is read."""

    content: type[RoundEntry]
    kind: str
    keys: str
    read: Callable[[dict[str, Json]], RoundEntry]


def round_json(content: RoundEntry) -> dict[str, Json]:
    """The keys of a payload beside the common three."""
    if isinstance(content, Session):
        return {
            "question": plain(content.question.document()), "partners": [*content.partners],
            "rounds": [plain(each.document()) for each in content.rounds], "purpose": content.purpose,
        }  # fmt: skip
    head: dict[str, Json] = {"session": content.session, "partners": [*content.partners]}
    match content:
        case Commitment(round=number, commitment=digest):
            return {**head, "round": number, "commitment": digest}
        case Frozen(round=number, commitments=digests):
            return {**head, "round": number, "commitments": [*digests]}
        case Reveal(round=number, frozen=frozen, nonce=nonce, assessment=assessment):
            said = plain(assessment.document())
            return {**head, "round": number, "frozen": frozen, "nonce": nonce, "assessment": said}
        case Note(text=text, claims=claims):
            return {**head, "text": text, "claims": [*claims]}
        case Conclusion(result=result):
            return {**head, "result": result}
        case Abort(reason=reason):
            return {**head, "reason": reason}


def _read_session(found: dict[str, Json]) -> Session:
    """A session. The question must stand as it is written again: what is signed is its text."""
    question = _noun(Question.read, found["question"], "$.question")
    if plain(question.document()) != found["question"]:
        shape.refuse("$.question", "a text that is not the one of this question", "every key, in the one form")
    partners = _noun(read_partners, found["partners"], "$.partners")
    rounds = shape.items(found["rounds"], "$.rounds", lambda each, path: _noun(Deadlines.read, each, path))
    purpose = shape.text(found["purpose"], "$.purpose")
    return _made(lambda: Session(question, partners, rounds, purpose))


def _read_commitment(found: dict[str, Json]) -> Commitment:
    return Commitment(*_head(found), _number(found), shape.digest(found["commitment"], "$.commitment"))


def _read_frozen(found: dict[str, Json]) -> Frozen:
    """A frozen set, which may be empty."""
    named = tuple(sorted(shape.ascending(found["commitments"], "$.commitments")))
    for digest in named:
        shape.digest(digest, "$.commitments")
    return Frozen(*_head(found), _number(found), named)


def _read_reveal(found: dict[str, Json]) -> Reveal:
    """An answer that is opened. The assessment must stand as it is written again: its text is what was sealed."""
    assessment = _noun(Assessment.read, found["assessment"], "$.assessment")
    if plain(assessment.document()) != found["assessment"]:
        shape.refuse("$.assessment", "a text that is not the one of this assessment", "every key, in the one form")
    frozen, nonce = (shape.digest(found[name], f"$.{name}") for name in ("frozen", "nonce"))
    return Reveal(*_head(found), _number(found), frozen, nonce, assessment)


def _read_note(found: dict[str, Json]) -> Note:
    claims = shape.items(found["claims"], "$.claims", shape.word)
    head, text = _head(found), shape.word(found["text"], "$.text")
    return _made(lambda: Note(*head, text, claims))


def _read_conclusion(found: dict[str, Json]) -> Conclusion:
    return Conclusion(*_head(found), shape.digest(found["result"], "$.result"))


def _read_abort(found: dict[str, Json]) -> Abort:
    head, reason = _head(found), shape.word(found["reason"], "$.reason")
    return _made(lambda: Abort(*head, reason))


def _head(found: dict[str, Json]) -> tuple[str, tuple[PartnerId, ...]]:
    """Of which session it is, and who is in that."""
    return shape.digest(found["session"], "$.session"), _noun(read_partners, found["partners"], "$.partners")


def _number(found: dict[str, Json]) -> int:
    """Which round."""
    number = shape.whole(found["round"], "$.round", ROUNDS[0])
    return number if number in ROUNDS else shape.refuse("$.round", number, "1 or 2")


def _noun(read: Callable[[object, str], T], value: Json, path: str) -> T:
    """A noun of the model out of the payload."""
    return _made(lambda: read(value, path))


def _made(make: Callable[[], T]) -> T:
    """A noun; what it refuses is a fault of the statement."""
    try:
        return make()
    except AssessmentError as error:
        raise MalformedStatementError(
            f"payload: {error.thing}", error.found, error.expected, error.next_step
        ) from error


FORMS = (
    RoundForm(Session, "session", "question partners rounds purpose", _read_session),
    RoundForm(Commitment, "commitment", f"{_IN} round commitment", _read_commitment),
    RoundForm(Frozen, "frozen", f"{_IN} round commitments", _read_frozen),
    RoundForm(Reveal, "reveal", f"{_IN} round frozen nonce assessment", _read_reveal),
    RoundForm(Note, "note", f"{_IN} text claims", _read_note),
    RoundForm(Conclusion, "conclusion", f"{_IN} result", _read_conclusion),
    RoundForm(Abort, "abort", f"{_IN} reason", _read_abort),
)
