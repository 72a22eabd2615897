"""Partners: a node's gate before its TAXII collections. Each partner has two: what it was given, and its inbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from threading import Lock

from consilience.model.identity import PartnerId
from consilience.node.node import Node
from consilience.node.outlet import ROOT, Outlet
from consilience.trust.canonical import Json
from consilience.web.door import Door
from consilience.web.taxii.head import Credentials


class Partners:
    """Lets a partner see its own two collections and nothing else: to it, those of others do not exist."""

    challenge = 'Basic realm="partners of this node"'

    def __init__(self, node: Node, outlet: Outlet) -> None:
        """By the roster of the node. Of what it asks the node, nothing needs the node's turn."""
        self._outlet = outlet
        self._door = Door(node)
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)  # of each partner's collections

    def is_quick(self, _credentials: Credentials) -> bool:
        """Always: a token has 256 random bits, and its hash is a fast one."""
        return True

    def who(self, credentials: Credentials) -> str | None:
        """The partner behind a certificate, a token, or both, as the roster is now."""
        header = credentials.authorization
        return self._door.who(credentials.certificate, None if header is None else header.decode("latin-1"))

    def sees_root(self, _who: str, root: str) -> bool:
        """There is one."""
        return root == ROOT

    def sees(self, who: str, collection: str) -> bool:
        """Its own two."""
        return collection in (self._outlet.given(PartnerId(who)), self._outlet.inbox(PartnerId(who)))

    def may_read(self, who: str, collection: str) -> bool:
        """Its own two: what it posted it may read back."""
        return self.sees(who, collection)

    def may_write(self, who: str, collection: str) -> bool:
        """Its inbox."""
        return collection == self._outlet.inbox(PartnerId(who))

    def refresh(self, who: str) -> None:
        """Bring what the partner was given up to its log: the ledger's to be read by any thread, the rest that partner's."""
        with self._turns[who]:
            self._outlet.refresh(PartnerId(who))

    def arrive(self, _who: str, _collection: str, _body: bytes, _value: Mapping[str, Json]) -> str | None:
        """An inbox takes any object: it is kept as it came, and is a claim only once an analyst ingests it."""
        return None
