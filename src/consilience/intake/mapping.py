"""A foreign format is a mapping, not a program: a TOML file from its columns to native ones."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from consilience.errors import IntakeError
from consilience.intake.row import COLUMNS, REQUIRED
from consilience.intake.setaside import Problem
from consilience.intake.template import Lookups, Template, TemplateError

SCHEMA = "consilience.mapping/1"
FOLDER = Path(__file__).parent / "mappings"
TABLES = FOLDER / "tables"
"""What several mappings include: tables of codes that formats share."""


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
class Headerless:
    """A table of the format that begins with its first row: the names of all columns, and what some cells look like."""

    columns: tuple[str, ...]
    shape: tuple[tuple[int, re.Pattern[str]], ...]

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a row is of such a table: by the number of its cells, and their shape."""
        return len(cells) == len(self.columns) and all(
            pattern.fullmatch(cells[at].strip()) for at, pattern in self.shape
        )


@dataclass(frozen=True, slots=True)
class Mapping:
    """A format: the columns that identify it, and the claims that each row yields.

    `named` are cells that are worked out first, in order, for the templates to read as columns. `is_quoted` tells that
    a quotation mark may enclose a cell, which it does not in formats that have never heard of one.
    """

    name: str
    title: str
    columns: frozenset[str]
    blocks: tuple[Block, ...]
    used: frozenset[str]
    named: tuple[tuple[str, Template], ...] = ()
    headerless: tuple[Headerless, ...] = ()
    is_quoted: bool = True

    def fits(self, columns: tuple[str, ...]) -> bool:
        """Whether a table with these columns is of the format, whatever their case."""
        return bool(self.columns) and {name.lower() for name in self.columns} <= {name.lower() for name in columns}

    def spelling(self, columns: tuple[str, ...]) -> dict[str, str]:
        """The table's columns that the mapping spells in another case, each with the mapping's spelling."""
        mine = {name.lower(): name for name in self.used}
        return {name: mine[name.lower()] for name in columns if mine.get(name.lower(), name) != name}

    def rows(self, cells: dict[str, str]) -> Iterator[dict[str, str] | Problem]:
        """Native rows of one foreign row; columns that no template uses are kept as extras."""
        kept = {name: cell for name, cell in cells.items() if name not in self.used and name not in COLUMNS and cell}
        cells = dict(cells) if self.named else cells
        try:
            for name, template in self.named:
                cells[name] = template.fill(cells)
        except TemplateError as error:
            yield Problem(error.column, error.found, error.expected)
            return
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
        lookups = Lookups.read(_included(table) | table.get("map", {}))
        named = tuple((name, Template.parse(str(text), lookups)) for name, text in table.get("let", {}).items())
        blocks = tuple(_block(block, lookups) for block in table.get("claim", []))
        headerless = tuple(_headerless(each) for each in table.get("headerless", []))
    except (TemplateError, AttributeError, TypeError, KeyError, ValueError) as error:
        raise IntakeError(str(file), str(error), '[[claim]] tables of native column = "template"') from error
    if not blocks:
        raise IntakeError(str(file), "no [[claim]]", "at least one [[claim]] with the native columns to fill")
    used = {name for block in blocks for _, template in block.templates for name in template.columns}
    used |= {name for _, template in named for name in template.columns}
    used |= {condition.column for block in blocks for condition in block.conditions}
    return Mapping(
        name=str(table.get("name", file.stem)),
        title=str(table.get("title", file.stem)),
        columns=frozenset(str(name) for name in table.get("columns", [])),
        blocks=blocks,
        used=frozenset(used - {name for name, _ in named}),
        named=named,
        headerless=headerless,
        is_quoted=bool(table.get("quoted", True)),
    )


def _included(table: dict[str, object]) -> dict[str, dict[str, str]]:
    """The [map.NAME] tables of the shipped tables of codes that a mapping includes by name."""
    names = table.get("include", [])
    found: dict[str, dict[str, str]] = {}
    for name in names if isinstance(names, list) else [names]:
        file = TABLES / f"{name}.toml"
        if not re.fullmatch(r"[a-z_]+", str(name)) or not file.is_file():
            raise ValueError(f"include {name!r}: no such table of codes")
        found |= tomllib.loads(file.read_text(encoding="utf-8"))["map"]
    return found


def _headerless(table: dict[str, object]) -> Headerless:
    """One [[headerless]]: `columns` in one text, and `shape`, patterns of cells by column."""
    columns = tuple(str(table["columns"]).split())
    shape = table["shape"]
    if not isinstance(shape, dict) or not shape:
        raise TypeError("[[headerless]] without a shape, which is a table of column = pattern")
    return Headerless(columns, tuple((columns.index(name), re.compile(text)) for name, text in shape.items()))


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


def headerless(cells: Sequence[str]) -> tuple[str, ...] | None:
    """The columns of the shipped format without a header that this row is of."""
    return next((each.columns for found in shipped() for each in found.headerless if each.fits(cells)), None)
