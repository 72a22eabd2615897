"""A foreign format is a mapping, not a program: a TOML file from its columns to native ones."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from consilience.errors import IntakeError
from consilience.intake.row import COLUMNS, REQUIRED
from consilience.intake.setaside import Problem
from consilience.intake.template import Lookups, Template, TemplateError

SCHEMA = "consilience.mapping/1"
FOLDER = Path(__file__).parent / "mappings"


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a block applies: a column that is filled, `!column` empty, `column=text` equal."""

    column: str
    text: str | None
    negated: bool

    def holds(self, cells: dict[str, str]) -> bool:
        """Whether it holds for a row."""
        cell = cells.get(self.column, "").strip()
        met = cell == self.text if self.text is not None else bool(cell)
        return met != self.negated


@dataclass(frozen=True, slots=True)
class Block:
    """One claim that a row yields: native column to template, under conditions."""

    conditions: tuple[Condition, ...]
    templates: tuple[tuple[str, Template], ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A format: the columns that identify it, and the claims that each row yields."""

    name: str
    title: str
    columns: frozenset[str]
    blocks: tuple[Block, ...]
    used: frozenset[str]

    def fits(self, columns: tuple[str, ...]) -> bool:
        """Whether a table with these columns is of the format."""
        return bool(self.columns) and self.columns <= set(columns)

    def rows(self, cells: dict[str, str]) -> Iterator[dict[str, str] | Problem]:
        """Native rows of one foreign row; columns that no template uses are kept as extras."""
        kept = {name: cell for name, cell in cells.items() if name not in self.used and name not in COLUMNS and cell}
        yielded = False
        for block in self.blocks:
            if not all(condition.holds(cells) for condition in block.conditions):
                continue
            yielded = True
            row = dict(kept)
            try:
                for column, template in block.templates:
                    row[column] = template.fill(cells)
            except TemplateError as error:
                yield Problem(error.column, error.found, error.expected)
                continue
            yield row
        if not yielded:
            wanted = sorted({item.column for block in self.blocks for item in block.conditions if not item.negated})
            yield Problem("row", "nothing to claim", "a value in " + " or ".join(wanted or ["some column"]))


def load(file: Path) -> Mapping:
    """Read a mapping.

    Raises:
        IntakeError: naming the key that is wrong.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise IntakeError(
            str(file), str(error), "a TOML file", "`consilience ingest --suggest FILE` writes one."
        ) from error
    if table.get("schema") != SCHEMA:
        raise IntakeError(str(file), f"schema {table.get('schema')!r}", f"schema = {SCHEMA!r}")
    try:
        lookups = Lookups.read(table.get("map", {}))
        blocks = tuple(_block(block, lookups) for block in table.get("claim", []))
    except (TemplateError, AttributeError, TypeError) as error:
        raise IntakeError(str(file), str(error), '[[claim]] tables of native column = "template"') from error
    if not blocks:
        raise IntakeError(str(file), "no [[claim]]", "at least one [[claim]] with the native columns to fill")
    used = {name for block in blocks for _, template in block.templates for name in template.columns}
    used |= {condition.column for block in blocks for condition in block.conditions}
    return Mapping(
        name=str(table.get("name", file.stem)),
        title=str(table.get("title", file.stem)),
        columns=frozenset(str(name) for name in table.get("columns", [])),
        blocks=blocks,
        used=frozenset(used),
    )


def _block(table: dict[str, object], lookups: Lookups) -> Block:
    """One [[claim]]."""
    when = table.get("when", [])
    listed = when if isinstance(when, list) else [when]
    templates = {name: text for name, text in table.items() if name != "when"}
    missing = [name for name in REQUIRED if name not in templates]
    if missing:
        raise TemplateError("claim", "no " + ", ".join(missing), "all of " + ", ".join(REQUIRED))
    return Block(
        tuple(_condition(str(text)) for text in listed),
        tuple((name, Template.parse(str(text), lookups)) for name, text in templates.items()),
    )


def _condition(text: str) -> Condition:
    negated = text.startswith("!")
    column, equals, wanted = text.removeprefix("!").partition("=")
    return Condition(column.strip(), wanted.strip() if equals else None, negated)


@cache
def shipped() -> tuple[Mapping, ...]:
    """The formats that ship with us."""
    return tuple(load(file) for file in sorted(FOLDER.glob("*.toml")))


def for_columns(columns: tuple[str, ...]) -> Mapping | None:
    """The shipped mapping that fits a table, the most demanding first; None for native and unknown tables."""
    if {name.lower() for name in columns} >= set(REQUIRED):
        return None
    fitting = [found for found in shipped() if found.fits(columns)]
    return max(fitting, key=lambda found: len(found.columns), default=None)
