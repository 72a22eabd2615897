import random

import pytest

from faults.power import SECTOR, Disk, Record

CUTS = [random.Random(seed) for seed in range(60)]  # noqa: S311  the same cuts each time


@pytest.fixture
def after(tmp_path):
    """What a file holds, None when it is gone, after each of many power cuts."""

    def cut(*records, name="ledger.db", base=None, sync_names=False):
        (tmp_path / "base").mkdir(exist_ok=True)
        if base is not None:
            (tmp_path / "base" / name).write_bytes(base)
        found = []
        for chance in CUTS:
            disk = Disk(tmp_path / "home", tmp_path / "base", sync_names=sync_names)
            for sequence, (kind, path, *rest) in enumerate(records):
                offset, body, other = (*rest, 0, b"", "")[:3] if rest else (0, b"", "")
                place = str(tmp_path / "home" / path)
                to = str(tmp_path / "home" / other) if other else ""
                length = len(body) if kind == "w" else offset
                disk.take(Record(sequence, sequence, offset, length, kind, place, to, body), chance)
            disk.cut(chance)
            file = disk.files.get(name)
            found.append(None if file is None else bytes(file.content))
        return found

    return cut


def test_what_was_synced_survives_every_cut(after):
    whole = b"a" * 1000
    records = [("c", "ledger.db"), ("s", ""), ("w", "ledger.db", 0, whole), ("s", "ledger.db")]
    assert set(after(*records)) == {whole}


def test_what_was_not_synced_may_arrive_or_not_and_be_torn_at_sectors(after):
    old, new = b"a" * 4 * SECTOR, b"b" * 4 * SECTOR
    found = set(after(("w", "ledger.db", 0, new), base=old))
    assert {old, new} < found
    for content in found:
        for start in range(0, len(old), SECTOR):
            assert content[start : start + SECTOR] in (old[:SECTOR], new[:SECTOR])


def test_a_sync_covers_only_what_was_written_before_it(after):
    records = [("w", "ledger.db", 0, b"one"), ("s", "ledger.db"), ("w", "ledger.db", 3, b"two")]
    assert set(after(*records, base=b"")) == {b"one", b"onetwo"}


def test_a_sync_after_a_failed_one_says_nothing_of_what_that_one_lost(after):
    records = [("w", "ledger.db", 0, b"one"), ("x", "ledger.db"), ("w", "ledger.db", 3, b"two"), ("s", "ledger.db")]
    assert set(after(*records, base=b"")) == {b"onetwo", b"\0\0\0two"}


def test_a_new_name_is_certain_once_its_folder_is_synced(after):
    made = [("c", "ledger.db"), ("w", "ledger.db", 0, b"one"), ("s", "ledger.db")]
    assert set(after(*made)) == {None, b"one"}
    assert set(after(*made, ("s", ""))) == {b"one"}
    assert set(after(*made, sync_names=True)) == {b"one"}


def test_a_renamed_file_takes_what_is_certain_of_it_along(after):
    records = [("w", "old", 0, b"one"), ("s", "old"), ("r", "old", 0, b"", "ledger.db")]
    assert set(after(*records)) == {b"one"}


def test_a_file_that_was_cut_off_and_not_synced_may_have_either_length(after):
    assert set(after(("t", "ledger.db", 3), base=b"abcdef")) == {b"abc", b"abcdef"}
