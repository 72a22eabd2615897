"""Narrative: an interpretation with who told it by a day, and the facts that bear on it with their verdicts. It is judged by nobody here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consilience.model.check import Evidence, Result, Side
from consilience.model.claim import Claim
from consilience.model.fact import Fact, Verdict
from consilience.model.narrative import Narrative


@dataclass(frozen=True, slots=True)
class Bearing:
    """One fact that bears on a narrative: on which side, and by which claims the coding names it."""

    side: Side
    fact: Fact
    claims: tuple[Claim, ...]

    @property
    def is_settled(self) -> bool:
        """Whether independent sources agree on it, none stands against it, and a claim that names it counts for that verdict."""
        cited = {each.id for each in self.claims}
        counts = any(each.claim.id in cited and each.is_current for each in self.fact.holdings)
        return counts and self.fact.finding.verdict is Verdict.CORROBORATED


@dataclass(frozen=True, slots=True)
class ToldNarrative:
    """A narrative as of a time: the claims that had told it, and the facts that bear on it. `absent` are claims not at hand."""

    narrative: Narrative
    told: tuple[Claim, ...]
    bearings: tuple[Bearing, ...]
    absent: tuple[str, ...]

    @property
    def result(self) -> Result:
        """Partly, where any fact that bears on it is settled; else unverifiable. An interpretation is more than facts: no more is said."""
        return Result.PARTLY if any(each.is_settled for each in self.bearings) else Result.UNVERIFIABLE

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Each fact by the claims that name it."""
        return tuple(
            Evidence(each.side, f"{claim.speaker.name}, {claim.reported_at}: {claim.text}", str(claim.id), claim.url)
            for each in self.bearings
            for claim in each.claims
        )

    @property
    def because(self) -> str:
        """`2 facts that it leans on, 1 settled; 5 facts against it, none settled`."""
        parts = []
        for side, words in ((Side.FOR, "that it leans on"), (Side.AGAINST, "against it")):
            facts = [each for each in self.bearings if each.side is side]
            settled = sum(each.is_settled for each in facts)
            told = f"{len(facts)} fact{'' if len(facts) == 1 else 's'} {words}"
            parts.append(f"{told}, {settled or 'none'} settled" if facts else f"no fact {words} at hand")
        return "; ".join(parts)


def told(narratives: Iterable[Narrative], claims: Iterable[Claim], facts: Sequence[Fact]) -> tuple[ToldNarrative, ...]:
    """The narratives of which any claim is told in a picture, given by its claims and facts, the first told first."""
    by_id = {str(claim.id): claim for claim in claims}
    of: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        for holding in fact.holdings:
            of[str(holding.claim.id)].append(fact)
    found = [_told(each, by_id, of) for each in narratives]
    return tuple(
        sorted((each for each in found if each.told), key=lambda each: (each.told[0].reported_at.at, each.narrative.id))
    )


def _told(narrative: Narrative, by_id: dict[str, Claim], of: dict[str, list[Fact]]) -> ToldNarrative:
    """One narrative in a picture."""
    heard = sorted(
        (by_id[name] for name in narrative.claims if name in by_id), key=lambda each: (each.reported_at.at, each.id)
    )
    bearings: dict[tuple[Side, str], list[Claim]] = {}
    facts: dict[str, Fact] = {}
    for side, names in ((Side.FOR, narrative.leans_on), (Side.AGAINST, narrative.against)):
        for name in names:
            for fact in of.get(name, ()):
                facts[str(fact.id)] = fact
                bearings.setdefault((side, str(fact.id)), []).append(by_id[name])
    every = (*narrative.claims, *narrative.leans_on, *narrative.against)
    return ToldNarrative(
        narrative,
        tuple(heard),
        tuple(Bearing(side, facts[name], tuple(cited)) for (side, name), cited in bearings.items()),
        tuple(sorted({name for name in every if name not in by_id})),
    )
