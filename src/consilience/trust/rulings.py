"""Rulings: what a node's analysts rule of an object, as JSON and back, read strictly."""

from __future__ import annotations

from consilience.model.adjudication import Bounds, Ruling
from consilience.model.entry import AdjudicationEntry
from consilience.trust import shape
from consilience.trust.canonical import Json

_RULINGS = {ruling.value: ruling for ruling in Ruling}


def ruling_json(said: AdjudicationEntry) -> dict[str, Json]:
    """The keys of a payload beside the common three."""
    value = said.bounds.text if said.bounds else ""
    return {"object": said.object, "ruling": said.ruling.value, "value": value, "reason": said.reason, "by": said.by}


def read_adjudication(found: dict[str, Json]) -> AdjudicationEntry:
    """An analyst's word on one object."""
    name, text = shape.digest(found["object"], "$.object"), shape.text(found["value"], "$.value")
    ruling = _RULINGS.get(shape.text(found["ruling"], "$.ruling"))
    if ruling is None:
        shape.refuse("$.ruling", found["ruling"], "one of " + ", ".join(_RULINGS))
    bounds = Bounds.of(text) if text else None
    if text and (bounds is None or bounds.text != text or ruling is not Ruling.TRUE):
        shape.refuse("$.value", text, "94300 or 92000..100000, in the one spelling, of what is ruled true")
    reason, by = shape.word(found["reason"], "$.reason"), shape.text(found["by"], "$.by")
    return AdjudicationEntry(name, ruling, bounds, reason, by)
