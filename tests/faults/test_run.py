import json
import subprocess
import sys
from pathlib import Path

import pytest

from consilience.ledger.entry import Batch
from faults import check
from tests.ledger.making import Node

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checked(tmp_path):
    """What the check finds in a ledger of three entries, of which it is told other things."""

    def compare(**told):
        node, found = Node(), {"lost": 0, "unsound": [], "appended": []}
        with node.open(f"sqlite:///{tmp_path}/ledger.db") as ledger:
            items = node.claims("a", "b", "c")
            ledger.append(Batch("main", items))
            right = [("main", index, item.digest) for index, item in enumerate(items)]
            asked = {"told": right, "heads": [ledger.checkpoint()], "erasing": [], "erased": [], **told}
            check._compare(ledger, asked, found)
        return found["lost"], found["unsound"]

    return compare


def test_a_check_finds_nothing_where_nothing_is_lost(checked):
    assert checked() == (0, [])


def test_a_check_counts_what_is_not_there_and_what_is_another(checked):
    assert checked(told=[("main", 3, "d"), ("main", 0, "other"), ("to/GBR", 0, "d")]) == (3, [])


def test_a_check_finds_a_head_that_is_no_part_of_the_history(checked, tmp_path):
    node = Node()
    with node.open(f"sqlite:///{tmp_path}/larger.db") as larger:
        larger.append(Batch("main", node.claims(*range(5))))
        head = larger.checkpoint()
    assert checked(heads=[head])[1] == ["RolledBack: a head of size 5 was signed before, and 3 entries are there"]


def test_a_check_finds_an_erasure_that_is_undone(checked):
    assert checked(erased=[1], erasing=[1])[1] == ["entry 1 was erased, and is there"]


def run(*asked, rounds=1):
    command = [sys.executable, "-m", "faults", "--rounds", str(rounds), "--seed", "1", "--json", *asked]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  our own program
    rows = json.loads(ran.stdout)["rows"]
    assert ran.returncode == 0, ran.stderr
    assert rows
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kill-1", "kill-server", "fsync-then-cut", "disk-full", "power-cut"])
def test_no_fault_loses_an_acknowledged_entry(name):
    rows = [row for row in run("--only", name) if not row["skipped"]]
    for row in rows:
        assert (row["lost"], row["unsound"], row["wrong"]) == (0, 0, [])
    assert sum(row["acknowledged"] for row in rows) > 0


@pytest.mark.slow
def test_a_load_that_loses_is_found_out():
    # One strike may fall just where nothing is owed yet; of six that all do, the check would be blind.
    for row in run("--only", "self-check", rounds=6):
        assert row["skipped"] or row["lost"] or row["unsound"]
