import hashlib
import sqlite3
import threading
from datetime import UTC
from itertools import pairwise

import pytest

from consilience.ledger import note as notes
from consilience.ledger import tree
from consilience.ledger.entry import Batch
from consilience.ledger.errors import (
    BusyError,
    DamagedLedgerError,
    NewerSchemaError,
    NoSuchEntryError,
    StorageError,
    StorageFullError,
    TombstonedError,
    TombstoneRefusedError,
    UnsupportedDatabaseError,
    WrongHomeError,
)
from consilience.ledger.note import NoteKey
from consilience.model.entry import Retraction
from consilience.trust.keys import SigningKey


def head(ledger, log="main"):
    return notes.checkpoint_of(notes.parse(ledger.checkpoint(log)).text)


def test_what_was_appended_is_read_back_in_order(ledger, put, node):
    done = put(ledger, *range(600))
    assert done.indices == tuple(range(600))
    assert done.new == 600
    found = list(ledger.entries())
    assert [entry.index for entry in found] == list(range(600))
    assert [entry.envelope for entry in found] == [item.envelope for item in node.claims(*range(600))]
    assert {(entry.kind, entry.issuer, entry.log) for entry in found} == {("claim", "UKR", "main")}
    assert all(entry.leaf == tree.leaf_hash(entry.salt, entry.envelope) for entry in found)
    assert all(entry.recorded_at.tzinfo == UTC for entry in found)
    assert [entry.index for entry in ledger.entries(since=597)] == [597, 598, 599]
    assert ledger.entry(5) == found[5]


def test_a_ledger_opened_again_goes_on_where_it_stopped(url, node, put):
    with node.open(url) as first:
        put(first, *range(300))
    with node.open(url) as second:
        assert second.size() == 300
        assert put(second, "next").indices == (300,)
        leaves = [entry.leaf for entry in second.entries()]
        assert head(second).root == tree_root(leaves)


def tree_root(leaves):
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return tree.node_hash(tree_root(leaves[:cut]), tree_root(leaves[cut:]))


def test_every_batch_leaves_a_signed_checkpoint_over_all_entries(ledger, put, node):
    key = NoteKey(ledger.origin, node.key.public)
    for batch in range(3):
        done = put(ledger, *(f"{batch}-{number}" for number in range(100)))
        found = notes.verified(done.checkpoint, [key])
        assert found.size == (batch + 1) * 100
        assert found.root == tree_root([entry.leaf for entry in ledger.entries()])
        assert done.checkpoint == ledger.checkpoint()
    assert [size for size, _ in ledger.checkpoints()] == [100, 200, 300]


def test_proofs_out_of_the_ledger_verify_against_its_checkpoints(ledger, put):
    sizes = [1, 2, 255, 256, 257, 300, 700]
    before = 0
    roots = {}
    for size in sizes:
        put(ledger, *range(before, size))
        roots[size], before = head(ledger).root, size
    for size in sizes:
        for index in {0, size // 2, size - 1}:
            path = ledger.inclusion(index, size)
            tree.verify_inclusion(ledger.entry(index).leaf, index, size, path, roots[size])
    for old, new in pairwise(sizes):
        tree.verify_consistency(old, new, ledger.consistency(old, new), (roots[old], roots[new]))
    tree.verify_consistency(1, 700, ledger.consistency(1), (roots[1], roots[700]))


def test_an_exact_duplicate_is_recognised_and_not_appended(ledger, put, node):
    put(ledger, "a", "b", "c")
    before = ledger.checkpoint()
    again = put(ledger, "b", "a")
    assert (again.indices, again.new, again.checkpoint) == ((1, 0), 0, before)
    mixed = put(ledger, "c", "d", "d", "a")
    assert (mixed.indices, mixed.new) == ((2, 3, 3, 0), 1)
    assert ledger.size() == 4


def test_logs_are_apart_and_a_duplicate_is_one_within_a_log(ledger, node):
    item = node.claim("a")
    done = ledger.append(Batch("main", [item]), Batch("to/GBR", [item]), Batch("to/USA", []))
    assert [(each.indices, each.new) for each in done] == [((0,), 1), ((0,), 1), ((), 0)]
    assert done[2].checkpoint is None
    assert ledger.logs() == ("main", "to/GBR")
    assert head(ledger, "to/GBR").origin == "node.example/UKR/to/GBR"
    assert ledger.entry(0).leaf != ledger.entry(0, "to/GBR").leaf
    assert head(ledger, "to/USA").size == 0


def test_all_batches_of_a_call_are_appended_or_none(ledger, put, node):
    put(ledger, "erased")
    ledger.erase(node.tombstone(ledger, 0))
    sizes = ledger.size(), ledger.size("to/GBR")
    with pytest.raises(TombstonedError):
        ledger.append(Batch("to/GBR", node.claims("fine")), Batch("main", node.claims("erased")))
    assert (ledger.size(), ledger.size("to/GBR")) == sizes
    put(ledger, "fine", log="to/GBR")
    assert ledger.size("to/GBR") == 1


def test_something_that_is_not_verified_is_refused(ledger, node):
    item = node.claim("a")
    for forged in (item.envelope, item.statement, None, object()):
        with pytest.raises(TypeError, match="only Verified"):
            ledger.append(Batch("main", [item, forged]))
        with pytest.raises(TypeError, match="only Verified"):
            ledger.erase(forged)
    assert ledger.size() == 0


@pytest.mark.parametrize("log", ["", "to GBR", "to+GBR", "to/GBR\n"])
def test_a_log_that_no_checkpoint_can_name_is_refused(ledger, node, log):
    with pytest.raises(notes.MalformedNoteError):
        ledger.append(Batch("main", node.claims("a")), Batch(log, node.claims("a")))
    assert ledger.size() == 0


def test_entries_are_found_by_kind_and_by_digest(ledger, node):
    claim = node.claim("a")
    retraction = node.sealed(Retraction(claim.digest, "wrong place"))
    ledger.append(Batch("main", [claim, retraction, node.claim("b")]))
    assert [entry.index for entry in ledger.entries(kinds=frozenset({"claim"}))] == [0, 2]
    assert [entry.kind for entry in ledger.entries(kinds=frozenset({"retraction", "roster"}))] == ["retraction"]
    assert ledger.find(retraction.subject).index == 1
    assert ledger.find(retraction.subject, "to/GBR") is None
    assert ledger.find("0" * 64) is None


def test_what_the_ledger_does_not_hold_is_said_by_name(ledger, put):
    put(ledger, "a", "b")
    with pytest.raises(NoSuchEntryError, match="index 2"):
        ledger.entry(2)
    with pytest.raises(NoSuchEntryError, match="size 3"):
        ledger.inclusion(0, 3)
    with pytest.raises(NoSuchEntryError, match="no head of size 1"):
        ledger.checkpoint(size=1)


# --- Erasure ----------------------------------------------------------------------------------------------------------


def test_erased_content_is_gone_from_the_database_and_the_tree_still_holds(ledger, put, node, url):
    put(ledger, *range(20))
    before = ledger.entry(7)
    done = ledger.erase(node.tombstone(ledger, 7))
    after = ledger.entry(7)
    assert (after.salt, after.envelope, after.digest, after.leaf) == (None, None, None, before.leaf)
    assert after.is_erased
    assert done.indices == (20,)
    assert ledger.entry(20).kind == "tombstone"
    tree.verify_inclusion(after.leaf, 7, 21, ledger.inclusion(7), head(ledger).root)
    assert ledger.find(node.claims(7)[0].subject).is_erased
    if url.startswith("sqlite"):
        file = url.removeprefix("sqlite:///")
        stored = b"".join(open(file + end, "rb").read() for end in ("", "-wal"))  # noqa: PTH123, SIM115
        assert before.envelope not in stored
        assert before.salt not in stored
        assert ledger.entry(8).envelope in stored


@pytest.mark.parametrize("log", ["main", "to/GBR"])
def test_erased_content_posted_again_is_refused(ledger, put, node, log):
    put(ledger, "a", "b")
    ledger.erase(node.tombstone(ledger, 0))
    with pytest.raises(TombstonedError, match="erased as entry 0 of main"):
        put(ledger, "c", "a", log=log)
    assert put(ledger, "b").indices == (1,)


def test_a_tombstone_by_another_hand_is_refused(ledger, put, node):
    put(ledger, "a")
    stranger = type(node)(b"x" * 32, "GBR")
    with pytest.raises(TombstoneRefusedError, match="own key"):
        ledger.erase(stranger.tombstone(ledger, 0))
    assert ledger.entry(0).envelope


def test_a_tombstone_that_does_not_fit_is_refused(ledger, put, node):
    put(ledger, "a", "b")
    stone = node.tombstone(ledger, 0)
    ledger.erase(stone)
    with pytest.raises(TombstoneRefusedError, match="tombstone"):
        ledger.erase(node.tombstone(ledger, 2))
    wrong = stone.statement.content.__class__("main", 1, "0" * 64, "no reason")
    with pytest.raises(TombstoneRefusedError, match="leaf"):
        ledger.erase(node.sealed(wrong))
    with pytest.raises(TombstoneRefusedError, match="a claim"):
        ledger.erase(node.claim("c"))
    assert ledger.erase(stone).new == 0
    assert ledger.size() == 3


# --- Several writers --------------------------------------------------------------------------------------------------


def test_two_ledgers_on_one_database_see_each_other_and_take_turns(url, node, put):
    with node.open(url) as one, node.open(url) as two:
        for number in range(6):
            put((one, two)[number % 2], *(f"{number}-{item}" for item in range(90)))
        assert one.size() == two.size() == 540
        assert head(one).root == tree_root([entry.leaf for entry in two.entries()])


def test_many_threads_on_one_ledger_lose_nothing(ledger, node):
    batches = [[node.claims(f"{thread}-{batch}-1", f"{thread}-{batch}-2") for batch in range(5)] for thread in range(6)]

    def work(mine):
        for items in mine:
            ledger.append(Batch("main", items))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = list(ledger.entries())
    assert {entry.envelope for entry in found} == {item.envelope for mine in batches for pair in mine for item in pair}
    assert [entry.index for entry in found] == list(range(60))
    assert head(ledger).root == tree_root([entry.leaf for entry in found])


def test_a_writer_that_waits_too_long_is_told_so(sqlite, node, put):
    with node.open(sqlite, busy_seconds=0.2) as ledger:
        put(ledger, "a")
        other = sqlite3.connect(sqlite.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="locked"):
            put(ledger, "b")
        assert ledger.size() == 1
        other.execute("ROLLBACK")
        assert put(ledger, "b").indices == (1,)


def test_a_full_disk_is_named_and_nothing_is_appended(sqlite, node, put):
    with node.open(sqlite) as ledger:
        put(ledger, *range(10))
        pages = ledger._store.database.engine
        with pages.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(StorageFullError, match="Make room"):
            put(ledger, *range(10, 1000))
        assert ledger.size() == len(list(ledger.entries())) == 10
        with pages.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        assert put(ledger, "room again").indices == (10,)
        assert head(ledger).root == tree_root([entry.leaf for entry in ledger.entries()])


def test_a_lost_connection_is_named_and_the_ledger_goes_on(postgresql, node, put):
    with node.open(postgresql) as ledger:
        put(ledger, "a")
        engine = ledger._store.database.engine

        def cut(last):
            with engine.connect() as other:
                other.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            return "the next head"

        with pytest.raises(StorageError, match="recognised"):
            ledger.advance("another.example", cut)
        assert ledger._store.database.engine.pool.checkedout() == 0
        assert put(ledger, "a", "b").indices == (0, 1)


# --- What a database must be ------------------------------------------------------------------------------------------


def test_sqlite_syncs_every_commit_and_overwrites_what_is_erased(sqlite, node):
    with node.open(sqlite) as ledger:
        assert ledger.durability() == {
            "journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "fullfsync": "1", "trusted_schema": "0",
        }  # fmt: skip


def test_postgresql_waits_for_the_disk(postgresql, node):
    with node.open(postgresql) as ledger:
        assert ledger.durability() == {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}


def test_a_database_file_is_its_owners_alone(sqlite, node, tmp_path, put):
    with node.open(sqlite) as ledger:
        put(ledger, "a")
        assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("ledger.db*")} == {0o600}


@pytest.mark.parametrize(
    "wrong", ["sqlite://", "sqlite:///:memory:", "mysql://server/x", "ledger.db", "sqlite:///x?mode=ro"]
)
def test_a_database_that_would_forget_is_refused(wrong, node):
    with pytest.raises(UnsupportedDatabaseError, match="sqlite:///FILE"):
        node.open(wrong)


def test_a_database_of_a_later_version_is_refused(url, node, put, tamper):
    with node.open(url) as ledger:
        put(ledger, "a")
    tamper(url, "UPDATE meta SET value = '2' WHERE name = 'schema'")
    with pytest.raises(NewerSchemaError, match="Install a version"):
        node.open(url)


def test_a_database_of_another_home_is_refused(url, node):
    node.open(url).close()
    with pytest.raises(WrongHomeError, match="origin"):
        node.open(url, origin="node.example/GBR")
    with pytest.raises(WrongHomeError, match="secret"):
        node.open(url, secret=b"t" * 32)


def test_a_file_that_is_no_database_is_refused(tmp_path, node):
    (tmp_path / "ledger.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="not a database"):
        node.open(f"sqlite:///{tmp_path}/ledger.db")
    with pytest.raises(StorageError, match="folder"):
        node.open(f"sqlite:///{tmp_path}/absent/ledger.db")


def test_the_node_may_change_its_key_between_openings(url, node, put):
    with node.open(url) as ledger:
        put(ledger, "a")
    new = SigningKey.from_seed(b"n" * 32)
    with node.open(url, signer=new) as ledger:
        done = put(ledger, "b")
        assert notes.verified(done.checkpoint, [NoteKey(ledger.origin, new.public)]).size == 2


# --- Attacks on the database ------------------------------------------------------------------------------------------


def test_tampered_tile_is_not_built_upon(url, node, put, tamper):
    with node.open(url) as ledger:
        put(ledger, *range(10))
    tamper(url, "UPDATE tiles SET hashes = :hashes WHERE log = 'main'", hashes=bytes(320))
    with node.open(url) as ledger, pytest.raises(DamagedLedgerError, match="consilience verify"):
        put(ledger, "next")


def test_rollback_of_the_checkpoints_alone_is_not_built_upon(url, node, put, tamper):
    with node.open(url) as ledger:
        put(ledger, *range(10))
        put(ledger, *range(10, 20))
    tamper(url, "DELETE FROM checkpoints WHERE size = 20")
    with node.open(url) as ledger, pytest.raises(StorageError):
        put(ledger, "next")


# --- Cosignatures -----------------------------------------------------------------------------------------------------


def test_cosignatures_are_stored_beside_the_checkpoint(ledger, put, node):
    note = put(ledger, "a").checkpoint
    keys = [SigningKey.from_seed(bytes([number]) * 32) for number in (1, 2)]
    witnesses = [NoteKey(f"w{number}.example", key.public, notes.COSIGNATURE) for number, key in enumerate(keys)]
    for key, witness in zip(keys, witnesses, strict=True):
        assert ledger.add_cosignature(notes.cosign(note, witness.name, key, node.clock()), witnesses) == 1
    found = ledger.checkpoint()
    assert [signature.name for signature in notes.cosignatures(found, witnesses)] == ["w0.example", "w1.example"]
    assert ledger.checkpoint(size=1) == found
    put(ledger, "b")
    assert notes.cosignatures(ledger.checkpoint(), witnesses) == ()


def test_cosignature_of_another_text_is_refused(ledger, put, node):
    put(ledger, "a")
    key = SigningKey.from_seed(b"1" * 32)
    witness = NoteKey("w.example", key.public, notes.COSIGNATURE)
    other = notes.sign(notes.Checkpoint(ledger.origin, 1, bytes(32)), node.key)
    with pytest.raises(notes.MalformedNoteError, match="another text"):
        ledger.add_cosignature(notes.cosign(other, witness.name, key, node.clock()), [witness])
    forged = notes.cosign(ledger.checkpoint(), witness.name, node.key, node.clock())
    claimed = forged.replace(notes.parse(forged).signatures[-1].line, _renamed(forged, witness))
    with pytest.raises(notes.ForgedNoteError):
        ledger.add_cosignature(claimed, [witness])


def _renamed(note, witness):
    """The last signature line of a note under the name and id of a witness that did not make it."""
    last = notes.parse(note).signatures[-1]
    return notes.NoteSignature(witness.name, witness.id, last.value).line


def test_a_proof_from_a_size_that_the_log_never_had_is_refused_with_the_size_it_has(ledger, put):
    put(ledger, 1, 2, 3)
    with pytest.raises(NoSuchEntryError, match="size 99, expected at most 3"):
        ledger.consistency(99)


def test_what_is_not_ready_is_not_appended(ledger, node):
    def refuse():
        raise RuntimeError("not now")

    with pytest.raises(RuntimeError):
        ledger.append(Batch("main", node.claims(1)), ready=refuse)
    assert ledger.size() == 0


def test_a_key_that_is_changed_just_before_the_append_signs_its_head(ledger, node):
    new = SigningKey.from_seed(b"n" * 32)

    def rotated():
        ledger.signer = new

    (done,) = ledger.append(Batch("main", node.claims(1)), ready=rotated)
    key = notes.NoteKey("node.example/UKR", new.public)
    assert notes.signers(done.checkpoint, [key]) == (key,)
