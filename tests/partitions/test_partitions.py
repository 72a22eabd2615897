"""A real partition heals: three nodes as processes in network namespaces, parted, weakened and killed, end with one picture."""

import json
import random
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from partitions.wire import Way, Wire

ROOT = Path(__file__).parents[2]


def frame(target, source=1, kind=b"\x08\x00", body=b"hello"):
    """An Ethernet frame from one node to another, by their places from 1; 255 is everybody."""
    named = bytes([0xFF] * 6) if target == 255 else bytes([2, 0, 0, 0, 0, target])
    return named + bytes([2, 0, 0, 0, 0, source]) + kind + body


@pytest.fixture
def wire():
    """A wire over three pairs of sockets, and what has arrived at each of their other ends."""
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(3)]
    for _, far in pairs:
        far.setblocking(False)
    made = Wire([near for near, _ in pairs], random.Random(1))  # noqa: S311  the same choices each time

    def arrived(at):
        found = []
        while True:
            try:
                found.append(pairs[at][1].recv(65_536))
            except BlockingIOError:
                return found

    yield made, arrived
    for pair in pairs:
        for end in pair:
            end.close()


def test_a_frame_reaches_whom_it_is_addressed_to_and_a_broadcast_everybody_else(wire):
    made, arrived = wire
    made.take(0, frame(2))
    made.take(0, frame(255))
    assert [len(arrived(at)) for at in range(3)] == [0, 2, 1]


def test_a_way_that_is_cut_loses_everything_in_its_direction_alone(wire):
    made, arrived = wire
    made.ways = {(0, 1): Way(lost=1.0)}
    made.take(0, frame(2))
    made.take(1, frame(1, source=2))
    assert [len(arrived(at)) for at in range(3)] == [1, 0, 0]
    assert made.told["lost"] == 1


def test_late_frames_come_when_they_are_due_and_doubled_ones_twice(wire):
    made, arrived = wire
    made.ways = {(0, 1): Way(late=0.01, twice=1.0)}
    made.take(0, frame(2))
    assert arrived(1) == []
    while made.release() is not None:
        pass
    assert arrived(1) == [frame(2)] * 2


def test_nothing_but_ipv4_and_arp_is_carried(wire):
    made, arrived = wire
    made.take(0, frame(255, kind=b"\x86\xdd"))
    assert arrived(1) == arrived(2) == []


@pytest.mark.slow
def test_partitions_between_real_nodes_heal_to_equal_pictures():
    command = [sys.executable, "-m", "partitions", "--runs", "2", "--seconds", "4", "--seed", "7", "--json"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  our own program
    told = json.loads(ran.stdout) if ran.stdout else {}
    if told.get("skipped"):
        pytest.skip(told["skipped"])
    assert ran.returncode == 0, ran.stderr
    assert [run["wrong"] for run in told["runs"]] == [[], []]
    assert not told["blind"]
    assert told["frames"]["given"] > 0
