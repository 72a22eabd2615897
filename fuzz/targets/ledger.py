"""Ledger: proof files and signed notes, which partners send and anybody may be asked to check."""

from __future__ import annotations

import json
from pathlib import Path

from consilience.ledger import note as notes
from consilience.ledger import proof
from consilience.ledger.entry import Batch
from consilience.ledger.note import COSIGNATURE, NoteKey
from consilience.trust.keys import SigningKey
from fuzz.draw import Draw, shaken, written
from fuzz.target import Target, refusing, seeds, split
from tests.ledger.making import Node
from tests.trust.making import ISSUED, make_key

_ENTRIES = 5


def proof_file(folder: Path) -> Target:
    """A proof file with anything in it: its place is read, and it proves something or is refused."""
    node = Node()
    good = _proofs(node, folder)
    parsed = [json.loads(each) for each in good]
    roster, witness = node.roster, NoteKey("witness/GBR", make_key("GBR").public, COSIGNATURE)

    def one(data: bytes) -> None:
        raw, rest = split(data)
        draw = Draw(rest)
        text = rest if raw else written(shaken(draw, draw.pick(parsed)))
        index, _ = proof.place_of(text)
        if not 0 <= proof.check(text, roster, [witness]).index == index:
            raise AssertionError("proven elsewhere than it says")

    return Target(refusing(one), seeds(*good))


def note(_folder: Path) -> Target:
    """A note with any lines: what is read is written again to the letter, and what is signed is signed."""
    log, witness = SigningKey.from_seed(b"log" * 10 + b"ab"), SigningKey.from_seed(b"wit" * 10 + b"cd")
    keys = [NoteKey("consilience/UKR", log.public)]
    seen = [NoteKey("witness/GBR", witness.public, COSIGNATURE)]
    head = notes.sign(notes.Checkpoint("consilience/UKR", 12, bytes(32), ("an extension",)), log)
    good = [head, notes.cosign(head, "witness/GBR", witness, ISSUED), notes.signed_also(head, witness)]

    def one(data: bytes) -> None:
        raw, rest = split(data)
        text = rest.decode("utf-8", "replace") if raw else _spliced(Draw(rest), good)
        found = notes.parse(text)
        if notes.parse(found.written()) != found:
            raise AssertionError("written and read, it is another note")
        checkpoint = notes.checkpoint_of(found.text)
        if checkpoint.text != found.text:
            raise AssertionError("a checkpoint that is written otherwise than it was signed")
        notes.verified(text, keys)
        for signature in notes.cosignatures(text, seen):
            signature.time.isoformat()

    return Target(refusing(one), seeds(*(each.encode() for each in good)))


def _proofs(node: Node, folder: Path) -> list[bytes]:
    """The proofs of a small log."""
    with node.open(f"sqlite:///{folder}/ledger.db") as ledger:
        ledger.append(Batch("main", node.claims(*range(_ENTRIES))))
        return [proof.make(ledger, index) for index in range(_ENTRIES)]


def _spliced(draw: Draw, good: list[str]) -> str:
    """Lines of good notes in another order, with a few of them changed."""
    lines = [line for each in good for line in each.splitlines(keepends=True)]
    chosen = draw.pick(good).splitlines(keepends=True)
    for _ in range(1 + draw.below(6)):
        at = draw.below(len(chosen) + 1)
        match draw.below(4):
            case 0:
                chosen.insert(at, draw.pick(lines))
            case 1 if at < len(chosen):
                del chosen[at]
            case 2 if at < len(chosen):
                cut = draw.below(len(chosen[at]) + 1)
                chosen[at] = chosen[at][:cut] + draw.text() + chosen[at][cut + draw.below(4) :]
            case _:
                chosen.insert(at, draw.text() + "\n")
    return "".join(chosen)


TARGETS = {"proof": proof_file, "note": note}
