"""Scope: whether two claims are about the same extent, by place and by what their numbers include."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from consilience.model.claim import Claim
from consilience.model.extent import Extent, Geography


class Nesting(Enum):
    """How the scope of the first claim lies to that of the second."""

    SAME = "the same scope"
    PART = "a part of the other's scope"
    WHOLE = "the whole of which the other's is a part"
    CROSSED = "a scope that neither contains nor equals the other"

    @property
    def reversed(self) -> Nesting:
        """The same, seen from the second claim."""
        return {Nesting.PART: Nesting.WHOLE, Nesting.WHOLE: Nesting.PART}.get(self, self)


@dataclass(frozen=True, slots=True)
class Scope:
    """The comparison of two scopes: nesting, whether the places share ground, and the reasons."""

    nesting: Nesting
    extent: Extent
    reasons: tuple[str, ...]


_FROM_EXTENT = {
    Extent.EQUAL: Nesting.SAME,
    Extent.VAGUE: Nesting.SAME,
    Extent.WITHIN: Nesting.PART,
    Extent.CONTAINS: Nesting.WHOLE,
}


def compare_scopes(a: Claim, b: Claim, geography: Geography) -> Scope:
    """Compare places first, then what is counted; a limit on both ways crosses."""
    extent, place_reason = geography.extent(a.place, b.place)
    by_place = _FROM_EXTENT.get(extent, Nesting.CROSSED)
    by_count, count_reason = _compare_counted(a.counted, b.counted)
    reasons = (place_reason, *((count_reason,) if count_reason else ()))
    if by_place is Nesting.SAME:
        return Scope(by_count, extent, reasons)
    if by_count in (Nesting.SAME, by_place):
        return Scope(by_place, extent, reasons)
    return Scope(Nesting.CROSSED, extent, reasons)


def _compare_counted(a: frozenset[str], b: frozenset[str]) -> tuple[Nesting, str]:
    """Compare what two numbers include.

    A token `x-only` or `without-x` states a limit; `+x` counts a category more.
    The side with a limit more, or with a category less, is the part.
    """
    if a == b:
        return Nesting.SAME, ""
    only_a, only_b = a - b, b - a
    a_narrower = any(not token.startswith("+") for token in only_a) or any(token.startswith("+") for token in only_b)
    b_narrower = any(not token.startswith("+") for token in only_b) or any(token.startswith("+") for token in only_a)
    said = f"counted: {_said(a)} against {_said(b)}"
    if a_narrower and b_narrower:
        return Nesting.CROSSED, said
    return (Nesting.PART if a_narrower else Nesting.WHOLE), said


def _said(tokens: frozenset[str]) -> str:
    return " ".join(sorted(tokens)) or "no limit stated"
