"""Receiving: files of signed lines, each verified for itself, and recorded under its issuer's own signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from consilience.cli.proving import lines
from consilience.cli.terminal import block, many
from consilience.node import home as homes
from consilience.node.accept import Accepted, Line, accept
from consilience.node.node import open_node

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Received:
    """What came of receiving, as words."""

    accepted: Accepted
    recorded: bool

    @property
    def refused(self) -> list[str]:
        """What does not verify, line by line."""
        return self.accepted.refused

    def text(self) -> str:
        """For the terminal."""
        verb = "verified and recorded" if self.recorded else "verified, nothing recorded"
        found = self.accepted
        said = [f"{many(found.new, 'object')} {verb}, {found.known} there already, {len(found.refused)} refused"]
        said += [f"  refused: {each}" for each in found.refused[:_SHOWN]]
        if len(found.refused) > _SHOWN:
            said.append(f"  … and {len(found.refused) - _SHOWN} more")
        return block(said)


def receive(files: Sequence[Path], home: Path | None, *, dry_run: bool) -> Received:
    """Verify all lines of all files, and record what verifies."""
    with open_node(homes.find(home)) as node:
        return Received(accept(node, _lines(files), record=not dry_run), not dry_run)


def _lines(files: Sequence[Path]) -> Iterator[Line]:
    for file in files:
        for number, line in enumerate(lines(file), start=1):
            yield Line(f"{file.name}, line {number}", line)
