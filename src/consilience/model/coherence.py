"""Coherence: the numbers nearest to those given that add up, each within its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from consilience.model.form import WHOLE


def nearest(given: Sequence[int], bounds: Sequence[tuple[int, int]] | None = None) -> tuple[int, ...] | None:
    """The whole numbers of basis points that sum to 100 %, lie within `bounds` and are nearest to those `given`.

    Nearest in squared distance: the coherent approximation principle (Osherson and Vardi 2006; Predd, Osherson,
    Kulkarni and Poor 2008; Karvetski, Olson, Mandel and Twardy 2013). All are moved by one amount, and those that
    would leave their bounds stay on them; the one amount is found exactly. What rounding leaves over goes, a basis
    point each, to those whose rounding lost most, the first of equals. None where no numbers within the bounds add up.
    """
    limits = list(bounds) if bounds is not None else [(0, WHOLE)] * len(given)
    if any(low > high for low, high in limits):
        return None
    if not sum(low for low, _ in limits) <= WHOLE <= sum(high for _, high in limits):
        return None
    exact = _shifted(given, limits)
    floors = [int(value) for value in exact]  # never below a bound: the bounds are whole
    lost = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for i in lost[: WHOLE - sum(floors)]:
        floors[i] += 1
    return tuple(floors)


def _shifted(given: Sequence[int], limits: Sequence[tuple[int, int]]) -> list[Fraction]:
    """All given moved by the one amount that makes them add up, each held within its limits.

    The sum is piecewise linear and never falls as the amount grows, and it bends only where one of them meets a
    limit: so the amount lies between two neighbouring bends, and is found by a straight line.
    """

    def at(amount: Fraction | int) -> list[Fraction]:
        return [Fraction(min(max(value + amount, low), high)) for value, (low, high) in zip(given, limits, strict=True)]

    bends = sorted({limit - value for value, pair in zip(given, limits, strict=True) for limit in pair})
    below, above = bends[0], bends[-1]
    for bend in bends:
        if sum(at(bend)) <= WHOLE:
            below = bend
        else:
            above = bend
            break
    low, high = sum(at(below)), sum(at(above))
    if high == low:
        return at(below)
    return at(below + (WHOLE - low) * Fraction(above - below) / (high - low))
