"""Message: our word to one partner alone, such as a warning to the other side: a claim of its own, and a release of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from consilience.errors import UsageError
from consilience.intake.row import COLUMNS
from consilience.model.entry import ClaimEntry
from consilience.node.amend import label_of, one
from consilience.node.node import Node, Sent
from consilience.release.decision import Withheld

USE = "message"
"""For what it is released: consents name a use, and leave to read is none to say it to the other side."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, under which id, by whom, and with which claims beside it."""

    id: str
    text: str
    by: str = ""
    claims: tuple[str, ...] = ()


def held_back(node: Node, to: str, claims: Iterable[str]) -> tuple[Withheld, ...]:
    """The claims that may not go beside a message, with every rule that stands against each."""
    names = frozenset(one(node, name).digest for name in claims)
    return node.decision(node.audience([to], USE), names).withheld if names else ()


def send(node: Node, to: str, message: Message) -> Sent:
    """Record a message and release it to one partner, with the claims that it names: marked for nobody else.

    Raises:
        UsageError: for no text, an id that is taken, more than one partner, or a claim that may not go.
        UnknownClaimError: for a claim that is not there.
    """
    text = " ".join(message.text.split())
    if not text:
        raise UsageError("message", "no text", "what is to be said")
    if node.index.named(message.id):
        raise UsageError(f"message {message.id}", "an id that is taken", "a new id")
    audience = node.audience([to], USE)
    if len(audience.partners) != 1:
        raise UsageError(f"--to {to}", f"{len(audience.partners)} partners", "one partner: a message has one audience")
    if kept := held_back(node, to, message.claims):
        told = "; ".join(f"{each.held.name}: {each.refusals[0]}" for each in kept)
        raise UsageError("message", f"a claim that may not go: {told}", "claims that the partner may have")
    cells = {
        "claim_id": message.id, "partner": str(node.partner), "speaker": message.by or str(node.partner), "modality": "intended",
        "phenomenon": "message/direct", "period_from": f"{node.clock():%Y-%m-%d}", "reported_at": f"{node.clock():%Y-%m-%dT%H:%M:%SZ}",
        "text": text, "marking": f"REL TO {to}",
    }  # fmt: skip
    ordered = tuple(sorted((name, cells[name]) for name in COLUMNS if cells.get(name)))
    made = node.seal(ClaimEntry(ordered, label_of(node, cells["marking"])))
    named = frozenset(one(node, name).digest for name in message.claims)
    node.record(made)
    return node.release(node.decision(audience, named | {str(made.digest)}))
