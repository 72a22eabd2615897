"""Tables as streams of rows: CSV in any of its dialects, Parquet, and Arrow tables in memory."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from consilience.errors import IntakeError
from consilience.intake import mapping
from consilience.intake.setaside import Problem, shown

MAX_COLUMNS = 1000
_MAX_CELL = 16 * 1024 * 1024  # characters; more is an unclosed quote
_BATCH = 8192
_DELIMITERS = ",;\t|"
_LOOKED_AT = 4  # rows after the first that may show which format a table without a header is of
_SUFFIXES = {".parquet": "parquet", ".pq": "parquet"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class ArrowStream(Protocol):
    """Anything that speaks the Arrow PyCapsule protocol: a pandas, polars, DuckDB or pyarrow table."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream."""
        ...


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as text by column name, its number (the header is row 1), and what is wrong with its shape."""

    number: int
    cells: dict[str, str]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A named stream of rows with its columns; it can be read once.

    `is_native` tells that its columns are the native ones whatever mapping is in use; `notes` are sentences on what
    of the file no row holds. `reported`, where it is given, are the days from first to last on which its rows must have
    been reported to be read.
    """

    name: str
    columns: tuple[str, ...]
    rows: Iterator[RawRow]
    is_native: bool = False
    notes: tuple[str, ...] = ()
    reported: tuple[date, date] | None = None


Format = Callable[[Path], Table | None]
"""A format that is no table: what it makes of a file, by what is in it; None for a file of another format.

Such formats are of layers above this one, and are handed in."""


def open_table(file: Path, encoding: str | None = None, formats: Sequence[Format] = ()) -> Table:
    """Open a file of one of the `formats`, or CSV or Parquet, the rows of which are read as they are asked for.

    Raises:
        IntakeError: when the file as a whole is no table, saying what it is instead.
    """
    try:
        if not file.exists():
            raise IntakeError(str(file), "no such file", "a CSV or Parquet table, or a scenario folder")
        found = next(filter(None, (opens(file) for opens in formats)), None)
        if found is not None:
            return found
        if _is_parquet(file):
            return _open_parquet(file)
        return _open_csv(file, encoding)
    except OSError as error:
        raise IntakeError(str(file), error.strerror or str(error), "a file that can be read") from error


def arrow_table(table: ArrowStream, name: str) -> Table:
    """A table in memory as a stream of rows."""
    try:
        arrow = table if isinstance(table, pa.Table) else pa.table(table)
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise IntakeError(name, type(table).__name__, "a path, or a pandas, polars or Arrow table") from error
    columns = _columns(arrow.column_names, name)
    return Table(name, columns, _arrow_rows(arrow.to_batches(max_chunksize=_BATCH), columns, name))


def _is_parquet(file: Path) -> bool:
    """By its first bytes, or by its name when it is too short to tell."""
    with file.open("rb") as data:
        return data.read(4) == b"PAR1" or file.suffix.lower() in _SUFFIXES


def _open_parquet(file: Path) -> Table:
    """A Parquet file, a batch of rows at a time."""
    try:
        parquet = pq.ParquetFile(file)
        columns = _columns(parquet.schema_arrow.names, str(file))
    except (pa.ArrowException, ValueError) as error:
        why = str(error).splitlines()[0]
        raise IntakeError(
            str(file), why, "a whole Parquet file", "It may be cut short: copy or export it again."
        ) from error
    return Table(str(file), columns, _arrow_rows(_batches(parquet, file), columns, str(file)))


def _batches(parquet: pq.ParquetFile, file: Path) -> Iterator[pa.RecordBatch]:
    """Batches, with damage inside the file named as such."""
    try:
        yield from parquet.iter_batches(batch_size=_BATCH)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise IntakeError(
            str(file), str(error).splitlines()[0], "readable Parquet pages", "Export the file again."
        ) from error


def _arrow_rows(batches: Iterable[pa.RecordBatch], columns: tuple[str, ...], name: str) -> Iterator[RawRow]:
    """Rows of record batches as text."""
    numbers = itertools.count(2)
    for batch in batches:
        try:
            values = [[_cell(value) for value in column.to_pylist()] for column in batch.columns]
        except (pa.ArrowException, ValueError, OverflowError) as error:
            raise IntakeError(name, str(error), "values that can be read as text", "Export the table again.") from error
        for number, row in zip(numbers, zip(*values, strict=True), strict=False):
            yield RawRow(number, dict(zip(columns, row, strict=True)))


def _cell(value: object) -> str:
    """A typed value as the text that a CSV cell would hold."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        if value.tzinfo is None and value.time().isoformat() == "00:00:00":
            return value.date().isoformat()
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return " ".join(_cell(item) for item in value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _open_csv(file: Path, encoding: str | None) -> Table:
    """A CSV file: the encoding from its first bytes, the delimiter from its header."""
    csv.field_size_limit(_MAX_CELL)
    lines = _text(file, encoding)
    try:
        head = lines.readline(_MAX_CELL)
    except (UnicodeError, LookupError) as error:
        raise IntakeError(
            str(file), str(error), f"text in {encoding or 'UTF-8'}", "Name its encoding: --encoding cp1251."
        ) from error
    if not head.strip():
        raise IntakeError(
            str(file), "no header" if file.stat().st_size else "an empty file", "a header row and claims below it"
        )
    if any("\udc80" <= sign <= "\udcff" for sign in head):
        raise IntakeError(
            str(file),
            "a header that is not UTF-8",
            "UTF-8 text",
            "Save it as UTF-8, or name its encoding: --encoding cp1251.",
        )
    if "\x00" in head:
        raise IntakeError(str(file), "binary data", "a CSV or Parquet table")
    delimiter = max(_DELIMITERS, key=head.count)
    known = _headerless(lines, head, delimiter)
    lines.seek(0)
    if known is not None:
        columns = _columns(known, str(file))
        reader = csv.reader(lines, delimiter=delimiter, quoting=_quoting(plain=delimiter == "\t"))
        return Table(str(file), columns, _csv_rows(reader, columns, file, before=0))
    try:
        told = mapping.for_columns(tuple(_split(head, delimiter)))
        plain = delimiter == "\t" and told is not None and not told.is_quoted
        reader = csv.reader(lines, delimiter=delimiter, quoting=_quoting(plain=plain))
        columns = _columns(next(reader), str(file))
    except (csv.Error, StopIteration, UnicodeError) as error:
        raise IntakeError(str(file), str(error) or "no header", "a header row in CSV") from error
    return Table(str(file), columns, _csv_rows(reader, columns, file))


def _quoting(*, plain: bool) -> Literal[0, 3]:
    """Whether quotation marks enclose cells, or are plain signs: programs that write tabs seldom quote."""
    return csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL


def _headerless(lines: TextIO, head: str, delimiter: str) -> tuple[str, ...] | None:
    """The columns of a known format that has no header; its first row may be one that is damaged."""
    first = _split(head, delimiter)
    for cells in (first, *(_split(line, delimiter) for line in itertools.islice(lines, _LOOKED_AT))):
        found = mapping.headerless(cells)
        if found is not None:
            named = {name.strip().lower() for name in first}
            return None if named & {name.lower() for name in found} else found
    return None


def _split(line: str, delimiter: str) -> list[str]:
    """The cells of a line in which nothing is quoted."""
    return line.rstrip("\r\n").split(delimiter)


def _text(file: Path, encoding: str | None) -> TextIO:
    """The file as text. Bytes that are not of the encoding stay recognisable, so that only their rows are set aside."""
    with file.open("rb") as data:
        start = data.read(4)
    found = next((name for bom, name in _BOMS if start.startswith(bom)), "utf-8")
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=encoding or found)
    except LookupError as error:
        raise IntakeError(str(file), f"encoding {encoding!r}", "a name such as utf-8, cp1251 or latin-1") from error
    errors = "surrogateescape" if found != "utf-16" else "replace"
    raw: BinaryIO = file.open("rb")
    return io.TextIOWrapper(raw, encoding=encoding or found, errors=errors, newline="")


def _csv_rows(reader: Iterator[list[str]], columns: tuple[str, ...], file: Path, before: int = 1) -> Iterator[RawRow]:
    """Rows of a CSV reader; blank lines are no rows, rows of another width or encoding carry their problem.

    `before` is the number of rows that are read already: the header, where there is one.
    """
    number = before
    while True:
        try:
            cells = next(reader, None)
        except (csv.Error, UnicodeError) as error:
            raise IntakeError(
                f"{file}, after row {number}",
                str(error),
                "CSV with closed quotes and cells under 16 MiB",
                "Look for a quotation mark that is never closed.",
            ) from error
        if cells is None:
            return
        number += 1
        if not cells:
            continue
        yield RawRow(number, dict(zip(columns, cells, strict=False)), _shape(cells, columns))


def _shape(cells: list[str], columns: tuple[str, ...]) -> Problem | None:
    """What is wrong with a row as a whole."""
    if len(cells) != len(columns):
        return Problem("row", f"{len(cells)} cells", f"{len(columns)}, as in the header")
    if "".join(cells).isascii():
        return None
    for name, cell in zip(columns, cells, strict=True):
        if not cell.isascii() and any("\udc80" <= sign <= "\udcff" for sign in cell):
            return Problem(name, cell, "UTF-8 text; or name the file's encoding with --encoding")
    return None


def _columns(names: Iterable[str], file: str) -> tuple[str, ...]:
    """Checked column names: stripped, not too many, none twice."""
    columns = tuple(name.strip() for name in names)
    if len(columns) > MAX_COLUMNS:
        raise IntakeError(file, f"{len(columns):,} columns", f"at most {MAX_COLUMNS:,}")
    lower = [name.lower() for name in columns]
    twice = next((name for name in lower if name and lower.count(name) > 1), None)
    if twice is not None:
        raise IntakeError(file, f"the column {shown(twice)} twice", "each column once")
    return columns
