"""Measure: a plan in TOML, and the table of how far each measure has come, become measures and words, strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TypeVar

from consilience.errors import IntakeError
from consilience.intake.ruled import Line, read_lines
from consilience.intake.setaside import shown
from consilience.model.measure import Measure, MeasureKind, MeasureState, MeasureWord, Trigger, TriggerKind
from consilience.model.period import parse_moment

SCHEMA = "consilience.measures/1"
PLAN = "measures.toml"
FILE = "measures.csv"
COLUMNS = ("id", "measure", "state", "owner", "at", "by", "reason", "claims", "url")
LEVELS = ("routine", "attention", "watch", "alert", "warning")
"""The words of the warning level, the lowest first."""

_KEYS = {"id", "title", "kind", "owners", "triggers"}
_TRIGGER_KEYS = {"level", "fact", "verdict", "step", "state", "date"}
_VERDICTS = ("corroborated", "circular", "sole", "conflicting")
Kind = TypeVar("Kind", bound=Enum)


def read_plan(source: Path) -> tuple[Measure, ...]:
    """The measures of a file, or of the `measures.toml` of a folder, in its order; none where a folder has none.

    Raises:
        IntakeError: naming the key that is wrong.
    """
    file = source / PLAN if source.is_dir() else source
    if source.is_dir() and not file.is_file():
        return ()
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise IntakeError(str(file), str(error), "a TOML file of measures") from error
    if table.get("schema") != SCHEMA:
        raise IntakeError(str(file), f"schema {table.get('schema')!r}", f"schema = {SCHEMA!r}")
    try:
        _known(table, {"schema", "measures"})
        found = tuple(_measure(each) for each in table.get("measures", []))
    except KeyError as error:
        raise IntakeError(str(file), f"a measure without {error.args[0]}", f"the key {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise IntakeError(str(file), str(error), "[[measures]] as docs/response.md has them") from error
    names = [each.id for each in found]
    for twice in sorted({name for name in names if names.count(name) > 1}):
        raise IntakeError(str(file), f"the measure {twice} twice", "an id of its own for each")
    return found


def read_words(source: Path, plan: Iterable[Measure]) -> tuple[MeasureWord, ...]:
    """What was said of measures, from a table or the `measures.csv` of a folder, in its order; none where a folder has none.

    Raises:
        IntakeError: naming file, row and column, what was found and what was expected.
    """
    file = source / FILE if source.is_dir() else source
    if source.is_dir() and not file.is_file():
        return ()
    known = {each.id: each for each in plan}
    return tuple(_word(line, known) for line in read_lines(file, COLUMNS))


def state_of(text: str) -> MeasureState:
    """A state by its word.

    Raises:
        ValueError: for another word, naming those that are.
    """
    return _one_of(text, MeasureState, "state")


def _measure(table: dict[str, object]) -> Measure:
    """One measure of the plan."""
    _known(table, _KEYS)
    owners, triggers = table["owners"], table.get("triggers", [])
    if not isinstance(owners, list) or not owners or not isinstance(triggers, list):
        raise ValueError(f"owners = {owners!r} and triggers = {triggers!r}, expected lists, of owners one at least")
    kind = _one_of(str(table["kind"]), MeasureKind, "kind")
    made = tuple(_trigger(each) for each in triggers)
    return Measure(str(table["id"]), str(table["title"]), kind, tuple(map(str, owners)), made)


def _trigger(table: dict[str, object]) -> Trigger:
    """`level = "watch"`; `fact` with `verdict`; `step = "CASE/reply"` with `state`; or `date`."""
    _known(table, _TRIGGER_KEYS)
    told = {key: str(value) for key, value in table.items()}
    match sorted(told):
        case ["level"] if told["level"] in LEVELS:
            return Trigger(TriggerKind.LEVEL, told["level"])
        case ["fact", "verdict"] if told["verdict"] in _VERDICTS:
            return Trigger(TriggerKind.FACT, told["fact"], told["verdict"])
        case ["state", "step"] if "/" in told["step"]:
            return Trigger(TriggerKind.STEP, told["step"], told["state"])
        case ["date"]:
            return Trigger(TriggerKind.DATE, date.fromisoformat(told["date"]).isoformat())
        case _:
            expected = f"level (one of {', '.join(LEVELS)}), fact with verdict, step (CASE/STEP) with state, or date"
            raise ValueError(f"a trigger of {told!r}, expected {expected}")


def _known(table: dict[str, object], keys: set[str]) -> None:
    """Refuse keys that nothing reads: a misspelt trigger would never be met."""
    unknown = sorted(set(table) - keys)
    if unknown:
        raise ValueError(f"the key {', '.join(unknown)}, expected none but {', '.join(sorted(keys))}")


def _one_of(text: str, kind: type[Kind], what: str) -> Kind:
    """A member by its word."""
    found = next((each for each in kind if each.value == text), None)
    if found is None:
        raise ValueError(f"{what} {text!r}, expected one of {', '.join(each.value for each in kind)}")
    return found


def _word(line: Line, known: dict[str, Measure]) -> MeasureWord:
    """One row, checked against the plan."""
    measure = known.get(line["measure"])
    if measure is None:
        raise line.wrong("measure", shown(line["measure"]), "one of " + ", ".join(known))
    if line["owner"] not in measure.owners:
        raise line.wrong("owner", shown(line["owner"]), "an owner of the measure: " + ", ".join(measure.owners))
    try:
        at = parse_moment(line["at"])
    except ValueError as error:
        raise line.wrong("at", shown(line["at"]), "a date, or a time with its offset") from error
    if line["url"] and not line["url"].startswith(("https://", "http://")):
        raise line.wrong("url", shown(line["url"]), "the address of a page, or an empty cell")
    return MeasureWord(
        line["id"], measure.id, line.choice("state", MeasureState), line["owner"], at, line["by"] or line["owner"],
        line.need("reason", "why, in a sentence of yours"), line.codes("claims"), line["url"],
    )  # fmt: skip
