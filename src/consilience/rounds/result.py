"""Result: what came of a session, as one document that every partner computes alike and signs by its digest."""

from __future__ import annotations

import hashlib

from consilience.model.assessment import Assessment
from consilience.rounds.answer import Answer, Status
from consilience.rounds.count import Round
from consilience.rounds.standing import Standing
from consilience.rounds.weighing import weighed
from consilience.trust.canonical import Json, encode
from consilience.trust.sealed import plain

SCHEMA = "consilience.result/2"


def result(found: Standing) -> dict[str, Json]:
    """What came of a session: a pure function of what was opened, by whom, and who is missing; canonical JSON data.

    It holds the rounds that are over, with the status of every partner and each answer that counts, and what the
    answers of a round amount to together (`weighing.weighed`). No clock and no order of arrival is in it.
    """
    session = found.session
    return {
        "schema": SCHEMA,
        "session": found.id,
        "convener": found.convener,
        "partners": [*session.partners],
        "purpose": session.purpose,
        "question": plain(session.question.document()),
        "is_over": found.is_over,
        "stopped": found.stopped,
        "final_round": found.final.number if found.final else None,
        "rounds": [_round(found, each) for each in found.rounds if each.is_over],
    }


def digest_of(document: dict[str, Json]) -> str:
    """SHA-256 over the canonical bytes of a result, 64 hexadecimal digits: what is signed."""
    return hashlib.sha256(encode(document)).hexdigest()


def _round(found: Standing, each: Round) -> dict[str, Json]:
    """One round that is over."""
    counted = tuple(answer.assessment for answer in each.opened if answer.assessment is not None)
    return {
        "round": each.number,
        "outcome": each.phase.value,
        "ended": each.ended.value if each.ended else None,
        "answers": {answer.partner: _answer(answer) for answer in each.answers},
        "missing": [answer.partner for answer in each.answers if answer.counted is None],
        "together": _together(found, counted) if each.ended is None else None,
    }


def _answer(answer: Answer) -> dict[str, Json]:
    """One partner's answer: what it sealed, and what it opened, if that counts.

    What was said after a deadline is not in it (`Answer.recorded`): it is shown, and no signature is undone.
    """
    said = answer.counted
    return {
        "status": answer.record.value,
        "commitment": (answer.commitment or None) if answer.record is not Status.WAITING else None,
        "assessment": plain(said.document()) if said is not None else None,
    }


def _together(found: Standing, counted: tuple[Assessment, ...]) -> dict[str, Json]:
    return plain(weighed(found.session.question, counted))
