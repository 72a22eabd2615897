import copy
import dataclasses
import json
import pickle
import random
from base64 import b64decode, b64encode
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.errors import ConsilienceError
from consilience.trust import errors
from consilience.trust import verify as module
from consilience.trust.canonical import encode
from consilience.trust.envelope import MAX_ENVELOPE, seal
from consilience.trust.errors import (
    AheadOfTimeError,
    BadSignatureError,
    DeepNestingError,
    DuplicateKeyError,
    ImpersonationError,
    InexactNumberError,
    KeyNotYetError,
    KeyRetiredError,
    MalformedEnvelopeError,
    MalformedJsonError,
    MalformedStatementError,
    NotCanonicalBase64Error,
    NotCanonicalError,
    TooLargeError,
    TrustError,
    UnknownPayloadTypeError,
    UnknownSignerError,
)
from consilience.trust.payload import payload_type
from consilience.trust.roster import with_key
from consilience.trust.verify import CLOCKS_DIFFER, Verified, verify
from tests.trust.making import (
    ISSUED,
    START,
    make_claim,
    make_envelope,
    make_key,
    make_roster,
    make_roster_envelope,
    make_statement,
    make_verified,
)

CLAIM = payload_type("claim")
ORDER = 2**252 + 27742317777372353535851937790883648493
SECOND = timedelta(seconds=1)


@pytest.fixture
def roster():
    return make_roster()


def sealed(payload, kind=CLAIM, *signers):
    """Any payload at all, well signed by UKR."""
    return seal(kind, payload, signers or (make_key(),))


def opened(data):
    """The JSON of an envelope."""
    return json.loads(data)


# --- What verify gives ------------------------------------------------------------------------------------------------


def test_what_a_partner_signed_is_verified_as_what_it_said(roster):
    data = make_envelope(make_claim(text="Війська"))
    verified = verify(data, roster, ISSUED)
    assert verified.statement == make_statement(make_claim(text="Війська"))
    assert verified.envelope == data
    assert verified.payload == b64decode(opened(data)["payload"])
    assert verified.key_id == make_key().key_id
    assert len(verified.digest) == 64


def test_signature_by_an_unknown_key_is_passed_over_beside_a_known_one(roster):
    stranger = make_key("XXX")
    assert verify(make_envelope(signers=(stranger, make_key())), roster).key_id == make_key().key_id


def test_statement_that_another_member_signs_too_stays_its_issuers(roster):
    verified = verify(make_envelope(issuer="UKR", signers=(make_key("GBR"), make_key("UKR"))), roster)
    assert (verified.statement.issuer, verified.key_id) == ("UKR", make_key("UKR").key_id)


# --- Attacks, in the order of the checks ------------------------------------------------------------------------------


def test_envelope_over_the_size_bound_is_refused(roster):
    with pytest.raises(TooLargeError):
        verify(make_envelope() + b" " * MAX_ENVELOPE, roster)


def test_signature_stripping_is_refused(roster):
    with pytest.raises(MalformedEnvelopeError, match="signatures"):
        verify(encode({**opened(make_envelope()), "signatures": []}), roster)


def test_non_canonical_base64_is_refused(roster):
    envelope = opened(make_envelope(make_claim(text="x")))
    while not envelope["payload"].endswith("="):
        envelope = opened(make_envelope(make_claim(text="x" * len(envelope["payload"]))))
    spoiled = envelope["payload"].rstrip("=")
    spoiled = spoiled[:-1] + chr(ord(spoiled[-1]) + 1)
    padding = "=" * (-len(spoiled) % 4)
    with pytest.raises(NotCanonicalBase64Error):
        verify(encode({**envelope, "payload": spoiled + padding}), roster)


def test_unknown_payload_type_is_refused(roster):
    with pytest.raises(UnknownPayloadTypeError):
        verify(sealed(b"{}", "application/json"), roster)


def test_unknown_key_is_refused(roster):
    with pytest.raises(UnknownSignerError, match=make_key("XXX").key_id):
        verify(make_envelope(signers=(make_key("XXX"),)), roster)


def test_payload_of_another_envelope_under_a_good_signature_is_refused(roster):
    other = opened(make_envelope(make_claim(text="other")))["payload"]
    with pytest.raises(BadSignatureError, match="UKR"):
        verify(encode({**opened(make_envelope()), "payload": other}), roster)


def test_payload_under_another_type_is_refused(roster):
    with pytest.raises(BadSignatureError):
        verify(encode({**opened(make_envelope()), "payloadType": payload_type("consent")}), roster)


def test_signature_moved_to_another_known_key_is_refused(roster):
    envelope = opened(make_envelope())
    envelope["signatures"][0]["keyid"] = make_key("GBR").key_id
    with pytest.raises(BadSignatureError, match="GBR"):
        verify(encode(envelope), roster)


def test_one_false_signature_beside_a_good_one_is_refused(roster):
    envelope = opened(make_envelope(signers=(make_key("UKR"), make_key("GBR"))))
    envelope["signatures"][0]["sig"] = envelope["signatures"][1]["sig"]
    with pytest.raises(BadSignatureError):
        verify(encode(envelope), roster)


def test_malleable_signature_is_refused(roster):
    envelope = opened(make_envelope())
    good = b64decode(envelope["signatures"][0]["sig"])
    twin = good[:32] + (int.from_bytes(good[32:], "little") + ORDER).to_bytes(32, "little")
    for value in (twin, good[:63], good + b"\0", b"", bytes(64)):
        envelope["signatures"][0]["sig"] = b64encode(value).decode()
        with pytest.raises(BadSignatureError):
            verify(encode(envelope), roster)


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (b'{"type":"claim","type":"claim"}', DuplicateKeyError),
        (b"[" * 65 + b"]" * 65, DeepNestingError),
        (b"[9007199254740992]", InexactNumberError),
        (b'{"b":1,"a":1}', NotCanonicalError),
        (b'{"a": 1}', NotCanonicalError),
        (b"\xff", MalformedJsonError),
        (b"", MalformedJsonError),
        (b"{}", MalformedStatementError),
        (b"[]", MalformedStatementError),
    ],
)
def test_payload_outside_the_profile_is_refused_though_well_signed(roster, payload, error):
    with pytest.raises(error):
        verify(sealed(payload), roster)


def test_nothing_of_a_payload_is_parsed_before_its_signature_verifies(roster):
    with pytest.raises(UnknownSignerError):
        verify(sealed(b"not JSON", CLAIM, make_key("XXX")), roster)


def test_duplicate_keys_in_the_envelope_are_refused(roster):
    with pytest.raises(DuplicateKeyError):
        verify(make_envelope().replace(b'{"payload"', b'{"payload":"","payload"', 1), roster)


def test_replay_under_another_partners_name_is_refused(roster):
    with pytest.raises(ImpersonationError, match="'UKR', signed by GBR"):
        verify(make_envelope(issuer="UKR", signers=(make_key("GBR"),)), roster)


def test_issuer_whom_the_roster_does_not_list_is_refused(roster):
    with pytest.raises(ImpersonationError, match="'XXX'"):
        verify(make_envelope(issuer="XXX", signers=(make_key("GBR"), make_key("XXX"))), roster)


def test_key_rotation_with_an_old_key_is_refused(roster):
    rotated = with_key(roster, "UKR", make_key("UKR", 1).public, ISSUED)
    verify(make_envelope(issued_at=ISSUED - SECOND), rotated)
    verify(make_envelope(issued_at=ISSUED, signers=(make_key("UKR", 1),)), rotated)
    with pytest.raises(KeyRetiredError, match="present key"):
        verify(make_envelope(issued_at=ISSUED), rotated)


def test_backdated_statement_by_an_old_key_that_arrives_after_rotation_is_refused(roster):
    rotated = with_key(roster, "UKR", make_key("UKR", 1).public, ISSUED)
    backdated = make_envelope(issued_at=ISSUED - SECOND)
    verify(backdated, rotated, ISSUED - SECOND)
    with pytest.raises(KeyRetiredError, match="received"):
        verify(backdated, rotated, ISSUED)


def test_statement_before_its_key_begins_is_refused(roster):
    verify(make_envelope(issued_at=START), roster)
    with pytest.raises(KeyNotYetError, match="issued"):
        verify(make_envelope(issued_at=START - SECOND), roster)
    with pytest.raises(KeyNotYetError, match="received"):
        verify(make_envelope(issued_at=START), roster, START - SECOND)


def test_statement_from_the_future_is_refused(roster):
    verify(make_envelope(), roster, ISSUED - CLOCKS_DIFFER)
    with pytest.raises(AheadOfTimeError):
        verify(make_envelope(), roster, ISSUED - CLOCKS_DIFFER - SECOND)


# --- Verified cannot be forged ----------------------------------------------------------------------------------------


def parts_of(verified):
    return [getattr(verified, field.name) for field in dataclasses.fields(verified)]


def test_verified_is_not_made_elsewhere():
    parts = parts_of(make_verified())
    for more in ([], [None], [object()]):
        with pytest.raises(TypeError):
            Verified(*parts, *more)


def test_verified_is_not_made_from_another_one():
    good, other = make_verified(), make_statement(issuer="GBR")
    for forge in (
        lambda: dataclasses.replace(good, statement=other),
        lambda: dataclasses.replace(good, statement=other, made_by=None),
        lambda: good.__setstate__([other, *parts_of(good)[1:]]),
        lambda: setattr(good, "statement", other),
        lambda: delattr(good, "statement"),
    ):
        with pytest.raises((TypeError, ValueError, dataclasses.FrozenInstanceError)):
            forge()
    assert good == make_verified()


def test_verified_is_not_subclassed_and_not_pickled():
    with pytest.raises(TypeError, match="subclass"):
        type("Forged", (Verified,), {})
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(make_verified(), protocol)


def test_copy_of_a_verified_is_itself():
    good = make_verified()
    assert copy.copy(good) is good
    assert copy.deepcopy([good])[0] is good


# --- Fuzz -------------------------------------------------------------------------------------------------------------


def mutated(data, chance):
    """Bytes with a few of them changed, put in, taken out, doubled or swapped; sometimes inside the payload."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        at, byte = chance.randrange(len(found)), chance.choice((chance.randrange(256), *b'"{}[],:\\= \nA0'))
        length = chance.randrange(1, 9)
        match chance.randrange(5):
            case 0:
                found[at] = byte
            case 1:
                found.insert(at, byte)
            case 2:
                del found[at : at + length]
            case 3:
                found[at:at] = found[at : at + length]
            case _:
                found[at] ^= 1 << chance.randrange(8)
        found = found or bytearray(b" ")
    return bytes(found)


def test_mutated_envelope_never_verifies_and_is_refused_by_name(roster):
    chance, refusals = random.Random(20220224), Counter()  # noqa: S311 (a test's seed)
    grown = with_key(roster, "GBR", make_key("GBR", 1).public, ISSUED)
    good = [make_envelope(make_claim(text="Ї")), make_envelope(), make_roster_envelope(grown)]
    for data in good:
        verify(data, roster, ISSUED)
    for _ in range(12_000):
        data = chance.choice(good)
        spoiled = mutated(data, chance)
        if spoiled == data:
            continue
        with pytest.raises(TrustError) as refused:
            verify(spoiled, roster, ISSUED)
        refusals[refused.type] += 1
    assert refusals.keys() >= {BadSignatureError, UnknownSignerError, NotCanonicalBase64Error, NotCanonicalError}


def test_mutated_envelope_of_two_signers_says_the_same_or_is_refused_by_name(roster):
    """A broken key id makes the second signature a stranger's, which DSSE passes over: the first one stands."""
    chance = random.Random(20211217)  # noqa: S311 (a test's seed)
    data = make_envelope(signers=(make_key(), make_key("GBR")))
    good = verify(data, roster)
    for _ in range(3_000):
        try:
            found = verify(mutated(data, chance), roster, ISSUED)
        except TrustError:
            continue
        assert (found.statement, found.payload, found.key_id) == (good.statement, good.payload, good.key_id)


def test_mutated_payload_that_is_well_signed_is_read_or_refused_by_name(roster):
    chance = random.Random(20211203)  # noqa: S311 (a test's seed)
    payload = make_verified().payload
    for _ in range(4_000):
        spoiled = mutated(payload, chance)
        try:
            verified = verify(sealed(spoiled), roster, ISSUED)
        except TrustError:
            continue
        assert verified.payload == spoiled
        assert module.decode(CLAIM, json.loads(spoiled)) == verified.statement


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused_by_name(data):
    with pytest.raises(TrustError):
        verify(data, make_roster("UKR"))


def test_every_refusal_says_what_was_found_and_expected(roster):
    with pytest.raises(ConsilienceError) as refused:
        verify(make_envelope(signers=(make_key("XXX"),)), roster)
    error = refused.value
    assert all((error.thing, error.found, error.expected, error.next_step))


def test_foreign_text_in_a_message_is_short_and_escaped():
    text = errors.shown("\x1b[31m\u202e" + "A" * 10_000)
    assert text.removesuffix("…").isascii()
    assert text.isprintable()
    assert len(text) < 70
