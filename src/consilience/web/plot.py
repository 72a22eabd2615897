"""Plot: which facts the map can show, where, and which have no place on it and are listed instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from consilience.model.claim import Claim
from consilience.model.fact import Fact
from consilience.model.place import Area, Site
from consilience.web.view import WINDOW_DAYS, View, last_report
from consilience.web.words import period_words

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees
_WIDEST_KM = 200.0  # a wider area is no place on a map: its facts are listed
_WORLD: Box = (-170.0, -60.0, 180.0, 78.0)
_MARGIN = 2.5  # degrees around what a first view shows
_AROUND = (40.0, 14.0)  # degrees of land beyond the outermost place: a wide screen shows that much
_LEAST = (9.0, 5.0)  # degrees of longitude and latitude that a first view shows at least


@dataclass(frozen=True, slots=True)
class Spot:
    """A fact on the map: where, how precisely, and from when to when it is shown (days since 1970)."""

    fact: Fact
    lon: float
    lat: float
    radius_km: float
    is_area: bool
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Plot:
    """Facts with a place on the map, and the others."""

    spots: tuple[Spot, ...]
    unplaced: tuple[Fact, ...]


def plot(facts: Sequence[Fact]) -> Plot:
    """Every fact is either on the map or in the list beside it."""
    spots, unplaced = [], []
    for fact in facts:
        spot = _spot(fact)
        if spot:
            spots.append(spot)
        else:
            unplaced.append(fact)
    return Plot(tuple(spots), tuple(unplaced))


def spot_json(view: View, spot: Spot) -> dict[str, object]:
    """A spot as the map reads it."""
    fact = spot.fact
    return {
        "id": fact.id, "lon": round(spot.lon, 4), "lat": round(spot.lat, 4), "km": round(spot.radius_km, 1),
        "area": spot.is_area, "since": spot.since, "until": spot.until, "verdict": fact.finding.verdict.value,
        "title": fact.title, "when": period_words(fact), "headline": fact.finding.headline,
        "href": view.links.fact(fact.id),
    }  # fmt: skip


def home_box(claims: Iterable[Claim]) -> Box:
    """Where most of what is claimed lies: the middle four fifths of all places, and a margin."""
    found = [(part.lon, part.lat) for claim in claims for part in _places(claim)]
    if not found:
        return _WORLD
    box: list[float] = []
    for axis, least in enumerate(_LEAST):
        values = sorted(place[axis] for place in found)
        low, high = values[len(values) // 10], values[-1 - len(values) // 10]
        pad = max(_MARGIN, (least - (high - low)) / 2)
        box += [low - pad, high + pad]
    return _held((box[0], box[2], box[1], box[3]))


def whole_box(claims: Iterable[Claim]) -> Box:
    """All that is claimed anywhere, with land around it."""
    found = [(part.lon, part.lat) for claim in claims for part in _places(claim)]
    if not found:
        return _WORLD
    west, east = min(lon for lon, _ in found), max(lon for lon, _ in found)
    south, north = min(lat for _, lat in found), max(lat for _, lat in found)
    return _held((west - _AROUND[0], south - _AROUND[1], east + _AROUND[0], north + _AROUND[1]))


def _held(box: Box) -> Box:
    """A box on the globe, and off the poles, where Mercator's map has no room."""
    west, south, east, north = box
    return max(west, -180.0), max(south, -84.0), min(east, 180.0), min(north, 84.0)


def _spot(fact: Fact) -> Spot | None:
    """Where a fact lies: at the most precise place of its current claims, if any is precise enough."""
    current = [holding.claim for holding in fact.holdings if holding.is_current] or [h.claim for h in fact.holdings]
    found = [part for claim in current for part in _places(claim)]
    if not found:
        return None
    part = min(found, key=lambda part: (part.radius_km, part.key))
    first = min(holding.claim.reported_at.at for holding in fact.holdings)
    until = datetime.combine(last_report(fact) + timedelta(days=WINDOW_DAYS), time(), UTC)
    return Spot(fact, part.lon, part.lat, part.radius_km, isinstance(part, Area), _days(first), _days(until))


def _places(claim: Claim) -> list[Site | Area]:
    """The one site or small area that a claim names; several, or something wider, is no place on a map."""
    if len(claim.place.parts) != 1:
        return []
    return [part for part in claim.place.parts if isinstance(part, Site | Area) and part.radius_km <= _WIDEST_KM]


def _days(at: datetime) -> int:
    """Whole days since 1970."""
    return int(at.timestamp() // 86400)
