"""Witnessing: heads as files that partners pass to each other until their nodes do it themselves."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from consilience.cli.terminal import many
from consilience.errors import UsageError
from consilience.node import home as homes
from consilience.node import prove
from consilience.node.node import open_node

_OLD = "old "
_MOST = 200_000  # characters of a checkpoint with its proof


def head(since: int | None, home: Path | None) -> str:
    """This node's head; with the proof that it extends an older one, in the form of C2SP's tlog-witness."""
    with open_node(homes.find(home)) as node:
        note = node.ledger.checkpoint()
        if since is None:
            return note
        proof = node.ledger.consistency(since)
    lines = [f"{_OLD}{since}", *(base64.b64encode(step).decode() for step in proof), ""]
    return "\n".join(lines) + "\n" + note


def cosigned(file: Path, home: Path | None) -> str:
    """A partner's head with our cosignature below it."""
    proof, note = _parts(_text(file), str(file))
    with open_node(homes.find(home)) as node:
        return prove.cosign(node, note, proof)


def kept(file: Path, home: Path | None) -> str:
    """Keep the cosignatures below a head of ours, and say how many they are."""
    _, note = _parts(_text(file), str(file))
    with open_node(homes.find(home)) as node:
        count = node.ledger.add_cosignature(note, prove.witness_keys(node.roster))
    return f"{many(count, 'cosignature')} kept\n"


def _parts(text: str, name: str) -> tuple[list[bytes], str]:
    """The proof, empty when there is none, and the note."""
    if not text.startswith(_OLD):
        return [], text
    lines, _, note = text.partition("\n\n")
    try:
        return [base64.b64decode(line, validate=True) for line in lines.splitlines()[1:]], note
    except (binascii.Error, ValueError) as error:
        raise UsageError(
            name, "a proof that is not base64", "lines as `consilience checkpoint --since N` prints"
        ) from error


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", newline="") as data:
            return data.read(_MOST)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(str(file), str(error), "a checkpoint, as `consilience checkpoint` prints it") from error
