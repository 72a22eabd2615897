"""Write: a claim written in the native form is read back as the same claim."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.desk import Desk
from consilience.intake.row import COLUMNS
from consilience.intake.setaside import safe_cell
from consilience.intake.write import native_cells

SAME = ("id", "partner", "speaker", "source", "reliability", "credibility", "origins", "modality", "actor", "phenomenon",
        "place", "counted", "period", "reported_at", "count", "text", "url", "marking", "about")  # fmt: skip


def again(claims):
    rows = [[safe_cell(cell) for cell in native_cells(claim)] for claim in claims]
    return Desk.read(
        [pa.table({name: list(cells) for name, cells in zip(COLUMNS, zip(*rows, strict=True), strict=True)})]
    )


def test_the_record_is_written_and_read_back_the_same(winter):
    found = {claim.id: claim for claim in again(winter.holdings.claims).holdings.claims}
    for claim in winter.holdings.claims:
        for name in SAME:
            assert getattr(found[claim.id], name) == getattr(claim, name), (claim.id, name)


def test_the_picture_of_what_was_written_is_the_picture(winter):
    assert again(winter.holdings.claims).picture("2022-01-24").to_json() == winter.picture("2022-01-24").to_json()


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd|x", "@SUM(1)", "-1+1", "'quoted", "a\nb", "|x", "%x"])
@pytest.mark.parametrize("column", ["text", "source", "actor", "marking", "place", "counted"])
def test_a_formula_in_any_cell_comes_back_as_it_was(lay, row, column, text):
    claim = lay(row("A1", **{column: text})).claim("A1")
    (found,) = again([claim]).holdings.claims
    assert all(getattr(found, name) == getattr(claim, name) for name in SAME)


def test_a_point_without_a_name_keeps_its_coordinates(lay, row):
    claim = lay(row("A1", place="", lat="54.58", lon="33.18", radius_km="2")).claim("A1")
    (found,) = again([claim]).holdings.claims
    assert found.place.point is not None
    assert (found.place.point.lat, found.place.point.lon) == (54.58, 33.18)


signs = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), max_size=12)


@settings(max_examples=30)
@given(
    st.fixed_dictionaries(
        {
            "text": signs,
            "source": signs,
            "place": signs.map("x{}".format),
            "best": st.decimals(0, 10**9, places=4).map(str),
        },
        optional={"lat": st.floats(-90, 90).map(repr), "lon": st.floats(-180, 180).map(repr)},
    ).filter(lambda cells: ("lat" in cells) == ("lon" in cells))
)
def test_any_claim_is_written_and_read_back_the_same(table, row, cells):
    for claim in Desk.read([table([row("A1", **cells)])]).holdings.claims:
        (found,) = again([claim]).holdings.claims
        assert all(getattr(found, name) == getattr(claim, name) for name in SAME)
