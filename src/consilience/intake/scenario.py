"""Scenarios: folders of holdings with the places and partners they speak of, and the data that ships with us."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from consilience.errors import IntakeError
from consilience.model.identity import PartnerId

SCHEMA = "consilience.scenario/1"
SUFFIXES = (".csv", ".tab", ".tsv", ".parquet", ".pq")
_PACKAGED = Path(__file__).parent.parent / "scenarios"
_CHECKOUT = Path(__file__).parents[3] / "scenarios"


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner as the scenario introduces it."""

    code: PartnerId
    name: str
    kind: str
    role: str
    note: str


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """A day worth stopping at when the record is replayed."""

    date: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who runs a node in the scenario, and whose claims it recorded itself, by the names of the holdings' files."""

    code: PartnerId
    name: str
    holdings: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A folder that `scenario.toml` describes.

    `reported`, where it is given, are the first and the last day of its reports: what its holdings have of others is no
    part of it.
    """

    folder: Path
    title: str
    summary: str
    home: PartnerId
    focus: tuple[PartnerId, ...]
    default_as_of: str
    holdings: tuple[Path, ...]
    places: tuple[Path, ...]
    partners: tuple[Partner, ...]
    moments: tuple[MarkedDay, ...]
    nodes: tuple[Keeper, ...] = ()
    reported: tuple[date, date] | None = None


def read_scenario(folder: Path) -> Scenario:
    """Read a scenario's description.

    Raises:
        IntakeError: for a missing or malformed file, naming it.
    """
    file = folder / "scenario.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise IntakeError(str(file), str(error), "a TOML file that describes the scenario") from error
    if table.get("schema") != SCHEMA:
        raise IntakeError(str(file), f"schema {table.get('schema')!r}", f"schema = {SCHEMA!r}")
    holdings = tuple(sorted(folder.glob(str(table.get("holdings", "*.csv")))))
    if not holdings:
        raise IntakeError(
            str(file), f"no file for holdings = {table.get('holdings')!r}", "at least one table of claims"
        )
    return Scenario(
        folder=folder,
        title=str(table.get("title", folder.name)),
        summary=str(table.get("summary", "")),
        home=PartnerId(str(table.get("home", ""))),
        focus=tuple(PartnerId(str(code)) for code in table.get("focus", [])),
        default_as_of=str(table.get("default_as_of", "")),
        holdings=holdings,
        places=tuple(folder / str(name) for name in [table["places"]] if name) if "places" in table else (),
        partners=_partners(folder / str(table["partners"])) if "partners" in table else (),
        moments=tuple(
            MarkedDay(str(row.get("date", "")), str(row.get("title", "")), str(row.get("text", "")))
            for row in table.get("moments", [])
        ),
        nodes=_nodes(table.get("nodes", []), holdings),
        reported=_reported(table["reported"], file) if "reported" in table else None,
    )


def is_scenario(path: Path) -> bool:
    """Whether the path is a folder with a scenario description."""
    return (path / "scenario.toml").is_file()


def tables_in(folder: Path) -> tuple[Path, ...]:
    """The tables of a folder that is no scenario.

    Raises:
        IntakeError: when it holds none.
    """
    found = tuple(
        sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and "set-aside" not in file.stem)
    )
    if not found:
        raise IntakeError(str(folder), "a folder without tables", "CSV or Parquet files, or a scenario.toml")
    return found


def shipped() -> Path:
    """The folder of scenarios that ships: inside the installed package, or in the checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def shipped_places() -> tuple[Path, ...]:
    """The lists of sites of all shipped scenarios: names that are known whatever files are compared."""
    root = shipped()
    return tuple(sorted(root.glob("*/sites.csv"))) if root.is_dir() else ()


def _reported(value: object, file: Path) -> tuple[date, date]:
    """The days from first to last on which the scenario's rows were reported."""
    ends = [value.get(name) for name in ("first", "last")] if isinstance(value, dict) else []
    try:
        first, last = (date.fromisoformat(str(end)) for end in ends)
    except ValueError as error:
        expected = 'first = "2021-03-01" and last = "2021-06-01"'
        raise IntakeError(f"{file}: reported", str(value), expected) from error
    if first > last:
        raise IntakeError(f"{file}: reported", f"{first} to {last}", "a first day that is not after the last")
    return first, last


def _nodes(rows: list[dict[str, object]], holdings: tuple[Path, ...]) -> tuple[Keeper, ...]:
    """Who runs a node: one keeps the files that bear its code, and one that `holds = "rest"` all that are left."""
    own = {str(row.get("code", "")) for row in rows if row.get("holds") != "rest"}
    return tuple(
        Keeper(
            PartnerId(code := str(row.get("code", ""))),
            str(row.get("name", code)),
            tuple(
                file for file in holdings if (file.stem not in own if row.get("holds") == "rest" else file.stem == code)
            ),
        )
        for row in rows
    )


def _partners(file: Path) -> tuple[Partner, ...]:
    """The partners of a table with columns code, name, kind, role, note."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise IntakeError(str(file), str(error), "a CSV table of partners in UTF-8") from error
    return tuple(
        Partner(
            PartnerId(row["code"]),
            row.get("name") or row["code"],
            row.get("kind") or "",
            row.get("role") or "",
            row.get("note") or "",
        )
        for row in rows
        if row.get("code")
    )
