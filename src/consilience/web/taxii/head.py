"""Head: what a request says before its body, and what an answer says; the same for a socket and for a simulation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """By what somebody may be known: the certificate of the connection (DER), the `Authorization` header."""

    certificate: bytes | None = None
    authorization: bytes | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body. `path` is as it was sent, percent signs and all; names of headers are lower case."""

    method: str
    path: str
    query: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials = field(default=Credentials())


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; `body` is bytes, or pieces that are made as they are taken."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Iterable[bytes] = b""

    @property
    def whole(self) -> bytes:
        """The body in one piece."""
        return self.body if isinstance(self.body, bytes) else b"".join(self.body)
