"""Nodes: three nodes that know each other, each a process in a network namespace of its own, joined by a wire."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from consilience.cli.serving import WITH_PARENT
from consilience.model.identity import PartnerId
from consilience.node import home as homes
from consilience.node.home import Home
from consilience.node.peers import Peers
from partitions.space import ROOT, ip, within
from partitions.wire import Way
from tests.simulator import Alliance, Clock

CODES = tuple(map(PartnerId, ("AUR", "BOR", "CAL")))
_PORT = 8443
_EVERY = "1"  # seconds between syncs of each node
_END_SECONDS = 10.0
_STUMBLING = ("Traceback", "internal error")


@dataclass(slots=True)
class Network:
    """The namespaces of all nodes, and the wire between them."""

    seed: int
    _wire: subprocess.Popen[str] | None = None
    _turn: int = 0

    def build(self) -> None:
        """Make a namespace for each node, a pair of interfaces from it to the wire, and start that."""
        for at, code in enumerate(CODES):
            ip("netns", "add", code)
            ip("link", "add", f"wire{at}", "type", "veth", "peer", "name", "eth0",
               "address", f"02:00:00:00:00:{at + 1:02x}", "netns", code)  # fmt: skip
            ip("link", "set", f"wire{at}", "up")
            ip("-n", code, "link", "set", "lo", "up")
            ip("-n", code, "address", "add", f"{address(at)}/24", "dev", "eth0")
            ip("-n", code, "link", "set", "eth0", "up")
            for command in (_wire("--plain", f"wire{at}"), within(code, _wire("--plain", "eth0"))):
                subprocess.run(command, cwd=ROOT, check=True)
        names = [f"wire{at}" for at in range(len(CODES))]
        self._wire = subprocess.Popen(
            _wire(*names), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip

    def set(self, ways: Mapping[tuple[int, int], Way]) -> None:
        """Let the ways between nodes be so from now on; those that are not named are good."""
        self._turn += 1
        listed = [
            {"from": pair[0], "to": pair[1], "lost": way.lost, "late": way.late, "twice": way.twice}
            for pair, way in sorted(ways.items())
        ]
        self._say(json.dumps({"seed": f"{self.seed}/{self._turn}", "ways": listed}))

    def link(self, at: int, *, up: bool) -> None:
        """Take a node's own link down, or up again."""
        ip("-n", CODES[at], "link", "set", "eth0", "up" if up else "down")

    def frames(self) -> dict[str, int]:
        """What became of all frames so far."""
        self._say("tell")
        found: dict[str, int] = json.loads(self._wire.stdout.readline() if self._wire and self._wire.stdout else "{}")
        return found

    def _say(self, line: str) -> None:
        if self._wire is None or self._wire.stdin is None:
            raise RuntimeError("the wire is not there yet")
        self._wire.stdin.write(line + "\n")
        self._wire.stdin.flush()


@dataclass(slots=True)
class Serving:
    """One node: its home, and the process that serves and syncs, which may be killed and started again."""

    at: int
    home: Home
    log: Path
    starts: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def code(self) -> PartnerId:
        """Whose it is."""
        return CODES[self.at]

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start its process, unless it runs."""
        if self.is_running:
            return
        command = [
            sys.executable, "-m", "consilience", "serve", "--home", str(self.home.folder), "--exchange",
            f"{address(self.at)}:{_PORT}", "--every", _EVERY, "--port", "0", "--quiet",
        ]  # fmt: skip
        self.starts += 1
        with self.log.open("ab") as said:
            self._process = subprocess.Popen(
                within(self.code, command), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                env={**os.environ, WITH_PARENT: str(os.getpid())},
            )  # fmt: skip

    def kill(self) -> None:
        """End its process as a power cut does, and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def end(self) -> None:
        """End its process as an administrator does."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def words(self) -> str:
        """What it said last."""
        return " / ".join(self._said().splitlines()[-4:])

    @property
    def stumbled(self) -> bool:
        """Whether it ever met an error that is none of ours."""
        return any(sign in self._said() for sign in _STUMBLING)

    def _said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def founded(folder: Path) -> None:
    """Homes of three nodes that know each other's keys and addresses, to be copied for each run."""
    with ExitStack() as stack:
        allies = Alliance(folder, stack)
        allies.clock = Clock(datetime.now(UTC))
        allies.join(*CODES)
        for code in CODES:
            peers = Peers(allies[code].home)
            for at, other in enumerate(CODES):
                if other != code:
                    peers.place(other, f"https://{address(at)}:{_PORT}")


@contextmanager
def serving(template: Path, folder: Path) -> Iterator[tuple[Serving, ...]]:
    """Fresh nodes, started; ended when the block is left."""
    for code in CODES:
        shutil.copytree(template / code, folder / code)
    found = tuple(Serving(at, homes.read(folder / code), folder / f"{code}.log") for at, code in enumerate(CODES))
    try:
        for each in found:
            each.start()
        yield found
    finally:
        for each in found:
            each.end()


def address(at: int) -> str:
    """The address of a node, of those that are nobody's (RFC 1918)."""
    return f"10.77.0.{at + 1}"


def wait(seconds: float) -> None:
    """Let time pass: what happens in it is the nodes' own doing."""
    time.sleep(seconds)


def _wire(*words: str) -> list[str]:
    return [sys.executable, "-m", "partitions.wire", *words]
