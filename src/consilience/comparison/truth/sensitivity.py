"""Sensitivity: which values hang on one source."""

from __future__ import annotations

import pyarrow as pa

SCHEMA = pa.schema([
    ("object", pa.string()), ("attribute", pa.string()),
    ("value", pa.string()), ("probability", pa.float64()),
    ("without", pa.string()), ("probability_without", pa.float64()),  # none where nobody else speaks of it
])  # fmt: skip


def changes(before: pa.Table, after: pa.Table) -> pa.Table:
    """The rows whose value differs, sorted as `before` is."""
    left = {(row["object"], row["attribute"]): row for row in after.to_pylist()}
    rows = []
    for row in before.to_pylist():
        other = left.get((row["object"], row["attribute"]))
        if other is None or other["value"] != row["value"]:
            rows.append({
                "object": row["object"], "attribute": row["attribute"],
                "value": row["value"], "probability": row["probability"],
                "without": other and other["value"], "probability_without": other and other["probability"],
            })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SCHEMA)
