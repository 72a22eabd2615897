"""A home remembers what it signed: no older ledger is built upon, no crash bricks it, and `init` can be said again."""

import shutil
from contextlib import contextmanager

import pytest

from consilience.errors import UsageError
from consilience.ledger import proof
from consilience.ledger.entry import Batch
from consilience.ledger.errors import StorageError
from consilience.ledger.note import Checkpoint, sign
from consilience.model.entry import ClaimEntry
from consilience.model.marking import OPEN
from consilience.node import amend, prove
from consilience.node import home as homes
from consilience.node.home import HomeError, RolledBackError
from consilience.node.node import establish, open_node
from consilience.node.opening import OwnKeyError
from consilience.trust.errors import KeyRetiredError
from consilience.trust.roster import with_key
from tests.simulator import alliance, row


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR")
        yield found


@contextmanager
def older_ledger(allies, code="AUR"):
    """In the block the database is an older one, as a careless restore leaves it."""
    node = allies[code]
    file = node.home.folder / "ledger.db"
    node.ledger.close()
    before = file.read_bytes()
    allies.record(code, row("N1", "REL TO BOR"), row("N2", "REL TO BOR"))
    node.ledger.close()
    newer = file.read_bytes()
    put(file, before)
    yield node
    node.ledger.close()
    put(file, newer)


def claim(name):
    return ClaimEntry(tuple(sorted(row(name, "REL TO BOR").items())), OPEN)


def put(file, data):
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    file.write_bytes(data)


# --- An older database ------------------------------------------------------------------------------------------------


def test_a_restored_older_ledger_is_refused_and_verify_can_still_look(allies):
    with older_ledger(allies) as node:
        heads = node.home.heads()
        with pytest.raises(RolledBackError, match="Put the newer database back") as told, open_node(node.home):
            pass
        assert told.value.exit_code == 4
        with open_node(node.home, allies.clock, unchecked=True) as bare:
            assert [problem.name for problem in prove.audit(bare).problems] == ["RolledBack"]
            with pytest.raises(UsageError):
                bare.decision(bare.audience(["BOR"]))
        assert node.home.heads() == heads
    with open_node(node.home, allies.clock) as mended:
        assert prove.audit(mended).is_sound


def test_an_open_node_appends_nothing_to_an_older_ledger_and_keeps_the_evidence(allies):
    with older_ledger(allies) as node:
        size, heads = node.ledger.size(), node.home.heads()
        with pytest.raises(RolledBackError):
            allies.record("AUR", row("N3", "REL TO BOR"))
        assert (node.ledger.size(), node.home.heads()) == (size, heads)


def test_a_ledger_that_grew_again_into_another_history_is_refused(allies):
    with older_ledger(allies) as node:
        stolen = node.home.folder / "heads"
        aside = node.home.folder / "aside"
        shutil.copytree(stolen, aside)
        shutil.rmtree(stolen)
        stolen.mkdir()
        with open_node(node.home, allies.clock) as unaware:
            for name in ("M1", "M2", "M3"):
                unaware.record(unaware.seal(claim(name)))
        shutil.rmtree(stolen)
        shutil.copytree(aside, stolen)
        with pytest.raises(RolledBackError, match="another history at size"), open_node(node.home):
            pass
        shutil.rmtree(aside)


def test_a_crash_before_the_head_was_remembered_passes(allies):
    node = allies["AUR"]
    file = node.home.folder / "heads" / "main.checkpoint"
    before = file.read_text()
    allies.record("AUR", row("A1"))
    file.write_text(before)
    with open_node(node.home, allies.clock) as again:
        assert prove.audit(again).is_sound
        allies.nodes["AUR"] = again
        allies.record("AUR", row("A2"))
    assert file.read_text() != before


def test_a_head_that_does_not_extend_the_kept_one_is_never_remembered(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1"))
    kept = node.home.head("main")
    node.home.remember("main", node.ledger.checkpoint(size=1))
    assert node.home.head("main") == kept
    size = node.ledger.size()
    with pytest.raises(RolledBackError, match="another root"):
        node.home.remember("main", sign(Checkpoint(node.home.origin, size, b"x" * 32), node.signer))
    assert node.home.head("main") == kept


def test_a_deleted_ledger_is_not_silently_made_anew(allies):
    folder = shutil.copytree(allies["AUR"].home.folder, allies["AUR"].home.folder.parent / "copy")
    for file in folder.glob("ledger.db*"):
        file.unlink()
    home = homes.read(folder)
    for unchecked in (False, True):
        with pytest.raises(HomeError, match="Restore it"), open_node(home, unchecked=unchecked):
            pass
    with pytest.raises(HomeError, match="Restore it"):
        establish(home, "Aurelia")
    with pytest.raises(HomeError, match="something already there"):
        homes.create(folder, "AUR")
    (folder / "ledger.db").touch()
    with pytest.raises(RolledBackError, match="size 0"), open_node(home):
        pass
    with open_node(home, unchecked=True) as bare:
        assert {problem.name for problem in prove.audit(bare).problems} == {"RolledBack"}


def test_an_older_ledger_from_before_a_rotation_is_said_to_be_rolled_back(allies):
    node = allies["AUR"]
    file = node.home.folder / "ledger.db"
    node.ledger.close()
    before = file.read_bytes()
    node.rotate()
    node.ledger.close()
    put(file, before)
    with open_node(node.home, allies.clock, unchecked=True) as bare:
        assert {problem.name for problem in prove.audit(bare).problems} == {"RolledBack"}


# --- Half-made homes --------------------------------------------------------------------------------------------------


def test_a_home_that_was_begun_is_finished_by_saying_init_again(tmp_path):
    first = homes.create(tmp_path / "home", "AUR")
    with pytest.raises(HomeError, match="consilience init"), open_node(first):
        pass
    again = homes.create(tmp_path / "home", "AUR")
    assert again == first
    establish(again, "Aurelia")
    establish(again, "Aurelia")
    with open_node(again) as node:
        assert (node.ledger.size(), node.roster.version) == (1, 1)
    with pytest.raises(HomeError, match="something already there"):
        homes.create(tmp_path / "home", "AUR")


def test_a_crash_at_any_file_of_a_new_home_can_be_repeated(tmp_path, monkeypatch):
    real = homes.write_whole
    for crash_at in range(2):
        folder = tmp_path / f"home{crash_at}"
        written = []

        def write(file, data, written=written, crash_at=crash_at):
            if len(written) == crash_at:
                raise KeyboardInterrupt
            written.append(file)
            real(file, data)

        with monkeypatch.context() as patched:
            patched.setattr(homes, "write_whole", write)
            with pytest.raises(KeyboardInterrupt):
                homes.create(folder, "AUR")
        establish(homes.create(folder, "AUR"), "Aurelia")
        with open_node(homes.read(folder)) as node:
            assert len(node.home.keys.all()) == 1


def test_a_crash_between_the_first_roster_and_its_head_is_finished(tmp_path):
    home = homes.create(tmp_path / "home", "AUR")
    establish(home, "Aurelia")
    (home.folder / "heads" / "main.checkpoint").unlink()
    establish(homes.create(tmp_path / "home", "AUR"), "Aurelia")
    with open_node(home) as node:
        assert node.ledger.size() == 1
    assert home.head("main")


def test_a_wrong_database_at_init_can_be_put_right(tmp_path):
    wrong = homes.create(tmp_path / "home", "AUR", "postgresql+psycopg://nobody@127.0.0.1:1/x")
    with pytest.raises(StorageError):
        establish(wrong, "Aurelia")
    right = homes.create(tmp_path / "home", "AUR")
    assert right.origin != wrong.origin  # should the other have recorded something after all, they are two logs
    establish(right, "Aurelia")
    with open_node(right) as node:
        assert node.roster.member("AUR")
    with pytest.raises(HomeError, match="a node of AUR"):
        homes.create(homes.create(tmp_path / "other", "AUR").folder, "BOR")


def test_what_is_no_home_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(HomeError, match="something already there"):
        homes.create(tmp_path, "AUR")
    with pytest.raises(HomeError, match="something already there"):
        homes.create(tmp_path / "notes.txt", "AUR")


# --- Our own key ------------------------------------------------------------------------------------------------------


def test_a_crash_in_a_rotation_leaves_a_node_that_signs_with_the_new_key(allies):
    node = allies["AUR"]
    current = node.home.folder / "keys" / "current"
    before = current.read_text()
    made = node.rotate()
    current.write_text(before)
    with open_node(node.home, allies.clock) as again:
        allies.nodes["AUR"] = again
        found = allies.record("AUR", row("A1", "REL TO BOR"))
        assert (found.new, found.set_aside) == (1, [])
        assert again.signer.key_id == made
        assert prove.audit(again).is_sound
    assert current.read_text().strip() == made


def test_a_node_that_is_open_while_another_process_rotates_signs_with_the_new_key(allies):
    node = allies["AUR"]
    with open_node(node.home, allies.clock) as other:
        made = other.rotate()
    allies.record("AUR", row("A1", "REL TO BOR"))
    assert node.signer.key_id == made
    assert prove.audit(node).is_sound


def test_our_own_key_that_cannot_sign_sets_no_row_aside(allies):
    node = allies["AUR"]
    made = node.rotate()
    lost = node.home.folder / "keys" / f"{made}.pem"
    (node.home.folder / "keys" / "current").write_text(
        next(name for name in node.home.keys.all() if name != made) + "\n"
    )
    lost.unlink()
    with open_node(node.home, allies.clock) as again:
        allies.nodes["AUR"] = again
        with pytest.raises(OwnKeyError, match="Restore the newer key"):
            allies.record("AUR", row("A1", "REL TO BOR"))


def test_a_clock_that_was_set_back_is_named_and_sets_no_row_aside(allies):
    allies["AUR"].rotate()
    allies.clock.pass_(days=-2)
    with pytest.raises(OwnKeyError, match="clock"):
        allies.record("AUR", row("A1", "REL TO BOR"))


# --- Heads under keys that ended --------------------------------------------------------------------------------------


def test_a_head_signed_by_a_stolen_key_that_was_rotated_away_is_not_cosigned(allies):
    home, peer = allies["AUR"], allies["BOR"]
    stolen = home.signer
    made = home.home.keys.load(home.rotate())
    peer.adopt(lambda roster, now: with_key(roster, home.partner, made.public, now))
    assert prove.cosign(peer, home.ledger.checkpoint(), ())  # the newest head, signed before the rotation
    size = home.ledger.size()
    allies.record("AUR", row("A1"))
    assert prove.cosign(peer, home.ledger.checkpoint(), home.ledger.consistency(size))
    forged = sign(Checkpoint(home.home.origin, 99, b"x" * 32), stolen)
    with pytest.raises(KeyRetiredError, match="present key"):
        prove.cosign(peer, forged, ())


def test_a_head_that_our_ledger_got_by_a_key_that_had_ended_is_named(allies):
    node = allies["AUR"]
    old = node.signer
    node.rotate()
    assert prove.audit(node).is_sound
    said = node.seal(claim("A1"))
    node.ledger.signer = old
    node.ledger.append(Batch("main", [said]))
    found = prove.audit(node).problems
    assert [problem.name for problem in found] == ["ForgedCheckpoint"]
    assert "a key that ended at" in found[0].sentence


def test_a_proof_under_a_key_that_ended_says_so(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR"))
    seq = amend.one(node, "A1").seq
    before = proof.make(node.ledger, seq)
    assert proof.check(before, node.roster).log_key_until is None
    node.rotate()
    assert proof.check(proof.make(node.ledger, seq), node.roster).log_key_until is None
    old = proof.check(before, node.roster)
    assert old.log_key_until is not None
    assert any("ask AUR for a proof under its present key" in said for said in old.words)
