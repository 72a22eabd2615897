"""Incident: what of a claim standard STIX properties can say. A pure function of the claim, so that a reader can check it."""

from __future__ import annotations

import re

from consilience.exchange.stix import marking
from consilience.exchange.stix.extension import CLAIM
from consilience.exchange.stix.naming import incident_id, partner_id
from consilience.exchange.stix.thing import Body
from consilience.exchange.stix.version import Version
from consilience.intake.row import COLUMNS
from consilience.model.entry import Portion
from consilience.trust.canonical import Json

CONFIDENCE = {"1": 90, "2": 70, "3": 50, "4": 30, "5": 10}
"""Admiralty credibility as STIX confidence (STIX 2.1, Appendix A). 6 cannot be judged: the property is absent."""

PROJECTED = (
    "spec_version", "created_by_ref", "created", "modified", "revoked", "name", "description", "confidence", "labels",
    "external_references", "object_marking_refs", "granular_markings",
)  # fmt: skip
"""The standard properties that follow from the claim. Whoever changes how needs a new version of the extension: readers of
this one would call the objects altered."""

_NAMED = (
    "modality",
    "actor",
    "phenomenon",
    "low",
    "best",
    "high",
    "unit",
    "counted",
    "place",
    "period_from",
    "period_to",
)
_SOURCES = ("source", "speaker", "partner")
_SHOWN = {
    **dict.fromkeys(_NAMED, ("name",)),
    **dict.fromkeys(_SOURCES, ("external_references",)),
    "modality": ("name", "labels"),
    "phenomenon": ("name", "labels"),
    "text": ("description",),
    "credibility": ("confidence",),
    "url": ("external_references",),
    "claim_id": ("external_references",),
}
"""The standard properties in which a column shows."""

_LONGEST_NAME = 200
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)


def incident(version: Version) -> Body:
    """The incident that shows a version of a claim."""
    cells = version.cells
    body: Body = {
        "type": "incident",
        "spec_version": "2.1",
        "id": incident_id(version.digest),
        "created_by_ref": partner_id(version.statement.issuer),
        "created": version.created,
        "modified": version.modified,
        "revoked": version.is_withdrawn or None,
        "name": title(cells) or version.digest,
        "description": cells.get("text"),
        "confidence": CONFIDENCE.get(cells.get("credibility", "").removesuffix(".0")),
        "labels": [cells[name] for name in ("phenomenon", "modality") if name in cells],
        "external_references": _references(cells),
        "object_marking_refs": list(marking.refs(*version.whole)),
    }
    kept: Body = {name: value for name, value in body.items() if value not in (None, "", [])}
    extensions = version.extensions()
    if granular := _granular(version, kept, extensions):
        kept["granular_markings"] = granular
    kept["extensions"] = extensions
    return kept


def marked_portions(version: Version) -> list[Portion]:
    """The portions that name a cell which is there: the others mark nothing."""
    there = version.cells.keys()
    return [portion for portion in version.entry.portions if there & set(portion.columns)]


def title(cells: dict[str, str]) -> str:
    """A claim on one line: `observed: RUS personnel 94300 personnel, UKR border, 2021-12-03`."""
    cell = cells.get
    what = " ".join(filter(None, (cell("actor", ""), cell("phenomenon", ""), _count(cells), cell("counted", ""))))
    when = " to ".join(dict.fromkeys(filter(None, (cell("period_from", ""), cell("period_to", "")))))
    said = ", ".join(filter(None, (what, cell("place", ""), when)))
    modality = cell("modality", "")
    line = " ".join((f"{modality}: {said}" if modality and said else modality or said).split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"


def portion_selectors(column: str, body: Body, extension: dict[str, Json]) -> list[str]:
    """Where a column of a claim stands in its incident (STIX 2.1, section 7.2.3.1)."""
    found = [name for name in _SHOWN.get(column, ()) if name in body]
    if column in extension and column in COLUMNS:
        found.append(f"extensions.{CLAIM}.{column}")
    extras = extension.get("extras")
    for number, extra in enumerate(extras if isinstance(extras, list) else []):
        if isinstance(extra, dict) and extra.get("column") == column:
            found.append(f"extensions.{CLAIM}.extras.[{number}]")
    return found


def _count(cells: dict[str, str]) -> str:
    """A count in words: `47-53 btg`, `from 94300 personnel`."""
    low, best, high = (cells.get(name, "") for name in ("low", "best", "high"))
    if best:
        said = best
    elif low and high:
        said = low if low == high else f"{low}-{high}"
    else:
        said = f"from {low}" if low else f"up to {high}" if high else ""
    return f"{said} {cells.get('unit', '')}".strip() if said else ""


def _references(cells: dict[str, str]) -> list[Json]:
    """Where it is from, and what its partner calls it. An address that no browser should open is words, not a link."""
    source = next((cells[name] for name in _SOURCES if name in cells), "")
    partner = cells.get("partner", "") or source
    found: list[Json] = []
    url = cells.get("url", "")
    if source and (url or "source" in cells):
        link: dict[str, Json] = {"source_name": source}
        if url:
            link["url" if _WEB.fullmatch(url) else "description"] = url
        else:
            link["description"] = "named by the partner as its source"
        found.append(link)
    if partner and "claim_id" in cells:
        found.append({"source_name": partner, "external_id": cells["claim_id"]})
    return found


def _granular(version: Version, body: Body, extensions: dict[str, Json]) -> list[Json]:
    """The labels of portions, on every property in which their columns show."""
    entry = version.entry
    extension = extensions[CLAIM]
    found: list[Json] = []
    if not isinstance(extension, dict):
        return found
    for portion in marked_portions(version):
        selectors = sorted({name for column in portion.columns for name in portion_selectors(column, body, extension)})
        for ref in marking.refs(*version.marking(entry.base.join(portion.label), "")):
            found.append({"marking_ref": ref, "selectors": list(selectors)})
    return found
