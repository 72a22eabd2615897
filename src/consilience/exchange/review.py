"""Review: a checked statement as schema.org ClaimReview, in JSON-LD, which search engines and fact checkers read.

A ClaimReview rates. What we have is what bears a statement out, so the word of our result is the rating's name, and a number stands
beside it only where evidence does: 5 for supported, 3 for partly, 1 for contradicted, and none where nobody could look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from consilience.model.check import Evidence, Result
from consilience.trust.canonical import Json

CONTEXT = "https://schema.org"
RATINGS = {Result.SUPPORTED: 5, Result.PARTLY: 3, Result.CONTRADICTED: 1}
"""No number stands for what could not be looked at: a middle one would be taken for half true."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A statement with what its check came to; `said` is the day it was said, None for a sentence that nobody at hand said."""

    statement: str
    speaker: str
    said: date | None
    pages: tuple[str, ...]
    result: Result
    because: str
    evidence: tuple[Evidence, ...]
    is_rated: bool = True  # not of an interpretation: facts that bear on it do not add up to a number


def reviews(found: Iterable[Reviewed], author: str, as_of: date | None) -> Json:
    """All of them as one graph. Who publishes it sets the address of the page (`url`), which we cannot know."""
    graph: list[Json] = [_review(each, author, as_of) for each in found]
    return {"@context": CONTEXT, "@graph": graph}


def _review(each: Reviewed, author: str, as_of: date | None) -> dict[str, Json]:
    """One ClaimReview."""
    item: dict[str, Json] = {"@type": "Claim", "name": each.statement}
    if each.speaker:
        item["author"] = {"@type": "Thing", "name": each.speaker}  # a person or an organ: a claim does not say which
    if each.said:
        item["datePublished"] = each.said.isoformat()
    if each.pages:
        item["appearance"] = [{"@type": "CreativeWork", "url": page} for page in each.pages]
    rating: dict[str, Json] = {"@type": "Rating", "alternateName": each.result.value, "ratingExplanation": each.because}
    if each.is_rated and each.result in RATINGS:
        rating |= {"ratingValue": RATINGS[each.result], "bestRating": 5, "worstRating": 1}
    review: dict[str, Json] = {
        "@type": "ClaimReview", "claimReviewed": each.statement, "author": {"@type": "Organization", "name": author},
        "itemReviewed": item, "reviewRating": rating, "citation": _cited(each.evidence),
    }  # fmt: skip
    return review | ({"datePublished": as_of.isoformat()} if as_of else {})


def _cited(evidence: Sequence[Evidence]) -> list[Json]:
    """The pages that the result rests on, with what each says."""
    return [
        {"@type": "CreativeWork", "url": piece.url, "abstract": f"{piece.side.value}: {piece.says}"}
        for piece in evidence
        if piece.url
    ]
