"""Reports: seeded events as ten partners would tell them, with the truth of which report is of which incident.

What makes linkage hard is in it: partners that state a place within half a kilometre beside partners that state
a district, days that are off by one, counts that disagree, reports copied from another partner with its errors,
front lines that move a few kilometres a day (a chain of neighbours that are not one), and towns where much happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_PARTNERS = 10
_MEAN_SIZE = 0.405  # of a geometric distribution: 1.46 true pairs a report
_MOST = 10
_SOUTH, _NORTH, _WEST, _EAST = 45.0, 52.0, 23.0, 40.0
_DAYS = 365
_FIRST = 18_628  # 2021-01-01 in days since 1970
# About as ACLED's and UCDP's precision codes are spread: most places are named, some are a district.
_RADII = np.array([0.5, 1.0, 2.0, 5.0, 10.0, 25.0])
_SHARES = np.array([0.2, 0.3, 0.2, 0.2, 0.07, 0.03])
_TYPES = np.array([
    "clash/skirmish", "clash/assault", "strike/artillery", "strike/drone", "strike/missile", "movement/rail",
    "movement/road", "attack/arson", "attack/shooting", "incident/protest", "incident/detention", "incident/other",
])  # fmt: skip
_ACTORS = np.array(["north", "south", "east", "west"])
_UNITS = 600
_TOWNS = 300
_COPIED = 0.15


@dataclass(frozen=True, slots=True)
class Reports:
    """The table that `link` takes, and the number of the incident that each row is of."""

    table: pa.Table
    incident: NDArray[np.int64]

    @property
    def true_pairs(self) -> int:
        """Pairs of reports that are of one incident."""
        sizes = np.bincount(self.incident)
        return int((sizes * (sizes - 1) // 2).sum())


def generate(reports: int, seed: int = 7) -> Reports:
    """About `reports` reports in random order; the same for the same seed.

    Density does not grow with size: the period does, so that ten times the reports are ten times the days.
    """
    rng = np.random.default_rng(seed)
    sizes = np.minimum(rng.geometric(_MEAN_SIZE, int(reports * _MEAN_SIZE * 1.02 + 6 * reports**0.5)), _MOST)
    incidents = int(np.searchsorted(np.cumsum(sizes), reports)) + 1
    sizes = sizes[:incidents]
    days = max(1, round(_DAYS * reports / 1_000_000))
    truth = _incidents(rng, incidents, days)
    incident = np.repeat(np.arange(incidents), sizes)
    told = _told(rng, truth, incident)
    _copy(rng, told, incident)
    order = rng.permutation(len(incident))
    return Reports(_table(rng, {name: values[order] for name, values in told.items()}), incident[order])


def _incidents(rng: np.random.Generator, n: int, days: int) -> dict[str, NDArray[np.generic]]:
    """Where, when and what: half spread evenly, a quarter in towns, a quarter along front lines that move."""
    lat, lon = rng.uniform(_SOUTH, _NORTH, n), rng.uniform(_WEST, _EAST, n)
    day = rng.integers(0, days, n)
    kind = rng.random(n)
    size = 1 / np.sqrt(np.arange(1, _TOWNS + 1))
    town = rng.choice(_TOWNS, n, p=size / size.sum())
    seats = rng.uniform((_SOUTH, _WEST), (_NORTH, _EAST), (_TOWNS, 2))
    within = kind < 0.25
    lat[within] = seats[town[within], 0] + rng.normal(0, 0.05, within.sum())
    lon[within] = seats[town[within], 1] + rng.normal(0, 0.08, within.sum())
    front = kind > 0.75
    lines = max(1, n // 400)
    line = rng.integers(0, lines, n)
    begin = rng.uniform((_SOUTH, _WEST, 0), (_NORTH, _EAST, days), (lines, 3))
    step = rng.integers(0, 30, n)
    lat[front] = begin[line[front], 0] + 0.03 * step[front] + rng.normal(0, 0.01, front.sum())
    lon[front] = begin[line[front], 1] + 0.03 * step[front] + rng.normal(0, 0.01, front.sum())
    day[front] = begin[line[front], 2].astype(int) + step[front]
    return {
        "lat": lat, "lon": lon, "day": day, "type": rng.integers(0, len(_TYPES), n), "actor": rng.integers(0, len(_ACTORS), n),
        "count": np.floor(rng.lognormal(1.2, 1.2, n)), "unit": rng.zipf(1.4, n) % _UNITS,
    }  # fmt: skip


def _told(
    rng: np.random.Generator, truth: dict[str, NDArray[np.generic]], of: NDArray[np.int64]
) -> dict[str, NDArray[np.generic]]:
    """What each report says of its incident."""
    n = len(of)
    radius = rng.choice(_RADII, n, p=_SHARES)
    east = 1 / np.cos(np.radians(truth["lat"][of]))
    off = rng.normal(0, 1, (2, n)) * radius / 2 / 111.2
    late = rng.choice([0, 1, -1, 2], n, p=[0.86, 0.09, 0.03, 0.02])
    heard = np.maximum(0, np.round(truth["count"][of] * rng.lognormal(0, 0.25, n)))
    wrong = rng.random(n) < 0.1
    return {
        "lat": truth["lat"][of] + off[0], "lon": truth["lon"][of] + off[1] * east, "radius": radius,
        "day": truth["day"][of] + late, "partner": _partners(rng, of),
        "type": np.where(wrong, rng.integers(0, len(_TYPES), n), truth["type"][of]),
        "actor": np.where(rng.random(n) < 0.2, -1, truth["actor"][of]),
        "count": np.where(rng.random(n) < 0.3, np.nan, heard),
        "unit": np.where(rng.random(n) < 0.4, truth["unit"][of], -1),
    }  # fmt: skip


def _partners(rng: np.random.Generator, of: NDArray[np.int64]) -> NDArray[np.int64]:
    """A partner tells of an incident once: the reports of one incident start anywhere and go round."""
    start = rng.integers(0, _PARTNERS, int(of.max()) + 1)
    rank = np.arange(len(of)) - np.searchsorted(of, of)
    return (start[of] + rank) % _PARTNERS


def _copy(rng: np.random.Generator, told: dict[str, NDArray[np.generic]], of: NDArray[np.int64]) -> None:
    """Some reports repeat the one before them in all but the partner."""
    again = np.flatnonzero((rng.random(len(of)) < _COPIED)[1:] & (of[1:] == of[:-1])) + 1
    for name, values in told.items():
        if name != "partner":
            values[again] = values[again - 1]


def _table(rng: np.random.Generator, told: dict[str, NDArray[np.generic]]) -> pa.Table:
    n = len(told["day"])
    days = pa.array((told["day"] + _FIRST).astype(np.int32)).cast(pa.date32())
    names = pa.array([f"{number}th brigade" for number in range(_UNITS)])
    said = pa.array(told["unit"], mask=told["unit"] < 0)
    actor = pa.array(told["actor"], mask=told["actor"] < 0)
    return pa.table({
        "event_id": pa.array(np.char.mod("r%08d", rng.permutation(n))),
        "dataset": pa.array([f"P{number}" for number in range(_PARTNERS)]).take(pa.array(told["partner"])),
        "date_from": days, "date_to": days,
        "lat": pa.array(np.round(told["lat"], 5)), "lon": pa.array(np.round(told["lon"], 5)), "precision_km": pa.array(told["radius"]),
        "event_type": pa.array(_TYPES).take(pa.array(told["type"])),
        "actors": pa.array(_ACTORS).take(actor),
        "count": pa.array(told["count"], mask=np.isnan(told["count"])),
        "text": names.take(said),
    })  # fmt: skip
