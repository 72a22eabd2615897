"""Resident: one new report against a million that are linked already: milliseconds, memory, and whether it equals linking all again."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.reports import generate
from consilience.linkage.events import link
from consilience.linkage.learn import learn
from consilience.linkage.report import Row
from consilience.linkage.resident import Resident
from consilience.linkage.table import read

_ADDED = 2_000
_GRANTED = 500  # rows of a table made into rows of cells at a time


def measure(reports: int) -> list[str]:
    """Table rows, measured in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.resident", str(reports)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  our own command
    return done.stdout.strip().splitlines()


def rows(reports: int) -> Iterator[str]:
    """The table of one size: the last reports are added one by one, each from a row of cells to the changed facts."""
    made = generate(reports + _ADDED).table
    first = made.num_rows - _ADDED
    events = read(made.slice(0, first))
    weights = learn(events)
    before, begun = _megabytes(), time.process_time()
    resident = Resident(events, weights)
    built = time.process_time() - begun
    del events
    coming = [row for at in range(first, made.num_rows, _GRANTED) for row in made.slice(at, _GRANTED).to_pylist()]
    wall, used = _timed(resident, coming)
    held = _megabytes()
    same = "yes" if resident.table().equals(link(made, weights=weights)) else "no"
    yield "| reports held | added | wall ms p50 | p99 | worst | CPU ms p50 | p99 | build, CPU s | peak MB | before it | equal to linking all |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    yield (
        f"| {first:,} | {len(coming):,} | {_at(wall, 50)} | {_at(wall, 99)} | {_at(wall, 100)} | {_at(used, 50)} | {_at(used, 99)} "
        f"| {built:.1f} | {held:.0f} | {before:.0f} | {same} |"
    )


def _timed(resident: Resident, coming: list[Row]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Milliseconds of wall and of processor for each report."""
    wall, used = np.empty(len(coming)), np.empty(len(coming))
    for at, row in enumerate(coming):
        clock, processor = time.perf_counter(), time.process_time()
        resident.add(row)
        wall[at], used[at] = time.perf_counter() - clock, time.process_time() - processor
    return 1000 * wall, 1000 * used


def _at(values: NDArray[np.float64], part: int) -> str:
    return f"{np.percentile(values, part):.2f}"


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print("\n".join(rows(int(sys.argv[1]))))
