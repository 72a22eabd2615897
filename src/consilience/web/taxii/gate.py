"""Gate: who somebody is, and what they may see, read and write. Asked again at every request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from consilience.trust.canonical import Json
from consilience.web.taxii.head import Credentials


class Gate(Protocol):
    """What the TAXII service asks before it answers. Names of persons are opaque to it; collections are their ids."""

    challenge: str
    """What to say to somebody unknown (the WWW-Authenticate header): `Basic realm="..."`."""

    def is_quick(self, credentials: Credentials) -> bool:
        """Whether `who` answers at once for these credentials, rather than hash a password first."""
        ...

    def who(self, credentials: Credentials) -> str | None:
        """Who they are; None for nobody that may come in."""
        ...

    def sees_root(self, who: str, root: str) -> bool:
        """Whether they may know that an API root exists."""
        ...

    def sees(self, who: str, collection: str) -> bool:
        """Whether they may know that a collection exists."""
        ...

    def may_read(self, who: str, collection: str) -> bool:
        """Whether they may get its objects."""
        ...

    def may_write(self, who: str, collection: str) -> bool:
        """Whether they may add objects to it."""
        ...

    def refresh(self, who: str) -> None:
        """Bring the store up to what they may read now; called before each of their requests is looked at."""
        ...

    def arrive(self, who: str, collection: str, body: bytes, value: Mapping[str, Json]) -> str | None:
        """Take note of an object they post, as bytes and as read, before it is stored; a reason refuses it."""
        ...
