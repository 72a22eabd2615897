"""Across: relations between claims of different facts, where an analyst would otherwise add or confuse them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from consilience.comparison.pair import Bench
from consilience.comparison.relate import relate
from consilience.linkage.levels import Group
from consilience.model.claim import Claim
from consilience.model.fact import Relation, RelationKind

Pairs = Sequence[tuple[Group | None, Group | None]]


def relations_across(pairs: Pairs, claims: Sequence[Claim], bench: Bench) -> Iterator[Relation]:
    """Lineage, one speaker's updates, and over pairs of groups nested scopes and plans beside presence."""
    yield from _lineage(claims, bench)
    yield from _updates(claims, bench)
    yield from _nested(pairs, bench)


def _lineage(claims: Sequence[Claim], bench: Bench) -> Iterator[Relation]:
    """Each copy with each claim that it rests on directly."""
    for claim in claims:
        for step in bench.lineage.steps(claim.id):
            origin = bench.lineage.claim(step.origin)
            if origin:
                yield relate(claim, origin, bench)


def _updates(claims: Sequence[Claim], bench: Bench) -> Iterator[Relation]:
    """Consecutive statements of one speaker on one measure, of all and as each partner tells them, that replace another."""
    by_speaker: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.speaker.is_identity:
            # two scopes that may be one proposition both name the border, with or without saying how far it reaches
            scope = "border" if "border" in claim.place.scope_key else claim.place.scope_key
            shared = claim.actor, claim.phenomenon.measure, scope
            by_speaker[claim.speaker.name, "", *shared].append(claim)
            by_speaker[claim.speaker.name, claim.partner, *shared].append(claim)  # whatever others tell in between
    for key in sorted(by_speaker):
        for one, two in pairwise(sorted(by_speaker[key], key=lambda claim: (claim.reported_at.at, claim.id))):
            relation = relate(one, two, bench)
            if relation.kind is RelationKind.SUPERSEDES:
                yield relation


def _nested(pairs: Pairs, bench: Bench) -> Iterator[Relation]:
    """Facts of one measure and time whose scopes nest or contradict, or of which one is present and one ahead."""
    newest: dict[int, dict[str, Claim]] = {}
    for one, two in pairs:
        if one is None or two is None or (one.kind == two.kind == "event" and _at_point(one) and _at_point(two)):
            continue  # linkage by place and time has compared single events already
        for group in (one, two):
            if id(group) not in newest:
                newest[id(group)] = _newest(group)
        mixed = one.proposition.tense != two.proposition.tense
        a, b = _side_by_side(newest[id(one)], newest[id(two)])
        if not mixed and not bench.geography.meets(a.place, b.place):
            continue
        relation = relate(a, b, bench)
        told = relation.kind in (RelationKind.REFINES, RelationKind.CONFLICTS)
        if told or (mixed and relation.kind is RelationKind.INCOMPARABLE):
            yield relation


def _at_point(group: Group) -> bool:
    """Whether the group is of a single happening at a site."""
    return group.claims[0].place.point is not None


def _newest(group: Group) -> dict[str, Claim]:
    """The newest claim of each partner, in order of time; remarks only where there is nothing else."""
    told = [claim for claim in group.claims if not claim.about] or list(group.claims)
    return {claim.partner: claim for claim in sorted(told, key=lambda claim: (claim.reported_at.at, claim.id))}


def _side_by_side(one: dict[str, Claim], two: dict[str, Claim]) -> tuple[Claim, Claim]:
    """One claim of each group: of a partner that speaks in both, if there is one, else the newest."""
    both = sorted(set(one) & set(two))
    if both:
        return one[both[0]], two[both[0]]
    return list(one.values())[-1], list(two.values())[-1]
