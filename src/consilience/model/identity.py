"""Who and what is meant: partners, speakers, claims. Ids are names or content digests, never local integers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import NewType

PartnerId = NewType("PartnerId", str)
ClaimId = NewType("ClaimId", str)
FactId = NewType("FactId", str)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The person or organ that asserted a claim.

    A speaker that is only the partner's own code, stated or defaulted, is no identity: two organs of one
    state are two speakers, so nothing may be superseded on the strength of the state's name.
    """

    name: str
    partner: PartnerId

    @property
    def is_identity(self) -> bool:
        """Whether the name stands for one person or organ."""
        return self.name != self.partner

    @property
    def state(self) -> str:
        """The code before the slash: `UKR` of `UKR/Reznikov`."""
        return self.name.split("/", 1)[0]


def version_id(name: ClaimId, content: str) -> ClaimId:
    """The id of one of several contents that were told under one id: `C1~3f2a9c1b`."""
    return ClaimId(f"{name}~{content[:8]}")


def base_id(name: ClaimId) -> ClaimId:
    """The id under which a version was told."""
    return ClaimId(name.split("~", 1)[0])


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: object) -> str:
    """The one text of a JSON value, as RFC 8785 has it for the values that we emit.

    Keys are sorted, nothing is padded and non-ASCII stays as it is. Callers pass integers below 2^53 and
    numbers rounded to a few decimals, for which Python and ECMAScript print the same digits.
    """
    return _CANONICAL.encode(value)


def digest(value: object) -> str:
    """SHA-256 of the canonical text of `value`, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def fact_id(value: object) -> FactId:
    """A short id for a fact: the first 12 hexadecimal digits of its digest."""
    return FactId("f-" + digest(value)[:12])
