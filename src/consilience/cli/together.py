"""Together: what partners see once they have exchanged, and what none of them could see alone, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consilience.cli.terminal import WORDS, block, many, sharpest, strong
from consilience.comparison.picture import Picture
from consilience.model.fact import Fact, Verdict
from consilience.model.identity import PartnerId

_TELLING = (Verdict.CONFLICTING, Verdict.CORROBORATED, Verdict.CIRCULAR, Verdict.SOLE)
_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Sight:
    """One partner's share in a common picture.

    `held` are the claims it recorded itself, `received` those that it was given; `unseen` are the facts of the common
    picture on which it holds nothing itself, the most telling first.
    """

    partner: PartnerId
    held: int
    received: int
    facts: int
    unseen: tuple[Fact, ...]


def sights(picture: Picture, partners: Sequence[PartnerId]) -> tuple[Sight, ...]:
    """What each partner holds of a picture, and what it could not have seen without the others."""
    ordered = [fact for verdict in _TELLING for fact in sharpest(picture, verdict)]
    found = []
    for partner in partners:
        held = sum(claim.partner == partner for claim in picture.claims)
        unseen = tuple(fact for fact in ordered if partner not in fact.partners)
        found.append(Sight(partner, held, len(picture.claims) - held, len(ordered) - len(unseen), unseen))
    return tuple(found)


def sights_text(picture: Picture, partners: Sequence[PartnerId]) -> str:
    """For the terminal: a row a partner, and for each what it could not see alone."""
    return strong("What each holds, and what it could not see alone") + "\n" + block(_lines(picture, partners))


def _lines(picture: Picture, partners: Sequence[PartnerId]) -> Iterator[str]:
    found = sights(picture, partners)
    width = max(len(sight.partner) for sight in found)
    total = len(picture.facts)
    for sight in found:
        yield (
            f"{sight.partner:<{width}}  {many(sight.held, 'claim')} of its own, {sight.received:,} from the others: "
            f"has something on {sight.facts:,} of {many(total, 'fact')}"
        )
        for fact in sight.unseen[:_EXAMPLES]:
            verdict = WORDS[fact.finding.verdict]
            yield f"{'':<{width}}    could not see: {fact.title} ({verdict} by {', '.join(fact.partners)})"
