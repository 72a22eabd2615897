"""Why bytes are not trusted: one class for each attack or fault, so that a caller and a test can tell them apart."""

from __future__ import annotations

from consilience.errors import ConsilienceError

_SHOWN = 60  # characters of foreign text in a message


class TrustError(ConsilienceError):
    """Base of every refusal on the way from bytes to Verified."""

    exit_code = 4


class TooLargeError(TrustError):
    """More bytes than the bound: refused before anything is read."""


class MalformedJsonError(TrustError):
    """Not JSON text in UTF-8 as RFC 8259 and RFC 7493 have it."""


class DuplicateKeyError(TrustError):
    """An object names one key twice, so that two readers may see two values (RFC 7493, section 2.3)."""


class DeepNestingError(TrustError):
    """Arrays and objects inside each other beyond the bound."""


class InexactNumberError(TrustError):
    """A number that a double does not hold exactly, or that is none (RFC 7493, section 2.2)."""


class UnencodableError(TrustError):
    """A value that has no I-JSON text."""


class NotCanonicalError(TrustError):
    """JSON that is not written the one way of RFC 8785."""


class MalformedEnvelopeError(TrustError):
    """Not a DSSE envelope of our profile."""


class NotCanonicalBase64Error(MalformedEnvelopeError):
    """Base64 that is not the one text of its bytes (RFC 4648, sections 3.5 and 4)."""


class UnknownPayloadTypeError(TrustError):
    """A payload type that this version does not read."""


class MalformedStatementError(TrustError):
    """A payload that lacks the shape of its kind; names the path of the first fault."""


class UnknownSignerError(TrustError):
    """None of the signatures is by a key of the roster."""


class BadSignatureError(TrustError):
    """A signature by a known key that does not verify."""


class ImpersonationError(TrustError):
    """A statement in the name of a partner who did not sign it."""


class KeyRetiredError(TrustError):
    """Signed with a key after its end: rotated away or revoked."""


class KeyNotYetError(TrustError):
    """Signed with a key before its beginning."""


class AheadOfTimeError(TrustError):
    """Issued later than it arrived, by more than clocks may differ."""


class RosterRollbackError(TrustError):
    """A roster whose version is not the next one."""


class RosterForkError(TrustError):
    """A roster that follows another version than the one held."""


class ThresholdError(TrustError):
    """A roster that too few stewards signed."""


class KeyRewrittenError(TrustError):
    """A roster in which a key that was listed is gone, changed or moved."""


class NotFoundingError(TrustError):
    """A roster that cannot be a first one."""


class FingerprintError(TrustError):
    """A first roster other than the one whose fingerprint was read out."""


class UnknownMemberError(TrustError):
    """A change to a partner whom the roster does not list."""

    exit_code = 2


class WeakKeyError(TrustError):
    """A public key under which anybody, or nobody, can sign."""


class MalformedKeyError(TrustError):
    """A key file that does not hold the key that it is named after."""

    exit_code = 1


class KeyPermissionError(TrustError):
    """A key, or the folder of keys, that others than the owner may read or replace."""

    exit_code = 1


class MissingKeyError(TrustError):
    """A key or a folder of keys that is not there."""

    exit_code = 1


def shown(text: object) -> str:
    """Foreign text for a message: quoted, escaped and short, so that it cannot pass for our own words."""
    quoted = ascii(text[: _SHOWN + 1] if isinstance(text, (str, bytes)) else text)
    return quoted if len(quoted) <= _SHOWN else quoted[:_SHOWN] + "…"
