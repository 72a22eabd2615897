"""Suggest: for a spreadsheet with other names, a mapping is proposed that loads and works."""

import pytest

from consilience.errors import IntakeError
from consilience.intake.holdings import Intake, read_holdings
from consilience.intake.mapping import load
from consilience.intake.suggest import suggest_mapping

THEIRS = """ref,agency,official,event_type,location,latitude,longitude,event_date,published,estimate,units,link,notes,shift
7,NAVY,NAVY/Attache,Ship,Sevastopol,44.6,33.5,03/12/2021,25/12/2021,5,ship,https://example.org/7,Five ships,night
8,NAVY,NAVY/Attache,Ship,Sevastopol,44.6,33.5,04/12/2021,25/12/2021,6,ship,https://example.org/8,Six ships,day
"""


@pytest.fixture
def suggested(tmp_path):
    def make(text):
        file = tmp_path / "theirs.csv"
        file.write_text(text, encoding="utf-8")
        said = tmp_path / "theirs.toml"
        said.write_text(suggest_mapping(file), encoding="utf-8")
        return file, said

    return make


def test_what_is_suggested_loads_and_works(suggested):
    file, said = suggested(THEIRS)
    told = read_holdings([file], Intake(mapping=load(said)))
    assert not told.set_aside
    first, second = told.claims
    assert (first.id, first.partner, first.speaker.name) == ("7", "NAVY", "NAVY/Attache")
    assert (str(first.period.begin), str(first.reported_at)) == ("2021-12-03", "2021-12-25")
    assert (first.place.point.lat, first.place.point.lon) == (44.6, 33.5)
    assert (first.count.best, first.count.unit, second.count.best) == (5, "ship", 6)
    assert (first.url, first.text, first.extras) == ("https://example.org/7", "Five ships", (("shift", "night"),))


def test_what_needs_a_decision_is_marked(suggested):
    _, said = suggested(THEIRS.replace("25/12", "05/12"))
    text = said.read_text(encoding="utf-8")
    assert "TODO day first or month first" in text
    assert "Kept as extras and shown: shift" in text
    _, said = suggested("id,when\n1,2021-12-03T10:00\n")
    assert "TODO" in said.read_text(encoding="utf-8")


def test_months_before_days_are_seen(suggested):
    _, said = suggested(THEIRS.replace("25/12/2021", "12/25/2021"))
    assert "%m/%d/%Y" in said.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ['quo"ted', "back\\slash", "two words", "ünïcode"])
def test_awkward_names_of_columns_survive(suggested, name):
    quoted = '"' + name.replace('"', '""') + '"'
    file, said = suggested(THEIRS.replace("ref,", f"{quoted},").replace(",shift", ",ref"))
    assert load(said)
    assert file.name in said.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["reported_at}", "reported_{at", "reported|at"])
def test_names_with_the_signs_of_a_template_never_break_the_file(suggested, name):
    """Such a name cannot stand in a template: the file still loads, and says which column to rename."""
    _, said = suggested(THEIRS.replace("published", name))
    assert load(said)
    assert name in said.read_text(encoding="utf-8").split("Rename", 1)[1]


def test_a_newline_in_a_name_does_not_break_the_file(suggested):
    _, said = suggested(THEIRS.replace("shift", '"shi\nft"').replace("notes", '"no\ntes"'))
    assert load(said)


@pytest.mark.parametrize(
    "header",
    ["claim_id,partner,modality,phenomenon,reported_at", "report_no,issued,as_of_local,region,ceasefire_violations"],
)
def test_a_table_that_needs_no_mapping_is_said_to_need_none(suggested, header):
    _, said = suggested(header + "\n")
    assert "no mapping is needed" in said.read_text(encoding="utf-8")


def test_what_is_no_table_is_refused(tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(b"")
    with pytest.raises(IntakeError):
        suggest_mapping(file)
