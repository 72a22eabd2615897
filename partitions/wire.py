"""Wire: what joins the nodes: takes each frame from one and gives it to another, unless it is lost, late, or comes twice.

A program of its own, `python -m partitions.wire INTERFACE…`. A line of JSON on its input says how the ways are from now on; on
`tell` it says what became of frames so far. It is no bridge of the kernel, since it can lose in one direction only, and needs
no module for that (`sch_netem` is absent from many kernels).
"""

from __future__ import annotations

import array
import fcntl
import heapq
import json
import random
import selectors
import socket
import struct
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

_ANY = 0x0003  # ETH_P_ALL
_TYPES = (b"\x08\x00", b"\x08\x06")  # IPv4 and ARP: nothing else is carried
_OWN = 4  # PACKET_OUTGOING: what we sent ourselves
_ETHTOOL = 0x8946  # SIOCETHTOOL
# Checksums, scatter/gather and large segments: what the kernel leaves to hardware must be done before a frame is ours.
_OFFLOADS = (0x15, 0x17, 0x19, 0x1F, 0x24, 0x2C)
_LARGEST = 65_536
_SETTINGS = ("lost", "late", "twice")


@dataclass(slots=True)
class Way:
    """From one node to another: the share of frames that is lost or comes twice, and by how many seconds all are late."""

    lost: float = 0.0
    late: float = 0.0
    twice: float = 0.0


@dataclass(slots=True)
class Wire:
    """All ways between some interfaces, the hardware addresses of which end in their place, from 1."""

    sockets: list[socket.socket]
    chance: random.Random
    ways: dict[tuple[int, int], Way] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    _later: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)

    def take(self, source: int, frame: bytes) -> None:
        """One frame from a node, to whom it is addressed."""
        if frame[12:14] not in _TYPES:
            return
        named = frame[5] - 1
        everyone = [at for at in range(len(self.sockets)) if at != source]
        for target in [named] if named in everyone else everyone:
            self._carry(source, target, frame)

    def release(self) -> float | None:
        """Give what is due; seconds until the next is, None when nothing waits."""
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            _, _, target, frame = heapq.heappop(self._later)
            self._give(target, frame)
        return max(self._later[0][0] - now, 0.0) if self._later else None

    def _carry(self, source: int, target: int, frame: bytes) -> None:
        way = self.ways.get((source, target), Way())
        if self.chance.random() < way.lost:
            self.told["lost"] += 1
            return
        copies = 2 if self.chance.random() < way.twice else 1
        self.told["twice"] += copies - 1
        for _ in range(copies):
            if not way.late:
                self._give(target, frame)
                continue
            self.told["late"] += 1
            due = time.monotonic() + way.late * self.chance.uniform(0.5, 1.5)  # so that some overtake others
            heapq.heappush(self._later, (due, next(self._order), target, frame))

    def _give(self, target: int, frame: bytes) -> None:
        try:
            self.sockets[target].send(frame)
            self.told["given"] += 1
        except OSError:  # the other end is down, or its queue is full
            self.told["refused"] += 1


def main() -> None:
    """Carry frames until the input ends."""
    wire = Wire([_opened(name) for name in sys.argv[1:]], random.Random(0))  # noqa: S311  a line of input seeds it
    selector = selectors.DefaultSelector()
    for at, each in enumerate(wire.sockets):
        selector.register(each, selectors.EVENT_READ, at)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    while True:
        for key, _ in selector.select(wire.release()):
            if key.data is not None:
                _receive(wire, key.data)
            elif not _obey(wire, sys.stdin.readline()):
                return


def _obey(wire: Wire, line: str) -> bool:
    """Do what a line says; False at the end."""
    if line.strip() == "tell":
        sys.stdout.write(json.dumps(wire.told) + "\n")
        sys.stdout.flush()
    elif line:
        said = json.loads(line)
        wire.chance.seed(said["seed"])
        wire.ways = {(each["from"], each["to"]): Way(*(each[name] for name in _SETTINGS)) for each in said["ways"]}
    return bool(line)


def _receive(wire: Wire, at: int) -> None:
    try:
        frame, (_, _, kind, *_) = wire.sockets[at].recvfrom(_LARGEST)
    except OSError:  # the interface went down
        return
    if kind != _OWN:
        wire.take(at, frame)


def _opened(name: str) -> socket.socket:
    found = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ANY))
    found.bind((name, 0))
    found.setblocking(False)
    return found


def plain(name: str) -> None:
    """Have the kernel finish each frame of an interface of this namespace itself, before it is handed over."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for command in _OFFLOADS:
            value = array.array("B", struct.pack("II", command, 0))
            request = struct.pack("16sP16x", name.encode(), value.buffer_info()[0])
            try:
                fcntl.ioctl(asked, _ETHTOOL, request)
            except OSError:  # one that this kernel does not know
                continue


if __name__ == "__main__":
    if sys.argv[1] == "--plain":
        plain(sys.argv[2])
    else:
        main()
