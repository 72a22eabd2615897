"""`make fuzz`: any bytes to everything that reads what came from outside, and a table of what was tried and found."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from fuzz.asking import Bounds, asked
from fuzz.bodies import bodies
from fuzz.row import Row
from fuzz.running import BUILD, harnessed, is_there
from fuzz.servers import ROOT, Server, node_server, taxii_server
from fuzz.targets import MODULES

_SERVERS: dict[str, Callable[[Path], AbstractContextManager[Server]]] = {"taxii": taxii_server, "node": node_server}
_KINDS = ("known", "strangers")
_NO_ATHERIS = f"no atheris for Python {platform.python_version()} on {platform.system()} {platform.machine()}"


def main() -> int:
    """Run what was asked for; 1 when anything was found, or when the planted fault was not."""
    given = _asked()
    seed = given.seed if given.seed is not None else random.randrange(1, 10**6)  # noqa: S311  printed, to be given again
    bounds = Bounds(given.seconds, given.runs, seed)
    _say(f"seed {seed}: give --seed {seed} for the same choices; findings are kept in {BUILD.relative_to(ROOT)}")
    start, rows = time.monotonic(), list[Row]()
    with ThreadPoolExecutor(given.jobs) as pool:
        for job in [pool.submit(work) for work in _work(given.only, bounds)]:
            rows += job.result()
    if given.json:
        print(json.dumps({"seed": seed, "rows": [{**asdict(row), "good": row.is_good} for row in rows]}, indent=1))
    else:
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}, seed {seed}, {time.monotonic() - start:.0f} s\n")
        print("\n".join(_table(rows)))
    for row in rows:
        for found in [] if row.is_self_check else row.findings:
            print(f"FOUND: {row.target}: {found}", file=sys.stderr)
        if row.is_self_check and not row.is_good:
            print(f"BLIND: {row.target}: the fault that was planted was not found", file=sys.stderr)
    if not rows:
        _say(f"nothing is called {' or '.join(given.only)}: {', '.join(_names())}")
    return 0 if rows and all(row.is_good for row in rows) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="for each target (default 20)")
    parser.add_argument("--runs", type=int, default=0, help="inputs for each target at most, and for each endpoint")
    parser.add_argument("--seed", type=int, help="for the same choices as another run")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="a part of a name; repeatable")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at a time (default: the cores)")
    parser.add_argument("--json", action="store_true", help="the table for machines")
    return parser.parse_args()


def _names() -> Iterator[str]:
    """What `--only` is held against."""
    yield from (f"atheris: {name}" for name in MODULES)
    yield from (f"http, {name}: {kind}" for name in _SERVERS for kind in _KINDS)
    yield from (f"bodies, {name}" for name in _SERVERS)


def _work(only: list[str], bounds: Bounds) -> Iterator[Callable[[], list[Row]]]:
    """What is to be done, by name: servers first, which take longest to start."""
    wanted = {name for name in _names() if not only or any(each.lower() in name for each in only)}
    for name in _SERVERS:
        chosen = {each for each in wanted if each.startswith((f"http, {name}", f"bodies, {name}"))}
        if chosen:
            yield partial(_served, name, chosen, bounds)
    for name in MODULES:
        if f"atheris: {name}" in wanted:
            yield partial(_harnessed, name, bounds)


def _harnessed(name: str, bounds: Bounds) -> list[Row]:
    if not is_there():
        if os.environ.get("CI") == "true":
            raise RuntimeError(_NO_ATHERIS)
        return [Row(f"atheris: {name}", skipped=_NO_ATHERIS)]
    row = harnessed(name, bounds)
    _say(_line(row))
    return [row]


def _served(name: str, wanted: set[str], bounds: Bounds) -> list[Row]:
    """All that is asked of one server, one after the other: its memory is looked at."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder, _SERVERS[name](Path(folder)) as server:
        if f"bodies, {name}" in wanted:
            rows += bodies(server)
        for kind in _KINDS:
            if f"http, {name}: {kind}" in wanted:
                place = Path(folder) / kind
                place.mkdir()
                rows.append(asked(server, bounds, place, known=kind == "known"))
    for row in rows:
        _say(_line(row))
    return rows


def _line(row: Row) -> str:
    found = "" if row.is_good else "  <-- " + ("BLIND" if row.is_self_check else "FOUND")
    return f"{row.target}: {row.executions:,} in {row.seconds:.0f} s{found}"


def _table(rows: list[Row]) -> Iterator[str]:
    yield "| target | executions | branches reached | seconds | findings | |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        if row.skipped:
            yield f"| {row.target} | skipped: {row.skipped} | | | | |"
            continue
        found = f"{len(row.findings)} (found out)" if row.is_self_check and row.is_good else str(len(row.findings))
        edges = f"{row.edges:,}" if row.edges else ""
        yield f"| {row.target} | {row.executions:,} | {edges} | {row.seconds:.0f} | {found} | {row.said} |"
    tested = [row for row in rows if not row.is_self_check]
    total, wrong = sum(row.executions for row in tested), sum(len(row.findings) for row in tested)
    yield f"| all but the self-check | {total:,} | | {sum(row.seconds for row in tested):.0f} | {wrong} | |"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
