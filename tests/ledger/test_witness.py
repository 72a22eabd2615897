import json

import pytest

from consilience.ledger import note as notes
from consilience.ledger.entry import Batch
from consilience.ledger.errors import (
    EquivocationError,
    EvidenceError,
    InconsistentHeadError,
    LedgerError,
    RollbackError,
    UnknownNoteKeyError,
)
from consilience.ledger.note import Checkpoint, NoteKey
from consilience.ledger.witness import Evidence, Witness
from tests.ledger.making import Node


@pytest.fixture
def witness(ledger, node):
    """A node that remembers in its own ledger what it has seen of others'."""
    return Witness("witness.example", node.key, ledger, node.clock)


@pytest.fixture
def other(tmp_path):
    """Another node's ledger, with its heads of sizes 3 and 5."""
    partner = Node(b"o" * 32, "GBR")
    with partner.open(f"sqlite:///{tmp_path}/other.db", origin="other.example") as opened:
        opened.append(Batch("main", partner.claims(1, 2, 3)))
        opened.append(Batch("main", partner.claims(4, 5)))
        opened.key = NoteKey("other.example", partner.key.public)
        opened.partner = partner
        yield opened


def test_a_log_that_only_grows_is_cosigned(witness, other, node):
    seen = NoteKey("witness.example", node.key.public, notes.COSIGNATURE)
    first = witness.cosign(other.checkpoint(size=3), (), other.key)
    second = witness.cosign(other.checkpoint(), other.consistency(3), other.key)
    again = witness.cosign(other.checkpoint(), (), other.key)
    for note in (first, second, again):
        assert len(notes.cosignatures(note, [seen])) == 1
    assert other.add_cosignature(second, [seen]) == 1
    assert notes.cosignatures(other.checkpoint(), [seen])


def test_rolled_back_head_is_refused_and_kept(witness, other, ledger):
    witness.cosign(other.checkpoint(), (), other.key)
    with pytest.raises(RollbackError, match="size 3, expected at least 5"):
        witness.cosign(other.checkpoint(size=3), (), other.key)
    (kept,) = ledger.incidents()
    assert "shown the smaller after the larger" in Evidence.read(kept).check(other.key)


def test_split_view_is_refused_and_a_third_party_can_check_the_evidence(witness, other, ledger):
    witness.cosign(other.checkpoint(), (), other.key)
    second = notes.sign(Checkpoint("other.example", 5, bytes(32)), other.partner.key)
    for _ in range(2):
        with pytest.raises(EquivocationError):
            witness.cosign(second, (), other.key)
    (kept,) = ledger.incidents()
    evidence = Evidence.read(kept)
    assert {evidence.first, evidence.second} == {other.checkpoint(), second}
    assert "proof of equivocation" in evidence.check(other.key)
    assert Evidence.read(evidence.written()) == evidence
    with pytest.raises(UnknownNoteKeyError):
        evidence.check(NoteKey("other.example", Node().key.public))


def test_evidence_that_shows_nothing_accuses_nobody(other):
    note, older = other.checkpoint(), other.checkpoint(size=3)
    for first, second in ((note, note), (older, note)):
        with pytest.raises(EvidenceError):
            Evidence("split view", first, second).check(other.key)
    for wrong in ("{}", '{"schema":"consilience.evidence/1"}', json.dumps({"schema": "x"}), "[]"):
        with pytest.raises(EvidenceError):
            Evidence.read(wrong)


def test_rewritten_history_is_refused_and_kept(witness, other, ledger):
    witness.cosign(other.checkpoint(size=3), (), other.key)
    forked = notes.sign(Checkpoint("other.example", 5, bytes(32)), other.partner.key)
    for proof in (other.consistency(3), (), (bytes(32),)):
        with pytest.raises(InconsistentHeadError):
            witness.cosign(forked, proof, other.key)
    assert len(ledger.incidents()) == 1
    assert "to show that the larger extends" in Evidence.read(ledger.incidents()[0]).check(other.key)
    witness.cosign(other.checkpoint(), other.consistency(3), other.key)


def test_head_that_the_log_did_not_sign_is_neither_cosigned_nor_kept(witness, other, ledger):
    stranger = notes.sign(Checkpoint("other.example", 9, bytes(32)), Node().key)
    with pytest.raises(LedgerError):
        witness.cosign(stranger, (), other.key)
    assert ledger.incidents() == ()
    witness.cosign(other.checkpoint(size=3), (), other.key)


def test_a_witness_remembers_across_openings(url, other):
    node = Node()
    with node.open(url) as ledger:
        Witness("w.example", node.key, ledger, node.clock).cosign(other.checkpoint(), (), other.key)
    with node.open(url) as ledger, pytest.raises(RollbackError):
        Witness("w.example", node.key, ledger, node.clock).cosign(other.checkpoint(size=3), (), other.key)
