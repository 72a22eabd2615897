"""Reading: rows, STIX objects and MISP events, in which nothing that is wrong with the content may raise."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from consilience.exchange import misp
from consilience.exchange.document import open_document
from consilience.exchange.stix.read import Reading
from consilience.exchange.stix.read import read as read_stix
from consilience.intake import gazetteer
from consilience.intake.place import PlaceReader
from consilience.intake.row import COLUMNS, RowReader
from consilience.intake.scenario import shipped_places
from consilience.model.entry import ClaimEntry
from consilience.trust import canonical
from fuzz.draw import Draw, Json, shaken, written
from fuzz.target import Target, refusing, seeds, split
from tests.exchange.stix.making import bodies, shown
from tests.trust.making import make_claim, make_verified

_UUID = "5a3c2fcd-8328-42bb-a95e-4f4402de0b8"
_WHEN = "2021-12-03T06:00:00.000Z"
_MOST = 1 << 22


def row(_folder: Path) -> Target:
    """A row with any cells is a claim or a list of problems."""
    reader = RowReader(PlaceReader(gazetteer.load(*shipped_places())))
    good = dict(make_claim(text="seen", lat="50.1", lon="30.2", low="1", best="2", high="3", unit="persons").cells)
    names = [*COLUMNS, "row", "because", "portions", "a column of one's own"]

    def one(data: bytes) -> None:
        cells, draw = dict(good), Draw(data)
        for _ in range(1 + draw.below(6)):
            cells[draw.pick(names)] = draw.text() if draw.below(3) else _cell(draw.odd())
        _told(reader.read(cells))

    return Target(refusing(one), tuple(bytes([0, number, 1, 8]) + b"2021-12-" * 3 for number in range(30)), most=1_024)


def stix(_folder: Path) -> Target:
    """Objects with anything in them: rows that intake reads, or named problems."""
    return _objects(_stix_objects(), read_stix, list)


def misp_events(_folder: Path) -> Target:
    """Events with anything in them: rows that intake reads, or named problems."""
    return _objects(_misp_event(), misp.read, lambda value: value)


def document(folder: Path) -> Target:
    """A file with any bytes in it: a table of rows, or one error that says what is wrong with it."""
    file = folder / "document.json"
    good = [written({"type": "bundle", "id": f"bundle--{_UUID}0", "objects": _stix_objects()}), written(_misp_event())]
    good += [b'\xef\xbb\xbf{"more":false}', written([_misp_event()]), b"claim_id,partner\n1,2\n"]
    parsed = [json.loads(each) for each in good[:2]]

    def one(data: bytes) -> None:
        raw, rest = split(data)
        draw = Draw(rest)
        file.write_bytes(rest if raw else written(shaken(draw, draw.pick(parsed))))
        table = open_document(file)
        if table is not None and len("".join(table.notes)) > 10_000:
            raise AssertionError("a note that fills a page")
        for each in table.rows if table is not None else ():
            if not each.problem and not set(each.cells) <= set(table.columns if table else ()):
                raise AssertionError(f"cells of no column: {sorted(each.cells)}")

    return Target(refusing(one), seeds(*good))


def _objects(good: Json, read: Callable[..., Reading], listed: Callable[..., object]) -> Target:
    """A reader of JSON: what it makes of it goes on to the reader of rows."""
    reader = RowReader(PlaceReader(gazetteer.load(*shipped_places())))

    def one(data: bytes) -> None:
        raw, rest = split(data)
        text = rest if raw else written(shaken(Draw(rest), good))
        value = canonical.parse(text, "input", _MOST)
        try:
            found = read(value if not isinstance(value, str | int | float | None) or listed is not list else [value])
        except Exception as error:
            # Refusals are no better here than any other error: one object would keep all others from being read.
            raise AssertionError(f"content that raises: {error!r}") from error
        for cells in found.rows:
            _told(reader.read(cells))
        for fault in found.problems:
            fault.problem.found.encode()

    return Target(refusing(one), seeds(written(good)))


def _told(found: object) -> None:
    """Problems are words that can be written."""
    for problem in found if isinstance(found, list) else ():
        str(problem).encode("utf-8", "surrogatepass")


def _cell(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _stix_objects() -> list[Json]:
    """Our own objects, and the kinds of others that carry claims."""
    entry: ClaimEntry = make_claim(
        text="seen from the bridge", lat="50.1", lon="30.2", radius_km="5", period_from="2021-12-01", best="900",
        unit="persons", marking="TLP:GREEN", url="https://example.org/a", origins="imagery:UKR:1",
    )  # fmt: skip
    own = bodies(shown(make_verified(entry, "UKR")))
    named = {kind: f"{kind}--{_UUID}{number}" for number, kind in enumerate(
        ("identity", "location", "incident", "relationship", "report", "note", "opinion", "sighting", "indicator")
    )}  # fmt: skip
    extra: dict[str, dict[str, Json]] = {
        "identity": {"name": "Maxar", "identity_class": "organization"},
        "location": {"name": "Yelnya", "latitude": 54.58, "longitude": 33.18, "precision": 20000.0, "country": "RU"},
        "incident": {"name": "Camp", "confidence": 75, "created_by_ref": named["identity"], "labels": ["facility"],
                     "external_references": [{"source_name": "x", "url": "https://example.org"}]},
        "relationship": {"relationship_type": "located-at", "source_ref": named["incident"],
                         "target_ref": named["location"], "start_time": _WHEN, "stop_time": "2021-12-05T00:00:00Z"},
        "report": {"name": "Report", "published": _WHEN, "object_refs": [named["incident"]]},
        "note": {"content": "words", "object_refs": [named["incident"]]},
        "opinion": {"opinion": "disagree", "object_refs": [named["incident"]]},
        "sighting": {"sighting_of_ref": named["indicator"], "where_sighted_refs": [named["location"]], "count": 0,
                     "first_seen": _WHEN, "last_seen": _WHEN},
        "indicator": {"pattern": "[file:name = 'x']", "pattern_type": "stix", "valid_from": _WHEN},
    }  # fmt: skip
    theirs: list[Json] = [
        {"type": kind, "spec_version": "2.1", "id": named[kind], "created": _WHEN, "modified": _WHEN, **parts}
        for kind, parts in extra.items()
    ]
    return [*own, *theirs]


def _misp_event() -> Json:
    """An event with a place, tags and attributes."""
    place: Json = {
        "name": "geolocation", "uuid": f"{_UUID}1",
        "Attribute": [
            {"object_relation": name, "value": value}
            for name, value in (("latitude", "50.1"), ("longitude", 30.2), ("text", "Lamp Ridge"), ("first-seen", _WHEN))
        ],
    }  # fmt: skip
    tags: list[Json] = [
        {"name": name}
        for name in ("tlp:amber", 'admiralty-scale:source-reliability="b"', 'misp:confidence-level="fairly-confident"')
    ]
    attributes: list[Json] = [
        {"type": "link", "value": "https://example.org", "uuid": f"{_UUID}2"},
        {"type": "text", "value": "words"}, {"type": "domain", "value": "example.org", "to_ids": True},
    ]  # fmt: skip
    return {
        "Event": {
            "uuid": f"{_UUID}0", "info": "Convoy", "date": "2021-12-03", "publish_timestamp": "1638576000",
            "distribution": "3", "Orgc": {"name": "CERT Example"}, "Tag": tags, "Attribute": attributes,
            "Object": [place],
        }
    }  # fmt: skip


TARGETS = {"row": row, "stix": stix, "misp": misp_events, "document": document}
