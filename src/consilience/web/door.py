"""Door: who is asking, by certificate and token, as the roster has it at this very request."""

from __future__ import annotations

import base64
import binascii
from threading import Lock

from consilience.model.identity import PartnerId
from consilience.model.roster import Roster
from consilience.node.node import Node
from consilience.node.opening import roster_of
from consilience.node.tokens import Token, Tokens
from consilience.trust.certificate import CertificateError, peer_of

_LONGEST = 1024  # characters of an Authorization header


class Door:
    """Recognises partners, from any thread, without the node's turn: nobody waits for what others have it do."""

    def __init__(self, node: Node) -> None:
        """By the roster and the tokens of this node."""
        self._node = node
        self._tokens = Tokens(node.home)
        self._lock = Lock()
        self._roster: tuple[int, Roster] | None = None

    def who(self, certificate: bytes | None, authorization: str | None) -> PartnerId | None:
        """The partner who asks; None for nobody that is known.

        A certificate under a key of the roster that holds now is enough. A token is a second factor beside it, and
        must be the same partner's; it is enough alone only where it was issued so. What is shown and does not hold is
        never passed over: a wrong token beside a good certificate is nobody's.

        Raises:
            ConsilienceError: the roster or the tokens cannot be read, so that nobody is known.
        """
        roster = self._newest()
        by_key = self._by_certificate(certificate, roster) if certificate else None
        if certificate and by_key is None:
            return None
        if authorization is None:
            return by_key
        token = self._token(authorization)
        if token is None or roster.member(token.partner) is None:
            return None
        if by_key is not None:
            return by_key if token.partner == by_key else None
        return token.partner if token.alone else None

    def _newest(self) -> Roster:
        """The newest roster: verified once for each growth of the ledger, which any process may have made it."""
        with self._lock:
            size = self._node.ledger.size()
            if self._roster is None or self._roster[0] != size:
                self._roster = size, roster_of(self._node.home, self._node.ledger)
            return self._roster[1]

    def _by_certificate(self, certificate: bytes, roster: Roster) -> PartnerId | None:
        try:
            return peer_of(certificate, roster, self._node.clock()).partner
        except CertificateError:
            return None

    def _token(self, authorization: str) -> Token | None:
        """The token of an Authorization header: Bearer (RFC 6750), or Basic with the partner's code (RFC 7617)."""
        scheme, _, value = authorization[:_LONGEST].strip().partition(" ")
        value = value.strip()
        if scheme.lower() == "bearer":
            return self._tokens.find(value)
        if scheme.lower() != "basic":
            return None
        try:
            user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        found = self._tokens.find(password)
        return found if found and found.partner == user else None
