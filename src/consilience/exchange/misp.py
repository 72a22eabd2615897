"""MISP: events of the MISP core format as rows of the native table. An event is one claim; its indicators are none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from consilience.exchange.stix.foreign import UNNAMED, credibility
from consilience.exchange.stix.raw import Fault
from consilience.exchange.stix.read import Reading
from consilience.exchange.stix.related import code
from consilience.intake.setaside import Problem
from consilience.trust.canonical import Json

DEFAULT_PARTNER = "MISP"
"""The partner of an event whose creator (`Orgc`) is not named."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_UUID_LENGTH = 36
_EPOCH = re.compile(r"[1-9]\d{0,10}", re.ASCII)
_TAG = re.compile(r'(?P<name>[^=]+)="(?P<value>[^"]*)"')
# MISP core format, `distribution`: 0 is the own organisation only, 4 a sharing group, which we cannot resolve.
_CLOSED = {"0": "OWNER ONLY", "4": "MISP sharing group"}
# The taxonomies of MISP, with the confidence that each value stands for.
_CONFIDENCE = {
    "completely-confident": 100,
    "usually-confident": 75,
    "fairly-confident": 50,
    "rarely-confident": 25,
    "unconfident": 0,
}
_PLACE = ("text", "address", "city", "region", "country", "countrycode")
_READ = frozenset({"uuid", "info", "date", "timestamp", "publish_timestamp", "distribution", "Tag", "Orgc", "Attribute",
                   "Object", "published"})  # fmt: skip
# Numbers of the sender's own database, and what it shows on its own pages: nothing of the event.
_LOCAL = frozenset(
    {
        "id", "org_id", "orgc_id", "attribute_count", "locked", "disable_correlation", "proposal_email_lock",
        "sharing_group_id", "event_creator_email", "Org", "analysis", "extends_uuid", "protected",
    }
)  # fmt: skip

Event = dict[str, Json]


@dataclass(slots=True)
class _Found:
    """What was read so far."""

    rows: list[tuple[int, dict[str, str]]]
    losses: Counter[str]
    problems: list[Fault]


def events(value: Json) -> list[Json] | None:
    """The events of a document: one, bare or in an envelope, or a list of them; None when it is not of MISP."""
    if isinstance(value, dict) and isinstance(value.get("response"), list | dict):
        value = value["response"]
    listed = value if isinstance(value, list) else [value]
    found: list[Json] = [each.get("Event", each) if isinstance(each, dict) else each for each in listed]
    return found if any(_is_event(each) for each in found) else None


def read(value: Json, partner: str = DEFAULT_PARTNER) -> Reading:
    """Read a document of MISP: each event is a row, or one for each place that a geolocation object names.

    Attributes that are indicators are set aside one by one, since a row that says "a domain" says nothing that
    partners could compare. Nothing raises for content. `docs/interop.md` has the mapping.

    Args:
        value: the document, as `events` recognises it.
        partner: whose events they are, where no creator is named.
    """
    found = _Found([], Counter(), [])
    for number, event in enumerate(events(value) or (), start=1):
        if isinstance(event, dict) and _is_event(event):
            _read_event(number, event, partner, found)
        else:
            found.problems.append(
                Fault(number, "", Problem("Event", type(event).__name__, "uuid and info of an event"))
            )
    return Reading(
        tuple(cells for _, cells in found.rows),
        tuple(number for number, _ in found.rows),
        dict(sorted(found.losses.items())),
        tuple(found.problems),
    )


def _is_event(value: Json) -> bool:
    """Whether it has what each event has."""
    if not isinstance(value, dict) or not isinstance(value.get("info"), str):
        return False
    return isinstance(uuid := value.get("uuid"), str) and _UUID.fullmatch(uuid) is not None


def _read_event(number: int, event: Event, partner: str, found: _Found) -> None:
    """The rows of one event, and what no row holds."""
    name = str(event["uuid"]).lower()
    tags = _tags(event)
    row = {
        "claim_id": name,
        "partner": _creator(event) or partner,
        "modality": "estimated",
        "phenomenon": UNNAMED,
        "period_from": _text(event, "date"),
        "period_to": _text(event, "date"),
        "reported_at": _reported(event),
        "text": _text(event, "info"),
        "marking": _marking(event, tags),
        **_graded(tags),
    }
    attributes = list(_items(event, "Attribute"))
    link = next((each for each in attributes if each.get("type") in ("link", "url") and _is_word(each)), None)
    if link is not None:
        row["url"] = _text(link, "value")
        attributes.remove(link)
    if described := [_text(each, "value") for each in attributes if each.get("type") in ("text", "comment")]:
        row["text"] = ": ".join([row["text"], *described])
    places = [each for each in _items(event, "Object") if each.get("name") == "geolocation"]
    for place, cells in enumerate([_place(each) for each in places] or [{}], start=1):
        full = {**row, **cells, "claim_id": name if len(places) < 2 else f"{name}.{place}"}
        found.rows.append((number, {column: cell for column, cell in full.items() if cell}))
    found.losses.update(f"event.{key}" for key, value in event.items() if value and key not in _READ | _LOCAL)
    found.losses.update(f"tag {tag.partition('=')[0]}" for tag in tags if not _is_read(tag))
    for each in attributes:
        if each.get("type") not in ("text", "comment"):
            _lose(number, each, "attribute", _text(each, "type"), found)
    for each in _items(event, "Object"):
        if each.get("name") != "geolocation":
            _lose(number, each, "object", _text(each, "name"), found)


def _lose(number: int, part: Event, what: str, kind: str, found: _Found) -> None:
    """Count and name a part that is no claim."""
    found.losses[f"{what} {kind[:60] or 'without a type'}"] += 1
    problem = Problem(what, kind or "no type", "a part of an event that says what happened, where or when")
    found.problems.append(Fault(number, _text(part, "uuid")[:_UUID_LENGTH], problem))


def _place(obj: Event) -> dict[str, str]:
    """The cells of a geolocation object, the accuracy radius of which is in kilometres."""
    stated = {_text(each, "object_relation"): _text(each, "value") for each in _items(obj, "Attribute")}
    cells = {
        "place": next((stated[name] for name in _PLACE if stated.get(name)), ""),
        "lat": stated.get("latitude", ""),
        "lon": stated.get("longitude", ""),
        "radius_km": stated.get("accuracy-radius", ""),
    }
    begin = stated.get("first-seen") or _text(obj, "first_seen")
    if begin:
        cells |= {"period_from": begin, "period_to": stated.get("last-seen") or _text(obj, "last_seen") or begin}
    return {column: cell for column, cell in cells.items() if cell}


def _marking(event: Event, tags: list[str]) -> str:
    """Who may have it: its TLP tags, unless its distribution keeps it closer."""
    levels = [tag.upper().replace("TLP:EX:CHR", "TLP:RED") for tag in tags if tag.lower().startswith("tlp:")]
    closed = _CLOSED.get(_text(event, "distribution"), "")
    return "//".join(filter(None, (*dict.fromkeys(levels), closed)))


def _graded(tags: list[str]) -> dict[str, str]:
    """The grades and the actor that tags give; of several confidences the lowest."""
    found: dict[str, str] = {}
    confidence: list[int] = []
    actors: list[str] = []
    for tag in tags:
        parts = _TAG.fullmatch(tag)
        name, value = (parts["name"].strip().lower(), parts["value"].strip()) if parts else ("", "")
        if name == "admiralty-scale:source-reliability" and value.upper() in {*"ABCDEF"}:
            found["reliability"] = value.upper()
        elif name == "admiralty-scale:information-credibility" and value in {*"123456"}:
            found["credibility"] = value
        elif name == "misp:confidence-level" and value in _CONFIDENCE:
            confidence.append(_CONFIDENCE[value])
        elif name == "osint:certainty" and re.fullmatch(r"\d{1,3}", value, re.ASCII) and int(value) <= 100:
            confidence.append(int(value))
        elif name == "misp-galaxy:threat-actor":
            actors.append(value)
    if confidence and "credibility" not in found:
        found["credibility"] = credibility(min(confidence))
    if len(set(actors)) == 1:
        found["actor"] = actors[0]
    return found


def _is_read(tag: str) -> bool:
    """Whether a tag is of a kind that a cell holds."""
    return tag.lower().startswith(("tlp:", "admiralty-scale:", "misp:confidence-level=", "osint:certainty=",
                                   "misp-galaxy:threat-actor="))  # fmt: skip


def _reported(event: Event) -> str:
    """When it was published, else when it was last changed: both are seconds since 1970, and 0 is never."""
    for name in ("publish_timestamp", "timestamp"):
        value = event.get(name)
        stated = str(value) if isinstance(value, str | int) else ""
        if _EPOCH.fullmatch(stated):
            return datetime.fromtimestamp(int(stated), UTC).isoformat()
    return _text(event, "date")


def _creator(event: Event) -> str:
    """The code of the organisation that made it, which is not the one that passed it on."""
    maker = event.get("Orgc")
    return code(_text(maker, "name")) if isinstance(maker, dict) else ""


def _tags(event: Event) -> list[str]:
    """The names of its tags."""
    return [name for each in _items(event, "Tag") if (name := _text(each, "name"))]


def _is_word(attribute: Event) -> bool:
    """Whether an address is a reference, rather than an indicator to look for."""
    return attribute.get("to_ids") is not True and bool(_text(attribute, "value"))


def _items(value: Event, name: str) -> Iterator[Event]:
    """The objects of a list; what in it is none is passed over."""
    found = value.get(name)
    return (each for each in found if isinstance(each, dict)) if isinstance(found, list) else iter(())


def _text(value: Event, name: str) -> str:
    """A text; a number is one too, since some versions of MISP write it so."""
    found = value.get(name)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return found if isinstance(found, str) else str(found) if is_number else ""
