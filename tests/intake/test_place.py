"""Place names as people write them: borders, bands, unions, hierarchies; and names that contradict the map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.intake import gazetteer
from consilience.intake.place import Coordinates, PlaceReader
from consilience.intake.scenario import shipped_places
from consilience.model.place import Band, Border, Named, Site

READER = PlaceReader(gazetteer.load(*shipped_places()))


def read(name, point=None):
    return READER.read(name, point)


@pytest.mark.parametrize(
    "name",
    ["UKR border", "near UKR border", "border of Ukraine", "the Ukrainian border", "Ukraine's border", "near Ukraine",
     "along the border with Ukraine", "Ukraine\u2019s borders", "UKRAINE BORDER"],
)  # fmt: skip
def test_one_vague_border_however_it_is_said(name):
    assert read(name).parts == {Border("UKR")}


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("within 200 km of UKR border", 0, 200),
        ("within 200 kilometres of the Ukrainian border", 0, 200),
        ("200-400 km of UKR border", 200, 400),
        ("200–400 km from the border of Ukraine", 200, 400),
        ("beyond 300 km of UKR border", 300, float("inf")),
    ],
)
def test_a_band_states_its_limits(name, low, high):
    assert read(name).parts == {Band("UKR", low, high)}


def test_a_border_with_its_side():
    assert read("BLR-UKR border").parts == {Border("UKR", "BLR")}


def test_a_union_is_its_parts():
    parts = {part.key for part in read("UKR border and Crimea").parts}
    assert parts == {"UKR border", "crimea"}


def test_a_plural_is_given_to_each():
    assert {part.key for part in read("Bryansk and Kursk regions").parts} == {"bryansk region", "kursk region"}


@pytest.mark.parametrize(
    ("one", "two"),
    [("Smolensk oblast", "Smolensk region"), ("Yel'nya", "Yelnya"), ("YELNYA", "Yelnya"), ("The Donbas", "Donbas")],
)  # fmt: skip
def test_one_place_under_many_spellings(one, two):
    assert read(one).parts == read(two).parts


def test_a_name_that_the_gazetteer_has_elsewhere_is_a_defect():
    assert any("gazetteer" in defect for defect in read("Yelnya, Belarus").defects)
    assert not read("Yelnya, Smolensk region").defects


def test_coordinates_far_from_the_name_are_a_defect():
    assert any("km away" in defect for defect in read("Yelnya", Coordinates(45.0, 34.0, 1)).defects)
    assert not read("Yelnya", Coordinates(54.6, 33.2, 1)).defects


def test_an_unknown_name_is_kept_as_it_is():
    (part,) = read("Nowhereville").parts
    assert isinstance(part, Named)
    (site,) = read("Nowhereville", Coordinates(50, 30, None)).parts
    assert isinstance(site, Site)
    assert (site.lat, site.lon) == (50, 30)


def test_no_place_is_unknown():
    assert read("").is_unknown
    assert read("   ").is_unknown


@given(
    st.text(max_size=40),
    st.one_of(st.none(), st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 500))),
)
def test_any_name_is_a_place(name, point):
    place = read(name, point)
    assert place == PlaceReader(READER.gazetteer).read(name, point)
    assert place.scope_key == read(name, point).scope_key


words = st.sampled_from(
    [
        "near",
        "UKR",
        "Ukraine",
        "border",
        "and",
        ",",
        "200",
        "km",
        "of",
        "within",
        "Crimea",
        "(",
        ")",
        "region",
        "in",
        "-",
    ]
)


@given(st.lists(words, max_size=9).map(" ".join))
def test_any_words_of_the_trade_are_a_place(name):
    stated = " ".join(name.split())
    assert read(name, None).name == stated
    assert bool(read(name, None).parts) == bool(stated)
    assert read(name, Coordinates(50, 30, 5)).parts


@pytest.mark.parametrize(
    "name",
    [
        "(" * 5000,
        "near " * 3000,
        "a, " * 3000,
        "A (in " * 2000,
    ],
)
def test_a_name_that_goes_on_and_on_is_still_read(name):
    found = read(name)
    assert found.name == " ".join(name.split())
    assert found.parts
