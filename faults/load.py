"""Load: appends and erases without end, as a process of its own, and says what was acknowledged.

`python -m faults.load URL NAME SEED MANNER`. The manner is `plain`; `early` acknowledges before the commit and `weak`
opens a database that does not sync: with these two the run shows that it can fail.
"""

from __future__ import annotations

import base64
import random
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from consilience.ledger import database
from consilience.ledger.entries import Ledger
from consilience.ledger.entry import MAIN, Appended, Batch
from consilience.ledger.errors import LedgerError
from tests.ledger.appender import say, told
from tests.ledger.making import Node

_Done = TypeVar("_Done")

SIZES = (1, 2, 7, 40, 256)
LOGS = (MAIN, "to/GBR")
_TOO_EARLY = 0.25  # seconds between an acknowledgement that is a lie and what it acknowledges
_TRIES, _PAUSE = 200, 0.05  # as long as a server takes to come back
GAVE_UP = 3  # the exit code after an error of the ledger that does not pass


class Load:
    """One node that works on a ledger until it is stopped."""

    def __init__(self, ledger: Ledger, name: str, seed: str, manner: str) -> None:
        """Nothing happens yet."""
        self.ledger, self.name, self.manner = ledger, name, manner
        self.node = Node()
        self.chance = random.Random(seed)  # noqa: S311  the same batches each time
        self.mine: list[int] = []  # what it may erase

    def append(self, number: int) -> None:
        """Append a batch to one log and a part of it to another, and say what was acknowledged."""
        size = self.chance.choice(SIZES)
        names = [f"{self.name}-{number}-{item}" for item in range(size)]
        items = [*self.node.claims(*names[1:]), self.node.said(names[0])]  # an answer of a session is in each
        part = items[: self.chance.randint(1, size)]
        if self.manner == "early":
            starts = [self.ledger.size(log) for log in LOGS]
            where = [tuple(range(start, start + len(items))) for start in starts]
            early = [Appended(log, spots, size, None) for log, spots in zip(LOGS, where, strict=True)]
            say("\n".join([*told(early[:1], items), *told(early[1:], part), "acknowledged"]))
            time.sleep(_TOO_EARLY)  # so that a strike does fall in between, on a busy machine too
        done = _tried(lambda: self.ledger.append(Batch(MAIN, items), Batch("to/GBR", part)))
        heads = [f"head {base64.b64encode((log.checkpoint or '').encode()).decode()}" for log in done]
        say("\n".join([*told(done, items), *heads, "acknowledged"]))
        self.mine += done[0].indices

    def erase(self) -> None:
        """Erase something of its own, and say so before (it may be gone from now on) and after (it must be)."""
        index = self.mine.pop(self.chance.randrange(len(self.mine)))
        tombstone = self.node.tombstone(self.ledger, index)
        say(f"erasing {index}")
        done = _tried(lambda: self.ledger.erase(tombstone))
        say("\n".join([*told([done], [tombstone]), f"erased {index}", "acknowledged"]))


def _tried(work: Callable[[], _Done]) -> _Done:
    """Do it again while the ledger says, by an error of its own, that it did not; every error is told."""
    for _ in range(_TRIES):
        try:
            return work()
        except LedgerError as wrong:
            last = wrong
            say(f"error {type(wrong).__name__} {wrong.message}")
            time.sleep(_PAUSE)
    raise last


def main(url: str, name: str, seed: str, manner: str) -> int:
    """Work until killed; `GAVE_UP` when the ledger keeps failing with an error that it names."""
    if manner == "weak":
        database.PRAGMAS["synchronous"] = "0"
        database.SETTINGS["fsync"] = "off"
    say("here")
    try:
        with _tried(lambda: Node().open(url, busy_seconds=60)) as ledger:
            load = Load(ledger, name, seed, manner)
            say("ready")
            number = 0
            while True:
                load.append(number)
                if load.chance.random() < 0.15:
                    _tried(load.erase)
                number += 1
    except LedgerError:
        return GAVE_UP


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
