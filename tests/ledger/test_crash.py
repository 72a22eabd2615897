import random
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from consilience.ledger.audit import audit
from tests.ledger.making import Node

ROOT = Path(__file__).parents[2]


def start(url, name, batches, size, **how):
    command = [sys.executable, "-m", "tests.ledger.appender", url, name, str(batches), str(size)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **how)  # noqa: S603  our own program


def acknowledged(lines):
    """What a process said was on the disk: only batches that it said the end of."""
    told, batch = [], []
    for line in lines:
        if line == "acknowledged\n":
            told += batch
            batch = []
        elif line.count(" ") == 2 and line.endswith("\n"):
            log, index, digest = line.split()
            batch.append((log, int(index), digest))
    return told


def check(url, told):
    node = Node()
    with node.open(url) as ledger:
        for log, index, digest in told:
            assert ledger.entry(index, log).digest == digest
        assert audit(ledger, node.roster_at, node.keys).problems == ()
        for log in ledger.logs():
            found = [entry.digest for entry in ledger.entries(log)]
            assert len(found) == len(set(found)) == ledger.size(log)


@pytest.mark.parametrize("rounds", [4, pytest.param(20, marks=pytest.mark.slow)])
def test_kill_9_at_any_instant_loses_no_acknowledged_entry(url, rounds):
    chance, told = random.Random(rounds), []  # noqa: S311  the same instants each time
    for number in range(rounds):
        process = start(url, f"r{number}", 100_000, (1, 8)[number % 2])
        assert process.stdout.readline() == "ready\n"
        timer = threading.Timer(chance.uniform(0.02, 0.4), process.send_signal, [signal.SIGKILL])
        timer.start()
        told += acknowledged(process.stdout)
        assert process.wait() == -signal.SIGKILL
        check(url, told)
    assert told


@pytest.mark.parametrize("room", [300_000, 1_000_000])
def test_a_disk_that_stops_taking_writes_loses_no_acknowledged_entry(sqlite, room):
    def little():
        # A write beyond the limit fails with EFBIG, in the middle of whatever is being written.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    process = start(sqlite, "full", 100_000, 40, preexec_fn=little, stderr=subprocess.PIPE)
    told = acknowledged(process.stdout)
    assert process.wait() == 1
    assert "consilience.ledger.errors.Storage" in process.stderr.read()
    assert told
    check(sqlite, told)
    again = start(sqlite, "again", 2, 40)
    check(sqlite, [*told, *acknowledged(again.stdout)])
    assert again.wait() == 0


def test_several_processes_on_one_database_are_serialised(url):
    running = [start(url, f"p{number}", 12, 20) for number in range(3)]
    told = [line for process in running for line in acknowledged(process.stdout)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len(told) == 3 * 12 * 21
    assert len({(log, index) for log, index, _ in told}) == len(told)
    check(url, told)
