"""How good a source is and how good its information is, graded apart (AJP-2.1, the Admiralty code)."""

from __future__ import annotations

from enum import Enum


class Reliability(Enum):
    """Of the source, A-F. Weight: the share of its claims expected to hold; F cannot be judged."""

    A = "completely reliable"
    B = "usually reliable"
    C = "fairly reliable"
    D = "not usually reliable"
    E = "unreliable"
    F = "cannot be judged"


class Credibility(Enum):
    """Of the information, 1-6; 6 cannot be judged, which is the same as no grade (STIX 2.1, Appendix A)."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"


# STIX 2.1 Appendix A maps Admiralty credibility 1-5 to confidence 90, 70, 50, 30, 10; we use the same
# steps for reliability, so that no scale of our own is introduced. An absent grade is "usually reliable,
# probably true" in neither direction: it takes UNGRADED.
_STEPS = {"A": 0.9, "B": 0.7, "C": 0.5, "D": 0.3, "E": 0.1, "1": 0.9, "2": 0.7, "3": 0.5, "4": 0.3, "5": 0.1}
UNGRADED = 0.65


def weight(reliability: Reliability | None, credibility: Credibility | None) -> float:
    """The prior share (0-1) of such claims that hold: the weaker of the two grades, uncalibrated."""
    steps = [
        _STEPS[grade]
        for grade in (reliability.name if reliability else "", credibility.value if credibility else "")
        if grade in _STEPS
    ]
    return min(steps) if steps else UNGRADED
