"""Waterfall: why two reports weigh what they do: a bar for each comparison, from the odds before it to the odds after all.

Weights are kept in nats (natural logarithms) and told in bits, the unit of Splink's match weight: one bit doubles the odds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log

import numpy as np

from consilience.linkage.columns import Events
from consilience.linkage.evidence import found
from consilience.linkage.patterns import NAMES, Comparer
from consilience.linkage.score import finest, total
from consilience.linkage.weights import LABELS, Weights

BIT = log(2.0)  # nats
PRIOR, LEAST, UNCOMPARED = "before comparing", "at least", "not compared"


@dataclass(frozen=True, slots=True)
class Bar:
    """One comparison: the level at which it came out, what was found in the reports, and what that weighs for one event."""

    comparison: str
    level: str
    found: str
    nats: float

    @property
    def bits(self) -> float:
        """The match weight."""
        return self.nats / BIT


@dataclass(frozen=True, slots=True)
class Waterfall:
    """What speaks for and against two reports being of one event.

    The bars, added in order, are `odds` (log-odds in nats), to the part that linkage keeps (`score.finest`).
    """

    a: str
    b: str
    bars: tuple[Bar, ...]
    odds: float

    @property
    def bits(self) -> float:
        """The match weight of all."""
        return self.odds / BIT

    @property
    def probability(self) -> float:
        """The chance that they are of one event, by this pair alone; not calibrated."""
        return chance(self.odds)

    @property
    def totals(self) -> tuple[float, ...]:
        """The log-odds after each bar, in nats."""
        return tuple(accumulate(bar.nats for bar in self.bars))


def chance(odds: float) -> float:
    """Log-odds in nats as a probability."""
    return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))


def waterfall(events: Events, weights: Weights, pair: tuple[int, int], counted: float | None = None) -> Waterfall:
    """The bars of two events by number.

    Args:
        events: as `table.read` gives them.
        weights: what agreement is worth.
        pair: two numbers.
        counted: what linkage counted the pair as, where that is not its score: a pair that was no candidate.
    """
    a, b = sorted(pair)
    comparer = Comparer(events, weights)
    one, two = np.array([a], dtype=np.int32), np.array([b], dtype=np.int32)
    levels = comparer.levels(one, two)
    odds = float(total(levels, weights)[0])
    said = found(comparer, a, b)
    bars = [Bar(PRIOR, "the odds of two reports that may be one", _learned(weights), weights.prior)]
    for name, level in zip(NAMES, levels[:, 0].tolist(), strict=True):
        bars.append(Bar(name, LABELS[name][level], said[name], weights.levels[name][level]))
    bars.extend(_floors(bars, weights, once=bool(levels[-1, 0]), counted=counted))
    ids = events.ids.take([a, b]).to_pylist()
    return Waterfall(ids[0], ids[1], tuple(bars), odds if counted is None else counted)


def _floors(bars: list[Bar], weights: Weights, *, once: bool, counted: float | None) -> Iterator[Bar]:
    """What a pair weighs at least: two reports of one data set, and a pair that was no candidate."""
    sum_ = sum(bar.nats for bar in bars)
    if once and sum_ < weights.again:
        yield Bar(
            LEAST, "two reports of one data set weigh no less", f"{weights.again / BIT:+.1f} bits", weights.again - sum_
        )
        sum_ = weights.again
    if counted is not None:
        level = "counted as a pair that was not compared"
        yield Bar(
            UNCOMPARED, level, f"{counted / BIT:+.1f} bits, whatever it says", counted - float(finest(np.array(sum_)))
        )


def _learned(weights: Weights) -> str:
    return f"learned from {weights.pairs:,} pairs" if weights.pairs else "weights set by hand"
