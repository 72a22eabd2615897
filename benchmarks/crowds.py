"""Crowds: simulated panels with the faults that professional and public forecasters are known for; seeded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_SEED = 20220224
_QUESTIONS = 1_500


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a crowd is like. Log odds of an answer: `slope` times true log odds + a bias all share + one's own noise.

    `guess` answer at random, `even` say 50 %, `turned` misread the question, `sure` say 0 or 1; most round to 5 %.
    `rare` questions seldom come true. `missing` is the share of questions that one does not answer.
    """

    name: str
    size: int
    slope: float
    bias: float
    noise: float
    guess: float = 0.0
    even: float = 0.0
    turned: float = 0.0
    sure: float = 0.0
    missing: float = 0.2
    rare: bool = False


_CROWDS = (
    Crowd("simulated, professional", 35, 0.9, 0.5, 0.6, sure=0.05, rare=True),
    Crowd("simulated, professional, too sure", 35, 1.2, 0.8, 0.6, sure=0.1),
    Crowd("simulated, professional, timid", 35, 0.6, 0.4, 0.6),
    Crowd("simulated, public", 60, 0.7, 0.5, 1.2, guess=0.08, even=0.1, turned=0.03, sure=0.12),
    Crowd("simulated, public, rare events", 60, 0.7, 0.5, 1.2, guess=0.08, even=0.1, turned=0.03, sure=0.12, rare=True),
    Crowd("simulated, public, misled", 60, 0.8, 1.4, 1.0, guess=0.08, even=0.1, sure=0.2),
)


def crowds() -> Iterator[tuple[str, list[dict[str, object]], dict[str, float]]]:
    """Each crowd as forecasts with their outcomes."""
    for at, crowd in enumerate(_CROWDS):
        yield crowd.name, *_answers(crowd, np.random.default_rng(_SEED + at))


def _answers(crowd: Crowd, chance: np.random.Generator) -> tuple[list[dict[str, object]], dict[str, float]]:
    """Answers of one crowd and what came true."""
    shape = (_QUESTIONS, crowd.size)
    truth = np.clip(
        chance.beta(0.6, 3.5, _QUESTIONS) if crowd.rare else chance.beta(0.8, 0.8, _QUESTIONS), 0.003, 0.997
    )
    came_true = chance.uniform(size=_QUESTIONS) < truth
    centre = crowd.slope * np.log(truth / (1 - truth)) + crowd.bias * chance.normal(size=_QUESTIONS)
    spread = crowd.noise * np.exp(0.5 * chance.normal(size=crowd.size))
    said = 1 / (1 + np.exp(-(centre[:, np.newaxis] + spread * chance.normal(size=shape))))
    said = np.where(chance.uniform(size=shape) < crowd.turned, 1 - said, said)
    said = np.where(chance.uniform(size=shape) < crowd.guess, chance.uniform(size=shape), said)
    said = np.where(chance.uniform(size=shape) < crowd.even, 0.5, said)
    said = np.round(np.where(chance.uniform(size=shape) < 0.6, np.round(said * 20) / 20, said), 2)
    said = np.where(chance.uniform(size=shape) < crowd.sure, np.round(said), said)
    kept = chance.uniform(size=shape) >= crowd.missing
    rows: list[dict[str, object]] = [
        {"question": f"q{at}", "forecaster": f"f{who}", "probability": float(said[at, who])}
        for at, who in zip(*np.nonzero(kept), strict=True)
    ]
    return rows, {f"q{at}": float(hit) for at, hit in enumerate(came_true)}
