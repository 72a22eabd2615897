"""Roster: the versioned list of partners, their keys and clearances, and of the groups that markings name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from consilience.model.identity import PartnerId
from consilience.model.marking import Tlp

KeyId = NewType("KeyId", str)
"""SHA-256 of a public key's 32 raw bytes, as 64 hexadecimal digits: the fingerprint that partners read out to each other."""


@dataclass(frozen=True, slots=True)
class RosterKey:
    """A public key of a partner, and from when to when its signatures count."""

    id: KeyId
    public: bytes
    since: datetime
    until: datetime | None = None

    def holds_at(self, when: datetime) -> bool:
        """Whether a signature made at `when` counts."""
        return self.since <= when and (self.until is None or when < self.until)


@dataclass(frozen=True, slots=True)
class Member:
    """A partner as the roster has it: its keys, and what it is cleared and accredited for.

    `clearance` holds (policy, rank) pairs in order of policy; a policy that is absent is rank 0. `reach` is the
    widest circle that a release to this partner reaches, which bounds the TLP it may be given: `AMBER_STRICT`
    for one organisation (the default), `RED` for named persons, `CLEAR` for the public.
    """

    code: PartnerId
    name: str
    keys: tuple[RosterKey, ...] = ()
    clearance: tuple[tuple[str, int], ...] = ()
    accredited: frozenset[str] = frozenset()
    reach: Tlp = Tlp.AMBER_STRICT

    def key(self, name: KeyId) -> RosterKey | None:
        """A key by its id."""
        return next((key for key in self.keys if key.id == name), None)


@dataclass(frozen=True, slots=True)
class Group:
    """A code that markings may name for several partners (`FVEY`)."""

    code: str
    members: frozenset[PartnerId]


@dataclass(frozen=True, slots=True)
class Policy:
    """A classification scheme: its levels from lowest (rank 0) to highest."""

    code: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """One version of the list. A new version is signed by `threshold` of the `stewards` of the version before it.

    Members, groups and policies stand in order of code. `previous` is the SHA-256 of the canonical bytes of the
    version before, empty for the first.
    """

    version: int
    issued_at: datetime
    stewards: frozenset[PartnerId]
    threshold: int
    members: tuple[Member, ...]
    groups: tuple[Group, ...] = ()
    policies: tuple[Policy, ...] = ()
    previous: str = ""

    def member(self, code: str) -> Member | None:
        """A partner by its code; None when the roster does not know it."""
        return next((member for member in self.members if member.code == code), None)

    def group(self, code: str) -> Group | None:
        """A group by its code; None when the roster does not know it."""
        return next((group for group in self.groups if group.code == code), None)

    def policy(self, code: str) -> Policy | None:
        """A policy by its code; None when the roster does not know it."""
        return next((policy for policy in self.policies if policy.code == code), None)
