"""Linking: generated reports by number: CPU seconds, memory and how well they were linked, each in a fresh process."""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.reports import generate
from consilience.linkage import link


def measure(sizes: tuple[int, ...]) -> list[str]:
    """A table row for each number of reports."""
    lines = [
        "| reports | true pairs | link, CPU s | peak MB | of it the table | precision | recall | pair F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.linking", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  our own command
        lines.append(done.stdout.strip())
    return lines


def row(size: int) -> str:
    """The table row of one size, measured in this process: linking alone, without making the reports."""
    reports = generate(size)
    held = _megabytes()
    begun = time.process_time()
    facts = link(reports.table)
    spent = time.process_time() - begun
    place = np.argsort(reports.table.column("event_id").to_numpy(zero_copy_only=False))
    incident = reports.incident[place]
    fact = facts.column("fact_id").combine_chunks().dictionary_encode().indices.to_numpy()
    both = np.unique(incident * (int(fact.max()) + 1) + fact, return_counts=True)[1]
    hits, found = _pairs(both), _pairs(np.bincount(fact))
    precision, recall = hits / found, hits / reports.true_pairs
    f1 = 2 * precision * recall / (precision + recall)
    return (
        f"| {size:,} | {reports.true_pairs:,} | {spent:.1f} | {_megabytes():.0f} | {held:.0f} "
        f"| {precision:.3f} | {recall:.3f} | {f1:.3f} |"
    )


def _pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(row(int(sys.argv[1])))
