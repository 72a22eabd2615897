"""`consilience link`: which reports are of one event, from Parquet to Parquet."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
    count, text. What agreement is worth is learned from the reports, without labels. --engine spark is for what one machine does
    not hold (docs/spark.md): pip install "consilience[spark]", and Java 17.
    """
    from consilience.cli.engines import session
    from consilience.cli.reading import note
    from consilience.cli.terminal import many

    spark = session(engine, master)
    reports, facts, cost = _here(files, to) if spark is None else _on_spark(spark, files, to)
    if cost:
        note(f"crowded places were not compared in full: about {cost:.2%} of the matches may be missing", quiet=quiet)
    sys.stdout.write(f"{many(reports, 'report')}, {many(facts, 'fact')}, in {to}\n")


def _here(files: Sequence[str], to: str) -> tuple[int, int, float]:
    """Link in this process: how many reports and facts, and what part of the matches caps cost."""
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from consilience.errors import ConsilienceError, IntakeError, UsageError
    from consilience.linkage import link as linked

    folder = Path(to)
    if folder.exists():
        raise UsageError("--to", f"{to}, which is there", "a new folder")
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
        folder.mkdir(parents=True)
        pq.write_table(found, folder / "part-0.parquet")
    except OSError as error:
        raise ConsilienceError("--to", f"{to}: {error.strerror or error}", "a folder that can be made") from error
    return len(found), pc.count_distinct(found["fact_id"]).as_py(), float(found.schema.metadata[b"recall_cost"])


def _on_spark(spark: Any, files: Sequence[str], to: str) -> tuple[int, int, float]:  # noqa: ANN401  of an extra that may be absent
    """Link on Spark: how many reports and facts, and what part of the matches caps cost."""
    from consilience.engine.spark import at_rest, kept
    from consilience.linkage.spark import link as linked

    found = linked(at_rest(spark, files))
    written = kept(found.frame, to)
    return written.count(), written.where("fact_id = concat('e-', event_id)").count(), found.recall_cost
