"""Concluding: what came of a session, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from consilience.cli.asking import delivered, judged
from consilience.cli.terminal import paragraphs
from consilience.model.form import instant_text
from consilience.model.identity import canonical_json
from consilience.node.conclude import Concluded, conclude
from consilience.node.node import Node
from consilience.node.sessions import find, keep_up
from consilience.rounds.answer import Status
from consilience.rounds.count import Round
from consilience.rounds.weighing import concurred, weighed

SCHEMA = "consilience.conclusion/1"


def concluded(node: Node, name: str, *, push: bool, json: bool) -> tuple[str, bool]:
    """What came of a session, signed when it is over; and whether all partners signed the same."""
    frozen = keep_up(node)
    found = conclude(node, find(node, name))
    spoken = [*frozen, *([found.spoken] if found.spoken else [])]
    sent = delivered(node, spoken, push=push) if spoken else []
    if json:
        return canonical_json(_document(found)) + "\n", found.agreed
    return paragraphs([*_lines(found), *sent]), found.agreed


def _document(found: Concluded) -> dict[str, object]:
    """One document: the result that is signed, its digest, who signed it, and the reasons in words beside it."""
    final = found.standing.final
    return {
        "schema": SCHEMA,
        "result": found.result,
        "digest": found.digest,
        "reasons": list(_reasons(found, final)) if final else [],
        "same": list(found.same),
        "differing": list(found.differing),
        "unsigned": list(found.unsigned),
        "faults": [fault.words for fault in found.standing.faults],
    }


def _lines(found: Concluded) -> Iterator[str]:
    """The sentences of a result."""
    standing = found.standing
    yield f"{standing.session.question.text} ({standing.session.question.name}, session {standing.id[:12]})"
    if standing.stopped:
        yield f"{standing.convener} stopped it: {standing.stopped}"
    for each in standing.rounds:
        if each.is_over:
            yield from _round(found, each)
    for fault in standing.faults:
        yield f"! {fault.words}"
    if not standing.is_over:
        due = instant_text(standing.round.deadlines.reveal)
        yield f"It is not over: round {standing.round.number}, {standing.round.phase.value}, until {due} at most."
        yield f"Nothing is signed yet. See: consilience ask --status {standing.id[:12]}"
        return
    yield from _signatures(found)


def _round(found: Concluded, each: Round) -> Iterator[str]:
    """One round that is over: every partner's answer, the dissenter's among them, and what they amount to."""
    if each.ended:
        yield f"Round {each.number} has no result: {each.ended.value}."
    else:
        yield f"Round {each.number}:"
    for answer in each.answers:
        counted = judged(answer) if answer.status is Status.OPENED else answer.status.value
        reason = f" ({answer.reason})" if answer.reason else ""
        yield f"  {answer.partner}: {counted}{reason}"
    for answer in each.opened:
        if answer.assessment is not None:
            yield f"  Confidence of {answer.partner} in its analysis: {answer.assessment.confidence.value}."
    if not each.ended:
        yield from _together(found, each)


def _together(found: Concluded, each: Round) -> Iterator[str]:
    """Whether it is the same, of what kind and why; the pool, never without the furthest answers."""
    question = found.standing.session.question
    answers = tuple(answer.assessment for answer in each.opened if answer.assessment is not None)
    typed = concurred(question, answers)
    yield f"  Concurrence: {typed.kind.value}."
    for reason in typed.reasons:
        yield f"    {reason}"
    if typed.dissent is not None:
        yield f"  Standing apart: {typed.dissent.partner}."
    whole = weighed(question, answers)
    pool, low, high = whole["pool"], whole["lowest"], whole["highest"]
    if isinstance(pool, dict) and isinstance(low, dict) and isinstance(high, dict):
        shown = pool[str(whole["rule"])]
        for name in question.ids:
            yield f"  Pool of {name}: {shown[name]} % by {whole['rule']}; answers from {low[name]} to {high[name]} %."


def _reasons(found: Concluded, final: Round) -> tuple[str, ...]:
    answers = tuple(answer.assessment for answer in final.opened if answer.assessment is not None)
    return concurred(found.standing.session.question, answers).reasons


def _signatures(found: Concluded) -> Iterator[str]:
    """Who signed the same."""
    yield f"Result {found.digest}."
    if found.same:
        yield f"Signed by {', '.join(found.same)}."
    if found.differing:
        codes = ", ".join(found.differing)
        yield f"{codes} signed another result: something had not arrived there, or here. Sync, and conclude again."
    if found.unsigned:
        yield f"Not signed yet: {', '.join(found.unsigned)}."
    if found.agreed:
        yield "Proven: each of these partners signed this result. Not proven: that any of them is right."
