"""Appends to a ledger as a process of its own, and says what was acknowledged: `python -m tests.ledger.appender`."""

import sys

from consilience.ledger.entry import Batch
from tests.ledger.making import Node


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def told(done, items):
    """What an append acknowledged, a line each: log, index, digest."""
    return [f"{log.log} {index} {item.digest}" for log in done for index, item in zip(log.indices, items, strict=False)]


def main(url, name, batches, size):
    node = Node()
    with node.open(url, busy_seconds=60) as ledger:
        say("ready")
        for batch in range(int(batches)):
            items = node.claims(*(f"{name}-{batch}-{item}" for item in range(int(size))))
            done = ledger.append(Batch("main", items), Batch("to/GBR", items[:1]))
            say("\n".join([*told(done, items), "acknowledged"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
