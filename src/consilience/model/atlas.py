"""Atlas: the outlines of countries, and distances on the sphere to their borders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

import numpy as np
import shapely
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

EARTH_KM = 6371.0088  # mean radius, IUGG
_KM_PER_DEGREE = 111.2
# A flat map misjudges distances by less than this factor as far as a border is of interest (2,000 km).
_ROUGH = 1.6
# How far a country reaches is sought among its corners to so many degrees, a net of so many lines each way over each of
# its parts, and measured for so many of those that are farthest in the rough, from so many points of the other's outline.
_COARSE, _NET, _MEASURED, _LINE = 0.1, 24, 8, 2_000


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Geodesic distance on the WGS 84 ellipsoid (Karney 2013), in km."""
    return float(Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2, Geodesic.DISTANCE)["s12"]) / 1000


def sphere_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in km on the sphere: within 0.6 % of the geodesic, a hundred times faster."""
    north, east = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    h = sin(north) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(east) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


class Atlas:
    """Country outlines by ISO 3166 alpha-3 code, in degrees (lon, lat)."""

    def __init__(self, outlines: Mapping[str, BaseGeometry]) -> None:
        """Take the outlines as they are; the loader decides where disputed areas lie."""
        self._outlines = outlines
        self._segments: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
        self.border_km = lru_cache(maxsize=100_000)(self._border_km)
        self.gap_km = lru_cache(maxsize=10_000)(self._gap_km)
        self.farthest_km = lru_cache(maxsize=10_000)(self._farthest_km)

    def outline(self, country: str) -> BaseGeometry | None:
        """The outline, or None where there is none, or one too small for the map."""
        found = self._outlines.get(country)
        return None if found is None or found.is_empty else found

    def contains(self, country: str, lat: float, lon: float) -> bool:
        """Whether the point lies in the country; False where there is no outline of it."""
        outline = self.outline(country)
        return outline is not None and bool(outline.covers(Point(lon, lat)))

    def _border_km(self, country: str, lat: float, lon: float) -> float | None:
        """Distance in km from the point to the nearest point of the country's outline, coast included.

        The outline is projected azimuthally about the point (distances from the centre are true on the
        sphere), and the nearest point is sought on its segments. None where there is no outline.
        """
        if self.outline(country) is None:
            return None
        segments, lengths = self._outline_segments(country)
        near = _rough_km(segments[0], segments[1], lat, lon)
        # no point of a segment is nearer than its first end less its length
        kept = segments[:, near <= (near.min() + lengths) * _ROUGH]
        x, y = _azimuthal(kept[0::2].ravel(), kept[1::2].ravel(), lat, lon)
        (ax, bx), (ay, by) = x.reshape(2, -1), y.reshape(2, -1)
        dx, dy = bx - ax, by - ay
        square = np.maximum(dx * dx + dy * dy, 1e-12)
        t = np.clip(-(ax * dx + ay * dy) / square, 0.0, 1.0)
        return float(np.min(np.hypot(ax + t * dx, ay + t * dy)))

    def _gap_km(self, one: str, two: str) -> float | None:
        """About how far two countries lie apart, 0 for neighbours; None where an outline is missing."""
        first, second = self.outline(one), self.outline(two)
        if first is None or second is None:
            return None
        return float(first.distance(second)) * _KM_PER_DEGREE * 0.7

    def _farthest_km(self, one: str, two: str) -> float | None:
        """How far (km) the ground of a country reaches from the outline of another, or from its own; None where one is missing.

        Its corners and a net of points inside it are looked at; those that are farthest in the rough are measured.
        """
        ground, other = self.outline(one), self.outline(two)
        if ground is None or other is None:
            return None
        points = np.concatenate([shapely.get_coordinates(ground.simplify(_COARSE)), _net(ground)])
        line = shapely.get_coordinates(shapely.segmentize(other.boundary.simplify(_COARSE), 1.0))
        line = _on_sphere(line[:: 1 + len(line) // _LINE])
        parts = np.array_split(_on_sphere(points), 1 + len(points) // 500)
        nearness = np.concatenate([(part @ line.T).max(axis=1) for part in parts])
        measured = (self.border_km(two, lat, lon) for lon, lat in points[np.argsort(nearness)[:_MEASURED]].tolist())
        return max(km for km in measured if km is not None)

    def _outline_segments(self, country: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The segments of an outline as rows lon, lat, lon, lat in degrees, (4, n); at most how long each is (km)."""
        if country not in self._segments:
            lines = [shapely.get_coordinates(line) for line in _rings(self._outlines[country])]
            segments = np.concatenate([np.hstack([line[:-1], line[1:]]) for line in lines]).T.copy()
            lengths = np.hypot(segments[2] - segments[0], segments[3] - segments[1]) * _KM_PER_DEGREE
            self._segments[country] = (segments, lengths)
        return self._segments[country]


def _net(ground: BaseGeometry) -> NDArray[np.float64]:
    """Points inside an outline, of a net over each of its parts, as rows of lon, lat; also one for certain."""
    inside = ground.representative_point()
    found = [np.array([[inside.x, inside.y]])]
    for part in getattr(ground, "geoms", [ground]):
        west, south, east, north = part.bounds
        net = np.meshgrid(np.linspace(west, east, _NET), np.linspace(south, north, _NET))
        lon, lat = net[0].ravel(), net[1].ravel()
        found.append(np.column_stack([lon, lat])[shapely.contains_xy(part, lon, lat)])
    return np.concatenate(found)


def _on_sphere(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (lon, lat in degrees) as unit vectors."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _rings(outline: BaseGeometry) -> list[BaseGeometry]:
    """Every closed line of an outline."""
    boundary = outline.boundary
    return list(boundary.geoms) if hasattr(boundary, "geoms") else [boundary]


def _rough_km(lon: NDArray[np.float64], lat: NDArray[np.float64], lat0: float, lon0: float) -> NDArray[np.float64]:
    """Distances on a flat map scaled at (lat0, lon0): good enough to tell which segments may be the nearest."""
    turn = np.mod(lon - lon0 + 180.0, 360.0) - 180.0  # across the antimeridian where that is nearer
    east, north = turn * cos(radians(lat0)), lat - lat0
    found: NDArray[np.float64] = _KM_PER_DEGREE * np.sqrt(east * east + north * north)  # a third of the time of hypot
    return found


def _azimuthal(
    lon: NDArray[np.float64], lat: NDArray[np.float64], lat0: float, lon0: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Azimuthal equidistant coordinates in km about (lat0, lon0); Snyder 1987, equations 22-4, 22-5, 25-2."""
    phi, phi0, dlon = np.radians(lat), np.radians(lat0), np.radians(lon - lon0)
    cos_c = np.clip(np.sin(phi0) * np.sin(phi) + np.cos(phi0) * np.cos(phi) * np.cos(dlon), -1.0, 1.0)
    c = np.arccos(cos_c)
    k = np.where(c < 1e-9, 1.0, c / np.maximum(np.sin(c), 1e-12))
    x = EARTH_KM * k * np.cos(phi) * np.sin(dlon)
    y = EARTH_KM * k * (np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(dlon))
    return x, y
