"""Candidates: pairs of events near enough in place and time to be compared, by one keyed join."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import h3
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

RESOLUTION = 4
_EDGE_KM = 26.0  # average hexagon edge at resolution 4 (H3, table of cell statistics)
MAX_RADIUS_KM = 150.0
MAX_DAYS = 31
_BATCH = 500_000

# Each event is filed under its own cell and days (home), and looks in all cells and days that its own
# precision reaches (reach). A pair is a candidate when one looks where the other is filed.
STEPS = {
    "meetings": """
        CREATE TEMP TABLE meetings AS
        SELECT least(reach.event, home.event) AS a, greatest(reach.event, home.event) AS b
        FROM reach JOIN home USING (cell, day)
        WHERE reach.event <> home.event
    """,
    "pairs": """
        SELECT DISTINCT a, b FROM meetings ORDER BY a, b
    """,
}


def candidate_pairs(
    points: NDArray[np.float64], radius_km: NDArray[np.float64], days: NDArray[np.int64], window: tuple[float, int]
) -> Iterator[NDArray[np.int64]]:
    """Pairs of event numbers (n, 2), smaller first, in order, in batches.

    Args:
        points: latitude and longitude of each event in degrees, shape (n, 2).
        radius_km: the precision of each point.
        days: first and last day of each event as days since 1970, shape (n, 2), both included.
        window: km and whole days that two events may lie apart beyond their own precision.
    """
    if len(points) < 2:
        return
    far_km, far_days = window
    cells = [h3.latlng_to_cell(lat, lon, RESOLUTION) for lat, lon in points]
    home = _filed([[cell] for cell in cells], days, 0)
    rings = np.ceil(np.minimum(radius_km + far_km, MAX_RADIUS_KM) / _EDGE_KM).astype(int)
    reach = _filed([h3.grid_disk(cell, int(ring)) for cell, ring in zip(cells, rings, strict=True)], days, far_days)
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.register("home", home)
        engine.register("reach", reach)
        engine.execute(STEPS["meetings"])
        for batch in engine.sql(STEPS["pairs"]).to_arrow_reader(_BATCH):
            # `to_numpy` would import pandas, where that is installed
            yield np.column_stack([np.from_dlpack(batch.column(0)), np.from_dlpack(batch.column(1))])


def _filed(cells: list[list[str]], days: NDArray[np.int64], margin: int) -> pa.Table:
    """One row an event, cell and day. Events longer than MAX_DAYS are filed under their first days."""
    first = days[:, 0] - margin
    length = np.minimum(days[:, 1] - days[:, 0], MAX_DAYS) + 2 * margin + 1
    sizes = np.fromiter((len(listed) for listed in cells), np.int64, len(cells))
    event = np.repeat(np.arange(len(cells)), sizes * length)
    flat = np.fromiter((h3.str_to_int(cell) for listed in cells for cell in listed), np.uint64, int(sizes.sum()))
    by_cell = np.repeat(np.repeat(length, sizes), 1)
    cell = np.repeat(flat, by_cell)
    within = np.arange(len(cell)) - np.repeat(np.cumsum(by_cell) - by_cell, by_cell)
    columns = {"event": event, "cell": cell, "day": first[event] + within}
    return pa.table({name: _column(values) for name, values in columns.items()})


def _column(values: NDArray[np.generic]) -> pa.Array:
    """An Arrow column over the same memory; `pa.array` would import pandas, where that is installed, to ask about it."""
    whole = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(whole.dtype), len(whole), [None, pa.py_buffer(whole)])
