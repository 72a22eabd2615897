import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import stix2
from hypothesis import given

from consilience.errors import UsageError
from consilience.exchange.stix.extension import CLAIM
from consilience.exchange.stix.marking import TLP_IDS
from consilience.exchange.stix.naming import incident_id
from consilience.exchange.stix.read import digest_of
from consilience.exchange.stix.write import Writer, report
from consilience.model.entry import ClaimEntry, Consent, Portion, Remarking, Retraction
from consilience.model.marking import OPEN, Label, Tlp
from tests.exchange.stix.making import WRITER, bodies, only, read_back, shown, shown_claim
from tests.trust import statements
from tests.trust.making import ISSUED, make_claim, make_statement, make_verified

WINTER = Path(__file__).parents[3] / "scenarios" / "winter-2021-22" / "holdings"
YELNYA = {"place": "Yelnya", "lat": "54.58", "lon": "33.18", "radius_km": "20"}


def winter():
    for table in sorted(WINTER.glob("*.csv")):
        with table.open(encoding="utf-8-sig", newline="") as lines:
            yield from csv.DictReader(lines)


def accepted(objects):
    """The objects as the stix2 library reads them, with nothing custom allowed."""
    return [stix2.parse(each.body.decode(), version="2.1", allow_custom=False) for each in objects]


def refs(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            if name.endswith("_ref"):
                yield inner
            elif name.endswith("_refs"):
                yield from inner
            elif name == "granular_markings":
                yield from refs({"_refs": [each["marking_ref"] for each in inner]})


@given(statements.claims)
def test_any_claim_comes_back_to_the_letter(entry):
    verified = make_verified(entry)
    found = read_back(*shown(verified))
    assert [dict(entry.cells)] == list(found.rows)
    assert not found.problems
    assert not found.losses
    incident = only(shown(verified), "incident")
    assert digest_of(incident) == verified.digest


@given(statements.claims)
def test_any_claim_is_stix_to_its_own_library(entry):
    for each in shown(make_verified(entry)):
        stix2.parse(each.body.decode(), version="2.1", allow_custom=False)


@given(statements.claims)
def test_objects_follow_what_they_refer_to(entry):
    known = set()
    for each in shown(make_verified(entry)):
        assert set(refs(json.loads(each.body))) <= known
        known.add(each.id)


def test_every_claim_of_the_winter_comes_back_to_the_letter():
    told = [{name: cell for name, cell in row.items() if cell} for row in winter()]
    objects = [
        each for cells in told for each in shown_claim(ClaimEntry(tuple(sorted(cells.items())), OPEN), issuer="UKR")
    ]
    found = read_back(*objects)
    assert list(found.rows) == told
    assert not found.problems
    assert not found.losses
    assert len(told) > 200
    accepted(objects)


def test_one_claim_gives_the_same_bytes_at_every_node():
    verified = make_verified(make_claim(**YELNYA))
    here = shown(verified)
    there = Writer().objects(verified.statement, verified.digest, lambda digest: None)
    assert here == there


def test_who_does_not_know_us_gets_place_time_confidence_and_source():
    entry = make_claim(**YELNYA, period_from="2021-12-01", period_to="2021-12-03", credibility="2", text="Tanks.",
                       source="maxar", url="https://example.org/a")  # fmt: skip
    objects = shown_claim(entry)
    incident, location, relation = (only(objects, kind) for kind in ("incident", "location", "relationship"))
    assert incident["confidence"] == 70
    assert incident["description"] == "Tanks."
    assert incident["labels"] == ["personnel", "observed"]
    assert incident["external_references"][0] == {"source_name": "maxar", "url": "https://example.org/a"}
    assert incident["created"] == "2021-12-03T06:00:00.000Z"
    assert (location["latitude"], location["longitude"], location["precision"]) == (54.58, 33.18, 20000)
    assert location["country"] == "RU"
    assert (relation["source_ref"], relation["target_ref"]) == (incident["id"], location["id"])
    assert (relation["start_time"], relation["stop_time"]) == ("2021-12-01T00:00:00.000Z", "2021-12-04T00:00:00.000Z")


@pytest.mark.parametrize(
    ("place", "stated"),
    [
        ("Belarus", {"country": "BY"}),
        ("Rostov region", {"country": "RU"}),
        ("Crimea", {"country": "UA"}),
        ("UKR border", {"region": "UKR border"}),
        ("within 200 km of UKR border", {"region": "within 200 km of UKR border"}),
        ("Crimea and Belarus", {"region": "Crimea and Belarus"}),
    ],
)
def test_a_border_lies_in_no_one_country(place, stated):
    location = only(shown_claim(make_claim(place=place)), "location")
    assert {name: location[name] for name in ("country", "region") if name in location} == stated
    assert location["name"] == place


@pytest.mark.parametrize(("grade", "confidence"), [("1", 90), ("2", 70), ("3", 50), ("4", 30), ("5", 10), ("6", None)])
def test_confidence_is_that_of_appendix_a(grade, confidence):
    assert only(shown_claim(make_claim(credibility=grade)), "incident").get("confidence") == confidence


def test_time_is_told_when_no_place_is():
    cells = dict(make_claim(period_from="2021-12-01T10:00Z").cells)
    del cells["place"]
    sighting = only(shown_claim(ClaimEntry(tuple(sorted(cells.items())), OPEN)), "sighting")
    assert sighting["first_seen"] == "2021-12-01T10:00:00.000Z"


def test_tlp_is_marked_by_its_published_ids():
    for tlp, name in TLP_IDS.items():
        objects = shown_claim(make_claim(Label(rel=None, tlp=tlp)))
        assert only(objects, "incident")["object_marking_refs"] == [name]
        assert only(objects, "marking-definition")["name"] == tlp.text


def test_who_knows_tlp_alone_keeps_what_names_recipients_in_the_house():
    objects = shown_claim(make_claim(Label(rel=frozenset({"UKR", "GBR"})), marking="REL TO GBR"))
    refs = only(objects, "incident")["object_marking_refs"]
    own = next(each for each in bodies(objects) if each["id"] == refs[1])
    assert refs[0] == TLP_IDS[Tlp.AMBER_STRICT]
    assert own["definition"]["statement"] == "REL TO GBR"


def test_a_portion_is_marked_wherever_it_shows():
    portion = Portion(("text", "source"), Label(rel=frozenset({"UKR"})), "OWNER ONLY")
    objects = shown_claim(make_claim(OPEN, [portion], text="Tanks.", source="maxar"))
    incident = stix2.parse(json.dumps(only(objects, "incident")), version="2.1")
    marked = {name for each in incident.granular_markings for name in each.selectors}
    assert marked == {
        "description", "external_references", f"extensions.{CLAIM}.text", f"extensions.{CLAIM}.source",
    }  # fmt: skip


def test_retraction_is_a_later_version_that_is_revoked():
    claim = make_verified(make_claim())
    word = make_verified(Retraction(claim.digest, "mistaken"), issued_at=ISSUED + timedelta(hours=1))
    (*_, first), (*_, second) = (
        [each for each in shown(item, lambda digest: claim.statement) if each.type == "incident"]
        for item in (claim, word)
    )
    assert first.id == second.id == incident_id(claim.digest)
    assert second.version == ISSUED + timedelta(hours=1)
    assert json.loads(second.body)["revoked"] is True
    assert digest_of(json.loads(second.body)) == word.digest


def test_remarking_is_a_later_version_with_the_higher_label():
    claim = make_verified(make_claim(marking="TLP:CLEAR"))
    raised = Remarking(claim.digest, Label(rel=None, tlp=Tlp.RED), "TLP:RED", "a source is in it")
    word = make_verified(raised, issued_at=ISSUED)
    objects = shown(word, lambda digest: claim.statement)
    incident = only(objects, "incident")
    assert incident["object_marking_refs"] == [TLP_IDS[Tlp.RED]]
    assert objects[-1].version > ISSUED
    (row,) = read_back(*shown(claim), *objects).rows
    assert row["marking"] == "TLP:RED"


def test_what_was_marked_higher_keeps_its_mark_in_every_later_version():
    claim = make_verified(make_claim(marking="TLP:CLEAR"))
    red = Label(rel=None, tlp=Tlp.RED)
    lower = Remarking(claim.digest, Label(rel=None, tlp=Tlp.AMBER), "TLP:AMBER", "a mistake")
    for content in (Retraction(claim.digest, "mistaken"), lower):
        word = make_verified(content)
        objects = WRITER.objects(word.statement, word.digest, lambda _: claim.statement, None, lambda _: red)
        assert only(objects, "incident")["object_marking_refs"] == [TLP_IDS[Tlp.RED]]
        found = read_back(*objects)
        assert [row["marking"] for row in found.rows] in ([], ["marked higher since"])
        assert len(found.problems) == (0 if found.rows else 1)


def test_nobody_withdraws_what_is_anothers():
    claim = make_verified(make_claim())
    word = make_verified(Retraction(claim.digest, "mistaken"), issuer="GBR")
    assert shown(word, lambda digest: claim.statement) == ()


def test_what_is_no_word_on_a_claim_has_no_object():
    consent = make_statement(Consent("0" * 64, "GBR", "compare", ISSUED))
    assert Writer().objects(consent, "1" * 64, lambda digest: None) == ()
    orphan = make_verified(Retraction("0" * 64, "mistaken"))
    assert shown(orphan) == ()


def test_a_denial_is_an_opinion_on_what_it_denies():
    first = make_verified(make_claim(claim_id="A1"))
    denial = make_verified(make_claim(claim_id="B1", partner="GBR", modality="denied", about="A1 A9"), issuer="GBR")
    objects = shown(denial, by_claim_id={"A1": first.digest}.get)
    opinion = only(objects, "opinion")
    assert opinion["opinion"] == "strongly-disagree"
    assert opinion["object_refs"] == [incident_id(first.digest)]
    found = read_back(*shown(first), *objects)
    assert [row["claim_id"] for row in found.rows] == ["A1", "B1"]
    assert not found.losses


def test_an_address_that_no_browser_should_open_is_no_link():
    incident = only(shown_claim(make_claim(url="javascript:alert(1)")), "incident")
    assert all("url" not in each for each in incident["external_references"])


def test_a_report_names_what_a_release_gave():
    names = [incident_id("1" * 64), incident_id("2" * 64)]
    when = datetime(2021, 12, 4, 12, tzinfo=UTC)
    found = report("UKR", when, names, "to GBR")
    assert found == report("UKR", when, names, "to GBR")
    assert stix2.parse(found.body.decode(), version="2.1").object_refs == names
    with pytest.raises(UsageError):
        report("UKR", when, [], "to GBR")
