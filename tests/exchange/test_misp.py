import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.exchange.misp import events, read
from tests.exchange.stix.test_read import values, why

UUID = "5a3c2fcd-8328-42bb-a95e-4f4402de0b81"


def event(*tags, **parts):
    """An event with these tags."""
    return {
        "uuid": UUID,
        "info": "Convoy at the border",
        "date": "2021-12-03",
        "publish_timestamp": "1638576000",
        "timestamp": "1638570000",
        "distribution": "3",
        "Orgc": {"name": "CERT Example"},
        "Org": {"name": "Another house"},
        "Tag": [{"name": tag} for tag in tags],
        **parts,
    }


def geolocation(**relations):
    """An object of MISP's template of that name."""
    attributes = [{"object_relation": name.replace("_", "-"), "value": value} for name, value in relations.items()]
    return {"name": "geolocation", "uuid": UUID, "Attribute": attributes}


def row(value):
    (found,) = read(value).rows
    return found


def test_an_event_is_one_claim_of_its_creator():
    place = geolocation(latitude="50.24", longitude="38.01", accuracy_radius="10", text="Soloti")
    link = {"type": "link", "value": "https://example.org/a", "to_ids": False}
    found = row(event("tlp:green", Object=[place], Attribute=[link]))
    assert found == {
        "claim_id": UUID,
        "partner": "CERT-EXAMPLE",
        "modality": "estimated",
        "phenomenon": "incident/reported",
        "period_from": "2021-12-03",
        "period_to": "2021-12-03",
        "reported_at": "2021-12-04T00:00:00+00:00",
        "text": "Convoy at the border",
        "marking": "TLP:GREEN",
        "url": "https://example.org/a",
        "place": "Soloti",
        "lat": "50.24",
        "lon": "38.01",
        "radius_km": "10",
    }


@pytest.mark.parametrize("wrapped", [lambda x: x, lambda x: {"Event": x}, lambda x: [{"Event": x}],
                                     lambda x: {"response": [{"Event": x}]}])  # fmt: skip
def test_an_event_is_known_however_it_is_wrapped(wrapped):
    assert row(wrapped(event()))["claim_id"] == UUID


def test_an_event_of_two_places_is_two_claims():
    found = read(
        event(Object=[geolocation(city="Soloti"), geolocation(country="Ukraine", first_seen="2021-12-01")])
    ).rows
    assert [(each["claim_id"], each["place"]) for each in found] == [(f"{UUID}.1", "Soloti"), (f"{UUID}.2", "Ukraine")]
    assert found[1]["period_from"] == found[1]["period_to"] == "2021-12-01"


@pytest.mark.parametrize(
    ("tags", "cells"),
    [
        (['admiralty-scale:source-reliability="b"', 'admiralty-scale:information-credibility="2"'],
         {"reliability": "B", "credibility": "2"}),
        (['osint:certainty="93"'], {"credibility": "1"}),
        (['misp:confidence-level="fairly-confident"', 'osint:certainty="93"'], {"credibility": "3"}),
        (['misp-galaxy:threat-actor="Sofacy"'], {"actor": "Sofacy"}),
    ],
)  # fmt: skip
def test_tags_are_grades_and_actors(tags, cells):
    assert cells.items() <= row(event(*tags)).items()


@pytest.mark.parametrize(
    ("distribution", "tags", "marking"),
    [
        ("0", ["tlp:clear"], "TLP:CLEAR//OWNER ONLY"),
        ("4", ["tlp:green"], "TLP:GREEN//MISP sharing group"),
        ("3", [], None),
        (3, ["tlp:amber+strict"], "TLP:AMBER+STRICT"),
    ],
)
def test_distribution_keeps_closer_what_a_tag_would_open(distribution, tags, marking):
    assert row(event(*tags, distribution=distribution)).get("marking") == marking


def test_indicators_are_named_and_counted():
    found = read(event("workflow:state=\"draft\"", Attribute=[{"type": "domain"}, {"type": "domain"}], threat_level_id="2",
                       Object=[{"name": "file"}]))  # fmt: skip
    assert found.losses == {
        "attribute domain": 2,
        "event.threat_level_id": 1,
        "object file": 1,
        "tag workflow:state": 1,
    }
    assert why(found) == ["attribute: domain", "attribute: domain", "object: file"]


def test_what_is_no_event_is_not_taken_for_one():
    assert [events(each) for each in ({}, [], None, 7, {"Event": 1}, {"uuid": UUID}, {"info": "x", "uuid": "1"})] == (
        [None] * 7
    )


@given(st.dictionaries(st.sampled_from(["date", "timestamp", "publish_timestamp", "distribution", "Tag", "Orgc", "Object",
                                        "Attribute"]), values))  # fmt: skip
def test_no_value_is_a_traceback(parts):
    assert len(read({**event(), **parts}).rows) >= 1
    assert json.dumps(read({**event(), **parts}).losses)
