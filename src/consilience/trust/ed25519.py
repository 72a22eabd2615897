"""Ed25519 (RFC 8032): when a signature verifies, and which public keys are sound enough to be listed."""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consilience.trust.errors import WeakKeyError

PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_ORDER_EIGHT = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
# The y of the points whose order divides 8. Under such a key a signature can be made without any secret.
_SMALL_ORDER = frozenset({0, 1, _P - 1, _ORDER_EIGHT, _P - _ORDER_EIGHT})


def holds(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` verifies under `public` (RFC 8032, section 5.1.7, with S below the order)."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        _public_key(public).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def check_public(public: bytes, what: str) -> None:
    """Refuse a public key that is no point of the curve, is written in two ways, or has small order.

    With a key of small order anybody can make a signature that verifies, and its owner can disown every one.

    Raises:
        WeakKeyError: it is such a key.
    """
    if len(public) != PUBLIC_BYTES:
        raise WeakKeyError(what, f"{len(public)} bytes", f"an Ed25519 public key of {PUBLIC_BYTES}")
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if y >= _P:
        raise WeakKeyError(what, "a coordinate beyond the field", "the canonical bytes of a point (RFC 8032, 5.1.3)")
    if y in _SMALL_ORDER:
        raise WeakKeyError(what, "a point of small order", "a key whose signatures need its secret")
    # x^2 = (y^2 - 1) / (d y^2 + 1) must be a square, by Euler's criterion.
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if pow(square, (_P - 1) // 2, _P) != 1:
        raise WeakKeyError(what, "no point of the curve", "an Ed25519 public key")


@lru_cache(maxsize=1024)
def _public_key(public: bytes) -> Ed25519PublicKey:
    """The key as `cryptography` holds it: the set of keys is small and each is asked often."""
    return Ed25519PublicKey.from_public_bytes(public)
