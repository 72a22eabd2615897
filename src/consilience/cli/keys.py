"""Keys: a partner's public key as text that people pass on, and its fingerprint, which they read out to each other."""

from __future__ import annotations

import re

from consilience.errors import UsageError
from consilience.trust.ed25519 import check_public
from consilience.trust.errors import FingerprintError
from consilience.trust.keys import key_id

_ALGORITHM = "ed25519:"
_KEY = re.compile(rf"{_ALGORITHM}([0-9a-f]{{64}})", re.ASCII)
_HEX = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_EXPECTED = f"a public key as `init` and `partner list` print it: {_ALGORITHM} and 64 hexadecimal digits"


def key_text(public: bytes) -> str:
    """`ed25519:…`: a fingerprint has 64 digits too, and must not pass for a key."""
    return _ALGORITHM + public.hex()


def read_key(text: str) -> bytes:
    """The 32 bytes of a public key.

    Raises:
        UsageError: for a text that is none.
        WeakKeyError: for one that is no sound key.
    """
    found = _KEY.fullmatch(text.strip())
    if found is None:
        bare = _HEX.fullmatch(text.strip())
        said = f"64 digits without {_ALGORITHM}, which may be a fingerprint" if bare else f"{len(text)} signs"
        raise UsageError("--key", said, _EXPECTED)
    public = bytes.fromhex(found[1])
    check_public(public, "--key")
    return public


def check_fingerprint(public: bytes, heard: str) -> None:
    """Refuse a key whose fingerprint is not the one that was heard by another channel.

    Raises:
        FingerprintError: when it is another.
    """
    if "".join(heard.split()).lower() != key_id(public):
        next_step = "Do not use this key: ask its owner for it again, by a channel you trust."
        raise FingerprintError("--key", f"a key with the fingerprint {key_id(public)}", heard, next_step)
