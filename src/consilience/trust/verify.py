"""Verify: bytes become Verified by numbered checks, or a named error. This file is the specification."""

from __future__ import annotations

import hashlib
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, NoReturn

from consilience.model.entry import ClaimEntry, Retraction, RosterEntry, Statement
from consilience.model.identity import PartnerId
from consilience.model.roster import KeyId, Member, Roster, RosterKey
from consilience.trust.canonical import Json, encode, parse_canonical
from consilience.trust.ed25519 import holds
from consilience.trust.envelope import MAX_ENVELOPE, Envelope, pae, read
from consilience.trust.errors import (
    AheadOfTimeError,
    BadSignatureError,
    FingerprintError,
    ImpersonationError,
    KeyNotYetError,
    KeyRetiredError,
    NotFoundingError,
    UnknownSignerError,
    shown,
)
from consilience.trust.payload import decode, form_of
from consilience.trust.roster import check_succession, check_threshold, fingerprint

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far ahead of the receiver's clock a sender's may be."""

_MARKINGS = ("marking", "portions")
_MADE_HERE = object()


@dataclass(frozen=True, slots=True)
class Verified:
    """An envelope that passed every check of `verify`, and what it says. Made in this module alone.

    Attributes:
        statement: who issued it, when, and what.
        envelope: its bytes as received, which are what a ledger keeps.
        payload: the canonical bytes that are signed.
        digest: SHA-256 of the payload, 64 hexadecimal digits: the object's name.
        key_id: the issuer's key that signed it.
    """

    statement: Statement
    envelope: bytes
    payload: bytes
    digest: str
    key_id: KeyId
    made_by: InitVar[object]

    def __post_init__(self, made_by: object) -> None:
        """Refuse to be made elsewhere; `dataclasses.replace` comes by here too."""
        if made_by is not _MADE_HERE:
            raise TypeError("Verified is made by consilience.trust.verify alone: verify the envelope's bytes")

    @property
    def subject(self) -> str:
        """What it says, as 64 hexadecimal digits, whenever it was said and however it was marked.

        For a claim SHA-256 over its issuer and its cells without their markings: by it a ledger knows that a
        table is recorded again, or that erased words are posted anew. For a retraction over its issuer and its
        object. For any other statement its digest.
        """
        content, issuer = self.statement.content, self.statement.issuer
        if isinstance(content, ClaimEntry):
            cells: dict[str, Json] = {name: text for name, text in content.cells if name not in _MARKINGS}
            return hashlib.sha256(encode([issuer, cells])).hexdigest()
        if isinstance(content, Retraction):
            return hashlib.sha256(encode([issuer, content.object])).hexdigest()
        return self.digest

    def __init_subclass__(cls) -> NoReturn:
        """Refuse a subclass, which could leave the check out."""
        raise TypeError("Verified has no subclasses")

    def __copy__(self) -> Verified:
        """Itself: it cannot change."""
        return self

    def __deepcopy__(self, memo: object) -> Verified:
        """Itself: it cannot change."""
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled: what is read back would be believed and not verified."""
        raise TypeError("Verified is not pickled: keep its envelope, and verify that again")

    def __setstate__(self, state: object) -> NoReturn:
        """Refuse to be filled in from outside."""
        raise TypeError("Verified is made by consilience.trust.verify alone: verify the envelope's bytes")


class _Signed(NamedTuple):
    """A signature by a key that the roster lists."""

    member: Member
    key: RosterKey
    value: bytes


def verify(data: bytes, roster: Roster, at: datetime | None = None) -> Verified:
    """What `data` says and who signed it, against the `roster` that holds; `at` is when it arrived, if it just did.

    The checks, in order. Each has its own error, and none after it is made once one fails:

    1. Its size is in bounds (TooLargeError).
    2. It is a DSSE envelope of our profile (MalformedEnvelopeError, NotCanonicalBase64Error, and those of 6).
    3. Its payload type is one that we read (UnknownPayloadTypeError).
    4. A key that the roster lists signed it; signatures by other keys are passed over (UnknownSignerError).
    5. Every signature by a listed key verifies, by Ed25519 over the PAE (BadSignatureError).
    6. Its payload is I-JSON in canonical bytes (MalformedJsonError, DuplicateKeyError, DeepNestingError,
       InexactNumberError, NotCanonicalError).
    7. Its payload has the shape of its kind (MalformedStatementError, WeakKeyError for a roster's keys).
    8. Its issuer is a partner who signed it (ImpersonationError).
    9. Every listed key that signed it held when it was issued and when it arrived (KeyNotYetError,
       KeyRetiredError), and it was not issued after it arrived, but for 5 minutes (AheadOfTimeError).
    10. A roster follows the one that holds (RosterRollbackError, RosterForkError, ThresholdError,
        KeyRewrittenError).

    Nothing of a payload is parsed before its signature verifies.

    Raises:
        TrustError: the first check that fails.
    """
    envelope = read(data)  # 1 and 2
    form_of(envelope.payload_type)  # 3
    signed = _by_listed_keys(envelope, roster)  # 4
    _check_signatures(envelope, signed)  # 5
    statement = _statement(envelope)  # 6 and 7
    key = _key_of_issuer(statement, signed)  # 8
    _check_times(statement, signed, at)  # 9
    if isinstance(statement.content, RosterEntry):  # 10
        check_succession(roster, statement.content.roster, _partners(signed))
    return _verified(data, envelope, statement, key)


def verify_founding(data: bytes, expected: str | None = None) -> Verified:
    """The first roster, which no other vouches for: `expected` is its fingerprint, heard by another channel.

    With None the caller takes it on trust, and should show `fingerprint(roster)` to a person. The keys stand in
    the roster itself, so here checks 6 and 7 come before 4 and 5; then all its stewards must have signed it.

    Raises:
        NotFoundingError: no roster, or not its first version.
        FingerprintError: it is another roster.
        ThresholdError: a steward did not sign it.
        TrustError: as `verify`.
    """
    envelope = read(data)
    form_of(envelope.payload_type)
    statement = _statement(envelope)
    if not isinstance(statement.content, RosterEntry):
        raise NotFoundingError("first roster", shown(envelope.payload_type), "a roster")
    roster = statement.content.roster
    if roster.version != 1:
        raise NotFoundingError(
            "first roster", f"version {roster.version}", "version 1", "Fetch the versions before it."
        )
    if expected is not None and fingerprint(roster) != expected:
        next_step = "Do not use it: compare the fingerprint with the founder by another channel."
        raise FingerprintError("first roster", f"fingerprint {fingerprint(roster)}", shown(expected), next_step)
    signed = _by_listed_keys(envelope, roster)
    _check_signatures(envelope, signed)
    key = _key_of_issuer(statement, signed)
    _check_times(statement, signed, None)
    check_threshold(roster, roster.stewards, len(roster.stewards), _partners(signed))
    return _verified(data, envelope, statement, key)


def _by_listed_keys(envelope: Envelope, roster: Roster) -> tuple[_Signed, ...]:
    """The signatures by keys that the roster lists; at least one."""
    wanted = {signature.key_id: signature.value for signature in envelope.signatures}
    signed = tuple(
        [_Signed(member, key, wanted[key.id]) for member in roster.members for key in member.keys if key.id in wanted]
    )
    if not signed:
        found = "signatures by " + ", ".join(wanted)
        next_step = "Fetch the newest roster, or ask the sender whose key this is."
        raise UnknownSignerError("envelope", found, f"a key of roster version {roster.version}", next_step)
    return signed


def _check_signatures(envelope: Envelope, signed: tuple[_Signed, ...]) -> None:
    """Refuse a signature by a listed key that does not verify."""
    message = pae(envelope.payload_type, envelope.payload)
    for member, key, value in signed:
        if not holds(key.public, value, message):
            found = f"a signature that does not verify under key {key.id}"
            raise BadSignatureError("envelope", found, f"the signature of {member.code} over this payload and type")


def _statement(envelope: Envelope) -> Statement:
    """What the payload says."""
    return decode(envelope.payload_type, parse_canonical(envelope.payload, "payload", MAX_ENVELOPE))


def _key_of_issuer(statement: Statement, signed: tuple[_Signed, ...]) -> KeyId:
    """The key by which the issuer signed."""
    for member, key, _ in signed:
        if member.code == statement.issuer:
            return key.id
    found = f"the issuer {shown(statement.issuer)}, signed by {', '.join(sorted(_partners(signed)))}"
    raise ImpersonationError("statement", found, "a statement in the signer's own name")


def _check_times(statement: Statement, signed: tuple[_Signed, ...], at: datetime | None) -> None:
    """Refuse keys that did not hold at issue or arrival, and statements from the future."""
    issued = statement.issued_at
    for member, key, _ in signed:
        _check_key(member, key, issued, "issued")
        if at is not None:
            _check_key(member, key, at, "received")
    if at is not None and issued > at + CLOCKS_DIFFER:
        raise AheadOfTimeError("statement", f"issued at {issued}, received at {at}", "issued before it is received")


def _check_key(member: Member, key: RosterKey, when: datetime, what: str) -> None:
    """Refuse a key that did not hold at `when`."""
    if when < key.since:
        found = f"a statement {what} at {when}"
        raise KeyNotYetError(f"key {key.id} of {member.code}", found, f"none before {key.since}")
    if not key.holds_at(when):
        next_step = f"{member.code} must sign it with its present key."
        found = f"a statement {what} at {when}"
        raise KeyRetiredError(f"key {key.id} of {member.code}", found, f"none from {key.until} on", next_step)


def _partners(signed: tuple[_Signed, ...]) -> frozenset[PartnerId]:
    """Who signed: a partner counts once, whatever its keys."""
    return frozenset(each.member.code for each in signed)


def _verified(data: bytes, envelope: Envelope, statement: Statement, key: KeyId) -> Verified:
    """The one place where a Verified is made."""
    digest = hashlib.sha256(envelope.payload).hexdigest()
    return Verified(statement, data, envelope.payload, digest, key, _MADE_HERE)
