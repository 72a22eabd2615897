import json
from dataclasses import replace

import pytest

from consilience.errors import ConsilienceError
from consilience.ledger import note as notes
from consilience.ledger import proof
from consilience.ledger.errors import (
    ForgedNoteError,
    MalformedProofError,
    NoSuchEntryError,
    ProofError,
    UnknownNoteKeyError,
)
from consilience.ledger.note import NoteKey
from consilience.trust import canonical
from consilience.trust.errors import BadSignatureError, NotCanonicalError, UnknownSignerError
from consilience.trust.keys import SigningKey
from tests.ledger.making import Node


@pytest.fixture
def made(ledger, put):
    put(ledger, *range(300))
    return proof.make(ledger, 123)


def changed(made, **parts):
    return canonical.encode({**json.loads(made), **parts})


def test_a_proof_says_who_said_what_and_where_it_stands(made, node, ledger):
    found = proof.check(made, node.roster)
    assert (found.issuer, found.index, found.size, found.origin) == ("UKR", 123, 300, "node.example/UKR")
    assert found.statement.claim_id == "123"
    assert found.key_id == found.log_key_id == node.key.key_id
    assert found.log_partner == "UKR"
    assert "entry 123 of node.example/UKR" in found.words[1]
    assert "No witness" in found.words[-1]


def test_every_entry_of_every_log_can_be_proven(ledger, put, node):
    for size in (1, 2, 6):
        put(ledger, *range(size), log="to/GBR")
    for index in range(6):
        assert proof.check(proof.make(ledger, index, "to/GBR"), node.roster).origin == "node.example/UKR/to/GBR"


def test_a_witnessed_head_is_said_to_be(ledger, put, node):
    put(ledger, "a")
    key = SigningKey.from_seed(b"w" * 32)
    witness = NoteKey("witness.example", key.public, notes.COSIGNATURE)
    ledger.add_cosignature(notes.cosign(ledger.checkpoint(), witness.name, key, node.clock()), [witness])
    made = proof.make(ledger, 0)
    assert proof.check(made, node.roster).witnesses == ()
    ((name, _),) = proof.check(made, node.roster, [witness]).witnesses
    assert name == "witness.example"
    note = notes.parse(json.loads(made)["checkpoint"])
    bad = replace(note, signatures=(note.signatures[0], replace(note.signatures[1], value=bytes(72))))
    with pytest.raises(ForgedNoteError):
        proof.check(changed(made, checkpoint=bad.written()), node.roster, [witness])


def test_tampered_envelope_is_refused(made, node):
    envelope = json.loads(json.loads(made)["envelope"])
    envelope["payload"] = "eyJ0eXBlIjoiY2xhaW0ifQ=="
    with pytest.raises(BadSignatureError):
        proof.check(changed(made, envelope=canonical.encode(envelope).decode()), node.roster)


def test_another_envelope_of_the_same_partner_is_refused(made, node):
    with pytest.raises(ProofError):
        proof.check(changed(made, envelope=node.claim("other").envelope.decode()), node.roster)


def test_tampered_leaf_place_or_path_is_refused(made, node):
    parts = json.loads(made)
    path = parts["path"]
    for wrong in (
        {"salt": "0" * 64},
        {"index": 124},
        {"index": 300},
        {"path": path[:-1]},
        {"path": [*path, "0" * 64]},
        {"path": ["0" * 64, *path[1:]]},
        {"path": [path[1], path[0], *path[2:]]},
    ):
        with pytest.raises(ProofError):
            proof.check(changed(made, **wrong), node.roster)


def test_proof_for_another_tree_is_refused(made, node, tmp_path, put):
    with node.open(f"sqlite:///{tmp_path}/another.db") as another:
        put(another, *(f"x{number}" for number in range(300)))
        with pytest.raises(ProofError):
            proof.check(changed(made, checkpoint=another.checkpoint()), node.roster)


def test_tampered_checkpoint_is_refused(made, node):
    checkpoint = json.loads(made)["checkpoint"]
    with pytest.raises(ForgedNoteError):
        proof.check(changed(made, checkpoint=checkpoint.replace("\n300\n", "\n301\n")), node.roster)


def test_checkpoint_by_a_key_that_the_roster_does_not_list_is_refused(made, node):
    stranger = Node(b"x" * 32, "USA")
    head = notes.checkpoint_of(notes.parse(json.loads(made)["checkpoint"]).text)
    with pytest.raises(UnknownNoteKeyError):
        proof.check(changed(made, checkpoint=notes.sign(head, stranger.key)), node.roster)
    with pytest.raises(UnknownSignerError):
        proof.check(made, stranger.roster)


def test_a_file_that_is_no_proof_is_refused(made, node):
    parts = json.loads(made)
    for wrong in (
        {"schema": "consilience.proof/2"},
        {"more": 1},
        {"index": True},
        {"index": -1},
        {"path": "x"},
        {"path": ["0" * 64] * 65},
        {"salt": "00"},
        {"salt": ["0" * 64]},
        {"envelope": 1},
    ):
        with pytest.raises(MalformedProofError):
            proof.check(changed(made, **wrong), node.roster)
    for data in (b"", b"[]", b"x" * (proof.MOST_BYTES + 1), json.dumps(parts).encode()):
        with pytest.raises((MalformedProofError, ConsilienceError)):
            proof.check(data, node.roster)
    with pytest.raises(NotCanonicalError):
        proof.check(made + b"\n", node.roster)


def test_erased_content_has_no_proof(ledger, put, node):
    put(ledger, "a", "b")
    ledger.erase(node.tombstone(ledger, 0))
    with pytest.raises(NoSuchEntryError, match="erased"):
        proof.make(ledger, 0)
    assert proof.check(proof.make(ledger, 1), node.roster).index == 1


@pytest.mark.parametrize(
    "page", [range(1), range(299, 300), range(120, 131), range(60, 258), range(300), range(290, 900)]
)
def test_a_page_of_proofs_is_the_same_bytes_as_each_by_itself(made, ledger, page):
    assert list(proof.make_many(ledger, page)) == [proof.make(ledger, index) for index in page if index < 300]


def test_a_page_of_proofs_beyond_the_end_is_empty(ledger, put):
    assert list(proof.make_many(ledger, range(500))) == []
    put(ledger, "a")
    assert list(proof.make_many(ledger, range(1, 500))) == []
