"""Score: the log-odds that two reports are of one event, summed over comparison levels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.patterns import ACTORS, NAMES, ONE_DATA_SET, SIZES, WORDS, Comparer, Levels
from consilience.linkage.weights import Weights

_FINEST = 2.0**20  # log-odds are kept to this part, so that sums of them are exact in any order
_PLAIN = 4  # comparisons of numbers, before those of names
_NAMED = math.prod(SIZES[_PLAIN:])  # patterns of names
_GIVEN_BITS = 3  # of `Comparer.given`


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
        plain = pattern(self.comparer.plain(a, b))
        may = np.flatnonzero(self._highest.take(plain << _GIVEN_BITS | self.comparer.given(a, b)) > least)
        a, b, plain = a[may], b[may], plain[may]
        odds = self._odds.take(plain * _NAMED + pattern(self.comparer.named(a, b), _PLAIN))
        good = np.flatnonzero(odds > least)
        return a[good], b[good], odds[good]

    @cached_property
    def _odds(self) -> NDArray[np.float64]:
        """The log-odds of every pattern."""
        return total(unpacked(np.arange(math.prod(SIZES), dtype=np.int32)), self.comparer.weights)

    @cached_property
    def _highest(self) -> NDArray[np.float64]:
        """The highest log-odds that plain levels can come to, by what else is given."""
        actors, words, one = unpacked(np.arange(_NAMED, dtype=np.int32))[_PLAIN:]
        odds = self._odds.reshape(-1, _NAMED)
        found = np.empty((len(odds), 1 << _GIVEN_BITS))
        for given in range(1 << _GIVEN_BITS):
            fits = ((actors < SIZES[_PLAIN] - 1) == bool(given & ACTORS)) & (
                (words < SIZES[_PLAIN + 1] - 1) == bool(given & WORDS)
            )
            found[:, given] = odds[:, fits & (one == given & ONE_DATA_SET)].max(axis=1)
        return found


def total(levels: Levels, weights: Weights) -> NDArray[np.float64]:
    """The log-odds of levels (comparisons, pairs)."""
    found = np.full(levels.shape[1], weights.prior)
    for number, name in enumerate(NAMES):
        found += np.array(weights.levels[name])[levels[number]]
    same = levels[-1] == 1
    found[same] = np.maximum(found[same], weights.again)
    return finest(found)


def finest(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds to the part that is kept."""
    rounded: NDArray[np.float64] = np.round(odds * _FINEST) / _FINEST
    return rounded


def pattern(levels: Levels, first: int = 0) -> NDArray[np.int32]:
    """One number for the levels of each pair, of all comparisons or of those from `first` on; `unpacked` undoes it."""
    code = np.zeros(levels.shape[1], dtype=np.int32)
    for row, size in zip(levels, SIZES[first:], strict=False):
        code *= size
        code += row
    return code


def unpacked(codes: NDArray[np.int32]) -> Levels:
    """The levels (comparisons, codes) of pattern numbers."""
    found = np.empty((len(SIZES), len(codes)), dtype=np.int8)
    rest = codes
    for number in range(len(SIZES) - 1, -1, -1):
        rest, found[number] = np.divmod(rest, SIZES[number])
    return found
