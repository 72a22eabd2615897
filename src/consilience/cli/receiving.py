"""Receiving: files of signed lines, each verified for itself, and recorded under its issuer's own signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from consilience.cli.proving import lines
from consilience.cli.terminal import many, plain
from consilience.ledger.errors import LedgerError
from consilience.node import home as homes
from consilience.node.node import Node, open_node
from consilience.node.receive import NotTakenError, take
from consilience.trust.errors import TrustError
from consilience.trust.verify import Verified

_BATCH = 256
_SHOWN = 20


@dataclass(slots=True)
class Received:
    """What came of receiving: how much was new, how much was there, and what was refused, line by line."""

    new: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)
    recorded: bool = True

    def text(self) -> str:
        """For the terminal."""
        verb = "verified and recorded" if self.recorded else "verified, nothing recorded"
        lines = [f"{many(self.new, 'object')} {verb}, {self.known} there already, {len(self.refused)} refused"]
        lines += [f"  refused: {plain(each)}" for each in self.refused[:_SHOWN]]
        return "\n".join(lines) + "\n"


def receive(files: Sequence[Path], home: Path | None, *, dry_run: bool) -> Received:
    """Verify all lines of all files, and record what verifies."""
    found = Received(recorded=not dry_run)
    with open_node(homes.find(home)) as node:
        waiting: list[Verified] = []
        for name, number, line in _numbered(files):
            try:
                waiting.append(take(node, line))
            except (TrustError, LedgerError, NotTakenError) as error:
                found.refused.append(
                    f"{name}, line {number}: {type(error).__name__.removesuffix('Error')}: {error.message}"
                )
            if len(waiting) >= _BATCH:
                _record(node, waiting, found)
        _record(node, waiting, found)
    return found


def _record(node: Node, waiting: list[Verified], found: Received) -> None:
    """Record what waits, or only count it."""
    if waiting and found.recorded:
        appended = node.record(*waiting)
        found.new += appended.new
        found.known += len(waiting) - appended.new
    else:
        found.new += len(waiting)
    waiting.clear()


def _numbered(files: Sequence[Path]) -> Iterator[tuple[str, int, bytes]]:
    for file in files:
        for number, line in enumerate(lines(file), start=1):
            yield file.name, number, line
