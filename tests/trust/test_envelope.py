import base64
import json
from pathlib import Path

import pytest
import securesystemslib.dsse
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Key, SSlibKey

from consilience.trust.canonical import encode
from consilience.trust.envelope import MAX_ENVELOPE, MAX_SIGNATURES, Envelope, Signature, pae, read, seal
from consilience.trust.errors import (
    DuplicateKeyError,
    MalformedEnvelopeError,
    NotCanonicalBase64Error,
    NotCanonicalError,
    TooLargeError,
)
from tests.trust.making import make_envelope, make_key

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "dsse_protocol.json").read_text("utf-8"))
KIND = "application/vnd.consilience.claim+json"


def changed(**parts):
    """A good envelope with some keys set anew, canonical again."""
    return encode({**json.loads(make_envelope()), **parts})


def with_signature(**parts):
    """A good envelope, the one signature of which has some keys set anew."""
    return changed(signatures=[{**json.loads(make_envelope())["signatures"][0], **parts}])


@pytest.mark.parametrize("vector", VECTORS["pae"], ids=lambda vector: vector["type"] or "empty")
def test_pre_authentication_encoding_is_that_of_the_protocol(vector):
    assert pae(vector["type"], bytes.fromhex(vector["payload"])).hex() == vector["pae"]


def test_the_published_example_signature_verifies_over_our_pae():
    signed = VECTORS["signed"]
    point = ec.EllipticCurvePublicNumbers(int(signed["x"]), int(signed["y"]), ec.SECP256R1())
    raw = base64.b64decode(signed["sig"])
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    message = pae(signed["type"], base64.b64decode(signed["payload"]))
    point.public_key().verify(der, message, ec.ECDSA(SHA256()))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.binary())
def test_pre_authentication_encoding_equals_that_of_securesystemslib(kind, payload):
    assert pae(kind, payload) == securesystemslib.dsse.Envelope(payload, kind, {}).pae()


def test_securesystemslib_verifies_what_we_seal_and_refuses_it_changed():
    key = make_key()
    theirs = securesystemslib.dsse.Envelope.from_dict(json.loads(seal(KIND, b"{}", [key])))
    listed: Key = SSlibKey(key.key_id, "ed25519", "ed25519", {"public": key.public.hex()})
    assert set(theirs.verify([listed], 1)) == {key.key_id}
    theirs.payload = b"[]"
    with pytest.raises(VerificationError):
        theirs.verify([listed], 1)


def test_what_is_sealed_is_read_back():
    keys = [make_key(number=number) for number in range(MAX_SIGNATURES)]
    envelope = read(seal(KIND, b"payload", keys))
    assert (envelope.payload_type, envelope.payload) == (KIND, b"payload")
    signed = {Signature(key.key_id, key.sign(pae(KIND, b"payload"))) for key in keys}
    assert set(envelope.signatures) == signed


def test_sealed_bytes_are_canonical_even_where_the_type_needs_escapes():
    data = seal('a"\\\n\u20ac', b"", [make_key()])
    assert data == encode(json.loads(data))
    assert read(data).payload_type == 'a"\\\n\u20ac'


def test_envelope_over_the_size_bound_is_refused_on_both_sides():
    with pytest.raises(TooLargeError, match="1,048,576"):
        read(b'"' + b"a" * MAX_ENVELOPE)
    with pytest.raises(TooLargeError):
        seal(KIND, b"a" * MAX_ENVELOPE, [make_key()])


@pytest.mark.parametrize("signers", [[], [make_key(), make_key()], [make_key(number=n) for n in range(9)]])
def test_no_signer_one_twice_or_too_many_are_refused(signers):
    with pytest.raises(MalformedEnvelopeError):
        seal(KIND, b"{}", signers)


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        changed(payloadType=""),
        changed(payloadType=None),
        changed(payload=1),
        changed(payload=None),
        changed(signatures={}),
        changed(signatures=[None]),
        changed(extra=1),
        with_signature(keyid="A" * 64),
        with_signature(keyid="a" * 63),
        with_signature(keyid=None),
        with_signature(sig=[]),
        with_signature(cert="x"),
        changed(signatures=[{"sig": "AAAA"}]),
    ],
)
def test_envelope_of_another_shape_is_refused(data):
    with pytest.raises(MalformedEnvelopeError):
        read(data)


def test_signature_stripping_is_refused():
    with pytest.raises(MalformedEnvelopeError, match="0 signatures"):
        read(changed(signatures=[]))


def test_one_key_signing_twice_is_refused():
    one = json.loads(make_envelope())["signatures"][0]
    with pytest.raises(MalformedEnvelopeError, match="one key twice"):
        read(changed(signatures=[one, one]))
    with pytest.raises(MalformedEnvelopeError, match="9 signatures"):
        read(changed(signatures=[one] * 9))


def test_signatures_in_another_order_are_refused():
    two = json.loads(make_envelope(signers=(make_key(), make_key(number=1))))["signatures"]
    with pytest.raises(MalformedEnvelopeError, match="out of order"):
        read(changed(signatures=two[::-1]))


@pytest.mark.parametrize(
    "text",
    [
        "aGVsbG8gd29ybGR=",  # padding bits set
        "aGVsbG8gd29ybGQ",  # no padding
        "aGVsbG8gd29ybGQ==",
        "aGVsbG8g\nd29ybGQ=",
        " aGVsbG8gd29ybGQ=",
        "aGVsbG8gd29ybGQ=\n",
        "-_-_",  # the URL-safe alphabet, which DSSE allows and our profile does not
        "=",
        "a===",
        "aGVsbG8=d29ybGQ=",
        "\u20ac\u20ac\u20ac\u20ac",
    ],
)
def test_non_canonical_base64_is_refused(text):
    with pytest.raises(NotCanonicalBase64Error, match="payload"):
        read(changed(payload=text))
    with pytest.raises(NotCanonicalBase64Error, match="sig"):
        read(with_signature(sig=text))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data + b"\n",
        lambda data: data.replace(b":", b": ", 1),
        lambda data: data.replace(b"application", b"\\u0061pplication"),
        lambda data: json.dumps(json.loads(data), sort_keys=True).encode(),
        lambda data: json.dumps(dict(reversed(json.loads(data).items())), separators=(",", ":")).encode(),
    ],
)
def test_envelope_in_a_second_spelling_is_refused(spoil):
    with pytest.raises(NotCanonicalError):
        read(spoil(make_envelope()))


def test_duplicate_key_in_the_envelope_is_refused():
    with pytest.raises(DuplicateKeyError, match="payload"):
        read(make_envelope().replace(b"{", b'{"payload":"",', 1))


def test_an_envelope_read_holds_values_only():
    assert read(seal(KIND, b"", [make_key()])) == Envelope(
        KIND, b"", (Signature(make_key().key_id, make_key().sign(pae(KIND, b""))),)
    )
