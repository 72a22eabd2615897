"""Related: what the objects of a reading say of one another: who made one, where it is, who is behind it, who may have it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from consilience.exchange.stix.extension import CLAIM, LABEL, MAKER
from consilience.exchange.stix.location import METRES, code_of
from consilience.exchange.stix.marking import KNOWN_TLP
from consilience.exchange.stix.raw import Raw
from consilience.trust.canonical import Json

SUPPORT = frozenset(
    {"identity", "location", "relationship", "marking-definition", "extension-definition", "language-content"}
)
"""Types that say something of other objects and carry no claim of their own."""

_WHERE = ("located-at", "related-to", "targets")  # to a location; OpenCTI has no located-at from an incident
_CODE_LENGTH = 64
_LONGEST_NAME = 80
_OUR_OWN = frozenset({CLAIM, LABEL, MAKER})


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship: its object, and the other end."""

    raw: Raw
    target: str


class Related:
    """The objects by id, and their relationships by source and kind. What is asked for is noted as used."""

    def __init__(self, objects: Iterable[Raw], ours: Mapping[str, Raw], partner: str) -> None:
        """Index objects beside incidents of ours by id; `partner` is whose is what nobody is named for."""
        self.by_id = {raw.id: raw for raw in objects}
        self._partner = partner
        self._edges: dict[tuple[str, str], list[Edge]] = defaultdict(list)
        self._used: set[str] = set(_OUR_OWN)
        for raw in ours.values():
            self.use(raw.body)
        for raw in self.by_id.values():
            if raw.type == "relationship":
                source = raw.text("source_ref")
                self._edges[source, raw.text("relationship_type")].append(Edge(raw, raw.text("target_ref")))
                if source in ours:
                    self._used.add(raw.id)

    def use(self, body: dict[str, Json]) -> None:
        """Note that what an object refers to is part of what was read."""
        self._used.update(_refs(body))

    def partner(self, raw: Raw) -> str:
        """The code of whoever made an object: the name of its creator in the form of a code."""
        maker = self.by_id.get(raw.text("created_by_ref"))
        if maker is None or maker.type != "identity":
            return self._partner
        return code(maker.text("name")) or self._partner

    def place(self, raw: Raw, refs: Iterable[str] = ()) -> dict[str, str]:
        """The cells of the first location that is named: by `refs`, or by a relationship, whose times are the period's."""
        for ref in refs:
            found = self.by_id.get(ref)
            if found is not None and found.type == "location":
                return _place(found)
        for edge in (edge for kind in _WHERE for edge in self._edges.get((raw.id, kind), ())):
            found = self.by_id.get(edge.target)
            if found is not None and found.type == "location":
                self._used.update((edge.raw.id, found.id))
                return {**_place(found), **period(edge.raw, "start_time", "stop_time")}
        return {}

    def actor(self, raw: Raw) -> str:
        """Who is behind it, if one is named."""
        for edge in self._edges.get((raw.id, "attributed-to"), ()):
            found = self.by_id.get(edge.target)
            if found is not None and found.text("name"):
                self._used.update((edge.raw.id, found.id))
                return found.text("name")
        return ""

    def marking(self, raw: Raw) -> str:
        """Who may have it, in the words of `docs/release.md`; what cannot be said so makes it its owner's only.

        Marks on some properties are read as marks on all, which is no wider.
        """
        granular = [str(each.get("marking_ref", "")) for each in raw.items("granular_markings")]
        named = dict.fromkeys((*raw.texts("object_marking_refs"), *granular))
        levels = [KNOWN_TLP[ref] for ref in named if ref in KNOWN_TLP]
        said = [max(levels).text] if levels else []
        return "//".join([*said, *(self._own_words(ref) for ref in named if ref not in KNOWN_TLP)])

    def _own_words(self, ref: str) -> str:
        """A marking that is not TLP: the words of one of ours; else its id, which no grammar reads."""
        found = self.by_id.get(ref)
        ours = found.extension(LABEL) if found is not None else None
        text = ours.get("marking") if isinstance(ours, dict) else None
        return text if isinstance(text, str) and text else ref

    def unused(self) -> Iterator[Raw]:
        """The objects that say something of others, none of which was read."""
        waiting = [name for name in self._used if name in self.by_id]
        while waiting:
            new = {ref for ref in _refs(self.by_id[waiting.pop()].body) if ref in self.by_id} - self._used
            self._used |= new
            waiting.extend(new)
        return (raw for raw in self.by_id.values() if raw.type in SUPPORT and raw.id not in self._used)


def code(name: str) -> str:
    """A name in the form of a partner's code: `ACME Corp.` is `ACME-CORP`."""
    return re.sub(r"[^\w.]+", "-", name).strip("-.").upper()[:_CODE_LENGTH]


def period(raw: Raw, begin: str, finish: str) -> dict[str, str]:
    """The cells of a period from two timestamps; an end without a beginning is no period."""
    start, end = raw.time(begin), raw.time(finish)
    if start is None:
        return {}
    found = {"period_from": start.isoformat()}
    if end is not None:
        found["period_to"] = end.isoformat()
    return found


def number(value: float) -> str:
    """A number as a cell has it."""
    return str(int(value)) if value == int(value) else repr(value)


def _place(raw: Raw) -> dict[str, str]:
    """The cells of a location; its country by its alpha-3 code when it has no better name.

    MISP writes the name of a place as the location's description: it counts as a name when it is as short as one.
    """
    country = code_of(raw.text("country"))
    name = next(filter(None, (raw.text(each) for each in ("name", "city", "administrative_area"))), "")
    described = raw.text("description")
    name = name or (described if len(described) <= _LONGEST_NAME else "") or country or raw.text("region")
    lat, lon, precision = (raw.number_of(each) for each in ("latitude", "longitude", "precision"))
    cells = {"place": name} if name else {}
    if lat is not None and lon is not None:
        cells |= {"lat": number(lat), "lon": number(lon)}
        if precision is not None:
            cells["radius_km"] = number(round(precision / METRES, 6))
    return cells


def _refs(body: dict[str, Json]) -> Iterator[str]:
    """Every id that an object refers to."""
    for name, value in body.items():
        if name.endswith("_ref") and isinstance(value, str):
            yield value
        elif name.endswith("_refs") and isinstance(value, list):
            yield from (each for each in value if isinstance(each, str))
        elif name == "granular_markings" and isinstance(value, list):
            for each in value:
                if isinstance(each, dict) and isinstance(ref := each.get("marking_ref"), str):
                    yield ref
