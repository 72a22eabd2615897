"""ICEWS and its CAMEO codes: who acts, who reports, and what a lost zero was."""

import csv

import pytest

from consilience.intake.holdings import read_holdings
from tests.intake.rows import ICEWS


def test_icews_source_is_an_actor_and_the_publisher_is_the_source(one):
    claim = one(ICEWS)
    assert (claim.actor, claim.source) == ("TCD", "Agence France-Presse")
    assert claim.origins == ("wire:AFP:icews-story-500:2019-03-14", "wire:AFP:bora:2019-03-14")
    assert claim.text.startswith("Military (Chad): ")


def test_icews_what_rebels_and_citizens_do_is_not_done_by_their_state(one):
    assert one(ICEWS, **{"Source Name": "Citizen (Chad)", "Source Sectors": "General Population"}).actor == ""
    rebels = {"Source Name": "Army of the Lake (Chad)", "Source Sectors": "Military,Rebel", "Source Country": "Chad"}
    assert one(ICEWS, **rebels).actor == ""
    assert one(ICEWS, **{"Source Name": "Chad", "Source Sectors": "NA"}).actor == "TCD"


@pytest.mark.parametrize(
    ("change", "name", "radius"),
    [
        ({}, "Bora", 5),
        ({"City": "NA", "District": "Fouli"}, "Fouli", 30),
        ({"City": "NA"}, "Lac", 100),
        ({"City": "NA", "Province": "NA"}, "Chad", 500),
    ],
)
def test_icews_the_level_of_the_place_is_the_radius(one, change, name, radius):
    place = one(ICEWS, **change).place
    assert (place.name, place.point.radius_km) == (name, radius)


def test_icews_na_is_nothing(one):
    change = dict.fromkeys(("City", "District", "Province", "Country", "Latitude", "Longitude", "Publisher"), "NA")
    claim = one(ICEWS, **change)
    assert (claim.place.is_unknown, claim.source, claim.origins) == (True, "", ())


def test_icews_is_coded_by_machine_and_gives_no_numbers(one):
    claim = one(ICEWS)
    assert (claim.modality.value, claim.count) == ("estimated", None)


def test_icews_quotation_marks_are_plain_signs(tmp_path):
    file = tmp_path / "icews.tab"
    rows = [{**ICEWS, "Source Name": '"Lake Army (Chad)'}, {**ICEWS, "Event ID": "77002"}]
    text = "\n".join("\t".join(row.values()) for row in rows)
    file.write_text("\t".join(ICEWS) + "\n" + text + "\n", encoding="utf-8")
    assert len(read_holdings([file]).claims) == 2


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("010", "incident/statement"),
        ("040", "incident/consultation"),
        ("40", "incident/consultation"),
        ("0874", "movement/withdrawal"),
        ("874", "movement/withdrawal"),
        ("0211", "incident/appeal"),
        ("211", "incident/appeal"),
        ("112", "incident/disapproval"),
        ("1384", "intent/attack"),
        ("1411", "incident/protest"),
        ("145", "incident/riot"),
        ("154", "movement/buildup"),
        ("1832", "attack/bombing"),
        ("193", "clash"),
        ("194", "attack/shelling"),
        ("196", "violation/ceasefire"),
        ("2041", "attack/mass-destruction"),
        ("203", "attack/mass-violence"),
    ],
)
def test_cameo_codes_that_have_lost_their_zero_are_mended_where_only_one_code_fits(one, code, path):
    assert one(ICEWS, **{"CAMEO Code": code}).phenomenon.path == path


@pytest.mark.parametrize("code", ["14", "20", "---", "999", "", "X"])
def test_cameo_codes_that_may_be_two_or_none_are_set_aside(read, code):
    told = read(ICEWS, {"CAMEO Code": code})
    assert not told.claims
    assert "CAMEO Code" in told.set_aside[0].because


def test_cameo_every_code_of_the_codebook_has_a_place(data, one, read):
    with (data / "formats" / "cameo" / "cameo.csv").open(encoding="utf-8", newline="") as lines:
        codes = [row[0] for row in csv.reader(lines) if len(row[0]) > 2]
    told = read(ICEWS, *({"Event ID": str(number), "CAMEO Code": code} for number, code in enumerate(codes)))
    assert len(told.claims) == len(codes) > 200
    assert not told.set_aside


def test_icews_sample_comes_in_whole(data):
    told = read_holdings([data / "formats" / "icews" / "events.2018.sample.tab"])
    assert (len(told.claims), told.set_aside, told.equivocations) == (3705, (), ())
    assert sum(claim.place.point is None for claim in told.claims) == 2
    assert not any(claim.place.defects for claim in told.claims)
