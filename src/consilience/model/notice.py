"""Notice: entries about the level of warning: that it changed, that somebody has seen so, and an analyst's word on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

STEPS = range(1, 6)
"""The steps of the level, as numbers: routine, attention, watch, alert, warning."""


@dataclass(frozen=True, slots=True)
class LevelChange:
    """The level of what is watched for went from one step to another, as the node reckoned on a day, and why.

    `watched` is the hypothesis. `causes` name indicators and partners and quote no claim, so that an erasure finds nothing
    here. `rests_on` are the fewest hands without whom it would lie lower. Held by the node alone.
    """

    watched: str
    day: date
    before: int
    step: int
    causes: tuple[str, ...]
    rests_on: tuple[str, ...] = ()

    @property
    def is_rise(self) -> bool:
        """Whether the level rose."""
        return self.step > self.before


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """That somebody has seen a change of level, by its digest. Held by the node alone."""

    object: str
    by: str


@dataclass(frozen=True, slots=True)
class LevelWord:
    """An analyst's word: the level of what is watched for is this step from that day on, and why. Held by the node alone."""

    watched: str
    day: date
    step: int
    reason: str
    by: str


NoticeEntry = LevelChange | Acknowledgement | LevelWord
"""What an entry about the level says."""
