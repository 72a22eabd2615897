"""Foreign: objects that others wrote as native rows, where a row can be filled honestly; the rest is named and counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from consilience.exchange.stix.naming import stix_id
from consilience.exchange.stix.raw import Fault, Raw
from consilience.exchange.stix.related import SUPPORT, Related, number, period
from consilience.exchange.stix.version import Version
from consilience.intake.setaside import Problem
from consilience.model.claim import Modality
from consilience.model.phenomenon import TAXONOMY
from consilience.trust import canonical
from consilience.trust.canonical import Json

UNNAMED = "incident/reported"
"""The phenomenon of what is said to have happened, when no label names a path of the taxonomy."""

MODALITIES = {"incident": "estimated", "report": "estimated", "sighting": "observed", "observed-data": "observed"}
"""The modality of a type, when no label names one: a sighting is seen, an incident or a report is somebody's judgement."""

REST = "stix_rest"
"""The column that keeps, as canonical JSON, the properties for which there is no native one."""

_CONFIDENCE = ((80, "1"), (60, "2"), (40, "3"), (20, "4"), (0, "5"))  # STIX 2.1, Appendix A: the least of each range
_PROPOSITION = ("actor", "phenomenon", "place", "lat", "lon", "radius_km", "counted", "period_from", "period_to")
_OPINIONS = {
    "strongly-disagree": "denied",
    "disagree": "denied",
    "neutral": "unverified",
    "agree": "",
    "strongly-agree": "",
}
_WORDS = frozenset(modality.value for modality in Modality)
_ROOTS = frozenset(path.split("/", 1)[0] for path in TAXONOMY)
_PATH = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*", re.ASCII)
# What no row has a column for and no reader misses: it says how the object is written, not what it says.
_SILENT = frozenset({"created", "modified", "created_by_ref", "object_marking_refs", "revoked", "lang"})

Row = tuple[int, dict[str, str]]


def credibility(confidence: float | None) -> str:
    """The Admiralty grade of a STIX confidence; empty when there is none, or one that is no confidence."""
    if confidence is None or not 0 <= confidence <= 100:
        return ""
    return next(grade for least, grade in _CONFIDENCE if confidence >= least)


class Foreign:
    """Others' objects beside ours. `rows` is asked for once; then `problems` and `losses` are whole."""

    def __init__(self, objects: Iterable[Raw], ours: Iterable[tuple[Raw, Version]], partner: str) -> None:
        """Read these objects, beside incidents of ours."""
        self._objects = list(objects)
        beside = list(ours)
        self._ours: Mapping[str, Version] = {raw.id: version for raw, version in beside}
        self._related = Related(self._objects, {raw.id: raw for raw, _ in beside}, partner)
        self._told: dict[str, dict[str, str]] = {name: version.cells for name, version in self._ours.items()}
        self.problems: list[Fault] = []
        self.losses: Counter[str] = Counter()

    def rows(self) -> list[Row]:
        """Every row: first of what happened, then of what is said about it."""
        found: list[Row] = []
        later: list[Raw] = []
        for raw in self._objects:
            if raw.type in SUPPORT:
                continue
            if self._is_ours(raw):
                self._related.use(raw.body)
            elif raw.is_revoked:
                self._refuse(raw, Problem("revoked", f"a revoked {raw.type}", "one that stands"))
            elif raw.type in ("note", "opinion"):
                later.append(raw)
            else:
                found += self._keep(raw, self._happened(raw))
        for raw in later:
            about = [ref for ref in raw.texts("object_refs") if ref in self._told]
            found += self._keep(raw, self._spoken(raw, about))
        self.losses.update(raw.type for raw in self._related.unused())
        return found

    def _happened(self, raw: Raw) -> list[dict[str, str]] | Problem:
        """The row of an object by itself."""
        match raw.type:
            case "incident":
                return self._row(raw, self._related.place(raw), raw.time("modified"))
            case "sighting":
                return self._sighting(raw)
            case "observed-data":
                seen = {**self._related.place(raw), **period(raw, "first_observed", "last_observed")}
                if "place" not in seen and "lat" not in seen:
                    return Problem("type", "observed-data without a place", "a location that it is located at")
                return self._row(raw, {**seen, **_count(raw, "number_observed")}, raw.time("modified"))
            case "report":
                return self._report(raw)
            case _:
                expected = "incident, sighting, observed-data, report, note or opinion"
                return Problem("type", f"an object of type {raw.type}", expected)

    def _sighting(self, raw: Raw) -> list[dict[str, str]]:
        """What was seen, or looked for and not seen (a count of 0: STIX 2.1, section 5.2)."""
        subject = self._related.by_id.get(raw.text("sighting_of_ref"))
        told = self._told.get(raw.text("sighting_of_ref"), {})
        cells = {name: told[name] for name in _PROPOSITION if name in told}
        cells |= self._related.place(raw, raw.texts("where_sighted_refs")) | period(raw, "first_seen", "last_seen")
        if raw.body.get("count") == 0:
            raw.used.add("count")
            cells["modality"] = Modality.NOT_OBSERVED.value
        else:
            cells |= _count(raw, "count")
        name = subject.text("name") if subject is not None else ""
        cells["text"] = raw.text("description") or (f"sighting of {name}" if name else "")
        return self._row(raw, cells, raw.time("modified"))

    def _report(self, raw: Raw) -> list[dict[str, str]] | Problem:
        """A report with a place is a claim; one that collects what is read by itself says nothing more."""
        refs = raw.texts("object_refs")
        if any(ref in self._told or ref.startswith(tuple(f"{kind}--" for kind in MODALITIES)) for ref in refs):
            self._related.use(raw.body)
            self.losses["report (a collection)"] += 1
            return []
        cells = self._related.place(raw, refs)
        if not cells:
            return Problem("type", "a report without a place", "a location among what it refers to")
        return self._row(raw, cells, raw.time("published"))

    def _spoken(self, raw: Raw, about: list[str]) -> list[dict[str, str]] | Problem:
        """The rows of what is said about rows."""
        if not about:
            return Problem("object_refs", f"a {raw.type} on objects that are no claims", "an object that is read here")
        if raw.type == "note":
            cells = {"phenomenon": "provenance/note", "modality": "estimated", "about": self._ids(about)}
            text = ": ".join(filter(None, (raw.text("abstract"), raw.text("content"))))
            return self._row(raw, {**cells, "text": text}, raw.time("modified"))
        stance = _OPINIONS.get(raw.text("opinion"))
        if stance is None:
            return Problem("opinion", raw.text("opinion") or "none", "one of " + ", ".join(_OPINIONS))
        said = {"text": raw.text("explanation")}
        if not stance:
            agreed = {"phenomenon": "concurrence/opinion", "modality": "estimated", "about": self._ids(about)}
            return self._row(raw, {**said, **agreed}, raw.time("modified"))
        found: list[dict[str, str]] = []
        for place, ref in enumerate(about, start=1):
            # The same proposition, held otherwise; a denial carries no number.
            told = {name: cell for name, cell in self._told[ref].items() if name in _PROPOSITION}
            told |= {**said, "modality": stance, "about": self._ids([ref])}
            for row in self._row(raw, told, raw.time("modified")):
                found.append({**row, "claim_id": raw.id if len(about) == 1 else f"{raw.id}.{place}"})
        return found

    def _row(self, raw: Raw, cells: dict[str, str], reported: datetime | None) -> list[dict[str, str]]:
        """A row of what every object has, under what this one has."""
        labels = raw.texts("labels")
        listed = [label for label in labels if label.split("/", 1)[0] in _ROOTS and _PATH.fullmatch(label)]
        words = [label for label in labels if label in _WORDS]
        if set(labels) - set(listed[:1]) - set(words[:1]):
            raw.used.discard("labels")  # some say what no column holds: all are kept
        name, description = raw.text("name"), raw.text("description")
        row = {
            "claim_id": raw.id,
            "partner": self._related.partner(raw),
            "modality": words[0] if words else MODALITIES.get(raw.type, "estimated"),
            "actor": self._related.actor(raw),
            "phenomenon": listed[0] if listed else UNNAMED,
            "reported_at": reported.isoformat() if reported else "",
            "credibility": credibility(raw.number_of("confidence")),
            "text": f"{name}: {description}" if name and description else name or description,
            "marking": self._related.marking(raw),
            **_link(raw),
        }
        row |= {column: cell for column, cell in cells.items() if cell}
        return [{column: cell for column, cell in row.items() if cell}]

    def _keep(self, raw: Raw, found: list[dict[str, str]] | Problem) -> Iterator[Row]:
        """The rows of an object with what no column holds; or its problem."""
        if isinstance(found, Problem):
            self._refuse(raw, found)
            return
        if not found:
            return
        self._related.use(raw.body)
        rest = {name: raw.body[name] for name in sorted(raw.body.keys() - raw.used - _SILENT)}
        extensions = raw.body.get("extensions")
        if extensions:
            rest["extensions"] = extensions
        self.losses.update(f"{raw.type}.{name}" for name in rest)
        kept = {REST: canonical.encode(rest).decode()} if rest else {}
        self._told.setdefault(raw.id, found[0])
        for row in found:
            yield raw.number, {**row, **kept}

    def _refuse(self, raw: Raw, problem: Problem) -> None:
        self.losses[raw.type] += 1
        self.problems.append(Fault(raw.number, raw.id, problem))

    def _is_ours(self, raw: Raw) -> bool:
        """Whether it is what we write beside an incident of ours, which says it already."""
        if raw.type == "sighting":
            version = self._ours.get(raw.text("sighting_of_ref"))
            return version is not None and raw.id == stix_id("sighting", version.digest)
        if raw.type == "opinion":
            refs: list[Json] = list(raw.texts("object_refs"))
            named = (self._ours.get(str(each.get("external_id"))) for each in raw.items("external_references"))
            return any(version and raw.id == stix_id("opinion", version.digest, refs) for version in named)
        return False

    def _ids(self, refs: list[str]) -> str:
        """Claim ids of objects."""
        return " ".join(self._told[ref].get("claim_id", ref) for ref in refs)


def _count(raw: Raw, name: str) -> dict[str, str]:
    """How often something was seen, as the cells of a count."""
    value = raw.number_of(name)
    return {"best": number(value), "unit": "sighting"} if value is not None and value > 0 else {}


def _link(raw: Raw) -> dict[str, str]:
    """The source and the address of the first external reference that has one; more of them are kept as they are."""
    references = raw.items("external_references")
    first = next((each for each in references if isinstance(each.get("url"), str)), references[0] if references else {})
    if len(references) > 1 or first.keys() - {"source_name", "url"}:
        raw.used.discard("external_references")
    cells = {"source": first.get("source_name"), "url": first.get("url")}
    return {column: cell for column, cell in cells.items() if isinstance(cell, str)}
