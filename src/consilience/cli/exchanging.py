"""Exchanging: a node's exchange beside its pages, and its syncs on a schedule, until the block is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from consilience.cli.reading import note
from consilience.cli.schedule import Crew, guarded, repeating
from consilience.cli.syncing import PARTNER_SECONDS, one
from consilience.errors import UsageError
from consilience.exchange.call import RefusedError, UnreachableError
from consilience.model.identity import PartnerId
from consilience.node.agree import agree
from consilience.node.circles import Circles
from consilience.node.common import MissingObjectsError
from consilience.node.concord import standing
from consilience.node.connect import connected
from consilience.node.home import Home
from consilience.node.node import Node, open_node
from consilience.node.opening import Clock, utc_now
from consilience.node.peers import Peers
from consilience.node.sync import Synced
from consilience.web.host import Hosted, hosted

_ROSTER_SECONDS = 5.0  # how soon a partner who joined is let in


def address_of(text: str) -> tuple[str, int]:
    """`HOST:PORT`, an IPv6 address in brackets.

    Raises:
        UsageError: for another text.
    """
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise UsageError("--exchange", repr(text), "HOST:PORT, such as 0.0.0.0:8443 (port 0 takes a free one)")
    return host, int(port)


@contextmanager
def exchanging(home: Home, address: str, every: float | None) -> Iterator[Hosted]:
    """Serve the exchange, and sync with all partners every so many seconds; None only when asked."""
    host, port = address_of(address)
    stop = threading.Event()
    with ExitStack() as stack:
        try:
            found = stack.enter_context(hosted(home, host, port))
        except UsageError as error:
            next_step = (
                "Name an address of this machine and a free port: --exchange 0.0.0.0:8443 (port 0 takes a free one)."
            )
            raise UsageError(f"--exchange {address}", error.found, error.expected, next_step) from error
        note(f"Exchange at {found.url}, for partners by their keys", quiet=False)
        threads = [repeating(stop, _ROSTER_SECONDS, found.follow, partial(_say, "exchange"))]
        if every is not None:
            threads.append(repeating(stop, every, Rounds(home, every), partial(_say, "exchange")))
        try:
            yield found
        finally:
            stop.set()
            for thread in threads:
                thread.join(5)


class Rounds:
    """A round at each call: a sync with each partner that has an address, then a comparison in each circle.

    All of them are side by side, with a node of their own each, since any partner may be slow on purpose. The round
    waits `seconds` for the syncs, and as long for the comparisons: who takes longer is left to go on, and is not
    begun anew before it has ended.
    """

    def __init__(self, home: Home, seconds: float, clock: Clock = utc_now) -> None:
        """Rounds of the node in this home."""
        self._home, self._seconds, self._clock = home, seconds, clock
        self._crew = Crew(_say)
        # The size of the ledger at which all of a circle had signed the same: until it grows there is nothing new.
        self._compared: dict[frozenset[PartnerId], int] = {}

    def __call__(self) -> None:
        """Sync, then compare; what fails in one of them is said."""
        for begin in (self._begin_syncs, self._begin_comparisons):
            guarded(begin, partial(_say, "exchange"))
            self._crew.wait(self._seconds)

    def _begin_syncs(self) -> None:
        self._crew.begin({peer.partner: partial(self._sync, peer.partner) for peer in Peers(self._home)})

    def _begin_comparisons(self) -> None:
        self._crew.begin({", ".join(sorted(circle)): partial(self._look, circle) for circle in Circles(self._home)})

    def _sync(self, partner: PartnerId) -> None:
        with open_node(self._home, self._clock) as node:
            peers = Peers(self._home)
            _tell(one(node, peers.get(partner), peers, PARTNER_SECONDS))

    def _look(self, circle: frozenset[PartnerId]) -> None:
        with open_node(self._home, self._clock) as node:
            if self._compared.get(circle) != node.ledger.size() and _compare(node, circle):
                self._compared[circle] = node.ledger.size()


def _compare(node: Node, circle: frozenset[PartnerId]) -> bool:
    """Sign the picture within a circle anew, as its people signed it first; whether all have signed the same by now."""
    before = standing(node, circle)
    own = before.signed.get(node.partner)
    if own is None:
        return False  # the first word is a person's: consilience picture agree
    try:
        agree(node, circle, partial(connected, whole=PARTNER_SECONDS), own.as_of or None)
    except (UnreachableError, RefusedError, MissingObjectsError):
        return False  # not all are there yet, or have fetched everything: at the next round
    now = standing(node, circle)
    if now.agreed and now != before:
        for line in now.words:
            note(line, quiet=False)
    return now.agreed


def _tell(done: Synced) -> None:
    if done.alarm:
        note(f"ALARM, {done.partner} shows two histories: {done.alarm}", quiet=False)
    elif done.trouble:
        note(f"{done.partner}: {done.trouble}", quiet=False)
    elif done.new or done.refused:
        refused = f", {len(done.refused)} do not verify" if done.refused else ""
        note(f"{done.partner}: {done.new} new{refused}", quiet=False)


def _say(name: str, text: str) -> None:
    note(f"{name}: {text}", quiet=False)
