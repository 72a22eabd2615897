"""Reliability: of what was given a chance of 90 %, how much was so. Only measured calibration may be claimed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from consilience.comparison.truth import kinds as kind

SCHEMA = pa.schema([
    ("low", pa.float64()), ("high", pa.float64()),  # bounds of the bin: low <= probability < high, the last bin closed
    ("items", pa.int64()), ("expected", pa.float64()), ("right", pa.float64()),
])  # fmt: skip
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)


def diagram(values: pa.Table, known: pa.Table, kinds: Mapping[str, str]) -> pa.Table:
    """The reliability diagram of `Truth.values` where the truth is known (object, attribute, value); seeds are left out.

    Right is what compares equal: a clock to the minute, a place to the same level. Bins without items have no row.
    """
    compare = {name: kind.of(found, name, kind.NO_TREE).key for name, found in kinds.items()}
    told = {(row["object"], row["attribute"]): row["value"] for row in known.to_pylist()}
    pairs = [
        (row["probability"], compare[row["attribute"]](row["value"]) == compare[row["attribute"]](truth))
        for row in values.to_pylist()
        if not row["seeded"] and (truth := told.get((row["object"], row["attribute"]))) is not None
    ]
    chance = np.array([each for each, _ in pairs])
    right = np.array([each for _, each in pairs], float)
    at = np.clip(np.searchsorted(EDGES, chance, side="right") - 1, 0, len(EDGES) - 2)
    rows = [
        {
            "low": EDGES[each],
            "high": EDGES[each + 1],
            "items": int((at == each).sum()),
            "expected": round(float(chance[at == each].mean()), 6),
            "right": round(float(right[at == each].mean()), 6),
        }
        for each in np.unique(at).tolist()
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
