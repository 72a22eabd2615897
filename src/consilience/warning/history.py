"""History: the level of every day, each from what was known by then, and the changes with their causes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations

from consilience.errors import UsageError
from consilience.model.indicator import Bent, Status
from consilience.warning.board import board, sightings, spoken
from consilience.warning.dossier import Dossier
from consilience.warning.level import Cause, Change, Level, Step, Word
from consilience.warning.looking import independent, is_fresh
from consilience.warning.rule import Seen, gathered, rests_on, worth
from consilience.warning.sighting import Board, Sighting

Said = Mapping[str, Sequence[Sighting]]
_DAY = timedelta(days=1)
_MOST = timedelta(days=3_660)
_DOUBT = "others say that what was seen has fewer roots than its partners say: that takes a step from it, and no more"
_SILENCE = "held: no two looked lately without seeing it, and silence lowers nothing"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a level stands without what raised it: it falls by a step for every `hold_days` until the last look.

    A look is a day on which somebody tells that it looked for some of the means and did not see it, when another partner, on
    roots of its own, had told the same within `look_days`. No look lowers it by more than a step, and a day without one
    lowers nothing: silence is no look, and who saw it lends no hand to who did not.
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
    """What carries over from day to day: the days of looks, and the last day on which each step was supported.

    `past` has what counted on each day, before what left since was taken out: two who saw the means leave on a day lift all
    that was seen of the means until then, whenever it was told.
    """

    patience: Patience
    looks: list[date] = field(default_factory=list)
    supported: dict[Step, date] = field(default_factory=dict)
    past: list[tuple[date, _Sides]] = field(default_factory=list)
    floor: Step = Step.ROUTINE
    relief: tuple[Sighting, ...] = ()
    word: Word | None = None
    today: Counted | None = None

    @property
    def lifted(self) -> date | None:
        """The day until which two saw the means leave."""
        return min(each.day for each in self.relief) if self.relief else None

    def speak(self, word: Word) -> None:
        """Take an analyst's word: what was held until then is held no more."""
        self.word, self.floor, self.supported, self.past, self.today = word, word.step, {}, [], None

    def support(self, worth: Step, day: date) -> None:
        """Note the steps that a day supports; days come in order."""
        for step in Step:
            if Step.ROUTINE < step <= worth:
                self.supported[step] = day

    def is_silent(self, day: date) -> bool:
        """Whether nobody looked for so long that what is held may be too high."""
        return not self.looks or (day - self.looks[-1]).days > self.patience.look_days

    def level(self) -> Step:
        """The highest step that is still held."""
        return Step(max([self.floor, *(step - self._fallen(day) for step, day in self.supported.items())]))

    def _fallen(self, day: date) -> int:
        """By how many steps what a day supported has fallen since: one for every stretch of days, one for every look at most."""
        later = len(self.looks) - bisect_right(self.looks, day)
        return min(later, (self.looks[-1] - day).days // self.patience.hold_days) if later else 0


def history(dossier: Dossier, until: date, words: Sequence[Word] = (), patience: Patience | None = None) -> History:
    """The history up to a day. What was told later changes nothing of it. It begins with the first report, or ten years before the last.

    Raises:
        UsageError: where nothing was known by then, or nothing for ten years.
    """
    told = [each for each in dossier.days if each <= until]
    if not told:
        raise UsageError(f"as of {until}", "nothing that was reported by then", "a day on which something was")
    if until - told[-1] > _MOST:
        raise UsageError(
            f"as of {until}", f"more than ten years after the last report, {told[-1]}", "a day nearer to it"
        )
    said_of = spoken(dossier)
    clock = _Clock(patience or Patience())
    levels: list[Level] = []
    changes: list[Change] = []
    first = max(told[0], told[-1] - _MOST)
    news = {first, *told}
    said: Said = {}
    declared: Said = {}
    before: Counted | None = None
    day = first
    while day <= until:
        if day in news:
            known = dossier.known(day)
            said = sightings(dossier, said_of, known)
            own = known.by_own_account
            declared = said if own is known else sightings(dossier, said_of, own)
            _learn(dossier, declared, clock, day)
        for word in words:
            if word.day == day or word.day < day == first:
                clock.speak(word)
        counted = _counted(dossier, (said, declared), clock, day)
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
    relief: tuple[Sighting, ...] = ()
    is_doubted: bool = False


def _learn(dossier: Dossier, said: Said, clock: _Clock, day: date) -> None:
    """Note on a day with news whether it was a look, and whether the means were seen to leave.

    Both by each partner's own account: else one who says of two that they rest on one root would hold a level up alone.
    """
    if _is_looked_at(dossier, said, clock.patience, day):
        clock.looks.append(day)
    before = clock.lifted
    clock.relief = _relief(dossier, said)
    if clock.lifted != before:
        clock.supported = {}
        for when, sides in clock.past:
            clock.support(sides.counted(dossier, clock.lifted).worth, when)


def _counted(dossier: Dossier, both: tuple[Said, Said], clock: _Clock, day: date) -> Counted:
    """What counts on a day, noted in the clock."""
    said, declared = both
    sides = _Sides(
        _fresh(dossier, said, clock, day), None if declared is said else _fresh(dossier, declared, clock, day)
    )
    is_new = not clock.past or clock.past[-1][1] != sides
    clock.past.append((day, sides))
    if is_new or clock.today is None or clock.today.relief != clock.relief:
        clock.today = replace(sides.counted(dossier, clock.lifted), relief=clock.relief)
    clock.support(clock.today.worth, day)
    return clock.today


Fresh = Mapping[str, tuple[Sighting, ...]]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The sightings that stood on a day: as all tell their lineage, and by each partner's own account where that differs."""

    told: Fresh
    declared: Fresh | None

    def counted(self, dossier: Dossier, lifted: date | None) -> Counted:
        """What was seen and is worth, without what left: what others say of its roots takes at most a step from it."""
        told = _since(dossier, self.told, lifted)
        seen = gathered(dossier.watch.indicators, told)
        value = worth(seen)
        if self.declared is not None:
            own = _since(dossier, self.declared, lifted)
            other = gathered(dossier.watch.indicators, own)
            if worth(other) - 1 > value:
                return Counted(own, other, Step(worth(other) - 1), is_doubted=True)
        return Counted(told, seen, value)


def _since(dossier: Dossier, fresh: Fresh, lifted: date | None) -> Fresh:
    """Sightings without those of means that were seen to leave later."""
    if lifted is None:
        return fresh
    means = {each.id for each in dossier.watch.indicators if each.bent is Bent.CAPABILITY}
    left = {
        name: tuple(one for one in listed if name not in means or one.day > lifted) for name, listed in fresh.items()
    }
    return {name: listed for name, listed in left.items() if listed}


def _fresh(dossier: Dossier, said: Said, clock: _Clock, day: date) -> Fresh:
    """The sightings that stand on a day: seen, not too old, and told after an analyst's word."""
    found = {}
    for each in dossier.watch.indicators:
        listed = tuple(
            one
            for one in said.get(each.id, ())
            if one.status is Status.SEEN
            and is_fresh(one, each, day)
            and (clock.word is None or one.told > clock.word.day)
        )
        if listed:
            found[each.id] = listed
    return found


def _is_looked_at(dossier: Dossier, said: Said, patience: Patience, day: date) -> bool:
    """Whether two partners, on roots of their own, did not see some of the means: one told it on a day, the other lately."""
    lately = [
        one
        for each in dossier.watch.indicators
        if each.bent is Bent.CAPABILITY
        for one in said.get(each.id, ())
        if str(one.partner) in each.looking
        and one.status is Status.NOT_SEEN
        and (day - one.day).days <= patience.look_days
        and str(one.partner) not in each.query.actors
    ]
    short = _shortest(lately)
    fresh = _shortest(one for one in lately if one.told == day)
    return any(independent(one, other) for one in fresh for other in short)


def _shortest(listed: Iterable[Sighting]) -> list[Sighting]:
    """Of each partner's sightings the newest for each set of hands, so that a flood is looked at once.

    Hands that one partner alone has make nothing dependent on another, so they are left aside.
    """
    found = sorted(listed, key=lambda one: one.day)
    of: dict[str, set[str]] = {}
    for one in found:
        for hand in one.hands:
            of.setdefault(hand, set()).add(str(one.partner))
    shared = frozenset(hand for hand, partners in of.items() if len(partners) > 1)
    return list({(str(one.partner), one.hands & shared): one for one in found}.values())


def _relief(dossier: Dossier, said: Said) -> tuple[Sighting, ...]:
    """Two looks, on roots of their own and neither by its subject, that saw the means leave: the latest such pair."""
    found: tuple[Sighting, ...] = ()
    for each in dossier.watch.indicators:
        if each.bent is not Bent.RELIEF:
            continue
        subject = frozenset(each.query.actors)
        saw = [one for one in said.get(each.id, ()) if one.status is Status.SEEN and not one.hands & subject]
        for pair in combinations(_shortest(saw), 2):
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
    if counted.is_doubted:
        causes.append(Cause(_DOUBT))
    if step > counted.worth:
        says = f"held: what raised it has aged; it falls by a step for every {clock.patience.hold_days} days over which two looked"
        causes.append(Cause(_SILENCE if clock.is_silent(day) else says))
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
    if counted.relief and (before is None or counted.relief != before.relief):
        names = " and ".join(str(one.partner) for one in counted.relief)
        return (Cause(f"the means left, as {names} saw", counted.relief[0].indicator, counted.relief),)
    return (
        Cause(f"what raised it has aged, and two who looked for {clock.patience.hold_days} days did not see it again"),
    )
