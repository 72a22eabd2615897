"""Push: hand what a release gave, or what was said in a session, to a partner's node, without waiting until it asks.

Nothing else can be pushed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from consilience.errors import ConsilienceError
from consilience.exchange.link import Link, Took
from consilience.ledger import proof
from consilience.model.identity import PartnerId
from consilience.node.connect import HURRIED, connected
from consilience.node.giving import log_of
from consilience.node.node import Node, Sent
from consilience.node.peers import Peers
from consilience.node.sessions import Spoken


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of handing something to one partner: what it took, or why it was not reached."""

    partner: PartnerId
    took: Took | None
    trouble: str = ""


def handed(node: Node, sent: Sent | Spoken, partner: PartnerId, seconds: float = inf) -> Handed:
    """Hand it to a partner's node, within so many seconds; one that is not reached fetches it at its next sync."""
    try:
        with connected(node, Peers(node.home).get(partner), HURRIED, seconds) as link:
            return Handed(partner, push(node, sent, partner, link))
    except ConsilienceError as error:
        return Handed(partner, None, error.message)


def push(node: Node, sent: Sent | Spoken, partner: PartnerId, link: Link) -> Took:
    """Give a partner what a release gave it, or what we said to it in a session, each with its place in its log.

    It is recorded there already: if the partner is not reached, it fetches the same at its next sync.

    Raises:
        TypeError: something else than a release or a word in a session that was recorded.
        LookupError: it was not to this partner.
        UnreachableError, RefusedError: see `Caller.call`.
    """
    if isinstance(sent, Sent):
        given = dict(zip(sent.release.decision.audience.partners, sent.given, strict=True))
    elif isinstance(sent, Spoken):
        given = dict(sent.given)
    else:
        raise TypeError(f"only a release or what was said in a session can be pushed, not {type(sent).__name__}")
    if partner not in given:
        raise LookupError(f"it was not to {partner}")
    indices = sorted(set(given[partner].indices))
    return link.push([proof.make(node.ledger, index, log_of(partner)) for index in indices])
