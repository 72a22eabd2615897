from dataclasses import replace

import pytest

from consilience.ledger import note as notes
from consilience.ledger import problem, tree
from consilience.ledger.audit import Keys, audit
from consilience.ledger.entry import Batch
from consilience.ledger.note import Checkpoint, NoteKey
from consilience.model.entry import RosterEntry
from consilience.trust import roster as rosters
from consilience.trust.keys import SigningKey
from tests.ledger.making import START, Node


@pytest.fixture
def filled(url, node, put):
    """A ledger of two logs with an erased entry, closed; and its newest heads, kept outside."""
    with node.open(url, salt=node.salt) as ledger:
        put(ledger, *range(300))
        put(ledger, *range(300, 310))
        put(ledger, 1, 2, log="to/GBR")
        ledger.erase(node.tombstone(ledger, 7))
        return [ledger.checkpoint(), ledger.checkpoint("to/GBR")]


@pytest.fixture
def look(url, node, filled):
    """Audit the ledger; the names of what is wrong, and all of it."""

    def audited(heads=(), keys=None):
        with node.open(url) as ledger:
            found = audit(ledger, node.roster_at, keys or node.keys, heads)
        return {each.name for each in found.problems}, found

    return audited


def test_a_sound_ledger_is_said_to_be_and_what_was_checked(look, filled):
    names, found = look(filled)
    assert names == set()
    assert found.is_sound
    assert found.findings[0].startswith("Log main: 311 entries, 1 of them erased, 3 signed heads")


def test_tampered_envelope_is_found(look, url, tamper, node):
    other = node.claim("forged").envelope
    tamper(url, "UPDATE entries SET envelope = :other WHERE \"index\" = 40 AND log = 'main'", other=other)
    names, found = look()
    assert {"TamperedEntry", "RewrittenLog"} <= names
    assert "entry 40 does not hash to its leaf" in [each.sentence for each in found.problems]


def test_tampered_envelope_with_its_leaf_made_to_fit_is_found(look, url, tamper, node):
    other = node.claim("forged")
    tamper(
        url,
        "UPDATE entries SET envelope = :other, digest = :digest, leaf = :leaf, salt = :salt"
        " WHERE \"index\" = 40 AND log = 'main'",
        other=other.envelope, digest=other.digest, leaf=tree.leaf_hash(bytes(32), other.envelope), salt=bytes(32),
    )  # fmt: skip
    names, found = look()
    assert names == {"TamperedEntry", "RewrittenLog"}
    assert "entry 40 is not the one that was signed" in [each.sentence for each in found.problems]


def test_an_entry_that_nobody_signed_is_found(look, url, tamper):
    stranger = Node(b"x" * 32).claim(5)
    tamper(url, "UPDATE entries SET envelope = :other WHERE \"index\" = 5 AND log = 'main'", other=stranger.envelope)
    _, found = look()
    assert any("entry 5 does not verify" in each.sentence for each in found.problems)


@pytest.mark.parametrize("column", ["kind", "issuer", "digest"])
def test_tampered_filing_is_found(look, url, tamper, column):
    tamper(url, f"UPDATE entries SET {column} = 'another' WHERE \"index\" = 12 AND log = 'main'")  # noqa: S608  three names
    assert look()[0] == {"TamperedEntry"}


def test_reordered_entries_are_found(look, url, tamper):
    for at, to in ((100, -1), (200, 100), (-1, 200)):
        tamper(url, 'UPDATE entries SET "index" = :to WHERE "index" = :at AND log = \'main\'', at=at, to=to)
    names, found = look()
    assert names == {"ReorderedEntries", "RewrittenLog"}
    assert "entry 100 was signed as entry 200" in [each.sentence for each in found.problems]


def test_truncated_log_is_found(look, url, tamper):
    tamper(url, "DELETE FROM entries WHERE \"index\" >= 305 AND log = 'main'")
    names, found = look()
    assert "TruncatedLog" in names
    assert "311 entries were signed, and 305 are there" in [each.sentence for each in found.problems]


def test_a_missing_entry_in_the_middle_is_found(look, url, tamper):
    tamper(url, "DELETE FROM entries WHERE \"index\" = 50 AND log = 'main'")
    assert "TruncatedLog" in look()[0]


def test_truncation_with_its_checkpoints_is_found_as_a_rollback_by_the_head_outside(look, url, tamper, filled):
    tamper(url, "DELETE FROM entries WHERE log = 'to/GBR'")
    tamper(url, "DELETE FROM checkpoints WHERE log = 'to/GBR'")
    tamper(url, "DELETE FROM tiles WHERE log = 'to/GBR'")
    assert look()[0] == set()
    names, found = look(filled)
    assert names == {"RolledBack"}
    assert found.problems[0].log == "to/GBR"


def test_rollback_of_the_whole_database_is_found_by_the_head_outside(tmp_path, node, put):
    url = f"sqlite:///{tmp_path}/l.db"
    with node.open(url) as ledger:
        put(ledger, 1)
        put(ledger, 2)
    with node.open(url) as ledger:
        earlier = (tmp_path / "l.db").read_bytes()
        put(ledger, 3)
        head = ledger.checkpoint()
    for file in tmp_path.glob("l.db*"):
        file.unlink()
    (tmp_path / "l.db").write_bytes(earlier)
    with node.open(url) as ledger:
        assert audit(ledger, node.roster_at, node.keys).is_sound
        (found,) = audit(ledger, node.roster_at, node.keys, [head]).problems
        assert found == problem.RolledBack("main", found.sentence)
        put(ledger, 4)
        (found,) = audit(ledger, node.roster_at, node.keys, [head]).problems
        assert "another history" in found.sentence


def test_tampered_tile_is_found(look, url, tamper):
    tamper(url, "UPDATE tiles SET hashes = :bad WHERE level = 0 AND number = 0 AND log = 'main'", bad=bytes(8192))
    assert look()[0] == {"BrokenTile"}
    tamper(url, "DELETE FROM tiles WHERE level = 1 AND log = 'main'")
    assert any("1/000" in each.sentence for each in look()[1].problems)


def test_tampered_checkpoint_is_found(look, url, tamper, node):
    forged = notes.sign(Checkpoint("node.example/UKR", 300, bytes(32)), SigningKey.from_seed(b"f" * 32))
    tamper(url, "UPDATE checkpoints SET note = :note WHERE size = 300", note=forged)
    assert look()[0] == {"ForgedCheckpoint"}
    swapped = notes.sign(Checkpoint("node.example/UKR", 299, bytes(32)), node.key)
    tamper(url, "UPDATE checkpoints SET note = :note WHERE size = 300", note=swapped)
    assert look()[0] == {"ForgedCheckpoint"}
    own = notes.sign(Checkpoint("node.example/UKR", 300, bytes(32)), node.key)
    tamper(url, "UPDATE checkpoints SET note = :note WHERE size = 300", note=own)
    assert look()[0] == {"RewrittenLog"}


def test_entries_that_no_head_covers_are_found(look, url, tamper):
    tamper(url, "DELETE FROM checkpoints WHERE size = 311")
    assert look()[0] == {"UnsignedEntries"}


def test_erasure_without_a_tombstone_is_found(look, url, tamper):
    tamper(url, "UPDATE entries SET envelope = NULL, salt = NULL, digest = NULL WHERE \"index\" = 9 AND log = 'main'")
    names, found = look()
    assert names == {"UnexplainedGap"}
    assert found.problems[0].sentence == "entry 9 is erased, and no tombstone names it"


def test_erased_content_put_back_is_found(look, url, tamper, node):
    item = node.claim(7)
    tamper(
        url,
        "UPDATE entries SET envelope = :data, salt = :salt, digest = :digest WHERE \"index\" = 7 AND log = 'main'",
        data=item.envelope, salt=(8).to_bytes(32, "big"), digest=item.digest,
    )  # fmt: skip
    assert look()[0] == {"UnexplainedGap"}


def test_a_forged_cosignature_is_found(url, node, put, tamper):
    key = SigningKey.from_seed(b"w" * 32)
    witness = NoteKey("w.example", key.public, notes.COSIGNATURE)
    keys = Keys((node.key.public,), (witness,))
    with node.open(url) as ledger:
        put(ledger, 1)
        ledger.add_cosignature(notes.cosign(ledger.checkpoint(), "w.example", key, node.clock()), [witness])
        found = audit(ledger, node.roster_at, keys)
        assert found.is_sound
        assert "1 cosignatures by known witnesses" in found.findings[0]
        last = notes.parse(ledger.checkpoint()).signatures[-1]
        tamper(url, "UPDATE cosignatures SET line = :line", line=replace(last, value=bytes(72)).line)
        assert [each.name for each in audit(ledger, node.roster_at, keys).problems] == ["ForgedCheckpoint"]


def test_a_head_from_outside_that_is_not_ours_is_said_to_be(look):
    stranger = SigningKey.from_seed(b"f" * 32)
    for origin in ("node.example/UKR", "other.example"):
        names, _ = look([notes.sign(Checkpoint(origin, 1, bytes(32)), stranger), "no note"])
        assert names == {"ForgedCheckpoint"}


def test_heads_by_an_earlier_key_of_the_node_hold(url, node, put):
    new = SigningKey.from_seed(b"n" * 32)
    with node.open(url) as ledger:
        put(ledger, 1)
    with node.open(url, signer=new) as ledger:
        put(ledger, 2)
        assert audit(ledger, node.roster_at, Keys((node.key.public, new.public))).is_sound
        assert [each.name for each in audit(ledger, node.roster_at, node.keys).problems] == [
            "ForgedCheckpoint", "UnsignedEntries",
        ]  # fmt: skip


def test_rosters_are_checked_against_the_one_before(url, node):
    second = rosters.with_key(node.roster, node.code, SigningKey.from_seed(b"2" * 32).public, START)
    with node.open(url) as ledger:
        first = node.sealed_founding()
        later = node.sealed(RosterEntry(second))
        ledger.append(Batch("main", [first, later, node.claim("a")]))
        assert audit(ledger, node.roster_at, node.keys).problems == ()
        assert [entry.kind for entry in ledger.entries()] == ["roster", "roster", "claim"]
