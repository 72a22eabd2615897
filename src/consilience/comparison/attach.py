"""Attach: denials are held against each fact that they contradict, remarks go with what they remark on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from consilience.comparison.pair import Bench
from consilience.comparison.relate import relate
from consilience.comparison.stances import affirms
from consilience.linkage.levels import Group, Proposition, proposition
from consilience.model.claim import Claim
from consilience.model.fact import RelationKind
from consilience.model.identity import ClaimId, PartnerId

_LOOKED_AT = 4  # claims of each partner in a group that a denial is tried against


def with_denials(groups: Sequence[Group], pairs: Sequence[tuple[int, int]], bench: Bench) -> list[Group | None]:
    """Groups with the denials and reversals from other groups that contradict them, over pairs that are near.

    A denial over a wider place, or of an event that was linked by distance, shares no key with what it denies.
    A group all of whose claims were attached elsewhere is shown there, and its own place is None.
    """
    added: dict[int, list[Claim]] = defaultdict(list)
    moved: dict[int, dict[ClaimId, set[int]]] = defaultdict(dict)
    against = [
        [claim for claim in group.claims if claim.modality.is_negation or claim.phenomenon.reverses] for group in groups
    ]
    for one, two in pairs:
        if not (against[one] or against[two]):
            continue
        for home, host in ((one, two), (two, one)):
            for claim in against[home]:
                there = (*groups[host].claims, *added[host]) if bench.decisions else ()
                if bench.decisions.keep_apart(claim.id, (other.id for other in there)):
                    continue
                if _contradicts(claim, groups[host], bench):
                    added[host].append(claim)
                    moved[home].setdefault(claim.id, set()).add(host)
    gone = _moved_out(groups, moved)
    kept: list[Group | None] = []
    for number, group in enumerate(groups):
        if number in gone:
            kept.append(None)
            continue
        held = {claim.id for claim in group.claims}
        extra = {claim.id: claim for claim in added[number] if claim.id not in held}
        kept.append(replace(group, claims=(*group.claims, *extra.values())) if extra else group)
    return kept


def _moved_out(groups: Sequence[Group], moved: dict[int, dict[ClaimId, set[int]]]) -> frozenset[int]:
    """Groups all of whose claims stand in another group that stays, the smallest first."""
    gone: set[int] = set()
    # By host, where else each claim of a group that is gone stands.
    guests: dict[int, list[set[int]]] = defaultdict(list)
    for number in sorted(moved, key=lambda number: (len(groups[number].claims), number)):
        hosts = [moved[number].get(claim.id, set()) - gone for claim in groups[number].claims]
        if all(hosts) and all(there - gone - {number} for there in guests[number]):
            gone.add(number)
            for there in hosts:
                for host in there:
                    guests[host].append(there)
    return frozenset(gone)


def _contradicts(claim: Claim, group: Group, bench: Bench) -> bool:
    """Whether a denial conflicts with some claim of a group."""
    return any(
        affirms(other) != affirms(claim)
        and bench.geography.meets(claim.place, other.place)
        and relate(claim, other, bench).kind is RelationKind.CONFLICTS
        for other in _looked_at(group)
    )


def _looked_at(group: Group) -> Iterator[Claim]:
    """The claims that a denial is tried against: some of each partner, so that none is hidden behind another's many."""
    seen: Counter[PartnerId] = Counter()
    for claim in group.claims:
        seen[claim.partner] += 1
        if seen[claim.partner] <= _LOOKED_AT:
            yield claim


def with_repeats(
    groups: Sequence[Group | None], claims: Iterable[Claim], again: Mapping[ClaimId, ClaimId]
) -> list[Group | None]:
    """Groups with the claims that tell again what theirs tell (`linkage.again`), wherever these stand."""
    repeats: dict[ClaimId, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.id in again:
            repeats[again[claim.id]].append(claim)
    return [
        replace(group, claims=(*group.claims, *(more for claim in group.claims for more in repeats.get(claim.id, ()))))
        if group and any(claim.id in repeats for claim in group.claims)
        else group
        for group in groups
    ]


def with_remarks(groups: Sequence[Group], remarks: Sequence[Claim], bench: Bench) -> list[Group]:
    """Groups with the claims about their claims; a remark on nothing that is on the table stands alone."""
    home = {claim.id: number for number, group in enumerate(groups) for claim in group.claims}
    added: dict[int, list[Claim]] = defaultdict(list)
    alone = []
    for remark in sorted(remarks, key=lambda claim: claim.id):
        subjects = [version for name in remark.about for version in bench.lineage.versions(name)]
        hosts = sorted({home[ClaimId(subject)] for subject in subjects if subject in home})
        for host in hosts:
            added[host].append(remark)
        if not hosts:
            alone.append(remark)
    kept = [replace(group, claims=(*group.claims, *added[number])) for number, group in enumerate(groups)]
    return kept + [Group("level", _own(remark), "", (remark,)) for remark in alone]


def _own(remark: Claim) -> Proposition:
    """The proposition of a remark whose subject is not on the table."""
    return replace(proposition(remark), scope=remark.place.scope_key)
