"""Floods: what of the Nigeria 2011 set moves when one of its reports is told a hundred times more.

`python -m benchmarks.floods 25`: so many reports, drawn by lot, each told again by its own data set and by a new one, with weights learned
anew and with weights given.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.linkage import read_entries, table
from consilience.linkage import link
from consilience.linkage.cluster import components
from consilience.linkage.events import solve
from consilience.linkage.learn import learn
from consilience.linkage.table import read
from consilience.linkage.weights import Weights

_FOLDER = Path(__file__).parents[2] / "shared" / "data" / "linkage" / "nigeria_2011"
_TIMES = 100
Pair = tuple[str, str]


def measure(folder: Path, many: int) -> list[str]:
    """Table rows; a line that says so where the data is absent."""
    if not folder.is_dir():
        return ["The Nigeria 2011 set is not here; this part was not measured."]
    told = table(read_entries(folder))
    lines = [
        "| told again by | weights | floods | that moved a pair apart from them | pairs moved |",
        "|---|---|---|---|---|",
    ]
    for name, weights in (("learned", None), ("given", learn(read(told)))):
        before = _pairs(told, weights)
        for dataset in ("", "another"):
            chosen = random.Random(5).sample([row for row in told.to_pylist() if row["text"]], many)  # noqa: S311  no secret
            moved = [_moved(told, before, _flood(row, dataset), weights) for row in chosen]
            who = "a new data set" if dataset else "its own data set"
            lines.append(f"| {who} | {name} | {many} | {sum(map(bool, moved))} | {sum(moved)} |")
    return lines


def _flood(like: dict[str, object], dataset: str) -> list[dict[str, object]]:
    """Near-duplicates of a report, within some hundreds of metres."""
    lat = float(str(like["lat"]))
    return [
        {**like, "event_id": f"flood{at}", "dataset": dataset or like["dataset"], "lat": lat + (at % 10 - 5) / 1000}
        for at in range(_TIMES)
    ]


def _moved(told: pa.Table, before: set[Pair], flood: list[dict[str, object]], weights: Weights | None) -> int:
    """Pairs that were joined or parted, neither of which a path of pairs above even leads to from the flood."""
    whole = pa.concat_tables([told, pa.Table.from_pylist(flood, schema=told.schema)])
    events = read(whole)
    edges = solve(events, weights or learn(events)).edges
    even = edges.odds > 0
    first = components(len(events), edges.a[even], edges.b[even])
    names = events.ids.to_pylist()
    reached = np.isin(first, first[[name.startswith("flood") for name in names]])
    near = {name for name, is_reached in zip(names, reached.tolist(), strict=True) if is_reached}
    return sum(near.isdisjoint(pair) for pair in _pairs(whole, weights) ^ before)


def _pairs(told: pa.Table, weights: Weights | None) -> set[Pair]:
    """Pairs of reports in one fact, those of a flood left out."""
    facts: dict[str, list[str]] = defaultdict(list)
    for row in link(told, weights=weights).to_pylist():
        if not row["event_id"].startswith("flood"):
            facts[row["fact_id"]].append(row["event_id"])
    return {(min(a, b), max(a, b)) for members in facts.values() for a, b in combinations(members, 2)}


if __name__ == "__main__":
    print("\n".join(measure(_FOLDER, int(sys.argv[1]))))
