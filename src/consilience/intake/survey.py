"""Survey: the table of polls becomes answers, strictly. A row that cannot be read stops it, and is named."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from consilience.intake.ruled import Line, read_lines
from consilience.intake.setaside import shown
from consilience.model.survey import Answer

FILE = "polls.csv"
COLUMNS = (
    "id", "pollster", "country", "field_from", "field_to", "published", "sample", "topic", "question", "answer", "percent", "url",
)  # fmt: skip
_OPTIONAL = ("note",)
_MOST_DIGITS = 10  # of a sample: more than live on earth
_EXPECTED = "a day such as 2021-12-14, a month or a year"


def read_surveys(source: Path) -> tuple[Answer, ...]:
    """The answers of a table, or of the `polls.csv` of a folder, in its order; none where a folder has no such table.

    Raises:
        IntakeError: naming file, row and column, what was found and what was expected.
    """
    file = source / FILE if source.is_dir() else source
    if source.is_dir() and not file.is_file():
        return ()
    return tuple(_answer(line) for line in read_lines(file, COLUMNS, _OPTIONAL))


def _answer(line: Line) -> Answer:
    """One row."""
    first, last = _days(line, "field_from")[0], _days(line, "field_to")[1]
    published = _days(line, "published")[1]
    if last < first:
        raise line.wrong("field_to", line["field_to"], f"no earlier than {line['field_from']}")
    if published < first:
        raise line.wrong("published", line["published"], "no earlier than people were asked")
    share, step = _share(line)
    return Answer(
        line["id"], line.need("pollster", "who asked"), line.need("country", "a code: whose public"), (first, last), published,
        _sample(line), line.need("topic", "a word for what is asked"), line.need("question", "what was asked"),
        line.need("answer", "the answer"), share, step, line["url"], line["note"],
    )  # fmt: skip


def _days(line: Line, column: str) -> tuple[date, date]:
    """The first and the last day of a day, a month or a year."""
    text = line.need(column, _EXPECTED)
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            return date(parts[0], 1, 1), date(parts[0], 12, 31)
        if len(parts) == len(("year", "month")):
            year, month = parts
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date.fromisoformat(text), date.fromisoformat(text)
    except (ValueError, TypeError, OverflowError, calendar.IllegalMonthError) as error:
        raise line.wrong(column, shown(text), _EXPECTED) from error


def _sample(line: Line) -> int | None:
    """How many were asked, if a page says so."""
    text = line["sample"]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) > 0):
        raise line.wrong("sample", shown(text), "how many were asked, or an empty cell where no page says it")
    return int(text)


def _share(line: Line) -> tuple[float, float]:
    """The share, and what its last digit is worth."""
    text = line.need("percent", "the share in percent")
    try:
        found = Decimal(text)
        if not 0 <= found <= 100:
            raise ValueError
        digits = found.as_tuple().exponent
        if not isinstance(digits, int) or digits > 1:
            raise ValueError
    except (InvalidOperation, ValueError) as error:
        raise line.wrong("percent", shown(text), "a number from 0 to 100") from error
    return float(found / 100), 10.0**digits / 100
