"""Response: what is due and by when, what was said and what bears it out, as the page shows it, down to its pages and facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from consilience.comparison.lineage import Lineage
from consilience.comparison.pair import Bench
from consilience.desk import Desk
from consilience.errors import UsageError
from consilience.intake import accord as accord_table
from consilience.intake import procedure as procedure_table
from consilience.intake.accord import read_accords
from consilience.intake.measure import FILE as WORDS
from consilience.intake.measure import PLAN, read_plan, read_words
from consilience.intake.narrative import AUDIENCES, read_hearings, read_narratives
from consilience.intake.narrative import FILE as NARRATIVES
from consilience.intake.procedure import read_occurrences, shipped_procedures
from consilience.intake.survey import FILE as POLLS
from consilience.intake.survey import read_surveys
from consilience.model.accord import Accord
from consilience.model.check import Result
from consilience.model.claim import Claim
from consilience.model.fact import Fact
from consilience.model.form import listed
from consilience.model.measure import Measure, MeasureWord
from consilience.model.narrative import Hearing, Narrative
from consilience.model.procedure import Occurrence, State
from consilience.model.survey import Answer
from consilience.model.window import Window
from consilience.node.node import Node
from consilience.response.expectation import Scored, expectations
from consilience.response.measures import Progress, Situation, by_level, progress
from consilience.response.narrative import ToldNarrative, told
from consilience.response.polled import understand_survey
from consilience.response.replay import RUNNING_STATES, Case, Standing, replay
from consilience.response.role import RoleCheck, check_role
from consilience.response.statement import RoleStatement, understand
from consilience.response.survey import SurveyCheck, check_survey
from consilience.response.versions import Versions, versions
from consilience.warning.level import Step
from consilience.web.cast import Cast
from consilience.web.view import View
from consilience.web.words import plural

_FILES = (accord_table.FILE, procedure_table.FILE, PLAN, WORDS, POLLS, NARRATIVES, AUDIENCES)
DUE = RUNNING_STATES - {State.OPEN}
GLYPHS = {
    Result.SUPPORTED: "corroborated", Result.CONTRADICTED: "conflicting", Result.PARTLY: "circular",
    Result.UNVERIFIABLE: "unverified", Result.ACCESS_DENIED: "unseen",
}  # fmt: skip
"""The glyph of each result; a word always stands beside it."""

STATE_GLYPHS = {
    State.DUE: "unverified", State.PERHAPS_OVERDUE: "unverified", State.NO_REPORT: "unverified", State.SILENT: "conflicting",
    State.REFUSED: "conflicting", State.CONTESTED: "conflicting", State.INADEQUATE: "conflicting", State.ABSENT: "conflicting",
    State.ANSWERED_LATE: "circular", State.MET_LATE: "circular", State.NOTIFIED_LATE: "circular",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """What a record has for responding, beside its claims; each part may be empty."""

    accords: tuple[Accord, ...]
    answers: tuple[Answer, ...]
    said: tuple[Occurrence, ...]
    narratives: tuple[Narrative, ...]
    hearings: dict[str, Hearing]
    plan: tuple[Measure, ...]
    words: tuple[MeasureWord, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A step that nobody is said to have taken: whose, by when, and how long that is from the time of the page."""

    case: Case
    standing: Standing
    left: str

    @property
    def by(self) -> str:
        """Who takes it."""
        return ", ".join(self.standing.by) or "all participating states"

    @property
    def name(self) -> str:
        """`joint meeting`."""
        return self.standing.step.name.replace("-", " ")

    @property
    def glyph(self) -> str:
        """The glyph of its state."""
        return STATE_GLYPHS.get(self.standing.state, "standing")


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement with how it fared, and the facts in which it stands."""

    scored: Scored
    facts: tuple[Fact, ...]

    @property
    def glyph(self) -> str:
        """The glyph of its result."""
        return GLYPHS[self.scored.result]


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence that somebody put on the page, and what it comes to; or why it was not understood."""

    text: str
    role: RoleCheck | None = None
    survey: SurveyCheck | None = None
    problem: str = ""

    @property
    def result(self) -> Result | None:
        """What it comes to."""
        checked = self.role or self.survey
        return checked.result if checked else None


@dataclass(frozen=True, slots=True)
class Board:
    """The page: the bottom line, then what is behind each sentence of it."""

    lines: tuple[tuple[str, str], ...]
    due: tuple[Due, ...]
    cases: tuple[Case, ...]
    announced: tuple[Announced, ...]
    roles: tuple[RoleCheck, ...]
    narratives: tuple[ToldNarrative, ...]
    versions: tuple[Versions, ...]
    measures: tuple[Progress, ...]
    asked: Asked | None

    @property
    def called(self) -> tuple[Progress, ...]:
        """Measures that a trigger calls for and nobody has decided."""
        return tuple(each for each in self.measures if each.is_called_for)


def folder_of(desk: Desk, node: Node | None) -> Path | None:
    """Where it stands what responding needs: in the node's home where that has any of it, else in the record's folder."""
    if node is not None and any((node.home.folder / name).is_file() for name in _FILES):
        return node.home.folder
    told = desk.holdings.scenario
    return told.folder if told else None


def record_of(folder: Path) -> Record:
    """What a folder has for responding; read again only when one of its files is another.

    Raises:
        IntakeError: a table of it cannot be read.
    """
    return _read(folder, tuple(_stamp(folder / name) for name in _FILES))


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _read(folder: Path, _stamps: object) -> Record:
    plan = read_plan(folder)
    return Record(
        read_accords(folder) if (folder / accord_table.FILE).is_file() else (),
        read_surveys(folder),
        read_occurrences(folder, shipped_procedures()) if (folder / procedure_table.FILE).is_file() else (),
        read_narratives(folder),
        read_hearings(folder),
        plan,
        read_words(folder, plan),
    )


def instant(view: View) -> datetime:
    """The instant at which clocks are read: the end of a day."""
    return view.as_of.end if view.as_of.is_day else view.as_of.at


def cases_of(record: Record, now: datetime) -> tuple[Case, ...]:
    """The cases of procedures, the newest first."""
    return replay(shipped_procedures(), record.said, now)[::-1]


def board(view: View, record: Record, text: str, words: Sequence[MeasureWord] = (), step: Step | None = None) -> Board:
    """All that the page shows as of the view's time; `text` is a sentence to check, or empty, `words` what a node recorded, `step` the level."""
    now = instant(view)
    cases = cases_of(record, now)
    due = tuple(Due(case, one, left(one.deadline, now)) for case in cases for one in case.standings if one.state in DUE)
    announced = tuple(
        Announced(each, tuple(view.facts_of.get(each.expectation.claim.id, ()))) for each in reversed(_scored(view))
    )
    roles = tuple(_disputed(view, record))
    heard = told(record.narratives, view.picture.claims, view.picture.facts)
    several = versions(view.picture.claims, record.hearings, view.as_of, view.desk.settings.horizon_days)
    lines = tuple(_lines(view.cast, due, cases, announced, roles))
    asked = _asked(view, record, text) if text else None
    situation = Situation(now, view.picture.facts, cases, by_level(step))
    measures = progress(record.plan, (*record.words, *words), situation)
    return Board(lines, due, cases, announced, roles, heard, several, measures, asked)


def left(deadline: Window | None, now: datetime) -> str:
    """`in 1 to 2 days`, `ran out 3 hours ago`: from the time of the page, over every hour that the deadline allows."""
    if deadline is None:
        return "no time is set"
    first, last = deadline.earliest - now, deadline.latest - now
    if first >= timedelta(0):
        return f"in {_span(first, last)}"
    if last <= timedelta(0):
        return f"ran out {_span(-last, -first)} ago"
    return f"ran out up to {_hours(-first)} ago, or runs out within {_hours(last)}"


def _span(low: timedelta, high: timedelta) -> str:
    """`47 hours`, `22 to 46 hours`, `24 hours to 2 days`."""
    one, two = _hours(low), _hours(high)
    if one == two:
        return one
    number, _, unit = one.partition(" ")
    return f"{number if unit == two.partition(' ')[2] else one} to {two}"


def _hours(time: timedelta) -> str:
    """In hours up to two days, then in days."""
    hours = round(time / timedelta(hours=1))
    return plural(hours, "hour") if hours <= 48 else plural(round(hours / 24), "day")


def _scored(view: View) -> tuple[Scored, ...]:
    """Every announcement of the picture, scored."""
    desk = view.desk
    claims = view.picture.claims
    return expectations(claims, Bench(desk.settings, desk.geography, Lineage(claims), desk.decisions), view.as_of)


def _disputed(view: View, record: Record) -> Iterator[RoleCheck]:
    """The answer on each role that an actor disputes by then, as it puts it."""
    for accord in record.accords:
        known = accord.known_by(view.day)
        for dispute in known.disputes if known else ():
            for actor in dispute.actors:
                yield check_role(
                    RoleStatement(actor, dispute.over, is_negated=True, accords=_named_alike(accord, record)),
                    record.accords,
                    view.day,
                )


def _named_alike(accord: Accord, record: Record) -> tuple[Accord, ...]:
    """An accord and those that share a name with it: what is disputed of one is told of all."""
    names = set(accord.also_called)
    return tuple(each for each in record.accords if each is accord or names & set(each.also_called))


def _asked(view: View, record: Record, text: str) -> Asked:
    """A sentence held against accords or surveys."""
    try:
        polled = understand_survey(text, record.answers)
        if polled is not None:
            return Asked(text, survey=check_survey(polled, record.answers, view.day))
        statement = understand(text, record.accords, {name: code for code, name in view.cast.names.items()})
        if isinstance(statement, RoleStatement):
            return Asked(text, role=check_role(statement, record.accords, view.day))
    except UsageError as error:
        return Asked(text, problem=f"Found {error.found}, expected {error.expected}. {error.next_step}".strip())
    return Asked(
        text, problem="This page answers statements on accords and on surveys; the command line answers this one."
    )


def _lines(
    cast: Cast, due: Sequence[Due], cases: Sequence[Case], announced: Sequence[Announced], roles: Sequence[RoleCheck]
) -> Iterator[tuple[str, str]]:
    """The bottom line, each sentence with its glyph."""
    if due:
        first = due[0]
        when = f", {first.left}" if first.standing.deadline else ""
        yield (
            first.glyph,
            f"{plural(len(due), 'step')} not taken. {first.name.capitalize()} of {_named(cast, first)}: {first.standing.state.value}{when}.",
        )
    elif cases:
        yield (
            "standing",
            f"No step is due. {plural(len(cases), 'case')} on the record, the newest {cases[0].id}: {cases[0].now.state.value}.",
        )
    else:
        yield "unverified", "No procedure was opened by then."
    if announced:
        results = [each.scored.result for each in announced]
        told_of = ", ".join(f"{results.count(kind)} {kind.value}" for kind in Result if kind in results)
        against = next((each for each in announced if each.scored.result is Result.CONTRADICTED), announced[0])
        claim = against.scored.expectation.claim
        yield (
            against.glyph,
            f"Of {plural(len(announced), 'announcement')} that can be looked at: {told_of}. {_speaker(cast, claim)}: {against.scored.result.value}, {against.scored.because}.",
        )
    for each in roles[:1]:
        actor, role = each.statement.actor, each.statement.role.value
        yield (
            GLYPHS[each.result],
            f"“{cast.name(actor)} is not a {role}”: {each.result.value}; who signed, in what capacity, and which clauses bind is below.",
        )


def _named(cast: Cast, due: Due) -> str:
    """Who takes a step, as a sentence names them."""
    return listed([cast.said(code) for code in due.standing.by]) or due.by


def _speaker(cast: Cast, claim: Claim) -> str:
    """`Russian Federation (Konashenkov)`."""
    home, _, person = claim.speaker.name.partition("/")
    return f"{cast.name(home)} ({person})" if person else cast.name(home)
