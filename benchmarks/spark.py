"""Spark: generated reports linked on `local[2]`, in CPU seconds of the driver, its JVM and its Python workers together."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.reports import generate
from consilience.linkage import link

_REPORTS = 1_000_000


def measure(reports: int = _REPORTS) -> list[str]:
    """Lines of Markdown; one that says so where Spark is absent. Learning is in both figures, making the reports in none."""
    try:
        from consilience.engine import spark as engine  # noqa: PLC0415  the extra may be absent
        from consilience.linkage import spark as linking  # noqa: PLC0415
    except ModuleNotFoundError:
        return ["pyspark is not here; linking on Spark was not measured."]
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    with tempfile.TemporaryDirectory() as folder:
        told, found = Path(folder) / "reports.parquet", Path(folder) / "facts.parquet"
        pq.write_table(generate(reports).table, told, row_group_size=1 << 16)
        begin = _spent()
        link(pq.read_table(told))
        alone = _spent() - begin
        begin, clock = _spent(), time.monotonic()
        session = engine.start("local[2]")
        linked = linking.link(engine.at_rest(session, [str(told)]))
        engine.kept(linked.frame, str(found))
        wall, spent = time.monotonic() - clock, _spent() - begin  # before it ends: its workers are not waited for
        session.stop()
        here = link(pq.read_table(told), weights=linked.weights)
        same = pq.read_table(found).sort_by("event_id").cast(here.schema).equals(here)
    return [
        "| where | reports | CPU s | wall s | facts for the same weights |",
        "|---|---|---|---|---|",
        f"| one process | {reports:,} | {alone:.1f} | | |",
        f"| Spark, local[2] | {reports:,} | {spent:.1f} | {wall:.1f} | {'the same' if same else 'others'} |",
    ]


def _spent() -> float:
    """CPU seconds of this process and of all beneath it, those that have ended and been waited for too (Linux's /proc)."""
    parent: dict[int, int] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        parent[int(folder.name)], used[int(folder.name)] = int(told[1]), sum(map(int, told[11:15]))

    def is_ours(process: int) -> bool:
        return process == os.getpid() or (process in parent and is_ours(parent[process]))

    return sum(ticks for process, ticks in used.items() if is_ours(process)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print("\n".join(measure(int(sys.argv[1]) if len(sys.argv) > 1 else _REPORTS)))
