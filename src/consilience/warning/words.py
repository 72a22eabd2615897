"""Words: what analysts set the level to, by whom and why, from a small table that is read strictly."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path

from consilience.intake.ruled import Line, read_lines
from consilience.intake.setaside import shown
from consilience.warning.level import Step, Word

COLUMNS = ("id", "day", "step", "by", "reason")

_Choice = Enum("_Choice", {step.name: step.word for step in Step})  # type: ignore[misc]  # mypy wants a literal


def read_words(file: Path) -> tuple[Word, ...]:
    """The words of a table, in order of day.

    Raises:
        IntakeError: naming file, row and column, what was found and what was expected.
    """
    found = [_word(line) for line in read_lines(file, COLUMNS)]
    return tuple(sorted(found, key=lambda word: word.day))


def _word(line: Line) -> Word:
    """One row."""
    step = Step[line.choice("step", _Choice).name]
    try:
        day = date.fromisoformat(line.need("day", "a day such as 2021-12-06"))
    except ValueError as error:
        raise line.wrong("day", shown(line["day"]), "a day such as 2021-12-06") from error
    return Word(day, step, line.need("by", "whose word it is"), line.need("reason", "why: it stays in the record"))
