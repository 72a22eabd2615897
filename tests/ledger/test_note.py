import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.ledger import note as notes
from consilience.ledger import tree
from consilience.ledger.errors import ForgedNoteError, MalformedNoteError, UnknownNoteKeyError
from consilience.ledger.note import Checkpoint, NoteKey
from consilience.trust.errors import WeakKeyError
from consilience.trust.keys import SigningKey

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "c2sp_notes.json").read_text(encoding="utf-8"))
LOG = SigningKey.from_seed(b"l" * 32)
WITNESS = SigningKey.from_seed(b"w" * 32)
HEAD = Checkpoint("log.example/1", 7, bytes(range(32)))
KEY = NoteKey(HEAD.origin, LOG.public)
COSIGNER = NoteKey("witness.example", WITNESS.public, notes.COSIGNATURE)
NOTE = notes.sign(HEAD, LOG)
AT = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)


def test_the_reference_note_is_signed_byte_for_byte():
    case = VECTORS["note"]
    key = NoteKey.read(case["vkey"])
    signer = SigningKey.from_seed(bytes.fromhex(case["seed"]))
    assert (key.name, key.public, key.vkey) == ("PeterNeumann", signer.public, case["vkey"])
    made = notes.NoteSignature(key.name, key.id, signer.sign(case["text"].encode()))
    assert made.line == case["line"]
    assert notes.parse(f"{case['text']}\n{case['line']}") == notes.Note(case["text"], (made,))


def test_a_published_log_and_its_extension_verify():
    case = VECTORS["extension"]
    key = NoteKey.read(case["vkey"])
    first, second = (notes.verified(case[name], [key]) for name in ("first", "second"))
    assert (first.size, second.size) == (5, 8)
    proof = [bytes.fromhex(step) for step in case["proof"]]
    tree.verify_consistency(5, 8, proof, (first.root, second.root))


def test_a_published_cosignature_verifies():
    case = VECTORS["cosigned"]
    log, witness = NoteKey.read(case["log"]), NoteKey.read(case["witness"])
    assert notes.verified(case["note"], [log]).size == case["size"]
    (found,) = notes.cosignatures(case["note"], [witness])
    assert (found.name, found.time.year) == ("remora.n621.de", 2026)
    assert notes.parse(case["note"]).written() == case["note"]
    other = case["note"].replace(str(case["size"]), str(case["size"] + 1))
    with pytest.raises(ForgedNoteError):
        notes.verified(other, [log])
    with pytest.raises(ForgedNoteError):
        notes.cosignatures(other, [witness])


def test_the_time_of_a_cosignature_is_read_as_published():
    case = VECTORS["time"]
    (found,) = notes.parse(f"text\n\n{case['line']}").signatures
    assert int(found.time.timestamp()) == case["seconds"]


def test_a_checkpoint_is_written_as_c2sp_has_it():
    assert NOTE.split("— ")[0] == "log.example/1\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n"
    assert notes.verified(NOTE, [KEY]) == HEAD
    extended = Checkpoint("log.example/1", 0, tree.EMPTY_ROOT, ("more", "and more"))
    assert notes.verified(notes.sign(extended, LOG), [KEY]) == extended


def test_a_cosigned_checkpoint_is_still_the_logs_own():
    cosigned = notes.cosign(NOTE, COSIGNER.name, WITNESS, AT)
    assert notes.verified(cosigned, [KEY]) == HEAD
    (found,) = notes.cosignatures(cosigned, [COSIGNER])
    assert (found.name, found.time) == ("witness.example", AT)
    assert notes.cosignatures(NOTE, [COSIGNER]) == ()


@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(1, 255))
def test_a_tampered_checkpoint_is_refused(at, change):
    data = bytearray(NOTE.encode())
    data[at] ^= change
    text = data.decode(errors="surrogateescape")
    with pytest.raises((MalformedNoteError, ForgedNoteError, UnknownNoteKeyError)):
        notes.verified(text, [KEY])


def test_a_checkpoint_of_another_log_is_not_taken_for_this_one():
    with pytest.raises(UnknownNoteKeyError, match="a key of log"):
        notes.verified(NOTE, [NoteKey("other.example", LOG.public)])
    renamed = notes.parse(notes.sign(Checkpoint("other.example", 7, bytes(32)), LOG))
    mixed = notes.Note(HEAD.text, renamed.signatures).written()
    with pytest.raises(UnknownNoteKeyError):
        notes.verified(mixed, [KEY])


def test_a_cosignature_is_not_taken_for_the_logs_signature():
    cosigned = notes.cosign(NOTE, HEAD.origin, LOG, AT)
    own = notes.parse(cosigned).signatures[1]
    alone = notes.Note(HEAD.text, (own,)).written()
    with pytest.raises(UnknownNoteKeyError):
        notes.verified(alone, [KEY, NoteKey(HEAD.origin, LOG.public, notes.COSIGNATURE)])


def test_a_cosignature_moved_in_time_is_refused():
    cosigned = notes.cosign(NOTE, COSIGNER.name, WITNESS, AT)
    last = notes.parse(cosigned).signatures[1]
    for seconds in (int(AT.timestamp()) + 1, 2**63, 2**64 - 1):
        moved = notes.NoteSignature(last.name, last.id, seconds.to_bytes(8, "big") + last.value[8:])
        with pytest.raises(ForgedNoteError):
            notes.cosignatures(notes.Note(HEAD.text, (moved,)).written(), [COSIGNER])


def test_one_bad_signature_of_a_known_key_spoils_the_note():
    good = notes.parse(NOTE).signatures[0]
    bad = notes.NoteSignature(good.name, good.id, bytes(64))
    for lines in ((good, bad), (bad, good), (bad,)):
        with pytest.raises(ForgedNoteError):
            notes.verified(notes.Note(HEAD.text, lines).written(), [KEY])


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "text\n",
        NOTE[:-1],
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("— ", "- "),
        NOTE + "\n",
        NOTE + "trailing\n",
        NOTE.replace("7\n", "7\r\n"),
        NOTE.replace("log.example", "log\texample"),
        NOTE.replace("log.example", "log\ud800example"),
        NOTE[:-5] + "=" + NOTE[-4:],
        "x" * 70_000 + "\n",
        HEAD.text + "\n" + notes.parse(NOTE).signatures[0].line * 65,
    ],
)
def test_text_that_is_no_note_is_refused(wrong):
    with pytest.raises(MalformedNoteError):
        notes.parse(wrong)


ROOT = HEAD.text.splitlines()[2]


@pytest.mark.parametrize(
    "wrong",
    [
        f"origin\n7\n{ROOT}",
        f"\n7\n{ROOT}\n",
        f"origin\n07\n{ROOT}\n",
        f"origin\n-7\n{ROOT}\n",
        f"origin\n+7\n{ROOT}\n",
        f"origin\n\uff17\n{ROOT}\n",
        f"origin\n{10**19}\n{ROOT}\n",
        f"origin\n\n7\n{ROOT}\n",
        f"origin\n7\n{ROOT[:-1]}\n",
        f"origin\n7\n{ROOT[:-2]}9=\n",
        "origin\n7\nAAAA\n",
        f"origin\n7\n{ROOT}\n\n",
        "origin\n7\n",
    ],
)
def test_a_note_that_is_no_checkpoint_is_refused(wrong):
    with pytest.raises(MalformedNoteError):
        notes.checkpoint_of(wrong)


@pytest.mark.parametrize("wrong", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\0b"])
def test_a_name_that_no_line_can_carry_is_refused(wrong):
    with pytest.raises(MalformedNoteError):
        notes.sign(Checkpoint(wrong, 1, bytes(32)), LOG)


def test_a_verifier_key_that_contradicts_itself_is_refused():
    vkey = VECTORS["note"]["vkey"]
    for wrong in (vkey.replace("c74f20a3", "c74f20a4"), vkey.replace("Peter", "Paul"), vkey[:-4], vkey[:-1] + "X", "x"):
        with pytest.raises((MalformedNoteError, WeakKeyError)):
            NoteKey.read(wrong)
    with pytest.raises(WeakKeyError):
        NoteKey.read(NoteKey("weak.example", bytes(32)).vkey)


def test_a_head_is_signed_by_a_new_key_too_and_keeps_its_witnesses():
    old, new, seen = (SigningKey.from_seed(seed * 32) for seed in (b"o", b"n", b"w"))
    note = notes.sign(Checkpoint("node.example/UKR", 3, bytes(32)), old)
    both = notes.signed_also(note, new)
    keys = [NoteKey("node.example/UKR", key.public) for key in (old, new)]
    assert notes.signers(both, keys) == tuple(keys)
    assert notes.signers(note, keys) == (keys[0],)
    assert notes.signed_also(both, new) == both
    witnessed = notes.cosign(note, "witness.example", seen, datetime(2031, 1, 1, tzinfo=UTC))
    line = witnessed.removeprefix(note)
    assert notes.cosignatures(both + line, [NoteKey("witness.example", seen.public, notes.COSIGNATURE)])
