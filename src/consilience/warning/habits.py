"""Habits: how each source errs, how often it copies, and how strengths move. Learned, or as assumed before any report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from consilience.warning.grid import Array

REACHES = (0.08, 0.25, 0.8, 3.0)
"""How far to either side, in log count, a step of each kind is spread."""
STAY, ANEW, VANISH = 0, len(REACHES) + 1, len(REACHES) + 2
"""In `moves`: no step; a step to anywhere; a step to "none". Steps by reach stand between the first two."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is assumed before any report, with the number of reports that each assumption is worth."""

    spread: float = 0.18
    spread_worth: float = 6.0
    bias_spread: float = 0.10
    bias_worth: float = 4.0  # sources
    gross: float = 0.06
    gross_worth: float = 20.0
    copying: float = 0.15
    copying_worth: float = 15.0
    persistence: float = 0.5
    persistence_worth: float = 60.0
    moves: tuple[float, ...] = (0.85, 0.12, 0.02, 0.006, 0.002, 0.001, 0.001)
    moves_worth: float = 200.0  # days of one area
    appears: float = 0.005


ASSUMED = Prior()


@dataclass(frozen=True)
class Habits:
    """How sources err and strengths move.

    Of each source, by index: `spread` and `bias` of its error in log count, how `unsure` the bias is (a standard
    deviation), the chance of a `gross` error and of `copying`. `moves` are the chances of the kinds of step a day (no
    step, by reach, anew, to none), `appears` that of the step from none. `persistence` is how much of an error a
    source's next report of the same area has in common with it. `common` is the spread of the error that all sources
    may share, which their reports cannot show: what is published is wider by it.
    """

    sources: tuple[str, ...]
    spread: Array
    bias: Array
    unsure: Array
    gross: Array
    copying: Array
    moves: Array
    appears: float
    persistence: float
    common: float

    @classmethod
    def assumed(cls, sources: Sequence[str], prior: Prior = ASSUMED) -> Habits:
        """The same for every source, before anything is learned."""
        size = len(sources)
        moves = np.array(prior.moves)
        return cls(
            tuple(sources),
            np.full(size, prior.spread),
            np.zeros(size),
            np.full(size, prior.bias_spread),
            np.full(size, prior.gross),
            np.full(size, prior.copying),
            moves / moves.sum(),
            prior.appears,
            prior.persistence,
            prior.bias_spread / max(size, 1) ** 0.5,
        )

    def of(self, sources: Sequence[str], prior: Prior = ASSUMED) -> Habits:
        """The same habits with these sources in this order; one that was not met before is as assumed of any."""
        place = {name: at for at, name in enumerate(self.sources)}
        at = np.array([place.get(name, -1) for name in sources], dtype=np.int64)

        def column(values: Array, assumed: float) -> Array:
            return np.append(values, assumed)[at]

        return replace(
            self,
            sources=tuple(sources),
            spread=column(self.spread, prior.spread),
            bias=column(self.bias, 0.0),
            unsure=column(self.unsure, prior.bias_spread),
            gross=column(self.gross, prior.gross),
            copying=column(self.copying, prior.copying),
        )
