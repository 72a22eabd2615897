"""Patterns: at which level each comparison of a pair of events comes out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.bags import MARKS, Rows
from consilience.linkage.columns import Events
from consilience.linkage.weights import DISTANCE, GAP, LABELS, RATIO, STEPS, Weights
from consilience.model.atlas import EARTH_KM

NAMES = tuple(LABELS)
SIZES = tuple(len(labels) for labels in LABELS.values())
# A stated point is seldom better than this, whatever its precision says (gazetteers round).
FLOOR_KM = 1.0
_EQUAL = 0.01  # log-ratio of counts that are one
_EQUALS = (0.5, 1.5, 4.5)  # a count of one, of two to four, of five and more
_EVERYWHERE = ("", "")

# What a pair has that can be compared, as a sum.
ONE_DATA_SET, WORDS, ACTORS = 1, 2, 4

Levels = NDArray[np.int8]


@dataclass(frozen=True)
class Comparer:
    """Compares events; `weights` say how words count and where their levels begin."""

    events: Events
    weights: Weights

    def levels(self, a: Rows, b: Rows) -> Levels:
        """The level of each comparison (in order of `NAMES`) of each pair, shape (comparisons, pairs)."""
        return np.concatenate([self.plain(a, b), self.named(a, b)])

    def plain(self, a: Rows, b: Rows) -> Levels:
        """The levels of what is a number: distance, time, kind, count."""
        one, two = a.astype(np.intp), b.astype(np.intp)  # taken by them some twenty times
        found = np.empty((4, len(a)), dtype=np.int8)
        found[0] = self._distances(one, two)
        found[1] = self._gaps(one, two)
        found[2] = np.minimum(self.events.kinds.steps(one, two), len(STEPS))
        found[3] = self._counts(one, two)
        return found

    def named(self, a: Rows, b: Rows) -> Levels:
        """The levels of names: actors, words, data set."""
        one, two = a.astype(np.intp), b.astype(np.intp)
        found = np.empty((3, len(a)), dtype=np.int8)
        found[0] = self._actors(one, two)
        found[1] = self._words(one, two)
        found[2] = self._dataset.take(one) == self._dataset.take(two)
        return found

    def given(self, a: Rows, b: Rows) -> NDArray[np.int8]:
        """What of its names each pair has that can be compared: the sum of `ACTORS`, `WORDS` and `ONE_DATA_SET`."""
        one, two = a.astype(np.intp), b.astype(np.intp)
        found: NDArray[np.int8] = self._has.take(one) & self._has.take(two)
        found |= self._dataset.take(one) == self._dataset.take(two)  # ONE_DATA_SET is 1
        return found

    def cosine(self, a: Rows, b: Rows) -> NDArray[np.float32]:
        """Cosines of the words of each pair, each word worth what the weights say."""
        long = self._lengths
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self.events.words.shared(a, b, self._square) / (long[a] * long[b])
        return np.nan_to_num(found, nan=0.0, posinf=0.0).astype(np.float32)

    def has_words(self, a: Rows, b: Rows) -> NDArray[np.bool_]:
        """Whether both events of each pair have words that are worth something."""
        found: NDArray[np.bool_] = (self._lengths[a] > 0) & (self._lengths[b] > 0)
        return found

    # Columns as narrow as what is asked of them allows: so many pairs are compared that they have to stay in the processor's cache.

    @cached_property
    def _space(self) -> tuple[NDArray[np.float32], ...]:
        """The points by axis, in km from the middle of the earth; narrow floats tell half a metre."""
        lat, lon = np.radians(self.events.points).T
        around = EARTH_KM * np.cos(lat)
        axes = around * np.cos(lon), around * np.sin(lon), EARTH_KM * np.sin(lat)
        return tuple(axis.astype(np.float32) for axis in axes)

    @cached_property
    def _radius_square(self) -> NDArray[np.float32]:
        return (self.events.radius_km**2).astype(np.float32)

    @cached_property
    def _days(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        first, last = self.events.days.astype(np.int32).T.copy()
        return first, last

    @cached_property
    def _log_count(self) -> NDArray[np.float32]:
        found: NDArray[np.float32] = np.log(np.maximum(self.events.count, 0.0) + 1).astype(np.float32)
        return found

    @cached_property
    def _large(self) -> Levels:
        """How much two equal counts would tell."""
        return _level(self.events.count, _EQUALS)

    @cached_property
    def _dataset(self) -> NDArray[np.int32]:
        return self.events.dataset

    @cached_property
    def _has(self) -> NDArray[np.int8]:
        return (ACTORS * (self.events.actors.sizes > 0) + WORDS * (self._lengths > 0)).astype(np.int8)

    @cached_property
    def _actor_marks(self) -> NDArray[np.uint64]:
        return self.events.actors.marks()

    @cached_property
    def _word_marks(self) -> NDArray[np.uint64]:
        return self.events.words.marks()

    @cached_property
    def _square(self) -> NDArray[np.float32]:
        if not self.weights.worth:
            return np.ones(max(1, len(self.events.words.names)), dtype=np.float32)
        worth = [self.weights.worth.get(name, 1.0) for name in self.events.words.names]
        return np.array(worth or [1.0], dtype=np.float32) ** 2

    @cached_property
    def _lengths(self) -> NDArray[np.float32]:
        return np.sqrt(self.events.words.totals(self._square))

    @cached_property
    def _cuts(self) -> NDArray[np.float32]:
        """Where the levels of words begin, by the two data sets."""
        names = self.events.datasets
        anywhere = self.weights.cuts[_EVERYWHERE]
        cuts = [[self.weights.cuts.get((min(one, two), max(one, two)), anywhere) for two in names] for one in names]
        return np.array(cuts, dtype=np.float32)

    def _distances(self, a: Rows, b: Rows) -> Levels:
        """Levels of distances in combined precisions: of two points each within its radius, half of the root of their summed squares.

        A distance is measured straight through the earth, and compared by its square: roots and arcs cost more than all the rest.
        """
        sigma = np.sqrt(self._radius_square.take(a) + self._radius_square.take(b))
        sigma *= np.float32(0.5)
        sigma += np.float32(FLOOR_KM)
        apart = np.zeros(len(a), dtype=np.float32)
        for axis in self._space:
            along = axis.take(a)
            along -= axis.take(b)
            along *= along
            apart += along
        sigma *= sigma
        apart /= sigma
        return _level(apart, tuple(cut * cut for cut in DISTANCE))

    def _gaps(self, a: Rows, b: Rows) -> NDArray[np.int32]:
        """Levels of whole days between two intervals."""
        first, last = self._days
        gap = np.maximum(first.take(a) - last.take(b), first.take(b) - last.take(a))
        found: NDArray[np.int32] = gap.clip(0, len(GAP))
        return found

    def _counts(self, a: Rows, b: Rows) -> Levels:
        """Levels of two counts: equal ones tell more the larger they are."""
        ratio = np.abs(self._log_count.take(a) - self._log_count.take(b))
        level = np.int8(4) + _level(ratio, RATIO)
        least = np.minimum(self._large.take(a), self._large.take(b))
        level = np.where(ratio < np.float32(_EQUAL), np.int8(3) - least, level)
        level[np.isnan(ratio)] = SIZES[3] - 1
        return level

    def _words(self, a: Rows, b: Rows) -> Levels:
        found = np.full(len(a), SIZES[5] - 1, dtype=np.int8)
        some = np.flatnonzero(self.has_words(a, b))
        a, b = a[some], b[some]
        level = np.zeros(len(some), dtype=np.int8)  # cuts are above nought
        may = np.flatnonzero(self._word_marks.take(a) & self._word_marks.take(b))
        a, b = a[may], b[may]
        cuts = self._cuts[self._dataset[a], self._dataset[b]]
        level[may] = (self.cosine(a, b)[:, None] >= cuts).sum(axis=1)
        found[some] = level
        return found

    def _actors(self, a: Rows, b: Rows) -> Levels:
        actors = self.events.actors
        one, two = self._actor_marks.take(a), self._actor_marks.take(b)
        level = np.ones(len(a), dtype=np.int8)
        may = np.flatnonzero(one & two)
        if len(actors.names) > MARKS:
            ones = np.ones(len(actors.names), dtype=np.float32)
            may = may[actors.shared(a[may], b[may], ones) > 0]
        level[may] = 0
        level[(one == 0) | (two == 0)] = 2
        return level


def _level(values: NDArray[np.floating], cuts: tuple[float, ...]) -> Levels:
    """How many cuts each value lies beyond."""
    found = np.zeros(len(values), dtype=np.int8)
    for cut in cuts:
        found += values > values.dtype.type(cut)
    return found


def distances_km(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle distances in km between points (n, 2) of latitude and longitude in degrees."""
    phi_a, phi_b = np.radians(a[:, 0]), np.radians(b[:, 0])
    h = np.sin((phi_b - phi_a) / 2) ** 2
    h += np.cos(phi_a) * np.cos(phi_b) * np.sin(np.radians(b[:, 1] - a[:, 1]) / 2) ** 2
    found: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
    return found


def gap_days(events: Events, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int64]:
    """Whole days between the intervals of each pair, 0 where they share one."""
    days = events.days
    found: NDArray[np.int64] = np.maximum(0, np.maximum(days[a, 0] - days[b, 1], days[b, 0] - days[a, 1]))
    return found
