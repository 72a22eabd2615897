"""Report: one row of a table of reports, read at once to what `table.read` makes of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from consilience.engine.filing import Spot
from consilience.errors import UsageError
from consilience.linkage.bags import Bags
from consilience.linkage.columns import Events
from consilience.linkage.table import COLUMNS, SHORTEST, USUAL_KM, read, stem

Row = Mapping[str, object]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Letters of which Python and Arrow have one opinion: Latin, Greek and Cyrillic. Other text is left to Arrow.
_PLAIN = re.compile("[^\u0130\u03a3\u0530-\U0010ffff]*")
_WORD = re.compile(r"[^\W_]+")
_EPOCH = date(1970, 1, 1).toordinal()


class _UnusualError(Exception):
    """A cell that only the table's reader reads."""


@dataclass(frozen=True, slots=True)
class Report:
    """One event, as `columns.Events` holds many: `words` and `actors` each once, in order."""

    name: str
    dataset: str
    spot: Spot
    kind: str
    actors: tuple[str, ...]
    count: float
    words: tuple[str, ...]


def report(row: Row) -> Report:
    """A row as a report.

    Args:
        row: cells by name of column (`table.COLUMNS`).

    Raises:
        UsageError: as `table.read`.
    """
    try:
        return _quickly(row)
    except _UnusualError:
        known = {name: row[name] for name in (*COLUMNS, "fatalities") if name in row}
        try:
            table = pa.Table.from_pylist([known])
        except (TypeError, ValueError, pa.ArrowException) as error:
            raise UsageError("link", str(error).splitlines()[0], "a row of plain cells") from error
        return next(reports(read(table)))


def reports(events: Events) -> Iterator[Report]:
    """Events one by one."""
    ids = events.ids.to_pylist()
    for at, name in enumerate(ids):
        (lat, lon), (first, last) = events.points[at].tolist(), events.days[at].tolist()
        yield Report(
            name=name,
            dataset=events.datasets[events.dataset[at]],
            spot=Spot(lat, lon, float(events.radius_km[at]), first, last),
            kind=events.kinds.paths[events.kinds.codes[at]],
            actors=_members(events.actors, at),
            count=float(events.count[at]),
            words=_members(events.words, at),
        )


def _members(bags: Bags, at: int) -> tuple[str, ...]:
    start = bags.starts[at]
    return tuple(sorted(bags.names[number] for number in bags.members[start : start + bags.sizes[at]].tolist()))


def _quickly(row: Row) -> Report:
    lat, lon = _number(row.get("lat"), math.nan), _number(row.get("lon"), math.nan)
    first = _day(row.get("date_from"), None)
    last = _day(row.get("date_to"), first)
    radius, count = (
        _number(row.get("precision_km"), USUAL_KM),
        _number(row.get("count" if "count" in row else "fatalities"), math.nan),
    )
    if not (abs(lat) <= 90 and abs(lon) <= 180 and first <= last) or radius < 0 or count < 0:
        raise _UnusualError  # which says what is wrong
    actors = row.get("actors")
    listed = actors if isinstance(actors, list | tuple) else _text(actors).split(";")
    words = {stem(word) for word in _WORD.findall(_text(row.get("text")).lower()) if len(word) >= SHORTEST}
    return Report(
        name=_given(row, "event_id"),
        dataset=_given(row, "dataset"),
        spot=Spot(
            lat,
            lon,
            radius,
            first,
            last,
        ),
        kind=_text(row.get("event_type")) or "event",
        actors=tuple(sorted({_text(name).strip().lower() for name in listed} - {""})),
        count=count,
        words=tuple(sorted(words)),
    )


def _given(row: Row, name: str) -> str:
    cell = row.get(name)
    if not isinstance(cell, str) or not cell:
        raise _UnusualError
    return cell


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str) or not _PLAIN.fullmatch(cell):
        raise _UnusualError
    return cell


def _number(cell: object, empty: float) -> float:
    if cell is None:
        return empty
    if type(cell) not in (int, float):
        raise _UnusualError
    found = float(cell)  # type: ignore[arg-type]  # just looked at
    if not math.isfinite(found):
        raise _UnusualError
    return found


def _day(cell: object, empty: int | None) -> int:
    """Days since 1970."""
    if isinstance(cell, str) and _DAY.fullmatch(cell):
        try:
            return date.fromisoformat(cell).toordinal() - _EPOCH
        except ValueError as error:
            raise _UnusualError from error
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.toordinal() - _EPOCH
    if cell is None and empty is not None:
        return empty
    raise _UnusualError
