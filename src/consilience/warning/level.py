"""Level: the five named steps of warning, what each says to who must act, and why the level is where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from consilience.warning.sighting import Sighting


class Step(IntEnum):
    """The level, from 1 to 5; its word and its meaning."""

    ROUTINE = 1
    ATTENTION = 2
    WATCH = 3
    ALERT = 4
    WARNING = 5

    @property
    def word(self) -> str:
        """As it is said: `watch`."""
        return self.name.lower()

    @property
    def means(self) -> str:
        """What it says, in a sentence."""
        return _MEANS[self]


_MEANS = {
    Step.ROUTINE: "nothing out of the usual was seen where somebody looked",
    Step.ATTENTION: "something out of the usual was seen; one hand may stand behind it",
    Step.WATCH: "the means are being assembled, or means and intent are both seen",
    Step.ALERT: "means and intent are seen; leave out any one partner, and it is still a watch",
    Step.WARNING: "means, intent and late preparations are seen; leave out any two partners, and it is still a watch",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for a level: an indicator with the sightings that count, or a rule that holds the level."""

    says: str
    indicator: str = ""
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """An analyst's word: from `day` on the level is `step`, and what was told until then raises it no more."""

    day: date
    step: Step
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Level:
    """The level on a day.

    `supported` is what the evidence of the day itself amounts to, `held` whether the level stands above that because nothing
    lowered it yet. `rests_on` are the fewest hands without whom it would lie lower: whose word it is.
    """

    day: date
    step: Step
    supported: Step
    held: bool
    rests_on: tuple[str, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the history: from which step to which, on which day, and why."""

    day: date
    before: Step
    level: Level
    why: tuple[Cause, ...]

    @property
    def is_rise(self) -> bool:
        """Whether the level rose."""
        return self.level.step > self.before
