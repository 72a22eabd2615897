"""Sync: fetch what a partner gave us, exactly once, under heads that we witness; and give our word for what we saw.

Each page of lines comes under signed heads of the partner's log for us. A head is cosigned before its lines are
recorded, so that a partner who shows two histories is caught at the first line of the second. What does not verify is
owed: its place is kept, and it is asked for again at each sync, since a new key or a newer version may mend it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

from consilience.errors import ConsilienceError
from consilience.exchange.link import Lines, Link, erased_line
from consilience.ledger import note as notes
from consilience.ledger.errors import EquivocationError, InconsistentHeadError, RollbackError, StorageError
from consilience.ledger.proof import place_of
from consilience.node import prove
from consilience.node.accept import Line, accept
from consilience.node.node import Node
from consilience.node.peers import Peer, Peers

_MOST_OWED = 1000  # more than that is another trouble: nothing more is read until it is mended


class NotInOrderError(ConsilienceError):
    """A partner's node that answers with other entries than it was asked for."""

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
    fetched twice is recognised.

    Raises:
        StorageError: our own database failed.
    """
    done = Synced(peer.partner)
    try:
        for state in _read(node, peer, link, done):
            peer = state
            peers.put(peer)
    except (EquivocationError, RollbackError, InconsistentHeadError) as error:
        done.alarm = error.message
    except StorageError:
        raise
    except ConsilienceError as error:  # unreachable, refused, out of order, or a head under a key that is not known
        done.trouble = error.message
    met = peer.met if done.trouble else node.clock().isoformat(timespec="seconds")
    peers.put(replace(peer, met=met, trouble=done.alarm or done.trouble))
    done.witnessed = peer.witnessed
    return done


def _read(node: Node, peer: Peer, link: Link, done: Synced) -> Generator[Peer, None, None]:
    """The state after each page."""
    peer = yield from _owed(node, peer, link, done)
    while len(peer.owed) <= _MOST_OWED:
        page = link.lines(peer.read)
        peer = _witness(node, peer, link, page.lines)
        peer = _take(node, peer, page, done)
        yield peer
        if not page.lines or peer.read >= page.size:
            break
    else:
        done.trouble = (
            f"{len(peer.owed)} entries of {peer.partner} do not verify: nothing more is read until that is mended"
        )
    peer = _witness_newest(node, peer, link)
    yield peer


def _owed(node: Node, peer: Peer, link: Link, done: Synced) -> Generator[Peer, None, Peer]:
    """Ask again for what did not verify before."""
    for index in peer.owed:
        page = link.lines(index, 1)
        rest = replace(peer, owed=tuple(each for each in peer.owed if each != index))
        peer = _take(node, rest, page, done, moves=False)
        yield peer
    return peer


def _take(node: Node, peer: Peer, page: Lines, done: Synced, *, moves: bool = True) -> Peer:
    """Record a page, and say how far the reading is now."""
    wanted = []
    for index, line in enumerate(page.lines, start=page.since):
        if line == erased_line(index):
            continue
        _check_place(peer, index, line)
        wanted.append(Line(f"{peer.partner}, entry {index}", line))
    found = accept(node, wanted)
    done.new += found.new
    done.known += found.known
    done.refused += found.refused
    owed = [int(where.rpartition(" ")[2]) for where in found.owed]
    read = peer.read + (len(page.lines) if moves else 0)
    return replace(peer, read=read, owed=tuple(sorted({*peer.owed, *owed})))


def _check_place(peer: Peer, index: int, line: bytes) -> None:
    """Refuse a line of another place than was asked for."""
    try:
        found, _ = place_of(line)
    except ConsilienceError:
        return  # it does not verify, and is refused by name
    if found != index:
        raise NotInOrderError(f"node of {peer.partner}", f"entry {found}", f"entry {index}, as it was asked for")


def _witness(node: Node, peer: Peer, link: Link, lines: Sequence[bytes]) -> Peer:
    """Cosign the heads under which some lines stand, each once."""
    heads: dict[str, int] = {}
    for line in lines:
        try:
            _, note = place_of(line)
            heads[note] = notes.checkpoint_of(notes.parse(note).text).size
        except ConsilienceError:
            continue
    for note, size in sorted(heads.items(), key=lambda head: head[1]):
        proof: tuple[bytes, ...] = ()
        if size > peer.witnessed:
            proof = link.head(peer.witnessed, size).proof
        peer = _cosign(node, peer, link, note, proof)
    return peer


def _witness_newest(node: Node, peer: Peer, link: Link) -> Peer:
    """Cosign the newest head, where it is another than the last."""
    head = link.head(peer.witnessed)
    return _cosign(node, peer, link, head.note, head.proof)


def _cosign(node: Node, peer: Peer, link: Link, note: str, proof: Sequence[bytes]) -> Peer:
    head = notes.checkpoint_of(notes.parse(note).text)
    expected = f"consilience/{peer.partner}/"
    if not (head.origin.startswith(expected) and head.origin.endswith(f"/to/{node.partner}")):
        wanted = f"its log for us, {expected}…/to/{node.partner}"
        raise NotInOrderError(f"node of {peer.partner}", f"a head of {head.origin}", wanted)
    if peer.origin not in ("", head.origin):
        next_step = (
            f"Ask {peer.partner} whether it founded its node anew; if so, remove its address and add it again: "
            f"consilience partner add {peer.partner} --url -, then with its URL"
        )
        raise NotInOrderError(f"node of {peer.partner}", f"another log, {head.origin}", peer.origin, next_step)
    cosigned = prove.cosign(node, note, proof)
    if head.size > peer.witnessed:
        link.witness(cosigned)
    return replace(peer, origin=head.origin, witnessed=max(peer.witnessed, head.size))
