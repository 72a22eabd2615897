"""Inquired: an inquiry in words, and as a document. What is not known is said to be so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consilience.conclusions.banded import Pool, pooled
from consilience.conclusions.concurrence import Concurrence, Kind
from consilience.conclusions.distance import apart
from consilience.conclusions.inquiry import SEVERAL, Answer, Course, Inquiry
from consilience.conclusions.readings import Grid, Row
from consilience.conclusions.typed import typed
from consilience.model.form import listed, percent
from consilience.model.position import Band
from consilience.model.reading import Mark
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


def separate_words(found: Concurrence) -> str:
    """On how many separate bodies of evidence answers rest: `1.5 answers on separate evidence`."""
    return f"{found.independent:.3g} answer{'' if found.independent == 1 else 's'} on separate evidence"


def said_words(stated: Stated) -> str:
    """What was said, as coded: `suffices 55 to 100 %`; nothing is said of a hypothesis that was left open."""
    said = [f"{band.hypothesis} {f'“{band.word}”, ' if band.word else ''}{band}" for band in stated.bands]
    return "; ".join(said) or "no likelihood"


def pool_words(found: Inquiry) -> tuple[str, ...]:
    """The pool by the rule that is shown first, the others beside it, who is furthest from the rest, and on how much it rests."""
    pool = found.pool
    if pool is None or len(found.concluding) < SEVERAL:
        return ()
    lines = [f"Pool ({pool.rule}): {_bands(pool.bands)}."]
    lines += [f"By {name}: {_bands(bands)}." for name, bands in pool.rules.items() if name != pool.rule]
    lines.append(
        f"One answer fits all of them: {_bands(pool.fits_all)}." if pool.fits_all else "No one answer fits all of them."
    )
    lines += [_minority(found)]
    alike = found.concurrence
    if alike and alike.overlap is not None:
        share = f"Of the roots that any of them rests on, all share {alike.overlap * 100:.0f} %"
        lines.append(f"{share}: {separate_words(alike)}.")
    elif alike:
        lines.append("Not all said what they rest on: how far it is one body of evidence cannot be told.")
    return tuple(lines)


def _minority(found: Inquiry) -> str:
    """Who is furthest from the pool of the others, and how far at least; who gave the lowest and the highest answers.

    Of the others, since the pool of all moves with each of them: its band would hide who is apart.
    """
    mine = [each for each in found.answers if each.partner in found.concluding]
    far = {
        each.partner: apart(each.position.bands, pooled([other.position for other in mine if other is not each]).bands)
        for each in mine
    }
    most = max(far.values())
    who = listed([name for name, distance in far.items() if distance == most])
    first = (
        f"Furthest from the pool of the others: {who}, by {most / 100:g} points at least."
        if most
        else "The bands let each of them be where the pool of the others is."
    )
    tails = []
    for at, name in enumerate(found.question.ids):
        lowest, highest = (
            min(each.position.bands[at].low for each in mine),
            max(each.position.bands[at].high for each in mine),
        )
        low = listed([each.partner for each in mine if each.position.bands[at].low == lowest])
        high = listed([each.partner for each in mine if each.position.bands[at].high == highest])
        tails.append(f"{name} from {lowest / 100:g} % ({low}) to {highest / 100:g} % ({high})")
    return f"{first} Answers reach: {'; '.join(tails)}."


def _bands(bands: Sequence[Band]) -> str:
    return "; ".join(f"{band.hypothesis} {band}" for band in bands)


def reading_words(row: Row) -> str:
    """One line of evidence: `C119 (GBR): consistent with suffices; inconsistent with falls-short`."""
    said = []
    for mark in Mark:
        for partner in sorted({who for _, marks in row.cells for who, at in marks if at is mark}):
            names = [name for name, marks in row.cells if (partner, mark) in marks]
            said.append(
                f"{partner}: {mark.value} {'with' if mark is not Mark.NEITHER else 'for or against'} {listed(names)}"
            )
    disputed = f". Partners read it in opposite ways on {listed(row.disputed)}" if row.disputed else ""
    return f"{', '.join(row.claims)}, from {', '.join(row.roots)}. {'; '.join(said)}{disputed}."


def document(found: Sequence[Inquiry], as_of: str, grids: Mapping[str, Grid] | None = None) -> dict[str, object]:
    """Inquiries as plain data with a schema version, ready for JSON; `grids` by question's name."""
    known = grids or {}
    questions = [_one(each, known.get(each.question.name)) for each in found]
    return {"schema": SCHEMA, "as_of": as_of or None, "questions": questions}


def pool_document(found: Pool) -> dict[str, object]:
    """A pool of bands: by every rule, the first one named, and the bands of the answer that fits all."""
    return {
        "rule": found.rule,
        "rules": {name: _ends(bands) for name, bands in found.rules.items()},
        "fits_all": _ends(found.fits_all) or None,
    }


def _ends(bands: Sequence[Band]) -> dict[str, object]:
    return {band.hypothesis: {"low": percent(band.low), "high": percent(band.high)} for band in bands}


def _grid(found: Grid) -> dict[str, object]:
    """The evidence against the hypotheses."""
    return {
        "rows": [
            {
                "roots": list(row.roots),
                "claims": list(row.claims),
                "cells": {name: {who: mark.value for who, mark in marks} for name, marks in row.cells},
                "tells_apart": [list(pair) for pair in row.apart],
                "disputed": list(row.disputed),
                "coded": all(each.is_coded for each in row.readings),
            }
            for row in found.rows
        ],
        "unread": list(found.unread),
    }


def _one(found: Inquiry, grid: Grid | None) -> dict[str, object]:
    """One question."""
    out = found.resolution
    return {
        "question": found.question.document(),
        "headline": headline(found),
        "course": found.course.value,
        "concluding": list(found.concluding),
        "foremost": {name: list(partners) for name, partners in found.sides},
        "concurrence": {**typed(found.concurrence), "reasons": list(found.concurrence.reasons)}
        if found.concurrence
        else None,
        "pool": pool_document(found.pool) if found.pool else None,
        "evidence": _grid(grid) if grid else None,
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
