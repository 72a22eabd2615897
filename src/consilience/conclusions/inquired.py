"""Inquired: an inquiry in words, and as a document. What is not known is said to be so."""

from __future__ import annotations

from collections.abc import Sequence

from consilience.conclusions.concurrence import Concurrence, Kind
from consilience.conclusions.inquiry import Answer, Course, Inquiry
from consilience.model.form import listed
from consilience.model.stated import Stated

SCHEMA = "consilience.inquiries/1"

MEANS = {
    Kind.INDEPENDENT: "the same, on evidence without a common root",
    Kind.SHARED_EVIDENCE: "the same, on evidence with common roots: one witness, heard twice",
    Kind.WORDS_ONLY: "the same words, for numbers more than 15 points apart",
    Kind.HIDDEN: "the same numbers, under different words",
    Kind.DIVERGENT: "numbers more than 15 points apart",
    Kind.NOT_COMPARABLE: "answers to different questions",
    Kind.CANNOT_TELL: "what was said leaves it open",
}


def headline(found: Inquiry) -> str:
    """The bottom line of a question, in a sentence or two."""
    names = listed(found.concluding)
    if found.course is Course.NONE:
        return "No partner that compares has said how probable it is."
    if found.course is Course.ALONE:
        return f"Only {names} has said how probable it is: there is nothing to concur with."
    if found.course is Course.OPEN:
        return f"{names} have spoken, and what they said leaves open whether they conclude the same."
    sides = [f"{listed(partners)} “{found.text(name)}”" for name, partners in found.sides]
    if found.course is Course.OPPOSED:
        return f"Opposite conclusions. Held foremost: by {', by '.join(sides)}."
    kind = found.concurrence.kind if found.concurrence else Kind.CANNOT_TELL
    sure = " How sure each is was not said, so how near they are cannot be told." if kind is Kind.CANNOT_TELL else ""
    return f"{names} point the same way: “{found.text(found.sides[0][0])}”.{sure}"


def kind_words(found: Concurrence) -> str:
    """The kind and what it means: `cannot tell: independent or divergent`."""
    if found.kind is Kind.CANNOT_TELL:
        return "cannot tell: " + " or ".join(kind.value for kind in found.possible)
    return f"{found.kind.value}: {MEANS[found.kind]}"


def said_words(stated: Stated) -> str:
    """What was said, as coded: `suffices 55 to 100 %`; nothing is said of a hypothesis that was left open."""
    said = [f"{band.hypothesis} {f'“{band.word}”, ' if band.word else ''}{band}" for band in stated.bands]
    return "; ".join(said) or "no likelihood"


def document(found: Sequence[Inquiry], as_of: str) -> dict[str, object]:
    """Inquiries as plain data with a schema version, ready for JSON."""
    return {"schema": SCHEMA, "as_of": as_of or None, "questions": [_one(each) for each in found]}


def _one(found: Inquiry) -> dict[str, object]:
    """One question."""
    out = found.resolution
    return {
        "question": found.question.document(),
        "headline": headline(found),
        "course": found.course.value,
        "concluding": list(found.concluding),
        "foremost": {name: list(partners) for name, partners in found.sides},
        "concurrence": _concurrence(found.concurrence) if found.concurrence else None,
        "answers": [_answer(each) for each in found.answers],
        "resolved": {"hypothesis": out.hypothesis, "date": str(out.date), "outcome": out.outcome} if out else None,
    }


def _answer(answer: Answer) -> dict[str, object]:
    """What one partner held, and what it or its other speakers said besides."""
    return {
        "partner": answer.partner,
        "compares": answer.comparing,
        **_stated(answer.stated),
        "position": answer.position.document()["bands"],
        "foremost": answer.position.leader,
        "roots": sorted(answer.roots),
        "others": [_stated(each) for each in answer.held.others],
    }


def _stated(stated: Stated) -> dict[str, object]:
    """Words of a speaker as they were coded."""
    return {
        "speaker": stated.speaker,
        "said": str(stated.said),
        "yardstick": stated.yardstick.name,
        "bands": {band.hypothesis: band.document() for band in stated.bands},
        "claims": list(stated.claims),
        "basis": list(stated.basis),
        "note": stated.note,
    }


def _concurrence(found: Concurrence) -> dict[str, object]:
    """The typed verdict with its reasons and figures."""
    return {
        "kind": found.kind.value,
        "possible": [kind.value for kind in found.possible],
        "reasons": list(found.reasons),
        "overlap": found.overlap,
        "independent": found.independent,
        "survives_loss_of": {loss.root: loss.survives.value for loss in found.losses},
        "dissenter": found.dissent.partner if found.dissent else None,
    }
