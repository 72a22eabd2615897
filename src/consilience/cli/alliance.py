"""Alliance: the nodes of a scenario as processes of their own on loopback, until each has what the others gave it."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from consilience.cli.reading import note
from consilience.cli.serving import WITH_PARENT
from consilience.comparison.picture import Picture
from consilience.errors import ConsilienceError
from consilience.model.identity import PartnerId
from consilience.node.agree import agree
from consilience.node.allies import Ally, tell
from consilience.node.circles import Circles
from consilience.node.common import newest, recall
from consilience.node.concord import Concord, standing
from consilience.node.connect import connected
from consilience.node.giving import log_of
from consilience.node.node import open_node
from consilience.node.peers import Peers

_START_SECONDS = 120.0
_FETCH_SECONDS = 300.0
_EVERY = "1"  # seconds between syncs of each node
_LOOK = 0.2
_EXCHANGE, _PAGES = re.compile(r"Exchange at (\S+?),"), re.compile(r"Pages at (\S+)")


class NodeGoneError(ConsilienceError):
    """A node of the demonstration that ended, or did not begin."""


@dataclass(frozen=True, slots=True)
class Running:
    """A node that runs: whose it is, where partners reach it, and where its pages are."""

    ally: Ally
    exchange: str
    pages: str


@contextmanager
def running(allies: Sequence[Ally], scenario: Path, ports: Sequence[int]) -> Iterator[tuple[Running, ...]]:
    """A process for each node, told where the others are; ended when the block is left.

    Raises:
        NodeGoneError: one of them did not begin, with its last words.
    """
    started = [_Process(ally, scenario, port) for ally, port in zip(allies, ports, strict=True)]
    try:
        found = tuple(each.wait() for each in started)
        for one in found:
            peers = Peers(one.ally.home)
            for other in found:
                if other is not one:
                    peers.place(other.ally.code, other.exchange)
        yield found
    finally:
        for each in started:
            each.end()


def fetched(nodes: Sequence[Running]) -> None:
    """Wait until every node has read all that the others gave it.

    Raises:
        NodeGoneError: it took too long; with what is missing.
    """
    sizes: dict[PartnerId, dict[PartnerId, int]] = {}
    for each in nodes:
        with open_node(each.ally.home) as node:
            others = [other.ally.code for other in nodes if other is not each]
            sizes[each.ally.code] = {code: node.ledger.size(log_of(code)) for code in others}
    until = time.monotonic() + _FETCH_SECONDS
    said: set[PartnerId] = set()
    while True:
        missing = {each.ally.code: _missing(each, sizes) for each in nodes}
        for code, left in missing.items():
            if not left and code not in said:
                said.add(code)
                note(f"{code} has what the others gave it, and has witnessed their logs", quiet=False)
        if not any(missing.values()):
            return
        if time.monotonic() > until:
            raise NodeGoneError("exchange", f"{missing} entries not fetched", "all of them within five minutes")
        time.sleep(_LOOK)


def told_again(nodes: Sequence[Running]) -> int:
    """Let each node release what rests on others' claims, which it has fetched by now. How much was new."""
    partners = [each.ally.code for each in nodes]
    new = 0
    for each in nodes:
        with open_node(each.ally.home) as node:
            new += tell(node, partners)
    return new


def compared(nodes: Sequence[Running], as_of: str | None) -> tuple[Picture, Concord]:
    """Let each node draw the picture of what all were given, and sign it; that picture, and who signed what.

    Raises:
        ConsilienceError: as `agree`.
    """
    partners = frozenset(each.ally.code for each in nodes)
    for each in nodes:
        Circles(each.ally.home).join(partners)
    for each in nodes:
        with open_node(each.ally.home) as node:
            agree(node, partners, connected, as_of)
    first = nodes[0]
    with open_node(first.ally.home) as node:
        mine = newest(node, sorted(partners))[first.ally.code]
        return recall(node, mine.content).picture, standing(node, partners)


def _missing(one: Running, sizes: dict[PartnerId, dict[PartnerId, int]]) -> int:
    """How many entries a node has yet to read, or to witness."""
    left = 0
    for peer in Peers(one.ally.home):
        size = sizes[peer.partner][one.ally.code]
        left += max(size - min(peer.read, peer.witnessed), 0)
    return left


class _Process:
    """`consilience serve` over one home, and what it says."""

    def __init__(self, ally: Ally, scenario: Path, port: int) -> None:
        command = [
            sys.executable, "-m", "consilience", "serve", "--home", str(ally.home.folder), "--exchange", "127.0.0.1:0",
            "--every", _EVERY, "--port", str(port), "--scenario", str(scenario), "--quiet", "--read-only",
        ]  # fmt: skip
        self._ally = ally
        self._process = subprocess.Popen(  # noqa: S603  our own program
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={**os.environ, WITH_PARENT: str(os.getpid())},
        )  # fmt: skip
        self._said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def wait(self) -> Running:
        """The node, once it answers partners and shows its pages."""
        exchange = pages = ""
        words: list[str] = []
        until = time.monotonic() + _START_SECONDS
        while not (exchange and pages):
            try:
                line = self._said.get(timeout=max(until - time.monotonic(), 0.01))
            except queue.Empty:
                line = ""
            if not line:
                said = " ".join(words[-3:]) or "no word"
                raise NodeGoneError(f"node of {self._ally.code}", said, "its address within two minutes")
            words.append(line.strip())
            exchange = exchange or _found(_EXCHANGE, line)
            pages = pages or _found(_PAGES, line)
        return Running(self._ally, exchange, pages)

    def end(self) -> None:
        """End it, gently at first."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        for line in self._process.stderr or ():
            self._said.put(line)
        self._said.put("")


def _found(pattern: re.Pattern[str], line: str) -> str:
    match = pattern.search(line)
    return match[1] if match else ""
