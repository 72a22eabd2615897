"""Origins: which claims on the table a claim means by the names that it gives, and what it rests on by its own word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from consilience.model.claim import Claim
from consilience.model.identity import ClaimId, PartnerId, base_id

_NOTHING: frozenset[ClaimId] = frozenset()


class Naming:
    """Claims by the names under which others speak of them: an id that was told in several versions stands for all."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        """Name what is on the table; a later claim of one id takes the place of an earlier."""
        self.claims: dict[ClaimId, Claim] = {}
        self._versions: dict[str, list[ClaimId]] = defaultdict(list)
        for claim in claims:
            self.claims[claim.id] = claim
            self._versions[base_id(claim.id)].append(claim.id)

    def versions(self, name: str) -> list[ClaimId]:
        """The claims that an id stands for; empty for an origin key."""
        found = self._versions.get(name)
        return found if found is not None else [ClaimId(name)] if name in self.claims else []

    def meant(self, name: str, partner: PartnerId) -> list[ClaimId]:
        """The claims that a partner means by an id: where several partners use it, its own, else none of them.

        An id with a partner in front (`USA/C138`) is that partner's.
        """
        found = self.versions(name)
        if not found and "/" in name:
            of, _, rest = name.partition("/")
            return [version for version in self.versions(rest) if self.claims[version].partner == of]
        partners = {self.claims[version].partner for version in found}
        if len(partners) < 2:
            return found
        return [version for version in found if self.claims[version].partner == partner]


class Declared:
    """What each claim rests on by its own word: nobody else's word about it counts here."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        """Take the claims on the table; an origin that is not on it leads nowhere."""
        self._naming = Naming(claims)
        self._above: dict[ClaimId, frozenset[ClaimId]] = {}

    def above(self, claim: Claim) -> frozenset[ClaimId]:
        """The claims on the table that it rests on, at any remove; in a circle itself is among them."""
        if not claim.origins:
            return _NOTHING
        if claim.id not in self._above:
            found: set[ClaimId] = set()
            waiting = self._direct(claim)
            while waiting:
                name = waiting.pop()
                if name not in found:
                    found.add(name)
                    waiting += self._direct(self._naming.claims[name])
            self._above[claim.id] = frozenset(found)
        return self._above[claim.id]

    def _direct(self, claim: Claim) -> list[ClaimId]:
        return [
            name for origin in claim.origins for name in self._naming.meant(origin, claim.partner) if name != claim.id
        ]
