"""Learn: weights from the reports themselves, without labels.

u, how often a level comes out for two reports of two events, is counted on a time-shifted null: reports of one place, days to weeks
apart, which cannot be of one event. m, how often it does for two reports of one event, is estimated by expectation and maximization
over the patterns of levels (Fellegi and Sunter 1969; Winkler 1988), with u held: where both are free, they learn "one place"
instead of "one event". Weights set by hand are the prior, worth a few pairs.

Of what one data set tells of one site and day only a few reports are learned from (`sample.heard`): what somebody tells a hundred times
teaches hardly more than what it tells once. Weights still follow from all reports, and who adds some moves them by a little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from consilience.engine.near import Window
from consilience.linkage.columns import Events
from consilience.linkage.patterns import NAMES, SIZES, Comparer, distances_km, gap_days
from consilience.linkage.sample import Sample, heard, sample
from consilience.linkage.score import pattern, unpacked
from consilience.linkage.weights import BY_HAND, TAILS, Weights

WIDEST = (20.0, 2)  # km beyond their precision and days that are looked through for pairs
SHIFT = (4, 30)  # days apart that no report of one event is
FEWEST = 200  # pairs of each kind; with fewer, weights set by hand are better
_PRIOR_PAIRS = 20.0
_NULL_PAIRS = 200.0
_OWN_CUTS = 50  # chance pairs of two data sets that make levels of their own
_ROUNDS = 200
_UNHEARD = 50.0  # rows: of a data set of few, each word is worth much still
_NEAR_ENOUGH = 1e-6
_DISTANCE, _TIME, _SAME = NAMES.index("distance"), NAMES.index("time"), NAMES.index("data set")
# Two reports of one data set neither join nor, where others join them, keep much apart.
_ONCE, AGAIN = -20.0, -0.75
_KEEP = 0.98  # of the matches found in the widest window are within the learned one
_STEPS_KM = (2.0, 5.0, 10.0, 15.0)


def learn(events: Events, by_hand: Weights = BY_HAND, window: tuple[float, int] | None = None) -> Weights:
    """Weights for reports like these; those set by hand where the reports are too few to learn from.

    Args:
        events: the reports; at most a sample of them is looked at.
        by_hand: the prior.
        window: km and days that pairs may lie apart beyond their precision; learned where it is not given.
    """
    asked = window or WIDEST
    events = heard(events)
    near_in_time = sample(events, Window(asked[0], (0, asked[1])))
    chance = sample(events, Window(asked[0], SHIFT))
    if min(len(near_in_time), len(chance)) < FEWEST:
        return replace(by_hand, window=window or by_hand.window, worth=_worth(events))
    blank = replace(by_hand, worth=_worth(events))
    weights = replace(blank, cuts=_cuts(Comparer(chance.events, blank), chance), pairs=len(near_in_time))
    near, null = (pattern(Comparer(drawn.events, weights).levels(drawn.a, drawn.b)) for drawn in (near_in_time, chance))
    levels, prior, matching = estimate(near, null, weights, asked[1])
    learned = replace(weights, levels=levels, prior=prior, window=asked, again=AGAIN)
    return learned if window else replace(learned, window=_window(near_in_time, matching))


def _worth(events: Events) -> Mapping[str, float]:
    """What each word counts: its inverse document frequency in the data set where it is most at home.

    What one data set writes into every row (`type`, a country) says nothing there, however rare it is elsewhere.
    """
    bags = events.words
    wide = max(1, len(bags.names))
    owner = np.repeat(events.dataset.astype(np.int64), bags.sizes)
    key, rows = np.unique(owner * wide + bags.members, return_counts=True)
    size = np.bincount(events.dataset, minlength=len(events.datasets))
    weight = np.log((size[key // wide] + _UNHEARD) / (rows + 0.5))
    least = np.full(wide, np.inf)
    np.minimum.at(least, key % wide, weight)
    return {name: round(max(0.0, float(value)), 6) for name, value in zip(bags.names, least, strict=False)}


def _cuts(comparer: Comparer, null: Sample) -> dict[tuple[str, str], tuple[float, ...]]:
    """The cosines above which so few chance pairs lie (`TAILS`), for each two data sets that have enough of them."""
    some = comparer.has_words(null.a, null.b)
    a, b = null.a[some], null.b[some]
    cosine = comparer.cosine(a, b)
    names = comparer.events.datasets
    one, two = (
        np.minimum(comparer.events.dataset[a], comparer.events.dataset[b]),
        np.maximum(comparer.events.dataset[a], comparer.events.dataset[b]),
    )
    found = {("", ""): _tails(cosine)}
    pairs = one.astype(np.int64) * len(names) + two
    for code in np.unique(pairs).tolist():
        own = cosine[pairs == code]
        if len(own) >= _OWN_CUTS:
            found[names[code // len(names)], names[code % len(names)]] = _tails(own)
    return found


def _tails(cosine: NDArray[np.float32]) -> tuple[float, ...]:
    """Where the levels begin: cosines of which a part `TAILS` of the chance pairs are as high, rising and above nought."""
    ordered = np.sort(cosine)[::-1]
    cuts, least = [], 1e-6
    for tail in TAILS:
        at = int(np.ceil(tail * (len(ordered) + 1))) - 1
        above = float(ordered[max(0, at - 1)]) if at > 0 and len(ordered) else 1.0
        least = max(least + 1e-6, above)
        cuts.append(round(least, 6))
    return tuple(cuts)


def estimate(
    near: NDArray[np.int32], null: NDArray[np.int32], by_hand: Weights, days: int
) -> tuple[dict[str, tuple[float, ...]], float, NDArray[np.float64]]:
    """Weights by level, the prior log-odds, and the chance of each near pair, by maximum a posteriori."""
    codes, where, times = np.unique(near, return_inverse=True, return_counts=True)
    levels = unpacked(codes)
    null_u = _chances(null, days)
    u = list(null_u)
    strength = [np.exp(np.array(by_hand.levels[name])) for name in NAMES]
    pseudo = [_PRIOR_PAIRS * prior * factor / (prior * factor).sum() for prior, factor in zip(u, strength, strict=True)]
    m = [part / part.sum() for part in pseudo]
    share, last = 0.5, 0.0
    for _ in range(_ROUNDS):
        weights = [np.log(one / two) for one, two in zip(m, u, strict=True)]
        odds = np.log(share / (1 - share)) + sum(weights[k][levels[k]] for k in range(len(NAMES)) if k != _SAME)
        chance = 1 / (1 + np.exp(-odds))
        expected = chance * times
        share = min(0.99, max(0.001, float(expected.sum() / times.sum())))
        m = [
            (part + np.bincount(levels[k], weights=expected, minlength=SIZES[k]))
            / (part.sum() + expected.sum())
            for k, part in enumerate(pseudo)
        ]  # fmt: skip
        for k in (_DISTANCE, _TIME):  # not all that lies near in time does so by chance: fronts move, unrest spreads
            rest = np.bincount(levels[k], weights=times - expected, minlength=SIZES[k])
            u[k] = (_NULL_PAIRS * null_u[k] + rest) / (_NULL_PAIRS + rest.sum())
        if abs(share - last) < _NEAR_ENOUGH:
            break
        last = share
    named = {}
    for k, name in enumerate(NAMES):
        seen = np.bincount(levels[k], weights=expected, minlength=SIZES[k]) + u[k] * len(null)
        hand = np.array(by_hand.levels[name])
        blend = (seen * np.log(m[k] / u[k]) + _PRIOR_PAIRS * hand) / (seen + _PRIOR_PAIRS)
        named[name] = tuple(np.round(blend, 6).tolist())
    named["data set"] = (0.0, _ONCE)
    return named, round(float(np.log(share / (1 - share))), 6), chance[where]


def _chances(null: NDArray[np.int32], days: int) -> list[NDArray[np.float64]]:
    """How often each level comes out by chance: counted on the null; of time by how many days of the window are of each level."""
    levels = unpacked(null)
    u = [
        (np.bincount(levels[k], minlength=size) + 0.5) / (levels.shape[1] + 0.5 * size) for k, size in enumerate(SIZES)
    ]
    spread = np.array([1.0, 2.0 * (days >= 1), 2.0 * (days >= 2), 2.0 * max(0, days - 2)]) + 0.01
    u[_TIME] = spread / spread.sum()
    return u


def _window(near: Sample, chance: NDArray[np.float64]) -> tuple[float, int]:
    """The narrowest window in which nearly all that match in the widest lie."""
    events, a, b = near.events, near.a, near.b
    beyond = distances_km(events.points[a], events.points[b]) - events.radius_km[a] - events.radius_km[b]
    total = chance.sum()
    km = next((step for step in _STEPS_KM if chance[beyond <= step].sum() >= _KEEP * total), WIDEST[0])
    gap = gap_days(events, a, b)
    days = next(day for day in range(WIDEST[1] + 1) if day == WIDEST[1] or chance[gap <= day].sum() >= _KEEP * total)
    return km, int(days)
