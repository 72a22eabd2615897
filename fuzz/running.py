"""Running: one harness as the runner sees it: a process with bounded memory and time, and what it found."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fuzz.asking import Bounds
from fuzz.row import Row
from fuzz.servers import ROOT
from fuzz.targets import PLANTED

BUILD = ROOT / "build" / "fuzz"
"""Where findings and the words of the last runs are kept."""

_MEMORY = 2_048  # MiB of one harness at most; with all that is imported it begins with less than 250
_SLOWEST = 20  # seconds for one input at most
_GRACE = 180.0  # seconds over its time until a harness counts as hanging: starting under instrumentation takes some
_PLANTED = Bounds(seconds=120, runs=2_000_000, seed=1)  # it ends when it has found it, after some 10,000 inputs
_DONE, _COVER = re.compile(r"stat::number_of_executed_units:\s*(\d+)"), re.compile(r"\bcov: (\d+)")
_KEPT = re.compile(r"Test unit written to (\S+)")
_RAISED = re.compile(r"=== Uncaught Python exception: ===\s*\n(.*)")
_BROKEN = re.compile(r"^(?:SUMMARY|==\d+== ?ERROR): libFuzzer: (.*)", re.MULTILINE)


def is_there() -> bool:
    """Whether this Python has atheris, which is made for few of them."""
    return importlib.util.find_spec("atheris") is not None


def harnessed(name: str, bounds: Bounds) -> Row:
    """Run one target in a process of its own, until its bounds are reached or something is found."""
    row = Row(f"atheris: {name}", is_self_check=name == PLANTED)
    chosen = _PLANTED if row.is_self_check else bounds
    BUILD.mkdir(parents=True, exist_ok=True)
    log, start = BUILD / f"{name}.log", time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz", dir=_memory()) as folder, log.open("wb") as said:
        command = [
            sys.executable, "-m", "fuzz.harness", name, folder, f"-max_total_time={chosen.seconds}",
            f"-rss_limit_mb={_MEMORY}", f"-timeout={_SLOWEST}", f"-seed={chosen.seed}", "-len_control=0",
            "-print_final_stats=1", f"-artifact_prefix={BUILD / name}-", f"-runs={chosen.runs or -1}",
        ]  # fmt: skip
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            process.wait(chosen.seconds + _GRACE)
        except subprocess.TimeoutExpired:
            row.findings.append(f"it did not end within {chosen.seconds + _GRACE:.0f} s")
        finally:
            process.kill()
            process.wait()
    row.seconds = time.monotonic() - start
    _read(row, log.read_text(encoding="utf-8", errors="replace"), process.returncode)
    return row


def _read(row: Row, said: str, code: int) -> None:
    """What a harness said: counts, and the first finding."""
    done, covered = _DONE.findall(said), _COVER.findall(said)
    row.executions, row.edges = int(done[-1]) if done else 0, int(covered[-1]) if covered else 0
    if code == 0 and done:
        return
    raised, broken, kept = _RAISED.search(said), _BROKEN.search(said), _KEPT.search(said)
    what = raised[1] if raised else broken[1] if broken else f"it ended with {code}: {said.strip()[-300:]}"
    where = Path(kept[1]).relative_to(ROOT) if kept else None
    row.findings.append(what[:500] + (f" (the input: {where})" if where else ""))


def _memory() -> str | None:
    """A folder in memory, where there is one: a disk's time is not what is tried."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a folder of its own within
