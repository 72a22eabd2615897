"""Outlines of countries from the packaged world atlas (Natural Earth 10m), with Crimea in Ukraine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from iso3166 import countries
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from consilience.errors import IntakeError
from consilience.model.atlas import Atlas

FILE = Path(__file__).parent / "outlines" / "countries-10m.json"

# Natural Earth's default view draws Crimea as one separate polygon of Russia. The UN General Assembly
# (A/RES/68/262) holds it Ukraine's; the polygon is found by a point in it and moved.
_CRIMEA = Point(34.1, 45.1)
_CLOSED = 4  # points of the smallest ring, its first one twice; quantising leaves islets with fewer


class Topology(Mapping[str, BaseGeometry]):
    """Country outlines of a TopoJSON file by ISO 3166 alpha-3 code, decoded when first asked for."""

    def __init__(self, file: Path) -> None:
        """Read the file.

        Raises:
            IntakeError: when it is missing or no topology, with the command that fetches it.
        """
        try:
            topology = json.loads(file.read_text(encoding="utf-8"))
            self._scale, self._move = topology["transform"]["scale"], topology["transform"]["translate"]
            self._arcs = topology["arcs"]
            shapes = topology["objects"]["countries"]["geometries"]
        except (OSError, ValueError, KeyError) as error:
            raise IntakeError(
                str(file),
                f"{type(error).__name__}: {error}",
                "the packaged outlines of countries",
                "Reinstall the package, or run `make demo` in a checkout: it fetches them.",
            ) from error
        alpha3 = {country.numeric: country.alpha3 for country in countries}
        # one country may have several shapes: Australia's mainland, and a reef that stands after it
        self._shapes = {
            alpha3[number]: [shape for shape in shapes if shape.get("id") == number]
            for number in dict.fromkeys(shape.get("id") for shape in shapes)
            if number in alpha3
        }
        self._done: dict[str, BaseGeometry] = {}

    def __getitem__(self, code: str) -> BaseGeometry:
        """The outline of one country, in degrees (lon, lat)."""
        if code not in self._done:
            self._done[code] = self._corrected(code)
        return self._done[code]

    def __iter__(self) -> Iterator[str]:
        """The codes there are."""
        return iter(self._shapes)

    def __len__(self) -> int:
        """How many countries there are."""
        return len(self._shapes)

    def _corrected(self, code: str) -> BaseGeometry:
        """The outline with Crimea where it belongs."""
        polygons = self._polygons(code)
        if code == "RUS":
            polygons = [polygon for polygon in polygons if not polygon.covers(_CRIMEA)]
        if code == "UKR" and not any(polygon.covers(_CRIMEA) for polygon in polygons):
            polygons += [polygon for polygon in self._polygons("RUS") if polygon.covers(_CRIMEA)]
        return unary_union(polygons)

    def _polygons(self, code: str) -> list[BaseGeometry]:
        """The polygons as the file has them."""
        groups = [
            rings
            for shape in self._shapes[code]
            for rings in ([shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"])
        ]
        closed = [[ring for ring in map(self._ring, rings) if len(ring) >= _CLOSED] for rings in groups]
        found = [Polygon(rings[0], rings[1:]) for rings in closed if rings]
        return [polygon if polygon.is_valid else polygon.buffer(0) for polygon in found]

    def _ring(self, indexes: list[int]) -> list[tuple[float, float]]:
        """One ring from its arcs; a negative index is that arc, ones' complement, backwards (TopoJSON 2.1.4)."""
        points: list[tuple[float, float]] = []
        for index in indexes:
            arc = absolute_arc(self._arcs[max(index, ~index)], self._scale, self._move)
            arc = arc if index >= 0 else arc[::-1]
            points.extend(arc[1:] if points else arc)
        return points


def absolute_arc(arc: list[list[int]], scale: list[float], move: list[float]) -> list[tuple[float, float]]:
    """A delta-encoded, quantised arc as degrees (TopoJSON 2.1.3)."""
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * scale[0] + move[0], y * scale[1] + move[1]))
    return points


@cache
def load_atlas() -> Atlas:
    """The atlas of the packaged outlines; read once a process."""
    return Atlas(Topology(FILE))
