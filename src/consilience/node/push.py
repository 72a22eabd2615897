"""Push: hand what a release gave to a partner's node, without waiting until it asks. Only a release can be pushed."""

from __future__ import annotations

from consilience.exchange.link import Link, Took
from consilience.ledger import proof
from consilience.model.identity import PartnerId
from consilience.node.giving import log_of
from consilience.node.node import Node, Sent


def push(node: Node, sent: Sent, partner: PartnerId, link: Link) -> Took:
    """Give a partner what a release gave it, each object with its place in that partner's log.

    It is recorded there already: if the partner is not reached, it fetches the same at its next sync.

    Raises:
        TypeError: something else than a release that was recorded.
        LookupError: the release was not to this partner.
        UnreachableError, RefusedError: see `Caller.call`.
    """
    if not isinstance(sent, Sent):
        raise TypeError(f"only a release can be pushed, not {type(sent).__name__}")
    given = dict(zip(sent.release.decision.audience.partners, sent.given, strict=True))
    if partner not in given:
        raise LookupError(f"the release was not to {partner}")
    indices = sorted(set(given[partner].indices))
    return link.push([proof.make(node.ledger, index, log_of(partner)) for index in indices])
