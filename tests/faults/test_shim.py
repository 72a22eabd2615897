import os
import random
import subprocess
import sys

import pytest

from faults import shim
from faults.power import Disk, read

WORK = """
import os, sys
def tried(call, *arguments):
    try:
        return call(*arguments)
    except OSError as wrong:
        return os.strerror(wrong.errno)
for name in sys.argv[1:]:
    file = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
    print(tried(os.pwrite, file, b"a" * 1000, 0), tried(os.write, file, b"b" * 10), tried(os.fsync, file))
"""


@pytest.fixture
def over(library, tmp_path):
    """The shim over the folder `home`."""
    (tmp_path / "home").mkdir()
    made = shim.Shim(library, tmp_path / "home", tmp_path)
    yield made
    made.close()


@pytest.fixture
def work(over, tmp_path):
    """Two writes and a sync on each file, under the shim: what came of them, a line a file."""

    def run(*names):
        command = [sys.executable, "-c", WORK, *(str(tmp_path / name) for name in names)]
        environment = {**os.environ, **over.environment(records=True)}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603  python
        return ran.stdout.splitlines()

    return run


def test_a_shim_that_is_not_armed_changes_nothing(over, work):
    assert work("home/a", "b") == ["1000 10 None"] * 2
    assert over.struck == 0


def test_only_calls_on_files_of_the_folder_fail(over, work):
    over.arm(shim.SYNC_FOR_GOOD, "*", 0, 1)
    assert work("home/a", "b") == ["1000 10 Input/output error", "1000 10 None"]
    assert (over.struck, over.where) == (1, "a")


def test_only_calls_on_files_that_are_aimed_at_fail(over, work):
    over.arm(shim.FULL, "*/a", 0, 1)
    assert work("home/a", "home/b") == ["No space left on device No space left on device None", "1000 10 None"]


def test_a_fault_strikes_after_its_count_and_once_or_for_good(over, work):
    over.arm(shim.SYNC_ONCE, "*", 1, 1)
    fine, failed = "1000 10 None", "1000 10 Input/output error"
    assert work("home/a", "home/b", "home/c") == [fine, failed, fine]
    over.arm(shim.SYNC_FOR_GOOD, "*", 1, 1)
    assert work("home/a", "home/b", "home/c") == [fine, failed, failed]
    over.disarm()
    assert work("home/a", "home/b", "home/c") == [fine] * 3


def test_a_short_write_counts_what_arrived_and_the_disk_is_full_then(over, work, tmp_path):
    over.arm(shim.FULL_SHORT, "*", 0, 7)
    count, _, rest = work("home/a")[0].partition(" ")
    assert 0 < int(count) < 1000
    assert rest == "No space left on device None"
    assert (tmp_path / "home/a").stat().st_size == int(count)


def test_a_failed_write_may_have_arrived_in_part(over, work, tmp_path):
    over.arm(shim.WRITE_ONCE, "*", 0, 7)
    assert work("home/a")[0].startswith("Input/output error")
    assert 0 < (tmp_path / "home/a").stat().st_size < 1000


def test_what_is_recorded_gives_the_files_again(over, work, tmp_path):
    work("home/a", "home/b")
    disk = Disk(tmp_path / "home", tmp_path / "nowhere", sync_names=True)
    chance = random.Random(1)  # noqa: S311  everything was synced: it decides nothing
    for record in read(over.log):
        disk.take(record, chance)
    disk.cut(chance)
    for name in "ab":
        assert bytes(disk.files[name].content) == (tmp_path / "home" / name).read_bytes()
