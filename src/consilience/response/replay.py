"""Replay: how each step of each case stands as of a time, from what was said by then and from the clocks of its procedure.

Late, silent and no report are said only where they are certain, whatever the hour that nobody told. Our own voice takes no
side: where one says that a step was taken and another that by a later hour it was not, the step is contested.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consilience.model.procedure import Clock, Occurrence, Procedure, State, Step, StepKind, Word
from consilience.model.window import Window, hull

_ALL = "all"
_TAKEN = (Word.DONE, Word.ABSENT)  # they tell when it was taken
_TIMELESS = {StepKind.REQUEST: State.REQUESTED, StepKind.ACTIVITY: State.STARTED}
_TIMED = {
    StepKind.REPLY: (State.ANSWERED, State.ANSWERED_UNTIMED, State.ANSWERED_LATE),
    StepKind.MEETING: (State.MET, State.MET_UNTIMED, State.MET_LATE),
    StepKind.NOTIFICATION: (State.NOTIFIED, State.NOTIFIED_UNTIMED, State.NOTIFIED_LATE),
}
TAKEN_STATES = frozenset(
    {*_TIMELESS.values(), *(state for states in _TIMED.values() for state in states), State.INADEQUATE, State.ABSENT,
     State.CONTESTED}
)  # fmt: skip
"""Somebody says that the step was taken."""
RUNNING_STATES = frozenset(
    {State.DUE, State.PERHAPS_OVERDUE, State.NO_REPORT, State.SILENT, State.OPEN, State.SUSPENDED}
)
"""It is asked for, and nobody says that it was taken."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one step stands: by whom and by when it is due, with what was said of it and why it stands so.

    `timing` is `in time`, `late`, `not certain`, or empty where the step is not taken or has no clock.
    """

    step: Step
    state: State
    by: tuple[str, ...]
    deadline: Window | None
    timing: str
    said: tuple[Occurrence, ...]
    reasons: tuple[str, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether a page is cited for what it rests on; a state that rests on nothing said needs none."""
        taken = [each for each in self.said if each.word in (*_TAKEN, Word.INADEQUATE)]
        return not taken or any(each.is_confirmed for each in taken)


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a procedure: who asks, who is asked, and how each of its steps stands."""

    id: str
    procedure: Procedure
    asking: tuple[str, ...]
    asked: tuple[str, ...]
    standings: tuple[Standing, ...]

    @property
    def now(self) -> Standing:
        """The last step that has come to anything: it heads the case. What may yet be asked for is nothing yet."""
        opened = [
            standing
            for standing in self.standings
            if standing.state is not State.NOT_OPENED
            and not (standing.state is State.OPEN and standing.step.kind is StepKind.REQUEST)
        ]
        return opened[-1] if opened else self.standings[0]

    def step(self, name: str) -> Standing:
        """How a step stands, by its name."""
        return next(standing for standing in self.standings if standing.step.name == name)


def replay(procedures: Sequence[Procedure], said: Sequence[Occurrence], now: datetime) -> tuple[Case, ...]:
    """The cases of which anything had been said by `now`, in order of when they began.

    An occurrence known to its day only is in from the end of that day.
    """
    known = [each for each in said if (each.reported_at.end if each.reported_at.is_day else each.reported_at.at) <= now]
    by_id = {procedure.id: procedure for procedure in procedures}
    keys = dict.fromkeys(
        (each.case, each.procedure) for each in sorted(known, key=lambda one: (one.when.earliest, one.id))
    )
    return tuple(
        _case(case, by_id[name], [each for each in known if (each.case, each.procedure) == (case, name)], now)
        for case, name in keys
    )


def _case(name: str, procedure: Procedure, known: list[Occurrence], now: datetime) -> Case:
    """One case from what had been said of it."""
    opening = procedure.steps[0].name
    first = [each for each in known if each.step == opening] or known
    actors = tuple(dict.fromkeys(code for each in first for code in each.actors))
    targets = tuple(dict.fromkeys(code for each in first for code in each.targets))
    # An activity is begun by the state whom the duties bind: it asks nobody.
    asking, asked = ((), actors) if procedure.steps[0].kind is StepKind.ACTIVITY else (actors, targets)
    bench = _Bench(known, asking, asked, now)
    standings: dict[str, Standing] = {}
    for step in procedure.steps:
        standings[step.name] = bench.stand(step, standings)
    return Case(name, procedure, asking, asked, tuple(standings.values()))


@dataclass(frozen=True, slots=True)
class _Bench:
    """What is known of one case, and the instant at which it is judged."""

    known: list[Occurrence]
    asking: tuple[str, ...]
    asked: tuple[str, ...]
    now: datetime

    def stand(self, step: Step, before: Mapping[str, Standing]) -> Standing:
        """How one step stands, after those before it."""
        said = tuple(each for each in self.known if each.step == step.name)
        deadline = self._deadline(step.clock)
        taken = any(each.word in (*_TAKEN, Word.INADEQUATE) for each in said)
        if taken:
            state, timing, why = _judge_taken(step, said, deadline)
        else:
            state, timing, why = self._judge_open(step, said, deadline, self._is_opened(step.clock, before))
        clock = [f"due {step.clock}: {deadline}"] if step.clock and deadline else []
        also = [f"also said: {source(each)}" for each in said if source(each) not in why]
        return Standing(step, state, self._by(step), deadline, timing, said, (*clock, why, *also))

    def _by(self, step: Step) -> tuple[str, ...]:
        """Who takes the step; empty for all participating states."""
        either = tuple(dict.fromkeys((*self.asking, *self.asked)))
        return {"asking": self.asking, "asked": self.asked, "both": either, "either": either}.get(step.who, ())

    def _start(self, name: str) -> Window | None:
        """When the step from which a clock counts was taken, as early and as late as anybody says; else when it is to be."""
        own = [each for each in self.known if each.step == name]
        for words in (_TAKEN, (Word.ANNOUNCED,)):
            windows = [each.when for each in own if each.word in words]
            if windows:
                return hull(windows)
        return None

    def _deadline(self, clock: Clock | None) -> Window | None:
        """The last instant in time, as early and as late as it can be."""
        start = self._start(clock.counted_from) if clock else None
        return clock.deadline(start) if clock and start else None

    def _is_opened(self, clock: Clock | None, before: Mapping[str, Standing]) -> bool:
        """Whether a step may be taken by now: the one before it was taken, or its time ran out without it."""
        if clock is None:
            return False
        ran_out = before[clock.counted_from].state in (State.SILENT, State.NO_REPORT, State.REFUSED)
        return self._start(clock.counted_from) is not None or (ran_out and clock.within_hours is None)

    def _judge_open(
        self, step: Step, said: Sequence[Occurrence], deadline: Window | None, opened: bool
    ) -> tuple[State, str, str]:
        """The state of a step that nobody says was taken."""
        turns = [
            each for each in self.known if each.word in (Word.SUSPENDED, Word.RESUMED) and each.step in ("", step.name)
        ]
        last = max(turns, key=lambda each: (each.when.latest, each.id), default=None)
        # One state that will not come takes nothing from a step that is for all of them.
        refusals = [each for each in said if each.word is Word.REFUSED and step.who != _ALL]
        if last is not None and last.word is Word.SUSPENDED and (opened or last.step):
            return State.SUSPENDED, "", f"suspended: {source(last)}"
        if refusals:
            return State.REFUSED, "", f"refused: {source(refusals[-1])}"
        announced = [each for each in said if each.word is Word.ANNOUNCED]
        if step.clock is None and announced:
            return State.ANNOUNCED, "", f"announced: {source(announced[-1])}"
        if not opened or step.clock is None:
            return (
                State.NOT_OPENED,
                "",
                "nobody is said to have taken it" if step.clock is None else _unopened(step.clock),
            )
        if deadline is None:
            return State.OPEN, "", "nobody is said to have taken it, and no time is set"
        return _judge_clock(said, deadline, self.now)


def _unopened(clock: Clock) -> str:
    """Why a clock does not run."""
    return f"the {clock.counted_from.replace('-', ' ')}, from which it is counted, is not said to have taken place"


def _judge_clock(said: Sequence[Occurrence], deadline: Window, now: datetime) -> tuple[State, str, str]:
    """Where the clock stands, and whether anybody says that nothing came."""
    if now <= deadline.earliest:
        return State.DUE, "", "the time has not run out"
    if now <= deadline.latest:
        return State.PERHAPS_OVERDUE, "", "whether the time has run out depends on an hour that nobody told"
    # Said before the time has run out for certain, "nothing has come" means so far.
    silence = [each for each in said if each.word is Word.NOT_DONE and each.when.latest >= deadline.latest]
    if silence:
        return State.SILENT, "", f"the time has run out, and nothing had come: {source(silence[-1])}"
    return State.NO_REPORT, "", "the time has run out, and nobody at hand says whether anything came"


def _judge_taken(step: Step, said: Sequence[Occurrence], deadline: Window | None) -> tuple[State, str, str]:
    """The state of a step that somebody says was taken."""
    taken = [each for each in said if each.word in _TAKEN]
    timing = _timing(step, taken, deadline)
    for one in taken:
        for other in said:
            if other.word is Word.NOT_DONE and one.when.is_by(other.when):
                return State.CONTESTED, timing, f"taken: {source(one)}; not taken by then: {source(other)}"
    for word, state in ((Word.INADEQUATE, State.INADEQUATE), (Word.ABSENT, State.ABSENT)):
        found = [each for each in said if each.word is word]
        if found:
            return state, timing, f"{source(found[-1])}"
    why = "; ".join(source(each) for each in taken)
    if step.kind in _TIMELESS:
        return _TIMELESS[step.kind], timing, why
    in_time, untimed, late = _TIMED[step.kind]
    return {"late": late, "not certain": untimed}.get(timing, in_time), timing, why


def _timing(step: Step, taken: Sequence[Occurrence], deadline: Window | None) -> str:
    """Whether it was taken in time: said only where it is so at every hour that the days allow, by everybody's word."""
    clock = step.clock
    if clock is None or (clock.within_hours is None and clock.days_before is None):
        return ""
    if deadline is None or not taken:
        return "not certain"
    if all(each.when.is_after(deadline) for each in taken):
        return "late"
    return "in time" if all(each.when.is_by(deadline) for each in taken) else "not certain"


def source(said: Occurrence) -> str:
    """`Ukraine asked … (PE08, Interfax-Ukraine)`, `… (PE22, unconfirmed: no source at hand)`."""
    who = f"{said.id}, {said.stated_by}" if said.is_confirmed else f"{said.id}, unconfirmed: no source at hand"
    return f"{said.text.rstrip('.')} ({who})"
