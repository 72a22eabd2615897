"""Inquiring: what a record shows of its questions, in the terminal and as JSON; the same as the Conclusions page."""

from __future__ import annotations

import json as js
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from consilience.cli.terminal import heading, many, strong, wrapped
from consilience.conclusions.inquired import document, headline, kind_words, pool_words, reading_words, said_words
from consilience.conclusions.inquiry import Answer, Inquiry
from consilience.conclusions.readings import Grid
from consilience.desk import AsOf, Desk, moment
from consilience.errors import UsageError

_DEEP = "        "


def told(record: Path, as_of: AsOf, *, json: bool) -> str:
    """What a scenario's record shows of its questions as of a time, or of the day on which it opens.

    Raises:
        UsageError: a folder without questions.
        IntakeError: tables that cannot be read.
    """
    desk = Desk.read([record])
    if not desk.sayings.asked:
        next_step = f"Compare it: consilience compare {record}"
        raise UsageError(f"record {record}", "no questions", "a scenario's folder with questions.toml", next_step)
    scenario = desk.holdings.scenario
    cut = moment(as_of or (scenario.default_as_of if scenario else "") or None)
    found = desk.inquiries(cut)
    grids = {each.question.name: desk.grid(each, cut) for each in found}
    return (inquiries_json if json else inquiries_text)(found, "" if cut is None else str(cut), grids)


def inquiries_text(found: Sequence[Inquiry], as_of: str, grids: Mapping[str, Grid] | None = None) -> str:
    """Every question with its bottom line first, then who said what, and on what; `grids` by question's name."""
    return "\n".join(_lines(found, as_of, grids or {})) + "\n"


def inquiries_json(found: Sequence[Inquiry], as_of: str, grids: Mapping[str, Grid] | None = None) -> str:
    """The document of them."""
    return js.dumps(document(found, as_of, grids), ensure_ascii=False, indent=2) + "\n"


def _lines(found: Sequence[Inquiry], as_of: str, grids: Mapping[str, Grid]) -> Iterator[str]:
    yield strong(f"Conclusions: {many(len(found), 'question')}" + (f", as of {as_of}" if as_of else ""))
    for each in found:
        yield ""
        yield heading(each.question.text)
        yield from wrapped(headline(each), "  ", "  ")
        if each.concurrence:
            yield from wrapped(f"Concurrence {kind_words(each.concurrence)}", "    ", "  ")
            dissent = each.concurrence.dissent
            if dissent:
                yield from wrapped(f"Stands apart: {dissent.partner}", "    ", "  ")
        for answer in each.answers:
            yield from _answer(answer)
        for line in pool_words(each):
            yield from wrapped(line, "      ", "    ")
        yield from _evidence(grids.get(each.question.name))
        if each.resolution:
            out = each.resolution
            said = f"Came out as “{each.text(out.hypothesis)}” on {out.date} ({out.outcome}). How good answers were: consilience score"
            yield from wrapped(said, "    ", "  ")


def _evidence(grid: Grid | None) -> Iterator[str]:
    """The evidence against the hypotheses, what tells most apart first."""
    if grid is None or not grid.rows:
        return
    yield "    Evidence, as partners read it:"
    for row in grid.rows:
        yield from wrapped(reading_words(row), _DEEP, "      ")


def _answer(answer: Answer) -> Iterator[str]:
    said = answer.stated
    beside = "" if answer.comparing else " (does not compare)"
    yield from wrapped(f"{answer.partner}{beside}: {said_words(said)}", "      ", "  - ")
    basis = f"; rests on {', '.join(said.basis)}" if said.basis else "; on what is not on the record"
    yield from wrapped(f"{said.speaker}, {said.said}: {', '.join(said.claims)}{basis}. {said.note}", _DEEP, "      ")
    for other in answer.held.others:
        yield from wrapped(f"also {other.speaker}, {other.said}: {said_words(other)}", _DEEP, "      ")
