"""Place: where a claim's thing is, as a union of points with precision, named areas, bands and borders."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_RADIUS_KM = 1.0


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """A point with the radius (km) within which it is meant. `inside` are the keys of areas it lies in."""

    key: str
    lat: float
    lon: float
    radius_km: float
    inside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A named area, about a circle of `radius_km`; a country's `iso` names its outline in the atlas."""

    key: str
    lat: float
    lon: float
    radius_km: float
    inside: frozenset[str] = frozenset()
    iso: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """All that lies between `low_km` and `high_km` of a country's border: it states its limit."""

    country: str
    low_km: float
    high_km: float

    @property
    def key(self) -> str:
        """`200 km band of UKR border`, `UKR border 200-400 km`."""
        if self.low_km == 0:
            return f"within {self.high_km:g} km of {self.country} border"
        if self.high_km == float("inf"):
            return f"beyond {self.low_km:g} km of {self.country} border"
        return f"{self.low_km:g}-{self.high_km:g} km of {self.country} border"


@dataclass(frozen=True, slots=True, order=True)
class Border:
    """Near a country's border: vague, it does not say where it ends. `side` is the other country, if named."""

    country: str
    side: str = ""

    @property
    def key(self) -> str:
        """`UKR border`, `UKR-BLR border`."""
        return f"{self.country}-{self.side} border" if self.side else f"{self.country} border"


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A name that no gazetteer knows: it can only equal itself or lie in an area that is known."""

    key: str
    inside: frozenset[str] = frozenset()


Part = Site | Area | Band | Border | Named


@dataclass(frozen=True, slots=True)
class Place:
    """A place as stated: the name to the letter, its parts, and what contradicts the gazetteer."""

    name: str
    parts: frozenset[Part]
    defects: tuple[str, ...] = ()
    borders: frozenset[str] = field(init=False, repr=False, compare=False)
    """Countries whose border it names without saying how far it reaches."""
    point: Site | None = field(init=False, repr=False, compare=False)
    """The one site that it is, or None for anything wider or several."""
    scope_key: str = field(init=False, repr=False, compare=False)
    """The scope that level claims share: a union that names a vague border is that border.

    What else such a union names proves nothing beside a border that does not say where it ends.
    """
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what is asked, and hash what is looked up, millions of times."""
        borders = frozenset(part.country for part in self.parts if isinstance(part, Border))
        only = next(iter(self.parts)) if len(self.parts) == 1 else None
        scope = ", ".join(sorted(f"{country} border" for country in borders))
        object.__setattr__(self, "borders", borders)
        object.__setattr__(self, "point", only if isinstance(only, Site) else None)
        object.__setattr__(self, "scope_key", "near " + scope if borders else _listed(self.parts))
        object.__setattr__(self, "_hash", hash((self.name, self.parts)))

    def __hash__(self) -> int:
        """Of the name and the parts."""
        return self._hash

    @property
    def is_unknown(self) -> bool:
        """Whether the claim names no place."""
        return not self.parts


def _listed(parts: frozenset[Part]) -> str:
    """The keys of parts, in order."""
    return ", ".join(sorted(part.key for part in parts))
