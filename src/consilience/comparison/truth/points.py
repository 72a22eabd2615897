"""Points: where something was, as degrees of latitude and longitude, with a precision in km where one is stated."""

from __future__ import annotations

import re

import numpy as np

from consilience.comparison.truth.ballot import Ballot, Relations
from consilience.comparison.truth.category import popularity
from consilience.comparison.truth.table import Floats, Ints
from consilience.model.atlas import EARTH_KM

FLOOR_KM = 0.5  # standard deviation to an axis: gazetteers round, and no stated point is better known
EDGES = np.array([1.0, 3.0, 10.0, 30.0, 100.0, 300.0, np.inf])  # times what both may be off
LEVELS = ("same", *(f"up to {edge:g} times as far" for edge in EDGES[1:-1].tolist()), "elsewhere")
_SIGMAS = 2.0  # a stated precision is so many standard deviations, as in `linkage.patterns`
_WIDEST = 3_000.0  # times: what lies beyond the last edge is spread over this
_POINT = re.compile(
    r"\s*([+-]?\d+(?:\.\d+)?)\s*[,; ]\s*([+-]?\d+(?:\.\d+)?)\s*(?:(?:±|\+/-)\s*(\d+(?:\.\d+)?)\s*(?:km)?)?\s*"
)


def point(text: str) -> tuple[float, float, float] | None:
    """Latitude, longitude and km of `48.02, 37.8` or `48.02, 37.8 ±2 km`; None for anything else."""
    found = _POINT.fullmatch(text)
    if not found:
        return None
    lat, lon, km = float(found[1]), float(found[2]), float(found[3] or 0.0)
    return (lat, lon, km) if abs(lat) <= 90.0 and abs(lon) <= 180.0 and km <= EARTH_KM else None


def key(text: str) -> str | None:
    """What is compared: the numbers, however they are written."""
    found = point(text)
    return None if found is None else ",".join(f"{part + 0.0:.10g}" for part in found)


def placed(ballot: Ballot) -> Floats:
    """By candidate, its latitude, longitude and km, shape (candidates, 3); NaN for what cannot be read."""
    read = [(np.nan,) * 3 if one.startswith("?") else tuple(map(float, one.split(","))) for one in ballot.key]
    return np.array(read, dtype=float).reshape(-1, 3)


def sigma(km: Floats) -> Floats:
    """Standard deviation to each axis, in km, of points stated to be within so many km."""
    found: Floats = np.hypot(FLOOR_KM, km / _SIGMAS)
    return found


def flat(at: Floats, origin: Floats) -> Floats:
    """Km to the east and north of origins, on the plane that touches the earth there; shape (n, 2)."""
    east = ((at[:, 1] - origin[:, 1] + 180.0) % 360.0 - 180.0) * np.cos(np.radians(origin[:, 0]))
    found: Floats = np.radians(np.column_stack([east, at[:, 0] - origin[:, 0]])) * EARTH_KM
    return found


def round_(east_north: Floats, origin: Floats) -> Floats:
    """Latitude and longitude of what lies so many km to the east and north of origins."""
    east, north = np.degrees(east_north / EARTH_KM).T
    lat = np.clip(origin[:, 0] + north, -90.0, 90.0)
    lon = origin[:, 1] + east / np.maximum(np.cos(np.radians(origin[:, 0])), 1e-6)
    return np.column_stack([lat, (lon + 180.0) % 360.0 - 180.0])


def relate(ballot: Ballot, weight: Floats) -> Relations:
    """How far each report is off each candidate, in levels of what both may be off; inside a level all ground is alike."""
    off = _times(ballot, ballot.choice[ballot.report], ballot.candidate)
    step = np.searchsorted(EDGES, off)
    edges = np.minimum(np.concatenate(([0.0], EDGES)), _WIDEST)
    ground = np.diff(edges**2)[step]
    # A wrong point that others tell too is told for a reason.
    spread = np.where(step == 0, 0.0, np.maximum(-np.log(ground), popularity(ballot, weight)))
    return Relations(LEVELS, step.astype(np.int64), spread, _closeness(off))


def alike(ballot: Ballot, one: Ints, two: Ints) -> Floats:
    """By pair of reports, from 1 for one place to 0 for points three times as far apart as both may be off."""
    return _closeness(_times(ballot, ballot.choice[one], ballot.choice[two]))


def _times(ballot: Ballot, one: Ints, two: Ints) -> Floats:
    """Distances in what both may be off; of what cannot be read, from itself none and from all else as far as can be."""
    at = placed(ballot)
    away, other = at[one], at[two]
    lat, lat_two = np.radians(away[:, 0]), np.radians(other[:, 0])
    h = np.sin((lat_two - lat) / 2) ** 2
    h += np.cos(lat) * np.cos(lat_two) * np.sin(np.radians(other[:, 1] - away[:, 1]) / 2) ** 2
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
    both = _SIGMAS * np.hypot(sigma(away[:, 2]), sigma(other[:, 2]))
    return np.where(one == two, 0.0, np.nan_to_num(km / both, nan=2 * _WIDEST))


def _closeness(off: Floats) -> Floats:
    found: Floats = np.interp(off, [1.0, 3.0], [1.0, 0.0])
    return found
