import json
from datetime import timedelta

import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.exchange.stix.extension import CLAIM
from consilience.exchange.stix.foreign import REST
from consilience.exchange.stix.marking import KNOWN_TLP
from consilience.exchange.stix.naming import stix_id
from consilience.exchange.stix.read import digest_of, read
from consilience.model.entry import Portion, Remarking, Retraction
from consilience.model.marking import OPEN, Label, Tlp
from tests.exchange.stix.making import altered, bodies, only, read_back, shown, shown_claim
from tests.trust.making import ISSUED, make_claim, make_verified

CREATED = "2021-12-03T06:00:00.000Z"
OPENCTI_STRICT = "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def thing(kind, **properties):
    """An object that somebody else wrote."""
    common = {"type": kind, "spec_version": "2.1", "id": stix_id(kind, json.dumps(properties))}
    return {**common, "created": CREATED, "modified": CREATED, **properties}


def as_written(*objects):
    """Objects of the stix2 library as JSON values."""
    return [json.loads(each.serialize()) for each in objects]


def why(found):
    return [f"{fault.problem.column}: {fault.problem.found}" for fault in found.problems]


def test_a_bundle_of_the_stix2_library_is_read():
    maker = stix2.v21.Identity(name="Maxar Technologies", identity_class="organization")
    place = stix2.v21.Location(name="Yelnya", latitude=54.58, longitude=33.18, precision=20000.0)
    incident = stix2.v21.Incident(
        name="New camp",
        description="Tents and vehicles.",
        confidence=75,
        created="2021-11-01T10:00:00.000Z",
        modified="2021-11-02T10:00:00.000Z",
        created_by_ref=maker.id,
        labels=["facility/camp"],
        object_marking_refs=[stix2.v21.TLP_WHITE.id],
        external_references=[{"source_name": "maxar", "url": "https://example.org/yelnya"}],
    )
    where = stix2.v21.Relationship(
        incident, "located-at", place, start_time="2021-10-30T00:00:00Z", stop_time="2021-11-01T00:00:00Z"
    )
    found = read(as_written(maker, place, incident, where))
    assert found.rows == (
        {
            "claim_id": incident.id,
            "partner": "MAXAR-TECHNOLOGIES",
            "modality": "estimated",
            "phenomenon": "facility/camp",
            "reported_at": "2021-11-02T10:00:00+00:00",
            "credibility": "2",
            "text": "New camp: Tents and vehicles.",
            "marking": "TLP:CLEAR",
            "source": "maxar",
            "url": "https://example.org/yelnya",
            "place": "Yelnya",
            "lat": "54.58",
            "lon": "33.18",
            "radius_km": "20",
            "period_from": "2021-10-30T00:00:00+00:00",
            "period_to": "2021-11-01T00:00:00+00:00",
        },
    )
    assert not found.losses
    assert not found.problems


def test_a_sighting_says_when_and_where_and_zero_is_not_seen():
    incident = thing("incident", name="Column of tanks", labels=["movement/road"])
    place = thing("location", country="UA")
    seen = {"sighting_of_ref": incident["id"], "where_sighted_refs": [place["id"]], "first_seen": CREATED}
    objects = [incident, place, thing("sighting", count=3, **seen), thing("sighting", count=0, **seen)]
    _, three, none = read(objects).rows
    assert (three["modality"], three["best"], three["place"], three["phenomenon"]) == (
        "observed", "3", "UKR", "movement/road",
    )  # fmt: skip
    assert (none["modality"], none.get("best")) == ("not-observed", None)


def test_an_opinion_against_is_a_denial_of_the_same_proposition():
    incident = thing("incident", name="Withdrawal", labels=["movement/withdrawal", "intended"])
    against = thing("opinion", opinion="strongly-disagree", explanation="No.", object_refs=[incident["id"]])
    agreeing = thing("opinion", opinion="agree", object_refs=[incident["id"]])
    note = thing("note", content="Seen on television.", object_refs=[incident["id"]])
    first, denial, agreed, noted = read([incident, against, agreeing, note]).rows
    assert first["modality"] == "intended"
    assert (denial["modality"], denial["phenomenon"]) == ("denied", "movement/withdrawal")
    assert denial["about"] == agreed["about"] == noted["about"] == incident["id"]


def test_what_carries_no_claim_is_named_and_counted():
    objects = [
        thing("indicator", pattern="[a:b = 1]"),
        thing("indicator", pattern="[a:b = 2]"),
        thing("report", name="Yearly review", published=CREATED, object_refs=[]),
        thing("note", content="on nothing", object_refs=["incident--" + "0" * 8]),
        thing("relationship", relationship_type="uses", source_ref="a", target_ref="b"),
        {"type": "domain-name", "id": stix_id("domain-name", "a"), "value": "example.org"},
    ]
    found = read(objects)
    assert not found.rows
    assert found.losses == {"domain-name": 1, "indicator": 2, "note": 1, "relationship": 1, "report": 1}
    assert len(found.problems) == 5


def test_properties_without_a_column_are_kept_and_counted():
    (row,) = (found := read([thing("incident", name="A", kill_chain_phases=[{"phase_name": "x"}])])).rows
    assert json.loads(row[REST]) == {"kill_chain_phases": [{"phase_name": "x"}]}
    assert found.losses == {"incident.kill_chain_phases": 1}


def test_the_last_version_counts_and_two_contents_of_one_are_named():
    first = thing("incident", name="A")
    later = {**first, "modified": "2021-12-04T06:00:00.000Z", "name": "B"}
    other = {**later, "name": "C"}
    found = read([later, first])
    assert [row["text"] for row in found.rows] == ["B"]
    assert found.losses == {"incident (an earlier version)": 1}
    found = read([first, later, other])
    assert [row["text"] for row in found.rows] == ["B", "C"]
    assert why(found) == ["modified: incident with several contents"]


@pytest.mark.parametrize(("name", "tlp"), KNOWN_TLP.items())
def test_tlp_is_read_by_every_id_it_goes_by(name, tlp):
    (row,) = read([thing("incident", name="A", object_marking_refs=[name])]).rows
    assert row["marking"] == tlp.text


def test_the_stricter_of_two_marks_holds_and_an_unknown_one_is_for_the_owner_only():
    refs = [OPENCTI_STRICT, stix2.v21.TLP_GREEN.id, "marking-definition--" + "0" * 8]
    (row,) = read([thing("incident", name="A", object_marking_refs=refs)]).rows
    assert row["marking"] == f"{Tlp.AMBER_STRICT.text}//{refs[2]}"


def test_a_mark_on_a_part_is_read_as_a_mark_on_all():
    granular = [{"marking_ref": stix2.v21.TLP_RED.id, "selectors": ["description"]}]
    (row,) = read([thing("incident", name="A", description="B", granular_markings=granular)]).rows
    assert row["marking"] == "TLP:RED"


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", "personnel: none"), ("confidence", 10), ("confidence", None), ("description", "Nothing."),
     ("labels", ["personnel", "denied"]), ("object_marking_refs", None), ("external_references", []),
     ("created_by_ref", stix_id("identity", "partner", "GBR")), ("created", "2021-12-04T06:00:00.000Z"),
     ("revoked", True)],
)  # fmt: skip
def test_an_altered_object_is_found(name, value):
    objects = shown_claim(make_claim(text="Tanks.", credibility="2", url="https://example.org/a", source="x"))
    found = read(altered(objects, "incident", **{name: value}))
    assert not found.rows
    assert why(found) == [f"object: altered: {name}"]


def test_a_claim_altered_inside_its_extension_is_found():
    objects = bodies(shown_claim(make_claim(best="100")))
    incident = next(each for each in objects if each["type"] == "incident")
    incident["extensions"][CLAIM]["best"] = "200"
    (said,) = why(read(objects))
    assert said.startswith("extension: $.digest")


def test_what_a_peer_adds_is_no_alteration_and_is_counted():
    found = read(
        altered(shown_claim(make_claim()), "incident", revoked=False, lang="en", created="2021-12-03T06:00:00Z")
    )
    assert len(found.rows) == 1
    assert found.losses == {"incident.lang": 1}


def test_a_withdrawn_claim_is_set_aside_with_the_reason():
    claim = make_verified(make_claim())
    word = make_verified(Retraction(claim.digest, "mistaken"), issued_at=ISSUED + timedelta(hours=1))
    found = read_back(*shown(claim), *shown(word, lambda digest: claim.statement))
    assert not found.rows
    assert why(found) == ["revoked: withdrawn by its issuer: mistaken"]


@pytest.mark.parametrize(
    ("own", "raised", "text", "read_as"),
    [
        (OPEN, Label(rel=None, tlp=Tlp.RED), "TLP:RED", "TLP:RED"),
        (OPEN, Label(rel=None, tlp=Tlp.RED), "", "marked higher since"),
        (Label(rel=frozenset({"UKR"})), OPEN, "TLP:CLEAR", "as it was"),
        (Label(rel=None, tlp=Tlp.GREEN), Label(rel=frozenset({"UKR"})), "OWNER ONLY", "as it was//OWNER ONLY"),
    ],
)
def test_a_claim_that_was_marked_higher_is_never_read_with_less(own, raised, text, read_as):
    claim = make_verified(make_claim(own, marking="as it was"))
    word = make_verified(Remarking(claim.digest, raised, text, "more is known"))
    (row,) = read_back(*shown(claim), *shown(word, lambda digest: claim.statement)).rows
    assert row["marking"] == read_as


def test_our_objects_are_whole_after_the_stix2_library_wrote_them_again():
    portion = Portion(("text",), Label(rel=frozenset({"UKR"})), "OWNER ONLY")
    entry = make_claim(OPEN, [portion], text="Tanks.", lat="54.5", lon="33", radius_km="20", period_from="2021-12-01")
    parsed = stix2.parse(stix2.Bundle(*bodies(shown_claim(entry)), allow_custom=False).serialize(), version="2.1")
    found = read(as_written(*parsed.objects))
    assert list(found.rows) == [dict(entry.cells)]
    assert not found.problems


def test_the_digest_of_anothers_object_is_none():
    ours = only(shown_claim(make_claim()), "incident")
    assert digest_of(ours) == ours["extensions"][CLAIM]["digest"]
    others = [thing("incident", name="A"), None, [], "x", {"extensions": []}, {"extensions": {CLAIM: {"digest": 7}}},
              {"extensions": {CLAIM: {"digest": "0" * 63}}}]  # fmt: skip
    assert [digest_of(each) for each in others] == [None] * len(others)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "object: NoneType"),
        ([], "object: list"),
        ({}, "type: 'NoneType'"),
        ({"type": ["incident"]}, "type: 'list'"),
        ({"type": "incident", "id": 7}, "id: 'int'"),
        ({"type": "incident", "id": "incident--1"}, "id: 'incident--1'"),
        ({"type": "incident", "id": "report--" + "0" * 8}, "id: 'report--00000000'"),
        ({**thing("incident", name="A"), "spec_version": None}, "spec_version: none, as in STIX 2.0"),
        ({**thing("incident", name="A"), "spec_version": "3.0"}, "spec_version: '3.0'"),
        (thing("incident", name="x" * 2_000_000), "object: 2,000,"),
        (thing("incident", name="\ud800"), "object: "),
        (thing("incident", name="A", revoked=True), "revoked: a revoked incident"),
        (thing("opinion", opinion="agree", object_refs=[{}, 7]), "object_refs: a opinion on objects"),
    ],
)
def test_each_damaged_object_has_a_named_problem(value, said):
    found = read([value])
    assert not found.rows
    (problem,) = why(found)
    assert problem.startswith(said[:60])


def test_deep_nesting_is_a_problem_and_no_end():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert len(read([thing("incident", x=0) | {"x": deep}]).problems) == 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(
    ["name", "created", "labels", "object_refs", "extensions", "external_references", "granular_markings", "confidence",
     "object_marking_refs", "created_by_ref", "count", "opinion", "sighting_of_ref", "modified", "published", "revoked"]),
    values), max_size=5), st.sampled_from(["incident", "sighting", "observed-data", "note", "opinion", "malware"]))  # fmt: skip
def test_whatever_an_object_holds_it_is_a_row_or_a_named_problem(parts, kind):
    objects = [{**thing(kind, at=number), **each} for number, each in enumerate(parts)]
    found = read(objects)
    assert {*found.numbers, *(fault.number for fault in found.problems)} == set(range(1, len(parts) + 1))


@given(values)
def test_no_extension_is_a_traceback(value):
    incident = only(shown_claim(make_claim()), "incident")
    for name in (CLAIM, "label", "digest"):
        broken = {**incident, "extensions": {CLAIM: {**incident["extensions"][CLAIM], name: value}}}
        found = read([broken, {**incident, "extensions": {CLAIM: value}}])
        assert found.rows or found.problems


def test_a_hundred_thousand_objects_are_read():
    objects = [thing("incident", name="A", number=str(number)) for number in range(100_000)]
    assert len(read(objects).rows) == 100_000


def test_a_report_of_a_place_as_misp_writes_it_is_a_claim():
    place = thing("location", description="Soloti", latitude=50.24, longitude=38.01, precision=10000.0)
    report = thing("report", name="Convoy", published=CREATED, object_refs=[place["id"]])
    found = read([report, place])
    (row,) = found.rows
    assert (row["place"], row["lat"], row["radius_km"], row["text"]) == ("Soloti", "50.24", "10", "Convoy")
    assert not found.problems
