"""From a place as stated in a row to a Place: borders, bands, unions, hierarchies and coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from consilience.intake.gazetteer import Gazetteer, key
from consilience.model.atlas import sphere_km
from consilience.model.extent import country_key
from consilience.model.place import DEFAULT_RADIUS_KM, Area, Band, Border, Named, Part, Place, Site

_KM = r"(?P<{}>\d+(?:[.,]\d+)?)\s*(?:km|kilomet(?:re|er)s?)"
_OF = r"\s+(?:of|from)\s+(?:the\s+)?(?P<who>.+)$"
_WITHIN = re.compile(r"^(?:with)?in\s+" + _KM.format("high") + _OF, re.IGNORECASE)
_BEYOND = re.compile(r"^(?:beyond|outside|more than|over)\s+" + _KM.format("low") + _OF, re.IGNORECASE)
_BETWEEN = re.compile(r"^(?P<low>\d+)\s*(?:km)?\s*(?:-|–|to)\s*" + _KM.format("high") + _OF, re.IGNORECASE)
_IN_AND_NEAR = re.compile(r"^in\s+(?:and|or)\s+(?:near|around)\s+(?P<who>.+)$", re.IGNORECASE)
_NEAR = re.compile(
    r"^(?:near|close to|around|at|by|on|along|alongside|beside|towards?)\s+(?:the\s+)?(?P<who>.+)$", re.IGNORECASE
)
_IN = re.compile(r"^in\s+(?:the\s+)?(?P<who>.+)$", re.IGNORECASE)
_SIDE = re.compile(
    r"^(?:the\s+)?(?:(?:north|south|east|west|northern|southern|eastern|western|central|coastal)[\s-]*)+(?:of\s+|part\s+of\s+)?(?P<who>.+)$",
    re.IGNORECASE,
)
_BORDER_OF = re.compile(r"^(?:the\s+)?(?:state\s+)?(?:borders?|frontiers?)\s+(?:of|with)\s+(?P<who>.+)$", re.IGNORECASE)
_BORDER = re.compile(r"^(?P<who>.+?)(?:['’]s)?\s+(?:state\s+)?(?:borders?|frontiers?)$", re.IGNORECASE)
_ASIDE = re.compile(r"^(?P<name>[^()]+?)\s*\((?:(?:said|claimed) to be )?(?:in )?(?P<inside>[^()]+)\)$", re.IGNORECASE)
_PLURAL = re.compile(r"\s+(?P<word>military district|region|oblast|border|district)s$", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:,\s*and\s+|;|,|&|\band\b)\s*", re.IGNORECASE)
_DEMONYMS = {
    "ukrainian": "UKR",
    "russian": "RUS",
    "belarusian": "BLR",
    "polish": "POL",
    "lithuanian": "LTU",
    "latvian": "LVA",
    "estonian": "EST",
    "moldovan": "MDA",
    "romanian": "ROU",
    "georgian": "GEO",
}
# Stated coordinates further than this from the gazetteer's, beyond both radii, contradict the name.
_DEFECT_KM = 25.0


@dataclass(frozen=True, slots=True)
class Coordinates:
    """The point of a row: degrees, and the radius (km) within which it is meant, if stated."""

    lat: float
    lon: float
    radius_km: float | None


class PlaceReader:
    """Turns place names into places; the same name gives the same place."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Read with one gazetteer."""
        self.gazetteer = gazetteer
        self.read = lru_cache(maxsize=200_000)(self._read)
        self._named = lru_cache(maxsize=50_000)(self._parse)

    def _read(self, name: str, point: Coordinates | None) -> Place:
        """The place that a name and a point state together; either may be missing."""
        name = " ".join(name.split())
        parts, defects = self._named(name) if name else (frozenset(), ())
        if point is None:
            return Place(name, parts, defects)
        if any(isinstance(part, Border | Band) for part in parts) or len(parts) > 1:
            return Place(name, parts, defects)  # the point only marks it on the map; the words are the scope
        site, contradiction = self._site(name, parts, point)
        return Place(name or site.key, frozenset({site}), defects + contradiction)

    def _site(self, name: str, parts: frozenset[Part], point: Coordinates) -> tuple[Site, tuple[str, ...]]:
        """A site at the stated point, with what the gazetteer knows of its name."""
        radius = DEFAULT_RADIUS_KM if point.radius_km is None else point.radius_km
        label = key(name.split(",")[0]) if name else f"{point.lat:.2f}, {point.lon:.2f}"
        site = Site(label, point.lat, point.lon, radius)
        for part in parts:
            if isinstance(part, Site | Area):
                gap = sphere_km(part.lat, part.lon, point.lat, point.lon)
                if isinstance(part, Area) and part.iso:
                    lies = self.gazetteer.atlas.contains(part.iso, point.lat, point.lon)
                    off = not lies and (self.gazetteer.atlas.border_km(part.iso, point.lat, point.lon) or 0) > radius
                else:
                    reach = part.radius_km * (2 if isinstance(part, Area) else 1)
                    off = gap > reach + radius + _DEFECT_KM
                if off:
                    wrong = (
                        f"{name}: stated at {point.lat:g}, {point.lon:g}, but the gazetteer has it {gap:.0f} km away"
                    )
                    return site, (wrong,)
                above = part.inside | ({part.key} if isinstance(part, Area) else set())
                return replace(site, key=part.key if isinstance(part, Site) else label, inside=above), ()
            if isinstance(part, Named):
                return replace(site, inside=part.inside), ()
        return site, ()

    def _parse(self, name: str) -> tuple[frozenset[Part], tuple[str, ...]]:
        """Parts and defects of a name, tried from the most definite reading to the least."""
        entry = self.gazetteer.find(name)
        if entry:
            return frozenset({entry.ground}), ()
        fixed = self._bands(name) or self._borders(name)
        if fixed:
            return frozenset(fixed), ()
        aside = _ASIDE.match(name)
        if aside:
            return self._hierarchy(aside["name"], aside["inside"])
        pieces = [piece for piece in _LIST.split(name) if piece]
        if len(pieces) > 1:
            return self._pieces(name, pieces)
        return self._loose(name)

    def _pieces(self, name: str, pieces: list[str]) -> tuple[frozenset[Part], tuple[str, ...]]:
        """A name with commas or "and": a hierarchy where it can only be one, else a union."""
        if len(pieces) == 2 and " and " not in name and "," in name:
            if self._is_hierarchy(*pieces):
                return self._hierarchy(*pieces)
            if self._is_listed_in(pieces[1], pieces[0]):
                return self._hierarchy(pieces[1], pieces[0])
            if self._is_detail(*pieces):
                return self._hierarchy(name, pieces[0])
        return self._qualified(name, pieces) or self._union(pieces)

    def _loose(self, name: str) -> tuple[frozenset[Part], tuple[str, ...]]:
        """A name in other words: "near X", "in X", "northern X"; else a name of its own."""
        bare = name
        while near := _NEAR.match(bare) or _IN.match(bare):
            bare = near["who"]
        if bare != name:
            return self._parse(bare)
        side = _SIDE.match(name)
        if side and self.gazetteer.find(side["who"]):
            return self._hierarchy(name, side["who"])
        return frozenset({Named(key(name))}), ()

    def _bands(self, name: str) -> set[Part]:
        """A band along a border, if the name is one."""
        for pattern in (_WITHIN, _BETWEEN, _BEYOND):
            found = pattern.match(name)
            if found:
                country = self._border_country(found["who"])
                if country:
                    limits = {
                        limit: float(text.replace(",", "."))
                        for limit, text in found.groupdict().items()
                        if limit in ("low", "high") and text
                    }
                    return {Band(country, limits.get("low", 0.0), limits.get("high", float("inf")))}
        return set()

    def _borders(self, name: str) -> set[Part]:
        """A vague border, or a country with what lies near it."""
        found = _IN_AND_NEAR.match(name)
        if found and (country := self._border_country(found["who"])):
            entry = self.gazetteer.find(country)
            near: set[Part] = {Border(country)}
            return near | {entry.ground} if entry else near
        stripped = _NEAR.match(name)
        country = self._border_country(stripped["who"] if stripped else name, only_border=not stripped)
        if country:
            return {Border(country)}
        found = _BORDER.match(name)
        sides = re.split(r"[-–/]", found["who"]) if found else []
        codes = [self._code(side) for side in sides]
        if len(codes) == 2 and all(codes):
            return {Border(max(codes), min(codes))}  # one border, whichever side is named first
        return set()

    def _border_country(self, text: str, *, only_border: bool = False) -> str:
        """The country of "UKR border", "border of Ukraine", "the Ukrainian frontier" or, unless told not to, "Ukraine"."""
        for pattern in (_BORDER_OF, _BORDER):
            found = pattern.match(text.strip())
            if found and self._code(found["who"]):
                return self._code(found["who"])
        return "" if only_border else self._code(text)

    def _code(self, text: str) -> str:
        """A country's code from its code, name or adjective."""
        bare = key(text)
        return _DEMONYMS.get(bare, "") or self.gazetteer.country(bare)

    def _is_hierarchy(self, first: str, second: str) -> bool:
        """Whether "A, B" means A in B rather than A and B."""
        inner, outer = self.gazetteer.find(first), self.gazetteer.find(second)
        if not outer or not isinstance(outer.ground, Area):
            return False
        return inner is None or isinstance(inner.ground, Site) or outer.ground.key in inner.ground.inside

    def _is_listed_in(self, first: str, second: str) -> bool:
        """Whether the gazetteer lists A in the area B, so that "B, A" is A."""
        inner, outer = self.gazetteer.find(first), self.gazetteer.find(second)
        return bool(inner and outer and outer.ground.key in inner.ground.inside)

    def _is_detail(self, first: str, second: str) -> bool:
        """Whether "A, b" means a spot in the area A that no gazetteer knows: "Rostov region, 150 m from the border"."""
        outer = self.gazetteer.find(first)
        known = self.gazetteer.find(second) or self._bands(second) or self._borders(second)
        return outer is not None and isinstance(outer.ground, Area) and not known

    def _hierarchy(self, first: str, second: str) -> tuple[frozenset[Part], tuple[str, ...]]:
        """A in B, with the contradiction where the gazetteer has A elsewhere."""
        inner, outer = self.gazetteer.find(first), self.gazetteer.find(second)
        if outer is None:
            return self._parse(first)
        above = outer.ground.inside | {outer.ground.key}
        if inner is None:
            return frozenset({Named(key(first), above)}), ()
        ground = inner.ground
        if outer.ground.key in ground.inside or not ground.inside:
            return frozenset({replace(ground, inside=ground.inside | above)}), ()
        if isinstance(outer.ground, Area) and not outer.ground.iso and not _country_of(outer.ground, ground):
            return frozenset({replace(ground, inside=ground.inside | above)}), ()
        elsewhere = ", ".join(sorted(ground.inside))
        return frozenset({ground}), (f"{first} is said to be in {second}; the gazetteer has it in {elsewhere}",)

    def _qualified(self, name: str, pieces: list[str]) -> tuple[frozenset[Part], tuple[str, ...]] | None:
        """Places in a region that only qualifies them ("A, B and C, Region"); None for any other list."""
        last = self.gazetteer.find(pieces[-1])
        if (
            last is None
            or not isinstance(last.ground, Area)
            or not re.search(r",\s*" + re.escape(pieces[-1]) + "$", name)
        ):
            return None
        parts, defects = self._union(pieces[:-1])
        above = last.ground.inside | {last.ground.key}
        found: set[Part] = set()
        for part in parts:
            if isinstance(part, Named):
                found.add(Named(part.key, part.inside | above))
            elif isinstance(part, Site | Area) and last.ground.key in part.inside:
                found.add(part)
            else:
                return None
        return frozenset(found), defects

    def _union(self, pieces: list[str]) -> tuple[frozenset[Part], tuple[str, ...]]:
        """All pieces together; a plural at the end ("A and B regions") is given to each."""
        plural = _PLURAL.search(pieces[-1])
        if plural:
            word = plural["word"]
            pieces = [re.sub(_PLURAL, "", piece) + f" {word}" for piece in pieces]
        parts: set[Part] = set()
        defects: tuple[str, ...] = ()
        for piece in pieces:
            found, wrong = self._parse(piece)
            parts |= found
            defects += wrong
        return frozenset(parts), defects


def _country_of(outer: Area, inner: Site | Area) -> bool:
    """Whether the two are listed in different countries, which no containment can reconcile."""
    mine = {name for name in inner.inside if len(name) == 3}
    theirs = {name for name in outer.inside if len(name) == 3} | ({country_key(outer.iso)} if outer.iso else set())
    return bool(mine and theirs and not mine & theirs)
