"""Clocks: cases of procedures as text, as JSON and as a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from consilience.cli import duties
from consilience.cli.duties import ScopedDuty, duties_of
from consilience.cli.terminal import heading, many, plain, wrapped, written
from consilience.desk import Desk, moment
from consilience.errors import ConsilienceError, UsageError
from consilience.intake.procedure import read_occurrences, shipped_procedures
from consilience.intake.scenario import is_scenario, read_scenario, shipped
from consilience.model.identity import canonical_json
from consilience.model.period import Moment
from consilience.model.procedure import Occurrence, Procedure, State
from consilience.model.window import Window
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.response.feed import calendar
from consilience.response.replay import RUNNING_STATES, Case, Standing, replay
from consilience.response.threshold import Declaration, declarations

SCHEMA = "consilience.procedures/1"
RECORD = "winter-2021-22"
_DUE = RUNNING_STATES - {State.OPEN}


@dataclass(frozen=True, slots=True)
class Board:
    """What there is to say as of a time: `as_of` as it was given, and the instant at which clocks are read."""

    as_of: str
    now: datetime
    cases: tuple[Case, ...]
    declared: tuple[Declaration, ...]
    actor: str = ""
    duties: tuple[ScopedDuty, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asks: what happened by which table, as of when, of whose forces, and in which node."""

    events: Path | None
    as_of: str | None
    actor: str = ""
    home: Path | None = None

    @property
    def source(self) -> Path:
        """Where it stands what happened: the table that is named, the one in the node's home, or the shipped record."""
        return self.events or (homes.find(self.home).folder if self.home else shipped() / RECORD)


def shown(asked: Asked, ics: Path | None, *, json: bool) -> str:
    """What goes to stdout; the calendar goes to its file unless that is stdout.

    Raises:
        UsageError: for --json together with a calendar on stdout.
        ConsilienceError: when the calendar cannot be written.
    """
    if json and ics == Path("-"):
        raise UsageError("--ics -", "--json beside it", "one document on stdout", "Name a file: --ics due.ics")
    board = laid(asked)
    if ics is not None:
        text = calendar(board.cases, board.now)
        if ics == Path("-"):
            return text
        try:
            ics.write_bytes(text.encode("utf-8"))
        except OSError as error:
            raise ConsilienceError(str(ics), error.strerror or str(error), "a file that can be written") from error
    return canonical_json(document(board)) + "\n" if json else text_of(board)


def laid(asked: Asked) -> Board:
    """The cases of a table as of a time, the newest first.

    Raises:
        IntakeError, UsageError: for a table or a time that cannot be read.
    """
    source = asked.source
    given = asked.as_of or (read_scenario(source).default_as_of if is_scenario(source) else "")
    cut = moment(given or datetime.now(UTC))
    assert cut is not None  # noqa: S101  one of the two is given
    now = cut.end if cut.is_day else cut.at
    procedures = shipped_procedures()
    said = read_occurrences(source, procedures)
    cases = replay(procedures, said, now)[::-1]
    reached = _reached(asked, procedures, cut) if asked.actor else ()
    return Board(given or str(cut), now, cases, declarations(procedures, said, now), asked.actor, reached)


def _reached(asked: Asked, procedures: Sequence[Procedure], cut: Moment) -> tuple[ScopedDuty, ...]:
    """The thresholds against the claims of the node, or of the scenario beside the table."""
    if asked.home:
        with open_node(homes.find(asked.home)) as node:
            return duties_of(asked.actor, procedures, node.desk(), cut)
    if not is_scenario(asked.source):
        raise UsageError("--of", f"no claims beside {asked.source}", "a scenario's folder, or --home of a node")
    return duties_of(asked.actor, procedures, Desk.read([asked.source]), cut)


def text_of(board: Board) -> str:
    """What is due first, then each case with its steps and why they stand so."""
    return written(_lines(board))


def _lines(board: Board) -> Iterator[str]:
    due = [(case, one) for case in board.cases for one in case.standings if one.state in _DUE]
    yield heading(
        f"Procedures as of {board.as_of}: {many(len(board.cases), 'case')}, {many(len(due), 'step')} not taken"
    )
    for case, one in due:
        by = ", ".join(one.by) or "all participating states"
        yield from wrapped(f"{one.state.value}: {_name(one)} from {by}, {case.id}; {_when(one.deadline)}", "    ", "  ")
    for case in board.cases:
        yield from _told(case)
    yield from _declared(board.declared)
    if board.actor:
        yield from duties.lines(board.actor, board.duties)
    yield from _sources([each for case in board.cases for one in case.standings for each in one.said])


def _told(case: Case) -> Iterator[str]:
    """One case with the steps that have come to anything."""
    yield ""
    yield heading(f"{case.id}: {case.procedure.title} ({case.procedure.accord})")
    who = f"asked by {', '.join(case.asking)} of {', '.join(case.asked)}" if case.asking else ", ".join(case.asked)
    yield from wrapped(f"{who}; now {_name(case.now)}: {case.now.state.value}", "  ", "  ")
    last = case.standings.index(case.now)
    for number, one in enumerate(case.standings):
        # what may be asked for is passed over once a later step was taken
        passed = one.state is State.OPEN and number < last
        if one.state is not State.NOT_OPENED and not passed:
            yield from _step(one)


def _sources(said: Sequence[Occurrence]) -> Iterator[str]:
    """The page of each thing said."""
    yield ""
    yield heading("Sources")
    for each in sorted(said, key=lambda one: one.id):
        yield plain(f"  {each.id}  {each.url or 'unconfirmed: no source at hand'}")


def _step(one: Standing) -> Iterator[str]:
    """One step with its reasons."""
    paragraph = f", {one.step.paragraph}" if one.step.paragraph.number else ""
    mark = "" if one.is_confirmed else " (unconfirmed)"
    yield from wrapped(f"{_name(one)}: {one.state.value}{mark}{paragraph}", "      ", "  - ")
    for reason in one.reasons:
        yield from wrapped(reason, "      ", "      ")


def _declared(declared: Sequence[Declaration]) -> Iterator[str]:
    """Declared figures beside the thresholds: those that call for a duty, and those just below one."""
    if not declared:
        return
    yield ""
    yield heading("Declared figures against thresholds")
    for each in declared:
        where = "reaches" if each.is_reached else "is just below" if each.is_just_below else "is below"
        threshold = f"{each.threshold.amount:,.0f} {each.threshold.unit}, {each.procedure.title.lower()}"
        mark = "" if each.threshold.url else " (threshold not confirmed by a source)"
        text = f"{', '.join(each.said.actors)}, {each.said.case}: {each.amount:,.0f} {where} {threshold}{mark}"
        yield from wrapped(f"{text} ({each.said.id}, {each.said.stated_by or 'unconfirmed'})", "    ", "  ")


def _name(one: Standing) -> str:
    return one.step.name.replace("-", " ")


def _when(deadline: Window | None) -> str:
    """When the time runs out."""
    if deadline is None:
        return "no time is set"
    return f"time runs out {'at ' if deadline.is_exact else ''}{deadline}"


def document(board: Board) -> dict[str, object]:
    """All of it as JSON."""
    reached = {"of": board.actor, "duties": duties.document(board.duties)} if board.actor else {}
    return {
        **reached,
        "schema": SCHEMA,
        "as_of": board.as_of,
        "now": board.now.isoformat(),
        "cases": [_case(case) for case in board.cases],
        "declared": [
            {
                "id": each.said.id, "case": each.said.case, "actors": list(each.said.actors), "amount": each.amount,
                "unit": each.threshold.unit, "procedure": each.procedure.id, "threshold": each.threshold.amount,
                "reached": each.is_reached, "just_below": each.is_just_below, "url": each.said.url,
                "threshold_url": each.threshold.url,
            }
            for each in board.declared
        ],
    }  # fmt: skip


def _case(case: Case) -> dict[str, object]:
    """One case."""
    return {
        "id": case.id, "procedure": case.procedure.id, "accord": case.procedure.accord, "url": case.procedure.source,
        "asking": list(case.asking), "asked": list(case.asked), "now": case.now.step.name,
        "notes": list(case.procedure.notes), "steps": [_standing(one) for one in case.standings],
    }  # fmt: skip


def _standing(one: Standing) -> dict[str, object]:
    """One step."""
    return {
        "step": one.step.name, "state": one.state.value, "by": list(one.by), "timing": one.timing,
        "deadline": [one.deadline.earliest.isoformat(), one.deadline.latest.isoformat()] if one.deadline else None,
        "confirmed": one.is_confirmed, "paragraph": one.step.paragraph.number,
        "paragraph_url": one.step.paragraph.url, "reasons": list(one.reasons), "said": [_said(each) for each in one.said],
    }  # fmt: skip


def _said(each: Occurrence) -> dict[str, object]:
    """What somebody said."""
    return {
        "id": each.id, "word": each.word.value, "actors": list(each.actors), "text": each.text, "stated_by": each.stated_by,
        "when": [each.when.earliest.isoformat(), each.when.latest.isoformat()], "reported_at": str(each.reported_at),
        "url": each.url, "confirmed": each.is_confirmed,
    }  # fmt: skip
