"""The gazetteer: named areas and sites with their containment, from CSV tables."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import pi, sqrt
from pathlib import Path

from iso3166 import countries

from consilience.errors import IntakeError
from consilience.intake.outlines import load_atlas
from consilience.model.atlas import Atlas
from consilience.model.extent import country_key
from consilience.model.place import DEFAULT_RADIUS_KM, Area, Site

BUILT_IN = Path(__file__).parent / "gazetteer.csv"

_AREA_KINDS = frozenset({"country", "region", "sea", "district"})
_REGION_WORDS = re.compile(r"\b(oblasts?|regions?|provinces?|krai|territory|raion|oblast'|voblast)\b")
_DEGREE_KM = 111.2


def key(name: str) -> str:
    """The form of a name that is compared: no case, accents, apostrophes or articles; "oblast" is "region"."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    bare = re.sub(r"[’'`ʼ´]", "", bare.casefold())
    bare = re.sub(r"[\s_]+", " ", bare).strip(" .")
    return _REGION_WORDS.sub("region", bare.removeprefix("the "))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a named area or site as the parser of place names uses it."""

    name: str
    ground: Site | Area


class Gazetteer:
    """Entries by every name they go by. Later tables take precedence over earlier ones."""

    def __init__(self, atlas: Atlas) -> None:
        """Know the world's countries, by ISO 3166 code and name; tables add what lies in them."""
        self.atlas = atlas
        self._entries: dict[str, Entry] = {}
        self._codes: dict[str, str] = {}
        for country in countries:
            for name in (country.alpha3, country.name, country.apolitical_name):
                self._codes[key(name)] = country.alpha3

    def find(self, name: str) -> Entry | None:
        """The entry of a name, or None."""
        wanted = key(name)
        if wanted in self._entries:
            return self._entries[wanted]
        code = self._codes.get(wanted)
        return Entry(name, _country(self.atlas, code)) if code else None

    def country(self, name: str) -> str:
        """The ISO 3166 alpha-3 code of a country's code or name, or an empty text."""
        return self._codes.get(key(name), "")

    def add_table(self, file: Path) -> Gazetteer:
        """Add the rows of a CSV table: name, aliases, kind, iso or country, inside or within, lat, lon, radius_km.

        Raises:
            IntakeError: naming the row that has no name or no coordinates.
        """
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                rows = list(csv.DictReader(lines))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise IntakeError(str(file), str(error), "a CSV table of places in UTF-8") from error
        for number, row in enumerate(rows, start=2):
            self._add({name or "": value or "" for name, value in row.items()}, f"{file.name}, row {number}")
        return self

    def _add(self, row: dict[str, str], where: str) -> None:
        """Add one row under its name and its aliases."""
        name, kind = row.get("name", "").strip(), row.get("kind", "").strip()
        if kind == "country":
            self._codes.update(
                {key(alias): row.get("iso", "") for alias in (name, *row.get("aliases", "").split(";")) if alias}
            )
            return
        try:
            ground = self._ground(row, name, kind)
        except ValueError as error:
            raise IntakeError(where, f"{name or 'no name'}: {error}", "name, kind, lat, lon, radius_km") from error
        entry = Entry(name, ground)
        for alias in (name, *row.get("aliases", "").split(";")):
            if alias.strip():
                self._entries[key(alias)] = entry

    def _ground(self, row: dict[str, str], name: str, kind: str) -> Site | Area:
        """The site or area of one row."""
        listed = row.get("inside") or row.get("within") or ""
        inside = self._inside([*listed.split(";"), row.get("country", "")])
        lat, lon = float(row.get("lat", "")), float(row.get("lon", ""))
        radius = float(row.get("radius_km") or DEFAULT_RADIUS_KM)
        shape = Area if kind in _AREA_KINDS else Site
        return shape(key(name), lat, lon, radius, inside)

    def _inside(self, names: Iterable[str]) -> frozenset[str]:
        """The keys of the named areas and of all that these lie in."""
        found: set[str] = set()
        for name in names:
            if not name.strip():
                continue
            code = self._codes.get(key(name))
            entry = None if code else self.find(name)
            found.add(country_key(code) if code else entry.ground.key if entry else key(name))
            found |= entry.ground.inside if entry else frozenset()
        return frozenset(found)


@cache
def _country(atlas: Atlas, code: str) -> Area:
    """A country as an area about the middle of its outline."""
    outline = atlas.outline(code)
    if outline is None:
        return Area(country_key(code), 0.0, 0.0, 0.0, frozenset(), code)
    middle = outline.representative_point()
    radius = sqrt(outline.area / pi) * _DEGREE_KM * 0.8
    return Area(country_key(code), round(middle.y, 2), round(middle.x, 2), round(radius), frozenset(), code)


@cache
def load(*tables: Path) -> Gazetteer:
    """The built-in gazetteer with further tables on top, in the order given."""
    gazetteer = Gazetteer(load_atlas()).add_table(BUILT_IN)
    for table in tables:
        gazetteer.add_table(table)
    return gazetteer
