"""Warning: error and cover of estimated strengths against known truth, beside a moving mean and a Kalman filter."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from benchmarks.situations import SHAPES, Situation, make
from consilience.warning.accumulator import Accumulator
from consilience.warning.copies import find_copies
from consilience.warning.filter import Days, Evidence, at_first, blocks, forwards, likelihoods
from consilience.warning.report import Reports, columns, read
from consilience.warning.strength import Estimate, estimate, grid_of

Array = np.ndarray
_SETTLED = 30  # days that every method is given before it is measured
_NAIVE_DAYS = 14
_TUNED = 10  # areas that the variances of the rival are fitted to
_SHARE = 1.645  # of a standard deviation: 5 and 95 percent of a normal


def measure(areas: int) -> list[str]:
    """Table rows: one situation a row, and what one report more costs."""
    base = Situation(areas=areas)
    rows = {
        "walks with jumps": base,
        "the same without copies": replace(base, copies=0.0),
        "no copy declared": replace(base, declared=0.0),
        "all shapes": replace(base, shapes=SHAPES),
        "all shapes, heavy tails": replace(base, shapes=SHAPES, tails=3.0),
        "all shapes, 6 sources, more bias": replace(base, shapes=SHAPES, sources=6, bias=0.15, seed=1),
    }
    fewer = replace(base, areas=max(areas * 3 // 10, 10))
    rows |= {
        "tails without a variance (1.8 degrees)": replace(fewer, tails=1.8),
        "70 % copies, none declared": replace(fewer, copies=0.7, declared=0.0),
        "a report in a month": replace(fewer, a_day=0.03),
        "ramps, withdrawals, growth; a report in three weeks": replace(
            fewer, shapes=("ramp", "withdrawal", "logistic"), a_day=0.05
        ),
        "ramps": replace(fewer, shapes=("ramp",)),
        "3 sources": replace(fewer, sources=3),
        "40 sources": replace(fewer, sources=40),
        "errors of a half, 12 % gross": replace(fewer, spread=0.5, gross=0.12),
        "errors of a tenth": replace(fewer, spread=0.1, bias=0.03),
        "biases of a quarter": replace(fewer, bias=0.25),
        "restless: drift .06, jumps .015": replace(fewer, drift=0.06, jumps=0.015),
    }
    return [
        "| situation | reports | 14-day mean | Kalman, copies kept | filtered | smoothed | filter, µs a report | all, µs |",
        "|---|---|---|---|---|---|---|---|",
        *(_line(name, situation) for name, situation in rows.items()),
        "",
        _one_more(replace(base, areas=20)),
    ]


def _line(name: str, situation: Situation) -> str:
    told = make(situation)
    reports = read(told.columns)
    days = Days(0, situation.days - 1)
    started = time.process_time()
    found = estimate(reports, days)
    spent = 1e6 * (time.process_time() - started) / len(reports)
    table = columns(reports)
    naive = _error(_mean(table, told.truth.shape), told.truth)
    middle, spread = kalman(table, told.truth.shape)
    covers = np.abs(middle - np.log(told.truth)) <= _SHARE * spread
    rival = f"{_error(middle, told.truth):.3f}, {covers[_SETTLED:].mean():.2f}"
    ours = [_scored(fan, told.truth) for fan in (found.filtered, found.smoothed)]
    return f"| {name} | {len(reports):,} | {naive:.3f} | {rival} | {ours[0]} | {ours[1]} | {_filtering(table, found, days):.0f} | {spent:.0f} |"


def _filtering(table: Reports, found: Estimate, days: Days) -> float:
    """CPU microseconds a report of the filter alone: likelihoods, and every area's distribution on every day."""
    grid = grid_of(table)
    evidence = Evidence(table, find_copies(table, grid), found.habits, grid)
    started = time.process_time()
    for areas in blocks(np.arange(len(table.areas))):
        forwards(likelihoods(evidence, areas, days), found.habits, grid, at_first(areas.size, grid), len(days))
    return 1e6 * (time.process_time() - started) / len(table)


def _scored(fan: Array, truth: Array) -> str:
    inside = (fan[..., 0] <= truth) & (truth <= fan[..., 4])
    return f"{_error(np.log(np.maximum(fan[..., 2], 1.0)), truth):.3f}, {inside[_SETTLED:].mean():.3f}"


def _error(middle: Array, truth: Array) -> float:
    return float(np.sqrt(np.nanmean((middle - np.log(truth))[_SETTLED:] ** 2)))


def _mean(table: Reports, shape: tuple[int, int]) -> Array:
    """The mean log figure of the last 14 days, copies and all; where none was told, the one before."""
    point = table.point
    some = np.isfinite(point)
    total, many = np.zeros(shape), np.zeros(shape)
    np.add.at(total, (table.day[some], table.area[some]), point[some])
    np.add.at(many, (table.day[some], table.area[some]), 1)
    total, many = np.cumsum(total, axis=0), np.cumsum(many, axis=0)
    total[_NAIVE_DAYS:] -= total[:-_NAIVE_DAYS].copy()
    many[_NAIVE_DAYS:] -= many[:-_NAIVE_DAYS].copy()
    found = np.where(many > 0, total / np.maximum(many, 1), np.nan)
    for day in range(1, shape[0]):
        found[day] = np.where(np.isnan(found[day]), found[day - 1], found[day])
    return found


def kalman(table: Reports, shape: tuple[int, int]) -> tuple[Array, Array]:
    """A random walk filtered from the middles of intervals, every copy a report; variances by maximum likelihood."""
    tries = [(noise, drift) for noise in (0.2, 0.3, 0.4, 0.5) for drift in (0.02, 0.04, 0.08, 0.12)]
    best = max(tries, key=lambda each: _kalman(table, (shape[0], min(shape[1], _TUNED)), *each)[2])
    middle, spread, _ = _kalman(table, shape, *best)
    return middle, spread


def _kalman(table: Reports, shape: tuple[int, int], noise: float, drift: float) -> tuple[Array, Array, float]:
    point = table.point
    some = np.flatnonzero(np.isfinite(point) & (table.area < shape[1]))
    order = some[np.argsort(table.day[some], kind="stable")]
    starts = np.searchsorted(table.day[order], np.arange(shape[0] + 1))
    mean, variance = np.full(shape[1], float(np.nanmean(point))), np.full(shape[1], 4.0)
    means, spreads, said = np.empty(shape), np.empty(shape), 0.0
    for day in range(shape[0]):
        variance = variance + drift**2
        for at in order[starts[day] : starts[day + 1]]:
            area = table.area[at]
            off, total = point[at] - mean[area], variance[area] + noise**2
            said -= 0.5 * (off**2 / total + np.log(total))
            mean[area] += variance[area] / total * off
            variance[area] *= noise**2 / total
        means[day], spreads[day] = mean, np.sqrt(variance)
    return means, spreads, said


def _one_more(situation: Situation) -> str:
    """What a report costs that arrives by itself, in the order told, up to the new band of its day."""
    told = make(situation)
    reports = sorted(read(told.columns), key=lambda report: (report.told, report.id))
    table = columns(reports)
    days = Days(0, situation.days - 1)
    found: Estimate = estimate(reports, days)
    held = Accumulator(grid_of(table), found.habits, days)
    spent = []
    for report in reports:
        started = time.process_time()
        held.add(report)
        held.on(report.area, report.day)
        spent.append(time.process_time() - started)
    equal = "yes" if held.digest == held.rebuilt().digest else "no"
    half, most = 1e3 * np.quantile(spent, 0.5), 1e3 * np.quantile(spent, 0.99)
    return f"One report more, by itself: {half:.1f} ms of CPU at the median, {most:.1f} ms at p99; equal to rebuilding: {equal}."
