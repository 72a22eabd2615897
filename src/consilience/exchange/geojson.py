"""GeoJSON (RFC 7946) as a table: a feature a row, its properties as columns, its geometry as a point with a radius."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, atan2, ceil, cos, degrees, hypot, radians, sin

from consilience.errors import IntakeError
from consilience.intake.setaside import Problem
from consilience.intake.table import RawRow, Table
from consilience.model.atlas import sphere_km
from consilience.trust.canonical import Json

ID = "feature_id"
"""The column that holds a feature's own `id`, which is its `claim_id` where no property is."""

_PLACED = ("lat", "lon", "radius_km")
# Names of coordinate systems that are longitude and latitude on WGS 84, as files from before RFC 7946 may name theirs.
_DEGREES = ("crs84", "epsg:4326", "epsg::4326")
_DEPTH = 8  # of geometries within geometries
_EDGED = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")
_HALF, _WHOLE = 180.0, 360.0  # degrees
_STEP = 1000.0  # of a kilometre: radii are rounded up to whole metres


@dataclass(frozen=True, slots=True)
class Spot:
    """A geometry as a circle: its middle in degrees, and the radius (km) that covers it; None for a point."""

    lat: float
    lon: float
    radius_km: float | None


class GeometryError(ValueError):
    """A geometry that is none: what was found, and what was expected."""

    def __init__(self, found: str, expected: str) -> None:
        """Say both."""
        super().__init__(f"found {found}, expected {expected}")
        self.found, self.expected = found, expected


def is_geojson(value: Json) -> bool:
    """Whether a document is a collection of features, or one."""
    return isinstance(value, dict) and value.get("type") in ("FeatureCollection", "Feature")


def open_features(value: Mapping[str, Json], name: str) -> Table:
    """The features of a document as a table, which native columns or a mapping make claims.

    Raises:
        IntakeError: when it has no list of features, or coordinates that are not degrees.
    """
    listed = value.get("features") if value["type"] == "FeatureCollection" else [dict(value)]
    if not isinstance(listed, list):
        raise IntakeError(name, "a FeatureCollection without features", 'a list "features" (RFC 7946, section 3.3)')
    _check_system(value, name)
    names = [key for each in listed for key in _properties(each)]
    columns = dict.fromkeys((*names, *_PLACED, ID, *(["claim_id"] if _are_named(listed) else [])))
    return Table(name, tuple(columns), _rows(listed))


def middle(geometry: Json) -> Spot | None:
    """The circle that covers a geometry; None where the feature states none.

    The middle is that of its points on the sphere, so that shapes across the 180th meridian or a pole have one too.

    Raises:
        GeometryError: for what is no geometry of longitudes and latitudes.
    """
    if geometry is None:
        return None
    points = list(_points(geometry, _DEPTH))
    if not points:
        raise GeometryError("a geometry without a position", "at least one [longitude, latitude]")
    lon, lat = points[0]
    if all(point == points[0] for point in points):
        return Spot(lat, lon, None)
    lon, lat = _mean(points)
    far = max(sphere_km(lat, lon, y, x) for x, y in points)
    return Spot(lat, lon, ceil(far * _STEP) / _STEP)


def _rows(features: Sequence[Json]) -> Iterator[RawRow]:
    """A row a feature, numbered from 1; what is wrong with a geometry goes with the row."""
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            yield RawRow(number, {}, Problem("type", _said(feature), '"Feature"'))
            continue
        cells = {key: _cell(cell) for key, cell in _properties(feature).items()}
        own = _cell(feature.get("id"))
        cells[ID] = own
        cells["claim_id"] = cells.get("claim_id") or own
        try:
            spot = middle(feature.get("geometry"))
        except GeometryError as wrong:
            yield RawRow(number, cells, Problem("geometry", wrong.found, wrong.expected))
            continue
        yield RawRow(number, cells | _placed(spot, cells.get("radius_km", "")))


def _placed(spot: Spot | None, stated: str) -> dict[str, str]:
    """The native cells of a circle; a point has the radius that its properties state."""
    if spot is None:
        return {}
    radius = stated if spot.radius_km is None else repr(spot.radius_km)
    return {"lat": repr(spot.lat), "lon": repr(spot.lon), "radius_km": radius}


def _properties(feature: Json) -> Mapping[str, Json]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def _are_named(features: Sequence[Json]) -> bool:
    """Whether some feature has an id of its own."""
    return any(isinstance(each, dict) and each.get("id") not in (None, "") for each in features)


def _check_system(value: Mapping[str, Json], name: str) -> None:
    """Refuse coordinates in metres: files from before RFC 7946 may have them, and say so."""
    system = value.get("crs")
    if system is not None and not any(known in json.dumps(system).lower() for known in _DEGREES):
        raise IntakeError(
            name,
            f"the coordinate system {json.dumps(system)[:80]}",
            "longitude and latitude on WGS 84 (RFC 7946, section 4)",
            "Export it again in EPSG:4326.",
        )


def _points(geometry: Json, depth: int) -> Iterator[tuple[float, float]]:
    """All positions of a geometry, longitude first, and those along its long edges."""
    if not isinstance(geometry, dict) or depth == 0:
        raise GeometryError(_said(geometry), "a geometry (RFC 7946, section 3.1)")
    parts = geometry.get("geometries")
    if geometry.get("type") == "GeometryCollection" and isinstance(parts, list):
        for part in parts:
            yield from _points(part, depth - 1)
        return
    have_edges = geometry.get("type") in _EDGED
    for run in _runs(geometry.get("coordinates"), _DEPTH):
        yield from run
        if have_edges:
            for one, two in pairwise(run):
                yield from _along(one, two)


def _runs(value: Json, depth: int) -> Iterator[list[tuple[float, float]]]:
    """The lists of positions in nested lists of coordinates: rings, lines, or one point."""
    if not isinstance(value, list) or depth == 0:
        raise GeometryError(_said(value), "coordinates as [longitude, latitude]")
    if value and not any(isinstance(each, list) for each in value):
        yield [_position(value)]
    elif value and all(_is_position(each) for each in value):
        yield [_position(each) for each in value if isinstance(each, list)]
    else:
        for each in value:
            yield from _runs(each, depth - 1)


def _is_position(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and not any(isinstance(each, list) for each in value)


def _along(one: tuple[float, float], two: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Positions a degree apart on an edge, which is straight on the map and so bulges on the sphere.

    An edge that leaps more than half round the earth goes the short way, but for one that is a whole circle of latitude.
    """
    east, north = two[0] - one[0], two[1] - one[1]
    if _HALF < abs(east) < _WHOLE:
        return
    steps = ceil(max(abs(east), abs(north)))
    for step in range(1, steps):
        yield one[0] + east * step / steps, one[1] + north * step / steps


def _position(value: Sequence[Json]) -> tuple[float, float]:
    """One position."""
    numbers = [each for each in value if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(numbers) != len(value) or len(numbers) < len(("lon", "lat")):
        raise GeometryError(_said(list(value)), "numbers, [longitude, latitude]")
    lon, lat = float(numbers[0]), float(numbers[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise GeometryError(f"[{lon:g}, {lat:g}]", "[longitude, latitude] in degrees, longitude first")
    return lon, lat


def _mean(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the least box of vectors around points on the sphere: many points on one side do not pull it there."""
    vectors = [
        (cos(radians(y)) * cos(radians(x)), cos(radians(y)) * sin(radians(x)), sin(radians(y))) for x, y in points
    ]
    a, b, c = ((min(axis) + max(axis)) / 2 for axis in zip(*vectors, strict=True))
    size = hypot(a, b, c)
    if size == 0:
        return points[0]  # opposite ends of the earth: any point is as good
    return round(degrees(atan2(b, a)), 6), round(degrees(asin(max(-1.0, min(1.0, c / size)))), 6)


def _cell(value: Json) -> str:
    """A property as the text of a cell; lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _said(value: Json) -> str:
    """What stands there instead, in a few words."""
    return json.dumps(value, ensure_ascii=False)[:60]
