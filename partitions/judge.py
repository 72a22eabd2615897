"""Judge: what must hold once a network has healed: all is fetched, once, the pictures are equal, and every ledger is sound."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from consilience.errors import ConsilienceError
from consilience.ledger.entry import Entry
from consilience.model.entry import Remarking, Retraction
from consilience.model.identity import PartnerId
from consilience.node import prove
from consilience.node.common import common
from consilience.node.giving import log_of
from consilience.node.node import Node, open_node
from consilience.node.offer import offer
from consilience.node.peers import Peers
from consilience.trust.statement import reread
from partitions.nodes import CODES, Serving, wait

_LOOK = 0.1
_ALL = frozenset(CODES)


def fetched(nodes: Sequence[Serving], seconds: float) -> list[str]:
    """Wait until every node has read and witnessed all that the others gave it; what is missing when time is over."""
    sizes: dict[tuple[PartnerId, PartnerId], int] = {}
    for each in nodes:
        with open_node(each.home) as node:
            sizes |= {(each.code, other): node.ledger.size(log_of(other)) for other in CODES if other != each.code}
    until = time.monotonic() + seconds
    while left := _missing(nodes, sizes):
        gone = [f"{each.code} ended by itself: {each.words}" for each in nodes if not each.is_running]
        if gone or time.monotonic() > until:
            return [*gone, *left, *(f"{each.code} said: {each.words}" for each in nodes)]
        wait(_LOOK)
    return []


def judged(nodes: Sequence[Serving]) -> list[str]:
    """Everything that is wrong, in words; empty when all that must hold does."""
    with ExitStack() as stack:
        opened = {each.code: stack.enter_context(open_node(each.home)) for each in nodes}
        wrong = [*_each_once(opened), *_pictures(opened)]
        for code, node in opened.items():
            wrong += [f"ledger of {code}: {problem}" for problem in prove.audit(node).problems]
    return [*wrong, *(f"{each.code} met an error that is nobody's: {each.words}" for each in nodes if each.stumbled)]


def _missing(nodes: Sequence[Serving], sizes: Mapping[tuple[PartnerId, PartnerId], int]) -> list[str]:
    """Who has yet to read what."""
    left = []
    for each in nodes:
        for peer in Peers(each.home):
            size = sizes[peer.partner, each.code]
            if (peer.read, peer.witnessed, peer.owed) != (size, size, ()) or not peer.met:
                left.append(
                    f"{each.code} has read {peer.read} and witnessed {peer.witnessed} of {size} of {peer.partner}, "
                    f"owes itself {len(peer.owed)}; trouble: {peer.trouble or 'none'}"
                )
    return left


def _each_once(opened: Mapping[PartnerId, Node]) -> list[str]:
    """Every object of every log is in the recipient's ledger, and none is there twice."""
    wrong = []
    for code, node in opened.items():
        there = [entry.digest for entry in node.ledger.entries() if entry.digest]
        if len(there) != len(set(there)):
            wrong.append(f"{code} has {len(there) - len(set(there))} objects twice")
        for other, theirs in opened.items():
            for entry in theirs.ledger.entries(log_of(code)) if other != code else ():
                if entry.envelope and entry.digest not in there and not _is_said(node, entry):
                    wrong.append(f"{code} lacks entry {entry.index} of what {other} gave it")
    return wrong


def _is_said(node: Node, given: Entry) -> bool:
    """What was said in the same words, at another time or under another marking, is known by its subject."""
    return given.envelope is not None and any(
        _subject(entry.envelope) == _subject(given.envelope)
        for entry in node.ledger.entries(kinds=frozenset({given.kind}))
        if entry.envelope and entry.issuer == given.issuer
    )


def _subject(envelope: bytes) -> str | None:
    said = reread(envelope)
    return said.content.object if isinstance(said.content, Retraction | Remarking) else said.claim_id


def _pictures(opened: Mapping[PartnerId, Node]) -> list[str]:
    """What all have in common, as each draws it: the same objects, the same picture."""
    try:
        offers = {code: offer(node, _ALL) for code, node in opened.items()}
        drawn = {
            code: common(node, _ALL, {other: offers[other] for other in _ALL if other != code}).content
            for code, node in opened.items()
        }
    except ConsilienceError as error:
        return [f"no common picture: {error.message}"]
    if len(set(drawn.values())) > 1:
        return [
            "pictures differ: " + "; ".join(f"{code} {said.picture} of {said.objects}" for code, said in drawn.items())
        ]
    return []
