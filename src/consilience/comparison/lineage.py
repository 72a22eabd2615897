"""Lineage: the path from a claim to where it began. Corroboration counts roots, not reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from consilience.linkage.origins import Naming
from consilience.model.claim import Claim
from consilience.model.identity import ClaimId, PartnerId

# Kinds of origin key (`kind:OWNER:…`) that are somebody's assertion. Its owner holds what is said; the owner
# of a recording (imagery, video, audio, post) holds only the recording.
ASSERTIONS = frozenset({"document", "intelligence", "briefing", "statement", "wire"})
_PROVENANCE = "provenance/origin"
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rest:
    """One step of lineage: what a claim rests on, and who says so (the claim itself, or a claim about it)."""

    origin: str
    said_by: ClaimId


class Lineage:
    """Origins of all claims, as they and the claims about them declare."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        """Collect the steps; ids that were told in several versions stand for all of them."""
        listed = list(claims)
        self._naming = Naming(listed)
        self._claims = self._naming.claims
        self._steps: dict[str, list[Rest]] = {}
        self.partners = frozenset(claim.partner for claim in listed)
        for claim in listed:
            self._add(claim.id, claim)
            if claim.phenomenon.path == _PROVENANCE:
                for subject in claim.about:
                    for version in self.versions(subject):
                        self._add(version, claim)
        self._above: dict[str, frozenset[str]] = {}
        self._roots: dict[str, frozenset[str]] = {}

    def versions(self, name: str) -> list[ClaimId]:
        """The claims that an id stands for; empty for an origin key."""
        return self._naming.versions(name)

    def _add(self, claim: str, said_by: Claim) -> None:
        for origin in said_by.origins:
            targets: list[str] = [*self._naming.meant(origin, said_by.partner)]
            for target in targets or [origin]:
                if target != claim:
                    self._steps.setdefault(claim, []).append(Rest(target, said_by.id))

    def steps(self, claim: str) -> tuple[Rest, ...]:
        """What a claim rests on directly."""
        told = self._steps.get(claim)
        return tuple(sorted(told, key=lambda step: (step.origin, step.said_by))) if told else ()

    def above(self, claim: str) -> frozenset[str]:
        """Everything that a claim rests on, at any remove: claim ids and origin keys. A circle ends where it began."""
        if claim not in self._steps:
            return _NOTHING
        if claim not in self._above:
            found: set[str] = set()
            waiting = [step.origin for step in self._steps.get(claim, ())]
            while waiting:
                origin = waiting.pop()
                if origin not in found:
                    found.add(origin)
                    waiting.extend(step.origin for step in self._steps.get(origin, ()))
            self._above[claim] = frozenset(found)
        return self._above[claim]

    def roots(self, claim: str) -> frozenset[str]:
        """Where a claim began: the ends of all its paths, itself when it rests on nothing.

        Claims that rest on each other in a circle have the circle's smallest name as their root.
        """
        if claim not in self._roots:
            self._roots[claim] = self._ends(claim)
        return self._roots[claim]

    def _ends(self, claim: str) -> frozenset[str]:
        above = self.above(claim)
        if not above:
            return frozenset({claim})
        ends = frozenset(name for name in above if not self._steps.get(name))
        return ends or frozenset({min(above | {claim})})

    def rests_on(self, claim: str, other: str) -> bool:
        """Whether the first claim rests on the second, at any remove."""
        return other in self.above(claim)

    def shared_claims(self, a: str, b: str) -> frozenset[str]:
        """Claims that both rest on."""
        return frozenset(name for name in self.above(a) & self.above(b) if name in self._claims)

    def shared_keys(self, a: str, b: str) -> frozenset[str]:
        """Origin keys that both rest on."""
        return frozenset(name for name in self.above(a) & self.above(b) if name not in self._claims)

    def claim(self, name: str) -> Claim | None:
        """The claim of that id, if it is on the table."""
        return self._claims.get(ClaimId(name))

    def holders(self, claim: Claim) -> frozenset[PartnerId]:
        """Partners that hold what a claim says.

        Its own, those of the claims that it rests on, and the owners of the assertions among its origin
        keys, when they are partners here.
        """
        found = {claim.partner}
        if claim.speaker.state in self.partners:
            found.add(PartnerId(claim.speaker.state))
        for name in self.above(claim.id):
            origin = self._claims.get(ClaimId(name))
            if origin:
                found.add(origin.partner)
                continue
            kind, _, rest = name.partition(":")
            owner = rest.split(":", 1)[0].split("-", 1)[0]
            if kind in ASSERTIONS and owner in self.partners:
                found.add(PartnerId(owner))
        return frozenset(found)
