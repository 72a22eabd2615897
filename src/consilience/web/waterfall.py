"""Waterfall: why two claims are linked, as the page draws it: a row a comparison, with a bar on one scale for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from consilience.comparison.links import Explanation
from consilience.linkage.waterfall import BIT, Bar, Waterfall, chance

WIDE = 240  # units of a bar's drawing; margins of two on either side
_MARGIN = 2.0
_THIN = 1.5  # so that a bar of little weight is seen


@dataclass(frozen=True, slots=True)
class Drawn:
    """One bar: where it lies in a drawing `WIDE` units wide, where even is in it, and the odds after it."""

    bar: Bar
    left: float
    width: float
    even: float
    total: float

    @property
    def way(self) -> str:
        """Whether it speaks for one event, against it, or neither."""
        return "for" if self.bar.nats > 0 else "against" if self.bar.nats < 0 else "neither"

    @property
    def probability(self) -> float:
        """The chance after it."""
        return chance(self.total * BIT)


@dataclass(frozen=True, slots=True)
class Shown:
    """Two claims with all that links or parts them."""

    found: Explanation
    bars: tuple[Drawn, ...]


def shown(found: Explanation) -> Shown:
    """An explanation with its bars drawn; none where nothing was weighed."""
    return Shown(found, tuple(_drawn(found.waterfall)) if found.waterfall else ())


def _drawn(found: Waterfall) -> Iterable[Drawn]:
    """Bars from the total before to the total after each, in bits, all on one scale on which even is marked."""
    totals = [0.0, *(total / BIT for total in found.totals)]
    low, high = min(totals), max(totals)
    scale = (WIDE - 2 * _MARGIN) / (high - low) if high > low else 0.0

    def place(value: float) -> float:
        return _MARGIN + (value - low) * scale

    for bar, before, after in zip(found.bars, totals, totals[1:], strict=False):
        left, right = sorted((place(before), place(after)))
        width = max(_THIN, right - left) if before != after else 0.0
        yield Drawn(bar, round(left, 2), round(width, 2), round(place(0.0), 2), after)
