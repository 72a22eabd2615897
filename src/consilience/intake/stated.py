"""Stated positions: the questions of a scenario, and who said what of them, read from two small tables."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from consilience.errors import AssessmentError, IntakeError
from consilience.intake.readings import OUTCOMES, Outcome, read_outcomes, read_readings
from consilience.model import form
from consilience.model.identity import PartnerId
from consilience.model.period import Moment, parse_moment
from consilience.model.position import Band
from consilience.model.question import Question
from consilience.model.reading import Reading
from consilience.model.stated import Asked, Resolution, Stated
from consilience.model.yardstick import Yardstick, read_yardstick

SCHEMA = "consilience.questions/1"
QUESTIONS, POSITIONS = "questions.toml", "positions.csv"
COLUMNS = ("question", "date", "partner", "speaker", "yardstick", "bands", "claims", "basis", "note")

_BAND = re.compile(r"([a-z0-9-]+)=(.+)", re.ASCII)
_ENDS = re.compile(r"(\d+(?:\.\d\d?)?)\.\.(\d+(?:\.\d\d?)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sayings:
    """The questions of a record, in its order, what was said of them, in its order, how evidence was taken, and what happened."""

    asked: tuple[Asked, ...] = ()
    stated: tuple[Stated, ...] = ()
    readings: tuple[Reading, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    def question(self, name: str) -> Asked | None:
        """The question of a name."""
        return next((each for each in self.asked if each.question.name == name), None)

    def outcome(self, name: str) -> Outcome | None:
        """The outcome of an id."""
        return next((each for each in self.outcomes if each.id == name), None)


def read_sayings(folder: Path) -> Sayings:
    """The questions and stated positions of a scenario's folder; none where it has no `questions.toml`.

    Raises:
        IntakeError: a file, or a row of one, that cannot be read, named with what was expected.
    """
    file = folder / QUESTIONS
    if not file.is_file():
        return Sayings()
    try:
        asked = tuple(_asked(file))
    except (OSError, ValueError, RecursionError) as error:  # not UTF-8, not TOML, a number or nesting beyond measure
        raise IntakeError(str(file), str(error), f"a TOML file with schema = {SCHEMA!r}") from error
    except AssessmentError as error:
        raise IntakeError(str(file), error.message, "questions as docs/conclusions.md has them") from error
    table, outcomes = folder / POSITIONS, read_outcomes(folder)
    for each in asked:
        if each.resolution and each.resolution.outcome not in {outcome.id for outcome in outcomes}:
            expected = f"the id of a row in {OUTCOMES}, which says what happened and on which page it stands"
            raise IntakeError(f"{file}: {each.question.name}", f"outcome {each.resolution.outcome}", expected)
    stated = tuple(_stated(table, {each.question.name: each for each in asked})) if table.is_file() else ()
    return Sayings(asked, stated, read_readings(folder, [each.question for each in asked]), outcomes)


def _asked(file: Path) -> Iterator[Asked]:
    """The questions of a file."""
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    if found.get("schema") != SCHEMA:
        raise IntakeError(str(file), f"schema {found.get('schema')!r}", f"schema = {SCHEMA!r}")
    names: set[str] = set()
    for number, row in enumerate(form.items(found.get("questions", []), "questions", _table)):
        where = f"questions[{number}]"
        plain = {key: value for key, value in row.items() if key != "resolved"}
        question = Question.read({"cutoff": row.get("horizon"), **plain}, where)
        if question.name in names:
            form.refuse(where, f"{question.name} twice", "each name once")
        names.add(question.name)
        yield Asked(question, _resolution(row.get("resolved"), f"{where}.resolved", question))


def _table(value: object, path: str) -> Mapping[str, object]:
    """A table of the file, its keys not looked at yet."""
    return value if isinstance(value, Mapping) else form.refuse(path, value, "a table")


def _resolution(value: object, path: str, question: Question) -> Resolution | None:
    """How a question came out, if the record says so."""
    if value is None:
        return None
    found = form.fields(value, path, frozenset({"date", "hypothesis", "outcome"}))
    name = form.text(found["hypothesis"], f"{path}.hypothesis")
    if name not in question.ids:
        form.refuse(f"{path}.hypothesis", name, "one of " + ", ".join(question.ids))
    day = _moment(form.text(found["date"], f"{path}.date"), f"{path}.date")
    return Resolution(name, day, form.text(found["outcome"], f"{path}.outcome"))


def _stated(file: Path, asked: Mapping[str, Asked]) -> Iterator[Stated]:
    """The rows of a table of positions."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if absent:
                raise IntakeError(str(file), "no column " + ", ".join(absent), "the columns " + ", ".join(COLUMNS))
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise IntakeError(str(file), str(error), "a CSV table of positions in UTF-8") from error
    for line, row in rows:
        try:
            made = _row({name: (row.get(name) or "").strip() for name in COLUMNS})
            known = asked.get(made.question) or form.refuse("question", made.question, "one of " + ", ".join(asked))
            made.position(known.question)
        except AssessmentError as error:
            raise IntakeError(f"{file}, line {line}", error.message, "a stated position") from error
        yield made


def _row(cells: Mapping[str, str]) -> Stated:
    """One row: its bands against its yardstick."""
    yardstick = read_yardstick(cells["yardstick"], "yardstick")
    bands = tuple(_band(text.strip(), yardstick) for text in cells["bands"].split(";") if text.strip())
    names = [band.hypothesis for band in bands]
    for twice in sorted({name for name in names if names.count(name) > 1}):
        form.refuse("bands", f"{twice} twice", "each hypothesis once")
    return Stated(
        cells["question"],
        _moment(cells["date"], "date"),
        PartnerId(form.text(cells["partner"], "partner")),
        cells["speaker"] or cells["partner"],
        yardstick,
        bands,
        tuple(sorted(set(form.text(cells["claims"], "claims").split()))),
        tuple(sorted(set(cells["basis"].split()))),
        cells["note"],
    )


def _band(text: str, yardstick: Yardstick) -> Band:
    """`large=0..45`, in percent, or `limited=likely`, a word of the yardstick."""
    found = _BAND.fullmatch(text) or form.refuse("bands", text, "hypothesis=0..45, or hypothesis=a word")
    name, said = found[1], found[2].strip()
    ends = _ENDS.fullmatch(said)
    if ends:
        low, high = (form.points(float(end), f"bands.{name}") for end in ends.groups())
        return Band(name, low, high)
    step = yardstick.step(said, f"bands.{name}")
    return Band(name, step.low, step.high, step.word)


def _moment(text: str, path: str) -> Moment:
    """A day, or a time."""
    try:
        return parse_moment(text)
    except ValueError:
        form.refuse(path, text, "a date such as 2021-12-06, or a time with its offset")
