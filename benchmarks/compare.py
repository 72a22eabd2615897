"""Size: CPU seconds and memory of `consilience compare --json` in a fresh process, beside reading the file alone."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generator import write_holdings


@dataclass(frozen=True, slots=True)
class Run:
    """One fresh process: user and system seconds, and the largest resident size in MB."""

    seconds: float
    megabytes: float


# The peer: what a notebook does first, which is to read the table and group it by what and where.
_PEER = """
import sys
import pandas as pd
table = pd.read_csv(sys.argv[1], low_memory=False)
table.groupby(["phenomenon", "place", "period_from"], dropna=False).agg(["nunique", "first"])
"""


def measure(sizes: tuple[int, ...]) -> list[str]:
    """A table row for each size: ours, the peer, and the ratio."""
    lines = ["| claims | compare, CPU s | MB | pandas group-by, CPU s | ratio |", "|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            file = Path(folder) / f"{size}.csv"
            write_holdings(file, size)
            ours = _run([sys.executable, "-m", "consilience", "compare", str(file), "--json", "--quiet"])
            peer = _run([sys.executable, "-c", _PEER, str(file)])
            lines.append(
                f"| {size:,} | {ours.seconds:.1f} | {ours.megabytes:.0f} | {peer.seconds:.1f} | {ours.seconds / peer.seconds:.1f} |"
            )
    return lines


def _run(command: list[str]) -> Run:
    """Run a command with its output thrown away, and read what the kernel counted for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(used, after.ru_maxrss / 1024)
