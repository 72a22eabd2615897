"""Stances: how each claim of a group stands to the fact, and on which side."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from consilience.comparison.lineage import Lineage
from consilience.comparison.pair import Bench
from consilience.comparison.relate import relate
from consilience.model.claim import Claim, Modality
from consilience.model.fact import Holding, Relation, RelationKind, Stance
from consilience.model.identity import ClaimId


@dataclass(frozen=True, slots=True)
class Compared:
    """A group with its relations, holdings, and how many claims were too alike to be compared one by one."""

    relations: tuple[Relation, ...]
    holdings: tuple[Holding, ...]
    left_out: int


def compare_group(claims: Sequence[Claim], bench: Bench) -> Compared:
    """Relate the claims of one fact to each other and take their stances.

    Of a partner that says much, each speaker's statements are followed first, so that only what still stands is paired.
    """
    changed = _changed_copies(claims, bench)
    pairs, left_out = _pairs(claims, changed, bench)
    relations = [relate(a, b, bench) for a, b in pairs]
    replaced = _with_copies(_replaced(relations, bench), claims, bench)
    stances = {claim.id: _stance(claim, replaced, changed) for claim in claims}
    sides = _sides([claim for claim in claims if stances[claim.id] in _EVIDENCE], relations, bench.lineage)
    holdings = tuple(
        Holding(
            claim, stances[claim.id], tuple(sorted(bench.lineage.roots(claim.id))), sides.get(claim.id, -1),
            _why(claim, replaced, changed, bench),
        )
        for claim in sorted(claims, key=lambda claim: claim.id)
    )  # fmt: skip
    return Compared(tuple(relations), holdings, left_out)


def _pairs(
    claims: Sequence[Claim], changed: dict[ClaimId, tuple[str, ...]], bench: Bench
) -> tuple[list[tuple[Claim, Claim]], int]:
    """The pairs to relate, and how many claims are in none of them but their speaker's own."""
    ordered = sorted(claims, key=lambda claim: claim.id)
    dense = int(bench.settings.dense_fact)
    many = {partner for partner, told in Counter(claim.partner for claim in ordered).items() if told > dense}
    if not many:
        return list(combinations(ordered, 2)), 0
    turns = list(_in_turn(claim for claim in ordered if claim.partner in many))
    gone = _with_copies(_replaced((relate(a, b, bench) for a, b in turns), bench), ordered, bench)
    chosen = [claim for claim in ordered if claim.partner not in many]
    for partner in many:
        told = [claim for claim in ordered if claim.partner == partner and claim.id not in changed]
        chosen += _representatives([claim for claim in told if _stance(claim, gone, changed) in _EVIDENCE])
    found = {(a.id, b.id): (a, b) for a, b in combinations(sorted(chosen, key=lambda claim: claim.id), 2)}
    found.update({(min(a.id, b.id), max(a.id, b.id)): (a, b) for a, b in turns})
    return list(found.values()), len(ordered) - len(chosen)


_EVIDENCE = frozenset({Stance.SUPPORTS, Stance.OPPOSES})


def affirms(claim: Claim) -> bool:
    """Whether it speaks for its fact: an affirmation, or the negation of the declared opposite."""
    negates = claim.modality.is_negation or bool(claim.count and claim.count.is_zero)
    return negates == claim.phenomenon.reverses


def _representatives(standing: Sequence[Claim]) -> list[Claim]:
    """For the pairs of a partner that says much: the newest of each polarity, and the lowest and highest figure."""
    newest: dict[bool, Claim] = {}
    for claim in sorted(standing, key=lambda claim: (claim.reported_at.at, claim.id)):
        newest[claim.modality.is_negation] = claim
    counted = sorted((claim for claim in standing if claim.count), key=lambda claim: (_centre(claim), claim.id))
    return list({claim.id: claim for claim in (*newest.values(), *counted[:1], *counted[-1:])}.values())


def _in_turn(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Consecutive statements of each speaker as each partner tells them: who said it again, or otherwise, later."""
    by_speaker: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: (claim.reported_at.at, claim.id)):
        if claim.speaker.is_identity:
            by_speaker[claim.speaker.name, claim.partner].append(claim)
    for name in sorted(by_speaker):
        yield from pairwise(by_speaker[name])


def _replaced(relations: Iterable[Relation], bench: Bench) -> dict[ClaimId, tuple[str, ...]]:
    """Claims that a newer one of the same speaker replaces, with the reasons; a tie in time replaces neither."""
    return {
        relation.a: (f"superseded by {relation.b}", *relation.reasons)
        for relation in relations
        if relation.kind is RelationKind.SUPERSEDES
        and not any(reason.startswith("order:") for reason in relation.reasons)
        and _may_replace(relation, bench)
    }


def _may_replace(relation: Relation, bench: Bench) -> bool:
    """Whether the newer claim may take the older one's word back: its own partner's may, and the speaker's own state's.

    Anybody may say what another is supposed to have said since; that is no ground to strike what a partner holds.
    """
    older, newer = bench.lineage.claim(relation.a), bench.lineage.claim(relation.b)
    return older is None or newer is None or newer.partner in (older.partner, newer.speaker.state)


def _with_copies(
    replaced: dict[ClaimId, tuple[str, ...]], claims: Iterable[Claim], bench: Bench
) -> dict[ClaimId, tuple[str, ...]]:
    """Replaced claims and their copies: a reprint does not bring back what its origin's speaker has replaced."""
    copies = {
        claim.id: (f"rests on {origin}, which was {replaced[ClaimId(origin)][0]}",)
        for claim in claims
        for origin in sorted(bench.lineage.above(claim.id), reverse=True)
        if origin in replaced
    }
    return {**copies, **replaced}


def _changed_copies(claims: Iterable[Claim], bench: Bench) -> dict[ClaimId, tuple[str, ...]]:
    """Copies that changed what they rest on: never evidence, their root's content stands."""
    found = {}
    for claim in claims:
        for name in sorted(bench.lineage.above(claim.id)):
            origin = bench.lineage.claim(name)
            if origin is None:
                continue
            relation = relate(claim, origin, bench)
            altered = [reason for reason in relation.reasons if reason.startswith("changed ")]
            if altered:
                found[claim.id] = (f"rests on {origin.id} and changed it", *altered)
                break
    return found


def _stance(claim: Claim, replaced: dict[ClaimId, tuple[str, ...]], changed: dict[ClaimId, tuple[str, ...]]) -> Stance:
    if claim.about and claim.phenomenon.root in ("provenance", "concurrence"):
        return Stance.SPEAKS_ABOUT
    if claim.id in changed:
        return Stance.COPY
    if claim.place.defects:
        return Stance.DEFECTIVE
    if claim.modality is Modality.UNVERIFIED:
        return Stance.UNVERIFIED
    if claim.id in replaced:
        return Stance.SUPERSEDED
    return Stance.SUPPORTS if affirms(claim) else Stance.OPPOSES


def _sides(current: list[Claim], relations: Sequence[Relation], lineage: Lineage) -> dict[ClaimId, int]:
    """The side of each current claim: the first on which it conflicts with nobody. Side 0 is the largest, without repeats.

    In a dense fact, a claim that was paired with none stands with the nearest figure of its polarity that was.
    """
    if len(current) < 2:  # most facts
        return {claim.id: 0 for claim in current}
    against: dict[ClaimId, set[ClaimId]] = defaultdict(set)
    for relation in relations:
        if relation.kind is RelationKind.CONFLICTS:
            against[relation.a].add(relation.b)
            against[relation.b].add(relation.a)
    paired = {name for relation in relations for name in (relation.a, relation.b)} if relations else set()
    sides: list[list[Claim]] = []
    home: dict[ClaimId, int] = {}
    figures: dict[bool, list[tuple[float, int]]] = {True: [], False: []}
    ordered = sorted(current, key=lambda claim: (not affirms(claim), _centre(claim), claim.id))
    for claim in sorted(ordered, key=lambda claim: claim.id not in paired):
        placed = figures[affirms(claim)]
        number = None if claim.id in paired else _nearest(_centre(claim), placed)
        if number is None:
            barred = {home.get(other) for other in against.get(claim.id, ())}
            number = next(number for number in range(len(sides) + 1) if number not in barred)
        if number == len(sides):
            sides.append([])
        sides[number].append(claim)
        home[claim.id] = number
        insort(placed, (_centre(claim), number))
    names = {claim.id for claim in current}
    own = {claim.id for claim in current if names.isdisjoint(lineage.above(claim.id))} or names

    def _size(side: list[Claim]) -> tuple[int, int, ClaimId]:
        told = [claim for claim in side if claim.id in own]
        return -len({claim.partner for claim in told}), -len(told), (told or side)[0].id

    largest = sorted(sides, key=_size)
    return {claim.id: number for number, side in enumerate(largest) for claim in side}


def _nearest(figure: float, placed: list[tuple[float, int]]) -> int | None:
    """The side of the nearest of the figures placed so far, in order with their sides; None where there is none."""
    above = bisect_left(placed, (figure, 0))
    below = bisect_left(placed, (placed[above - 1][0], 0)) if above else above
    around = [
        (abs(other - figure), number) for other, number in (*placed[below : below + 1], *placed[above : above + 1])
    ]
    return min(around)[1] if around else None


def _centre(claim: Claim) -> float:
    return claim.count.centre if claim.count else -1.0


def _why(
    claim: Claim, replaced: dict[ClaimId, tuple[str, ...]], changed: dict[ClaimId, tuple[str, ...]], bench: Bench
) -> tuple[str, ...]:
    """Why a claim stands as it does, and who says what it rests on."""
    told = [
        f"rests on {step.origin}" + (f", says {step.said_by}" if step.said_by != claim.id else "")
        for step in bench.lineage.steps(claim.id)
    ]
    return (*changed.get(claim.id, ()), *replaced.get(claim.id, ()), *told, *claim.place.defects)
