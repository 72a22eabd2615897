"""Reliability: of what was given a chance of 90 %, how much was so. Only measured calibration may be claimed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa

from consilience.comparison.truth import kinds as kind
from consilience.comparison.truth.table import Floats

SCHEMA = pa.schema([
    ("low", pa.float64()), ("high", pa.float64()),  # bounds of the bin: low <= probability < high, the last bin closed
    ("items", pa.int64()), ("expected", pa.float64()), ("right", pa.float64()),
])  # fmt: skip
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
_PRIOR = 2.0  # items that each bin is taken to have had, which came true as often as they said


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


def calibrate(values: pa.Table, known: pa.Table, kinds: Mapping[str, str]) -> pa.Table:
    """`Truth.values` with probabilities drawn to what came true where the truth is known (object, attribute, value).

    Sources that err together, unseen by each other, are surer than they are right, and nothing but truth shows it. By attribute
    a curve that never falls is laid through what came true (isotonic regression; Ayer and others 1955), with every bin given
    some items that came true as often as they said: where little is known little moves. The order of the answers stays.
    Seeded values are left as they are, and teach nothing.
    """
    compare = {name: kind.of(found, name, kind.NO_TREE).key for name, found in kinds.items()}
    told = {(row["object"], row["attribute"]): row["value"] for row in known.to_pylist()}
    rows = values.to_pylist()
    points: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        truth = told.get((row["object"], row["attribute"]))
        if truth is not None and not row["seeded"]:
            key = compare[row["attribute"]]
            came = float(key(row["value"]) == key(truth))
            points.setdefault(row["attribute"], []).append((row["probability"], came))
    curves = {name: _curve(np.array(sorted(found))) for name, found in points.items()}
    chance = [
        round(float(np.interp(row["probability"], *curves[row["attribute"]])), 6)
        if row["attribute"] in curves and not row["seeded"]
        else row["probability"]
        for row in rows
    ]
    at = values.schema.get_field_index("probability")
    return values.set_column(at, values.schema.field(at), pa.array(chance, pa.float64()))


def _curve(points: Floats) -> tuple[Floats, Floats]:
    """What a probability comes to, by points of the two: of rows (probability, whether it came true) and of the prior."""
    prior = np.array([(low + high) / 2 for low, high in pairwise(EDGES)])
    said = np.concatenate([points[:, 0], prior])
    came = np.concatenate([points[:, 1], prior])
    many = np.concatenate([np.ones(len(points)), np.full(len(prior), _PRIOR)])
    order = np.lexsort((-came, said))  # of one chance what came true comes first, and is pooled with what did not
    blocks: list[tuple[float, float, float, float]] = []  # from, to, weight, and the sum of what came true
    for weight, one, two in zip(many[order], said[order], came[order], strict=True):
        blocks.append((one, one, weight, weight * two))
        while len(blocks) > 1 and blocks[-2][3] * blocks[-1][2] >= blocks[-1][3] * blocks[-2][2]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0], last[1], before[2] + last[2], before[3] + last[3]))
    ends = np.array([end for low, high, _, _ in blocks for end in (low, high)])
    right = np.repeat([total / weight for _, _, weight, total in blocks], 2)
    return ends, right
