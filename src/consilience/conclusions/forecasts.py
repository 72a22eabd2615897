"""Forecasts: a table of probabilities, read into one panel for each question and round; nothing dropped unsaid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

import numpy as np
import pyarrow as pa

from consilience.conclusions.rules import Matrix, Row, project
from consilience.errors import UsageError
from consilience.intake.table import ArrowStream

YES = "yes"
_EMPTY = ("", "nan", "None")
_COHERENT = 1e-9
_FULL = 1.0 + 1e-9
_WHO = ("partner", "forecaster")

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Panel:
    """Who answered one question in one round, and what: a coherent row each, in order of code.

    `shown` says which hypotheses the table names: where it names one alone, the other column is its opposite.
    """

    question: str
    round: str
    hypotheses: tuple[str, ...]
    shown: int
    who: tuple[str, ...]
    rows: Matrix

    @property
    def key(self) -> Key:
        """Question and round."""
        return self.question, self.round


@dataclass(slots=True)
class Notes:
    """What reading had to do to the table, by count; told with the result."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, what: str) -> None:
        """One more case."""
        self.counts[what] += 1


def table_of(value: ArrowStream, what: str) -> pa.Table:
    """A pandas, polars or Arrow table as an Arrow one; raises UsageError for anything else."""
    try:
        return value if isinstance(value, pa.Table) else pa.table(value)
    except (TypeError, ValueError, pa.ArrowException) as error:
        found = (str(error).splitlines() or [type(value).__name__])[0]
        raise UsageError(what, found, "a pandas, polars or Arrow table") from error


def texts(table: pa.Table, name: str, what: str) -> list[str]:
    """A column as text, which must have no empty cell; raises UsageError where it has."""
    found = texts_or(table, name, "")
    for row, value in enumerate(found):
        if not value:
            raise UsageError(f"{what}: column {name}, row {row}", "nothing", "a name")
    return found


def texts_or(table: pa.Table, name: str, otherwise: str) -> list[str]:
    """A column as text, which may be absent or have empty cells: these are `otherwise`."""
    if name not in table.column_names:
        return [otherwise] * len(table)
    found = ("" if value is None else str(value).strip() for value in table.column(name).to_pylist())
    return [otherwise if text in _EMPTY else text for text in found]


def who_column(table: pa.Table, what: str) -> str:
    """`partner`, or `forecaster` where there are no partners; raises UsageError where there is neither."""
    for name in _WHO:
        if name in table.column_names:
            return name
    raise UsageError(what, "the columns " + ", ".join(table.column_names), "a column partner or forecaster")


def read(forecasts: ArrowStream) -> tuple[list[Panel], Notes]:
    """Panels in order of question and round.

    Columns: question, partner or forecaster or both, probability (0 to 1, empty for none); hypothesis (where it is
    absent or empty the probability is that of "yes"); round, if there are several. Answers of several forecasters of one partner, and of one
    forecaster given twice, are averaged: one partner counts once. What is missing of an answer is
    what the others leave: one hypothesis, or several of which nothing is left. Else it is set aside and counted. Answers that do not sum to 1 are moved
    to the nearest that does, and counted.

    Raises:
        UsageError: a column is missing, or a cell cannot be read, or a probability lies outside 0 to 1.
    """
    what = "forecasts"
    table = table_of(forecasts, what)
    for name in ("question", "probability"):
        if name not in table.column_names:
            raise UsageError(what, "the columns " + ", ".join(table.column_names), f"a column {name}")
    outer = who_column(table, what)
    inner = "forecaster" if "forecaster" in table.column_names else outer
    notes = Notes()
    answers: dict[Key, dict[tuple[str, str], dict[str, list[float]]]] = {}
    names: dict[str, set[str]] = defaultdict(set)
    cells = zip(
        texts(table, "question", what),
        texts_or(table, "round", ""),
        texts(table, outer, what),
        texts(table, inner, what),
        texts_or(table, "hypothesis", YES),
        _probabilities(table),
        strict=True,
    )
    for question, turn, who, analyst, hypothesis, probability in cells:
        names[question].add(hypothesis)
        said = answers.setdefault((question, turn), {}).setdefault((who, analyst), {})
        if probability is not None:
            said.setdefault(hypothesis, []).append(probability)
    panels = [_panel(key, answers[key], sorted(names[key[0]]), notes) for key in sorted(answers)]
    return [panel for panel in panels if panel], notes


def _probabilities(table: pa.Table) -> list[float | None]:
    """The column of probabilities; None for an empty cell or a NaN."""
    found: list[float | None] = []
    for row, value in enumerate(table.column("probability").to_pylist()):
        try:
            number = float("nan") if value is None or value == "" else float(value)
        except (TypeError, ValueError) as error:
            raise UsageError(f"forecasts: probability, row {row}", repr(value)[:40], "a number from 0 to 1") from error
        if isfinite(number) and not 0 <= number <= 1:
            step = "Percent are divided by 100." if 1 < number <= 100 else ""
            raise UsageError(f"forecasts: probability, row {row}", f"{number:g}", "a number from 0 to 1", step)
        if number in (float("inf"), float("-inf")):
            raise UsageError(f"forecasts: probability, row {row}", "an infinity", "a number from 0 to 1")
        found.append(number if isfinite(number) else None)
    return found


def _panel(
    key: Key, answers: Mapping[tuple[str, str], Mapping[str, Sequence[float]]], names: list[str], notes: Notes
) -> Panel | None:
    """One question in one round; None where nobody is left."""
    alone = len(names) == 1
    hypotheses = (*names, f"not {names[0]}") if alone else tuple(names)
    partners: dict[str, list[Row]] = defaultdict(list)
    for (who, _), said in sorted(answers.items()):
        if any(len(values) > 1 for values in said.values()):
            notes.add("answers given more than once, averaged")
        row = _row({name: float(np.mean(np.sort(values))) for name, values in said.items()}, hypotheses, notes)
        if row is not None:
            partners[who].append(row)
    if not partners:
        notes.add("questions without any answer")
        return None
    rows = np.array([np.sort(np.array(mine), axis=0).mean(axis=0) for mine in partners.values()])
    return Panel(*key, hypotheses, len(names), tuple(partners), rows)


def _row(said: Mapping[str, float], hypotheses: tuple[str, ...], notes: Notes) -> Row | None:
    """A coherent row, or None for an answer that leaves too much open."""
    missing = [name for name in hypotheses if name not in said]
    total = sum(said.values())
    if len(missing) == 1 and said and total <= _FULL:
        said = {**said, missing[0]: max(0.0, 1.0 - total)}
    elif missing and said and abs(total - 1.0) <= _COHERENT:
        said = {**said, **dict.fromkeys(missing, 0.0)}
    elif missing:
        notes.add("answers set aside: empty, or more than one hypothesis missing")
        return None
    row = np.array([said[name] for name in hypotheses])
    if abs(row.sum() - 1.0) > _COHERENT:
        notes.add("answers that did not sum to 1, moved to the nearest that does")
        row = project(row)
    return row
