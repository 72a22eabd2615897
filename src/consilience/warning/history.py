"""History: the level of every day, each from what was known by then, and the changes with their causes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations

from consilience.errors import UsageError
from consilience.model.indicator import Bent, Reaching, Status
from consilience.warning.board import board, sightings, spoken
from consilience.warning.dossier import Dossier, Known
from consilience.warning.level import Cause, Change, Level, Step, Word
from consilience.warning.looking import Speaks, independent, is_fresh
from consilience.warning.rule import Seen, gathered, rests_on, worth
from consilience.warning.sighting import Board, Sighting

Said = Mapping[str, Sequence[Sighting]]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a level stands without what raised it: a step for every `hold_days` on which somebody looked.

    A day counts as looked at when two partners, on roots of their own, spoke of the means within `look_days`.
    """

    hold_days: int = 14
    look_days: int = 30


@dataclass(frozen=True)
class History:
    """Every day's level from the first on which something was known; the changes; what is said as of the last day."""

    dossier: Dossier
    levels: tuple[Level, ...]
    changes: tuple[Change, ...]
    said: Said

    @cached_property
    def board(self) -> Board:
        """The board of the last day."""
        return board(self.dossier, self.said, self.last.day)

    @property
    def last(self) -> Level:
        """The level of the last day."""
        return self.levels[-1]

    def on(self, when: date) -> Level:
        """The level of a day.

        Raises:
            UsageError: for a day outside the history.
        """
        at = (when - self.levels[0].day).days
        if not 0 <= at < len(self.levels):
            span = f"{self.levels[0].day} to {self.last.day}"
            raise UsageError(f"day {when}", "outside the history", span)
        return self.levels[at]


@dataclass
class _Clock:
    """What carries over from day to day: when each step was last supported, counted in days on which somebody looked."""

    patience: Patience
    looked: int = 0
    supported: dict[Step, int] = field(default_factory=dict)
    floor: Step = Step.ROUTINE
    relief: date | None = None
    word: Word | None = None

    def level(self) -> Step:
        """The highest step that is still held."""
        held = [step - (self.looked - at) // self.patience.hold_days for step, at in self.supported.items()]
        return Step(max([self.floor, *held]))


def history(dossier: Dossier, until: date, words: Sequence[Word] = (), patience: Patience | None = None) -> History:
    """The history up to a day. What was told later changes nothing of it.

    Raises:
        UsageError: where nothing was known by then.
    """
    told = [each for each in dossier.days if each <= until]
    if not told:
        raise UsageError(f"as of {until}", "nothing that was reported by then", "a day on which something was")
    said_of = spoken(dossier)
    clock = _Clock(patience or Patience())
    levels: list[Level] = []
    changes: list[Change] = []
    known, news = dossier.known(told[0]), set(told)
    said: Said = {}
    declared: Said = {}
    before: Counted | None = None
    day = told[0]
    while day <= until:
        known = dossier.known(day) if day in news else known.at(day)
        said = _said(dossier, said_of, known, said if day not in news else None)
        own = known.by_own_account
        declared = said if own is known else _said(dossier, said_of, own, declared if day not in news else None)
        for word in words:
            if word.day == day:
                clock.word, clock.floor, clock.supported = word, word.step, {}
        counted = _counted(dossier, said, declared, clock, day)
        levels.append(_level(dossier, counted, clock, day))
        previous = levels[-2].step if len(levels) > 1 else Step.ROUTINE
        if levels[-1].step is not previous:
            changes.append(Change(day, previous, levels[-1], _why(levels[-1], previous, counted, before, clock)))
        before = counted
        day += _DAY
    return History(dossier, tuple(levels), tuple(changes), said)


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts on a day: the sightings by indicator, what was seen by them, and what it is worth."""

    sightings: Mapping[str, tuple[Sighting, ...]]
    seen: tuple[Seen, ...]
    worth: Step
    is_looked_at: bool
    relief: tuple[Sighting, ...]


def _said(dossier: Dossier, said_of: Sequence[Speaks], known: Known, kept: Said | None) -> Said:
    """What is said of each indicator; on a day without news only what depends on the day is worked out anew."""
    if kept is None:
        return sightings(dossier, said_of, known)
    moving = [each for each in said_of if isinstance(each.indicator.measure, Reaching)]
    return {**kept, **sightings(dossier, moving, known)}


def _counted(dossier: Dossier, said: Said, declared: Said, clock: _Clock, day: date) -> Counted:
    """What counts on a day, with the clock put forward."""
    looked = _is_looked_at(dossier, said, clock.patience, day)
    clock.looked += looked
    relief = _relief(dossier, said, day)
    lifted = min(each.day for each in relief) if relief else None
    if lifted and lifted != clock.relief:
        clock.relief, clock.floor, clock.supported = lifted, Step.ROUTINE, {}
    fresh = _fresh(dossier, said, clock, day)
    seen = gathered(dossier.watch.indicators, fresh)
    value = worth(seen)
    if declared is not said:  # what others say of its roots takes at most one step from a partner's own account
        own = gathered(dossier.watch.indicators, _fresh(dossier, declared, clock, day))
        if worth(own) - 1 > value:
            seen, fresh, value = own, _fresh(dossier, declared, clock, day), Step(worth(own) - 1)
    for step in Step:
        if Step.ROUTINE < step <= value:
            clock.supported[step] = clock.looked
    return Counted(fresh, seen, value, looked, relief)


def _fresh(dossier: Dossier, said: Said, clock: _Clock, day: date) -> dict[str, tuple[Sighting, ...]]:
    """The sightings that count: seen, not too old, after what lifted the means, and after an analyst's word."""
    found = {}
    for each in dossier.watch.indicators:
        since = clock.relief if each.bent is Bent.CAPABILITY else None
        listed = tuple(
            one for one in said.get(each.id, ())
            if one.status is Status.SEEN and is_fresh(one, each, day)
            and (since is None or one.day > since) and (clock.word is None or one.told > clock.word.day)
        )  # fmt: skip
        if listed:
            found[each.id] = listed
    return found


def _is_looked_at(dossier: Dossier, said: Said, patience: Patience, day: date) -> bool:
    """Whether two partners that look, on roots of their own, spoke of the means lately: whatever they saw or did not see."""
    lately = [
        one
        for each in dossier.watch.indicators
        if each.bent is Bent.CAPABILITY
        for one in said.get(each.id, ())
        if str(one.partner) in each.looking
        and one.status is not Status.NOT_LOOKING
        and (day - one.day).days <= patience.look_days
        and str(one.partner) not in each.query.actors
    ]
    return _first_pair(_shortest(lately)) is not None


def _shortest(listed: Iterable[Sighting]) -> list[Sighting]:
    """Of each partner's sightings one for each set of hands, so that a flood is looked at once."""
    return list({(str(one.partner), one.hands): one for one in listed}.values())


def _first_pair(listed: Sequence[Sighting]) -> tuple[Sighting, Sighting] | None:
    """Two that are independent of each other."""
    return next((pair for pair in combinations(listed, 2) if independent(*pair)), None)


def _relief(dossier: Dossier, said: Said, day: date) -> tuple[Sighting, ...]:
    """Two looks, on roots of their own and neither by its subject, that saw the means leave: the latest such pair."""
    found: tuple[Sighting, ...] = ()
    for each in dossier.watch.indicators:
        if each.bent is not Bent.RELIEF:
            continue
        subject = frozenset(each.query.actors)
        saw = [one for one in said.get(each.id, ()) if one.status is Status.SEEN and not one.hands & subject]
        for pair in combinations(saw, 2):
            if independent(*pair) and (not found or min(one.day for one in pair) > min(one.day for one in found)):
                found = pair
    return found


def _level(dossier: Dossier, counted: Counted, clock: _Clock, day: date) -> Level:
    """The level of a day with its reasons."""
    step = clock.level()
    causes = [
        Cause(f"{each.indicator.title} ({each.indicator.bent.value}): {_who(counted.sightings[each.indicator.id])}",
              each.indicator.id, counted.sightings[each.indicator.id])
        for each in counted.seen
    ]  # fmt: skip
    if step > counted.worth:
        says = "held: what raised it has aged, and it falls by a step for every "
        says += f"{clock.patience.hold_days} days on which two partners looked"
        if not counted.is_looked_at:
            says = "held: nobody looked lately, and silence lowers nothing"
        causes.append(Cause(says))
    if clock.word and clock.floor is clock.word.step:
        causes.append(
            Cause(f"{clock.word.by} set it to {clock.word.step.word} on {clock.word.day}: {clock.word.reason}")
        )
    return Level(day, step, counted.worth, step > counted.worth, rests_on(counted.seen), tuple(causes))


def _who(listed: Sequence[Sighting]) -> str:
    return ", ".join(sorted({str(one.partner) for one in listed}))


def _why(level: Level, previous: Step, counted: Counted, before: Counted | None, clock: _Clock) -> tuple[Cause, ...]:
    """What made the level change on this day: the sightings that are new, or what lowered it."""
    if clock.word and clock.word.day == level.day:
        return (Cause(f"{clock.word.by}: {clock.word.reason}"),)
    if level.step > previous:
        old = {one for listed in (before.sightings.values() if before else ()) for one in listed}
        fresh = []
        for each in counted.seen:
            new = tuple(one for one in counted.sightings[each.indicator.id] if one not in old)
            if new:
                fresh.append(Cause(f"{each.indicator.title}: {_who(new)}", each.indicator.id, new))
        return tuple(fresh) or level.causes
    if counted.relief and clock.relief and (before is None or counted.relief != before.relief):
        names = " and ".join(str(one.partner) for one in counted.relief)
        return (Cause(f"the means left, as {names} saw", counted.relief[0].indicator, counted.relief),)
    return (Cause(f"what raised it has aged, and {clock.patience.hold_days} more days were looked at without it"),)
