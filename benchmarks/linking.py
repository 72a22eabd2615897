"""Linking: generated reports by number: CPU seconds, memory and how well they were linked, each in a fresh process; Splink beside it."""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.peers import Peers, PeersError
from benchmarks.reports import Reports, generate
from consilience.linkage import link

_OURS, _SPLINK = "consilience.linkage.link", "Splink 5, DuckDB"
_PEER = Path(__file__).with_name("splink_peer.py")


@dataclass(frozen=True, slots=True)
class Figure:
    """What linking some reports cost, and how it came out. `held` are the megabytes before it began."""

    reports: int
    true_pairs: int
    cpu: float
    peak: float
    held: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall of pairs."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def measure(sizes: tuple[int, ...]) -> list[str]:
    """Two table rows for each number of reports: ours and Splink's."""
    lines = [
        "| linker | reports | true pairs | link, CPU s | ratio | peak MB | of it the table | precision | recall | pair F1 |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        ours = _fresh("ours", size)
        lines.append(_row(_OURS, ours, ours))
        try:
            lines.append(_row(_SPLINK, _fresh("splink", size), ours))
        except PeersError as error:
            lines.append(f"| {_SPLINK} | {size:,} | not measured: {error} |")
    return lines


def growth(sizes: tuple[int, ...]) -> list[str]:
    """A table row for each number of reports, then the exponents that CPU seconds and memory grow with."""
    lines = [
        "| reports | link, CPU s | µs a report | peak MB | of it the table | pair F1 | exponent since the row above |",
        "|---|---|---|---|---|---|---|",
    ]
    found: list[Figure] = []
    for size in sizes:
        found.append(_fresh("ours", size))
        one = found[-1]
        slope = f"{_exponent(found[-2:]):.2f}" if len(found) > 1 else ""
        lines.append(
            f"| {one.reports:,} | {one.cpu:.1f} | {1e6 * one.cpu / one.reports:.1f} | {one.peak:.0f} | {one.held:.0f} "
            f"| {one.f1:.3f} | {slope} |"
        )
    return [*lines, "", f"CPU seconds grow as the number of reports to the power of {_exponent(found):.2f}."]


def ours(size: int) -> Figure:
    """Measured in this process: linking alone, without making the reports."""
    reports = generate(size)
    held = _megabytes()
    begun = time.process_time()
    facts = link(reports.table)
    spent = time.process_time() - begun
    return _figure(reports, facts.rename_columns({"fact_id": "cluster_id"}), (spent, _megabytes(), held))


def splink(size: int) -> Figure:
    """Measured in a process of its own, all threads counted, from reading the reports on: the best of its thresholds.

    Raises:
        PeersError: it cannot be had, or does not run.
    """
    python = Peers.ready().python
    reports = generate(size)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reports.parquet"
        pq.write_table(reports.table, file)
        command = [python, str(_PEER), str(file), folder]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  our own command
        if done.returncode:
            raise PeersError((done.stderr.strip().splitlines() or ["no reason told"])[-1][:200])
        told = json.loads(done.stdout.strip().splitlines()[-1])
        found = [
            _figure(reports, pq.read_table(each["file"]), (each["cpu"], told["peak"], 0.0))
            for each in told["thresholds"]
        ]
    return max(found, key=lambda figure: figure.f1)


def _figure(reports: Reports, clusters: pa.Table, cost: tuple[float, float, float]) -> Figure:
    """How well clusters (event_id, cluster_id) fit the truth; `cost` are CPU seconds, peak and held megabytes."""
    incident = reports.incident[np.argsort(reports.table.column("event_id").to_numpy(zero_copy_only=False).astype(str))]
    named = clusters.sort_by("event_id").column("cluster_id").combine_chunks()
    cluster = named.dictionary_encode().indices.to_numpy().astype(np.int64)
    both = np.unique(incident * (int(cluster.max()) + 1) + cluster, return_counts=True)[1]
    hits, found = _pairs(both), _pairs(np.bincount(cluster))
    cpu, peak, held = cost
    return Figure(len(incident), reports.true_pairs, cpu, peak, held, hits / max(1, found), hits / reports.true_pairs)


def _fresh(linker: str, size: int) -> Figure:
    command = [sys.executable, "-m", "benchmarks.linking", linker, str(size)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  our own command
    if done.returncode:
        raise PeersError((done.stderr.strip().splitlines() or ["no reason told"])[-1][:200])
    return Figure(**json.loads(done.stdout.strip().splitlines()[-1]))


def _row(name: str, figure: Figure, ours: Figure) -> str:
    held = f"{figure.held:.0f}" if figure.held else ""
    return (
        f"| {name} | {figure.reports:,} | {figure.true_pairs:,} | {figure.cpu:.1f} | {figure.cpu / ours.cpu:.1f} "
        f"| {figure.peak:.0f} | {held} | {figure.precision:.3f} | {figure.recall:.3f} | {figure.f1:.3f} |"
    )


def _exponent(figures: list[Figure]) -> float:
    """The slope of a line through the logarithms of CPU seconds by those of reports; least squares."""
    if len(figures) < 2:
        return math.nan
    slope, _ = np.polyfit(np.log([one.reports for one in figures]), np.log([one.cpu for one in figures]), 1)
    return float(slope)


def _pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    _linker = {"ours": ours, "splink": splink}[sys.argv[1]]
    _found = _linker(int(sys.argv[2]))
    print(json.dumps({name: getattr(_found, name) for name in Figure.__slots__}))
