"""Measures: how far each measure of a plan has come as of a time, and which triggers call for one that nobody has decided.

A trigger proposes and decides nothing. A measure has come only as far as the last word of the owner who is least far: what one
announced is not done, and what one did is not what all did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from consilience.model.fact import Fact
from consilience.model.measure import Measure, MeasureState, MeasureWord, Trigger, TriggerKind
from consilience.response.replay import Case
from consilience.warning.level import Step

_FAR = {state: number for number, state in enumerate(MeasureState)}
_OPEN = (
    MeasureState.PLANNED,
    MeasureState.PROPOSED,
    MeasureState.WITHDRAWN,
)  # nobody has decided: a proposal decides nothing

Reaches = Callable[[str], bool | None]
"""Whether the warning level stands at a step, by its word, or above; None where nobody has reckoned it. Reckoning it is not ours."""


def by_level(step: Step | None) -> Reaches:
    """Whether a step is reached, where the level stands at `step`; None where nobody has reckoned it."""
    words = {each.word: each for each in Step}
    return lambda name: None if step is None else step >= words[name]


@dataclass(frozen=True, slots=True)
class Situation:
    """What triggers are held against, as of `now`."""

    now: datetime
    facts: Sequence[Fact]
    cases: Sequence[Case]
    reaches: Reaches = lambda step: None


@dataclass(frozen=True, slots=True)
class Called:
    """A trigger, whether it is met (None where nobody can say), and why."""

    trigger: Trigger
    is_met: bool | None
    because: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A measure as of a time: its state, the last word of each owner (None where it has said nothing), all words, its triggers."""

    measure: Measure
    state: MeasureState
    owners: tuple[tuple[str, MeasureWord | None], ...]
    words: tuple[MeasureWord, ...]
    triggers: tuple[Called, ...]

    @property
    def is_called_for(self) -> bool:
        """Whether a trigger is met and nobody has decided, be it proposed or not: somebody has to decide."""
        return self.state in _OPEN and any(each.is_met for each in self.triggers)

    @property
    def says(self) -> str:
        """`announced: done by GBR; announced by EST, LVA`."""
        by: dict[str, list[str]] = {}
        for owner, word in self.owners:
            by.setdefault(word.state.value if word else "nothing said", []).append(owner)
        return "; ".join(f"{state} by {', '.join(owners)}" for state, owners in by.items())


def progress(plan: Iterable[Measure], words: Iterable[MeasureWord], situation: Situation) -> tuple[Progress, ...]:
    """Every measure of a plan, in its order, from what was said by then. A word known to its day is in from its end."""
    told = [(each.at.end if each.at.is_day else each.at.at, each.id, each) for each in words]
    known = [each for at, _, each in sorted(told, key=lambda one: one[:2]) if at <= situation.now]
    return tuple(_progress(each, [word for word in known if word.measure == each.id], situation) for each in plan)


def _progress(measure: Measure, words: Sequence[MeasureWord], situation: Situation) -> Progress:
    """One measure."""
    last = {word.owner: word for word in words}
    owners = tuple((owner, last.get(owner)) for owner in measure.owners)
    standing = [word.state if word else MeasureState.PLANNED for _, word in owners]
    # Withdrawn is behind planned: an owner who took it back holds it up, unless all did.
    if all(state is MeasureState.WITHDRAWN for state in standing):
        state = MeasureState.WITHDRAWN
    else:
        state = min(
            (MeasureState.PLANNED if each is MeasureState.WITHDRAWN else each for each in standing),
            key=_FAR.__getitem__,
        )
    return Progress(measure, state, owners, tuple(words), tuple(_called(each, situation) for each in measure.triggers))


def _called(trigger: Trigger, situation: Situation) -> Called:
    """Whether a trigger is met."""
    match trigger.kind:
        case TriggerKind.LEVEL:
            reached = situation.reaches(trigger.name)
            return Called(trigger, reached, "nobody has reckoned the level" if reached is None else "as it is reckoned")
        case TriggerKind.DATE:
            return Called(
                trigger, situation.now.date() >= date.fromisoformat(trigger.name), f"it is {situation.now.date()}"
            )
        case TriggerKind.STEP:
            return _step(trigger, situation.cases)
        case TriggerKind.FACT:
            return _fact(trigger, situation.facts)


def _step(trigger: Trigger, cases: Sequence[Case]) -> Called:
    """A step of a case by its state."""
    name, _, step = trigger.name.rpartition("/")
    standing = next((one for case in cases if case.id == name for one in case.standings if one.step.name == step), None)
    if standing is None:
        return Called(trigger, None, "no such step was opened by then")
    return Called(trigger, standing.state.value == trigger.value, f"it stands at {standing.state.value}")


def _fact(trigger: Trigger, facts: Sequence[Fact]) -> Called:
    """The fact in which a claim counts, by its verdict."""
    fact = next((each for each in facts for holding in each.holdings if str(holding.claim.id) == trigger.name), None)
    if fact is None:
        return Called(trigger, None, "no such claim was told by then")
    return Called(trigger, fact.finding.verdict.value == trigger.value, f"{fact.title}: {fact.finding.verdict.value}")
