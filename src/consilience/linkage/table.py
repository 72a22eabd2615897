"""Table: the columns of a table of reports, read all at once and checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from consilience.engine.grid import CORNER
from consilience.errors import UsageError
from consilience.intake.table import ArrowStream
from consilience.linkage.bags import Bags
from consilience.linkage.columns import Events, Kinds
from consilience.model.phenomenon import Phenomenon

COLUMNS = (
    "event_id",
    "dataset",
    "date_from",
    "date_to",
    "lat",
    "lon",
    "precision_km",
    "event_type",
    "actors",
    "count",
    "text",
)
_REQUIRED = COLUMNS[:6]
USUAL_KM = 5.0  # the precision of a point without one: a town, as gazetteers give it
SHORTEST = 3  # letters of a word
_ENDINGS, _STEM = ("ings", "ing", "ers", "ed", "es", "s"), 4  # endings that are cut, and letters that have to stay
_SQUARE_DEGREES = 0.25  # neighbours are read into neighbouring rows: columns of neighbours are read faster
_COLUMNS, _DAY_BITS, _PARTS = 1442, 18, 1 << 11  # of the key that they are sorted by
_BREAKS = r"[^\p{L}\p{N}]+"


def read(events: ArrowStream) -> Events:
    """The events of a table, in an order that depends on what they say alone.

    Args:
        events: the table (`COLUMNS`; `fatalities` for `count`).

    Raises:
        UsageError: when a required column is missing, or a cell of a column cannot be read, or an id is there twice.
    """
    try:
        table = events if isinstance(events, pa.Table) else pa.table(events)
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise UsageError("link", str(error).splitlines()[0], "a pandas, polars or Arrow table of events") from error
    missing = [name for name in _REQUIRED if name not in table.column_names]
    if missing:
        raise UsageError("link", "the columns " + ", ".join(table.column_names), "a column " + ", ".join(missing))
    table = _plain(table)
    lat, lon = _within(table, "lat", 90.0), _within(table, "lon", 180.0)
    first = _days(table, "date_from")
    last = _days(table, "date_to", first)
    _refuse(
        "date_to before date_from",
        last < first,
        [first.astype("datetime64[D]"), last.astype("datetime64[D]")],
        "a day on or after date_from",
    )
    ids = _given(table, "event_id")
    precision = _least(table, "precision_km", USUAL_KM)
    count = _least(table, "count" if "count" in table.column_names else "fatalities", np.nan)
    order = _order(ids, np.column_stack([lat, lon]), first)
    dataset, datasets = numbered(_given(table, "dataset").take(pa.array(order)))
    table = table.select([name for name in ("event_type", "actors", "text") if name in table.column_names])
    table = table.take(pa.array(order)) if table.num_columns else table
    ids = ids.take(pa.array(order)).cast(pa.string())
    kinds, paths = numbered(_text(table, "event_type", "event"))
    return Events(
        ids=ids,
        dataset=dataset,
        datasets=datasets,
        points=np.column_stack([lat, lon])[order],
        radius_km=precision[order],
        days=np.column_stack([first, last])[order],
        kinds=Kinds.of(kinds, [Phenomenon(path) for path in paths]),
        actors=_names(table),
        count=count[order],
        words=_words(table),
    )


def _plain(table: pa.Table) -> pa.Table:
    """The known columns in one piece, text of any layout as one that can be taken from."""
    table = table.select([name for name in (*COLUMNS, "fatalities") if name in table.column_names])
    for at, field in enumerate(table.schema):
        if pa.types.is_string_view(field.type) or pa.types.is_string(field.type) or pa.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, table.column(at).cast(pa.large_string()))
    return table.combine_chunks()


def _parse(name: str, expected: str, reading: Callable[[], NDArray[np.generic]]) -> NDArray[np.generic]:
    try:
        return reading()
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise UsageError("link", f"{name}: {str(error).splitlines()[0]}", expected) from error


def _within(table: pa.Table, name: str, most: float) -> NDArray[np.float64]:
    """Degrees."""
    values = _numbers(table, name, np.nan)
    _refuse(name, ~(np.abs(values) <= most), [values], f"degrees between -{most:g} and {most:g}")
    return values


def _least(table: pa.Table, name: str, empty: float) -> NDArray[np.float64]:
    """Numbers of nought and more, `empty` where there is none; what is not a number is none."""
    values = _numbers(table, name, empty)
    values = np.where(np.isnan(values), empty, values)
    _refuse(name, (values < 0) | np.isinf(values), [values], "a number of nought or more, or none")
    return values


def _given(table: pa.Table, name: str) -> pa.Array:
    """Text that each row has."""
    cells = _text(table, name)
    _refuse(name, _numpy(pc.equal(cells, "").cast(pa.uint8())).astype(bool), [], "text in each row")
    return cells


def _refuse(name: str, bad: NDArray[np.bool_], cells: Sequence[NDArray[np.generic]], expected: str) -> None:
    """Refuse a table in which a row is bad: a link that left it out would say of it that it is linked with nothing."""
    rows = np.flatnonzero(bad)
    if not len(rows):
        return
    row = int(rows[0])
    said = " and ".join(str(column[row]) for column in cells) or "nothing"
    more = f", and the like in {len(rows) - 1:,} more row{'' if len(rows) == 2 else 's'}" if len(rows) > 1 else ""
    raise UsageError("link", f"{name}: {said} in row {row + 1:,}{more}", expected)


def _numbers(table: pa.Table, name: str, empty: float) -> NDArray[np.float64]:
    """Numbers, `empty` where there is none."""
    if name not in table.column_names:
        return np.full(table.num_rows, empty)
    column = table.column(name)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.if_else(pc.equal(column, ""), None, column)
    found = _parse(name, "numbers", lambda: _numpy(pc.fill_null(column.cast(pa.float64()), float(empty))))
    return found.astype(np.float64)


def _days(table: pa.Table, name: str, empty: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Days since 1970 of ISO dates or of dates and times."""
    column = table.column(name)
    if not pa.types.is_temporal(column.type):
        column = pc.utf8_slice_codeunits(column.cast(pa.string()), 0, 10)
        column = pc.if_else(pc.equal(column, ""), None, column)
    read = _parse(name, "ISO dates", lambda: _numpy(pc.fill_null(column.cast(pa.date32()).cast(pa.int32()), -(2**31))))
    found = read.astype(np.int64)
    gone = found == -(2**31)
    if gone.any() and empty is None:
        raise UsageError("link", f"{name} without a date in row {int(np.flatnonzero(gone)[0]) + 1}", "an ISO date")
    return found if empty is None else np.where(gone, empty, found)


def _text(table: pa.Table, name: str, empty: str = "") -> pa.Array:
    """Cells as text."""
    if name not in table.column_names:
        return pa.array([empty]).take(pa.array(np.zeros(table.num_rows, dtype=np.int64)))
    column = table.column(name)
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    filled = pc.fill_null(column.cast(pa.large_string()), empty)
    return pc.if_else(pc.equal(filled, ""), empty, filled) if empty else filled


def numbered(column: pa.Array) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """A number for each value, in order of the values."""
    encoded = column.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=lambda at: names[at])
    rank = np.empty(max(1, len(names)), dtype=np.int32)
    rank[order] = np.arange(len(names), dtype=np.int32)
    return rank[_numpy(encoded.indices)], tuple(names[at] for at in order)


def _order(ids: pa.Array, points: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows by square, day and point; those that are alike by id. Ids have to be there once."""
    if len(ids.dictionary_encode().dictionary) != len(ids):
        twice = next(row["values"] for row in pc.value_counts(ids).to_pylist() if row["counts"] > 1)
        rows = np.flatnonzero(_numpy(pc.equal(ids, twice).cast(pa.uint8())))[:2] + 1
        found = f"the event_id {twice!r} in several rows, such as {rows[0]:,} and {rows[1]:,}"
        raise UsageError("link", found, "each event_id once")
    key = shelf(points, first - first.min(initial=0))
    order = np.argsort(key, kind="stable")
    new = np.diff(key[order], prepend=-1) != 0
    run = np.cumsum(new)
    alike = np.flatnonzero(np.bincount(run)[run] > 1) if len(run) else np.empty(0, np.int64)
    rows = order[alike]
    rank = np.empty(len(rows), dtype=np.int64)
    rank[_numpy(pc.sort_indices(ids.take(pa.array(rows))))] = np.arange(len(rows))
    order[alike] = rows[np.lexsort((rank, points[rows, 1], points[rows, 0], first[rows], run[alike]))]
    return order


def shelf(points: NDArray[np.float64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number by which events come in order of square, day and point."""
    square = np.floor((points + CORNER) / _SQUARE_DEGREES).astype(np.int64)
    within = ((points + CORNER) / _SQUARE_DEGREES * _PARTS).astype(np.int64) % _PARTS
    key = square[:, 0] * _COLUMNS + square[:, 1]
    key = key << _DAY_BITS | day.clip(0, (1 << _DAY_BITS) - 1)
    found: NDArray[np.int64] = (key * _PARTS + within[:, 0]) * _PARTS + within[:, 1]
    return found


def _names(table: pa.Table) -> Bags:
    """The actors: a list of names, or names between semicolons."""
    if "actors" not in table.column_names:
        return Bags.of([[]] * table.num_rows)
    column = table.column("actors").combine_chunks()
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return _bags(column, 1)
    listed = pc.fill_null(column.cast(pa.large_string()), "").dictionary_encode()
    return _bags(pc.split_pattern(listed.dictionary, ";"), 1).take(_numpy(listed.indices).astype(np.int64))


def _words(table: pa.Table) -> Bags:
    """The words of what is said."""
    said = _text(table, "text").dictionary_encode()  # much is said twice, or nothing
    return _bags(pc.split_pattern_regex(pc.utf8_lower(said.dictionary), _BREAKS), SHORTEST, stem).take(
        _numpy(said.indices).astype(np.int64)
    )


def stem(word: str) -> str:
    """A word without the endings that English gives it."""
    cut = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _STEM), "")
    return word[: len(word) - len(cut)]


def _bags(lists: pa.Array, shortest: int, form: Callable[[str], str] = str) -> Bags:
    """Bags of the names in a column of lists, trimmed, in lower case and in the form wanted."""
    flat = pc.utf8_lower(pc.utf8_trim_whitespace(lists.flatten().cast(pa.string())))
    owner = _numpy(pc.list_parent_indices(lists)).astype(np.int64)
    codes, names = numbered(pc.fill_null(flat, ""))
    forms = [form(name) if len(name) >= shortest else "" for name in names]
    known = tuple(sorted(set(forms) - {""}))
    place = {name: at for at, name in enumerate(known)}
    number = np.array([place.get(name, -1) for name in forms], dtype=np.int64)[codes]
    kept = number >= 0
    return Bags.gathered(owner[kept], number[kept], len(lists), known)


def _numpy(column: pa.Array | pa.ChunkedArray) -> NDArray[np.generic]:
    """A column without nulls as numpy; `to_numpy` would import pandas, where that is installed."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found: NDArray[np.generic] = np.from_dlpack(whole)
    return found
