"""Score: the log-odds that two reports are of one event, summed over comparison levels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.columns import Events
from consilience.model.atlas import EARTH_KM

# Natural-log Bayes factors by level. They follow the order of the weights that a prototype
# learned (distance and type tell most, counts least); no labels were used to set them.
_PRIOR = -1.5
_DISTANCE = ((0.5, 1.6), (1.0, 1.1), (2.0, 0.3), (3.0, -0.8), (np.inf, -4.0))  # in combined precisions
_GAP = ((0.0, 1.2), (1.0, 0.2), (2.0, -0.8), (np.inf, -3.0))  # days between the stated intervals
_TYPE = ((0.0, 0.9), (1.0, 0.5), (2.0, -0.2), (np.inf, -1.5))  # steps in the taxonomy
_RATIO = ((0.01, 1.0), (0.4, 0.4), (1.0, 0.0), (np.inf, -1.2))  # absolute log-ratio of counts
_WORDS = ((0.02, -0.3), (0.1, 0.1), (0.25, 0.8), (np.inf, 1.8))  # Jaccard index of content words
_ONE_ACTOR, _NO_ACTOR, _OTHER_ACTOR = 0.6, 0.0, -1.5
_ONE_DATASET = -3.5  # a data set reports an event once, as a rule
# A stated point is seldom better than this, whatever its precision says (gazetteer rounding).
_FLOOR_KM = 3.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Log-odds (natural) of each pair."""

    log_odds: NDArray[np.float64]


def score(events: Events, pairs: NDArray[np.int64], window_km: float) -> Scores:
    """The log-odds of each pair (n, 2), given the km that two points may lie apart beyond their precision."""
    a, b = pairs[:, 0], pairs[:, 1]
    sigma = np.hypot(events.radius_km[a], events.radius_km[b]) / 2 + _FLOOR_KM
    apart = distances_km(events.points[a], events.points[b])
    total = np.full(len(pairs), _PRIOR)
    total += _levels(apart / sigma, _DISTANCE)
    total[apart > window_km + events.radius_km[a] + events.radius_km[b]] -= 4.0
    total += _levels(_gap_days(events.days[a], events.days[b]), _GAP)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(np.log((events.count[a] + 1) / (events.count[b] + 1)))
    total += np.where(np.isnan(ratio), 0.0, _levels(ratio, _RATIO))
    return Scores(total + _by_pair(events, a, b))


def _by_pair(events: Events, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    """What is compared name by name: type, actors, words, data set."""
    total = np.zeros(len(a))
    for at, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        total[at] = (
            _level(events.types[i].distance(events.types[j]), _TYPE)
            + _actors(events.actors[i], events.actors[j])
            + _texts(events.words[i], events.words[j])
            + (_ONE_DATASET if events.dataset[i] == events.dataset[j] else 0.0)
        )
    return total


def _actors(one: frozenset[str], two: frozenset[str]) -> float:
    if not one or not two:
        return _NO_ACTOR
    return _ONE_ACTOR if one & two else _OTHER_ACTOR


def _texts(one: frozenset[str], two: frozenset[str]) -> float:
    if not one or not two:
        return 0.0
    return _level(len(one & two) / len(one | two), _WORDS)


def _level(value: float, levels: tuple[tuple[float, float], ...]) -> float:
    return next(weight for limit, weight in levels if value <= limit)


def _levels(values: NDArray[np.float64], levels: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    """The weight of the first level whose limit each value does not pass; a value that is no number gets the last."""
    limits = np.array([limit for limit, _ in levels])
    assert all(one < two for one, two in pairwise(limits))  # noqa: S101  a mistake in the tables above
    weights = np.array([weight for _, weight in levels])
    found: NDArray[np.float64] = weights[np.minimum(np.searchsorted(limits, values, side="left"), len(weights) - 1)]
    return found


def _gap_days(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    """Whole days between two intervals of days, 0 where they share one."""
    found: NDArray[np.float64] = np.maximum(0, np.maximum(a[:, 0] - b[:, 1], b[:, 0] - a[:, 1])).astype(float)
    return found


def distances_km(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle distances in km between points (n, 2) of latitude and longitude in degrees."""
    phi_a, phi_b = np.radians(a[:, 0]), np.radians(b[:, 0])
    h = np.sin((phi_b - phi_a) / 2) ** 2
    h += np.cos(phi_a) * np.cos(phi_b) * np.sin(np.radians(b[:, 1] - a[:, 1]) / 2) ** 2
    found: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
    return found
