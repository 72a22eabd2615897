"""Scenarios and gazetteers: what is wrong in a folder is named, and the shipped one is whole."""

import pytest

from consilience.errors import IntakeError
from consilience.intake.gazetteer import Gazetteer
from consilience.intake.outlines import load_atlas
from consilience.intake.scenario import is_scenario, read_scenario


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "schema"),
        ("[", "TOML"),
        ('schema = "consilience.scenario/1"\nholdings = "none/*.csv"', "no file for holdings"),
    ],
)
def test_a_malformed_scenario_is_named(tmp_path, text, word):
    (tmp_path / "scenario.toml").write_text(text)
    with pytest.raises(IntakeError, match=word):
        read_scenario(tmp_path)


def test_the_shipped_scenario_is_whole(scenario, winter):
    told = read_scenario(scenario)
    assert is_scenario(scenario)
    codes = {partner.code for partner in told.partners}
    assert {claim.partner for claim in winter.holdings.claims} <= codes
    assert {told.home, *told.focus} <= codes
    assert len(told.moments) >= 5
    assert (winter.holdings.set_aside, winter.holdings.equivocations, winter.holdings.repeated_rows) == ((), (), 0)
    assert all(claim.url or claim.id.startswith("CIR-") for claim in winter.holdings.claims)


@pytest.mark.parametrize("row", [",,camp,,,1,2,3", "X,,camp,,,north,2,3", "X,,camp,,,,,"])
def test_a_place_without_coordinates_is_named_by_its_row(tmp_path, row):
    file = tmp_path / "sites.csv"
    file.write_text("name,aliases,kind,country,within,lat,lon,radius_km\n" + row + "\n")
    if row.startswith(",,camp,,,1"):
        Gazetteer(load_atlas()).add_table(file)
        return
    with pytest.raises(IntakeError, match=r"sites\.csv, row 2"):
        Gazetteer(load_atlas()).add_table(file)


def test_a_later_table_takes_precedence(tmp_path):
    file = tmp_path / "sites.csv"
    file.write_text("name,aliases,kind,country,within,lat,lon,radius_km\nKyiv,,camp,UKR,,1,2,3\n")
    assert Gazetteer(load_atlas()).add_table(file).find("kyiv").ground.lat == 1
