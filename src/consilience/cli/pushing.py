"""Pushing: a release to the nodes of its partners, each by itself, and what came of it in a line."""

from __future__ import annotations

from consilience.cli.terminal import many
from consilience.errors import ConsilienceError
from consilience.node.connect import connected
from consilience.node.node import Node, Sent
from consilience.node.peers import Peers
from consilience.node.push import push


def pushed(node: Node, sent: Sent) -> list[str]:
    """A line for each partner; one that is not reached has it in its log, and fetches it at its next sync."""
    lines = []
    for partner in sent.release.decision.audience.partners:
        try:
            with connected(node, Peers(node.home).get(partner)) as link:
                took = push(node, sent, partner, link)
            refused = f", {len(took.refused)} refused: {took.refused[0]}" if took.refused else ""
            rest = took.read - took.new - took.known
            others = f", {rest} of others, of which it tells nothing" if rest else ""
            lines.append(
                f"{partner} took {many(took.new, 'object')} of ours, had {took.known} already{others}{refused}"
            )
        except ConsilienceError as error:
            lines.append(f"{partner} was not reached, and fetches it at its next sync: {error.message}")
    return lines
