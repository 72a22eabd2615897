"""Events: reports that may be of one happening: candidates, comparison, score, and groups without chains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from consilience.engine.candidates import candidate_pairs
from consilience.engine.near import Pairs, Tally, Window, gathered
from consilience.intake.table import ArrowStream
from consilience.linkage.cluster import NOTHING_DECIDED, Decided, Edges
from consilience.linkage.columns import Events
from consilience.linkage.learn import learn
from consilience.linkage.linked import Linked
from consilience.linkage.parts import grouped
from consilience.linkage.patterns import Comparer
from consilience.linkage.score import Scorer
from consilience.linkage.table import read
from consilience.linkage.weights import Weights

TOGETHER = 1 << 16  # pairs scored at a time, about


def link(events: ArrowStream, *, window: tuple[float, int] | None = None, weights: Weights | None = None) -> pa.Table:
    """Which events are one fact, without labels.

    Args:
        events: a pandas, polars or Arrow table with the columns event_id, dataset, date_from, date_to, lat,
            lon and, if known, precision_km, event_type, actors, count (or fatalities), text.
        window: km and days that two reports of one event may lie apart beyond their own precision; learned from
            the events where it is not given.
        weights: what agreement is worth (`linkage.learn`); learned from the events where they are not given.

    Returns:
        event_id, fact_id and probability (uncalibrated: that the event belongs to its group), one row an event in order of
        event_id. The schema's metadata say `recall_cost`, the estimated part of matches that caps on crowded places cost.

    Raises:
        UsageError: when a required column is missing, or a row cannot be read: the first of them is named. Nothing is left out.
    """
    read_in = read(events)
    return fact_table(solve(read_in, weights or learn(read_in, window=window), window))


def fact_table(found: Linked) -> pa.Table:
    """What is linked as `link` gives it."""
    names = pc.binary_join_element_wise("e", found.events.ids, "-")
    table = pa.table({
        "event_id": found.events.ids,
        "fact_id": names.take(pa.array(found.group)),
        "probability": np.round(found.chance, 4),
    })  # fmt: skip
    return table.sort_by("event_id").replace_schema_metadata({"recall_cost": f"{found.recall_cost:.4f}"})


def solve(
    events: Events, weights: Weights, window: tuple[float, int] | None = None, decided: Decided = NOTHING_DECIDED
) -> Linked:
    """Groups of events by given weights; pairs that an analyst decided are joined or parted whatever they score."""
    km, days = window or weights.window
    tally = Tally()
    scorer = Scorer(Comparer(events, weights))
    near = Window(km, (0, days))
    edges = _edges(candidate_pairs(events, near, tally=tally), scorer, weights.against)
    groups = grouped(events, edges, weights.against, near, decided)
    chance = belonging(groups.label, edges, weights.against)
    cost = share(lost_by(tally, scorer), expected_in(edges.odds))
    return Linked(
        events, weights, groups.label, chance, edges, cost,
        near=near, decided=decided, parts=groups.parts, torn=groups.torn,
    )  # fmt: skip


def named(decided: Mapping[tuple[int, int], str]) -> Decided:
    """Decisions by pairs of numbers: "same", "different" or "unsure"."""
    same = [pair for pair, word in decided.items() if word == "same"]
    apart = [pair for pair, word in decided.items() if word != "same"]
    return Decided(*(np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2) for pairs in (same, apart)))


def _edges(pairs: Iterator[Pairs], scorer: Scorer, against: float) -> Edges:
    """The scores of all candidates that weigh more than none."""
    kept = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))]
    for a, b in gathered(pairs, TOGETHER):
        kept.append(scorer.above(a, b, against))
    return Edges.of(*(np.concatenate([part[at] for part in kept]) for at in range(3)))


def belonging(group: NDArray[np.int32], edges: Edges, against: float) -> NDArray[np.float64]:
    """The chance that each event belongs to its group: by its mean log-odds to the others; 1 for a loner."""
    size = np.bincount(group, minlength=len(group))[group]
    inside = edges.where(group[edges.a] == group[edges.b])
    above = np.bincount(inside.a, inside.odds - against, len(group))
    above += np.bincount(inside.b, inside.odds - against, len(group))
    mean = against + above / np.maximum(1, size - 1)
    chance: NDArray[np.float64] = np.where(size == 1, 1.0, 1 / (1 + np.exp(-mean)))
    return chance


def lost_by(tally: Tally, scorer: Scorer) -> float:
    """The estimated number of matching pairs that caps left out, from the sample of them."""
    if not tally.left_out or not tally.dropped:
        return 0.0
    a, b = (np.concatenate([pair[at] for pair in tally.dropped]) for at in (0, 1))
    other = a != b
    return float((1 / (1 + np.exp(-scorer.log_odds(a[other], b[other])))).mean() * tally.left_out / 2)


def expected_in(odds: NDArray[np.float64]) -> float:
    """How many of some pairs are expected to match."""
    return float((1 / (1 + np.exp(-odds))).sum())


def share(lost: float, held: float) -> float:
    """What part of all matching pairs is lost."""
    return lost / max(1e-9, lost + held) if lost else 0.0
