"""Decided: a table of analysts' decisions becomes decisions. A row that cannot be read stops it, and is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from consilience.errors import IntakeError
from consilience.intake.ruled import Line, lines, open_lines
from consilience.intake.setaside import shown
from consilience.intake.table import ArrowStream
from consilience.model.decision import Answer, Decision

COLUMNS = ("a", "b", "decision", "reason", "by", "at")
REQUIRED = COLUMNS[:4]
_ANSWERS = tuple(answer.value for answer in Answer)
_HAS = "A table of decisions has a, b, decision, reason and, if known, by and at."

DecisionsSource = str | Path | ArrowStream | Sequence[Decision]
"""A CSV or Parquet file, an Arrow, pandas or polars table, or decisions that are made."""


def read_decisions(source: DecisionsSource) -> tuple[Decision, ...]:
    """The decisions of a table with the columns a, b, decision, reason and, if known, by and at.

    One pair may stand twice only with one answer: a table has no order of its own.

    Raises:
        IntakeError: when it lacks a column, or for the first row that is no decision.
    """
    if isinstance(source, Sequence) and not isinstance(source, str):
        return tuple(source)
    table = open_lines(source, "the table of decisions")
    return tuple(_each(lines(table, REQUIRED, COLUMNS, _HAS)))


def _each(rows: Iterator[Line]) -> Iterator[Decision]:
    """The decision of each row."""
    known: dict[tuple[str, str], tuple[int, Decision]] = {}
    for line in rows:
        decision = _decision(line)
        number, before = known.setdefault(decision.pair, (line.number, decision))
        if before.answer is not decision.answer:
            said = f"{decision.a} and {decision.b} {decision.answer.value}, and {before.answer.value} in row {number}"
            raise line.wrong("decision", said, "one answer on two claims")
        if before is decision:
            yield decision


def _decision(line: Line) -> Decision:
    """One row, checked."""
    a, b, answer, reason = (line.need(column, _EXPECTED[column]) for column in REQUIRED)
    if answer.lower() not in _ANSWERS:
        raise line.wrong("decision", shown(answer), _EXPECTED["decision"])
    if a == b:
        raise IntakeError(f"{line.file}, row {line.number}, columns a and b", f"{a} twice", "the ids of two claims")
    return Decision.of((a, b), Answer(answer.lower()), reason, line["by"], line["at"])


_EXPECTED = {
    "a": "the id of a claim",
    "b": "the id of a claim",
    "decision": "one of " + ", ".join(_ANSWERS),
    "reason": "a sentence that says why: it stands beside the fact",
}
