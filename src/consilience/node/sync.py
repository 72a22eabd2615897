"""Sync: fetch what a partner gave us, exactly once, under heads that we witness; and give our word for what we saw.

The newest head of the partner's log for us is cosigned first, and every other head that a line stands under before
that line is recorded: a partner who shows two histories is caught at the first line of the second. Which heads were
witnessed stands in the ledger, so that nothing that is lost in between makes an honest partner look like two. What
does not verify is owed: its place is kept, and it is asked for again once a new key, a newer version or an hour has
passed that may mend it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from consilience import __version__
from consilience.errors import ConsilienceError
from consilience.exchange.link import MOST_LINES, Lines, Link, erased_line
from consilience.ledger.errors import EquivocationError, InconsistentHeadError, RollbackError, StorageError
from consilience.ledger.proof import place_of
from consilience.node.accept import Line, accept
from consilience.node.node import Node
from consilience.node.peers import BusyPeerError, Peer, Peers
from consilience.node.sighting import Sighting


class NotInOrderError(ConsilienceError):
    """A partner's node that answers with something else than it was asked for."""

    exit_code = 4


@dataclass(slots=True)
class Synced:
    """What came of one sync with one partner.

    `alarm` says that the partner's node showed two histories; the evidence is kept. `trouble` says why the sync ended
    early; what came before is recorded.
    """

    partner: str
    new: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)
    witnessed: int = 0
    alarm: str = ""
    trouble: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all that the partner has for us is here, and nothing is wrong."""
        return not (self.alarm or self.trouble or self.refused)


def sync(node: Node, peer: Peer, link: Link, peers: Peers) -> Synced:
    """Fetch from one partner's node until nothing is left, and keep how far it went.

    Killed at any instant, it goes on at the next sync: a page is recorded before its place is kept, and what is
    fetched twice is recognised. Of two syncs of one home with one partner the second says that the first is under way.

    Raises:
        StorageError: our own database failed.
    """
    done = Synced(peer.partner)
    try:
        with peers.syncing(peer.partner):
            for state in _read(node, peer, link, done):
                peer = state
                peers.progress(peer)
    except BusyPeerError as error:
        done.trouble = error.message
        return done
    except (EquivocationError, RollbackError, InconsistentHeadError) as error:
        done.alarm = error.message
    except StorageError:
        raise
    except ConsilienceError as error:  # unreachable, refused, out of order, or a head under a key that is not known
        done.trouble = error.message
    met = peer.met if done.trouble else node.clock().isoformat(timespec="seconds")
    peers.progress(replace(peer, met=met, trouble=done.alarm or done.trouble))
    done.witnessed = peer.witnessed
    return done


def _read(node: Node, peer: Peer, link: Link, done: Synced) -> Generator[Peer, None, None]:
    """The state after each step."""
    sighting = Sighting(node, peer.partner, peer.origin, link)
    size = sighting.newest()
    peer = replace(peer, origin=sighting.origin)
    yield peer
    now = f"{__version__} {node.roster.version} {node.clock():%Y-%m-%dT%H}"
    peer = replace((yield from _owed(node, peer, sighting, done, now)), tried=now)
    while peer.read < size:
        page = link.lines(peer.read)
        if not page.lines:
            raise NotInOrderError(
                f"node of {peer.partner}", f"no line at {peer.read}", f"{size}, as its signed head has"
            )
        peer = _take(node, peer, _under(page, size), sighting, done)
        yield replace(peer, witnessed=sighting.size)
    yield replace(peer, witnessed=sighting.size)


def _under(page: Lines, size: int) -> Lines:
    """The lines of a page that stand under the head of a size; what was appended since comes with the next sync."""
    return Lines(page.since, page.lines[: max(size - page.since, 0)], size)


def _owed(node: Node, peer: Peer, sighting: Sighting, done: Synced, now: str) -> Generator[Peer, None, Peer]:
    """Ask again for what did not verify before, once something has changed that may mend it."""
    if peer.owed and peer.tried != now:
        before = Synced(peer.partner)
        for first, count in runs(peer.owed):
            page = sighting.link.lines(first, count)
            peer = _take(node, peer, Lines(first, page.lines[:count], page.size), sighting, before)
            yield peer
        done.new, done.known, done.refused = before.new, before.known, before.refused
    elif peer.owed:
        done.refused.append(f"{len(peer.owed)} entries of {peer.partner} that did not verify before")
    return peer


def runs(indices: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ascending indices as (first, how many), as many at most as one page has."""
    for _, group in groupby(enumerate(indices), key=lambda each: each[1] - each[0]):
        listed = [index for _, index in group]
        for start in range(0, len(listed), MOST_LINES):
            part = listed[start : start + MOST_LINES]
            yield part[0], len(part)


def _take(node: Node, peer: Peer, page: Lines, sighting: Sighting, done: Synced) -> Peer:
    """Record the lines of a page, and say how far the reading is now.

    A line counts as read, or as owed no longer, only when one came for exactly its place.
    """
    heads: dict[str, None] = {}
    wanted: list[Line] = []
    refused: list[int] = []
    for index, line in enumerate(page.lines, start=page.since):
        if line == erased_line(index):
            continue
        try:
            found, head = place_of(line)
        except ConsilienceError as error:  # an envelope by itself, too: no head vouches for it
            done.refused.append(f"{peer.partner}, entry {index}: {error.message}")
            refused.append(index)
            continue
        if found != index:
            raise NotInOrderError(f"node of {peer.partner}", f"entry {found}", f"entry {index}, as it was asked for")
        heads[head] = None
        wanted.append(Line(f"{peer.partner}, entry {index}", line))
    for head in heads:
        sighting.of(head)
    taken = accept(node, wanted)
    done.new += taken.new
    done.known += taken.known
    done.refused += taken.refused
    refused += [int(where.rpartition(" ")[2]) for where in taken.owed]
    came = range(page.since, page.since + len(page.lines))
    owed = sorted({*(index for index in peer.owed if index not in came), *refused})
    read = max(peer.read, came.stop) if came.start <= peer.read else peer.read
    return replace(peer, read=read, owed=tuple(owed))
