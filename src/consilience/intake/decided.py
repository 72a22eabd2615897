"""Decided: a table of analysts' decisions becomes decisions. A row that cannot be read stops it, and is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from consilience.errors import IntakeError
from consilience.intake.setaside import shown
from consilience.intake.table import ArrowStream, RawRow, arrow_table, open_table
from consilience.model.decision import Answer, Decision

COLUMNS = ("a", "b", "decision", "reason", "by", "at")
REQUIRED = COLUMNS[:4]
_ANSWERS = tuple(answer.value for answer in Answer)

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
    table = (
        open_table(Path(source)) if isinstance(source, str | Path) else arrow_table(source, "the table of decisions")
    )
    spelt = {column.strip().lower(): column for column in table.columns}
    missing = [name for name in REQUIRED if name not in spelt]
    if missing:
        raise IntakeError(
            table.name, "the columns " + ", ".join(table.columns), "a column " + ", ".join(missing),
            "A table of decisions has a, b, decision, reason and, if known, by and at.",
        )  # fmt: skip
    return tuple(_each(Path(table.name).name, table.rows, spelt))


def _each(name: str, rows: Iterator[RawRow], spelt: dict[str, str]) -> Iterator[Decision]:
    """The decision of each row that is not empty."""
    known: dict[tuple[str, str], tuple[int, Decision]] = {}
    for raw in rows:
        where = f"{name}, row {raw.number}"
        if raw.problem:
            raise IntakeError(where, raw.problem.found, raw.problem.expected)
        cells = {column: raw.cells.get(spelt.get(column, ""), "").strip() for column in COLUMNS}
        if not any(cells.values()):
            continue
        decision = _decision(where, cells)
        number, before = known.setdefault(decision.pair, (raw.number, decision))
        if before.answer is not decision.answer:
            raise IntakeError(
                f"{where}, column decision", f"{decision.a} and {decision.b} {decision.answer.value}, and "
                f"{before.answer.value} in row {number}", "one answer on two claims",
            )  # fmt: skip
        if before is decision:
            yield decision


def _decision(where: str, cells: dict[str, str]) -> Decision:
    """One row, checked."""
    for column in REQUIRED:
        if not cells[column]:
            raise IntakeError(f"{where}, column {column}", "an empty cell", _EXPECTED[column])
    answer = cells["decision"].lower()
    if answer not in _ANSWERS:
        raise IntakeError(f"{where}, column decision", shown(cells["decision"]), "one of " + ", ".join(_ANSWERS))
    if cells["a"] == cells["b"]:
        raise IntakeError(f"{where}, columns a and b", f"{cells['a']} twice", "the ids of two claims")
    return Decision.of((cells["a"], cells["b"]), Answer(answer), cells["reason"], cells["by"], cells["at"])


_EXPECTED = {
    "a": "the id of a claim",
    "b": "the id of a claim",
    "decision": "one of " + ", ".join(_ANSWERS),
    "reason": "a sentence that says why: it stands beside the fact",
}
