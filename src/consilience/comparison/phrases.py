"""Phrases: how reasons name the periods, amounts and scopes of claims."""

from __future__ import annotations

from consilience.comparison.pair import Pair
from consilience.model.claim import Claim, Tense


def vague(pair: Pair) -> str:
    """The place reason when it is not plainly one place."""
    return pair.scope.reasons[0] if pair.a.place.parts != pair.b.place.parts else ""


def gap(pair: Pair) -> str:
    """How far apart two periods lie, where they do."""
    return f"period: {pair.gap_days:.0f} days apart; it lasts" if pair.gap_days else ""


def period(claim: Claim) -> str:
    """The period as stated."""
    return str(claim.period) if claim.period else "no period stated"


def amount(claim: Claim) -> str:
    """The number with its unit, or the word for none."""
    return f"{claim.count} {claim.count.unit}".strip() if claim.count else claim.value


def unit(claim: Claim) -> str:
    """The unit of its number."""
    return claim.count.unit or "no unit" if claim.count else "none"


def scope(claim: Claim) -> str:
    """The place, and what is counted when that limits it."""
    counted = " ".join(sorted(claim.counted))
    return f"{claim.place.name or 'no place'}{f' ({counted})' if counted else ''}"


def tense(claim: Claim) -> str:
    """The class of its modality, and the modality."""
    found = "ahead" if Tense.PRESENT not in claim.tenses else "present"
    return f"{found} ({claim.modality.value})"
