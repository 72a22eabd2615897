"""Regroup: groups that the evidence made, merged and parted as analysts decided. A decision wins over all evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from consilience.linkage.decisions import Decisions
from consilience.linkage.levels import Group, as_of, event_group, is_event
from consilience.model.claim import Claim
from consilience.model.decision import Answer


def regroup(groups: Iterable[Group], decisions: Decisions) -> Iterator[Group]:
    """The groups, those of claims decided to be the same merged, those of claims kept apart parted.

    Claims that nothing was decided of go with whom they have most in common. What no decision touches is as it was.
    """
    listed = list(groups)
    home: dict[str, int] = {claim.id: number for number, group in enumerate(listed) for claim in group.claims}
    present = [decision for decision in decisions if decision.a in home and decision.b in home]
    first = list(range(len(listed)))
    for decision in present:
        if decision.answer is Answer.SAME:
            one, two = (_first(first, home[name]) for name in decision.pair)
            first[max(one, two)] = min(one, two)
    clusters: dict[int, list[Group]] = defaultdict(list)
    for number, group in enumerate(listed):
        clusters[_first(first, number)].append(group)
    within = {  # decisions that part what would stand in one group
        _first(first, home[each.a]) for each in present if each.answer.parts
        and _first(first, home[each.a]) == _first(first, home[each.b])
    }  # fmt: skip
    for number in sorted(clusters):
        if number in within:
            yield from _parted(clusters[number], decisions)
        elif len(clusters[number]) > 1:
            yield _group([claim for group in clusters[number] for claim in group.claims], clusters[number])
        else:
            yield clusters[number][0]


def _first(first: list[int], number: int) -> int:
    """The smallest group that is one with this."""
    while first[number] != number:
        number = first[number]
    return number


def _parted(groups: Sequence[Group], decisions: Decisions) -> Iterator[Group]:
    """Some groups as the fewest that keep apart what was decided to be kept apart, filled in order of claim id."""
    claims = {claim.id: claim for group in groups for claim in group.claims}
    part_of: dict[str, int] = {}
    parts: list[set[str]] = []
    decided = [each for each in decisions if each.a in claims and each.b in claims]
    for name in sorted({name for each in decided for name in each.pair}):
        if name in part_of:
            continue
        block = decisions.block(name) & claims.keys()
        fitting = (number for number, part in enumerate(parts) if not decisions.keep_apart(name, part))
        number = next(fitting, len(parts))
        if number == len(parts):
            parts.append(set())
        parts[number] |= block
        part_of.update(dict.fromkeys(block, number))
    filled: dict[int, list[Claim]] = defaultdict(list)
    for group in groups:
        known = [claim for claim in group.claims if claim.id in part_of]
        for claim in group.claims:
            near = claim if claim.id in part_of else _nearest(claim, known)
            filled[part_of[near.id]].append(claim)
    for number in sorted(filled):
        yield _group(filled[number], groups)


def _nearest(claim: Claim, others: Sequence[Claim]) -> Claim:
    """The one of some claims that a claim has most in common with."""
    return min(others, key=lambda other: _distance(claim, other))


def _distance(claim: Claim, other: Claim) -> tuple[bool, bool, float, str]:
    """How far a claim is from one that was decided of: one origin first, then one figure, then time."""
    told = {other.id, *other.origins} & {claim.id, *claim.origins}
    return (
        not told, claim.count != other.count or claim.modality.is_negation != other.modality.is_negation,
        abs((as_of(claim) - as_of(other)).total_seconds()), other.id,
    )  # fmt: skip


def _group(claims: Iterable[Claim], groups: Sequence[Group]) -> Group:
    """Some claims as one group, of the kind that most of them were of; its smallest id tells it from its neighbours."""
    listed = tuple(sorted(claims, key=lambda claim: claim.id))
    names = {claim.id for claim in listed}
    chief = max(groups, key=lambda group: sum(claim.id in names for claim in group.claims))
    own = [claim for claim in chief.claims if claim.id in names]
    shape = event_group(own) if chief.kind == "event" and all(map(is_event, own)) else chief
    return replace(shape, claims=listed, mark=listed[0].id)
