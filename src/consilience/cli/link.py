"""`consilience link`: which reports are of one event, from Parquet to Parquet."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from consilience.cli import options

Reports = Annotated[
    list[str],
    typer.Argument(metavar="FILE…", help="Parquet files or folders of them; for Spark any address that it reads."),
]
To = Annotated[str, typer.Option("--to", metavar="FOLDER", help="A new folder, for event_id, fact_id and probability.")]


def link(
    files: Reports,
    to: To,
    engine: options.Engine = options.Engines.LOCAL,
    master: options.Master = None,
    quiet: options.Quiet = False,
) -> None:
    """Say which reports of several data sets are of one event; from Parquet to Parquet, without a picture.

    Examples:
      consilience link reports.parquet --to facts
      consilience link s3a://reports/ --to s3a://facts/ --engine spark --master spark://head:7077

    Tables have the columns event_id, dataset, date_from, date_to, lat, lon and, if known, precision_km, event_type, actors,
    count, text. A row that cannot be read is named, and nothing is linked: no report is left out. What agreement is worth is
    learned from the reports, without labels. --engine spark is for what one machine does not hold (docs/spark.md):
    pip install "consilience[spark]", and Java 17.
    """
    from consilience.cli.engines import session
    from consilience.cli.reading import note
    from consilience.cli.terminal import many, plain

    with _new_folder(to) as folder:
        spark = session(engine, master)
        if spark is not None and folder.is_dir():
            folder.rmdir()  # it can be made; Spark does so itself
        reports, facts, cost = _here(files, folder) if spark is None else _on_spark(spark, files, to)
    if not reports:
        note(f"no reports in {', '.join(files)}: a table without rows gives one", quiet=quiet)
    if cost:
        note(f"crowded places were not compared in full: about {cost:.2%} of the matches may be missing", quiet=quiet)
    sys.stdout.write(f"{many(reports, 'report')}, {many(facts, 'fact')}, in {plain(to)}\n")


@contextmanager
def _new_folder(to: str) -> Iterator[Path]:
    """Make the folder before anything is computed, and take it away again where that fails; an address of a store is left to Spark."""
    from consilience.errors import ConsilienceError, UsageError

    folder = Path(to)
    if "://" in to:
        yield folder
        return
    made: list[Path] = []
    try:
        if folder.is_symlink() or folder.exists():
            raise UsageError("--to", f"{to}, which is there", "a new folder")
        for one in (*reversed([above for above in folder.parents if not above.exists()]), folder):
            one.mkdir()
            made.append(one)
    except OSError as error:
        _taken_away(made)
        raise ConsilienceError("--to", f"{to}: {error.strerror or error}", "a folder that can be made") from error
    try:
        yield folder
    except BaseException:
        _taken_away(made)
        raise


def _taken_away(folders: Sequence[Path]) -> None:
    """Remove folders that were made for nothing; what holds something stays."""
    for folder in reversed(folders):
        with suppress(OSError):
            folder.rmdir()


def _here(files: Sequence[str], folder: Path) -> tuple[int, int, float]:
    """Link in this process: how many reports and facts, and what part of the matches caps cost."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from consilience.errors import ConsilienceError, IntakeError
    from consilience.linkage import link as linked

    tables = []
    for file in files:
        try:
            tables.append(pq.read_table(file))
        except (OSError, pa.ArrowException) as error:
            raise IntakeError(file, str(error).splitlines()[0], "Parquet files, or a folder of them") from error
    try:
        told = pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException as error:
        raise IntakeError(", ".join(files), str(error).splitlines()[0], "columns of one type in all files") from error
    found = linked(told)
    try:
        pq.write_table(found, folder / "part-0.parquet")
    except OSError as error:
        raise ConsilienceError("--to", f"{folder}: {error.strerror or error}", "a folder to write to") from error
    return len(found), pc.count_distinct(found["fact_id"]).as_py(), float(found.schema.metadata[b"recall_cost"])


def _on_spark(spark: Any, files: Sequence[str], to: str) -> tuple[int, int, float]:  # noqa: ANN401  of an extra that may be absent
    """Link on Spark: how many reports and facts, and what part of the matches caps cost."""
    from consilience.engine.spark import at_rest, kept
    from consilience.linkage.spark import link as linked

    found = linked(at_rest(spark, files))
    written = kept(found.frame, to)
    return written.count(), written.where("fact_id = concat('e-', event_id)").count(), found.recall_cost
