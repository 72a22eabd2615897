"""Values: what was elected, how sure that is, and on how many independent sources it rests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from consilience.comparison.truth import clock
from consilience.comparison.truth.accuracy import Learned
from consilience.comparison.truth.ballot import Relations
from consilience.comparison.truth.camps import lean
from consilience.comparison.truth.copying import Evidence
from consilience.comparison.truth.election import Decided
from consilience.comparison.truth.fuse import spread
from consilience.comparison.truth.located import Located, locate
from consilience.comparison.truth.table import Flags, Floats, Ints, Reports, tally

SCHEMA = pa.schema([
    ("object", pa.string()), ("attribute", pa.string()), ("value", pa.string()),
    ("probability", pa.float64()),  # that it is so, given what the sources proved to be worth
    ("independent_sources", pa.int64()),  # groups of roots that support it: copies count once
    ("effective_sources", pa.float64()),  # the same, less what groups err together
    ("reports", pa.int64()),  # roots that support it
    ("rival", pa.string()), ("rival_probability", pa.float64()),
    ("low", pa.float64()), ("high", pa.float64()),  # of a figure; a clock's may pass midnight
    ("method", pa.string()),
    ("lat", pa.float64()), ("lon", pa.float64()), ("radius_km", pa.float64()),  # of a point: within so many km by 95 %
    ("seeded", pa.bool_()),
])  # fmt: skip
_FINEST = {"clock": 0.5, "number": 0.0005}  # minutes; logs of a ratio


def tabulate(reports: Reports, decided: Sequence[Decided], evidence: Evidence, seeds: dict[int, str]) -> pa.Table:
    """One row for each object and attribute, sorted by both."""
    rows: list[dict[str, object]] = []
    for one in decided:
        rows.extend(_rows(reports, one, evidence, seeds))
    rows.sort(key=lambda row: (row["object"], row["attribute"]))
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def accuracy(relations: Relations, learned: Learned) -> Floats:
    """By root, the chance that a report of it supports the truth."""
    levels = len(relations.names)
    told = tally(relations.level, many=levels)
    agree = tally(relations.level, relations.agree, levels) / np.maximum(told, 1)
    agree[0] = 1.0
    found: Floats = learned.profile @ agree
    return found


def _rows(reports: Reports, one: Decided, evidence: Evidence, seeds: dict[int, str]) -> list[dict[str, object]]:
    ballot, elected = one.booth.ballot, one.elected
    texts = _texts(reports, one)
    chance = _chance(one)
    rival = _rivals(one)
    independent, effective, told = _backing(one)
    low, high, method = _intervals(one, evidence)
    located = locate(one, evidence) if one.kind.name == "point" else None
    return [
        {
            "object": reports.objects[reports.item_object[item]],
            "attribute": reports.attributes[reports.item_attribute[item]],
            "value": seeds.get(item) or texts[elected[at]],
            "probability": round(float(chance[elected[at]]), 6),
            "independent_sources": int(independent[at]),
            "effective_sources": round(float(effective[at]), 3),
            "reports": int(told[at]),
            "rival": texts[rival[at]] if rival[at] >= 0 else None,
            "rival_probability": round(float(chance[rival[at]]), 6) if rival[at] >= 0 else None,
            "low": low[at], "high": high[at], "method": located.method[at] if located else method[at],
            **_place(located, at),
            "seeded": bool(ballot.fixed[at] >= 0),
        }
        for at, item in enumerate(one.booth.items.tolist())
    ]  # fmt: skip


def _place(located: Located | None, at: int) -> dict[str, float | None]:
    """Where an item was; nowhere for what is no point."""
    if located is None or not np.isfinite(located.radius_km[at]):
        return {"lat": None, "lon": None, "radius_km": None}
    lat, lon = located.at[at].tolist()
    return {"lat": round(lat, 6), "lon": round(lon, 6), "radius_km": round(float(located.radius_km[at]), 3)}


def _texts(reports: Reports, one: Decided) -> list[str]:
    """By candidate, as most of its votes spell it; among equals, the spelling that sorts first."""
    ballot, weight = one.booth.ballot, one.vote.weight
    many = len(reports.values)
    key, at = np.unique(ballot.choice * many + ballot.written, return_inverse=True)
    votes = np.round(tally(at, weight), 9)
    texts = [name.removeprefix("?") for name in ballot.key]
    for spelling in np.lexsort((-key, votes)):  # the most votes come last and stay
        texts[key[spelling] // many] = reports.values[key[spelling] % many]
    return texts


def _chance(one: Decided) -> Floats:
    """By candidate, its probability among what was told, times that of the truth having been told by those who tell it.

    If they are all wrong, each is wrong by itself, and they agree by chance.
    """
    ballot, wrong, couples = one.booth.ballot, one.wrong, one.couples
    both = np.minimum(wrong[couples.one], wrong[couples.two])
    by_chance = ((couples.alike * both).sum() + 1.0) / (both.sum() + 2.0)
    worth = np.clip(accuracy(one.relations, one.learned), 1e-6, 1 - 1e-6)
    votes = one.vote.weight[ballot.report] * one.relations.agree
    odds = tally(ballot.candidate, votes * np.log(worth / (1 - worth))[ballot.root[ballot.report]], len(ballot.key))
    agreed = np.maximum(tally(ballot.candidate, votes, len(ballot.key)) - 1.0, 0.0)
    found: Floats = one.learned.probability / (1.0 + np.exp(-(odds - agreed * np.log(by_chance))))
    settled = ballot.fixed[ballot.fixed >= 0]
    found[settled] = 1.0
    return found


def _rivals(one: Decided) -> Ints:
    """By item, the second most probable candidate; -1 where there is one only."""
    ballot = one.booth.ballot
    left = one.learned.probability.copy()
    left[one.elected] = -1.0
    second = ballot.elect(left)
    return np.where(second == one.elected, -1, second)


def _backing(one: Decided) -> tuple[Floats, Floats, Floats]:
    """By item: independent groups, effective number and reports behind the elected value."""
    ballot, group = one.booth.ballot, one.vote.group
    supports = one.supports
    backs: Flags = supports >= 0.5
    groups = int(group.max(initial=0)) + 1
    seats = np.unique(ballot.item[backs] * groups + group[ballot.root[backs]]) // groups
    independent = tally(seats, many=ballot.items)
    effective = tally(ballot.item, one.vote.weight * supports, ballot.items)
    roots = np.unique(ballot.item[backs] * len(group) + ballot.root[backs]) // len(group)
    return independent, effective, tally(roots, many=ballot.items)


def _intervals(one: Decided, evidence: Evidence) -> tuple[list[float | None], list[float | None], list[str]]:
    """Bounds of 95 % and how they were come by; none for what is no figure."""
    ballot, many = one.booth.ballot, one.booth.ballot.items
    if one.relations.off is None:
        return [None] * many, [None] * many, ["elected by weight"] * many
    found = spread(one, lean(one, len(one.vote.group)), evidence, _FINEST[one.kind.name])
    keys = [ballot.key[at] for at in one.elected.tolist()]
    low: list[float | None] = []
    high: list[float | None] = []
    for key, width in zip(keys, found.width.tolist(), strict=True):
        if key.startswith("?") or not np.isfinite(width):
            low.append(None)
            high.append(None)
            continue
        at = float(key)
        is_clock = one.kind.name == "clock"
        bounds = (at - width, at + width) if is_clock else sorted((at * np.exp(-width), at * np.exp(width)))
        low.append(round(bounds[0] % clock.DIAL if is_clock else float(bounds[0]), 6))
        high.append(round(bounds[1] % clock.DIAL if is_clock else float(bounds[1]), 6))
    return low, high, found.method
