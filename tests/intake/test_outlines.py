"""Outlines: every country of the atlas can be measured, and Crimea lies in Ukraine."""

import pytest

from consilience.errors import IntakeError
from consilience.intake.outlines import FILE, Topology, load_atlas

CODES = sorted(Topology(FILE))
TOO_SMALL = {"VAT"}  # at the detail of the atlas nothing is left of it


@pytest.mark.parametrize("code", [code for code in CODES if code not in TOO_SMALL])
def test_every_country_has_a_valid_outline_and_a_border(code):
    atlas = load_atlas()
    outline = atlas.outline(code)
    assert outline.is_valid
    assert not outline.is_empty
    middle = outline.representative_point()
    assert atlas.contains(code, middle.y, middle.x)
    assert atlas.border_km(code, middle.y, middle.x) is not None


@pytest.mark.parametrize("code", sorted(TOO_SMALL))
def test_a_country_of_which_nothing_is_left_has_no_border(code):
    assert load_atlas().border_km(code, 41.9, 12.45) is None
    assert not load_atlas().contains(code, 41.9, 12.45)


def test_the_world_is_there():
    assert len(CODES) > 200
    assert {"UKR", "RUS", "BLR", "POL", "ROU", "MDA", "GBR", "USA"} <= set(CODES)


def test_a_country_that_the_file_has_in_two_shapes_is_both():
    """Australia's reefs stand after its mainland, and once were all that was left of it."""
    atlas = load_atlas()
    assert atlas.contains("AUS", -35.28, 149.13)
    assert atlas.contains("AUS", -12.43, 123.58)


def test_crimea_was_moved_and_not_copied():
    outlines = Topology(FILE)
    assert outlines["UKR"].intersection(outlines["RUS"]).area < 0.01


@pytest.mark.parametrize("text", ["", "{", "{}", '{"transform": {"scale": [1, 1], "translate": [0, 0]}}'])
def test_a_damaged_file_of_outlines_is_named(tmp_path, text):
    file = tmp_path / "countries.json"
    file.write_text(text)
    with pytest.raises(IntakeError, match="outlines of countries"):
        Topology(file)
