"""Connect: a link to a partner's node, by the keys that the roster has of it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from consilience.errors import UsageError
from consilience.exchange.call import Caller, Patience
from consilience.exchange.deadline import Deadline, client
from consilience.exchange.link import Link
from consilience.node.node import Node
from consilience.node.peers import Peer
from consilience.trust.certificate import certify, client_context

HURRIED = Patience(tries=3, sleep=time.sleep)
"""For somebody who waits."""


@contextmanager
def connected(node: Node, peer: Peer, patience: Patience = HURRIED, whole: float = inf) -> Iterator[Link]:
    """A link to a partner's node, open until the block is left; nobody else is taken for it.

    Its requests have `whole` seconds together; each has ten minutes, however slowly it comes.

    No proxy and no other setting of the environment is followed: who we speak to is decided here.

    Raises:
        UsageError: the roster has no key of the partner that holds now.
    """
    deadline = Deadline(whole=whole)
    with client(_context(node, peer), deadline) as http:
        yield Link(peer.url, Caller(http, patience, deadline))


def _context(node: Node, peer: Peer) -> ssl.SSLContext:
    member, now = node.roster.member(peer.partner), node.clock()
    keys = [key for key in member.keys if key.holds_at(now)] if member else []
    if not keys:
        next_step = f"Run: consilience partner add {peer.partner} --key KEY"
        raise UsageError(f"partner {peer.partner}", "no key on the roster that holds now", "one", next_step)
    return client_context(certify(node.signer, node.partner, [], now), keys, now)
