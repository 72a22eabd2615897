"""Hindsight of a node: how much its ledger held when it sealed an answer, by the head that is bound into the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consilience.ledger import note as notes
from consilience.model.assessment import Assessment
from consilience.node.node import Node

_EVIDENCE = frozenset({"claim", "retraction", "remarking", "tombstone", "decision"})


@dataclass(frozen=True, slots=True)
class Knew:
    """What stood in our own ledger when an answer of ours was sealed.

    `size` entries stood under the bound head, the last of them recorded `at`; `later` entries about evidence (claims, retractions,
    destroyed or marked anew, decisions) came after, of which `claims` are claims.
    """

    size: int
    at: datetime | None
    later: int
    claims: int


def knew(node: Node, answer: Assessment) -> Knew | None:
    """What we held when we sealed an answer of ours; None for another partner's, and for a head that is not ours.

    The head commits to every entry under it, so that `prove` shows for any claim whether it stood there.
    """
    if answer.partner != node.partner:
        return None
    size = next((at for at, head in node.ledger.checkpoints() if _root(head) == answer.seen.root), None)
    if size is None:
        return None
    later = [entry.kind for entry in node.ledger.entries(since=size, kinds=_EVIDENCE)]
    last = node.ledger.entry(size - 1).recorded_at if size else None
    return Knew(size, last, len(later), later.count("claim"))


def _root(head: str) -> str:
    """The root that a signed head names."""
    return notes.checkpoint_of(notes.parse(head).text).root.hex()
