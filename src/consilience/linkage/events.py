"""Events: reports that may be of one happening, by scored pairs, competition and no chains."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from consilience.engine.candidates import candidate_pairs
from consilience.errors import UsageError
from consilience.intake.table import ArrowStream
from consilience.linkage.columns import Events, words
from consilience.linkage.score import Scores, score
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
WINDOW = (10.0, 2)
_REQUIRED = COLUMNS[:6]
# A report joins a group only when its mean log-odds to all members are above this: no chains.
_JOIN = 0.0


def link(events: ArrowStream, *, window: tuple[float, int] = WINDOW) -> pa.Table:
    """Which events are one fact.

    Args:
        events: a pandas, polars or Arrow table with the columns event_id, dataset, date_from, date_to, lat,
            lon and, if known, precision_km, event_type, actors, count (or fatalities), text.
        window: km and days that two reports of one event may lie apart beyond their own precision.

    Returns:
        event_id, fact_id and probability (uncalibrated: that the event belongs to its group), one row an event.

    Raises:
        UsageError: when a required column is missing or a cell of it cannot be read.
    """
    read = _read(events)
    groups = list(group(read, window))
    fact: dict[int, tuple[str, float]] = {}
    for members, odds in groups:
        name = "e-" + hashlib.sha256("\n".join(read.ids[i] for i in members).encode()).hexdigest()[:12]
        for member, chance in zip(members, odds, strict=True):
            fact[member] = (name, chance)
    order = range(len(read.ids))
    return pa.table(
        {
            "event_id": list(read.ids),
            "fact_id": [fact[i][0] for i in order],
            "probability": [fact[i][1] for i in order],
        }
    )


def group(events: Events, window: tuple[float, int] = WINDOW) -> Iterator[tuple[list[int], list[float]]]:
    """Groups of event numbers, each with the probability that the member belongs to it; loners too."""
    kept: dict[tuple[int, int], float] = {}
    for pairs in candidate_pairs(events.points, events.radius_km, events.days, window):
        found = score(events, pairs, window[0])
        kept.update(_promising(pairs, found))
    best = _competition(events, kept)
    yield from _agglomerate(len(events.ids), best, kept)


def _promising(pairs: NDArray[np.int64], found: Scores) -> Iterator[tuple[tuple[int, int], float]]:
    """Pairs with even odds or better."""
    good = found.log_odds > _JOIN
    for (a, b), odds in zip(pairs[good], found.log_odds[good], strict=True):
        yield (int(a), int(b)), float(odds)


def _competition(events: Events, odds: dict[tuple[int, int], float]) -> list[tuple[float, int, int]]:
    """Pairs in which each is within one nat of the other's best rival from that dataset, strongest first."""
    best: dict[tuple[int, str], float] = defaultdict(lambda: -np.inf)
    for (a, b), value in odds.items():
        best[a, events.dataset[b]] = max(best[a, events.dataset[b]], value)
        best[b, events.dataset[a]] = max(best[b, events.dataset[a]], value)
    fair = [
        (value, a, b) for (a, b), value in odds.items()
        if value >= best[a, events.dataset[b]] - 1.0 and value >= best[b, events.dataset[a]] - 1.0
    ]  # fmt: skip
    return sorted(fair, key=lambda item: (-item[0], item[1], item[2]))


def _agglomerate(
    size: int, ranked: list[tuple[float, int, int]], odds: dict[tuple[int, int], float]
) -> Iterator[tuple[list[int], list[float]]]:
    """Merge along the ranked pairs where the mean log-odds between the groups stay positive.

    A pair that was no candidate, or scored below even, counts as strong evidence against.
    """
    against = -3.0
    member_of = list(range(size))
    groups: dict[int, list[int]] = {i: [i] for i in range(size)}
    refused: set[tuple[int, int, int, int]] = set()  # groups only grow: one size of a group is one set of members
    for _, a, b in ranked:
        one, two = member_of[a], member_of[b]
        state = (one, len(groups[one]), two, len(groups[two]))
        if one == two or state in refused:
            continue
        between = [odds.get((min(i, j), max(i, j)), against) for i in groups[one] for j in groups[two]]
        if sum(between) / len(between) > _JOIN:
            keep, gone = min(one, two), max(one, two)
            for i in groups[gone]:
                member_of[i] = keep
            groups[keep] = sorted(groups[keep] + groups.pop(gone))
        else:
            refused.add(state)
    for start in sorted(groups):
        members = groups[start]
        yield members, [_belonging(i, members, odds) for i in members]


def _belonging(member: int, members: list[int], odds: dict[tuple[int, int], float]) -> float:
    """The chance that a member belongs: of its strongest link in the group; 1 for a loner."""
    links = [odds.get((min(member, i), max(member, i)), -3.0) for i in members if i != member]
    return round(1.0 / (1.0 + float(np.exp(-max(links)))), 4) if links else 1.0


def _read(events: ArrowStream) -> Events:
    """The table as columns, in order of event id, checked."""
    try:
        table = events if isinstance(events, pa.Table) else pa.table(events)
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise UsageError("link", str(error).splitlines()[0], "a pandas, polars or Arrow table of events") from error
    missing = [name for name in _REQUIRED if name not in table.column_names]
    if missing:
        raise UsageError("link", "the columns " + ", ".join(table.column_names), "a column " + ", ".join(missing))
    rows = sorted(table.to_pylist(), key=lambda row: str(row["event_id"]))
    try:
        return Events(
            ids=tuple(str(row["event_id"]) for row in rows),
            dataset=tuple(str(row["dataset"]) for row in rows),
            points=np.array([_point(row["lat"], row["lon"]) for row in rows]).reshape(-1, 2),
            radius_km=np.array([float(row.get("precision_km") or 1.0) for row in rows]),
            days=np.array([[_day(row["date_from"]), _day(row["date_to"] or row["date_from"])] for row in rows]).reshape(
                -1, 2
            ),
            types=tuple(Phenomenon(str(row.get("event_type") or "event")) for row in rows),
            actors=tuple(_names(row.get("actors")) for row in rows),
            count=np.array([_quantity(row.get("count", row.get("fatalities"))) for row in rows]),
            words=tuple(words(str(row.get("text") or "")) for row in rows),
        )
    except (TypeError, ValueError) as error:
        raise UsageError("link", str(error), "ISO dates, degrees and numbers in the event columns") from error


def _point(lat: object, lon: object) -> tuple[float, float]:
    north, east = float(str(lat)), float(str(lon))
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise ValueError(f"the point {lat}, {lon}")
    return north, east


def _day(value: object) -> int:
    return int(np.datetime64(str(value)[:10], "D").astype(int))


def _names(value: object) -> frozenset[str]:
    if value is None:
        return frozenset()
    listed = value if isinstance(value, list | tuple) else str(value).split(";")
    return frozenset(str(name).strip().lower() for name in listed if str(name).strip())


def _quantity(value: object) -> float:
    return float("nan") if value is None or value == "" else float(str(value))
