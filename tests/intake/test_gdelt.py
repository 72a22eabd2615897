"""GDELT: exports without a header, and mentions that count once."""

import pytest

from consilience.desk import Desk
from consilience.errors import IntakeError
from consilience.intake.holdings import read_holdings
from tests.intake.rows import EVENT, MENTION, by_name, exported


@pytest.mark.parametrize(("kind", "width"), [(0, 61), (1, 58), (2, 57)])
def test_gdelt_exports_without_a_header_are_known_by_their_shape(tmp_path, kind, width):
    file = tmp_path / "20190315.export.CSV"
    row = {**EVENT, "DATEADDED": EVENT["DATEADDED"][: 14 if kind == 0 else 8]}
    file.write_text(exported("gdelt-events", [row, {**row, "GLOBALEVENTID": "810000002"}], kind), encoding="utf-8")
    told = read_holdings([file])
    assert [claim.id for claim in told.claims] == ["GDELT-810000001", "GDELT-810000002"]
    assert len(by_name("gdelt-events").headerless[kind].columns) == width
    assert str(told.claims[0].reported_at) == ("2019-03-15T06:15Z" if kind == 0 else "2019-03-15")


def test_gdelt_the_first_row_of_an_export_is_not_lost_and_a_damaged_one_is_set_aside_as_row_one(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("810000000\t2019\n" + exported("gdelt-events", [EVENT]), encoding="utf-8")
    told = read_holdings([file])
    assert [claim.id for claim in told.claims] == ["GDELT-810000001"]
    assert (told.set_aside[0].row, "2 cells" in told.set_aside[0].because) == (1, True)


def test_gdelt_a_quotation_mark_in_a_name_swallows_no_rows(tmp_path):
    file = tmp_path / "x.csv"
    rows = [{**EVENT, "Actor2Name": '"REBEL'}, {**EVENT, "GLOBALEVENTID": "810000002"}]
    file.write_text(exported("gdelt-events", rows), encoding="utf-8")
    assert len(read_holdings([file]).claims) == 2


def test_gdelt_a_table_of_tabs_that_is_no_export_still_needs_a_header(tmp_path):
    file = tmp_path / "x.tsv"
    file.write_text("\t".join(str(number) for number in range(61)) + "\n", encoding="utf-8")
    with pytest.raises(IntakeError, match="claim_id"):
        read_holdings([file])


def test_gdelt_event(one):
    claim = one(EVENT)
    assert (claim.actor, claim.phenomenon.path, claim.modality.value) == ("TCD", "clash", "estimated")
    assert (str(claim.period), str(claim.reported_at)) == ("2019-03-14", "2019-03-15T06:15Z")
    assert claim.origins == ("wire:EXAMPLE_ORG:example.org/news/1",)
    assert (claim.place.name, claim.count) == ("Bora / Lac / Chad", None)


def test_gdelt_what_citizens_of_a_state_do_is_not_done_by_it(one):
    assert one(EVENT, Actor1Type1Code="CVL").actor == ""
    assert one(EVENT, Actor1Type1Code="").actor == "TCD"
    assert one(EVENT, Actor1CountryCode="WAF").actor == ""


@pytest.mark.parametrize(("code", "radius"), [("1", 500), ("2", 200), ("3", 10), ("4", 10), ("5", 100)])
def test_gdelt_the_type_of_the_place_is_the_radius(one, code, radius):
    full = "Chad" if code == "1" else EVENT["ActionGeo_FullName"]
    place = one(EVENT, ActionGeo_Type=code, ActionGeo_FullName=full).place
    assert (place.point.radius_km, place.defects) == (radius, ())


def test_gdelt_a_state_of_the_us_called_georgia_is_not_georgia(one):
    change = {"ActionGeo_Type": "2", "ActionGeo_FullName": "Georgia, United States", "ActionGeo_CountryCode": "US"}
    place = one(EVENT, **change, ActionGeo_Lat="32.98", ActionGeo_Long="-83.64").place
    assert (place.name, place.defects) == ("Georgia / United States", ())


@pytest.mark.parametrize("count", [1, 40])
def test_gdelt_mentions_are_repeats_of_one_event_and_count_once(tmp_path, count):
    events, mentions = tmp_path / "e.csv", tmp_path / "m.csv"
    events.write_text(exported("gdelt-events", [EVENT]), encoding="utf-8")
    told = [
        {
            **MENTION,
            "MentionIdentifier": f"https://site{number}.example/a",
            "MentionSourceName": f"site{number}.example",
        }
        for number in range(count)
    ]
    mentions.write_text(exported("gdelt-mentions", told), encoding="utf-8")
    desk = Desk.read([events, mentions])
    assert len(desk.holdings.claims) == 1 + count
    assert not desk.holdings.equivocations
    (fact,) = desk.picture().facts
    assert fact.finding.verdict.value == "sole"
    assert fact.finding.independent_sources == 1
    for claim in desk.holdings.claims[1:]:
        assert desk.relate("GDELT-810000001", claim.id).kind.value == "repeats"


def test_gdelt_mentions_without_their_event_still_share_a_root(read):
    told = read(MENTION, {}, {"MentionIdentifier": "https://other.example/2", "MentionSourceName": "other.example"})
    first, second = told.claims
    assert first.origins[0] == second.origins[0] == "GDELT-810000001"
    assert Desk(told).relate(first.id, second.id).kind.value == "repeats"


def test_gdelt_confidence_is_no_credibility(one):
    claim = one(MENTION)
    assert (claim.credibility, dict(claim.extras)["Confidence"]) == (None, "60")


def test_gdelt_mentions_sample_comes_in_whole(data):
    told = read_holdings([data / "formats" / "gdelt" / "mentionssamp.csv"])
    assert (len(told.claims), told.set_aside, told.equivocations) == (1635, (), ())
    assert len({claim.about for claim in told.claims}) == 1430


@pytest.mark.parametrize(("name", "file"), [("gdelt-events", "eventsv2.json"), ("gdelt-mentions", "mentions.json")])
def test_gdelt_columns_are_those_of_its_own_description(data, name, file):
    text = (data / "formats" / "gdelt" / file).read_text(encoding="utf-8")
    at = [text.find(f'"name": "{column}"') for column in by_name(name).headerless[0].columns]
    assert -1 not in at
    assert at == sorted(at)
