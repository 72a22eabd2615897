"""Exchanging: a node's exchange beside its pages, and its syncs on a schedule, until the block is left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from consilience.cli.reading import note
from consilience.cli.syncing import one
from consilience.errors import ConsilienceError, UsageError
from consilience.exchange.call import RefusedError, UnreachableError
from consilience.model.identity import PartnerId
from consilience.node.agree import agree
from consilience.node.circles import Circles
from consilience.node.common import MissingObjectsError
from consilience.node.concord import standing
from consilience.node.connect import connected
from consilience.node.home import Home
from consilience.node.node import Node, open_node
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
    with hosted(home, host, port) as found:
        note(f"Exchange at {found.url}, for partners by their keys", quiet=False)
        threads = [_repeating(stop, _ROSTER_SECONDS, found.follow)]
        if every is not None:
            threads.append(_repeating(stop, every, partial(_round, home, {})))
        try:
            yield found
        finally:
            stop.set()
            for thread in threads:
                thread.join(5)


def _repeating(stop: threading.Event, seconds: float, step: Callable[[], None]) -> threading.Thread:
    """A thread that takes a step again and again; one that fails is said, and the next is taken all the same."""

    def run() -> None:
        while True:
            try:
                step()
            except ConsilienceError as error:
                note(f"exchange: {error.message}", quiet=False)
            if stop.wait(seconds):
                return

    thread = threading.Thread(target=run, name="exchange-schedule", daemon=True)
    thread.start()
    return thread


def _round(home: Home, compared: dict[frozenset[PartnerId], int]) -> None:
    """One sync with each partner that has an address, and a comparison in each circle that has something new.

    `compared` holds the size of the ledger at which all of a circle had signed the same: until it grows there is
    nothing to compare anew.
    """
    with open_node(home) as node:
        peers = Peers(home)
        for peer in peers:
            done = one(node, peer, peers)
            _tell(done)
        for circle in Circles(home):
            if compared.get(circle) != node.ledger.size() and _compare(node, circle):
                compared[circle] = node.ledger.size()


def _compare(node: Node, circle: frozenset[PartnerId]) -> bool:
    """Sign the picture within a circle anew, as its people signed it first; whether all have signed the same by now."""
    before = standing(node, circle)
    own = before.signed.get(node.partner)
    if own is None:
        return False  # the first word is a person's: consilience picture agree
    try:
        agree(node, circle, connected, own.as_of or None)
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
