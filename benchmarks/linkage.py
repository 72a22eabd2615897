"""Linkage: pair F1 on the Nigeria 2011 set (silver labels), beside the usual rule of thumb."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pyarrow as pa

from consilience.linkage import link
from consilience.model.atlas import sphere_km

_FATALITIES = re.compile(r"(?:fat|best|kill|deaths):(\d+(?:\.\d+)?)")
Pair = tuple[str, str]


def measure(folder: Path) -> list[str]:
    """Table rows; a line that says so where the data is absent."""
    if not folder.is_dir():
        return ["The Nigeria 2011 set is not here; this part was not measured."]
    rows = read_entries(folder)
    labels = _read(folder / "gold_pairs.csv")
    match = {_pair(row["a"], row["b"]) for row in labels if row["label"] == "match"}
    ignored = {_pair(row["a"], row["b"]) for row in labels} - match
    lines = ["| method | pairs | precision | recall | F1 |", "|---|---|---|---|---|"]
    crowded = _crowded(match, {row["idx"]: row["dataset"] for row in rows})
    single = {pair for pair in match if crowded.isdisjoint(pair)}
    for name, found in (("consilience.linkage.link", _ours(rows)), ("same day within 3 km", _thumb(rows))):
        kept = found - ignored
        lines.append(_row(name, kept, match))
        lines.append(_row(f"{name}, one entry a data set", {pair for pair in kept if crowded.isdisjoint(pair)}, single))
    return lines


def _row(name: str, found: set[Pair], match: set[Pair]) -> str:
    hits = len(found & match)
    precision, recall = hits / len(found), hits / len(match)
    f1 = 2 * precision * recall / (precision + recall)
    return f"| {name} | {len(found)} | {precision:.3f} | {recall:.3f} | {f1:.3f} |"


def _crowded(match: set[Pair], dataset: dict[str, str]) -> set[str]:
    """The reports of incidents of which one data set has several entries."""
    head = {name: name for name in dataset}
    for a, b in sorted(match):
        one, two = head[a], head[b]
        head = {name: one if found == two else found for name, found in head.items()}
    several = Counter((found, dataset[name]) for name, found in head.items())
    heads = {found for (found, _), many in several.items() if many > 1}
    return {name for name, found in head.items() if found in heads}


def read_entries(folder: Path) -> list[dict[str, str]]:
    """The reports as they come."""
    return _read(folder / "entries.csv")


def table(rows: list[dict[str, str]]) -> pa.Table:
    """The reports as `link` takes them, each taken to know its place to 5 km."""
    counts = [_FATALITIES.search(row["text"]) for row in rows]
    return pa.table({
        "event_id": [row["idx"] for row in rows],
        "dataset": [row["dataset"] for row in rows],
        "date_from": [row["date"] for row in rows],
        "date_to": [row["enddate"] or row["date"] for row in rows],
        "lat": [float(row["lat"]) for row in rows],
        "lon": [float(row["lon"]) for row in rows],
        "precision_km": [5.0] * len(rows),
        "count": [float(found[1]) if found else None for found in counts],
        "text": [row["text"] for row in rows],
    })  # fmt: skip


def _ours(rows: list[dict[str, str]]) -> set[Pair]:
    """Pairs across data sets that `link` puts into one fact."""
    dataset = {row["idx"]: row["dataset"] for row in rows}
    facts: dict[str, list[str]] = defaultdict(list)
    for row in link(table(rows)).to_pylist():
        facts[row["fact_id"]].append(row["event_id"])
    return {_pair(a, b) for members in facts.values() for a, b in combinations(members, 2) if dataset[a] != dataset[b]}


def _thumb(rows: Iterable[dict[str, str]]) -> set[Pair]:
    """Pairs across data sets of one day within 3 km."""
    by_day: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_day[row["date"]].append(row)
    return {
        _pair(a["idx"], b["idx"]) for listed in by_day.values() for a, b in combinations(listed, 2)
        if a["dataset"] != b["dataset"]
        and sphere_km(float(a["lat"]), float(a["lon"]), float(b["lat"]), float(b["lon"])) <= 3
    }  # fmt: skip


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _pair(a: str, b: str) -> Pair:
    return (min(a, b), max(a, b))
