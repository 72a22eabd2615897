"""Syncing: partners' nodes side by side, and what came of it as words and as JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from math import inf
from pathlib import Path

from consilience.cli.schedule import Crew
from consilience.cli.terminal import block, many
from consilience.errors import UsageError
from consilience.model.identity import PartnerId, canonical_json
from consilience.node import home as homes
from consilience.node.connect import connected
from consilience.node.home import Home
from consilience.node.node import Node, open_node
from consilience.node.peers import Peer, Peers
from consilience.node.sessions import keep_up
from consilience.node.sync import Synced, sync

PARTNER_SECONDS = 900.0
"""For all that one partner is asked in a round that is repeated; what came by then is recorded, the next round goes on."""

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Report:
    """One round with all partners."""

    rounds: tuple[Synced, ...]

    @property
    def exit_code(self) -> int:
        """0 when all is here and verified, 4 for an alarm, else 1."""
        if any(done.alarm for done in self.rounds):
            return 4
        return 0 if all(done.is_whole for done in self.rounds) else 1

    def text(self) -> str:
        """For the terminal."""
        lines = []
        for done in self.rounds:
            heads = f", its log witnessed at {done.witnessed}" if done.witnessed else ""
            lines.append(f"{done.partner}: {many(done.new, 'object')} new, {done.known} there already{heads}")
            lines += [f"  does not verify: {each}" for each in done.refused[:_SHOWN]]
            if len(done.refused) > _SHOWN:
                lines.append(f"  … and {len(done.refused) - _SHOWN} more")
            if done.trouble:
                lines.append(f"  stopped: {done.trouble}")
            if done.alarm:
                lines.append(f"  ALARM, two histories: {done.alarm}")
        return block(lines)

    def json(self) -> str:
        """One document, schema `consilience.sync/1`."""
        return (
            canonical_json({"schema": "consilience.sync/1", "partners": [asdict(done) for done in self.rounds]}) + "\n"
        )


def reports(partners: Sequence[str], home: Path | None, every: float | None) -> Iterator[Report]:
    """A report for each round; one round without `every`."""
    found = homes.find(home)
    with open_node(found):  # a node that cannot be opened is the command's error, and no partner's trouble
        peers = Peers(found)
        chosen = [peers.get(code).partner for code in partners] or [peer.partner for peer in peers]
    if not chosen:
        next_step = "Run: consilience partner add CODE --url https://HOST:PORT"
        raise UsageError("sync", "no partner with an address", "at least one", next_step)
    while True:
        yield Report(together(found, chosen, inf if every is None else PARTNER_SECONDS))
        if every is None:
            return
        time.sleep(every)


def together(home: Home, partners: Sequence[PartnerId], whole: float) -> tuple[Synced, ...]:
    """One sync with each partner, side by side, of at most `whole` seconds each; in the order in which they are named."""
    done: dict[str, Synced] = {}

    def fail(name: str, said: str) -> None:
        done[name] = Synced(name, trouble=said)

    def sync_with(partner: PartnerId) -> None:
        with open_node(home) as node:
            peers = Peers(home)
            done[partner] = one(node, peers.get(partner), peers, whole)

    crew = Crew(fail)
    crew.begin({partner: partial(sync_with, partner) for partner in partners})
    crew.wait()
    return tuple(done[partner] for partner in partners)


def one(node: Node, peer: Peer, peers: Peers, whole: float) -> Synced:
    """One sync with one partner, of at most `whole` seconds; then what is due in the sessions that this node is in."""
    with connected(node, peer, whole=whole) as link:
        done = sync(node, peer, link, peers)
    keep_up(node)
    return done
