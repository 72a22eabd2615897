"""Spark: carries Arrow tables between steps: each step runs where its tables come together, by the number of a bin.

Rows are sorted into bins by the step that sends them and travel in parcels, a table each: Spark moves bytes and reads no cell.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import TaskContext
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import DataFrame, SparkSession

from consilience.errors import ConsilienceError, IntakeError, UsageError

Batches = Iterable[pa.RecordBatch]
Parcel = tuple[int, str, pa.Table]  # the bin, what the table is called, and the table

PARCELS = pa.schema([("bin", pa.int32()), ("name", pa.string()), ("rows", pa.binary())])
_SPELT = "bin int, name string, rows binary"
_TOGETHER = 1 << 17  # rows of an Arrow batch
_PLACES = 1 << 40  # room for the rows of a part
# All work is done in Python: to compile Java well costs more than it saves.
_SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_QUIET = f'-Dlog4j2.configurationFile="{Path(__file__).with_name("spark.properties").as_uri()}"'
_RAISED = re.compile(r"consilience\.errors\.\w+: (.+)")
_NAMED = re.compile(r"(?:^|(?<=: ))[\w.]*\b\w+(?:Error|Exception): \S.*")
_JAVA = re.compile(r"JAVA_GATEWAY_EXITED|java: not found|JAVA_HOME|UnsupportedClassVersion", re.IGNORECASE)


def start(master: str) -> SparkSession:
    """A session on a master: `local[2]`, or the address of a cluster.

    Raises:
        ConsilienceError: when Java or the master does not answer.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("consilience")
    told = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(_TOGETHER),
    }
    if master.startswith("local"):  # nothing of it is for other machines
        told |= {
            "spark.driver.extraJavaOptions": f"{_SHORT_LIVED} {_QUIET}",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
        }
    for name, value in told.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:
        raise _not_started(master, error) from error


def _not_started(master: str, error: Exception) -> ConsilienceError:
    said = str(error).strip()
    if isinstance(error, FileNotFoundError) or _JAVA.search(said):
        return ConsilienceError(
            f"Spark on {master}", "no Java that starts it", "Java 17 or newer",
            "Install it (on Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME.",
        )  # fmt: skip
    return ConsilienceError(
        f"Spark on {master}",
        _gist(error),
        "a master that answers",
        "Say --master local[2], or the address of one that runs.",
    )


@contextmanager
def running() -> Iterator[None]:
    """What runs inside is told as our errors: what a step found wrong with its rows, or why Spark gave up.

    Raises:
        UsageError: from a step.
        ConsilienceError: from Spark.
    """
    try:
        yield
    except PySparkException as error:
        said = str(error)
        raised = _RAISED.search(said)
        if raised is not None:
            raise UsageError("link on Spark", raised[1], "rows that can be read") from error
        raise ConsilienceError("Spark", _gist(error), "a job that ends well") from error


def _gist(error: Exception) -> str:
    """The line of a long message that says what was wrong: the last of a Python worker, or the first of all."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = [found[0] for line in lines if (found := _NAMED.search(line))]
    return (named or lines or [type(error).__name__])[0]


def at_rest(session: SparkSession, files: Sequence[str]) -> DataFrame:
    """The rows of Parquet files or of folders of them.

    Raises:
        IntakeError: when they are not there or not Parquet.
    """
    try:
        return session.read.parquet(*files)
    except PySparkException as error:
        raise IntakeError(", ".join(files), _gist(error), "Parquet files, or a folder of them") from error


def kept(frame: DataFrame, folder: str) -> DataFrame:
    """Write rows to a new folder of Parquet files, part by part, and have them from there.

    Raises:
        UsageError: when something is there, or what a step found wrong with its rows.
    """
    with running():
        try:
            frame.write.parquet(folder)
        except AnalysisException as error:
            raise UsageError("--to", f"{folder}: {_gist(error)}", "a new folder") from error
        return frame.sparkSession.read.parquet(folder)


def sent(frame: DataFrame, step: Callable[[pa.Table, NDArray[np.int64]], Iterator[Parcel]]) -> DataFrame:
    """Parcels made of each batch of rows, which the step is given with the numbers of its rows; no two rows have one number."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        begun = TaskContext.get().partitionId() * _PLACES
        for batch in batches:
            numbers = begun + np.arange(batch.num_rows)
            begun += batch.num_rows
            if batch.num_rows:
                yield from _wrapped(step(pa.Table.from_batches([batch]), numbers))

    return frame.mapInArrow(run, _SPELT)


def together(parcels: DataFrame, bins: int) -> DataFrame:
    """The parcels of each bin brought together."""
    return parcels.repartitionById(bins, parcels["bin"])


def met(parcels: DataFrame, step: Callable[[int, Mapping[str, pa.Table]], Iterator[Parcel]]) -> DataFrame:
    """Parcels made of all that came together in each bin, by name."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for chosen, tables in opened(batches):
            yield from _wrapped(step(chosen, tables))

    return parcels.mapInArrow(run, _SPELT)


def ended(parcels: DataFrame, step: Callable[[Mapping[str, pa.Table]], pa.Table], schema: str) -> DataFrame:
    """Rows made of all that came together in each bin, by name."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for _, tables in opened(batches):
            yield from step(tables).to_batches(_TOGETHER)

    return parcels.mapInArrow(run, schema)


def collected(frame: DataFrame) -> pa.Table:
    """The rows of a frame, here.

    Raises:
        UsageError: what a step found wrong with its rows.
    """
    with running():
        return frame.toArrow()


def at_hand(parcels: DataFrame) -> dict[str, pa.Table]:
    """The tables of parcels that all are for one bin, here, by name."""
    batches = collected(parcels).to_batches()
    return next((tables for _, tables in opened(batches)), {})


def wrapped(parcels: Iterable[Parcel]) -> pa.Table:
    """Parcels as rows that Spark can carry (`PARCELS`)."""
    return pa.Table.from_batches(list(_wrapped(parcels)), PARCELS)


def _wrapped(parcels: Iterable[Parcel]) -> Iterator[pa.RecordBatch]:
    for chosen, name, table in parcels:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        rows = pa.array([sink.getvalue().to_pybytes()], pa.binary())
        yield pa.record_batch([pa.array([chosen], pa.int32()), pa.array([name]), rows], schema=PARCELS)


def opened(batches: Batches) -> Iterator[tuple[int, dict[str, pa.Table]]]:
    """The tables of each bin, those of one name put together."""
    held: dict[int, dict[str, list[pa.Table]]] = {}
    for batch in batches:
        for chosen, name, rows in zip(batch["bin"].to_pylist(), batch["name"].to_pylist(), batch["rows"], strict=True):
            with pa.ipc.open_stream(rows.as_buffer()) as reader:
                held.setdefault(chosen, {}).setdefault(name, []).append(reader.read_all())
    for chosen in sorted(held):
        yield chosen, {name: pa.concat_tables(tables) for name, tables in held[chosen].items()}


def parted(table: pa.Table, bins: NDArray[np.int64], name: str) -> Iterator[Parcel]:
    """A table parted by the bin of each row."""
    order = np.argsort(bins, kind="stable")
    table = table.take(pa.array(order))
    found, starts = np.unique(bins[order], return_index=True)
    for chosen, begin, end in zip(found.tolist(), starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
        yield chosen, name, table.slice(begin, end - begin)
