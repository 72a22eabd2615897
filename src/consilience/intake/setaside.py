"""Rows that cannot be claims: kept in a file of their own, with what was found and what was expected."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

# A spreadsheet runs a cell that begins with one of these (OWASP, CSV injection). Words and numbers after a
# sign are ours: `+separatists`, `-5`.
_FORMULA = re.compile(r"^\s*[=@+\-|%＝＠＋－]|^[\t\r\n]")
_SIGNED_WORDS = re.compile(r"^[+\-]\w[\w.\-]*(?: [+\-]?\w[\w.\-]*)*$")


SET_ASIDE_COLUMNS = ("set_aside_file", "set_aside_row", "set_aside_because")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell of a row."""

    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        """`low: found 'NaN', expected a number such as 94300`."""
        return f"{self.column}: found {shown(self.found)}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row set aside: its file, its number (the header is row 1), its problems and its cells."""

    file: str
    row: int
    problems: tuple[Problem, ...]
    cells: tuple[tuple[str, str], ...]

    @property
    def because(self) -> str:
        """All that is wrong with it."""
        return "; ".join(str(problem) for problem in self.problems)

    def __str__(self) -> str:
        """`ours.csv, row 7: low: found …`."""
        return f"{self.file}, row {self.row}: {self.because}"


def shown(text: str, limit: int = 60) -> str:
    """A cell as an error message quotes it: short, with no control characters."""
    clean = printable(text)
    return repr(clean if len(clean) <= limit else clean[: limit - 1] + "…")


def printable(text: str) -> str:
    """Text without control characters or lone surrogates, so that no cell can steer a terminal or break a file."""
    return "".join(
        sign if sign.isprintable() and not "\ud800" <= sign <= "\udfff" else " " if sign in "\n\r\t" else "\ufffd"
        for sign in text
    )


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs: what looks like a formula gets an apostrophe in front."""
    return "'" + text if _FORMULA.match(text) and not _SIGNED_WORDS.match(text) else text


def plain_cell(text: str) -> str:
    """The cell as it was before `safe_cell`, with surrounding blanks gone."""
    stripped = text.strip()
    return stripped[1:] if stripped.startswith("'") and _FORMULA.match(stripped[1:]) else stripped


def write_table(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV table in UTF-8 with a BOM, as spreadsheets expect it, every cell made safe."""
    with file.open("w", encoding="utf-8-sig", errors="replace", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow([safe_cell(name) for name in header])
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)


def write_set_aside(file: Path, rows: Sequence[BadRow]) -> None:
    """Write the bad rows: where each stood, what is wrong, and its cells, ready to be mended and read again."""
    names = list(dict.fromkeys(name for row in rows for name, _ in row.cells))
    table = ([row.file, str(row.row), row.because, *(dict(row.cells).get(name, "") for name in names)] for row in rows)
    write_table(file, [*SET_ASIDE_COLUMNS, *names], table)
