"""Shapes: what a pooling rule loses to the better of mean and median, over crowds of many kinds drawn at random; seeded.

Nothing is fitted to them. Truth is a probability row, and a rule's Brier score is taken in expectation over what comes true, so
that rules differ by what they do and not by luck.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consilience.conclusions import rules

Answers = NDArray[np.float64]
"""Questions by people by hypotheses."""

_SEED = 20220224
_CROWDS = 60  # of each kind
_QUESTIONS = 60
_BAR = 0.002
_FLOOR = 0.003


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of crowd: from how many people to how many, into how many hypotheses; `ordered` ones are bins of one quantity.

    `shared` is the most that all are misled by together, in log odds; `odd` the most that are turned, sure or guess.
    """

    name: str
    people: tuple[int, int]
    hypotheses: int
    shared: float
    odd: float
    ordered: bool = False
    rare: bool = False


SHAPES = (
    Shape("professional, 3 to 10, yes or no", (3, 10), 2, 0.8, 0.05),
    Shape("professional, 3 to 10, three answers", (3, 10), 3, 0.8, 0.05),
    Shape("professional, 20 to 50, yes or no, seldom true", (20, 50), 2, 0.8, 0.05, rare=True),
    Shape("professional, 20 to 50, ten bins", (20, 50), 10, 0.8, 0.05, ordered=True),
    Shape("public, 30 to 120, yes or no", (30, 120), 2, 0.8, 0.25),
    Shape("public, 30 to 120, three answers", (30, 120), 3, 0.8, 0.25),
    Shape("public, 30 to 120, yes or no, seldom true", (30, 120), 2, 0.8, 0.25, rare=True),
    Shape("misled as a whole, 3 to 120, yes or no", (3, 120), 2, 2.0, 0.1),
)


def middle(rows: rules.Matrix) -> rules.Row:
    """Half mean, half median."""
    return (rules.mean(rows) + rules.median(rows)) / 2


def cut(rows: rules.Matrix, share: float) -> rules.Row:
    """The trimmed mean that leaves out a share of all answers at each end, however few they are."""
    found = rules.without(rows, share * rows.shape[0])
    return np.asarray(found / found.sum() if found.sum() > 0 else np.full(found.size, 1 / found.size), dtype=np.float64)


def pairs(rows: rules.Matrix) -> rules.Row:
    """Hodges and Lehmann: the median of the means of all pairs."""
    upper = np.triu_indices(rows.shape[0])
    found = np.median((rows[upper[0]] + rows[upper[1]]) / 2, axis=0)
    return np.asarray(found / found.sum() if found.sum() > 0 else np.full(found.size, 1 / found.size), dtype=np.float64)


RULES: dict[str, Callable[[rules.Matrix], rules.Row]] = {
    "mean": rules.mean,
    "median": rules.median,
    "trimmed": rules.trimmed,
    "10 %": lambda rows: cut(rows, 0.1),
    "20 %": lambda rows: cut(rows, 0.2),
    "30 %": lambda rows: cut(rows, 0.3),
    "half and half": middle,
    "pairs": pairs,
    "log": rules.log_pool,
}


def measure() -> list[str]:
    """Table rows: of each shape and rule how much it loses at the mean, at worst, and in how many crowds more than the bar."""
    lines = [f"| crowds | {' | '.join(RULES)} |", "|---" * (len(RULES) + 1) + "|"]
    for at, shape in enumerate(SHAPES):
        lost = _losses(shape, np.random.default_rng(_SEED + at))
        cells = (f"{v.mean():.4f}, {v.max():.4f}, {(v > _BAR).mean():.0%}" for v in lost.values())
        lines.append(f"| {shape.name} | {' | '.join(cells)} |")
    return lines


def _losses(shape: Shape, chance: np.random.Generator) -> dict[str, Answers]:
    """By rule, what it loses in each crowd to the better of mean and median."""
    found: dict[str, list[float]] = {name: [] for name in RULES}
    for _ in range(_CROWDS):
        truth, said = _crowd(shape, chance)
        errors = {
            name: float(np.mean([_error(rule(rows), row) for rows, row in zip(said, truth, strict=True)]))
            for name, rule in RULES.items()
        }
        best = min(errors["mean"], errors["median"])
        for name, error in errors.items():
            found[name].append(error - best)
    return {name: np.array(each) for name, each in found.items()}


def _error(row: rules.Row, truth: rules.Row) -> float:
    """What the pool adds to the expected Brier score (half the sum) of the truth itself."""
    return float(((row - truth) ** 2).sum() / 2)


def _crowd(shape: Shape, chance: np.random.Generator) -> tuple[Answers, Answers]:
    """One crowd: what is true of its questions, and their answers."""
    count = int(chance.integers(shape.people[0], shape.people[1] + 1))
    slope, shared = chance.uniform(0.5, 1.3), chance.uniform(0, shape.shared)
    noise, odd = chance.uniform(0.2, 1.3), chance.uniform(0, shape.odd)
    truth = _truth(shape, chance)
    centre = np.log(truth) * slope
    errors = _noise(shape, chance, (_QUESTIONS, 1), shared) + _noise(shape, chance, (_QUESTIONS, count), noise)
    said = np.exp(centre[:, np.newaxis, :] + errors)
    said /= said.sum(axis=2, keepdims=True)
    said = _oddly(said, odd, chance)
    rounded = chance.uniform(size=said.shape[:2]) < 0.6
    said = np.where(rounded[..., np.newaxis], np.round(said * 20) / 20, np.round(said, 2))
    said = np.where(said.sum(axis=2, keepdims=True) > 0, said, 1.0)
    return truth, said / said.sum(axis=2, keepdims=True)


def _truth(shape: Shape, chance: np.random.Generator) -> Answers:
    """Probability rows of the questions; of seldom true ones the first hypothesis is small, of bins they have one hump."""
    if shape.ordered:
        bins = np.arange(shape.hypotheses)
        at = chance.uniform(0, shape.hypotheses - 1, (_QUESTIONS, 1))
        wide = chance.uniform(0.6, 2.5, (_QUESTIONS, 1))
        raw = np.exp(-(((bins - at) / wide) ** 2) / 2)
    elif shape.rare:
        yes = chance.beta(0.6, 3.5, (_QUESTIONS, 1))
        raw = np.concatenate([yes, 1 - yes], axis=1)
    else:
        raw = chance.gamma(0.8, size=(_QUESTIONS, shape.hypotheses))
    raw = np.maximum(raw / raw.sum(axis=1, keepdims=True), _FLOOR)
    return np.asarray(raw / raw.sum(axis=1, keepdims=True), dtype=np.float64)


def _noise(shape: Shape, chance: np.random.Generator, size: tuple[int, int], scale: float) -> Answers:
    """Errors in logarithms; of ordered bins a shift to one side, since who errs there errs in one direction."""
    if shape.ordered:
        bins = np.arange(shape.hypotheses) - (shape.hypotheses - 1) / 2
        return np.asarray(scale * chance.normal(size=(*size, 1)) * bins * 0.7)
    return np.asarray(scale * chance.normal(size=(*size, shape.hypotheses)))


def _oddly(said: Answers, odd: float, chance: np.random.Generator) -> Answers:
    """Some misread the question, some are sure, some guess, some say that all are alike: a quarter of the odd each."""
    kind = chance.uniform(size=said.shape[:2])[..., np.newaxis]
    sure = (said == said.max(axis=2, keepdims=True)).astype(np.float64)
    guess = chance.dirichlet(np.ones(said.shape[2]), size=said.shape[:2])
    changed = (said[..., ::-1], sure, guess, np.full_like(said, 1 / said.shape[2]))
    for at, other in enumerate(changed):
        said = np.where((kind >= odd * at / 4) & (kind < odd * (at + 1) / 4), other, said)
    return said
