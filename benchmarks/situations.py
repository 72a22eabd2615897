"""Situations with known truth: strengths of many areas by day, and what sources that err, copy and deny report of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

import numpy as np

Array = np.ndarray
SHAPES = ("walk", "ramp", "steps", "withdrawal", "logistic")


@dataclass(frozen=True)
class Situation:
    """How a situation is made. `shapes` are dealt to the areas in turn; errors are in log count."""

    areas: int = 200
    days: int = 400
    sources: int = 16
    a_day: float = 0.3
    """Independent reports of an area a day."""
    copies: float = 0.44
    """Of all reports, those that repeat another."""
    declared: float = 0.5
    """Of copies, those that name what they rest on."""
    spread: float = 0.25
    """Middle of the sources' own, which differ by half to either side."""
    bias: float = 0.08
    tails: float = inf
    """Degrees of freedom of the errors."""
    gross: float = 0.05
    denials: float = 0.01
    jumps: float = 0.004
    drift: float = 0.025
    shapes: tuple[str, ...] = ("walk",)
    seed: int = 0


@dataclass
class Told:
    """Reports as columns, with the truth (days, areas) as counts."""

    truth: Array
    columns: dict[str, list[object]] = field(default_factory=dict)


def make(situation: Situation) -> Told:
    """A situation from its seed."""
    rng = np.random.default_rng(situation.seed)
    truth = np.stack(
        [_path(situation.shapes[at % len(situation.shapes)], situation, rng) for at in range(situation.areas)], axis=1
    )
    truth = np.round(np.exp(truth))
    rows = _originals(situation, truth, rng)
    rows += _copies(situation, rows, rng)
    order = rng.permutation(len(rows))
    names = ("id", "area", "day", "told", "source", "low", "high", "says", "roots")
    return Told(truth, {name: [rows[at][number] for at in order] for number, name in enumerate(names)})


Row = tuple[str, str, int, int, str, float, float, str, str]


def _path(shape: str, situation: Situation, rng: np.random.Generator) -> Array:
    """The log count of one area by day: a shape with a little drift, and jumps on top of it."""
    days = np.arange(situation.days)
    start = rng.normal(np.log(4_000), 0.8)
    drawn = _DRAWN[shape](days, situation, rng)
    steady = situation.drift if shape == "walk" else situation.drift / 4
    walk = np.cumsum(rng.normal(0, steady, situation.days))
    jumps = np.cumsum(np.where(rng.random(situation.days) < situation.jumps, rng.normal(0, 0.7, situation.days), 0.0))
    return np.clip(start + drawn + walk + (jumps if shape in ("walk", "steps") else 0.0), np.log(50), np.log(300_000))


def _ramp(days: Array, situation: Situation, rng: np.random.Generator) -> Array:
    begin, length = rng.uniform(0, situation.days * 0.7), rng.uniform(30, 150)
    return rng.uniform(0.5, 2.0) * np.clip((days - begin) / length, 0, 1)


def _withdrawal(days: Array, situation: Situation, rng: np.random.Generator) -> Array:
    begin, gone = sorted(rng.uniform(0, situation.days, 2))
    return rng.uniform(0.7, 2.0) * (np.clip((days - begin) / 40, 0, 1) - np.clip((days - gone) / 20, 0, 1))


def _steps(days: Array, situation: Situation, rng: np.random.Generator) -> Array:
    at = rng.uniform(0, situation.days, 4)
    return sum((np.where(days >= one, rng.normal(0, 0.5), 0.0) for one in at), np.zeros(days.size))


def _logistic(days: Array, situation: Situation, rng: np.random.Generator) -> Array:
    middle, width = rng.uniform(0.2, 0.8) * situation.days, rng.uniform(8, 30)
    return rng.uniform(0.8, 2.5) / (1 + np.exp(-(days - middle) / width))


def _walk(days: Array, situation: Situation, rng: np.random.Generator) -> Array:
    return np.zeros(days.size)


_DRAWN: dict[str, Callable[[Array, Situation, np.random.Generator], Array]] = {
    "walk": _walk, "ramp": _ramp, "steps": _steps, "withdrawal": _withdrawal, "logistic": _logistic,
}  # fmt: skip


def _originals(situation: Situation, truth: Array, rng: np.random.Generator) -> list[Row]:
    """What sources find themselves: an estimate with error and bias, told as a figure, a round one, a range or a bound."""
    spreads = situation.spread * np.exp(rng.uniform(-0.4, 0.4, situation.sources))
    biases = rng.normal(0, situation.bias, situation.sources)
    rows: list[Row] = []
    for day in range(situation.days):
        for area in np.flatnonzero(rng.random(situation.areas) < situation.a_day):
            source = int(rng.integers(situation.sources))
            name = f"R{len(rows):06d}"
            if rng.random() < situation.denials:
                rows.append((name, f"A{area:03d}", day, day, f"S{source:02d}", 0.0, 0.0, "denied", ""))
                continue
            error = rng.normal() if situation.tails == inf else rng.standard_t(situation.tails)
            value = np.log(truth[day, area]) + biases[source] + spreads[source] * error
            if rng.random() < situation.gross:
                value += rng.choice([-1, 1]) * rng.uniform(0.7, 2.0)
            low, high = _said(float(np.exp(value)), spreads[source], rng)
            rows.append((name, f"A{area:03d}", day, day, f"S{source:02d}", low, high, "count", ""))
    return rows


def _said(value: float, spread: float, rng: np.random.Generator) -> tuple[float, float]:
    """How an estimate is told."""
    way = rng.random()
    if way < 0.35:
        figure = _rounded(value, 3)
        return figure, figure
    if way < 0.7:
        figure = _rounded(value, 1 if rng.random() < 0.5 else 2)
        return 0.95 * figure, 1.05 * figure
    if way < 0.9:
        half = spread * rng.uniform(0.3, 1.0)
        return _rounded(value * np.exp(-half), 2), _rounded(value * np.exp(half), 2) + 1
    return _rounded(value * rng.uniform(0.85, 1.0), 2), inf


def _rounded(value: float, digits: int) -> float:
    unit = 10.0 ** (np.floor(np.log10(max(value, 1.0))) - digits + 1)
    return float(max(round(value / unit), 1) * unit)


def _copies(situation: Situation, rows: list[Row], rng: np.random.Generator) -> list[Row]:
    """Reports that repeat an original some days later, as news of that day or of the original's."""
    wanted = round(len(rows) * situation.copies / (1 - situation.copies))
    found: list[Row] = []
    # few originals are repeated often: a flashy report goes round
    fame = np.minimum(rng.pareto(1.5, len(rows)) + 0.05, 100.0)
    for at in rng.choice(len(rows), wanted, p=fame / fame.sum()):
        name, area, day, _, _, low, high, says, _ = rows[at]
        told = min(day + int(rng.integers(0, 5)), situation.days - 1)
        other = f"S{int(rng.integers(situation.sources)):02d}"
        roots = name if rng.random() < situation.declared else ""
        if low == high and low > 0 and rng.random() < 0.2:
            figure = _rounded(low, 2)
            low, high = 0.95 * figure, 1.05 * figure
        about = told if rng.random() < 0.5 else day
        found.append((f"K{len(found):06d}", area, about, told, other, low, high, says, roots))
    return found
