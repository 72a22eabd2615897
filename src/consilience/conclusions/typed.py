"""Typed: a concurrence as plain data, the same for sessions and for public words. Of bands, distances are intervals."""

from __future__ import annotations

from consilience.conclusions.concurrence import Concurrence
from consilience.conclusions.distance import Span


def typed(found: Concurrence) -> dict[str, object]:
    """The kind and all its figures. Its reasons are words, which newer versions may say better, and are not in it."""
    worst, dissent = found.worst, found.dissent
    return {
        "kind": found.kind.value,
        "possible": [kind.value for kind in found.possible],
        "divergence": rounded(found.divergence),
        "worst_pair": [worst.a, worst.b] if worst else [],
        "total_variation": _span(worst.variation) if worst else None,
        "same_side": found.same_side.value if found.same_side else None,
        "sides": {partner: side.value for partner, side in found.sides},
        "overlap": rounded(found.overlap),
        "independent": rounded(found.independent),
        "survives_loss_of": {loss.root: loss.survives.value for loss in found.losses},
        "dissenter": dissent.partner if dissent else None,
        "dissenter_alone_holds": list(dissent.alone) if dissent else [],
        "dissenter_lacks": list(dissent.lacks) if dissent else [],
    }


def _span(found: Span) -> dict[str, object]:
    """Both ends, which are equal where it is known."""
    return {"least": rounded(found.least), "most": rounded(found.most)}


def rounded(number: float | None) -> float | int | None:
    """Two decimals, whole where it is whole, so that its text is the same everywhere."""
    if number is None:
        return None
    found = round(float(number), 2)
    return int(found) if found == int(found) else found
