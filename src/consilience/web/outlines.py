"""Outlines: the land beneath the map, cut to the situation's area and rounded, small enough for a first load.

The file is visionscarto's TopoJSON of Natural Earth 50m: Crimea is Ukraine's, as the UN General Assembly has it
(A/RES/68/262).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from shapely import GEOSException, LineString, MultiPolygon, Polygon, box, clip_by_rect, make_valid
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from consilience.errors import ConsilienceError
from consilience.intake.outlines import absolute_arc
from consilience.web.plot import Box

FILE = Path(__file__).parent / "static" / "vendor" / "50m.json"
STEP = 0.01  # degrees, about a kilometre: coordinates are whole numbers of steps
_FINE, _COARSE = 0.008, 0.04  # degrees by which a line may move, where the map opens and elsewhere
_LABEL_AREA = 1.2  # square degrees: a smaller country goes without its name

Point = tuple[float, float]
Ring = list[Point]


def outlines(home: Box, whole: Box, file: Path = FILE) -> dict[str, object]:
    """Countries within `whole`, fine within `home` and coarse beyond it.

    `{"step", "home", "whole", "countries": [{"name", "at", "rings"}]}`; a ring is `[x, y, dx, dy, …]` in steps.

    Raises:
        ConsilienceError: when the file is missing or no topology.
    """
    try:
        topology = json.loads(file.read_text(encoding="utf-8"))
        scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
        near = box(*home).buffer(2.0)
        arcs = [_simpler(absolute_arc(arc, scale, move), near) for arc in topology["arcs"]]
        shapes = topology["objects"]["countries"]["geometries"]
    except (OSError, ValueError, KeyError) as error:
        raise ConsilienceError(
            str(file), f"{type(error).__name__}: {error}", "the packaged outlines of countries",
            "Reinstall the package, or run `make demo` in a checkout: it fetches them.",
        ) from error  # fmt: skip
    countries = [found for shape in shapes if (found := _country(shape, arcs, home, whole))]
    countries.sort(key=lambda country: -len(str(country["rings"])))  # where names would meet, the larger country's wins
    return {
        "step": STEP,
        "home": [round(edge, 2) for edge in home],
        "whole": [round(edge, 2) for edge in whole],
        "countries": countries,
    }


def _country(shape: dict[str, object], arcs: list[Ring], home: Box, whole: Box) -> dict[str, object] | None:
    """One country's rings within the box, with its name where there is room; None when nothing of it lies there."""
    clipped = [
        part
        for polygon in _polygons(shape, arcs)
        for turn in (-360, 0, 360)
        for part in _clipped(translate(polygon, turn), whole)
    ]
    rings = [
        ring for part in clipped for line in (part.exterior, *part.interiors) if (ring := _steps(list(line.coords)))
    ]
    if not rings:
        return None
    # A name stands where the map opens, if the country reaches there.
    seen = [part for polygon in clipped for part in _clipped(polygon, home)]
    largest = max(seen or clipped, key=lambda part: part.area)
    properties = shape.get("properties")
    name = properties.get("name", "") if isinstance(properties, dict) else ""
    at = largest.representative_point() if largest.area >= _LABEL_AREA else None
    return {"name": name, "at": [round(at.x, 1), round(at.y, 1)] if at else None, "rings": rings}


def _polygons(shape: dict[str, object], arcs: list[Ring]) -> Iterator[Polygon]:
    """The polygons of a TopoJSON geometry."""
    groups = shape.get("arcs", [])
    if not isinstance(groups, list):
        return
    for rings in [groups] if shape.get("type") == "Polygon" else groups:
        joined = [_joined(indexes, arcs) for indexes in rings]
        if len(joined[0]) >= 4:
            yield Polygon(joined[0], [ring for ring in joined[1:] if len(ring) >= 4])


def _joined(indexes: list[int], arcs: list[Ring]) -> Ring:
    """One ring from its arcs; a negative index is that arc, ones' complement, backwards (TopoJSON 2.1.4)."""
    points: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return _unrolled(points)


def _unrolled(points: Ring) -> Ring:
    """A line that does not jump where it crosses the 180th meridian: its longitudes go on beyond it."""
    turns, found = 0, points[:1]
    for (before, _), (lon, lat) in pairwise(points):
        turns += round((before - lon) / 360)
        found.append((lon + 360 * turns, lat))
    return found


def _clipped(polygon: Polygon, whole: Box) -> Iterator[Polygon]:
    """What of a polygon lies within the box."""
    if not polygon.intersects(box(*whole)):
        return
    try:
        found: BaseGeometry = clip_by_rect(polygon if polygon.is_valid else make_valid(polygon), *whole)
    except GEOSException:  # simplified past repair: it keeps its old form
        found = polygon
    parts = found.geoms if hasattr(found, "geoms") else [found]
    for part in parts:
        if isinstance(part, MultiPolygon):
            yield from part.geoms
        elif isinstance(part, Polygon) and not part.is_empty:
            yield part


def _simpler(arc: Ring, near: BaseGeometry) -> Ring:
    """An arc with fewer points. Neighbours share their arcs, so their border stays one line."""
    line = LineString(_unrolled(arc))
    tolerance = _FINE if line.intersects(near) else _COARSE
    return [(float(x), float(y)) for x, y in line.simplify(tolerance).coords]


def _steps(ring: Ring) -> list[int]:
    """A ring as whole steps, each relative to the one before; nothing when it has shrunk to a line."""
    whole = [(round(x / STEP), round(y / STEP)) for x, y in ring]
    kept = [point for number, point in enumerate(whole) if number == 0 or point != whole[number - 1]]
    if len(kept) < 4:
        return []
    found = [*kept[0]]
    for (x, y), (next_x, next_y) in pairwise(kept):
        found += [next_x - x, next_y - y]
    return found
