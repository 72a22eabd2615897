"""Seeded: the gate of a scratch database, whose users come with passwords (HTTP Basic, RFC 7617)."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import os
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping

from consilience.exchange.taxii.password import SALT_BYTES, is_password
from consilience.exchange.taxii.store import Store
from consilience.trust.canonical import Json
from consilience.web.taxii.head import Credentials

_REMEMBERED = 1_000
_NOBODY = (b"\0" * SALT_BYTES, b"\0" * 32)


class SeededGate:
    """Lets the users of a seed in; each may do with a collection what the seed says.

    A password is hashed once: what is remembered of it is an HMAC under a key that lives as long as this gate.
    """

    challenge = 'Basic realm="Consilience TAXII", charset="UTF-8"'

    def __init__(self, store: Store, random: Callable[[int], bytes] = os.urandom) -> None:
        """Stand before a store."""
        self._store = store
        self._key = random(32)
        self._known: OrderedDict[bytes, str | None] = OrderedDict()

    def is_quick(self, credentials: Credentials) -> bool:
        """Whether this header was seen before, or is none."""
        return not credentials.authorization or self._name(credentials.authorization) in self._known

    def who(self, credentials: Credentials) -> str | None:
        """The user with this name and password."""
        header = credentials.authorization
        if not header:
            return None
        name = self._name(header)
        if name not in self._known:
            self._known[name] = self._verified(header)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known.get(name)

    def sees_root(self, who: str, root: str) -> bool:
        """Every user sees every root."""
        return True

    def sees(self, who: str, collection: str) -> bool:
        """Every user sees every collection, though not every user may read it."""
        return True

    def may_read(self, who: str, collection: str) -> bool:
        """What the seed says."""
        rights = self._store.latest_shape().rights.get(collection)
        return rights is not None and rights.read

    def may_write(self, who: str, collection: str) -> bool:
        """What the seed says."""
        rights = self._store.latest_shape().rights.get(collection)
        return rights is not None and rights.write

    def refresh(self, who: str) -> None:
        """Nothing stands behind a scratch database."""

    def arrive(self, who: str, collection: str, body: bytes, value: Mapping[str, Json]) -> str | None:
        """Everything is taken."""
        return None

    def _name(self, header: bytes) -> bytes:
        """What a header is remembered by; another one after each change of the users."""
        generation = self._store.latest_shape().generation.encode()
        return hmac.digest(self._key, generation + b"\0" + header, hashlib.sha256)

    def _verified(self, header: bytes) -> str | None:
        scheme, _, token = header.partition(b" ")
        try:
            name, colon, password = b64decode(token.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        if scheme.lower() != b"basic" or not colon:
            return None
        users = self._store.latest_shape().users
        salt, expected = users.get(name, _NOBODY)
        return name if is_password(password, salt, expected) and name in users else None
