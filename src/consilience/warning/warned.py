"""Warned: a level, a board and a history in words, and as documents with a schema version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from consilience.model.indicator import Status
from consilience.warning.backtest import Alarm, Backtest, Lead, Scored
from consilience.warning.history import History
from consilience.warning.level import Cause, Change, Level, Step
from consilience.warning.sighting import Board, Cell, Row, Sighting

SCHEMA = "consilience.warning/1"
BACKTEST_SCHEMA = "consilience.backtest/1"


def headline(level: Level) -> str:
    """What the level says, in a sentence; where it is held, what today's sightings alone would be."""
    said = f"{level.step.word}, {level.step.value} of {len(Step)}: {level.step.means}."
    return f"{said} It is held there: today's sightings alone are worth {level.supported.word}." if level.held else said


def leaning(level: Level, said: Callable[[str], str] = str) -> str:
    """Whose word it rests on: the fewest without whom it would be worth less; `said` names a partner."""
    if level.supported is Step.ROUTINE:
        return "No sighting that counts supports it today."
    if not level.rests_on:
        return "No three left out would lower what today's sightings are worth."
    names = listed([said(each) for each in level.rests_on])
    return f"It rests on the word of {names}: without {'it' if len(level.rests_on) == 1 else 'them'} today's sightings would be worth less."


def standing(history: History, said: Callable[[date], str] = str) -> str:
    """Since when the level is what it is, and on what it changed; `said` writes a day."""
    if not history.changes:
        return f"It has been {history.last.step.word} since the first report, {said(history.levels[0].day)}."
    change = history.changes[-1]
    return f"It has been so since {said(change.day)}, when it {'rose' if change.is_rise else 'fell'} from {change.before.word}."


def lowering(history: History) -> str:
    """What would lower it from here."""
    step = history.last.step
    if step is Step.ROUTINE:
        return "It is at its lowest."
    return (
        "Disagreement lowers nothing, nor does silence. It falls when two who looked, on roots of their own, see the means leave; "
        "by a step for each stretch of days on which two looked and what raised it was not seen again; or on an analyst's word."
    )


def row_words(row: Row) -> Iterator[str]:
    """Each partner that has something to say of an indicator: `GBR seen: reported (C114, 2022-02-16)`."""
    for cell in sorted(row.cells, key=lambda cell: (-cell.status.rank, cell.partner)):
        aged = cell.status is Status.NOT_LOOKING and not (cell.sightings and str(cell.partner) in row.indicator.looking)
        if not aged:
            yield f"{cell.partner} {cell.status.value}: {cell.because}{_cited(cell)}"


def _cited(cell: Cell) -> str:
    """The newest claims of a cell and their day."""
    if not cell.sightings:
        return ""
    newest = max(cell.sightings, key=lambda each: (each.status.rank, each.day, each.told, each.claims))
    names = [*map(str, newest.claims)] or list(newest.roots)
    return f" ({', '.join(names[:3])}{' …' if len(names) > 3 else ''}, {newest.day})"


def silent(row: Row) -> str:
    """Who looks for it and said nothing, or that nobody does."""
    quiet = [str(cell.partner) for cell in row.cells if cell.status is Status.NOT_LOOKING and not cell.sightings]
    if not row.indicator.looking:
        return "nobody is known to look for it"
    return f"nothing said by {listed(quiet)}" if quiet else ""


def listed(names: Sequence[str]) -> str:
    """`GBR, UKR and USA`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


# Documents ------------------------------------------------------------------------------------------


def document(history: History, strengths: Iterable[dict[str, object]] = ()) -> dict[str, object]:
    """The warning of the last day of a history as plain data."""
    return {
        "schema": SCHEMA,
        "as_of": history.last.day.isoformat(),
        "hypothesis": history.dossier.watch.hypothesis,
        "level": level_document(history.last),
        "changes": [change_document(each) for each in history.changes],
        "board": board_document(history.board),
        "strength": list(strengths),
    }


def level_document(level: Level) -> dict[str, object]:
    """A level as plain data."""
    return {
        "day": level.day.isoformat(), "step": level.step.value, "word": level.step.word, "means": level.step.means,
        "supported": level.supported.value, "held": level.held, "rests_on": list(level.rests_on),
        "causes": [_cause(each) for each in level.causes],
    }  # fmt: skip


def change_document(change: Change) -> dict[str, object]:
    """A change as plain data: the entry of a history."""
    return {
        "day": change.day.isoformat(), "from": change.before.word, "to": change.level.step.word,
        "rests_on": list(change.level.rests_on), "why": [_cause(each) for each in change.why],
    }  # fmt: skip


def _cause(cause: Cause) -> dict[str, object]:
    return {
        "says": cause.says,
        "indicator": cause.indicator or None,
        "sightings": list(map(_sighting, cause.sightings)),
    }


def _sighting(each: Sighting) -> dict[str, object]:
    return {
        "indicator": each.indicator, "partner": each.partner, "status": each.status.value, "day": each.day.isoformat(),
        "told": each.told.isoformat(), "claims": list(each.claims), "roots": list(each.roots), "hands": sorted(each.hands),
        "because": each.because,
    }  # fmt: skip


def board_document(board: Board) -> list[dict[str, object]]:
    """A board as plain data."""
    return [
        {
            "indicator": row.indicator.id, "title": row.indicator.title, "bent": row.indicator.bent.value,
            "stage": row.indicator.stage.value, "status": row.status.value, "looking": list(row.indicator.looking),
            "partners": [
                {"partner": cell.partner, "status": cell.status.value, "because": cell.because, "facts": list(cell.facts),
                 "sightings": list(map(_sighting, cell.sightings))}
                for cell in row.cells
            ],
        }
        for row in board.rows
    ]  # fmt: skip


def backtest_document(found: Backtest) -> dict[str, object]:
    """A replay as plain data."""
    return {
        "schema": BACKTEST_SCHEMA,
        "hypothesis": found.history.dossier.watch.hypothesis,
        "outcome": {"came": found.outcome.came, "day": _iso(found.outcome.day), "says": found.outcome.says},
        "hit": found.is_hit,
        "levels": [
            {"day": each.day.isoformat(), "step": each.step.value, "supported": each.supported.value} for each in found.history.levels
        ],
        "changes": [change_document(each) for each in found.history.changes],
        "leads": [_lead(each) for each in found.leads],
        "alarms": [_alarm(each) for each in found.alarms],
        "scores": [_score(each) for each in found.scores],
        "wrong": list(found.wrong),
    }  # fmt: skip


def _iso(day: object) -> str | None:
    return str(day) if day else None


def _lead(each: Lead) -> dict[str, object]:
    return {"step": each.step.word, "since": each.since.isoformat(), "days": each.days}


def _alarm(each: Alarm) -> dict[str, object]:
    return {"first": each.first.isoformat(), "last": each.last.isoformat(), "top": each.top.word, "hit": each.hit}


def _score(each: Scored) -> dict[str, object]:
    rounded = {name: round(getattr(each, name), 6) for name in ("last", "brier", "least", "most", "log")}
    return {"who": each.who, "days": each.days, **rounded}
