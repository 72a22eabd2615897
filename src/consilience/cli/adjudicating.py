"""Adjudicating: what an analyst ruled, recorded, and told in words."""

from __future__ import annotations

from consilience.cli.terminal import block, plain
from consilience.errors import UsageError
from consilience.model.adjudication import Bounds, Ruling
from consilience.model.identity import canonical_json
from consilience.node.adjudicate import Recorded, Word, adjudicate, adjudicated
from consilience.node.node import Node

SCHEMA = "consilience.adjudications/1"
_RULINGS = {ruling.value: ruling for ruling in Ruling}


def word(ruling: str, value: str, because: str, by: str) -> Word:
    """What an analyst says, checked.

    Raises:
        UsageError: for a ruling that is none, or a figure that cannot be read.
    """
    if ruling not in _RULINGS:
        raise UsageError("adjudicate", repr(plain(ruling)), "one of " + ", ".join(_RULINGS))
    bounds = Bounds.of(value) if value else None
    if value and bounds is None:
        raise UsageError("--value", repr(plain(value)), "94300, 92000..100000, 92000.. or ..100000")
    return Word(_RULINGS[ruling], bounds, because, by)


def recorded(node: Node, name: str, said: Word) -> str:
    """Record a ruling, and say what holds now and how it is taken back."""
    made = adjudicate(node, name, said)
    if made.ruling is Ruling.OPEN:
        return block([f"{made.claim} is open again, by {made.by}"])
    figure = f", and its figure {made.bounds}" if made.bounds else ""
    return block([
        f"what {made.claim} says was {'so' if made.ruling is Ruling.TRUE else 'not so'}{figure}, as {made.by} rules",
        f"To take it back: consilience adjudicate {made.claim} open --because TEXT",
    ])  # fmt: skip


def listing(node: Node, *, json: bool) -> str:
    """Every ruling, the newest last; as text, or as one JSON document."""
    found = list(adjudicated(node))
    if json:
        told = [
            {
                "claim": each.adjudication.claim, "ruling": each.adjudication.ruling.value,
                "value": each.adjudication.bounds.text if each.adjudication.bounds else "",
                "reason": each.adjudication.reason, "by": each.adjudication.by, "at": str(each.adjudication.at),
                "stands": each.stands,
            }
            for each in found
        ]  # fmt: skip
        return canonical_json({"schema": SCHEMA, "adjudications": told}) + "\n"
    if not found:
        return "no rulings: sources are judged by each other alone\n"
    return block(_line(each) for each in found)


def _line(each: Recorded) -> str:
    said = each.adjudication
    figure = f" {said.bounds}" if said.bounds else ""
    past = "" if each.stands or said.ruling is Ruling.OPEN else "  (no longer holds)"
    return (
        f"{said.at.at.date().isoformat()}  {said.ruling.value:<5}  {said.claim}{figure}  {said.by}: {said.reason}{past}"
    )
