"""Entry: one leaf of a log as it is stored; Batch and Appended: what is given to a log, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consilience.trust.verify import Verified

MAIN = "main"
"""The log of everything that a node has recorded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf. Salt, envelope and digest are None once the entry is erased; the leaf stays.

    Attributes:
        log: `main`, or `to/GBR` for what that partner was given.
        index: where it stands in the log, from 0.
        leaf: its leaf hash, 32 bytes.
        salt: 32 random bytes that keep the leaf from being guessed.
        envelope: the signed bytes, as they came.
        kind: what the statement is: `claim`, `roster`, `tombstone`, ...
        issuer: the partner that signed it.
        digest: SHA-256 of the canonical payload, in hexadecimal.
        recorded_at: when this node recorded it, by its own clock.
    """

    log: str
    index: int
    leaf: bytes
    salt: bytes | None
    envelope: bytes | None
    kind: str
    issuer: str
    digest: str | None
    recorded_at: datetime

    @property
    def is_erased(self) -> bool:
        """Whether what it held is destroyed."""
        return self.envelope is None


@dataclass(frozen=True, slots=True)
class Batch:
    """What is appended to one log, in order."""

    log: str
    items: Sequence[Verified]


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the items of a batch stand, in their order.

    `new` of them were appended; the others were there before. `checkpoint` is the newest signed head of the log,
    None while the log is empty.
    """

    log: str
    indices: tuple[int, ...]
    new: int
    checkpoint: str | None
