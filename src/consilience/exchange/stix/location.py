"""Location: the place of a claim as a STIX location, as far as STIX can say it."""

from __future__ import annotations

from functools import cache

from iso3166 import countries_by_alpha2, countries_by_alpha3

from consilience.exchange.stix.naming import FOUNDED, stamp, stix_id
from consilience.exchange.stix.thing import Body
from consilience.intake import gazetteer
from consilience.intake.place import PlaceReader
from consilience.intake.scenario import shipped_places
from consilience.model.place import Area, Named, Part, Site
from consilience.trust.canonical import Json

METRES = 1000.0  # in a kilometre: STIX has the precision of a point in metres, the native table in kilometres


@cache
def shipped() -> PlaceReader:
    """The places that ship with us."""
    return PlaceReader(gazetteer.load(*shipped_places()))


def location(cells: dict[str, str], markings: tuple[str, ...], places: PlaceReader) -> Body | None:
    """The location of a claim's place, marked; None when it names none.

    STIX demands a point, a country or a region (STIX 2.1, section 4.10). The point is the one that is stated, the
    country the one in which the place lies, when there is one; a border or a band lies in no one country, and is a
    region by its own name.
    """
    name = " ".join(cells.get("place", "").split())
    point = _point(cells)
    if not name and not point:
        return None
    country = _country(name, places)
    found: dict[str, Json] = {"name": name, **point, "country": country, "region": "" if point or country else name}
    found = {key: value for key, value in found.items() if value != ""}
    return {
        "type": "location",
        "spec_version": "2.1",
        "id": stix_id("location", found, list(markings)),
        "created": stamp(FOUNDED),
        "modified": stamp(FOUNDED),
        **found,
        "object_marking_refs": list(markings),
    }


def code_of(alpha2: str) -> str:
    """The ISO 3166 alpha-3 code of an alpha-2 code, or an empty text."""
    known = countries_by_alpha2.get(alpha2.upper())
    return known.alpha3 if known else ""


def _point(cells: dict[str, str]) -> dict[str, Json]:
    """The stated point in degrees, with its precision in metres when that is stated."""
    lat, lon = _number(cells.get("lat", ""), 90), _number(cells.get("lon", ""), 180)
    radius = _number(cells.get("radius_km", ""), 20_100)
    if lat is None or lon is None:
        return {}
    found: dict[str, Json] = {"latitude": lat, "longitude": lon}
    if radius is not None and radius >= 0:
        found["precision"] = round(radius * METRES, 3)
    return found


def _number(text: str, most: float) -> float | None:
    """A number of at most this size, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -most <= value <= most else None


def _country(name: str, places: PlaceReader) -> str:
    """The ISO 3166 alpha-2 code of the country that a place lies in; empty when that is none, several or not known."""
    parts = places.read(name, None).parts if name else frozenset()
    codes = {_code(part) for part in parts}
    only = codes.pop() if len(codes) == 1 else ""
    known = countries_by_alpha3.get(only)
    return known.alpha2 if known else ""


def _code(part: Part) -> str:
    """The alpha-3 code of the country that one part lies in, or an empty text."""
    if not isinstance(part, Site | Area | Named):
        return ""
    if isinstance(part, Area) and part.iso:
        return part.iso
    inside = [key.upper() for key in part.inside if key.upper() in countries_by_alpha3]
    return inside[0] if len(inside) == 1 else ""
