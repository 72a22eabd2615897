"""Witness: who really stands behind a fact. Claims that reach one root, or that one speaker said, are one witness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from consilience.comparison.lineage import ASSERTIONS, Lineage
from consilience.model.claim import Claim, Modality
from consilience.model.fact import Holding, Relation, RelationKind, Stance
from consilience.model.identity import PartnerId

_TOGETHER = (RelationKind.AGREES, RelationKind.REFINES)
_ONE = (RelationKind.REPEATS, RelationKind.SUPERSEDES)
_HOLDING = frozenset({Stance.SUPPORTS, Stance.OPPOSES, Stance.COPY})


def group_witnesses(holdings: Sequence[Holding], relations: Iterable[Relation]) -> list[list[Holding]]:
    """The current ones of a fact's holdings by witness, in order.

    One witness are claims that share a root, that repeat each other, or that go back to statements of which
    one replaced the other: a copy of yesterday's figure is no second witness beside today's. What one source of a partner
    tells more than once, from nothing that it names, is one witness too. A claim of several roots goes with the first that
    another claim has for itself, and makes no two witnesses one: else whoever says to rest on both would make them so.
    """
    current = [holding for holding in holdings if holding.is_current]
    single = {holding.roots[0] for holding in current if len(holding.roots) == 1}
    several = {each.claim.id: sorted(single.intersection(each.roots)) for each in holdings if len(each.roots) > 1}
    struck = {each.claim.id for each in holdings if not each.is_current}
    bridges = {name for name, found in several.items() if found or name in struck}
    first: dict[str, str] = {}
    for relation in relations:
        if relation.kind in _ONE and bridges.isdisjoint((relation.a, relation.b)):
            _join(first, relation.a, relation.b)
    for holding in current:
        name = holding.claim.id
        for root in several[name][:1] if name in bridges else holding.roots:
            _join(first, name, root)
        if holding.roots == (name,):
            _join(first, name, _own_word(holding))
    groups: dict[str, list[Holding]] = defaultdict(list)
    for holding in current:
        groups[_earliest(first, holding.claim.id)].append(holding)
    return list(groups.values())


def _own_word(holding: Holding) -> str:
    """One name for all that one source and speaker of a partner say on one side from nothing that they name."""
    claim = holding.claim
    return "\n".join((claim.partner, claim.source, claim.speaker.name, holding.stance.value))


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

    Who could not confirm it, contradicts the gazetteer, or only speaks about it, holds nothing.
    """
    return frozenset().union(*(lineage.holders(held.claim) for held in holdings if held.stance in _HOLDING))


def independent_pair(
    current: Sequence[Holding], relations: Iterable[Relation], lineage: Lineage
) -> tuple[Holding, Holding] | None:
    """Two partners who both affirm, or both deny, and have no root, and nobody, behind both of them.

    Claims that agree are named first. Numbers that cannot be compared (counts over other intervals) still
    corroborate that the thing is there.
    """
    by_id = {holding.claim.id: holding for holding in current}
    for relation in sorted(relations, key=lambda relation: (relation.a, relation.b)):
        if relation.kind in _TOGETHER and relation.a in by_id and relation.b in by_id:
            one, two = by_id[relation.a], by_id[relation.b]
            if not _behind(one, lineage) & _behind(two, lineage):
                return one, two
    distinct: dict[tuple[Stance, frozenset[str]], Holding] = {}
    for holding in current:
        distinct.setdefault((holding.stance, _behind(holding, lineage)), holding)
    for (stance, behind), (other, others) in combinations(distinct, 2):
        if stance is other and not behind & others:
            return distinct[stance, behind], distinct[other, others]
    return None


def _behind(holding: Holding, lineage: Lineage) -> frozenset[str]:
    """All who stand behind a holding."""
    return hands(holding.claim, lineage) | {*holding.roots} - {holding.claim.id}


def hands(claim: Claim, lineage: Lineage) -> frozenset[str]:
    """All who stand behind a claim: its partner and speaker, those of the claims it rests on, the owners of assertions, its roots."""
    found = {str(claim.partner), claim.speaker.state, *lineage.roots(claim.id)} - {claim.id}
    for name in lineage.above(claim.id):
        origin = lineage.claim(name)
        kind, _, rest = name.partition(":")
        if origin:
            found |= {str(origin.partner), origin.speaker.state}
        elif kind in ASSERTIONS:
            found.add(rest.split(":", 1)[0].split("-", 1)[0])
    return frozenset(found)


def is_self_denial(claim: Claim, lineage: Lineage) -> bool:
    """Whether an actor denies what is said of it, or somebody denies it on that actor's word."""
    behind = (claim, *filter(None, map(lineage.claim, lineage.above(claim.id))))
    return claim.modality is Modality.DENIED and any(
        each.modality is Modality.DENIED and each.actor == each.speaker.state for each in behind
    )


def denied_circle(current: Sequence[Holding], conflicts: Sequence[Relation], lineage: Lineage) -> frozenset[PartnerId]:
    """The holders of a fact that several hold from one root, and that only its subject denies (ADR 3); else nobody."""
    claims = {holding.claim.id: holding.claim for holding in current}
    denied = bool(conflicts) and all(
        is_self_denial(claims[relation.a], lineage) or is_self_denial(claims[relation.b], lineage)
        for relation in conflicts
    )
    affirming = [holding for holding in current if not is_self_denial(holding.claim, lineage)] if denied else []
    if not affirming or not frozenset.intersection(*(frozenset(holding.roots) for holding in affirming)):
        return frozenset()
    holders = who_holds(affirming, lineage)
    return holders if len(holders) > 1 else frozenset()
