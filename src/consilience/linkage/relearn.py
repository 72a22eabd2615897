"""Relearn: weights from counted comparison patterns, without looking at the pairs again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from consilience.engine.near import Window
from consilience.linkage.columns import Events
from consilience.linkage.learn import AGAIN, FEWEST, SHIFT, estimate
from consilience.linkage.patterns import Comparer
from consilience.linkage.sample import sample
from consilience.linkage.score import pattern, unpacked
from consilience.linkage.weights import BY_HAND, Weights


def relearn(events: Events, patterns: NDArray[np.int64], weights: Weights) -> Weights:
    """What `learn` makes of all candidates in the window of the weights; the same weights where there are too few.

    Args:
        events: from which chance pairs are drawn, in the order of `table.read`.
        patterns: how many candidates there were, by `score.pattern`.
        weights: by which their words were compared; what words are worth and where their levels begin stays.
    """
    codes = np.flatnonzero(patterns).astype(np.int32)
    if len(events.datasets) > 1:
        codes = codes[unpacked(codes)[-1] == 0]
    near = np.repeat(codes, patterns[codes])
    km, days = weights.window
    chance = sample(events, Window(km, SHIFT))
    if min(len(near), len(chance)) < FEWEST:
        return weights
    null = pattern(Comparer(chance.events, weights).levels(chance.a, chance.b))
    levels, prior, _ = estimate(near, null, BY_HAND, days)
    return replace(weights, levels=levels, prior=prior, again=AGAIN, pairs=len(near))
