"""Keys: a partner's own Ed25519 signing keys (RFC 8032), in memory and in a folder that only their owner may use."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from consilience.model.roster import KeyId
from consilience.trust.ed25519 import PUBLIC_BYTES
from consilience.trust.errors import KeyPermissionError, MalformedKeyError, MissingKeyError, shown

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_ROOT = 0
_LONGEST_FILE = 4096  # bytes; a PKCS#8 Ed25519 key in PEM has 119
_CURRENT = "current"
_KEY_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MAKE_ONE = "Make one with `consilience init`, or restore the folder of keys from your backup."


class Signer(Protocol):
    """Whoever can sign with one key: a key in memory, an agent, a hardware token."""

    @property
    def key_id(self) -> KeyId:
        """Which key signs."""

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature over `data`, 64 bytes."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key in memory. Its repr and its equality show the public part only."""

    key_id: KeyId
    public: bytes
    private: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def generate(cls, random: Callable[[int], bytes] = os.urandom) -> SigningKey:
        """A new key from 32 random bytes."""
        return cls.from_seed(random(PUBLIC_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """The key of a 32-byte seed (RFC 8032, section 5.1.5).

        Raises:
            MalformedKeyError: another number of bytes.
        """
        if len(seed) != PUBLIC_BYTES:
            raise MalformedKeyError("seed of a key", f"{len(seed)} bytes", f"{PUBLIC_BYTES}")
        return cls.of(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def of(cls, private: Ed25519PrivateKey) -> SigningKey:
        """The key as `cryptography` holds it."""
        public = private.public_key().public_bytes_raw()
        return cls(key_id(public), public, private)

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`, 64 bytes; the same data gives the same signature."""
        return self.private.sign(data)


def key_id(public: bytes) -> KeyId:
    """SHA-256 of the 32 raw bytes of a public key, as 64 hexadecimal digits."""
    return KeyId(hashlib.sha256(public).hexdigest())


class KeyFolder:
    """A partner's own keys on disk: `<key id>.pem` (PKCS#8, unencrypted) each, and `current`, which names one.

    What others may read or replace is refused, not repaired: a key that lay open may be known already. Files are
    opened first and looked at then, through the open folder, so that nothing can be exchanged in between.
    """

    def __init__(self, path: Path, random: Callable[[int], bytes] = os.urandom) -> None:
        """The folder at `path`, which `create` makes; new keys are made from `random` bytes."""
        self.path = path
        self._random = random

    def create(self) -> None:
        """Make the folder, for its owner alone; one that is there and closed to others is left as it is."""
        with suppress(FileExistsError):
            self.path.mkdir(mode=_FOLDER_MODE)
        os.close(self._open())

    def new(self, *, use: bool = True) -> SigningKey:
        """Make a key, keep it, and sign with it from now on unless `use` is False. Older keys stay."""
        key = SigningKey.generate(self._random)
        pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._write(f"{key.key_id}.pem", pem)
        if use:
            self.use(key.key_id)
        return key

    def use(self, name: KeyId) -> None:
        """Sign with the key `name` from now on.

        Raises:
            MissingKeyError: the folder has no such key.
        """
        self.load(name)
        self._write(_CURRENT, f"{name}\n".encode())

    def current(self) -> SigningKey:
        """The key in use.

        Raises:
            MissingKeyError: there is no folder, or no key in it yet.
            KeyPermissionError: others may read or replace it.
            MalformedKeyError: a file does not hold what its name says.
        """
        name = self._read(_CURRENT).decode("ascii", "replace").removesuffix("\n")
        if not _KEY_ID.fullmatch(name):
            raise MalformedKeyError(str(self.path / _CURRENT), shown(name), "the id of a key")
        return self.load(KeyId(name))

    def all(self) -> tuple[KeyId, ...]:
        """The ids of all keys in the folder, in order."""
        folder = self._open()
        try:
            names = os.listdir(folder)  # noqa: PTH208 (of the open folder, which a path cannot name)
        finally:
            os.close(folder)
        stems = (name.removesuffix(".pem") for name in names if name.endswith(".pem"))
        return tuple(KeyId(stem) for stem in sorted(stems) if _KEY_ID.fullmatch(stem))

    def load(self, name: KeyId) -> SigningKey:
        """The key with this id; raises as `current` does."""
        if not _KEY_ID.fullmatch(name):
            raise MissingKeyError("key", shown(name), "an id of 64 hexadecimal digits", _MAKE_ONE)
        where = str(self.path / f"{name}.pem")
        try:
            private = load_pem_private_key(self._read(f"{name}.pem"), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
            raise MalformedKeyError(where, "no private key that can be read", "an Ed25519 key in PKCS#8") from wrong
        if not isinstance(private, Ed25519PrivateKey):
            raise MalformedKeyError(where, f"a {type(private).__name__}", "an Ed25519 key")
        key = SigningKey.of(private)
        if key.key_id != name:
            raise MalformedKeyError(where, f"the key {key.key_id}", f"the key {name}, as the file is named")
        return key

    def _open(self) -> int:
        """The open folder, which only its owner may use."""
        try:
            folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError as wrong:
            raise MissingKeyError(str(self.path), "nothing", "a folder of keys", _MAKE_ONE) from wrong
        except OSError as wrong:
            raise KeyPermissionError(str(self.path), f"{wrong.strerror}", "a folder of your own, no link") from wrong
        try:
            _check_owned(folder, self.path, f"chmod {_FOLDER_MODE:o}")
        except KeyPermissionError:
            os.close(folder)
            raise
        return folder

    def _read(self, name: str) -> bytes:
        """A file of the folder, which only its owner may read."""
        where = self.path / name
        folder = self._open()
        try:
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        except FileNotFoundError as wrong:
            raise MissingKeyError(str(where), "nothing", "a key of yours", _MAKE_ONE) from wrong
        except OSError as wrong:
            raise KeyPermissionError(str(where), f"{wrong.strerror}", "a file of your own, no link") from wrong
        finally:
            os.close(folder)
        with os.fdopen(file, "rb") as opened:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise KeyPermissionError(str(where), "something else than a file", "a file of your own")
            _check_owned(file, where, f"chmod {_FILE_MODE:o}")
            return opened.read(_LONGEST_FILE)

    def _write(self, name: str, content: bytes) -> None:
        """Put a file in place whole and durable, or not at all."""
        folder = self._open()
        draft = f".{name}.{self._random(8).hex()}"
        try:
            file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _FILE_MODE, dir_fd=folder)
            try:
                with os.fdopen(file, "wb") as opened:
                    opened.write(content)
                    opened.flush()
                    os.fsync(file)
                os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                os.unlink(draft, dir_fd=folder)
                raise
            os.fsync(folder)  # the name, too, must outlast a power cut
        finally:
            os.close(folder)


def _check_owned(opened: int, path: Path, repair: str) -> None:
    """Refuse what another user owns, or any other may read or write."""
    found = os.fstat(opened)
    if found.st_uid not in (os.geteuid(), _ROOT):
        raise KeyPermissionError(
            str(path), f"user {found.st_uid} as its owner", f"user {os.geteuid()}", f"chown: {path}"
        )
    if mode := stat.S_IMODE(found.st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        next_step = f"Run: {repair} {shlex.quote(str(path))} (and make a new key if others could have read this one)."
        raise KeyPermissionError(str(path), f"access for others ({mode:03o})", "access for its owner alone", next_step)
