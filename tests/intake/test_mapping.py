"""Mappings: foreign tables become claims by a small file, with the counts that a hand count of the tables gives."""

import csv
from collections import Counter

import pytest

from consilience.errors import IntakeError
from consilience.intake import mapping
from consilience.intake.holdings import Intake, read_holdings
from consilience.intake.mapping import load

SCHEMA = 'schema = "consilience.mapping/1"\n'
CLAIM = """[[claim]]
claim_id = "X-{no}"
partner = "OURS"
modality = "observed"
phenomenon = "personnel"
reported_at = "{day|date:%d/%m/%Y}"
best = "{men}"
"""


@pytest.fixture
def written(tmp_path):
    def make(text):
        file = tmp_path / "ours.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return make


def rows_of(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


# The monitors' daily table ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def monitors(data):
    return read_holdings([data / "osce_smm" / "daily_ceasefire_violations.csv"])


def test_the_monitors_table_comes_in_with_the_counts_of_a_hand_count(monitors):
    """116 rows, 5 without counts; 102 have explosions, 22 restate the 24 hours before one day: 111 + 102 + 22 claims."""
    assert len(monitors.claims) == 235
    assert len(monitors.set_aside) == 5
    kinds = Counter(claim.id.rsplit("-", 1)[-1] for claim in monitors.claims)
    assert (kinds["expl"], kinds["prev"], kinds["D"] + kinds["L"]) == (102, 22, 111)
    assert all("nothing to claim" in row.because for row in monitors.set_aside)
    assert not monitors.equivocations
    assert monitors.repeated_rows == 0


def test_every_count_of_the_monitors_is_that_of_its_row(data, monitors):
    claims = {claim.id: claim for claim in monitors.claims}
    for row in rows_of(data / "osce_smm" / "daily_ceasefire_violations.csv"):
        if row["ceasefire_violations"]:
            claim = claims[f"OSCE-{row['report_no'].replace('/', '-')}-{row['region'][0]}"]
            assert claim.count.best == float(row["ceasefire_violations"])
            assert claim.place.name == f"{row['region']} region"
            assert (claim.actor, claim.counted) == ("", {"+explosions"})


def test_the_monitors_day_ends_at_the_cut_off_in_kyiv(monitors):
    claim = next(claim for claim in monitors.claims if claim.id == "OSCE-37-2021-D")
    assert str(claim.period) == "2021-02-14T17:30Z to 2021-02-15T17:30Z"
    summer = next(claim for claim in monitors.claims if claim.id == "OSCE-244-2021-D")
    assert str(summer.period.finish).startswith("2021-10-")


def test_no_count_of_the_monitors_is_dropped_in_silence(data, monitors):
    claims = {claim.id: claim for claim in monitors.claims}
    for row in rows_of(data / "osce_smm" / "daily_ceasefire_violations.csv"):
        if row["explosions_included"]:
            name = f"OSCE-{row['report_no'].replace('/', '-')}-{row['region'][0]}"
            kept = f"{name}-expl" in claims or "explosions_included" in dict(claims[name].extras)
            assert kept, name


# The export of geolocated posts ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def posts(data):
    return read_holdings([data / "eyes_on_russia" / "january_2022.csv"])


def test_every_post_of_the_export_comes_in(data, posts):
    rows = rows_of(data / "eyes_on_russia" / "january_2022.csv")
    assert len(posts.claims) == len(rows) == 79
    assert (posts.set_aside, posts.repeated_rows, posts.equivocations) == ((), 0, ())
    assert {claim.partner for claim in posts.claims} == {"CIR"}
    assert sorted((claim.place.point.lat, claim.place.point.lon) for claim in posts.claims) == sorted(
        (float(row["lat"]), float(row["lon"])) for row in rows
    )


def test_a_post_is_its_own_origin_and_dated_by_its_id(posts):
    claim = next(claim for claim in posts.claims if "UW0064" in claim.id)
    assert claim.origins == ("post:x:1488434485884604418",)
    assert str(claim.reported_at).startswith("2022-02-01T")


def test_two_entries_of_one_post_have_one_root(posts):
    by_origin = Counter(claim.origins for claim in posts.claims if claim.origins)
    assert all(len(origins) == 1 for origins in by_origin)


# Mappings of one's own -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "schema"),
        ("[[claim", "TOML"),
        ('schema = "other/1"', "schema"),
        (SCHEMA, r"\[\[claim\]\]"),
        (SCHEMA + '[[claim]]\nclaim_id = "x"\n', "partner"),
        (SCHEMA + CLAIM.replace("date:", "datum:"), "filter"),
        (SCHEMA + CLAIM.replace("{men}", "{men|map:SIZE}"), "map.SIZE"),
        (SCHEMA + CLAIM + '[map.SIZE]\n"(" = "x"\n', "regular expression"),
        (SCHEMA + "claim = 5\n", "claim"),
        (SCHEMA + "map = 5\n" + CLAIM, "map|claim"),
        (SCHEMA + 'include = ["nothing"]\n' + CLAIM, "include"),
        (SCHEMA + 'include = ["../acled"]\n' + CLAIM, "include"),
        (SCHEMA + "let = 5\n" + CLAIM, "claim"),
        (SCHEMA + '[let]\nx = "{no|nonsense}"\n' + CLAIM, "filter"),
        (SCHEMA + '[[headerless]]\ncolumns = "a b"\n' + CLAIM, "shape"),
        (SCHEMA + "[[headerless]]\ncolumns = 'a b'\nshape = { c = 'x' }\n" + CLAIM, "claim"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_by_name(written, text, word):
    file = written(text)
    with pytest.raises(IntakeError, match=word) as caught:
        load(file)
    assert file.name in caught.value.message


def test_a_cell_that_a_filter_cannot_read_is_a_bad_row_and_the_rest_comes_in(tmp_path, written):
    table = tmp_path / "t.csv"
    table.write_text("no,day,men\n1,03/12/2021,5\n2,31/02/2021,5\n3,03/12/2021,\n", encoding="utf-8")
    told = read_holdings([table], Intake(mapping=load(written(SCHEMA + CLAIM))))
    assert [claim.id for claim in told.claims] == ["X-1", "X-3"]
    assert "day: found '31/02/2021'" in told.set_aside[0].because


def test_columns_that_no_template_uses_are_kept_as_extras(tmp_path, written):
    table = tmp_path / "t.csv"
    table.write_text("no,day,men,watch\n1,03/12/2021,5,dog\n", encoding="utf-8")
    (claim,) = read_holdings([table], Intake(mapping=load(written(SCHEMA + CLAIM)))).claims
    assert claim.extras == (("watch", "dog"),)


def test_cells_are_named_once_and_read_by_templates_and_conditions(tmp_path, written):
    text = SCHEMA + '[let]\niso = "{day|date:%d/%m/%Y}"\nnext = "{iso|plus:1d}"\n' + CLAIM.replace(
        "[[claim]]", '[[claim]]\nwhen = ["next"]'
    ).replace("{day|date:%d/%m/%Y}", "{next}")  # fmt: skip
    table = tmp_path / "t.csv"
    table.write_text("no,day,men\n1,31/12/2021,5\n2,32/12/2021,5\n", encoding="utf-8")
    told = read_holdings([table], Intake(mapping=load(written(text))))
    assert [str(claim.reported_at) for claim in told.claims] == ["2022-01-01"]
    assert told.claims[0].extras == ()
    assert "day: found '32/12/2021'" in told.set_aside[0].because


def test_one_row_may_yield_several_claims_under_conditions(tmp_path, written):
    text = SCHEMA + CLAIM.replace("[[claim]]", '[[claim]]\nwhen = ["men", "kind=land"]') + CLAIM.replace(
        "[[claim]]", '[[claim]]\nwhen = ["!men"]'
    ).replace("X-", "Y-")  # fmt: skip
    table = tmp_path / "t.csv"
    table.write_text("no,day,men,kind\n1,03/12/2021,5,land\n2,03/12/2021,,land\n3,03/12/2021,5,sea\n", encoding="utf-8")
    told = read_holdings([table], Intake(mapping=load(written(text))))
    assert [claim.id for claim in told.claims] == ["X-1", "Y-2"]
    assert "nothing to claim" in told.set_aside[0].because


def test_every_shipped_mapping_loads_and_is_chosen_by_its_columns():
    for found in mapping.shipped():
        assert mapping.for_columns(tuple(found.columns)) is found
    assert mapping.for_columns(("claim_id", "partner", "modality", "phenomenon", "reported_at")) is None
    assert mapping.for_columns(("a", "b")) is None
