"""`make partitions`: three nodes in network namespaces, parted and killed at random while they speak; then they must heal."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from partitions import space
from partitions.history import History, Run
from partitions.nodes import Network, Serving, founded, serving

_AGAIN = 5  # runs on the same nodes, each after the healing of the one before; then fresh ones
_KINDS = (
    "recorded",
    "amended",
    "released",
    "decided again",
    "parted",
    "parted one way",
    "weakened",
    "unplugged",
    "killed",
)


def main() -> int:
    """Run what was asked for; 1 when anything differs, or when the self-check finds nothing."""
    asked = _asked()
    if not space.is_inside():
        why = space.reason()
        if why:
            _say(f"SKIPPED: {why}")
            if asked.json:
                print(json.dumps({"skipped": why, "runs": []}))
            return 0
        space.enter([sys.executable, "-m", "partitions", *sys.argv[1:]])
    seed = asked.seed if asked.seed is not None else random.randrange(10**6)  # noqa: S311  printed, to be given again
    _say(f"seed {seed}: give --seed {seed} for the same choices (instants differ a little from run to run)")
    start, network = time.monotonic(), Network(seed)
    network.build()
    with tempfile.TemporaryDirectory(prefix="partitions", dir=space.PLACE) as place:
        runs, blind = _runs(Path(place), network, seed, asked)
    frames = network.frames()
    if asked.json:
        rows = [{**asdict(run), "did": dict(run.did)} for run in runs]
        print(json.dumps({"seed": seed, "skipped": "", "blind": blind, "frames": frames, "runs": rows}, indent=1))
    else:
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, Linux {platform.release()}"
        print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}, seed {seed}, {time.monotonic() - start:.0f} s\n")
        print("\n".join(_table(runs, frames, blind=blind)))
    for run in runs:
        for wrong in run.wrong:
            print(f"WRONG: run {run.seed}: {wrong}", file=sys.stderr)
    if blind:
        print("BLIND: a partition that was not healed was not noticed", file=sys.stderr)
    return 1 if blind or not runs or any(run.wrong for run in runs) else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m partitions", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="histories, each of which must heal (default 20)")
    parser.add_argument("--seconds", type=float, default=8.0, help="of trouble in each (default 8)")
    parser.add_argument("--seed", type=int, help="for the same choices as another run")
    parser.add_argument("--json", action="store_true", help="the table for machines")
    return parser.parse_args()


def _runs(place: Path, network: Network, seed: int, asked: argparse.Namespace) -> tuple[list[Run], bool]:
    """All runs, and whether the self-check after them was blind."""
    template = place / "template"
    template.mkdir()
    founded(template)
    runs: list[Run] = []
    with ExitStack() as stack:
        nodes: Sequence[Serving] = ()
        for number in range(asked.runs):
            if number % _AGAIN == 0:
                stack.close()
                folder = place / str(number)
                folder.mkdir()
                nodes = stack.enter_context(serving(template, folder))
            history = History(f"{seed}/{number}", network, nodes)
            history.trouble(asked.seconds)
            history.heal()
            runs.append(history.run)
            _say(_line(history.run))
            if history.run.wrong:
                return runs, False  # what follows would only find it again
        return runs, bool(nodes) and History(f"{seed}/blind", network, nodes).blind()


def _line(run: Run) -> str:
    did = ", ".join(f"{run.did[kind]} {kind}" for kind in _KINDS)
    return f"run {run.seed}: {did}; healed in {run.healed:.1f} s{'  <-- WRONG' if run.wrong else ''}"


def _table(runs: list[Run], frames: dict[str, int], *, blind: bool) -> Iterator[str]:
    did = sum((run.did for run in runs), Counter[str]())
    yield "| | |"
    yield "|---|---|"
    yield f"| histories | {len(runs)} |"
    for kind in _KINDS:
        yield f"| {kind} | {did[kind]:,} |"
    for kind in ("given", "lost", "late", "twice", "refused"):
        yield f"| frames {kind} | {frames.get(kind, 0):,} |"
    healed = [run.healed for run in runs]
    yield f"| seconds to heal, median and most | {median(healed):.1f}, {max(healed):.1f} |" if healed else ""
    yield f"| histories that did not heal to equal pictures | {sum(bool(run.wrong) for run in runs)} |"
    yield f"| self-check: a partition that is not healed | {'NOT noticed' if blind else 'noticed'} |"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
