"""Banded: pools and scores of positions that have bands, as intervals that hold for every coherent answer within them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from consilience.conclusions import rules
from consilience.conclusions.distance import Span
from consilience.conclusions.rules import DEFAULT, FLOOR, OPINIONS
from consilience.errors import UsageError
from consilience.model.coherence import nearest
from consilience.model.form import WHOLE
from consilience.model.position import Band, Position

Ends = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores that a position can have, whichever answer within its bands was meant; equal ends where it said numbers.

    `brier` is 0 to 1 (half of Brier's sum); both ends are reached. `log` is in nats, 5.3 at most (`rules.FLOOR`).
    """

    brier: Span
    log: Span


@dataclass(frozen=True, slots=True)
class Pool:
    """Several positions as one, by every rule that looks at answers alone: rule to bands in order of hypothesis.

    No coherent answers within the positions have a pool outside these bands. `fits_all` are the bands of the one answer that would fit
    every position, none where there is none such.
    """

    rule: str
    rules: Mapping[str, tuple[Band, ...]]
    fits_all: tuple[Band, ...]

    @property
    def bands(self) -> tuple[Band, ...]:
        """The pool that is shown first."""
        return self.rules[self.rule]


def scores(bands: Sequence[Band], outcome: str) -> Scores:
    """Every score that coherent bands leave possible, when `outcome` came true.

    Raises:
        UsageError: an outcome that is none of the hypotheses.
    """
    names = [band.hypothesis for band in bands]
    if outcome not in names:
        raise UsageError("outcome", outcome, "one of " + ", ".join(names))
    target = [WHOLE if name == outcome else 0 for name in names]
    best = nearest(target, [(band.low, band.high) for band in bands])
    if best is None:
        raise UsageError("bands", "none that add up", "bands within which the probabilities can add up to 100 %")
    least = sum((point - aim) ** 2 for point, aim in zip(best, target, strict=True))
    at = tightened(bands)[names.index(outcome)]
    logs = [-log(max(end / WHOLE, FLOOR)) for end in (at.high, at.low)]
    return Scores(Span(_brier(least), _brier(_worst(bands, target))), Span(logs[0], logs[1]))


def _brier(squares: float) -> float:
    """Half a sum of squares of basis points."""
    return squares / 2 / WHOLE**2


def _worst(bands: Sequence[Band], target: Sequence[int]) -> float:
    """The greatest sum of squared errors, exactly.

    The sum is convex, so it is greatest at a corner, where all probabilities but one stand on an end of their bands
    (Dantzig's knapsack of whole basis points: which stand on the upper end is a choice, and the one takes what is left).
    """
    low = np.array([band.low for band in bands])
    wide = np.array([band.high for band in bands]) - low
    aim = np.array(target)
    left = WHOLE - int(low.sum())
    start = (low - aim).astype(np.float64) ** 2
    worst = -np.inf
    for one in range(len(bands)):
        best = np.full(left + 1, -np.inf)  # by the basis points that the others took above their lower ends
        best[0] = start.sum() - start[one]
        for other in range(len(bands)):
            width = int(wide[other])
            if other != one and 0 < width <= left:
                gain = float((low[other] + width - aim[other]) ** 2) - start[other]
                best[width:] = np.maximum(best[width:], best[: left + 1 - width] + gain)
        taken = left - np.arange(left + 1)
        reached = best + (low[one] + taken - aim[one]).astype(np.float64) ** 2
        worst = max(worst, float(reached[taken <= wide[one]].max(initial=-np.inf)))
    return worst


def tightened(bands: Sequence[Band]) -> tuple[Band, ...]:
    """The same bands, each cut to what the others leave possible: reachable bounds (de Campos, Huete and Moral 1994)."""
    low, high = sum(band.low for band in bands), sum(band.high for band in bands)
    return tuple(
        Band(b.hypothesis, max(b.low, WHOLE - (high - b.high)), min(b.high, WHOLE - (low - b.low)), b.word)
        for b in bands
    )


def pooled(positions: Sequence[Position]) -> Pool:
    """What several positions on one question amount to.

    Means, medians and trimmed means never fall when an answer rises, so their ends are those of the ends; what scaling to
    100 % can do to them is added, unless there are two answers or two hypotheses, where they add up by themselves. The log pool is
    taken hypothesis by hypothesis against the others' other ends. Then each band is cut to what the others leave.
    Ends are rounded outwards to whole basis points.

    Raises:
        UsageError: no position, or positions on different questions.
    """
    if len({(each.question, each.ids) for each in positions}) != 1:
        raise UsageError("pool", f"positions on {len({each.question for each in positions})} questions", "on one")
    tight = [tightened(each.bands) for each in positions]
    low = np.array([[band.low for band in bands] for bands in tight], dtype=np.float64) / WHOLE
    high = np.array([[band.high for band in bands] for bands in tight], dtype=np.float64) / WHOLE
    names = positions[0].ids
    found = {name: _bands(names, *_ends(name, low, high)) for name in OPINIONS}
    return Pool(DEFAULT, found, _common(tight))


def _common(positions: Sequence[Sequence[Band]]) -> tuple[Band, ...]:
    """The bands in which an answer fits every position; none where no answer does."""
    columns = [
        (max(band.low for band in each), min(band.high for band in each)) for each in zip(*positions, strict=True)
    ]
    adds_up = sum(low for low, _ in columns) <= WHOLE <= sum(high for _, high in columns)
    if not adds_up or any(low > high for low, high in columns):
        return ()
    names = [band.hypothesis for band in positions[0]]
    return tightened([Band(name, *ends) for name, ends in zip(names, columns, strict=True)])


_LAST = 1e-9  # of a sum of binary fractions
_MEAN = 2  # of two answers every rule but the log pool is their mean
_ADDS_UP = 2  # of two hypotheses one is what the other leaves, by every rule


def _ends(name: str, low: Ends, high: Ends) -> tuple[Ends, Ends]:
    """The ends of a pool by one rule, before the bands are held against each other."""
    if name == "log":
        return _shares(*(np.exp(np.log(np.maximum(ends, FLOOR)).mean(axis=0)) for ends in (low, high)))
    people, hypotheses = low.shape
    if name == "mean" or people <= _MEAN or hypotheses == _ADDS_UP:
        return _UNSCALED[name](low), _UNSCALED[name](high)
    return _shares(_UNSCALED[name](low), _UNSCALED[name](high))


def _shares(low: Ends, high: Ends) -> tuple[Ends, Ends]:
    """Each over the sum of all: least when it is low and the others are high."""
    others_low, others_high = low.sum() - low, high.sum() - high
    return _part(low, others_high, 0.0), _part(high, others_low, 1.0)


def _part(own: Ends, others: Ends, otherwise: float) -> Ends:
    """Own over own and others, `otherwise` where that may be nothing over nothing."""
    total = own + others
    return np.asarray(np.divide(own, total, out=np.full_like(own, otherwise), where=total > 0))


def _bands(names: Sequence[str], low: Ends, high: Ends) -> tuple[Band, ...]:
    """Ends as bands in whole basis points, rounded outwards and cut to what the others leave."""
    return tightened(
        [
            Band(name, max(0, int(np.floor(a * WHOLE + _LAST))), min(WHOLE, int(np.ceil(b * WHOLE - _LAST))))
            for name, a, b in zip(names, low, high, strict=True)
        ]
    )


_UNSCALED: dict[str, Callable[[Ends], Ends]] = {
    "mean": lambda rows: np.asarray(rows.mean(axis=0)),
    "median": lambda rows: np.asarray(np.median(rows, axis=0)),
    "trimmed": rules.trimmed_parts,
}
"""The rules that never fall when an answer rises, hypothesis by hypothesis, before they are scaled to 100 %."""
