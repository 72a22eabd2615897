"""Extent: how two places lie to each other, and what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

from consilience.model.atlas import Atlas, sphere_km
from consilience.model.place import Area, Band, Border, Named, Part, Place, Site


class Extent(Enum):
    """How the first place lies to the second."""

    EQUAL = "the same place"
    WITHIN = "within"
    CONTAINS = "contains"
    VAGUE = "scope may explain"  # one proposition: a vague border beside what only one side names
    OVERLAPS = "overlaps"
    APART = "apart"
    UNSHOWN = "cannot be shown to meet"

    @property
    def reversed(self) -> Extent:
        """The same, seen from the second place."""
        return {Extent.WITHIN: Extent.CONTAINS, Extent.CONTAINS: Extent.WITHIN}.get(self, self)

    @property
    def meets(self) -> bool:
        """Whether the places share ground, or may."""
        return self is not Extent.APART and self is not Extent.UNSHOWN


# Two sites whose radii differ by no more than this are one site when either centre lies in the other.
_ALIKE_RADII = 3.0
# One name twice is one site when the stated points lie no further apart than this beyond their radii.
_SAME_NAME_KM = 25.0
# Areas whose middles lie further apart than this share of their radii are neighbours, not one ground.
_NEIGHBOURS = 0.6


class Geography:
    """What it takes to tell how places lie: the outlines, and how far "near the border" reaches (km)."""

    def __init__(self, atlas: Atlas, near_border_km: float) -> None:
        """Answers are kept: the same few places meet again and again."""
        self.atlas = atlas
        self.near_border_km = near_border_km
        self.extent = lru_cache(maxsize=100_000)(self._extent)
        self.part = lru_cache(maxsize=100_000)(self._part)

    def meets(self, a: Place, b: Place) -> bool:
        """Whether the places share ground, or may: as `extent` has it, without working out how they lie."""
        if a.parts == b.parts or a.is_unknown or b.is_unknown:
            return True
        return any(self.part(one, two).meets for one in a.parts for two in b.parts)

    def _extent(self, a: Place, b: Place) -> tuple[Extent, str]:
        """How `a` lies to `b`, with the reason in words."""
        if a.parts == b.parts:
            return Extent.EQUAL, f"place: both {a.name}" if a.parts else "place: neither names one"
        if a.is_unknown or b.is_unknown:
            return Extent.VAGUE, f"place: one names {a.name or b.name}, the other none; scope may explain"
        table = {(one, two): self.part(one, two) for one in a.parts for two in b.parts}
        if any(
            found is Extent.VAGUE or (one == two and isinstance(one, Border)) for (one, two), found in table.items()
        ):
            why = "the border is vague, so what only one of them names proves nothing; scope may explain"
            return Extent.VAGUE, f"place: {a.name} beside {b.name}: {why}"
        found = _union(a.parts, b.parts, table)
        return found, f"place: “{a.name}” {_WORDS[found]} “{b.name}”"

    def _part(self, a: Part, b: Part) -> Extent:
        """How one part lies to another."""
        if a == b or (a.key == b.key and not (isinstance(a, Site) and isinstance(b, Site))):
            return Extent.EQUAL
        listed = _listed(a, b)
        if listed:
            return listed
        rank = {Site: 0, Area: 1, Band: 2, Border: 3, Named: 4}
        if rank[type(a)] > rank[type(b)]:
            return self.part(b, a).reversed
        if isinstance(b, Named):
            return Extent.UNSHOWN
        if isinstance(b, Border):
            return self._to_border(a, b)
        if isinstance(b, Band):
            return self._to_band(a, b)
        return self._to_ground(a, b)

    def _to_ground(self, a: Part, b: Part) -> Extent:
        """A site or an area to a site or an area."""
        if not isinstance(a, Site | Area) or not isinstance(b, Site | Area):
            return Extent.UNSHOWN
        if isinstance(a, Site) and isinstance(b, Area) and b.iso:
            return self._site_in_country(a, b)
        if isinstance(a, Area) and isinstance(b, Area) and (a.iso or b.iso):
            # an area lists the country it lies in, and countries do not overlap
            return Extent.APART if (a.iso and b.iso) or a.inside or b.inside else Extent.UNSHOWN
        return _circles(a, b)

    def _site_in_country(self, site: Site, country: Area) -> Extent:
        """A site to a country, by its outline."""
        if self.atlas.contains(country.iso, site.lat, site.lon):
            return Extent.WITHIN
        gap = self.atlas.border_km(country.iso, site.lat, site.lon)
        if gap is None:
            return Extent.UNSHOWN
        return Extent.OVERLAPS if gap <= site.radius_km else Extent.APART

    def _reach(self, a: Site | Area, country: str) -> tuple[float, float] | None:
        """Nearest and farthest distance (km) of a site or area from a border; None if not known."""
        if isinstance(a, Area) and a.iso:
            gap, far = self.atlas.gap_km(a.iso, country), self.atlas.farthest_km(a.iso, country)
            return None if gap is None or far is None else (gap, far)
        middle = self.atlas.border_km(country, a.lat, a.lon)
        return None if middle is None else (max(0.0, middle - a.radius_km), middle + a.radius_km)

    def _to_band(self, a: Part, b: Band) -> Extent:
        """A site, an area or a band to a band: by distance from the border.

        Only a band contains a band: it runs along the whole border, on both sides, and no other ground does. A country
        is neither counted nor excluded by how far things lie from its own border.
        """
        if isinstance(a, Band):
            if a.country != b.country:
                return Extent.UNSHOWN
            low, high = a.low_km, a.high_km
        else:
            reach = self._reach(a, b.country) if isinstance(a, Site | Area) else None
            if reach is None:
                return Extent.UNSHOWN
            low, high = reach
        is_own = isinstance(a, Area) and a.iso == b.country
        if low >= b.low_km and high <= b.high_km and not is_own:
            return Extent.WITHIN
        if low <= b.low_km and high >= b.high_km and isinstance(a, Band):
            return Extent.CONTAINS
        return Extent.OVERLAPS if low < b.high_km and b.low_km < high else Extent.APART

    def _to_border(self, a: Part, b: Border) -> Extent:
        """Anything to a vague border: a stated place well inside its reach is a part of it."""
        if isinstance(a, Border):
            same = bool(({a.country, a.side} & {b.country, b.side}) - {""})
            return Extent.VAGUE if same else Extent.UNSHOWN
        if isinstance(a, Band):
            if a.country != b.country:
                return Extent.UNSHOWN
            return Extent.VAGUE if a.low_km == 0 else Extent.OVERLAPS
        reach = self._reach(a, b.country) if isinstance(a, Site | Area) else None
        if reach is None or not isinstance(a, Site | Area):
            return Extent.UNSHOWN
        if reach[0] > self.near_border_km:
            return Extent.APART
        home = country_key(b.country)
        in_the_country = a.key == home or home in a.inside or self.atlas.contains(b.country, a.lat, a.lon)
        # ground inside the country, Crimea or the Donbas, is neither counted nor excluded by "at the border"
        return Extent.OVERLAPS if in_the_country or reach[1] > self.near_border_km else Extent.WITHIN


def _union(a: frozenset[Part], b: frozenset[Part], table: Mapping[tuple[Part, Part], Extent]) -> Extent:
    """How one union of parts lies to another that names no vague border of the same country."""
    inner, outer = (Extent.EQUAL, Extent.WITHIN), (Extent.EQUAL, Extent.CONTAINS)
    a_in_b = all(any(table[one, two] in inner for two in b) for one in a)
    b_in_a = all(any(table[one, two] in outer for one in a) for two in b)
    if a_in_b or b_in_a:
        return Extent.EQUAL if a_in_b and b_in_a else Extent.WITHIN if a_in_b else Extent.CONTAINS
    if any(found.meets for found in table.values()):
        return Extent.OVERLAPS
    return Extent.UNSHOWN if Extent.UNSHOWN in table.values() else Extent.APART


def country_key(iso: str) -> str:
    """The key of a country's area: its code in lower case."""
    return iso.lower()


def _listed(a: Part, b: Part) -> Extent | None:
    """What the table of containments says, for what geometry cannot."""
    if not isinstance(a, Band | Border) and b.key in a.inside:
        return Extent.WITHIN
    if not isinstance(b, Band | Border) and a.key in b.inside:
        return Extent.CONTAINS
    return None


def _circles(a: Site | Area, b: Site | Area) -> Extent:
    """Two circles on the sphere; a centre inside a much wider circle counts as within it."""
    gap = sphere_km(a.lat, a.lon, b.lat, b.lon)
    small, large = sorted((a.radius_km, b.radius_km))
    if a.key == b.key and gap <= large + _SAME_NAME_KM:
        return Extent.EQUAL
    if gap > small + large:
        return Extent.APART
    if isinstance(a, Area) and isinstance(b, Area):
        # circles stand in for outlines here: only the table shows containment, and neighbours do not meet
        return Extent.OVERLAPS if gap <= _NEIGHBOURS * (small + large) else Extent.APART
    if large <= _ALIKE_RADII * max(small, 0.1):
        return Extent.EQUAL if gap <= large and isinstance(a, Site) and isinstance(b, Site) else Extent.OVERLAPS
    if gap <= large:
        return Extent.WITHIN if a.radius_km < b.radius_km else Extent.CONTAINS
    return Extent.OVERLAPS


_WORDS = {
    Extent.EQUAL: "is",
    Extent.WITHIN: "lies in",
    Extent.CONTAINS: "contains",
    Extent.VAGUE: "beside",
    Extent.OVERLAPS: "overlaps but neither contains nor equals",
    Extent.APART: "does not meet",
    Extent.UNSHOWN: "cannot be shown to meet",
}
