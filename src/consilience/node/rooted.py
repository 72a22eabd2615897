"""Rooted: where the basis of an opened answer began, as its partner says, held against what this node can reckon itself.

A basis comes with its roots, which the partner's own node filled in. They decide whether answers are called
independent. What the session's partners have compared, or what we hold besides, lets us check them; else they stand
as that partner's word. What comes of it is this node's alone, and in no result that is signed: others hold other things.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from consilience.comparison.lineage import Lineage
from consilience.errors import ConsilienceError
from consilience.model.assessment import Assessment
from consilience.model.identity import PartnerId
from consilience.node.evidence import Evidence, held_lineage
from consilience.node.node import Node
from consilience.rounds.standing import Standing


class Footing(Enum):
    """How far the roots of a basis are known here."""

    VERIFIED = "verified here"
    DIFFERS = "reckoned otherwise here"
    WORD = "its node's word"


@dataclass(frozen=True, slots=True)
class Ground:
    """One claim or fact of a basis: its roots as told, and as reckoned here (none where it is not held)."""

    partner: PartnerId
    item: str
    told: tuple[str, ...]
    here: tuple[str, ...]
    footing: Footing

    @property
    def words(self) -> str:
        """`A1, from imagery:1: verified here`."""
        began = ", ".join(self.told) or "nowhere that is said"
        otherwise = f", from {', '.join(self.here)}" if self.footing is Footing.DIFFERS else ""
        return f"{self.item}, from {began}: {self.footing.value}{otherwise}"


class Footings:
    """Checks the bases of a session's answers; reads the ledger when it is first asked."""

    def __init__(self, node: Node, found: Standing) -> None:
        """Of one session, as the ledger is now."""
        self._node, self._partners = node, found.session.partners
        self._evidence = lru_cache(maxsize=1)(lambda: Evidence(node, self._partners))
        self._held: Lineage | None = None

    def of(self, answer: Assessment) -> tuple[Ground, ...]:
        """The grounds of an answer, claims first."""
        roots = dict(answer.basis.roots)
        items = (*answer.basis.claims, *answer.basis.facts)
        return tuple(self._ground(answer.partner, item, roots.get(item, ())) for item in items)

    def _ground(self, partner: PartnerId, item: str, told: tuple[str, ...]) -> Ground:
        """One of them: by what all were told, else by all that is held here."""
        if partner == self._node.partner:
            return Ground(partner, item, told, told, Footing.VERIFIED)
        here = self._compared(partner, item) or self._by_all(partner, item)
        if not here:
            return Ground(partner, item, told, (), Footing.WORD)
        footing = Footing.VERIFIED if here == frozenset(told) else Footing.DIFFERS
        return Ground(partner, item, told, tuple(sorted(here)), footing)

    def _compared(self, partner: PartnerId, item: str) -> frozenset[str] | None:
        try:
            return self._evidence().told(item, partner)
        except ConsilienceError:  # what was compared cannot be drawn again here: erased, or not fetched yet
            return None

    def _by_all(self, partner: PartnerId, item: str) -> frozenset[str] | None:
        if self._held is None:
            self._held = held_lineage(self._node, self._partners)
        issuer, _, rest = item.partition("/")
        whole = item if rest and issuer in self._partners else f"{partner}/{item}"
        versions = self._held.versions(whole)
        return frozenset[str]().union(*map(self._held.roots, versions)) if versions else None


def grounds(node: Node, found: Standing) -> dict[tuple[int, PartnerId], tuple[Ground, ...]]:
    """The grounds of every opened answer of a session that names any, by round and partner."""
    footings = Footings(node, found)
    return {
        (each.number, answer.partner): footings.of(answer.assessment)
        for each in found.rounds
        for answer in each.answers
        if answer.assessment is not None and (answer.assessment.basis.claims or answer.assessment.basis.facts)
    }
