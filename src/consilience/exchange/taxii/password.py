"""Password: salted and hashed slowly (scrypt, RFC 7914), for the users of a seeded database."""

from __future__ import annotations

import hashlib
import hmac

SALT_BYTES = 16
_COST, _BLOCK, _LANES = 2**14, 8, 1  # 16 MiB and some tens of milliseconds


def hashed(password: str, salt: bytes) -> bytes:
    """The hash of a password."""
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=32)


def is_password(password: str, salt: bytes, expected: bytes) -> bool:
    """Whether it is the password with this hash; takes as long when it is not."""
    return hmac.compare_digest(hashed(password, salt), expected)
