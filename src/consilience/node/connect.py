"""Connect: a link to a partner's node, by the keys that the roster has of it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from consilience.errors import UsageError
from consilience.exchange.call import Caller, Patience
from consilience.exchange.link import Link
from consilience.node.node import Node
from consilience.node.peers import Peer
from consilience.trust.certificate import certify, client_context

_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
_HURRIED = Patience(tries=3, sleep=time.sleep)


@contextmanager
def connected(node: Node, peer: Peer, patience: Patience = _HURRIED) -> Iterator[Link]:
    """A link to a partner's node, open until the block is left; nobody else is taken for it.

    No proxy and no other setting of the environment is followed: who we speak to is decided here.

    Raises:
        UsageError: the roster has no key of the partner that holds now.
    """
    with httpx2.Client(verify=_context(node, peer), trust_env=False, timeout=_TIMEOUT) as http:
        yield Link(peer.url, Caller(http, patience))


def _context(node: Node, peer: Peer) -> ssl.SSLContext:
    member, now = node.roster.member(peer.partner), node.clock()
    keys = [key for key in member.keys if key.holds_at(now)] if member else []
    if not keys:
        next_step = f"Run: consilience partner add {peer.partner} --key KEY"
        raise UsageError(f"partner {peer.partner}", "no key on the roster that holds now", "one", next_step)
    return client_context(certify(node.signer, node.partner, [], now), keys, now)
