"""Adjudicated: a table of what analysts ruled becomes adjudications. A row that cannot be read stops it, and is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from consilience.errors import IntakeError
from consilience.intake.setaside import shown
from consilience.intake.table import ArrowStream, RawRow, arrow_table, open_table
from consilience.model.adjudication import Adjudication, Bounds, Ruling
from consilience.model.period import parse_moment

COLUMNS = ("claim", "ruling", "value", "reason", "by", "at")
REQUIRED = ("claim", "ruling", "reason", "at")
_RULINGS = tuple(ruling.value for ruling in Ruling)

AdjudicationsSource = str | Path | ArrowStream | Sequence[Adjudication]
"""A CSV or Parquet file, an Arrow, pandas or polars table, or adjudications that are made."""


def read_adjudications(source: AdjudicationsSource) -> tuple[Adjudication, ...]:
    """The adjudications of a table with the columns claim, ruling, reason, at and, if known, value and by.

    One claim may stand twice only at two times: the later holds.

    Raises:
        IntakeError: when it lacks a column, or for the first row that is no adjudication.
    """
    if isinstance(source, Sequence) and not isinstance(source, str):
        return tuple(source)
    if isinstance(source, str | Path):
        table = open_table(Path(source))
    else:
        table = arrow_table(source, "the table of adjudications")
    spelt = {column.strip().lower(): column for column in table.columns}
    missing = [name for name in REQUIRED if name not in spelt]
    if missing:
        raise IntakeError(
            table.name, "the columns " + ", ".join(table.columns), "a column " + ", ".join(missing),
            "A table of adjudications has claim, ruling, reason, at and, if known, value and by.",
        )  # fmt: skip
    return tuple(sorted(_each(Path(table.name).name, table.rows, spelt), key=lambda each: (each.at.at, each.claim)))


def _each(name: str, rows: Iterator[RawRow], spelt: dict[str, str]) -> Iterator[Adjudication]:
    """The adjudication of each row that is not empty."""
    known: dict[tuple[str, str], int] = {}
    for raw in rows:
        where = f"{name}, row {raw.number}"
        if raw.problem:
            raise IntakeError(where, raw.problem.found, raw.problem.expected)
        cells = {column: raw.cells.get(spelt.get(column, ""), "").strip() for column in COLUMNS}
        if not any(cells.values()):
            continue
        found = _adjudication(where, cells)
        before = known.setdefault((found.claim, str(found.at)), raw.number)
        if before != raw.number:
            said = f"{found.claim} at {found.at}, as in row {before}"
            raise IntakeError(where, said, "one ruling on a claim at one time")
        yield found


def _adjudication(where: str, cells: dict[str, str]) -> Adjudication:
    """One row, checked."""
    for column in REQUIRED:
        if not cells[column]:
            raise IntakeError(f"{where}, column {column}", "an empty cell", _EXPECTED[column])
    ruling = cells["ruling"].lower()
    if ruling not in _RULINGS:
        raise IntakeError(f"{where}, column ruling", shown(cells["ruling"]), _EXPECTED["ruling"])
    bounds = Bounds.of(cells["value"]) if cells["value"] else None
    if cells["value"] and (bounds is None or ruling != Ruling.TRUE.value):
        expected = "94300 or 92000..100000, and that only where the ruling is true"
        raise IntakeError(f"{where}, column value", shown(cells["value"]), expected)
    try:
        at = parse_moment(cells["at"])
    except ValueError as error:
        raise IntakeError(f"{where}, column at", shown(cells["at"]), _EXPECTED["at"]) from error
    return Adjudication(cells["claim"], Ruling(ruling), cells["reason"], cells["by"], at, bounds)


_EXPECTED = {
    "claim": "the id of a claim",
    "ruling": "one of " + ", ".join(_RULINGS),
    "reason": "a sentence that says why: it stands beside what it settles",
    "at": "a date such as 2022-03-01: nothing is known before it was ruled",
}
