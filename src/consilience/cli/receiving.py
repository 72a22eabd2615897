"""Receiving: files of signed lines, each verified for itself, and recorded under its issuer's own signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from consilience.cli.proving import lines
from consilience.cli.terminal import block, many
from consilience.errors import ConsilienceError
from consilience.ledger.errors import LedgerError, TombstonedError
from consilience.node import home as homes
from consilience.node.node import Node, open_node
from consilience.node.receive import NotTakenError, take
from consilience.trust.errors import TrustError
from consilience.trust.verify import Verified

_BATCH = 256
_SHOWN = 20


class _Taken(NamedTuple):
    """An object that verifies, and where it stood."""

    where: str
    item: Verified


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
        lines += [f"  refused: {each}" for each in self.refused[:_SHOWN]]
        if len(self.refused) > _SHOWN:
            lines.append(f"  … and {len(self.refused) - _SHOWN} more")
        return block(lines)


def receive(files: Sequence[Path], home: Path | None, *, dry_run: bool) -> Received:
    """Verify all lines of all files, and record what verifies."""
    found = Received(recorded=not dry_run)
    with open_node(homes.find(home)) as node:
        items = _taken(node, files, found)
        while batch := list(islice(items, _BATCH)):
            _record(node, batch, found)
    return found


def _taken(node: Node, files: Sequence[Path], found: Received) -> Iterator[_Taken]:
    """What verifies, with its place in the files; what does not is noted as refused."""
    for file in files:
        for number, line in enumerate(lines(file), start=1):
            where = f"{file.name}, line {number}"
            try:
                taken = take(node, line)
            except (TrustError, LedgerError, NotTakenError) as error:
                found.refused.append(_why(where, error))
            else:
                yield _Taken(where, taken)


def _record(node: Node, batch: Sequence[_Taken], found: Received) -> None:
    """Record a batch, or only count it. One with erased content is recorded one by one, and what was erased refused."""
    if not found.recorded:
        found.new += len(batch)
        return
    try:
        appended = node.record(*(taken.item for taken in batch))
    except TombstonedError as error:
        if len(batch) == 1:
            found.refused.append(_why(batch[0].where, error))
            return
        for taken in batch:
            _record(node, [taken], found)
        return
    found.new += appended.new
    found.known += len(batch) - appended.new


def _why(where: str, error: ConsilienceError) -> str:
    return f"{where}: {type(error).__name__.removesuffix('Error')}: {error.message}"
