"""Patterns: at which level each comparison of a pair of events comes out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.columns import Events
from consilience.linkage.weights import DISTANCE, GAP, LABELS, RATIO, STEPS, Weights
from consilience.model.atlas import EARTH_KM

NAMES = tuple(LABELS)
SIZES = tuple(len(labels) for labels in LABELS.values())
# A stated point is seldom better than this, whatever its precision says (gazetteers round).
_FLOOR_KM = 1.0
_EQUAL = 0.01  # log-ratio of counts that are one
_EQUALS = (0.5, 1.5, 4.5)  # a count of one, of two to four, of five and more
_EVERYWHERE = ("", "")

Levels = NDArray[np.int8]


@dataclass(frozen=True)
class Comparer:
    """Compares events; `weights` say how words count and where their levels begin."""

    events: Events
    weights: Weights

    def levels(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> Levels:
        """The level of each comparison (in order of `NAMES`) of each pair, shape (comparisons, pairs)."""
        return np.concatenate([self.plain(a, b), self.named(a, b)])

    def plain(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> Levels:
        """The levels of what is a number: distance, time, kind, count."""
        found = np.empty((4, len(a)), dtype=np.int8)
        found[0] = _level(self.apart(a, b), DISTANCE)
        found[1] = np.minimum(gap_days(self.events, a, b), len(GAP))
        found[2] = np.minimum(self.events.kinds.steps(a, b), len(STEPS))
        found[3] = self._counts(a, b)
        return found

    def named(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> Levels:
        """The levels of names: actors, words, data set."""
        found = np.empty((3, len(a)), dtype=np.int8)
        found[0] = self._actors(a, b)
        found[1] = self._words(a, b)
        found[2] = self.events.dataset[a] == self.events.dataset[b]
        return found

    def apart(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.float64]:
        """Distances in combined precisions: of two points each within its radius, half of the root of their summed squares."""
        square = self._radius_square
        sigma = np.sqrt(square[a] + square[b]) / 2 + _FLOOR_KM
        chord = np.zeros(len(a))
        for axis in self._space:
            chord += (axis[a] - axis[b]) ** 2
        scaled: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord) / 2)) / sigma
        return scaled

    def cosine(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.float32]:
        """Cosines of the words of each pair, each word worth what the weights say."""
        long = self._lengths
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self.events.words.shared(a, b, self._square) / (long[a] * long[b])
        return np.nan_to_num(found, nan=0.0, posinf=0.0).astype(np.float32)

    def has_words(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether both events of each pair have words that are worth something."""
        found: NDArray[np.bool_] = (self._lengths[a] > 0) & (self._lengths[b] > 0)
        return found

    @cached_property
    def _space(self) -> tuple[NDArray[np.float64], ...]:
        """The points on a sphere of radius 1, by axis."""
        lat, lon = np.radians(self.events.points).T
        return np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)

    @cached_property
    def _radius_square(self) -> NDArray[np.float64]:
        return self.events.radius_km**2

    @cached_property
    def _log_count(self) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.log(np.maximum(self.events.count, 0.0) + 1)
        return found

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

    def _counts(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> Levels:
        """Levels of two counts: equal ones tell more the larger they are."""
        ratio = np.abs(self._log_count[a] - self._log_count[b])
        level = np.int8(4) + _level(ratio, RATIO)
        same = np.flatnonzero(ratio < _EQUAL)
        least = np.minimum(self.events.count[a[same]], self.events.count[b[same]])
        level[same] = np.int8(3) - _level(least, _EQUALS)
        level[np.isnan(ratio)] = SIZES[3] - 1
        return level

    def _words(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> Levels:
        found = np.full(len(a), SIZES[5] - 1, dtype=np.int8)
        some = np.flatnonzero(self.has_words(a, b))
        one, two = a[some], b[some]
        cuts = self._cuts[self.events.dataset[one], self.events.dataset[two]]
        found[some] = (self.cosine(one, two)[:, None] >= cuts).sum(axis=1)
        return found

    def _actors(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> Levels:
        actors = self.events.actors
        ones = np.ones(max(1, len(actors.names)), dtype=np.float32)
        sizes = actors.sizes
        level = np.where(actors.shared(a, b, ones) > 0, 0, 1)
        return np.where((sizes[a] == 0) | (sizes[b] == 0), 2, level).astype(np.int8)


def _level(values: NDArray[np.float64], cuts: tuple[float, ...]) -> Levels:
    """How many cuts each value lies beyond."""
    found = np.zeros(len(values), dtype=np.int8)
    for cut in cuts:
        found += values > cut
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
