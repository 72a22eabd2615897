"""Agree: ask the partners of a set for their offers, draw the common picture, sign it, and exchange the words on it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from consilience.desk import AsOf
from consilience.errors import ConsilienceError
from consilience.exchange.call import RefusedError
from consilience.exchange.link import Link
from consilience.ledger.errors import StorageError
from consilience.model.identity import PartnerId
from consilience.node.accept import Line, accept
from consilience.node.circles import Circles
from consilience.node.common import Common, common, sign
from consilience.node.node import Node
from consilience.node.offer import members
from consilience.node.peers import Peer, Peers

_FORBIDDEN = 403

Connect = Callable[[Node, Peer], AbstractContextManager[Link]]


class NotYetError(RefusedError):
    """A partner that has not named the set itself yet: the usual first answer to whoever says it first."""


@dataclass(slots=True)
class Agreed:
    """What came of it: the picture that we signed, and what went wrong with whom after that."""

    common: Common
    refused: list[str] = field(default_factory=list)
    unreached: dict[PartnerId, str] = field(default_factory=dict)


def agree(node: Node, partners: frozenset[PartnerId], connect: Connect, as_of: AsOf = None) -> Agreed:
    """Compare with all of some partners over the exchange, and sign what comes of it.

    From now on this node compares within this set: it answers the others when they ask for its offer. Each partner gives its offer, the digests of what it told to all of the set. Then this node signs the picture over
    all of them, tells its word to each, and takes theirs where they have one. Everybody does the same, in any order:
    the second to do so has the first one's word.

    Raises:
        NotYetError: a partner has not named this set itself yet: it says so, and then it is said here again.
        UnreachableError, RefusedError: a partner gives no offer: without it there is nothing in common to draw.
        MissingObjectsError: something that is offered has not arrived here: sync first.
        UsageError: a set that is none, or a partner without an address.
    """
    listed = members(node, partners)
    Circles(node.home).join(listed)
    others = [Peers(node.home).get(code) for code in listed if code != node.partner]
    offers: dict[PartnerId, tuple[str, ...]] = {}
    for peer in others:
        with connect(node, peer) as link:
            offers[peer.partner] = _offer(link, peer.partner, listed)
    found = Agreed(common(node, partners, offers, as_of))
    word = sign(node, found.common)
    for peer in others:
        try:
            with connect(node, peer) as link:
                link.tell(word.envelope)
                theirs = link.compared(listed)
                taken = accept(node, [Line(f"word held by {peer.partner}", line) for line in theirs])
                found.refused += taken.refused
        except StorageError:
            raise
        except ConsilienceError as error:
            found.unreached[peer.partner] = error.message
    return found


def _offer(link: Link, partner: PartnerId, partners: tuple[PartnerId, ...]) -> tuple[str, ...]:
    try:
        return link.offer(partners)
    except RefusedError as error:
        if error.status != _FORBIDDEN:
            raise
        others = ",".join(code for code in partners if code != partner)
        raise NotYetError(
            f"partner {partner}", "it has not agreed to compare within this set yet", "its word",
            f"It says: consilience picture agree --with {others}; then say it here again.", status=_FORBIDDEN,
        ) from error  # fmt: skip
