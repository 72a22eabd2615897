"""Measure: a step of a graduated plan: who owns it, what would call for it, and how far it has come by whose word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from consilience.model.period import Moment


class MeasureKind(Enum):
    """What a measure is, in the order in which a plan rises."""

    CONSULTATION = "consultation"
    WARNING = "warning"  # to the other side
    SANCTIONS = "sanctions"
    AID = "aid"
    POSTURE = "posture"


class MeasureState(Enum):
    """How far a measure has come, in order. What is announced is not done."""

    PLANNED = "planned"
    PROPOSED = "proposed"
    DECIDED = "decided"
    ANNOUNCED = "announced"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class TriggerKind(Enum):
    """What a trigger looks at."""

    LEVEL = "level"  # the warning level stands at a step or above
    FACT = "fact"  # a claim stands in a fact with a verdict
    STEP = "step"  # a step of a procedure stands in a state
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What would call for a measure. `name` is a level's word, a claim, `case/step` or a day; `value` a verdict or a state."""

    kind: TriggerKind
    name: str
    value: str = ""

    def __str__(self) -> str:
        """In words."""
        return {
            TriggerKind.LEVEL: f"the warning level stands at {self.name} or above",
            TriggerKind.FACT: f"the fact of {self.name} is {self.value}",
            TriggerKind.STEP: f"{self.name} is {self.value}",
            TriggerKind.DATE: f"{self.name} has come",
        }[self.kind]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a plan. A trigger proposes and decides nothing; one that is met is enough."""

    id: str
    title: str
    kind: MeasureKind
    owners: tuple[str, ...]
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class MeasureWord:
    """What an owner says of a measure: how far it has come, since when, why, and the page; no page means unconfirmed.

    `claims` are claims or reactions of the record that it rests on. Within a node it is an entry, signed by `by`.
    """

    id: str
    measure: str
    state: MeasureState
    owner: str
    at: Moment
    by: str
    reason: str
    claims: tuple[str, ...] = ()
    url: str = ""
