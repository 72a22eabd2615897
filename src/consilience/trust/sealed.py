"""Sealed: the commitment by which an answer is fixed before it is told.

    c = SHA-256(TLV("consilience/sealed/v1", session, round, partner, nonce, JCS(assessment)))

TLV writes the six fields one after the other, each as a tag (one byte: 1 to 6 in this order), the length of the value
in bytes (four bytes, the highest first), and the value: the text above in ASCII; the session's id, 32 bytes; the round,
one byte; the partner's code in UTF-8; the nonce, 32 bytes; the assessment as canonical JSON (RFC 8785). Every length is
written, so two different answers never come out as one text. Without the 32 random bytes the few answers that a
question allows could all be tried; with them there is nothing to try. Session, round and partner are bound in, so that
a commitment is worth nothing under another's name or in another place. tests/vectors/sealed_commitments.json has examples.
"""

from __future__ import annotations

import hashlib

from consilience.model.assessment import Assessment
from consilience.model.identity import PartnerId
from consilience.model.round import NONCE_BYTES
from consilience.trust.canonical import Json, encode
from consilience.trust.errors import MalformedStatementError

LABEL = "consilience/sealed/v1"


def commitment(session: str, partner: PartnerId, nonce: bytes, assessment: Assessment) -> str:
    """What is told of an answer while it is sealed, 64 hexadecimal digits; the round is the assessment's.

    Raises:
        MalformedStatementError: a nonce of another length, or a session that is no id.
    """
    if len(nonce) != NONCE_BYTES:
        raise MalformedStatementError("nonce", f"{len(nonce)} bytes", f"{NONCE_BYTES} random bytes")
    return commitment_over(session, assessment.round, partner, nonce, canonical(assessment))


def commitment_over(session: str, number: int, partner: PartnerId, nonce: bytes, answer: bytes) -> str:
    """As `commitment`, over bytes: what the test vectors are about."""
    try:
        fields = (LABEL.encode(), bytes.fromhex(session), bytes([number]), partner.encode(), nonce, answer)
    except ValueError as error:
        raise MalformedStatementError("commitment", str(error), "a session's id and the round 1 or 2") from error
    return hashlib.sha256(tlv(fields)).hexdigest()


def tlv(fields: tuple[bytes, ...]) -> bytes:
    """Each field as its tag, from 1 on, its length in four bytes, and its value."""
    return b"".join(bytes([tag]) + len(value).to_bytes(4, "big") + value for tag, value in enumerate(fields, start=1))


def canonical(assessment: Assessment) -> bytes:
    """The canonical bytes of an assessment (RFC 8785)."""
    return encode(plain(assessment.document()))


def plain(document: dict[str, object]) -> dict[str, Json]:
    """A noun's document as JSON values of the same text: what the nouns write is plain JSON data."""
    value: dict[str, Json] = {}
    for name, part in document.items():
        value[name] = _plain(part)
    return value


def _plain(value: object) -> Json:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    raise TypeError(f"plain JSON data, not {type(value).__name__}")
