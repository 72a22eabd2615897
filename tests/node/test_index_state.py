"""What is derived keeps to the ledger as it is now, whoever changed it, and whatever became of either's files."""

from itertools import pairwise

import pytest

from consilience.ledger.errors import StorageFullError
from consilience.node import amend, prove
from consilience.node import home as homes
from consilience.node.giving import GrownError
from consilience.node.node import open_node
from consilience.node.opening import root_at
from consilience.release import index as indexes
from consilience.release.index import DerivedError
from consilience.trust.roster import with_member
from tests.simulator import alliance, row


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR")
        yield found


def again(node):
    """The same node in another process, as it were."""
    return open_node(homes.read(node.home.folder), node.clock)


def given(node, *codes):
    return [each.held.name for each in node.decision(node.audience(codes)).given]


def spoil(file, data=b"garbage" * 1000):
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    file.write_bytes(data)


def test_a_raised_label_holds_in_an_open_node_while_another_process_erases(allies):
    node = allies["AUR"]
    allies.record("AUR", row("E1", "REL TO BOR"), row("E2", "TLP:CLEAR"), row("E3", "TLP:CLEAR"))
    amend.mark(node, "E2", "OWNER ONLY", "source at risk")
    assert given(node, "PUBLIC") == ["E3"]
    with again(node) as other:
        amend.erase(other, "E1", "named a person")
    assert given(node, "PUBLIC") == ["E3"]
    assert [claim.id for claim in node.desk(node.audience(["PUBLIC"])).picture().claims] == ["E3"]


def test_pages_begun_before_an_erasure_show_nothing_by_the_numbers_of_after_it(allies):
    node = allies["AUR"]
    markings = ["REL TO BOR//EMBARGO 2031-01-01", "TLP:CLEAR", "OWNER ONLY", "TLP:CLEAR", "OWNER ONLY", "TLP:CLEAR"]
    allies.record("AUR", *(row(f"P{at}", marking) for at, marking in enumerate(markings)))
    permitted = node.permitted(node.audience(["PUBLIC"]))
    pages = node.index.pages(permitted, 1)
    labels = node.index.labels()
    shown = [next(pages)]
    with again(node) as other:
        amend.erase(other, "P0", "named a person")
        shown += [*pages, *node.index.pages(permitted, 1)]
    assert [held.name for held in shown] == ["P1", "P3", "P5", "P1", "P3", "P5"]
    assert {labels[held.whole] for held in shown} == {labels[shown[0].whole]}


def test_two_indexes_of_one_ledger_are_the_same_but_for_their_name(allies, tmp_path):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR"))
    before = node.index.digest()
    node.index.drop()
    node.catch_up()
    assert node.index.digest() == before
    assert prove.rebuild(node).is_same


def test_an_index_of_a_history_that_the_ledger_does_not_have_is_forgotten(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR"))
    size = node.ledger.size()
    assert node.index.catch_up(node.said, size, lambda _: b"x" * 32) == size
    assert node.index.catch_up(node.said, size - 1, lambda at: b"x" * 32 if at < size else None) == size - 1
    node.catch_up()
    assert prove.rebuild(node).is_same


def test_a_reader_that_is_behind_does_not_undo_what_another_process_has_read(allies):
    node = allies["AUR"]
    sizes = [node.ledger.size()]
    allies.record("AUR", row("A1", "REL TO BOR"))
    assert node.index.catch_up(node.said, sizes[0], lambda at: indexes.tree.EMPTY_ROOT if not at else None) >= 0
    node.catch_up()
    digest = node.index.digest()
    node.index.catch_up(node.said, sizes[0], lambda at: root_at(node.ledger, at))
    assert node.index.digest() == digest


def test_a_damaged_index_stops_neither_verify_nor_rebuild_and_is_named(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR"))
    digest = node.index.digest()
    file = node.home.folder / "derived.db"
    node._index._database.close()
    spoil(file)
    with pytest.raises(DerivedError, match=r"what is derived from the ledger.*consilience rebuild"), again(node):
        pass
    with open_node(node.home, node.clock, unchecked=True) as bare:
        assert prove.audit(bare).is_sound
        done = prove.rebuild(bare)
    assert (done.index_before, done.index_after) == (prove.NOTHING, digest)
    with again(node) as mended:
        assert given(mended, "BOR") == ["A1"]


def test_a_page_of_the_index_that_is_damaged_is_found_by_a_rebuilding(allies):
    node = allies["AUR"]
    allies.record("AUR", *(row(f"A{at}", "REL TO BOR") for at in range(300)))
    node._index._database.close()
    file = node.home.folder / "derived.db"
    data = bytearray(file.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    spoil(file, bytes(data))
    with open_node(node.home, node.clock, unchecked=True) as bare:
        assert not prove.rebuild(bare).is_same
    with again(node) as mended:
        assert len(given(mended, "BOR")) == 300


def test_when_only_the_index_is_full_the_error_says_that_it_is_recorded(allies, monkeypatch):
    node = allies["AUR"]
    size = node.ledger.size()

    def full(*_):
        raise StorageFullError("writing the ledger", "no room", "room on the disk", "Nothing was acknowledged")

    with monkeypatch.context() as patched:
        patched.setattr(indexes.Fold, "flush", full)
        with pytest.raises(StorageFullError, match=r"what is derived.*It is recorded; what is derived follows") as told:
            allies.record("AUR", row("A1", "REL TO BOR"))
    assert "Nothing was acknowledged" not in told.value.message
    assert node.ledger.size() == size + 1
    assert given(node, "BOR") == ["A1"]


def test_a_failing_ledger_is_not_taken_for_a_failing_index(allies):
    node = allies["AUR"]

    def broken(_):
        raise StorageFullError("reading the ledger", "no room", "room")
        yield

    node.index.drop()
    with pytest.raises(StorageFullError, match="reading the ledger"):
        node.index.catch_up(broken, 1)


def test_what_was_decided_before_the_ledger_grew_is_not_appended(allies):
    node = allies["AUR"]
    size = node.catch_up()
    assert size == node.ledger.size()
    with again(node) as other:
        other.adopt(lambda roster, now: with_member(roster, roster.members[0], now))
        with pytest.raises(GrownError, match="as when it was decided"):
            node.append(at=size)


def test_labels_keep_their_numbers_for_as_long_as_a_node_is_open(allies):
    node = allies["AUR"]
    seen = []
    for at, marking in enumerate(["REL TO BOR", "OWNER ONLY", "TLP:CLEAR", "TLP:GREEN"]):
        allies.record("AUR", row(f"A{at}", marking))
        seen.append(tuple(node.index.labels()))
        if at == 1:
            amend.erase(node, "A0", "named a person")
    assert all(after[: len(before)] == before for before, after in pairwise(seen))


def test_labels_that_were_asked_for_first_know_those_of_rows_that_another_process_adds(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR"))
    labels = node.index.labels()
    with again(node) as other:
        allies.nodes["AUR"] = other
        allies.record("AUR", row("A2", "TLP:GREEN"))
    assert [labels[held.whole] for held in node.index.objects("claim")] == list(labels)
