"""`make faults`: strike the ledger under load with every fault, on both databases, and print what was lost."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from faults import shim
from faults.databases import Database, Postgresql, Sqlite
from faults.rounds import Row, run
from faults.strikes import BOTH, FAULTS, Fault
from tests.ledger.postgres import NoServerError

_MAKERS: dict[str, Callable[[Path, Path | None], Database]] = {"SQLite": Sqlite, "PostgreSQL": Postgresql}
_LANES = {"SQLite": 1, "PostgreSQL": 2}  # at a time: a server that restarts waits for its disk, and leaves a core idle


def main() -> int:
    """Run what was asked for; 1 when anything was lost or unsound, or when a self-check was not found out."""
    asked = _asked()
    only = [name.lower() for name in asked.only]
    seed = asked.seed if asked.seed is not None else random.randrange(10**6)  # noqa: S311  printed, to be given again
    _say(f"seed {seed}: give --seed {seed} for the same choices (instants differ a little from run to run)")
    start, rows = time.monotonic(), list[Row]()
    with _folder() as folder, ThreadPoolExecutor(sum(_LANES.values())) as pool:
        library = shim.tried(folder)
        if library is None:
            _say("NO C COMPILER: all faults that need the shim are skipped")
        wanted = {name: [each for each in FAULTS if _is_wanted(each, name, only)] for name in _MAKERS}
        jobs = [
            pool.submit(_database, name, part, (folder / f"{name}-{lane}", library), (asked.rounds, str(seed)))
            for name, faults in wanted.items()
            for lane in range(_LANES[name])
            if (part := faults[lane :: _LANES[name]])
        ]
        for job in jobs:
            rows += job.result()
    order = [fault.name for fault in FAULTS]
    rows.sort(key=lambda row: (order.index(row.fault.name), BOTH.index(row.database)))
    if asked.json:
        print(json.dumps({"seed": seed, "rows": [_as_json(row) for row in rows]}, indent=1))
    else:
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}, seed {seed}, {time.monotonic() - start:.0f} s\n")
        print("\n".join(_table(rows)))
    for row in rows:
        for said in [] if row.fault.is_self_check else row.wrong:
            print(f"WRONG: {row.fault.name}, {row.database}: {said}", file=sys.stderr)
        if row.fault.is_self_check and not row.is_good:
            print(f"BLIND: {row.fault.name}, {row.database}: nothing lost was found", file=sys.stderr)
    return 0 if rows and all(row.is_good for row in rows) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="of each fault on each database (default 4)")
    parser.add_argument("--seed", type=int, help="for the same choices as another run")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="a fault or a database; repeatable")
    parser.add_argument("--json", action="store_true", help="the table for machines")
    return parser.parse_args()


def _is_wanted(fault: Fault, database: str, only: list[str]) -> bool:
    """Each name given is a part of a fault's name, or a database; those of one kind add up."""
    databases = [name for name in only if name in map(str.lower, BOTH)]
    faults = [name for name in only if name not in databases]
    chosen = not faults or any(name in fault.name for name in faults)
    return chosen and database in fault.databases and (not databases or database.lower() in databases)


def _database(name: str, faults: list[Fault], places: tuple[Path, Path | None], how: tuple[int, str]) -> list[Row]:
    """Every fault on one database."""
    folder, library = places
    try:
        database = _MAKERS[name](folder, library)
    except NoServerError as missing:
        if os.environ.get("CI") == "true":
            raise
        return [Row(fault, name, skipped=str(missing)) for fault in faults]
    rows = []
    try:
        for fault in faults:
            if fault.needs_shim and library is None:
                rows.append(Row(fault, name, skipped="no C compiler"))
                continue
            rows.append(row := run(fault, database, *how))
            _say(
                f"{name}: {fault.name}: {row.runs} runs, {row.acknowledged:,} acknowledged, {row.lost} lost, "
                f"{row.unsound} unsound, {row.seconds:.0f} s{'' if row.is_good else '  <-- WRONG'}"
            )
    finally:
        database.remove()
    return rows


def _table(rows: list[Row]) -> Iterator[str]:
    yield "| fault | database | runs | struck | acknowledged | lost | unsound trees | errors named | s |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in rows:
        if row.skipped:
            yield f"| {row.fault.name} | {row.database} | skipped: {row.skipped} | | | | | | |"
            continue
        errors = _counts(row.errors) or "none"
        if row.gave_up:
            errors += f"; {row.gave_up} gave up"
        where = f": {_counts(row.where)}" if row.where.total() else ""
        found = " (found out)" if row.fault.is_self_check and row.is_good else ""
        yield (
            f"| {row.fault.name} | {row.database} | {row.runs} | {row.struck}{where} | {row.acknowledged:,} | "
            f"{row.lost}{found} | {row.unsound} | {errors} | {row.seconds:.0f} |"
        )
    tested = [row for row in rows if not row.fault.is_self_check]
    yield (
        f"| all but self-checks | | {sum(row.runs for row in tested)} | {sum(row.struck for row in tested)} | "
        f"{sum(row.acknowledged for row in tested):,} | {sum(row.lost for row in tested)} | "
        f"{sum(row.unsound for row in tested)} | | |"
    )


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items()) if count)


def _as_json(row: Row) -> dict[str, object]:
    # Not asdict, which takes a Counter apart and cannot put it together again.
    said = {each.name: getattr(row, each.name) for each in fields(row)}
    return {**said, "fault": row.fault.name, "self_check": row.fault.is_self_check, "good": row.is_good}


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder that a server of another user can reach into."""
    folder = Path(tempfile.mkdtemp(prefix="faults")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
