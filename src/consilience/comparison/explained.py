"""Explained: links as JSON values: why two claims are joined or kept apart (`consilience.link/1`), and what is unsure."""

from __future__ import annotations

from consilience.comparison.links import Explanation, Links, Unsettled, Whole
from consilience.comparison.picture import Picture
from consilience.comparison.publish import Json, amount
from consilience.linkage.grouping import Grouping
from consilience.linkage.waterfall import BIT, Waterfall, chance

SCHEMA = "consilience.link/1"
UNSURE = "consilience.unsure/1"


def explanation_json(found: Explanation) -> Json:
    """Two claims: the bars or the conditions, what became of them, and where their wording is alike."""
    return {
        "schema": SCHEMA,
        "a": found.a,
        "b": found.b,
        "facts": [[fact.id for fact in listed] for listed in found.facts],
        "state": found.grouping.state,
        **_grouping(found.grouping),
        "waterfall": _waterfall(found.waterfall) if found.waterfall else None,
        "conditions": [{"aspect": each.aspect, "holds": each.holds, "found": each.found} for each in found.conditions],
        "echoes": [
            {"later": echo.later, "earlier": echo.earlier, "alike": amount(echo.alike), "reasons": list(echo.reasons)}
            for echo in found.echoes
        ],
    }


def _grouping(found: Grouping) -> Json:
    mean = None if found.mean is None else amount(found.mean / BIT)
    return {
        "joined": found.is_joined, "sure": found.is_sure, "rule": found.rule.value, "words": found.words,
        "mean_bits": mean, "pairs": found.pairs, "compared": found.compared,
    }  # fmt: skip


def _waterfall(found: Waterfall) -> Json:
    """The bars with the total and the probability after each; bits are nats / ln 2."""
    return {
        "bars": [
            {
                "comparison": bar.comparison, "level": bar.level, "found": bar.found, "nats": amount(bar.nats),
                "bits": amount(bar.bits), "total_bits": amount(total / BIT), "probability": amount(chance(total)),
            }
            for bar, total in zip(found.bars, found.totals, strict=True)
        ],
        "nats": amount(found.odds),
        "bits": amount(found.bits),
        "probability": amount(found.probability),
    }  # fmt: skip


def unsure_json(picture: Picture, links: Links) -> Json:
    """What is unsure, that which would settle most first, and what is part of what, in a picture named by its digest."""
    return {
        "schema": UNSURE,
        "as_of": str(picture.as_of) if picture.as_of else None,
        "picture": picture.digest,
        "unsure": [_unsettled(each) for each in links.unsettled],
        "parts": [_whole(each) for each in links.wholes],
    }


def _unsettled(each: Unsettled) -> Json:
    return {
        "a": each.a, "b": each.b, "facts": [fact.id for fact in each.facts], "merged": each.is_merged,
        "claims": list(each.claims), "probability": amount(each.probability), "words": each.words,
        "settles": list(each.commands),
    }  # fmt: skip


def _whole(each: Whole) -> Json:
    return {
        "claim": each.claim, "fact": each.fact.id, "parts": [fact.id for fact in each.parts], "reason": each.reason,
    }  # fmt: skip
