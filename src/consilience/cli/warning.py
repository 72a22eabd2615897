"""Warning: the level, the board and the strength of a record, and its replay, in the terminal and as JSON."""

from __future__ import annotations

import json as js
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from consilience.cli.compare import write_text
from consilience.cli.strength import watched
from consilience.cli.terminal import heading, many, plain, strong, wrapped, written
from consilience.desk import Desk, moment
from consilience.errors import UsageError
from consilience.intake.indicator import has_indicators, read_watch
from consilience.intake.scenario import is_scenario, shipped
from consilience.model.indicator import Bent, Watch
from consilience.warning import chart as charts
from consilience.warning.backtest import Backtest, Scored, backtest
from consilience.warning.board import with_facts
from consilience.warning.history import History, history
from consilience.warning.level import Change, Word
from consilience.warning.sighting import Board
from consilience.warning.warned import (
    backtest_document,
    board_document,
    document,
    headline,
    leaning,
    lowering,
    row_words,
    silent,
    standing,
)  # fmt: skip
from consilience.warning.words import read_words

RECORD = "winter-2021-22"
_BENTS = {Bent.CAPABILITY: "Means", Bent.INTENT: "Intent", Bent.RELIEF: "Relief"}


def shipped_record() -> Path:
    """The record that ships."""
    return shipped() / RECORD


@dataclass(frozen=True, slots=True)
class Asked:
    """Which record, up to when, by which indicators, with which words of analysts."""

    record: Path
    as_of: str | None
    indicators: Path | None
    words: Path | None


def told(asked: Asked, *, json: bool) -> str:
    """The warning of a record as of a time, or of the day on which it opens.

    Raises:
        UsageError: a folder that is no scenario, or a time before the first report.
        IntakeError: tables or indicators that cannot be read.
    """
    desk, watch = _read(asked)
    scenario = desk.holdings.scenario
    dossier = desk.dossier(watch)
    cut = moment(asked.as_of or (scenario.default_as_of if scenario else "") or None)
    found = history(dossier, cut.at.date() if cut else dossier.days[-1], _words(asked))
    strengths = list(watched(desk, watch, found.last.day))
    board = _with_facts(desk, found)
    if json:
        whole = document(found, strengths)
        return js.dumps({**whole, "board": board_document(board)}, ensure_ascii=False, indent=2) + "\n"
    return written(_lines(found, board, strengths))


def replayed(asked: Asked, chart: Path | None, *, json: bool) -> str:
    """The replay of a record.

    Raises:
        UsageError: a folder that is no scenario, or a time before the first report.
        IntakeError: tables or indicators that cannot be read.
    """
    desk, watch = _read(asked)
    cut = moment(asked.as_of)
    found = backtest(desk.dossier(watch), cut.at.date() if cut else None, _words(asked))
    title = desk.holdings.scenario.title if desk.holdings.scenario else asked.record.name
    if chart:
        told = found.history
        write_text(chart, charts.svg(told.levels, told.changes, f"{title}: level of warning", found.outcome.day))
    if json:
        return js.dumps(backtest_document(found), ensure_ascii=False, indent=2) + "\n"
    return written(_replay(found, title))


def _words(asked: Asked) -> tuple[Word, ...]:
    return read_words(asked.words) if asked.words else ()


def _read(asked: Asked) -> tuple[Desk, Watch]:
    """The record, and what is watched for in it."""
    record = asked.record
    if not is_scenario(record):
        found = "a folder without scenario.toml" if record.is_dir() else "no such folder"
        raise UsageError(f"record {record}", found, "a scenario's folder, such as scenarios/winter-2021-22")
    if asked.indicators is None and not has_indicators(record):
        next_step = "Name a file of them: --indicators F (docs/indicators.md)"
        raise UsageError(f"record {record}", "no indicators.toml", "what is watched for", next_step)
    return Desk.read([record]), read_watch(asked.indicators or record)


def _with_facts(desk: Desk, found: History) -> Board:
    """The board with the facts of the picture of its day."""
    facts = desk.picture(found.last.day).facts
    return with_facts(found.board, ((fact.id, (held.claim for held in fact.holdings)) for fact in facts))


# The warning ----------------------------------------------------------------------------------------


def _lines(found: History, board: Board, strengths: list[dict[str, object]]) -> Iterator[str]:
    """The bottom line first, why, the board, the strength, the history."""
    level = found.last
    yield heading(f"Warning as of {level.day}: {level.step.word} ({level.step.value} of 5)")
    yield from wrapped(found.dossier.watch.hypothesis + "?", "  ")
    yield from wrapped(headline(level), "  ")
    yield from wrapped(f"{standing(found)} {leaning(level)}", "  ")
    yield ""
    yield strong("Why")
    for cause in level.causes or ():
        yield from wrapped(cause.says, "    ", "  - ")
    if not level.causes:
        yield "  - nothing that counts was seen"
    yield from wrapped(lowering(found), "  ")
    yield ""
    yield strong("Indicators")
    yield from _board(board)
    yield ""
    yield strong("Strength")
    for each in strengths:
        yield from wrapped(str(each["says"]), "  ")
    if not strengths:
        yield "  Nobody counts what is watched for."
    yield ""
    yield strong("History")
    for change in found.changes:
        yield from _change(change)


def _board(board: Board) -> Iterator[str]:
    """Rows by bent; a status is a word."""
    for bent, title in _BENTS.items():
        rows = [row for row in board.rows if row.indicator.bent is bent]
        if rows:
            yield plain(f"  {title}")
        for row in rows:
            late = ", late" if row.indicator.stage.value == "late" else ""
            yield from wrapped(f"{row.indicator.title}{late}: {row.status.value}", "      ", "    ")
            for line in row_words(row):
                yield from wrapped(line, "        ", "      ")
            if row.status.rank == 0:
                yield from wrapped(silent(row), "        ", "      ")


def _change(change: Change) -> Iterator[str]:
    """A change with its causes and whose word they are."""
    rests = f"; rests on {', '.join(change.level.rests_on)}" if change.level.rests_on else ""
    yield from wrapped(f"{change.day}  {change.before.word} to {change.level.step.word}{rests}", "    ", "  ")
    for cause in change.why:
        names = [str(name) for each in cause.sightings for name in each.claims]
        cited = f" ({', '.join(names[:4])}{' …' if len(names) > 4 else ''})" if names else ""
        yield from wrapped(cause.says + cited, "      ", "    - ")


# The replay -----------------------------------------------------------------------------------------


def _replay(found: Backtest, title: str) -> Iterator[str]:
    """What came of it first, then the history, the chart, the scores, and what was wrong."""
    told = found.history
    yield heading(f"{title}: replayed {told.levels[0].day} to {told.last.day}")
    yield from wrapped(f"Watched for: {told.dossier.watch.hypothesis}. What came: {found.outcome.says}.", "  ")
    yield from wrapped(_verdict(found), "  ")
    for lead in found.leads:
        yield plain(f"    {lead.step.word} or higher since {lead.since}: {many(lead.days, 'day')} of warning")
    yield from wrapped(f"False alarms: {len(found.false_alarms) or 'none'}.", "  ")
    yield ""
    yield strong("Level by day (# supported that day, . held)")
    yield from map(plain, charts.text(told.levels))
    yield ""
    yield strong("History")
    for change in told.changes:
        yield from _change(change)
    yield ""
    yield strong("Probability of what was watched for, mean over days (less is better; half and half: 0.250, 0.693)")
    for score in found.scores:
        yield plain(_score(score))
    if not found.scores:
        yield "  Nobody on the record said how probable it was, or nothing tells how it came out."
    yield ""
    yield strong("What was wrong, and what was chosen knowing the outcome")
    for each in found.wrong:
        yield from wrapped(each, "    ", "  - ")


def _verdict(found: Backtest) -> str:
    """Whether it warned, in a sentence."""
    if found.outcome.came:
        return "It warned." if found.is_hit else "It did not warn."
    return "It raised a false alarm." if found.false_alarms else "It raised no alarm, and nothing came."


def _score(each: Scored) -> str:
    return (
        f"  {each.who:<6} Brier {each.brier:.3f} ({each.least:.3f} to {each.most:.3f} as the words allow), log {each.log:.3f}, "
        f"{many(each.days, 'day')}, last {100 * each.last:.0f} %"
    )
