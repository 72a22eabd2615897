"""Backtest: a record replayed day by day, held against what came: days of warning, false alarms, scores, what was wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise
from math import log

from consilience.conclusions.rules import FLOOR
from consilience.model.form import WHOLE
from consilience.model.indicator import Judged, Status
from consilience.model.period import day as whole_day
from consilience.model.position import Position
from consilience.model.stated import Resolution, held
from consilience.warning.dossier import Dossier
from consilience.warning.history import History, Patience, history
from consilience.warning.level import Change, Step, Word

ALARM = Step.ALERT
"""From this step on a level is an alarm, and is scored as one."""
REACH_DAYS = 30
"""An alarm that ended so long before what it warned of, or longer, did not warn of it."""
POOL = "pool"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether what was watched for came, and when; by which row of the record's outcomes."""

    came: bool
    day: date | None
    says: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A run of days at the alarm step or above; `hit` where what was watched for came in it, or soon after."""

    first: date
    last: date
    top: Step
    hit: bool

    @property
    def days(self) -> int:
        """How long it lasted."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Lead:
    """From which day on a step or a higher one stood until the end, and how many days that was before what came."""

    step: Step
    since: date
    days: int


@dataclass(frozen=True, slots=True)
class Scored:
    """How good a partner's probability of what was watched for was, mean over the days on which it stood.

    Public words are bands. `brier` and `log` take their middle; `least` and `most` are the Brier scores of the best and the
    worst number that the words allow. Less is better; half and half would score 0.25 and 0.69.
    """

    who: str
    days: int
    last: float
    brier: float
    least: float
    most: float
    log: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """A replayed record: its history, what came, and how the warning fared."""

    history: History
    outcome: Outcome
    leads: tuple[Lead, ...]
    alarms: tuple[Alarm, ...]
    scores: tuple[Scored, ...]
    wrong: tuple[str, ...]

    @property
    def false_alarms(self) -> tuple[Alarm, ...]:
        """Alarms that nothing followed."""
        return tuple(each for each in self.alarms if not each.hit)

    @property
    def is_hit(self) -> bool:
        """Whether an alarm stood, or had just ended, when what was watched for came."""
        return any(each.hit for each in self.alarms)


def backtest(
    dossier: Dossier, until: date | None = None, words: Sequence[Word] = (), patience: Patience | None = None
) -> Backtest:
    """Replay a record to the eve of what was watched for; where that never came, to `until` or the last day told."""
    outcome = _outcome(dossier)
    end = until or dossier.days[-1]
    if outcome.day:
        end = min(end, outcome.day - _DAY)
    told = history(dossier, end, words, patience)
    alarms = tuple(_alarms(told, outcome))
    leads = tuple(_leads(told, outcome.day)) if outcome.came and outcome.day else ()
    scores = _scores(dossier, told, outcome)
    return Backtest(told, outcome, leads, alarms, scores, tuple(_wrong(told, outcome, alarms, patience)))


def _outcome(dossier: Dossier) -> Outcome:
    """What came, by the resolution of the question; nothing, where the record resolves none."""
    asked = dossier.question
    found: Resolution | None = asked.resolution if asked else None
    if asked is None or found is None:
        return Outcome(False, None, "the record has nothing that came of it")
    text = next(each.text for each in asked.question.hypotheses if each.id == found.hypothesis)
    came = found.hypothesis in dossier.watch.answers
    return Outcome(came, found.date.at.date() if came else None, f"{text} ({found.outcome}, {found.date})")


def _alarms(told: History, outcome: Outcome) -> Iterator[Alarm]:
    """Runs of days at the alarm step or above."""
    for is_alarm, run in groupby(told.levels, lambda level: level.step >= ALARM):
        days = list(run)
        if is_alarm:
            last = days[-1].day
            hit = outcome.came and outcome.day is not None and (outcome.day - last).days <= REACH_DAYS
            yield Alarm(days[0].day, last, max(level.step for level in days), hit)


def _leads(told: History, came: date) -> Iterator[Lead]:
    """For each step that stood on the last day, since when without a break."""
    for step in reversed(Step):
        if step is Step.ROUTINE or told.last.step < step:
            continue
        since = told.last.day
        for level in reversed(told.levels):
            if level.step < step:
                break
            since = level.day
        yield Lead(step, since, (came - since).days)


def _scores(dossier: Dossier, told: History, outcome: Outcome) -> tuple[Scored, ...]:
    """The pool first, then each partner that said how probable what was watched for is."""
    asked = dossier.question
    if asked is None or asked.resolution is None:
        return ()
    watching = {name for each in dossier.watch.indicators if isinstance(each.measure, Judged) for name in each.looking}
    daily: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for level in told.levels:
        pooled = []
        for each in held(dossier.stated, asked.question.name, whole_day(level.day)):
            position = each.stated.position(asked.question)
            if position.is_open:
                continue
            band = probability(position, dossier.watch.answers)
            daily[str(position.partner)].append(band)
            if str(position.partner) in watching:
                pooled.append(band)
        if pooled:
            low, middle, high = (sum(values) / len(pooled) for values in zip(*pooled, strict=True))
            daily[POOL].append((low, middle, high))
    names = [POOL, *sorted(set(daily) - {POOL})] if POOL in daily else sorted(daily)
    return tuple(_scored(name, daily[name], outcome.came) for name in names)


def probability(position: Position, answers: Sequence[str]) -> tuple[float, float, float]:
    """The least, the middle and the most that a position gives some hypotheses together."""
    bands = {band.hypothesis: band for band in position.bands}
    middle = dict(zip(position.ids, position.middle(), strict=True))
    inside = [bands[name] for name in answers if name in bands]
    rest = [band for name, band in bands.items() if name not in answers]
    low = max(sum(band.low for band in inside), WHOLE - sum(band.high for band in rest))
    high = min(sum(band.high for band in inside), WHOLE - sum(band.low for band in rest))
    return low / WHOLE, sum(middle[band.hypothesis] for band in inside) / WHOLE, high / WHOLE


def _scored(who: str, daily: Sequence[tuple[float, float, float]], came: bool) -> Scored:
    """The means over days."""
    truth = float(came)
    briers = [(middle - truth) ** 2 for _, middle, _ in daily]
    ends = [((low - truth) ** 2, (high - truth) ** 2) for low, _, high in daily]
    hits = [middle if came else 1 - middle for _, middle, _ in daily]
    size = len(daily)
    return Scored(
        who, size, daily[-1][1], sum(briers) / size, sum(map(min, ends)) / size, sum(map(max, ends)) / size,
        sum(-log(max(hit, FLOOR)) for hit in hits) / size,
    )  # fmt: skip


# What was wrong ---------------------------------------------------------------------------------------


def _wrong(told: History, outcome: Outcome, alarms: Sequence[Alarm], patience: Patience | None) -> Iterator[str]:
    """What it got wrong, or could not tell, in sentences, from the history itself."""
    yield from _alarmed(told, outcome, alarms)
    yield from _leaned(told, patience)
    yield from _stood_against(told, outcome)
    yield from _unlooked(told)
    for each in told.dossier.watch.indicators:
        if each.hindsight:
            yield f"{each.title}: {each.hindsight}"


def _alarmed(told: History, outcome: Outcome, alarms: Sequence[Alarm]) -> Iterator[str]:
    """False alarms, a warning that never came, and a warning that could not say when."""
    for each in alarms:
        if not each.hit:
            yield f"A false alarm: {each.top.word} from {each.first} to {each.last}, and nothing followed within {REACH_DAYS} days."
    if not outcome.came:
        top = max(level.step for level in told.levels)
        if top >= Step.WATCH:
            yield f"Nothing came, and the level stood at {top.word} at its highest."
        return
    if not any(each.hit for each in alarms):
        yield "It came without warning: no alarm stood when it did."
    for one, other in pairwise(told.changes):
        days = (other.day - one.day).days
        if one.level.step >= ALARM and days > REACH_DAYS:
            yield (
                f"From {one.day} to {other.day} the level stood at {one.level.step.word} for {days} days, whatever came: it told "
                "that, and not when."
            )


def _leaned(told: History, patience: Patience | None) -> Iterator[str]:
    """Rises that hung on one hand, with when they would have come without it; days on which nobody looked."""
    for change in told.changes:
        if not (change.is_rise and change.level.step >= ALARM and len(change.level.rests_on) == 1):
            continue
        hand, step = change.level.rests_on[0], change.level.step
        later = _without(told, hand, step, patience)
        when = f"it would have come on {later}" if later else "it would not have come by the end"
        yield f"The rise to {step.word} on {change.day} hung on {hand} ({_named(change)}). Without {hand}, {when}."
    silent = sum(any("silence" in cause.says for cause in level.causes) for level in told.levels)
    if silent:
        yield f"On {silent} days the level stood where it was because no two looked without seeing it: it may have been too high."


def _without(told: History, hand: str, step: Step, patience: Patience | None) -> date | None:
    """The first day on which a step would have been reached without all that one partner said."""
    whole = told.dossier
    rest = replace(
        whole,
        claims=tuple(claim for claim in whole.claims if claim.partner != hand),
        stated=tuple(each for each in whole.stated if each.partner != hand),
        surveys=tuple(each for each in whole.surveys if each.pollster != hand),
    )
    if not rest.days or rest.days[0] > told.last.day:
        return None
    other = history(rest, told.last.day, patience=patience)
    return next((level.day for level in other.levels if level.step >= step), None)


def _named(change: Change) -> str:
    """The indicators that one hand carried."""
    hand = change.level.rests_on[0]
    found = [
        cause.says.partition(":")[0].partition(" (")[0]
        for cause in change.level.causes
        if any(hand in one.hands for one in cause.sightings)
    ]
    return "; ".join(found) or "its word alone"


def _stood_against(told: History, outcome: Outcome) -> Iterator[str]:
    """Partners whose last position, or last word on an indicator of intent, stood against what came."""
    dossier = told.dossier
    asked = dossier.question
    if not outcome.came or asked is None or asked.resolution is None:
        return
    text = next(each.text for each in asked.question.hypotheses if each.id == asked.resolution.hypothesis)
    for each in held(dossier.stated, asked.question.name, whole_day(told.last.day)):
        band = next(
            b for b in each.stated.position(asked.question).bands if b.hypothesis == asked.resolution.hypothesis
        )
        if band.high < WHOLE // 2:
            cited = ", ".join(each.stated.claims)
            yield f"{each.stated.partner} held it {band} probable that {text}, from {each.stated.said} on ({cited})."
    for row in told.board.rows:
        for cell in row.cells:
            if cell.status is Status.NOT_SEEN and cell.sightings and row.status.rank >= Status.SEEN.rank:
                names = ", ".join(cell.sightings[0].claims) or ", ".join(cell.sightings[0].roots)
                yield f"{row.indicator.title}: others saw it, {cell.partner} did not ({cell.because}; {names})."


def _unlooked(told: History) -> Iterator[str]:
    """Indicators that nobody on the record answers."""
    found = [row.indicator.title for row in told.board.rows if not told.said.get(row.indicator.id)]
    if found:
        yield "Nobody on the record looked for: " + "; ".join(found) + "."
