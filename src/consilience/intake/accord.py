"""Accord: the table of accords becomes accords, strictly. A row that cannot be read stops it, and is named."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from enum import Enum
from pathlib import Path

from consilience.errors import IntakeError
from consilience.intake.ruled import Line, read_lines
from consilience.intake.setaside import shown
from consilience.model.accord import Accord, Cited, Clause, Dispute, Participation, Role

COLUMNS = (
    "id", "accord", "date", "kind", "article", "actor", "role", "capacity", "stated_by", "bound", "bound_codes", "obligation",
    "object", "value", "unit", "deadline", "claims", "url",
)  # fmt: skip
OPTIONAL = ("also_called",)
FILE = "accords.csv"
_DISPUTING = "disputes being a "
_YEAR = len("2011")


class Kind(Enum):
    """What a row of the table is."""

    PARTICIPATION = "participation"
    CLAUSE = "clause"
    REFERENCE = "reference"
    DISPUTE = "dispute"


def read_accords(source: Path) -> tuple[Accord, ...]:
    """The accords of a table, or of the `accords.csv` of a folder, in the order of their first rows.

    Raises:
        IntakeError: naming file, row and column, what was found and what was expected.
    """
    file = source / FILE if source.is_dir() else source
    rows: dict[str, list[tuple[Kind, Line]]] = defaultdict(list)
    for line in read_lines(file, COLUMNS, OPTIONAL):
        rows[line.need("accord", "the name of an accord")].append((line.choice("kind", Kind), line))
    if not rows:
        raise IntakeError(str(file), "no row", "at least one row of an accord")
    return tuple(_accord(name, lines) for name, lines in rows.items())


def _accord(name: str, lines: list[tuple[Kind, Line]]) -> Accord:
    """One accord from its rows; its day is the first that a row of it other than a dispute gives."""
    days = [_day(line) for kind, line in lines if kind is not Kind.DISPUTE] or [_day(line) for _, line in lines]
    also = [part.strip() for _, line in lines for part in line["also_called"].split(";") if part.strip()]
    of = {kind: [line for each, line in lines if each is kind] for kind in Kind}
    return Accord(
        name,
        min(days),
        tuple(dict.fromkeys(also)),
        tuple(_participation(line) for line in of[Kind.PARTICIPATION]),
        tuple(_clause(line) for line in of[Kind.CLAUSE]),
        tuple(_clause(line) for line in of[Kind.REFERENCE]),
        tuple(_dispute(line) for line in of[Kind.DISPUTE]),
    )


def _participation(line: Line) -> Participation:
    """Who took part in what role, by whose word."""
    line.need("stated_by", "the page or body that states the role: a role is a claim")
    actors = line.codes("actor")
    if not actors:
        line.need("capacity", "an actor, or the capacity of a person without office")
    return Participation(_cited(line), actors, line.choice("role", Role), line["capacity"])


def _clause(line: Line) -> Clause:
    """What whom the text obliges to do."""
    line.need("obligation", "what the clause obliges to, in your words")
    line.need("bound", "the text's word for who is bound, such as both sides")
    if bool(line["value"]) != bool(line["unit"]):
        raise line.wrong("unit", shown(line["unit"]), "a value with its unit, or neither")
    return Clause(
        _cited(line), line["article"], line["bound"], line.codes("bound_codes"), line["obligation"], line["object"],
        line["value"], line["unit"], line["deadline"],
    )  # fmt: skip


def _dispute(line: Line) -> Dispute:
    """Who denies which role; the cell says `disputes being a party`."""
    line.need("actor", "who disputes it")
    line.need("stated_by", "the page or body that tells of the dispute")
    words = {_DISPUTING + role.value: role for role in Role}
    over = words.get(line["role"].lower())
    if over is None:
        raise line.wrong("role", shown(line["role"]), "one of " + ", ".join(words))
    return Dispute(_cited(line), line.codes("actor"), over, line["capacity"], line.codes("claims"))


def _cited(line: Line) -> Cited:
    """Where a row comes from. An address is an address of the web, or the cell is empty: then nothing confirms it."""
    url = line["url"]
    if url and not url.startswith(("https://", "http://")):
        raise line.wrong("url", shown(url), "the address of a page, or an empty cell for what no source confirms")
    return Cited(line["id"], _day(line), line["stated_by"], url)


def _day(line: Line) -> date:
    """The day of a row; of a year alone its last, by which it stood for certain."""
    text = line.need("date", "a day such as 2014-09-05, or a year")
    try:
        return date(int(text), 12, 31) if len(text) == _YEAR else date.fromisoformat(text)
    except ValueError as error:
        raise line.wrong("date", shown(text), "a day such as 2014-09-05, or a year") from error
