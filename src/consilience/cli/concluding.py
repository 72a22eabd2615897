"""Concluding: what came of a session, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from consilience.cli.asking import delivered, judged
from consilience.cli.terminal import paragraphs
from consilience.conclusions import ach
from consilience.conclusions.ach import evidence_words
from consilience.conclusions.inquired import separate_words
from consilience.model.assessment import Assessment
from consilience.model.form import instant_text, listed
from consilience.model.identity import PartnerId, canonical_json
from consilience.model.question import Question
from consilience.node.conclude import Concluded, conclude
from consilience.node.node import Node
from consilience.node.rooted import Footing, Ground, grounds
from consilience.node.sessions import find, keep_up
from consilience.rounds.answer import Status
from consilience.rounds.count import Round
from consilience.rounds.weighing import concurred, evidence, furthest, weighed

SCHEMA = "consilience.conclusion/1"


def concluded(node: Node, name: str, *, push: bool, json: bool) -> tuple[str, bool]:
    """What came of a session, signed when it is over; and whether all partners signed the same."""
    frozen = keep_up(node)
    found = conclude(node, find(node, name))
    spoken = [*frozen, *([found.spoken] if found.spoken else [])]
    sent = delivered(node, spoken, push=push) if spoken else []
    footing = grounds(node, found.standing)
    if json:
        return canonical_json({**_document(found), "grounds": _grounds(footing)}) + "\n", found.agreed
    unsure = [each for listed in footing.values() for each in listed if each.footing is not Footing.VERIFIED]
    return paragraphs([*_lines(found), *_unverified(unsure), *sent]), found.agreed


def _grounds(footing: Mapping[tuple[int, PartnerId], Sequence[Ground]]) -> list[dict[str, object]]:
    """Where each basis began, as told and as reckoned here: this node's own word, which is in no result."""
    return [
        {
            "round": number, "partner": partner, "item": each.item,
            "told": list(each.told), "here": list(each.here), "footing": each.footing.value,
        }
        for (number, partner), listed in sorted(footing.items())
        for each in listed
    ]  # fmt: skip


def _unverified(unsure: Sequence[Ground]) -> Iterator[str]:
    """What decides about independence and was not checked here."""
    yield from dict.fromkeys(f"  Basis of {each.partner}: {each.words}." for each in unsure)


def _document(found: Concluded) -> dict[str, object]:
    """One document: the result that is signed, its digest, who signed it, and the reasons in words beside it."""
    final = found.standing.final
    return {
        "schema": SCHEMA,
        "result": found.result,
        "digest": found.digest,
        "reasons": list(_reasons(found, final)) if final else [],
        "evidence": _weighed_evidence(found, final) if final else None,
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
        said = judged(answer)
        counted = said if answer.status is Status.OPENED else answer.status.value
        reason = f" ({answer.reason})" if answer.reason else ""
        shown = f": {said}" if said and counted is not said else ""
        yield f"  {answer.partner}: {counted}{reason}{shown}"
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
            beside = ", ".join(f"{rule} {row[name]}" for rule, row in pool.items() if rule != whole["rule"])
            yield f"  Pool of {name}: {shown[name]} % by {whole['rule']} ({beside}); answers from {low[name]} to {high[name]} %."
        far = furthest(answers, shown)
        yield f"  Furthest from the pool: {listed([str(code) for code in far.partners])}, by {far.points:.3g} points."
    if typed.overlap is not None:
        alike = f"Of the roots that any of them rests on, all share {typed.overlap * 100:.0f} %"
        yield f"  {alike}: {separate_words(typed)}."
    yield from _evidence(question, answers)


def _evidence(question: Question, answers: Sequence[Assessment]) -> Iterator[str]:
    """The evidence that partners weighed, what tells most apart first: a display, of which nothing enters the pool."""
    found = evidence(question, answers)
    if found.lines:
        yield "  Evidence, as partners weighed it:"
    for line in found.lines:
        yield f"    {evidence_words(line)}"
    if found.lines and found.unweighed:
        yield f"    Nobody said what {listed(found.unweighed)} {'is' if len(found.unweighed) == 1 else 'are'} worth."


def _weighed_evidence(found: Concluded, final: Round) -> dict[str, object]:
    """The evidence of the last round against the hypotheses, as partners weighed it."""
    question = found.standing.session.question
    answers = [answer.assessment for answer in final.opened if answer.assessment is not None]
    return ach.document(evidence(question, answers))


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
