"""Ruled: a small table that is read whole and strictly. The first cell that is not as expected stops it, and is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeVar

from consilience.errors import IntakeError
from consilience.intake.setaside import shown
from consilience.intake.table import ArrowStream, Table, arrow_table, open_table

Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: where it stands, and its cells by column, stripped; a column that the table lacks is empty."""

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """A cell's text."""
        return self.cells.get(column, "")

    def need(self, column: str, expected: str) -> str:
        """A cell's text.

        Raises:
            IntakeError: where it is empty.
        """
        if not self[column]:
            raise self.wrong(column, "an empty cell", expected)
        return self[column]

    def codes(self, column: str) -> tuple[str, ...]:
        """Codes separated by spaces."""
        return tuple(self[column].split())

    def choice(self, column: str, kind: type[Choice]) -> Choice:
        """One of a few words.

        Raises:
            IntakeError: for another word, naming those that are known.
        """
        known = {member.value: member for member in kind}
        found = known.get(self[column].lower())
        if found is None:
            raise self.wrong(column, shown(self[column]), "one of " + ", ".join(known))
        return found

    def wrong(self, column: str, found: str, expected: str) -> IntakeError:
        """The error for a cell."""
        return IntakeError(f"{self.file}, row {self.number}, column {column}", found, expected)


def read_lines(file: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Line]:
    """The rows of a CSV or Parquet table that are not empty, with an `id` that stands once.

    Raises:
        IntakeError: when it lacks a required column or has one that is not known, or for a row of another shape.
    """
    table = open_table(file)
    found = lines(table, required)
    known = (*required, *optional)
    unknown = [column for column in table.columns if column.strip().lower() not in known]
    if unknown:
        raise IntakeError(str(file), "the column " + ", ".join(unknown), "none but " + ", ".join(known))
    seen: dict[str, int] = {}
    for line in found:
        before = seen.setdefault(line.need("id", "an id of its own"), line.number)
        if before != line.number:
            raise line.wrong("id", f"{line['id']}, which row {before} has", "an id of its own")
        yield line


def open_lines(source: str | Path | ArrowStream, what: str) -> Table:
    """A table by its path, or an Arrow, pandas or polars table, named `what` in errors."""
    return open_table(Path(source)) if isinstance(source, str | Path) else arrow_table(source, what)


def lines(
    table: Table, required: Sequence[str], columns: Sequence[str] | None = None, next_step: str = ""
) -> Iterator[Line]:
    """The rows of a table that are not empty, of some columns or of all that it has.

    Raises:
        IntakeError: at once, when it lacks a required column; later, for a row of another shape.
    """
    spelt = {column.strip().lower(): column for column in table.columns}
    missing = [name for name in required if name not in spelt]
    if missing:
        said = "the columns " + ", ".join(table.columns)
        raise IntakeError(table.name, said, "a column " + ", ".join(missing), next_step)
    wanted = {name: column for name, column in spelt.items() if columns is None or name in columns}
    return _lines(Path(table.name).name, table, wanted)


def _lines(name: str, table: Table, spelt: dict[str, str]) -> Iterator[Line]:
    for raw in table.rows:
        if raw.problem:
            raise IntakeError(f"{name}, row {raw.number}", raw.problem.found, raw.problem.expected)
        line = Line(name, raw.number, {column: raw.cells.get(told, "").strip() for column, told in spelt.items()})
        if any(line.cells.values()):
            yield line
