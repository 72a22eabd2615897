"""Envelope: payload type, payload bytes and signatures, as DSSE v1 has them, in one byte form."""

from __future__ import annotations

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from consilience.model.roster import KeyId
from consilience.trust.canonical import Json, encode, parse
from consilience.trust.errors import (
    MalformedEnvelopeError,
    NotCanonicalBase64Error,
    NotCanonicalError,
    TooLargeError,
    shown,
)
from consilience.trust.keys import Signer

MAX_ENVELOPE = 1 << 20
"""Bytes of an envelope at most, so that one message cannot take a node's memory."""
MAX_SIGNATURES = 8

_KEYS = {"payload", "payloadType", "signatures"}
_SIGNATURE_KEYS = {"keyid", "sig"}
_KEY_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature over `pae(payload_type, payload)`. The key id is a hint which key to try, no more (DSSE)."""

    key_id: KeyId
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope that has the right shape. Nothing in it is verified."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: DSSE's pre-authentication encoding, which binds the type and both lengths."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(payload_type: str, payload: bytes, signers: Sequence[Signer]) -> bytes:
    """The canonical JSON bytes of an envelope signed by `signers`, in order of key id.

    Raises:
        MalformedEnvelopeError: no signers, more than 8, or one twice.
        TooLargeError: the envelope is over `MAX_ENVELOPE`.
    """
    message = pae(payload_type, payload)
    signed = sorted((signer.key_id, signer.sign(message)) for signer in signers)
    if not 1 <= len(signed) <= MAX_SIGNATURES or len({name for name, _ in signed}) < len(signed):
        raise MalformedEnvelopeError("envelope", f"{len(signed)} signers", f"1 to {MAX_SIGNATURES} different ones")
    signatures = tuple(Signature(name, value) for name, value in signed)
    data = _written(Envelope(payload_type, payload, signatures))
    if len(data) > MAX_ENVELOPE:
        raise TooLargeError("envelope", f"{len(data):,} bytes", f"{MAX_ENVELOPE:,} at most")
    return data


def read(data: bytes) -> Envelope:
    """The envelope in `data`.

    Our profile is narrower than DSSE's: canonical JSON, no further keys, `keyid` present, standard base64, and
    signatures in order of key id, each key once. So an envelope has one byte form, and no key can count twice.

    Raises:
        TooLargeError: over `MAX_ENVELOPE`.
        MalformedEnvelopeError: another shape.
        NotCanonicalBase64Error: base64 that is not the one text of its bytes.
        NotCanonicalError: JSON that is not written as RFC 8785 has it.
        TrustError: the errors of `canonical.parse`.
    """
    value = parse(data, "envelope", MAX_ENVELOPE)
    if not isinstance(value, dict) or value.keys() != _KEYS:
        raise MalformedEnvelopeError("envelope", _keys_of(value), "exactly payload, payloadType and signatures")
    kind, listed = value["payloadType"], value["signatures"]
    if not isinstance(kind, str) or not kind:
        raise MalformedEnvelopeError("payloadType of the envelope", shown(kind), "text that is not empty")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_SIGNATURES:
        found = f"{len(listed)} signatures" if isinstance(listed, list) else shown(listed)
        raise MalformedEnvelopeError("signatures of the envelope", found, f"a list of 1 to {MAX_SIGNATURES}")
    signatures = tuple(_signature(each, f"signatures[{i}]") for i, each in enumerate(listed))
    for before, after in pairwise(signatures):
        if before.key_id >= after.key_id:
            found = "one key twice" if before.key_id == after.key_id else "key ids out of order"
            raise MalformedEnvelopeError("signatures of the envelope", found, "each key once, in order of key id")
    envelope = Envelope(kind, _bytes(value["payload"], "payload"), signatures)
    if _written(envelope) != data:
        raise NotCanonicalError("envelope", "blanks, escapes or another order of keys", "JSON as RFC 8785 writes it")
    return envelope


def _written(envelope: Envelope) -> bytes:
    """The canonical JSON of an envelope, whose shape is fixed: only the payload type can need escapes."""
    signatures = b",".join(
        b'{"keyid":"%b","sig":"%b"}' % (each.key_id.encode(), b2a_base64(each.value, newline=False))
        for each in envelope.signatures
    )
    payload = b2a_base64(envelope.payload, newline=False)
    return b'{"payload":"%b","payloadType":%b,"signatures":[%b]}' % (payload, encode(envelope.payload_type), signatures)


def _signature(value: Json, where: str) -> Signature:
    """One entry of `signatures`."""
    if not isinstance(value, dict) or value.keys() != _SIGNATURE_KEYS:
        raise MalformedEnvelopeError(f"{where} of the envelope", _keys_of(value), "exactly keyid and sig")
    name = value["keyid"]
    if not isinstance(name, str) or not _KEY_ID.fullmatch(name):
        raise MalformedEnvelopeError(f"{where}.keyid of the envelope", shown(name), "64 lower-case hexadecimal digits")
    return Signature(KeyId(name), _bytes(value["sig"], f"{where}.sig"))


def _bytes(value: Json, where: str) -> bytes:
    """The bytes of standard, padded base64, refusing every other text that a lax reader takes for the same bytes."""
    if not isinstance(value, str):
        raise MalformedEnvelopeError(f"{where} of the envelope", shown(value), "base64 text")
    try:
        data = a2b_base64(value, strict_mode=True)
    except (BinasciiError, ValueError) as wrong:
        raise NotCanonicalBase64Error(
            f"{where} of the envelope", shown(str(wrong)), "padded standard base64"
        ) from wrong
    if b2a_base64(data, newline=False) != value.encode():
        found = "other padding bits or blanks"
        raise NotCanonicalBase64Error(f"{where} of the envelope", found, "the one base64 text of these bytes")
    return data


def _keys_of(value: Json) -> str:
    """What a shape that is wrong has, in few words."""
    return "the keys " + shown(", ".join(sorted(value))) if isinstance(value, dict) else f"a {type(value).__name__}"
