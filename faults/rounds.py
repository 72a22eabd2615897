"""Rounds: one fault on one database, again and again: load, strike, check; and what they came to."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from faults.databases import Database
from faults.running import ROOT, Running, Told
from faults.strikes import Fault, strike

_AGAIN = 3  # rounds on one ledger, each after the repair of the one before; then an empty one
_SELF_CHECKS = 12  # rounds at most until a load that loses is found out


@dataclass(slots=True)
class Row:
    """One line of the table."""

    fault: Fault
    database: str
    runs: int = 0
    struck: int = 0
    acknowledged: int = 0
    lost: int = 0
    unsound: int = 0
    gave_up: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    where: Counter[str] = field(default_factory=Counter)  # kinds of files that were struck
    wrong: list[str] = field(default_factory=list)  # in words
    seconds: float = 0.0
    skipped: str = ""

    @property
    def is_good(self) -> bool:
        """Nothing lost and nothing unsound; the other way round for a self-check."""
        if self.skipped:
            return True
        if self.fault.is_self_check:
            return bool(self.lost or self.unsound)
        return not (self.lost or self.unsound or self.wrong) and self.struck > 0


def run(fault: Fault, database: Database, rounds: int, seed: str) -> Row:
    """All rounds of a fault on a database."""
    row, told = Row(fault, database.name), Told()
    chance = random.Random(f"{seed}/{fault.name}/{database.name}")  # noqa: S311  the same choices each time
    start = time.monotonic()
    for number in range(_SELF_CHECKS if fault.is_self_check else rounds):
        is_empty = number % _AGAIN == 0 or fault.is_self_check
        told = Told() if is_empty else told
        _round(row, number, database, told, (chance, is_empty))
        if not row.is_good and (row.lost or row.unsound):
            break  # what follows would only find it again
        if fault.is_self_check and row.is_good:
            break
    row.seconds = time.monotonic() - start
    if not fault.is_self_check and not row.struck:
        row.wrong.append("the fault never struck")
    return row


def _round(row: Row, number: int, database: Database, told: Told, how: tuple[random.Random, bool]) -> None:
    """Load, strike, check."""
    fault, (chance, is_empty) = row.fault, how
    database.begin(is_empty=is_empty, records=fault.ends_in_cut, weak=fault.manner == "weak")
    environment = database.environment()
    count = fault.loads[number // max(1, len(fault.failing)) % len(fault.loads)]
    names = [f"{fault.name}-{number}-{load}" for load in range(count)]
    loads = [Running((database.url, name, str(chance.random()), fault.manner), environment) for name in names]
    before = len(told.entries)
    try:
        struck = strike(fault, number, database, loads, chance)
    finally:
        ends = [load.end(told) for load in loads]
    if fault.ends_in_cut:
        database.cut(chance)
    row.runs += 1
    row.struck += struck.hit
    row.where[_kind(struck.where)] += bool(struck.hit and struck.where)
    row.acknowledged += len(told.entries) - before
    try:
        database.recover()
    except RuntimeError:
        if not fault.is_self_check:
            raise
        row.lost += len(told.entries) - before  # a server that does not sync may not come back: all of it is gone
        return
    row.gave_up += sum(load.gave_up for load in loads)
    for load in loads:
        row.errors += load.errors
    row.wrong += [said for said in ends if said]
    row.wrong += [f"{struck.stuck} loads neither went on nor ended"] * bool(struck.stuck)
    _take(row, told, _checked(database, f"{fault.name}-{number}-after", told))


def _kind(path: str) -> str:
    """What sort of file it is: one of SQLite's by its ending, one of PostgreSQL's by its folder."""
    if path.startswith("ledger.db"):
        return {"ledger.db": "database"}.get(path, path.removeprefix("ledger.db-"))
    return path.partition("/")[0] or "folder"


def _take(row: Row, told: Told, found: dict[str, Any]) -> None:
    """Count what a check found."""
    row.lost += found["lost"]
    row.unsound += bool(found["unsound"])
    row.wrong += found["unsound"]
    told.entries += [(log, index, digest) for log, index, digest in found["appended"]]


def _checked(database: Database, name: str, told: Told) -> dict[str, Any]:
    """What a fresh process finds."""
    asked = json.dumps(told.as_json())
    command = [sys.executable, "-m", "faults.check", database.url, name]
    ran = subprocess.run(command, cwd=ROOT, input=asked, capture_output=True, text=True, timeout=300, check=True)
    return dict(json.loads(ran.stdout))
