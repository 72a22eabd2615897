"""Telling: how a session stands, as one document for programs and pages; nothing in it is sealed."""

from __future__ import annotations

from collections.abc import Mapping

from consilience.model.form import instant_text
from consilience.model.identity import PartnerId
from consilience.rounds.answer import Answer, Status
from consilience.rounds.count import Phase, Round
from consilience.rounds.standing import Standing

SCHEMA = "consilience.session/1"


def told(found: Standing) -> dict[str, object]:
    """How a session stands, as plain JSON data; of answers that are not opened only that they are there."""
    session = found.session
    return {
        "schema": SCHEMA,
        "session": found.id,
        "question": session.question.document(),
        "convener": found.convener,
        "partners": list(session.partners),
        "purpose": session.purpose,
        "asked": instant_text(found.at),
        "now": instant_text(found.now),
        "is_over": found.is_over,
        "stopped": found.stopped,
        "round": found.round.number,
        "waits_for": list(waits_for(found)),
        "rounds": [_round(each) for each in found.rounds],
        "notes": [
            {"partner": each.partner, "at": instant_text(each.at), "text": each.note.text, "claims": list(each.note.claims)}
            for each in found.notes
        ],
        "signed": {code: {"at": instant_text(each.at), "result": each.result} for code, each in found.signed.items()},
        "faults": [
            {"partners": list(each.partners), "statements": list(each.statements), "words": each.words}
            for each in found.faults
        ],
    }  # fmt: skip


def next_step(found: Standing, partner: PartnerId) -> str:
    """What a partner of the session can do now, in one sentence; empty where there is nothing."""
    short, each = found.id[:12], found.round
    answer = each.of(partner)
    if found.is_over:
        signed = partner in found.signed
        return "" if signed or found.stopped else f"Sign the result: consilience conclude {short}"
    if each.phase is Phase.COMMITTING and answer.status is Status.WAITING:
        return f"Seal your answer by {instant_text(each.deadlines.commit)}: consilience assess {short}"
    if each.awaited and answer.status is Status.COMMITTED:
        return "Fetch what is frozen and not here yet, before you open yours: consilience sync"
    if each.phase is Phase.REVEALING and answer.status is Status.COMMITTED:
        return f"Open your answer by {instant_text(each.deadlines.reveal)}: consilience reveal {short}"
    if each.phase is Phase.FREEZING or answer.status is Status.COMMITTED:
        return f"Wait for {_waited_for(found, each)}, and fetch it: consilience sync"
    return ""


def waits_for(found: Standing) -> tuple[PartnerId, ...]:
    """Whom a session waits for: who has to seal, to freeze, to open, or to sign; in order of code."""
    each = found.round
    if found.is_over:
        return () if found.stopped else tuple(code for code in found.session.partners if code not in found.signed)
    if each.phase is Phase.FREEZING:
        return (found.convener,)
    waited = Status.WAITING if each.phase is Phase.COMMITTING else Status.COMMITTED
    return tuple(answer.partner for answer in each.answers if answer.status is waited)


def _waited_for(found: Standing, each: Round) -> str:
    """Whom a round waits for."""
    freezes = each.phase is Phase.FREEZING
    return f"{found.convener}, who freezes the set" if freezes else ", ".join(waits_for(found))


def _round(each: Round) -> Mapping[str, object]:
    """One round."""
    return {
        "round": each.number,
        "phase": each.phase.value,
        "ended": each.ended.value if each.ended else None,
        **each.deadlines.document(),
        "frozen": list(each.frozen),
        "awaited": list(each.awaited),
        "answers": {answer.partner: _answer(answer) for answer in each.answers},
    }


def _answer(answer: Answer) -> Mapping[str, object]:
    """One partner's answer."""
    return {
        "status": answer.status.value,
        "reason": answer.reason,
        "commitment": answer.commitment or None,
        "assessment": answer.assessment.document() if answer.assessment is not None else None,
    }
