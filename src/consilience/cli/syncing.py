"""Syncing: partners' nodes one after the other, and what came of it as words and as JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from consilience.cli.terminal import block, many
from consilience.errors import UsageError
from consilience.model.identity import canonical_json
from consilience.node import home as homes
from consilience.node.connect import connected
from consilience.node.node import Node, open_node
from consilience.node.peers import Peer, Peers
from consilience.node.sync import Synced, sync

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
    with open_node(homes.find(home)) as node:
        peers = Peers(node.home)
        chosen = [peers.get(code) for code in partners] or list(peers)
        if not chosen:
            next_step = "Run: consilience partner add CODE --url https://HOST:PORT"
            raise UsageError("sync", "no partner with an address", "at least one", next_step)
        while True:
            yield Report(tuple(one(node, peers.get(peer.partner), peers) for peer in chosen))
            if every is None:
                return
            time.sleep(every)


def one(node: Node, peer: Peer, peers: Peers) -> Synced:
    """One sync with one partner; one whose key is not known is no reason to leave the others out."""
    try:
        with connected(node, peer) as link:
            return sync(node, peer, link, peers)
    except UsageError as error:
        return Synced(peer.partner, trouble=error.message)
