"""Check: a fresh process opens the ledger after a fault and compares it with what was acknowledged.

`python -m faults.check URL NAME`; what was acknowledged comes as JSON on the standard input, and the finding goes out so.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import traceback
from typing import Any

from consilience.ledger.audit import audit
from consilience.ledger.entries import Ledger
from consilience.ledger.entry import MAIN, Batch
from tests.ledger.making import Node


def main(url: str, name: str) -> None:
    """Print how many acknowledged entries are lost, and what is unsound."""
    asked = json.load(sys.stdin)
    found: dict[str, Any] = {"lost": 0, "unsound": [], "appended": []}
    try:
        with Node().open(url, busy_seconds=60) as ledger:
            _compare(ledger, asked, found)
            _append(ledger, name, found)
        if url.startswith("sqlite"):
            _check_pages(url, found)
    except Exception:  # noqa: BLE001  a ledger that cannot be read is the finding
        said = traceback.format_exc().strip().splitlines()
        found["unsound"].append(f"it cannot be opened, read or appended to: {said[-1]}")
        found["lost"] = len(asked["told"])
    print(json.dumps(found))


def _compare(ledger: Ledger, asked: dict[str, Any], found: dict[str, Any]) -> None:
    """Every acknowledged entry at its index, every signature and hash, and the heads kept outside."""
    may_be_gone, must_be_gone = set(asked["erasing"]), set(asked["erased"])
    held = {log: {entry.index: entry.digest for entry in ledger.entries(log)} for log in ledger.logs()}
    for log, index, digest in asked["told"]:
        there = held.get(log, {}).get(index, "")
        if there != digest and not (there is None and log == MAIN and index in may_be_gone):
            found["lost"] += 1
    for index in must_be_gone:
        if held.get(MAIN, {}).get(index) is not None:
            found["unsound"].append(f"entry {index} was erased, and is there")
    for log, digests in held.items():
        kept = [digest for digest in digests.values() if digest]
        if len(set(kept)) != len(kept):
            found["unsound"].append(f"log {log} holds something twice")
        if len(digests) != ledger.size(log):
            found["unsound"].append(f"log {log} has {len(digests)} entries, and says {ledger.size(log)}")
    node = Node()
    problems = audit(ledger, node.roster_at, node.keys, asked["heads"]).problems
    found["unsound"] += [f"{type(problem).__name__}: {problem.sentence}" for problem in problems]


def _append(ledger: Ledger, name: str, found: dict[str, Any]) -> None:
    """Append once more, and find it."""
    item = Node().claim(name)
    for log in ledger.append(Batch(MAIN, [item]), Batch("to/GBR", [item])):
        there = ledger.entry(log.indices[0], log.log).digest
        if there != item.digest or log.new != 1:
            found["unsound"].append(f"what was appended to {log.log} afterwards is not there")
        found["appended"].append([log.log, log.indices[0], item.digest])


def _check_pages(url: str, found: dict[str, Any]) -> None:
    """Ask SQLite itself."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    connection.close()
    if said != ["ok"]:
        found["unsound"].append(f"SQLite's integrity_check says {said[0]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
