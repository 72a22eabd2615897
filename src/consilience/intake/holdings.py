"""Holdings: everything that was put on the table, read; what could not be read is set aside and counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from consilience.errors import IntakeError, UsageError
from consilience.intake import gazetteer, mapping, scenario
from consilience.intake.collector import at_rest
from consilience.intake.gazetteer import Gazetteer
from consilience.intake.place import PlaceReader
from consilience.intake.row import COLUMNS, REQUIRED, RowReader
from consilience.intake.setaside import BadRow, Problem
from consilience.intake.table import ArrowStream, Format, RawRow, Table, arrow_table, open_table
from consilience.model.claim import Claim
from consilience.model.identity import ClaimId, version_id
from consilience.model.period import Moment

Source = str | Path | ArrowStream
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Intake:
    """How to read: strictness, the encoding and mapping of foreign files, and whom to tell of progress.

    `formats` open files that are no tables; `tell` is told what of such a file no row holds.
    """

    strict: bool = False
    encoding: str | None = None
    mapping: mapping.Mapping | None = None
    progress: Progress = field(default=lambda name, rows: None)
    formats: tuple[Format, ...] = ()
    tell: Callable[[str], None] = field(default=lambda note: None)


@dataclass(frozen=True, slots=True)
class Holdings:
    """The claims of all tables in canonical order, and what happened to the rest."""

    claims: tuple[Claim, ...]
    set_aside: tuple[BadRow, ...]
    repeated_rows: int
    equivocations: tuple[str, ...]
    scenario: scenario.Scenario | None
    gazetteer: Gazetteer


@dataclass(frozen=True, slots=True)
class Opened:
    """Sources that are opened and about to be read: each table once, in order."""

    tables: Iterator[Table]
    reader: RowReader
    gazetteer: Gazetteer
    scenario: scenario.Scenario | None


def open_sources(sources: Sequence[Source], how: Intake) -> Opened:
    """Open tables, folders and scenarios, with the names of places that they know.

    Raises:
        UsageError: when there is nothing to read.
        IntakeError: when a scenario or a list of sites cannot be read.
    """
    if not sources:
        raise UsageError("compare", "no tables", "at least one file, folder or table")
    files, told, days = _expand(sources)
    if told and told.reported:
        first, last = told.reported
        how.tell(f"{told.folder.name}: of its holdings what was reported from {first} to {last} is read, and no more")
    places = tuple(dict.fromkeys((*scenario.shipped_places(), *(told.places if told else ()))))
    known = gazetteer.load(*places)
    tables = (_table(source, number, how, days.get(number)) for number, source in enumerate(files, start=1))
    return Opened(tables, RowReader(PlaceReader(known)), known, told)


class Row(NamedTuple):
    """The native cells of a row, the claim that they say, and the number of the row in its table."""

    cells: Mapping[str, str]
    claim: Claim
    number: int


class Kept(NamedTuple):
    """The native cells of a row that a ledger keeps, and when it was withdrawn, if it was."""

    cells: Mapping[str, str]
    withdrawn: Moment | None = None


@at_rest()
def read_holdings(sources: Sequence[Source], intake: Intake | None = None) -> Holdings:
    """Read tables, folders and scenarios into holdings.

    Rows that are the same to the letter are one claim; one id with different contents is kept as several
    claims, `C1~3f2a…`, and named as an equivocation.

    Raises:
        UsageError: when there is nothing to read.
        IntakeError: when a table as a whole cannot be read; in strict mode for the first bad row.
    """
    how = intake or Intake()
    opened = open_sources(sources, how)
    claims: list[Claim] = []
    bad: list[BadRow] = []
    for table in opened.tables:
        for item in read_table(table, opened.reader, how):
            if isinstance(item, BadRow):
                bad.append(item)
            else:
                claims.append(item)
    known, told = opened.gazetteer, opened.scenario
    distinct, repeated, twice = _distinct(claims)
    return Holdings(distinct, tuple(bad), repeated, twice, told, known)


def read_table(table: Table, reader: RowReader, how: Intake) -> Iterator[Claim | BadRow]:
    """Claims and bad rows of one table, as they are read.

    Raises:
        IntakeError: when the table lacks a required column and no mapping fits it; in strict mode for a bad row.
    """
    for item in read_rows(table, reader, how):
        yield item if isinstance(item, BadRow) else item.claim


def read_rows(table: Table, reader: RowReader, how: Intake) -> Iterator[Row | BadRow]:
    """As `read_table`, each claim with the native cells that it was read from."""
    chosen = None if table.is_native else how.mapping or mapping.for_columns(table.columns)
    if chosen is None:
        _check_columns(table)
    elif how.mapping:
        _check_mapping(table, how.mapping)
    name = Path(table.name).name
    for note in table.notes:
        how.tell(note)
    native = {column: column.lower() for column in table.columns if column != column.lower() in COLUMNS}
    spelt = chosen.spelling(table.columns) if chosen else native
    for raw in table.rows:
        if raw.number % 1000 == 0:
            how.progress(name, raw.number)
        for row in _native_rows(raw, chosen, spelt):
            found = [row] if isinstance(row, Problem) else reader.read(row)
            if isinstance(found, Claim):
                if table.reported and not table.reported[0] <= found.reported_at.at.date() <= table.reported[1]:
                    continue
                yield Row(row, found, raw.number)  # type: ignore[arg-type]  # a Problem is never read as a claim
                continue
            bad = BadRow(name, raw.number, tuple(found), tuple(raw.cells.items()))
            if how.strict:
                first = found[0]
                raise IntakeError(f"{name}, row {raw.number}, column {first.column}", repr(first.found), first.expected)
            yield bad


def holdings_of(rows: Iterable[Kept], known: Gazetteer, name: str) -> Holdings:
    """Holdings of native rows that are already at hand; `name` says in messages where they come from."""
    reader = RowReader(PlaceReader(known))
    claims: list[Claim] = []
    bad: list[BadRow] = []
    for number, row in enumerate(rows, start=1):
        found = reader.read(row.cells)
        if isinstance(found, Claim):
            claims.append(replace(found, withdrawn=row.withdrawn) if row.withdrawn else found)
        else:
            bad.append(BadRow(name, number, tuple(found), tuple(row.cells.items())))
    # what still stands comes last: it prevails over the same words withdrawn
    distinct, repeated, twice = _distinct(sorted(claims, key=lambda claim: claim.withdrawn is None))
    return Holdings(distinct, tuple(bad), repeated, twice, None, known)


def _native_rows(
    raw: RawRow, chosen: mapping.Mapping | None, spelt: dict[str, str]
) -> Iterable[dict[str, str] | Problem]:
    """The native rows of one row of a table, or what is wrong with it."""
    if raw.problem:
        return [raw.problem]
    cells = _renamed(raw.cells, spelt)
    return chosen.rows(cells) if chosen else [cells]


def _renamed(cells: dict[str, str], spelt: dict[str, str]) -> dict[str, str]:
    """Columns as they are looked for, whatever their case in the file; others as they are."""
    return {spelt.get(name, name): cell for name, cell in cells.items()} if spelt else cells


def _check_mapping(table: Table, chosen: mapping.Mapping) -> None:
    """Refuse a mapping that reads columns which the table does not have: a template left to fill in, or another table's."""
    missing = sorted(chosen.used - set(table.columns))
    if missing:
        raise IntakeError(
            f"mapping {chosen.name}",
            f"the column {', '.join(missing)}",
            f"columns that {table.name} has: {', '.join(table.columns)}",
            "Mend the lines of the mapping that name them.",
        )


def _check_columns(table: Table) -> None:
    """Refuse a table that lacks a required column, with the way out."""
    have = {name.lower() for name in table.columns}
    missing = [name for name in REQUIRED if name not in have]
    if missing:
        listed = ", ".join(name or "(no name)" for name in table.columns[:8])
        more = f" and {len(table.columns) - 8} more" if len(table.columns) > 8 else ""
        raise IntakeError(
            table.name,
            f"the columns {listed}{more}",
            "a column " + ", ".join(missing),
            f"Its columns have other names? Run: consilience ingest --suggest {table.name}",
        )


def _expand(
    sources: Sequence[Source],
) -> tuple[list[Source], scenario.Scenario | None, dict[int, tuple[date, date]]]:
    """Folders as their tables; the first scenario is the one that is told; days of tables that have some, by number."""
    files: list[Source] = []
    days: dict[int, tuple[date, date]] = {}
    told: scenario.Scenario | None = None
    for source in sources:
        path = Path(source) if isinstance(source, str | Path) else None
        if path is None or not path.is_dir():
            files.append(source)
        elif scenario.is_scenario(path):
            found = scenario.read_scenario(path)
            told = told or found
            if found.reported:
                days |= dict.fromkeys(range(len(files) + 1, len(files) + len(found.holdings) + 1), found.reported)
            files.extend(found.holdings)
        else:
            files.extend(scenario.tables_in(path))
    return files, told, days


def _table(source: Source, number: int, how: Intake, days: tuple[date, date] | None) -> Table:
    """One source as a table."""
    if isinstance(source, str | Path):
        return replace(open_table(Path(source), how.encoding, how.formats), reported=days)
    return arrow_table(source, f"table {number}")


def _distinct(claims: Iterable[Claim]) -> tuple[tuple[Claim, ...], int, tuple[str, ...]]:
    """Claims in canonical order, each once; how many rows were repeats; which ids have several contents."""
    by_id: dict[ClaimId, dict[str, Claim]] = defaultdict(dict)
    rows = 0
    for claim in claims:
        by_id[claim.id][claim.digest] = claim
        rows += 1
    distinct: list[Claim] = []
    for claim_id in sorted(by_id):
        versions = by_id[claim_id]
        if len(versions) == 1:
            distinct.extend(versions.values())
        else:
            distinct.extend(replace(versions[key], id=version_id(claim_id, key)) for key in sorted(versions))
    twice = tuple(claim_id for claim_id in sorted(by_id) if len(by_id[claim_id]) > 1)
    return tuple(distinct), rows - len(distinct), twice
