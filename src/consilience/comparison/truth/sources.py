"""Sources: how accurate each is in each attribute, to which side it leans, and with whom it stands in a camp."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import pyarrow as pa

from consilience.comparison.truth.camps import Leaning, lean
from consilience.comparison.truth.election import Decided
from consilience.comparison.truth.table import Floats, Reports, tally

SCHEMA = pa.schema([
    ("source", pa.string()), ("attribute", pa.string()), ("claims", pa.int64()),
    ("accuracy", pa.float64()), ("low", pa.float64()), ("high", pa.float64()),  # Beta, with its 95 % interval
    ("bias", pa.float64()), ("scale", pa.float64()),  # minutes, or logs of a ratio; none where there is no distance
    ("camp", pa.string()),  # "early", "late", or none
])  # fmt: skip
CAMPS = pa.schema([
    ("attribute", pa.string()), ("side", pa.string()), ("sources", pa.list_(pa.string())),
    ("offset", pa.float64()), ("claims", pa.int64()), ("reason", pa.string()),
])  # fmt: skip
_TO_ATTRIBUTE, _TO_SOURCE = 4.0, 6.0  # claims that the attribute counts for in a source, and the source in an attribute
_NORMAL = 1.96


def tabulate(reports: Reports, decided: Sequence[Decided]) -> pa.Table:
    """One row for each source and attribute, sorted by both."""
    roots = len(reports.names)
    told = np.stack([_told(one, roots) for one in decided]) if decided else np.zeros((0, 2, roots))
    rows: list[dict[str, object]] = []
    usual = (told[:, 1].sum(axis=1) + 0.5) / (told[:, 0].sum(axis=1) + 1.0)
    expected = (told[:, 0] * usual[:, None]).sum(axis=0) / np.maximum(told[:, 0].sum(axis=0), 1e-9)
    whole = (told[:, 1].sum(axis=0) + _TO_ATTRIBUTE * expected) / (told[:, 0].sum(axis=0) + _TO_ATTRIBUTE)
    for at, one in enumerate(decided):
        leaning = lean(one, roots)
        camps = leaning.camps
        for root in np.flatnonzero(told[at, 0] > 0).tolist():
            many = float(told[at, 0, root])
            mean = (float(told[at, 1, root]) + _TO_SOURCE * float(whole[root])) / (many + _TO_SOURCE)
            low, high = _interval(mean, many + _TO_SOURCE)
            rows.append({
                "source": reports.names[root], "attribute": reports.attributes[_attribute(reports, one)],
                "claims": round(many), "accuracy": round(mean, 6), "low": low, "high": high,
                "bias": _number(leaning.bias[root]), "scale": _number(leaning.scale[root]),
                "camp": _side(leaning, root) if camps[root] else None,
            })  # fmt: skip
    rows.sort(key=lambda row: (row["source"], row["attribute"]))
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def list_camps(reports: Reports, decided: Sequence[Decided]) -> pa.Table:
    """Families of sources that lie to one side of the elected values, attribute by attribute."""
    rows: list[dict[str, object]] = []
    for one in decided:
        leaning = lean(one, len(reports.names))
        attribute = reports.attributes[_attribute(reports, one)]
        for side in ("early", "late"):
            members = [root for root in np.flatnonzero(leaning.camps).tolist() if _side(leaning, root) == side]
            if members:
                offset = float(np.median(leaning.middle[members]))
                unit = f"{abs(offset):.0f} minutes" if one.kind.name == "clock" else f"{abs(np.expm1(offset)):.0%}"
                names = [reports.names[root] for root in members]
                word = {"early": ("earlier", "less"), "late": ("later", "more")}[side][one.kind.name != "clock"]
                rows.append({
                    "attribute": attribute, "side": side, "sources": names, "offset": round(offset, 6),
                    "claims": round(float(leaning.reports[members].sum())),
                    "reason": f"where {', '.join(names)} differ from the rest on {attribute}, they say {unit} {word} in the "
                    "middle and hardly ever the other way: a conflict of definition, not averaged",
                })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=CAMPS)


def _attribute(reports: Reports, one: Decided) -> int:
    return int(reports.item_attribute[one.booth.items[0]])


def _told(one: Decided, roots: int) -> Floats:
    """By source: claims, and how many of them are expected to be right; shape (2, roots)."""
    ballot, booth = one.booth.ballot, one.booth
    right = np.zeros(len(ballot.key))
    right[ballot.choice] = 1.0 - one.wrong
    counted = tally(booth.carrier, many=roots), tally(booth.carrier, right[booth.carried], roots)
    return np.stack([each.astype(float) for each in counted])


def _interval(mean: float, many: float) -> tuple[float, float]:
    """Wilson's interval: close to the Beta's, and never outside 0 and 1."""
    square = _NORMAL**2
    centre = (mean + square / (2 * many)) / (1 + square / many)
    half = _NORMAL * sqrt(mean * (1 - mean) / many + square / (4 * many**2)) / (1 + square / many)
    return round(max(centre - half, 0.0), 6), round(min(centre + half, 1.0), 6)


def _side(leaning: Leaning, root: int) -> str:
    return "early" if leaning.early[root] * 2 > leaning.off[root] else "late"


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
