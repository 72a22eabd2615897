"""Witness: who really stands behind a fact. Claims that reach one root, or that one speaker said, are one witness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from consilience.comparison.lineage import ASSERTIONS, Lineage
from consilience.model.claim import Claim, Modality
from consilience.model.fact import Holding, Relation, RelationKind, Stance
from consilience.model.identity import PartnerId

_TOGETHER = (RelationKind.AGREES, RelationKind.REFINES)
_ONE = (RelationKind.REPEATS, RelationKind.SUPERSEDES)
_HOLDING = frozenset({Stance.SUPPORTS, Stance.OPPOSES, Stance.COPY})


def group_witnesses(current: Sequence[Holding], relations: Iterable[Relation]) -> list[list[Holding]]:
    """Current holdings by witness, in order.

    One witness are claims that share a root, that repeat each other, or that go back to statements of which
    one replaced the other: a copy of yesterday's figure is no second witness beside today's.
    """
    first: dict[str, str] = {}
    for relation in relations:
        if relation.kind in _ONE:
            _join(first, relation.a, relation.b)
    for holding in current:
        for root in holding.roots:
            _join(first, holding.claim.id, root)
    groups: dict[str, list[Holding]] = defaultdict(list)
    for holding in current:
        groups[_earliest(first, holding.claim.id)].append(holding)
    return list(groups.values())


def _join(first: dict[str, str], a: str, b: str) -> None:
    """Make two names one."""
    keep, gone = sorted((_earliest(first, a), _earliest(first, b)))
    first[gone] = keep


def _earliest(first: dict[str, str], name: str) -> str:
    """The name that stands for all that are one with this; the way there is halved for the next who asks."""
    while first.setdefault(name, name) != name:
        first[name] = first.setdefault(first[name], first[name])
        name = first[name]
    return name


def count_affirming(witnesses: Sequence[Sequence[Holding]]) -> int:
    """How many witnesses affirm the fact; where none does, how many deny it."""
    affirming = sum(any(holding.stance is Stance.SUPPORTS for holding in group) for group in witnesses)
    return affirming or len(witnesses)


def who_holds(holdings: Sequence[Holding], lineage: Lineage) -> frozenset[PartnerId]:
    """Partners that hold what is claimed here, themselves or as the owners of what it rests on.

    Who could not confirm it, or only speaks about it, holds nothing; where nobody else is there, they are named.
    """
    told = [holding for holding in holdings if holding.stance in _HOLDING] or list(holdings)
    return frozenset().union(*(lineage.holders(holding.claim) for holding in told))


def independent_pair(
    current: Sequence[Holding], relations: Iterable[Relation], lineage: Lineage
) -> tuple[Holding, Holding] | None:
    """Two partners whose claims hold together and have no root, and nobody, behind both of them."""
    by_id = {holding.claim.id: holding for holding in current}
    together = sorted(
        (relation.a, relation.b) for relation in relations
        if relation.kind in _TOGETHER and relation.a in by_id and relation.b in by_id
    )  # fmt: skip
    for a, b in together:
        if not _behind(by_id[a], lineage) & _behind(by_id[b], lineage):
            return by_id[a], by_id[b]
    return None


def _behind(holding: Holding, lineage: Lineage) -> frozenset[str]:
    """All who stand behind a claim: its partner, those of the claims it rests on, the owners of assertions, its roots."""
    found = {str(holding.claim.partner), *holding.roots}
    for name in lineage.above(holding.claim.id):
        claim = lineage.claim(name)
        kind, _, rest = name.partition(":")
        if claim:
            found.add(str(claim.partner))
        elif kind in ASSERTIONS:
            found.add(rest.split(":", 1)[0].split("-", 1)[0])
    return frozenset(found)


def is_self_denial(claim: Claim) -> bool:
    """Whether an actor denies what is said of it."""
    return claim.modality is Modality.DENIED and claim.actor == claim.partner


def denied_circle(current: Sequence[Holding], conflicts: Sequence[Relation], lineage: Lineage) -> frozenset[PartnerId]:
    """The holders of a fact that several hold from one root, and that only its subject denies (ADR 3); else nobody."""
    claims = {holding.claim.id: holding.claim for holding in current}
    denied = bool(conflicts) and all(
        is_self_denial(claims[relation.a]) or is_self_denial(claims[relation.b]) for relation in conflicts
    )
    affirming = [holding for holding in current if not is_self_denial(holding.claim)] if denied else []
    if not affirming or not frozenset.intersection(*(frozenset(holding.roots) for holding in affirming)):
        return frozenset()
    holders = who_holds(affirming, lineage)
    return holders if len(holders) > 1 else frozenset()
