"""Learn: the habits of sources and of strengths from the reports alone, by a few rounds of expectation-maximisation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from consilience.warning.copies import widened
from consilience.warning.evidence import parts, witness
from consilience.warning.filter import Daily, Days, Evidence, at_first, backwards, blocks, forwards, likelihoods
from consilience.warning.grid import Array, Ints, phi
from consilience.warning.habits import ASSUMED, Habits, Prior
from consilience.warning.report import Says
from consilience.warning.steps import kinds

ROUNDS = 3
_WIDE = 1.0  # intervals wider than so many spreads are reckoned as intervals, others by their middle
_LEAST, _MOST = 0.02, 1.0  # of a spread
_ENOUGH = 4_000  # reports: more teach nothing about a source that matters
_CELLS = 128  # of the grid while learning
_HASTE = 2.0  # steps of a round are taken so many times over: what a small step is worth shows slowly
_OFTENEST = 0.45  # that a source is grossly wrong, or copies: beside both there is room for its own word
_RAREST = 1e-5  # of a kind of step
_NEAR_DAYS = 2
_MEDIAN = 0.954  # of how far two figures with errors of spread 1 lie apart
_HALF = 0.5  # of a term: what has less of it teaches nothing


@dataclass(frozen=True, slots=True)
class Tally:
    """What one round found.

    Of each report the chance that it is `honest`, `gross` or `copied`, its expected error and the square of it; how
    often each kind of step was taken, and how often none stayed none, and ended.
    """

    honest: Array
    gross: Array
    copied: Array
    error: Array
    square: Array
    moves: Array
    ended: Array


def learn(evidence: Evidence, days: Days, rounds: int = ROUNDS, prior: Prior = ASSUMED) -> Habits:
    """Habits after some rounds, starting from those of `evidence`. No truth is used; the same reports give the same."""
    areas = _sample(evidence)
    evidence = replace(evidence, habits=_guessed(evidence, prior))
    coarse = replace(evidence.grid, cells=min(evidence.grid.cells, _CELLS))
    evidence = replace(evidence, grid=coarse)
    for _ in range(rounds):
        evidence = replace(evidence, habits=_settled(evidence, _tallied(evidence, areas, days), prior))
    return evidence.habits


def _guessed(evidence: Evidence, prior: Prior) -> Habits:
    """Where learning begins: the spread that neighbouring figures of different sources show; rounds are few."""
    reports = evidence.reports
    told = np.flatnonzero((evidence.copies.weight > 0) & np.isfinite(reports.point))  # in order of area and day
    later, earlier = told[1:], told[:-1]
    near = (reports.area[later] == reports.area[earlier]) & (reports.day[later] - reports.day[earlier] <= _NEAR_DAYS)
    apart = np.abs(reports.point[later] - reports.point[earlier])
    apart = apart[
        near & (reports.source[later] != reports.source[earlier]) & (apart > 0)
    ]  # the same is a copy, perhaps
    if not apart.size:
        return evidence.habits
    found = float(np.clip(np.median(apart) / _MEDIAN, _LEAST, _MOST))
    share = apart.size / (apart.size + prior.gross_worth)
    return replace(evidence.habits, spread=evidence.habits.spread * (found / prior.spread) ** share)


def _sample(evidence: Evidence) -> Ints:
    """Areas to learn from: all, or as many as hold enough reports, evenly out of their order by name."""
    size = len(evidence.reports.areas)
    share = min(1.0, _ENOUGH / max(len(evidence.reports), 1))
    return (
        np.unique(np.linspace(0, size - 1, max(1, round(size * share))).round().astype(np.int64))
        if size
        else np.zeros(0, np.int64)
    )


def _tallied(evidence: Evidence, areas: Ints, days: Days) -> Tally:
    """One pass over all areas: forwards, backwards, and each report held against what all of them say."""
    size = len(evidence.reports)
    moves, ended = np.zeros(len(evidence.habits.moves)), np.zeros(2)
    honest, gross, copied, error, square = np.zeros((5, size))
    tally = Tally(honest, gross, copied, error, square, moves, ended)
    for block in blocks(areas):
        daily = likelihoods(evidence, block, days)
        filtered = forwards(daily, evidence.habits, evidence.grid, at_first(block.size, evidence.grid), len(days))
        smoothed = np.empty_like(filtered)
        for day, later, message in backwards(daily, evidence.habits, evidence.grid, filtered.shape):
            np.multiply(filtered[day], later, out=smoothed[day])
            smoothed[day] /= smoothed[day].sum(axis=1)[:, None]
            if day:
                taken, none = kinds(filtered[day - 1], message, evidence.habits, evidence.grid)
                moves += taken.sum(axis=0)
                ended += none.sum(axis=0)
        told = np.repeat(np.arange(len(days)), np.diff(daily.starts))
        _judge(evidence, daily, smoothed[told, daily.place], tally)
    return tally


def _judge(evidence: Evidence, daily: Daily, held: Array, tally: Tally) -> None:
    """Fill in what becomes of each report, where `held` (reports, cells) is what all reports say of its area and day."""
    rows = daily.rows
    found = parts(evidence.reports, evidence.copies, evidence.habits, evidence.grid, rows)
    share = held / found.whole
    total = share.sum(axis=1)
    tally.gross[rows] = found.gross * total
    tally.copied[rows] = found.copied * total
    share *= found.honest
    tally.honest[rows] = share.sum(axis=1)
    counted = np.flatnonzero((evidence.reports.says[rows] == Says.COUNT) & ~evidence.reports.is_none[rows])
    error, square = _errors(evidence, rows[counted], share[counted, 1:])
    tally.error[rows[counted]] = error
    tally.square[rows[counted]] = square


def _errors(evidence: Evidence, rows: Ints, share: Array) -> tuple[Array, Array]:
    """Expected sums of error and of squared error about the bias, (reports,), over cells with `share` (reports, cells).

    A narrow interval stands for its middle; in a wide one the estimate is a truncated normal.
    """
    habits, source = evidence.habits, evidence.reports.source[rows]
    low, high = (bound[rows] for bound in widened(evidence.reports, evidence.grid))
    spread, bias = habits.spread[source], habits.bias[source]
    total, first, second = (share @ np.stack([np.ones_like(c := evidence.grid.centres), c, c * c], axis=1)).T
    with np.errstate(invalid="ignore"):
        point, width = 0.5 * (low + high), high - low
        error = point * total - first
        square = point * point * total - 2 * point * first + second + (width * width / 12) * total
        square += -2 * bias * error + bias * bias * total
    at = np.flatnonzero(~(width < _WIDE * spread))
    if at.size:
        seen, sigma = share[at], spread[at, None]
        below = (low[at, None] - bias[at, None] - evidence.grid.centres) / sigma
        above = (high[at, None] - bias[at, None] - evidence.grid.centres) / sigma
        inside = np.maximum(phi(above) - phi(below), 1e-12)
        at_low, at_high = _density(below), _density(above)
        error[at] = bias[at] * total[at] + spread[at] * (seen * (at_low - at_high) / inside).sum(axis=1)
        with np.errstate(invalid="ignore"):
            ends = np.nan_to_num(below * at_low) - np.nan_to_num(above * at_high)
        square[at] = spread[at] ** 2 * (seen * np.maximum(1 + ends / inside, 0.0)).sum(axis=1)
    return error, square


def _density(points: Array) -> Array:
    """The standard normal density, 0 at infinity."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(np.isfinite(points), np.exp(-0.5 * points * points) / np.sqrt(2 * np.pi), 0.0)


def _settled(evidence: Evidence, tally: Tally, prior: Prior) -> Habits:
    """Habits from a tally: each source drawn to the average of all, and that to what is assumed."""
    reports, habits = evidence.reports, evidence.habits
    size = len(habits.sources)
    share = witness(evidence.copies, habits)
    share = np.where(share >= _HALF, share, 0.0)
    counted = (reports.says == Says.COUNT) & ~reports.is_none

    def by_source(values: Array) -> Array:
        return np.asarray(np.bincount(reports.source, weights=values * share, minlength=size), dtype=np.float64)

    honest = by_source(np.where(counted, tally.honest, 0.0))
    error = by_source(tally.error)
    square = np.maximum(by_source(tally.square), 0.0)
    known = honest / (honest + (habits.spread / prior.bias_spread) ** 2)
    apart = prior.bias_worth * prior.bias_spread**2 + (known * habits.bias**2).sum()
    apart = float(np.sqrt(apart / (prior.bias_worth + known.sum())))
    bias = error / (honest + (habits.spread / apart) ** 2)
    bias -= (bias * honest).sum() / max(honest.sum(), 1.0)  # that all of them err alike cannot be seen
    change = bias - habits.bias
    # the squares were taken about the old bias
    square = np.maximum(square - 2 * change * (error - habits.bias * honest) + change**2 * honest, 0.0)
    worth = prior.spread_worth
    common = (worth * prior.spread**2 + square.sum()) / (worth + honest.sum())
    spread = np.sqrt((worth * common + square) / (worth + honest))
    judged = by_source(tally.honest + tally.gross + tally.copied)
    could = by_source(np.where(evidence.copies.has_before, tally.honest + tally.gross + tally.copied, 0.0))
    return Habits(
        sources=habits.sources,
        spread=np.clip(spread, _LEAST, _MOST),
        bias=bias,
        unsure=apart * spread / np.sqrt(spread**2 + honest * apart**2),
        gross=_rate(by_source(tally.gross), judged, prior.gross, prior.gross_worth),
        copying=_rate(by_source(tally.copied), could, prior.copying, prior.copying_worth),
        moves=_moves(tally.moves, habits, prior),
        appears=float((prior.appears * prior.moves_worth + tally.ended[1]) / (prior.moves_worth + tally.ended.sum())),
        persistence=_persistence(evidence, tally, prior),
        common=apart * _shared(honest / spread**2),
    )


def _shared(worth: Array) -> float:
    """How much of the sources' spread of biases is left in their mean, by what each is worth."""
    total = float(worth.sum())
    return float(np.sqrt((worth**2).sum())) / total if total > 0 else 1.0


def _rate(events: Array, chances: Array, assumed: float, worth: float) -> Array:
    """How often it happens with each source, drawn to how often it happens with all."""
    common = (assumed * worth + events.sum()) / (worth + chances.sum())
    return np.asarray(np.clip((common * worth + events) / (worth + chances), 1e-3, _OFTENEST))


def _moves(taken: Array, habits: Habits, prior: Prior) -> Array:
    assumed = np.array(prior.moves)
    found = prior.moves_worth * assumed / assumed.sum() + taken
    found = habits.moves * (found / found.sum() / habits.moves) ** _HASTE
    found = np.maximum(found / found.sum(), _RAREST)
    return np.asarray(found / found.sum())


def _persistence(evidence: Evidence, tally: Tally, prior: Prior) -> float:
    """The correlation of a source's error with that of its report of the same area before."""
    reports, habits = evidence.reports, evidence.habits
    told = np.flatnonzero(evidence.copies.weight > 0)
    order = told[np.lexsort((told, reports.day[told], reports.source[told], reports.area[told]))]
    follows = np.flatnonzero(evidence.copies.follows[order])
    later, earlier = order[follows], order[follows - 1]
    sure = (tally.honest[later] > _HALF) & (tally.honest[earlier] > _HALF)
    later, earlier = later[sure], earlier[sure]
    source = reports.source[later]
    one = (tally.error[later] / tally.honest[later] - habits.bias[source]) / habits.spread[source]
    two = (tally.error[earlier] / tally.honest[earlier] - habits.bias[source]) / habits.spread[source]
    product = float(np.clip(one * two, -4.0, 4.0).sum())
    found = (prior.persistence_worth * prior.persistence + product) / (prior.persistence_worth + sure.sum())
    return float(np.clip(found, 0.0, 0.95))
