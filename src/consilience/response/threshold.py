"""Threshold: which duties a strength calls for, and which declared figures lie just below one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from consilience.model.procedure import Occurrence, Procedure, Threshold, Word

Exceeds = Callable[[date, str, float], float | None]
"""P(strength >= amount) on a day, by (day, unit, amount); None where nobody has estimated it. Estimating is not ours."""


@dataclass(frozen=True, slots=True)
class Duty:
    """How probable it is that a procedure's threshold is reached on a day; None where nobody has estimated it."""

    procedure: Procedure
    threshold: Threshold
    day: date
    probability: float | None


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declared figure against a threshold of its unit: reached, or below it, and if below whether just below."""

    said: Occurrence
    amount: float
    procedure: Procedure
    threshold: Threshold

    @property
    def is_reached(self) -> bool:
        """Whether the figure calls for the duty."""
        return self.amount >= self.threshold.amount

    @property
    def is_just_below(self) -> bool:
        """Whether it lies below by no more than the share that the definition points out. No sign of anything by itself."""
        return not self.is_reached and self.amount >= self.threshold.amount * (1 - self.threshold.near)


def duties(procedures: Sequence[Procedure], day: date, exceeds: Exceeds) -> tuple[Duty, ...]:
    """Every threshold with the probability that the strength reaches it on a day.

    Raises:
        ValueError: for an answer that is no probability.
    """
    found = []
    for procedure in procedures:
        for threshold in procedure.thresholds:
            probability = exceeds(day, threshold.unit, threshold.amount)
            if probability is not None and not 0 <= probability <= 1:
                raise ValueError(f"a probability of {probability} for {threshold.amount:g} {threshold.unit} on {day}")
            found.append(Duty(procedure, threshold, day, probability))
    return tuple(found)


def tabled(table: Mapping[tuple[date, str, float], float]) -> Exceeds:
    """A table of (day, unit, amount) as what `duties` asks; what it lacks nobody has estimated."""
    return lambda day, unit, amount: table.get((day, unit, amount))


def declarations(procedures: Sequence[Procedure], said: Sequence[Occurrence], now: datetime) -> tuple[Declaration, ...]:
    """Every figure declared by `now` against every threshold of its unit."""
    return tuple(
        Declaration(each, each.amount, procedure, threshold)
        for each in said
        if each.word is Word.DECLARED and each.amount is not None and each.reported_at.end <= now
        for procedure in procedures
        for threshold in procedure.thresholds
        if threshold.unit == each.unit
    )
