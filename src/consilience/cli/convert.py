"""Convert: tables to one native table, streamed, so that memory does not grow with the file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from consilience.cli.reading import Progress, Request, keep_inputs, noting
from consilience.errors import ConsilienceError, UsageError
from consilience.exchange.document import FORMATS
from consilience.intake import gazetteer, mapping
from consilience.intake.holdings import Intake, read_table
from consilience.intake.place import PlaceReader
from consilience.intake.row import COLUMNS, RowReader
from consilience.intake.scenario import shipped_places
from consilience.intake.setaside import SET_ASIDE_COLUMNS, BadRow, safe_cell
from consilience.intake.table import open_table
from consilience.intake.write import native_cells
from consilience.model.claim import Claim

_BATCH = 20_000
Write = Callable[[Claim], None]


def convert(files: Sequence[Path], out: Path | None, how: Request) -> str:
    """Read all files, write the native table and the set-aside file, and say in a sentence what happened.

    Raises:
        IntakeError: when a table cannot be read; in strict mode for the first bad row.
        UsageError: when `out` is one of the inputs, or neither .csv nor .parquet.
    """
    keep_inputs(files, [out, how.set_aside])
    if out is not None and out == how.set_aside:
        raise UsageError("--set-aside", str(out), "another file than --out")
    progress = Progress(quiet=how.quiet)
    chosen = mapping.load(how.mapping) if how.mapping else None
    intake = Intake(how.strict, how.encoding, chosen, progress.rows, FORMATS, noting(quiet=how.quiet))
    reader = RowReader(PlaceReader(gazetteer.load(*shipped_places())))
    aside = how.set_aside or (out.with_suffix(".set-aside.csv") if out else Path("set-aside.csv"))
    good = bad = 0
    extras: set[str] = set()
    try:
        with ExitStack() as stack:
            tables = [open_table(file, how.encoding, FORMATS) for file in files]
            write = _writer(out, stack)
            names = list(dict.fromkeys(name for table in tables for name in table.columns))
            keep = _keeper(aside if out or how.set_aside else None, names, stack)
            for table in tables:
                for item in read_table(table, reader, intake):
                    if isinstance(item, BadRow):
                        bad += 1
                        keep(item)
                    else:
                        good += 1
                        extras.update(name for name, _ in item.extras)
                        write(item)
    except OSError as error:
        raise ConsilienceError(
            str(error.filename or out), error.strerror or str(error), "a file that can be written"
        ) from error
    finally:
        progress.done()
    written = f" to {out}" if out else ", nothing written"
    rest = f"; {bad:,} rows set aside" + (f" in {aside}" if bad and (out or how.set_aside) else "") if bad else ""
    left = f"; left out, having no native column: {', '.join(sorted(extras))}" if extras and out else ""
    return f"{good:,} claims{written}{rest}{left}"


def _writer(out: Path | None, stack: ExitStack) -> Write:
    """What writes a claim: to CSV with cells no spreadsheet runs, to Parquet in batches, or nowhere."""
    if out is None:
        return lambda claim: None
    if out.suffix.lower() == ".csv":
        lines = stack.enter_context(out.open("w", encoding="utf-8-sig", newline=""))
        writer = csv.writer(lines)
        writer.writerow(COLUMNS)
        return lambda claim: writer.writerow([safe_cell(cell) for cell in native_cells(claim)])
    if out.suffix.lower() not in (".parquet", ".pq"):
        raise UsageError("--out", str(out), "a name that ends in .csv or .parquet")
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    parquet = stack.enter_context(pq.ParquetWriter(out, schema))
    waiting: list[tuple[str, ...]] = []

    def flush() -> None:
        if waiting:
            columns = [pa.array(values, pa.string()) for values in zip(*waiting, strict=True)]
            parquet.write_table(pa.Table.from_arrays(columns, schema=schema))
            waiting.clear()

    def write(claim: Claim) -> None:
        waiting.append(native_cells(claim))
        if len(waiting) >= _BATCH:
            flush()

    stack.callback(flush)
    return write


def _keeper(file: Path | None, names: Sequence[str], stack: ExitStack) -> Callable[[BadRow], None]:
    """What keeps a bad row: the file appears with the first one."""
    if file is None:
        return lambda row: None
    write: list[Callable[[list[str]], object]] = []

    def keep(row: BadRow) -> None:
        if not write:
            lines = stack.enter_context(file.open("w", encoding="utf-8-sig", errors="replace", newline=""))
            write.append(csv.writer(lines).writerow)
            write[0]([*SET_ASIDE_COLUMNS, *map(safe_cell, names)])
        cells = dict(row.cells)
        write[0](
            [
                safe_cell(row.file),
                str(row.row),
                safe_cell(row.because),
                *(safe_cell(cells.get(name, "")) for name in names),
            ]
        )

    return keep
