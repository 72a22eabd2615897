"""Score: the log-odds that two reports are of one event, summed over comparison levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.patterns import NAMES, SIZES, Comparer, Levels
from consilience.linkage.weights import Weights

_FINEST = 2.0**20  # log-odds are kept to this part, so that sums of them are exact in any order


@dataclass(frozen=True)
class Scorer:
    """Scores pairs of events by the weights of its comparer."""

    comparer: Comparer

    def log_odds(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.float64]:
        """The log-odds (natural) of each pair."""
        return total(self.comparer.levels(a, b), self.comparer.weights)

    def above(
        self, a: NDArray[np.int32], b: NDArray[np.int32], least: float
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
        """The pairs whose log-odds are above `least`; names and words of those that cannot be are never compared."""
        weights = self.comparer.weights
        plain = self.comparer.plain(a, b)
        bound = np.full(len(a), weights.prior + sum(max(weights.levels[name]) for name in NAMES[len(plain) :]))
        for name, levels in zip(NAMES, plain, strict=False):
            bound += np.array(weights.levels[name])[levels]
        if weights.again > least:
            bound[self.comparer.events.dataset[a] == self.comparer.events.dataset[b]] = np.inf
        may = np.flatnonzero(bound > least)
        a, b = a[may], b[may]
        odds = total(np.concatenate([plain[:, may], self.comparer.named(a, b)]), weights)
        good = odds > least
        return a[good], b[good], odds[good]


def total(levels: Levels, weights: Weights) -> NDArray[np.float64]:
    """The log-odds of levels (comparisons, pairs)."""
    found = np.full(levels.shape[1], weights.prior)
    for number, name in enumerate(NAMES):
        found += np.array(weights.levels[name])[levels[number]]
    same = levels[-1] == 1
    found[same] = np.maximum(found[same], weights.again)
    rounded: NDArray[np.float64] = np.round(found * _FINEST) / _FINEST
    return rounded


def pattern(levels: Levels) -> NDArray[np.int32]:
    """One number for the levels of each pair; `unpacked` undoes it."""
    code = np.zeros(levels.shape[1], dtype=np.int32)
    for number, size in enumerate(SIZES):
        code = code * size + levels[number]
    return code


def unpacked(codes: NDArray[np.int32]) -> Levels:
    """The levels (comparisons, codes) of pattern numbers."""
    found = np.empty((len(SIZES), len(codes)), dtype=np.int8)
    rest = codes
    for number in range(len(SIZES) - 1, -1, -1):
        rest, found[number] = np.divmod(rest, SIZES[number])
    return found
