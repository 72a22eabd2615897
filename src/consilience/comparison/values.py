"""Values: whether two counts can both hold, within the precision that both state."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.model.claim import Count, number
from consilience.settings import Settings


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of quantities."""

    low: float
    high: float

    def meets(self, other: Interval) -> bool:
        """Whether some quantity lies in both."""
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        """`89,300–98,700`, or one number."""
        low, high = number(_readable(self.low)), number(_readable(self.high))
        return low if low == high else f"{low}–{high}"


def _readable(value: float) -> float:
    """Whole from a hundred on: nobody reads the decimals of a widened bound."""
    return round(value) if abs(value) >= 100 else round(value, 2)


def interval(count: Count, settings: Settings) -> Interval:
    """The interval that a count stands for when it is compared.

    An open top is capped, so that "more than X" does not agree with everything larger; an open bottom is 0.
    """
    low = count.low if count.low is not None else (0.0 if count.best is None else count.best)
    if count.high is not None:
        return Interval(low, count.high)
    if count.best is not None:
        return Interval(low, count.best)
    return Interval(low, low * settings.open_ended_factor)


def widened(found: Interval, days: float, settings: Settings) -> Interval:
    """The interval after `days` of plausible change either way."""
    factor = (1.0 + settings.daily_rate) ** days
    return Interval(found.low / factor, found.high * factor)
