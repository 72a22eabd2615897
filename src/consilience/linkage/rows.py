"""Rows: events as the rows of an Arrow table and back, so that they can travel between machines after they were read once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from consilience.linkage.bags import Bags
from consilience.linkage.columns import Events, Kinds
from consilience.linkage.table import numbered
from consilience.model.phenomenon import Phenomenon

_IN_ORDER = ("shelf", "first", "lat", "lon", "event_id")


def to_rows(events: Events, numbers: NDArray[np.int64], shelf: NDArray[np.int64]) -> pa.Table:
    """The events as rows, each under a number of its own; `shelf` is what comes first in their order."""
    return pa.table({
        "number": numbers,
        "event_id": events.ids.cast(pa.string()),
        "shelf": shelf,
        "dataset": pa.array(events.datasets, pa.string()).take(pa.array(events.dataset)),
        "kind": pa.array(events.kinds.paths, pa.string()).take(pa.array(events.kinds.codes)),
        "lat": events.points[:, 0].copy(),
        "lon": events.points[:, 1].copy(),
        "radius_km": events.radius_km,
        "first": events.days[:, 0].copy(),
        "last": events.days[:, 1].copy(),
        "count": events.count,
        "actors": _listed(events.actors),
        "words": _listed(events.words),
    })  # fmt: skip


def of_rows(rows: pa.Table) -> Events:
    """The events of rows, in the order of the rows."""
    rows = rows.combine_chunks()
    dataset, datasets = numbered(whole(rows, "dataset"))
    kinds, paths = numbered(whole(rows, "kind"))
    return Events(
        ids=whole(rows, "event_id"),
        dataset=dataset,
        datasets=datasets,
        points=np.column_stack([floats(rows, "lat"), floats(rows, "lon")]),
        radius_km=floats(rows, "radius_km"),
        days=np.column_stack([numbers(rows, "first"), numbers(rows, "last")]),
        kinds=Kinds.of(kinds, [Phenomenon(path) for path in paths]),
        actors=_bags(whole(rows, "actors")),
        count=floats(rows, "count"),
        words=_bags(whole(rows, "words")),
    )


def in_order(rows: pa.Table) -> pa.Table:
    """The rows in the order in which `linkage.table.read` puts events; of the columns it takes those of `_IN_ORDER`."""
    return rows.sort_by([(name, "ascending") for name in _IN_ORDER])


def numbers(rows: pa.Table, name: str) -> NDArray[np.int64]:
    """A column of whole numbers without nulls."""
    found: NDArray[np.int64] = np.from_dlpack(whole(rows, name)).astype(np.int64, copy=False)
    return found


def floats(rows: pa.Table, name: str) -> NDArray[np.float64]:
    """A column of numbers without nulls."""
    found: NDArray[np.float64] = np.from_dlpack(whole(rows, name)).astype(np.float64, copy=False)
    return found


def whole(rows: pa.Table, name: str) -> pa.Array:
    """A column in one piece."""
    column = rows.column(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _listed(bags: Bags) -> pa.Array:
    names = pa.array(bags.names, pa.string()).take(pa.array(bags.members))
    return pa.ListArray.from_arrays(pa.array(bags.starts.astype(np.int32)), names)


def _bags(lists: pa.Array) -> Bags:
    members, names = numbered(lists.flatten())
    owner = np.from_dlpack(pc.list_parent_indices(lists)).astype(np.int64)
    return Bags.gathered(owner, members.astype(np.int64), len(lists), names)
