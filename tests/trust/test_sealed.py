"""A commitment fixes an answer and tells nothing of it: not altered, not copied, not guessed, not moved elsewhere."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.model.assessment import Assessment
from consilience.trust.canonical import encode
from consilience.trust.errors import MalformedStatementError
from consilience.trust.sealed import LABEL, canonical, commitment, commitment_over, tlv
from tests.model.test_assessment import FITS, answer, assessments

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "sealed_commitments.json").read_text("utf-8"))
SESSION, NONCE = "5e" * 32, bytes(range(32))
PERCENT = range(101)
ANSWERS = [(a, b, 100 - a - b) for a in PERCENT for b in PERCENT if a + b <= 100]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_vectors_are_met(vector):
    """They were reckoned by another program, see the file: two implementations agree on each byte."""
    data = encode(vector["assessment"])
    assert hashlib.sha256(data).hexdigest() == vector["assessment_sha256"]
    fields = (vector["session"], vector["round"], vector["partner"], bytes.fromhex(vector["nonce"]), data)
    plain = (LABEL.encode(), bytes.fromhex(fields[0]), bytes([fields[1]]), fields[2].encode(), fields[3], data)
    assert tlv(plain).hex() == vector["tlv_head"] + data.hex()
    assert commitment_over(*fields) == vector["commitment"]
    assert (
        commitment(vector["session"], vector["partner"], fields[3], Assessment.read(vector["assessment"]))
        == (vector["commitment"])
    )


@given(st.lists(st.binary(max_size=6), max_size=6), st.lists(st.binary(max_size=6), max_size=6))
def test_two_lists_of_fields_never_come_out_as_one_text(one, two):
    assert (tlv(tuple(one)) == tlv(tuple(two))) == (one == two)


@given(assessments(), assessments())
def test_a_commitment_is_to_one_answer_alone(one, two):
    first, second = Assessment.read(one), Assessment.read(two)
    same = commitment(SESSION, "GBR", NONCE, first) == commitment(SESSION, "GBR", NONCE, second)
    assert same == (canonical(first) == canonical(second))


def test_a_commitment_is_worth_nothing_under_another_name_or_in_another_place():
    made = canonical(Assessment.read(answer(FITS)))
    places = [
        (SESSION, 1, "GBR", NONCE, made),
        (SESSION, 1, "USA", NONCE, made),
        (SESSION, 2, "GBR", NONCE, made),
        ("5f" * 32, 1, "GBR", NONCE, made),
        (SESSION, 1, "GBR", NONCE[::-1], made),
        (SESSION, 1, "GBR", NONCE, made + b" "),
    ]
    assert len({commitment_over(*place) for place in places}) == len(places)


@pytest.mark.parametrize(("session", "nonce"), [(SESSION, b""), (SESSION, bytes(31)), ("no id", NONCE)])
def test_a_nonce_that_is_short_or_a_session_that_is_none_seals_nothing(session, nonce):
    with pytest.raises(MalformedStatementError):
        commitment(session, "GBR", nonce, Assessment.read(answer(FITS)))


def every_answer():
    """All 5,151 three-outcome answers in whole percent, all else as the one that was sealed: the attacker knows it."""
    plain = Assessment.read(answer(FITS)).document()
    for large, limited, none in ANSWERS:
        numbers = {"large": large, "limited": limited, "none": none}
        words = plain["judgements"]
        judged = {name: {"percent": number, "word": words[name]["word"]} for name, number in numbers.items()}
        yield encode({**plain, "judgements": judged})


def test_all_5151_answers_are_tried_against_a_commitment_and_none_is_found():
    secret = Assessment.read(answer(FITS))
    nonce = hashlib.sha256(b"a nonce that nobody else has").digest()
    sealed = commitment(SESSION, "GBR", nonce, secret)
    # What is on the wire: the session, the round, who sealed, and the commitment. No nonce; so those that a lazy program
    # would have used, and every public value of that length.
    public = [bytes(32), b"\xff" * 32, bytes.fromhex(SESSION), bytes.fromhex(sealed), b"GBR".ljust(32, b"\0")]
    tried = list(every_answer())
    assert len(tried) == 5_151
    assert canonical(secret) in tried  # the right answer was among them
    for data in tried:
        assert hashlib.sha256(data).hexdigest() != sealed
        for nonce_guess in public:
            assert commitment_over(SESSION, 1, "GBR", nonce_guess, data) != sealed


def test_the_same_attack_finds_an_answer_that_is_hashed_without_a_nonce():
    """The test above can fail: without the nonce the answer is found among the 5,151."""
    secret = canonical(Assessment.read(answer(FITS)))
    unsalted = commitment_over(SESSION, 1, "GBR", b"", secret)
    found = [data for data in every_answer() if commitment_over(SESSION, 1, "GBR", b"", data) == unsalted]
    assert found == [secret]
