"""Readings and outcomes of a record: how partners took evidence, and what happened, from two small tables beside its questions."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from consilience.errors import AssessmentError, IntakeError
from consilience.model import form
from consilience.model.identity import PartnerId
from consilience.model.period import Moment, parse_moment
from consilience.model.question import Question
from consilience.model.reading import Mark, Reading

READINGS, OUTCOMES = "readings.csv", "outcomes.csv"
_MARKS = tuple(mark.value for mark in Mark)
_READING = ("question", "date", "partner", "evidence", *_MARKS, "claims", "note")
_OUTCOME = ("id", "date", "text", "source", "url")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened on a day, with the page that says so."""

    id: str
    date: Moment
    text: str
    source: str
    url: str


def read_readings(folder: Path, questions: Sequence[Question]) -> tuple[Reading, ...]:
    """The rows of `readings.csv`; none where there is no such file.

    Columns: question, date, partner, evidence (a claim), consistent, inconsistent and neither (hypotheses, separated by
    spaces), claims (the words that were coded), note.

    Raises:
        IntakeError: a table, or a row of it, that cannot be read, named with what was expected.
    """
    known = {each.name: each for each in questions}
    found: dict[tuple[str, Moment, PartnerId, str], Reading] = {}
    for where, cells in _rows(folder / READINGS, _READING):
        try:
            made = _reading(cells, known)
            key = made.question, made.said, made.partner, made.evidence
            if key in found:
                form.refuse("evidence", f"{made.evidence} twice", "one row for a question, day, partner and claim")
        except AssessmentError as error:
            raise IntakeError(where, error.message, "how a partner took a claim") from error
        found[key] = made
    return tuple(found.values())


def read_outcomes(folder: Path) -> tuple[Outcome, ...]:
    """The rows of `outcomes.csv`; none where there is no such file.

    Raises:
        IntakeError: a table, or a row of it, that cannot be read, named with what was expected.
    """
    found: dict[str, Outcome] = {}
    for where, cells in _rows(folder / OUTCOMES, _OUTCOME):
        try:
            name = form.text(cells["id"], "id")
            if name in found:
                form.refuse("id", f"{name} twice", "each outcome once")
            day = _moment(cells["date"])
            found[name] = Outcome(name, day, form.text(cells["text"], "text"), cells["source"], cells["url"])
        except AssessmentError as error:
            raise IntakeError(where, error.message, "an outcome") from error
    return tuple(found.values())


def _rows(file: Path, columns: Sequence[str]) -> Iterator[tuple[str, Cells]]:
    """The rows of a table, each with where it stands."""
    if not file.is_file():
        return
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            absent = [name for name in columns if name not in (reader.fieldnames or ())]
            if absent:
                raise IntakeError(str(file), "no column " + ", ".join(absent), "the columns " + ", ".join(columns))
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise IntakeError(str(file), str(error), "a CSV table in UTF-8") from error
    for line, row in rows:
        yield f"{file}, line {line}", {name: (row.get(name) or "").strip() for name in columns}


def _reading(cells: Cells, known: Mapping[str, Question]) -> Reading:
    """One row, its hypotheses those of its question."""
    question = known.get(cells["question"]) or form.refuse("question", cells["question"], "one of " + ", ".join(known))
    marks: dict[str, Mark] = {}
    for mark in Mark:
        for name in cells[mark.value].split():
            if name not in question.ids:
                form.refuse(mark.value, name, "one of " + ", ".join(question.ids))
            if name in marks:
                form.refuse(mark.value, f"{name} again", f"each hypothesis in one of {', '.join(_MARKS)}")
            marks[name] = mark
    if not marks:
        form.refuse(", ".join(_MARKS), None, "at least one hypothesis of " + ", ".join(question.ids))
    return Reading(
        question.name,
        _moment(cells["date"]),
        PartnerId(form.text(cells["partner"], "partner")),
        form.text(cells["evidence"], "evidence"),
        tuple(sorted(marks.items())),
        tuple(sorted(set(form.text(cells["claims"], "claims").split()))),
        cells["note"],
    )


def _moment(text: str) -> Moment:
    """A day, or a time."""
    try:
        return parse_moment(text)
    except ValueError:
        form.refuse("date", text, "a date such as 2021-12-06, or a time with its offset")
