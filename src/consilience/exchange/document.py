"""Document: a file of JSON as a table. What it is shows in what it holds, whatever it is called."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from consilience.errors import IntakeError
from consilience.exchange import geojson, misp
from consilience.exchange.stix.foreign import REST
from consilience.exchange.stix.read import Reading
from consilience.exchange.stix.read import read as read_stix
from consilience.intake.row import COLUMNS
from consilience.intake.table import Format, RawRow, Table
from consilience.trust import canonical
from consilience.trust.canonical import Json
from consilience.trust.errors import TrustError

MOST_BYTES = 256 * 1024 * 1024
"""Of one file: JSON is read whole, so that memory grows with it."""

ID = "object_id"
"""The column that names an object, or a part of an event, which is set aside."""

_HEAD = 64  # bytes, enough to see whether it is JSON
_LISTED = 12  # kinds of loss in a note
_EXPECTED = "a STIX 2.1 bundle, a page of a TAXII collection, a MISP event, or GeoJSON features"


def open_document(file: Path) -> Table | None:
    """The claims of a file of STIX or MISP as a native table, or features of GeoJSON; None for a file that is no JSON.

    Raises:
        IntakeError: JSON that is damaged, too large, or something else.
        OSError: when the file cannot be read.
    """
    with file.open("rb") as data:
        head = data.read(_HEAD).removeprefix(BOM_UTF8).lstrip()
        if not head.startswith((b"{", b"[")):
            return None
        data.seek(0)
        text = data.read(MOST_BYTES + 1).removeprefix(BOM_UTF8)
    try:
        value = canonical.parse(text, file.name, MOST_BYTES)
    except TrustError as error:
        hint = f"If it is a table: {_EXPECTED} begins with a bracket, a table does not."
        raise IntakeError(str(file), error.found, error.expected, hint) from error
    if isinstance(value, dict) and geojson.is_geojson(value):
        return geojson.open_features(value, str(file))
    reader = _reader(value)
    if reader is None:
        raise IntakeError(str(file), _said(value), _EXPECTED)
    return table_of(reader(value), str(file))


FORMATS: tuple[Format, ...] = (open_document,)
"""What intake is handed, so that it reads more than tables."""


def table_of(reading: Reading, name: str) -> Table:
    """A reading as a table: rows where its objects stand, each problem as a row that is set aside."""
    return Table(name, (*COLUMNS, "portions", ID, REST), _rows(reading), is_native=True, notes=_notes(reading, name))


def _reader(value: Json) -> Callable[[Json], Reading] | None:
    """How a document is read; None when it is of no kind that is known."""
    if isinstance(value, dict) and (isinstance(value.get("objects"), list) or _is_empty(value)):
        return _read_objects
    if isinstance(value, list) and value and all(_is_object(each) for each in value[:1]):
        return _read_objects
    return misp.read if misp.events(value) is not None else None


def _read_objects(value: Json) -> Reading:
    """The objects of a bundle, of a TAXII page, or of a bare list."""
    objects = value.get("objects", []) if isinstance(value, dict) else value
    return read_stix(objects if isinstance(objects, list) else [])


def _is_empty(value: dict[str, Json]) -> bool:
    """Whether it is a bundle or a TAXII page without objects."""
    return value.get("type") == "bundle" or value.keys() <= {"more", "next"}


def _is_object(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str) and isinstance(value.get("id"), str)


def _rows(reading: Reading) -> Iterator[RawRow]:
    """All rows and problems, in the order of the document."""
    found = [RawRow(number, cells) for number, cells in zip(reading.numbers, reading.rows, strict=True)]
    found += [RawRow(fault.number, {ID: fault.id}, fault.problem) for fault in reading.problems]
    return iter(sorted(found, key=lambda row: row.number))


def _notes(reading: Reading, name: str) -> tuple[str, ...]:
    """What no native column holds, with counts, in a sentence."""
    if not reading.losses:
        return ()
    return (f"{Path(name).name}: no native column for {_listed(reading.losses)}",)


def _listed(losses: Mapping[str, int]) -> str:
    """The most frequent losses, and how many kinds more there are."""
    ordered = sorted(losses.items(), key=lambda each: (-each[1], each[0]))
    said = ", ".join(f"{count:,} {kind}" for kind, count in ordered[:_LISTED])
    more = len(ordered) - _LISTED
    return f"{said} and {more:,} kinds more" if more > 0 else said


def _said(value: Json) -> str:
    """What a document is instead, in a few words."""
    if isinstance(value, dict):
        return "JSON with the keys " + (", ".join(sorted(value)[:8])[:200] or "(none)")
    return "a JSON list" if isinstance(value, list) else "JSON that is no object"
