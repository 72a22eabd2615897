"""Pushing: a release, or a word in a session, to the nodes of its partners, each by itself; what came of it in a line."""

from __future__ import annotations

from consilience.cli.terminal import many
from consilience.model.identity import PartnerId
from consilience.node.node import Node, Sent
from consilience.node.push import handed
from consilience.node.sessions import Spoken


def pushed(node: Node, sent: Sent) -> list[str]:
    """A line for each partner; one that is not reached has it in its log, and fetches it at its next sync."""
    return [_pushed(node, sent, partner) for partner in sent.release.decision.audience.partners]


def told(node: Node, spoken: Spoken) -> list[str]:
    """A line for each partner to whom something was said in a session; as `pushed`."""
    return [_pushed(node, spoken, partner) for partner, _ in spoken.given]


def _pushed(node: Node, sent: Sent | Spoken, partner: PartnerId) -> str:
    """What came of it with one partner."""
    done = handed(node, sent, partner)
    took = done.took
    if took is None:
        return f"{partner} was not reached, and fetches it at its next sync: {done.trouble}"
    refused = f", {len(took.refused)} refused: {took.refused[0]}" if took.refused else ""
    rest = took.read - took.new - took.known
    others = f", {rest} of others, of which it tells nothing" if rest else ""
    return f"{partner} took {many(took.new, 'object')} of ours, had {took.known} already{others}{refused}"
