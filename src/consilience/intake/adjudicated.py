"""Adjudicated: a table of what analysts ruled becomes adjudications. A row that cannot be read stops it, and is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from consilience.errors import IntakeError
from consilience.intake.ruled import Line, lines, open_lines
from consilience.intake.setaside import shown
from consilience.intake.table import ArrowStream
from consilience.model.adjudication import Adjudication, Bounds, Ruling
from consilience.model.period import parse_moment

COLUMNS = ("claim", "ruling", "value", "reason", "by", "at")
REQUIRED = ("claim", "ruling", "reason", "at")
_HAS = "A table of adjudications has claim, ruling, reason, at and, if known, value and by."

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
    table = open_lines(source, "the table of adjudications")
    found = _each(lines(table, REQUIRED, COLUMNS, _HAS))
    return tuple(sorted(found, key=lambda each: (each.at.at, each.claim)))


def _each(rows: Iterator[Line]) -> Iterator[Adjudication]:
    """The adjudication of each row."""
    known: dict[tuple[str, str], int] = {}
    for line in rows:
        found = _adjudication(line)
        before = known.setdefault((found.claim, str(found.at)), line.number)
        if before != line.number:
            said = f"{found.claim} at {found.at}, as in row {before}"
            raise IntakeError(f"{line.file}, row {line.number}", said, "one ruling on a claim at one time")
        yield found


def _adjudication(line: Line) -> Adjudication:
    """One row, checked."""
    claim, _, reason, when = (line.need(column, _EXPECTED[column]) for column in REQUIRED)
    ruling, value = line.choice("ruling", Ruling), line["value"]
    bounds = Bounds.of(value) if value else None
    if value and (bounds is None or ruling is not Ruling.TRUE):
        raise line.wrong("value", shown(value), "94300 or 92000..100000, and that only where the ruling is true")
    try:
        at = parse_moment(when)
    except ValueError as error:
        raise line.wrong("at", shown(when), _EXPECTED["at"]) from error
    return Adjudication(claim, ruling, reason, line["by"], at, bounds)


_EXPECTED = {
    "claim": "the id of a claim",
    "ruling": "one of " + ", ".join(ruling.value for ruling in Ruling),
    "reason": "a sentence that says why: it stands beside what it settles",
    "at": "a date such as 2022-03-01: nothing is known before it was ruled",
}
