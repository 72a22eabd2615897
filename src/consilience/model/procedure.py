"""Procedure: steps that an accord sets, each with who takes it and by which clock; what happened; and the states of a step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from consilience.model.period import Moment
from consilience.model.window import Window


class StepKind(Enum):
    """What a step is; what its being done is called follows from it."""

    REQUEST = "request"
    REPLY = "reply"
    MEETING = "meeting"
    ACTIVITY = "activity"
    NOTIFICATION = "notification"


class Word(Enum):
    """What somebody says of a step."""

    DONE = "done"
    NOT_DONE = "not done"  # by when it was said, nothing had come or nobody had met
    INADEQUATE = "inadequate"  # it was done, and who asked finds it insufficient
    ABSENT = "absent"  # it was held, and the state that was asked stayed away
    REFUSED = "refused"
    ANNOUNCED = "announced"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    DECLARED = "declared"  # a figure that a notification gives


class State(Enum):
    """How a step stands as of a time. No two are ever taken together."""

    NOT_OPENED = "not opened"  # what starts its clock has not happened
    ANNOUNCED = "announced"
    DUE = "due"
    PERHAPS_OVERDUE = "perhaps overdue"  # whether the time has run out depends on an hour that nobody told
    NO_REPORT = "no report"  # the time has run out for certain, and nobody said whether anything came
    SILENT = "silent"  # the time has run out for certain, and somebody says that nothing came
    OPEN = "open"  # asked for, and no clock sets a time
    REFUSED = "refused"
    SUSPENDED = "suspended"
    REQUESTED = "requested"
    STARTED = "started"
    ANSWERED = "answered"  # in time for certain
    ANSWERED_UNTIMED = "answered, in time or late"
    ANSWERED_LATE = "answered late"
    INADEQUATE = "inadequate"
    MET = "met"
    MET_UNTIMED = "met, in time or late"
    MET_LATE = "met late"
    ABSENT = "met, the asked state absent"
    NOTIFIED = "notified"
    NOTIFIED_UNTIMED = "notified, in time or late"
    NOTIFIED_LATE = "notified late"
    CONTESTED = "contested"  # one says that it was done, another that it was not


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Where the text has a step; `url` is the page that confirms the number, empty when none does."""

    number: str
    url: str

    def __str__(self) -> str:
        """`paragraph 16.3`, `paragraph 16.1.2 (number not confirmed by a source)`."""
        if not self.number:
            return ""
        return f"paragraph {self.number}" + ("" if self.url else " (number not confirmed by a source)")


@dataclass(frozen=True, slots=True)
class Clock:
    """When a step is due: within so many hours after, or so many days before, the step that it is counted from."""

    counted_from: str
    within_hours: float | None = None
    days_before: int | None = None

    def deadline(self, start: Window) -> Window | None:
        """The last instant in time, as early and as late as what starts the clock allows; None where no time is set."""
        if self.within_hours is not None:
            return start.hours_later(self.within_hours)
        return None if self.days_before is None else start.days_later(-self.days_before)

    def __str__(self) -> str:
        """`within 48 hours of the request`."""
        if self.within_hours is not None:
            return f"within {self.within_hours:g} hours of the {self.counted_from.replace('-', ' ')}"
        if self.days_before is not None:
            return f"at least {self.days_before} days before the {self.counted_from.replace('-', ' ')}"
        return f"after the {self.counted_from.replace('-', ' ')}, with no time set"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who takes it (`asking`, `asked`, `both`), what it asks for, and its clock (None for one that begins)."""

    name: str
    kind: StepKind
    who: str
    says: str
    clock: Clock | None
    paragraph: Paragraph


@dataclass(frozen=True, slots=True)
class Threshold:
    """From how much on a duty holds; a declaration within `near` of it (a share) is pointed out. `url` confirms it."""

    amount: float
    unit: str
    near: float
    url: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """The definition: readable, cited, and the same for every case."""

    id: str
    title: str
    accord: str
    source: str
    steps: tuple[Step, ...]
    thresholds: tuple[Threshold, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What somebody says happened in a case: which step, what of it, when it happened, and when it was said.

    An empty `step` is about the whole case. `amount` and `unit` are the figure of a declaration. Without a `url` it
    is unconfirmed.
    """

    id: str
    case: str
    procedure: str
    step: str
    word: Word
    actors: tuple[str, ...]
    targets: tuple[str, ...]
    when: Window
    reported_at: Moment
    stated_by: str
    text: str
    url: str
    amount: float | None = None
    unit: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Whether a page is cited for it."""
        return bool(self.url)
