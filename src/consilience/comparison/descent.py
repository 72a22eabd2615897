"""Descent: who repeats whom, since when, and through what; and how many independent sources that leaves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from consilience.comparison.copiers import Copiers, Tie, find_copiers, ties
from consilience.comparison.definitions import Definitions, find_definitions
from consilience.comparison.echoes import Echo, find_echoes
from consilience.comparison.lineage import ASSERTIONS, Lineage
from consilience.comparison.picture import Picture, source_name
from consilience.comparison.weighed import origin_of
from consilience.comparison.witness import group_witnesses
from consilience.model.claim import Claim
from consilience.model.fact import Fact, Holding, Relation, Stance
from consilience.model.identity import ClaimId, FactId, PartnerId
from consilience.settings import Settings


@dataclass(frozen=True, slots=True)
class Telling:
    """One claim on its way from a root: what it rests on directly, who says so, and what it changed.

    `steps` is how much stands behind it, at any remove: 0 for what rests on nothing.
    """

    claim: Claim
    steps: int
    through: tuple[str, ...]
    said_by: tuple[ClaimId, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """Where several claims began: one witness, however often it is told. Its tellings stand in order of time."""

    name: str
    owner: str
    tellings: tuple[Telling, ...]

    @property
    def partners(self) -> tuple[PartnerId, ...]:
        """Who tells it."""
        return tuple(sorted({telling.claim.partner for telling in self.tellings}))


@dataclass(frozen=True, slots=True)
class Edge:
    """One partner repeats another: `tellings` of its `of` claims, the first of them first.

    `owner` is a partner, or a recording such as `imagery: maxar`, which is drawn on and not repeated.
    """

    partner: PartnerId
    owner: str
    of: int
    tellings: tuple[Telling, ...]

    @property
    def repeats(self) -> bool:
        """Whether what it rests on is what somebody said; else it is a recording that anybody may look at."""
        return ":" not in self.owner

    @property
    def verb(self) -> str:
        """`repeats`, or `draws on`."""
        return "repeats" if self.repeats else "draws on"

    @property
    def since(self) -> str:
        """When it began."""
        return str(self.tellings[0].claim.reported_at)

    @property
    def through(self) -> tuple[str, ...]:
        """What its claims rest on directly, each once."""
        return tuple(dict.fromkeys(name for telling in self.tellings for name in telling.through))


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of a fact: who reports it, roots counted, and the same with suspected copies weighed down.

    `effective` is the sum over witnesses of 1 / (1 + Σ p), p the chance of copying: the posterior of `copiers`, whose whole
    records share errors; where wording is the evidence, its likeness stands for p, uncalibrated.
    """

    fact: FactId
    reports: int
    partners: int
    independent: int
    effective: float
    echoes: tuple[Echo, ...]
    copiers: tuple[Copiers, ...] = ()

    @property
    def words(self) -> str:
        """`2 independent sources`, and `worth 1.4` where copying is suspected."""
        said = f"{self.independent} independent source{'' if self.independent == 1 else 's'}"
        why = " and ".join(
            reason for holds, reason in
            ((self.echoes, "their wording is alike"), (self.copiers, "their sources share errors elsewhere")) if holds
        )  # fmt: skip
        return f"{said}, worth {self.effective:g} as {why}" if why else said


@dataclass(frozen=True, slots=True)
class Descent:
    """The lineage of a picture. What is declared comes first; `echoes` are inferred, evidence and no verdict."""

    edges: tuple[Edge, ...]
    roots: tuple[Root, ...]
    circles: tuple[tuple[ClaimId, ...], ...]
    echoes: tuple[Echo, ...]
    copiers: tuple[Copiers, ...]
    sources: dict[FactId, Sources]
    definitions: tuple[Definitions, ...]

    @property
    def most_repeated(self) -> tuple[Sources, ...]:
        """The facts with more reports than sources: first those that many partners report and few know."""
        found = (each for each in self.sources.values() if each.effective < each.reports)
        return tuple(
            sorted(found, key=lambda each: (each.effective - each.partners, each.effective - each.reports, each.fact))
        )


def descend(picture: Picture, settings: Settings) -> Descent:
    """Who repeats whom in a picture. It changes nothing of it: the picture's verdicts count declared roots alone."""
    lineage = Lineage(picture.claims)
    changed = _changed(picture.facts)
    tellings = {claim.id: _telling(claim, lineage, changed) for claim in picture.claims}
    echoes, copiers = find_echoes(picture.claims, lineage), find_copiers(picture)
    return Descent(
        edges=_edges(picture.claims, tellings, lineage),
        roots=_roots(picture.claims, tellings, lineage),
        circles=_circles(picture.claims, lineage),
        echoes=echoes,
        copiers=copiers,
        sources=dict(_sources(picture, lineage, echoes, copiers)),
        definitions=find_definitions(picture.claims, lineage, settings.slice_days),
    )


def owner_of(root: str, lineage: Lineage) -> str:
    """The partner behind a root; a recording stands for itself, `imagery: maxar`."""
    claim = lineage.claim(root)
    if claim:
        return str(claim.partner)
    kind, _, rest = root.partition(":")
    owner = rest.split(":", 1)[0]
    return owner.split("-", 1)[0] if kind in ASSERTIONS else f"{kind}: {owner}" if owner else kind


def _telling(claim: Claim, lineage: Lineage, changed: dict[ClaimId, tuple[str, ...]]) -> Telling:
    steps = lineage.steps(claim.id)
    through = tuple(dict.fromkeys(step.origin for step in steps))
    said_by = tuple(sorted({step.said_by for step in steps} - {claim.id}))
    return Telling(claim, len(lineage.above(claim.id)), through, said_by, changed.get(claim.id, ()))


def _changed(facts: Iterable[Fact]) -> dict[ClaimId, tuple[str, ...]]:
    """What each changed copy changed."""
    return {
        held.claim.id: tuple(reason for reason in held.reasons if reason.startswith("changed "))
        for fact in facts
        for held in fact.holdings
        if held.stance is Stance.COPY
    }


def _when(telling: Telling) -> tuple[object, ...]:
    """The order of tellings: when each was reported; of one time the nearer to the root first."""
    return telling.claim.reported_at.at, telling.steps, telling.claim.id


def _edges(claims: Sequence[Claim], tellings: dict[ClaimId, Telling], lineage: Lineage) -> tuple[Edge, ...]:
    """Each partner with each other owner of what its claims began with, the busiest first."""
    total: dict[PartnerId, int] = defaultdict(int)
    found: dict[tuple[PartnerId, str], dict[ClaimId, Telling]] = defaultdict(dict)
    for claim in claims:
        total[claim.partner] += 1
        for root in lineage.roots(claim.id) - {claim.id}:
            owner = owner_of(root, lineage)
            if owner.rpartition(": ")[2].upper() != claim.partner.upper():
                found[claim.partner, owner][claim.id] = tellings[claim.id]
    edges = (
        Edge(partner, owner, total[partner], tuple(sorted(told.values(), key=_when)))
        for (partner, owner), told in found.items()
    )
    return tuple(sorted(edges, key=lambda edge: (not edge.repeats, -len(edge.tellings), edge.partner, edge.owner)))


def _roots(claims: Sequence[Claim], tellings: dict[ClaimId, Telling], lineage: Lineage) -> tuple[Root, ...]:
    """Roots that more than one claim reaches, those that most partners tell first."""
    told: dict[str, list[Telling]] = defaultdict(list)
    for claim in claims:
        for root in lineage.roots(claim.id):
            told[root].append(tellings[claim.id])
    shared = (
        Root(name, owner_of(name, lineage), tuple(sorted(listed, key=_when)))
        for name, listed in told.items()
        if len(listed) > 1
    )
    return tuple(sorted(shared, key=lambda root: (-len(root.partners), -len(root.tellings), root.name)))


def _circles(claims: Sequence[Claim], lineage: Lineage) -> tuple[tuple[ClaimId, ...], ...]:
    """Claims that rest on each other in a circle: none of them says where it began."""
    above = {claim.id: lineage.above(claim.id) for claim in claims}
    rings = {
        frozenset({name, *(other for other in found if other in above and name in above[ClaimId(other)])})
        for name, found in above.items()
        if name in found
    }
    return tuple(sorted(tuple(sorted(map(ClaimId, ring))) for ring in rings))


def _sources(
    picture: Picture, lineage: Lineage, echoes: Sequence[Echo], copiers: Sequence[Copiers]
) -> Iterator[tuple[FactId, Sources]]:
    """For each fact that somebody holds how many sources it has; a changed copy is a report, and no source."""
    suspected: dict[ClaimId, list[Echo]] = defaultdict(list)
    for echo in echoes:
        suspected[echo.later].append(echo)
        suspected[echo.earlier].append(echo)
    by_claim: dict[ClaimId, list[Relation]] = defaultdict(list)
    for relation in picture.relations:
        by_claim[relation.a].append(relation)
    for fact in picture.facts:
        telling = [holding for holding in fact.holdings if holding.is_current or holding.stance is Stance.COPY]
        current = [holding for holding in telling if holding.is_current]
        names = {holding.claim.id for holding in current}
        within: list[Echo] = []
        tied: list[tuple[Tie, Copiers]] = []
        count = float(fact.finding.independent_sources)
        if len(names & suspected.keys()) > 1 or (copiers and count > 1):
            inside = {holding.claim.id for holding in fact.holdings}
            relations = [each for name in inside for each in by_claim.get(name, ()) if each.b in inside]
            witnesses = _affirming(group_witnesses(fact.holdings, relations))
            within = [echo for name in sorted(names) for echo in suspected.get(name, ()) if echo.later == name]
            within = [echo for echo in within if echo.earlier in names]
            told = [
                frozenset(origin_of(each, lineage) or source_name(each.claim) for each in group) for group in witnesses
            ]
            tied = list(ties(told, copiers))
            count = effective(
                [[held.claim.id for held in group] for group in witnesses], within, [tie for tie, _ in tied]
            )
        partners = len({holding.claim.partner for holding in telling})
        independent = fact.finding.independent_sources
        by = tuple({group.members: group for _, group in tied}.values())
        yield fact.id, Sources(fact.id, len(telling), partners, independent, round(count, 2), tuple(within), by)


def _affirming(witnesses: Sequence[Sequence[Holding]]) -> Sequence[Sequence[Holding]]:
    """The witnesses that are counted: those that affirm, or where none does, those that deny."""
    return [group for group in witnesses if any(held.stance is Stance.SUPPORTS for held in group)] or witnesses


def effective(witnesses: Sequence[Sequence[ClaimId]], echoes: Iterable[Echo], tied: Iterable[Tie] = ()) -> float:
    """How many independent sources some witnesses are worth: the sum of 1 / (1 + Σ p) over them.

    Witnesses that echoes join are of one wording, those that are tied of one record; to each other one of these a witness is as alike as to the nearest. Of
    n that are alike to the letter the sum is 1, of n that nothing joins n.
    """
    home = {name: number for number, group in enumerate(witnesses) for name in group}
    nearest = [0.0] * len(witnesses)
    first = list(range(len(witnesses)))
    heard = ((home.get(echo.later), home.get(echo.earlier), echo.alike) for echo in echoes)
    for one, two, chance in (*heard, *((tie.one, tie.two, tie.chance) for tie in tied)):
        if one is None or two is None or one == two:
            continue
        nearest[one], nearest[two] = max(nearest[one], chance), max(nearest[two], chance)
        keep, gone = sorted((_first(first, one), _first(first, two)))
        first[gone] = keep
    size = Counter(_first(first, number) for number in range(len(witnesses)))
    return sum(1 / (1 + (size[_first(first, number)] - 1) * p) for number, p in enumerate(nearest))


def _first(first: list[int], number: int) -> int:
    """The smallest witness that is joined with this."""
    while first[number] != number:
        number = first[number]
    return number
