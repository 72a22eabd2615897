"""Extents: how two places lie, the same from both sides; geometry, and a table for what it cannot say."""

from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.intake import gazetteer
from consilience.intake.place import Coordinates, PlaceReader
from consilience.intake.scenario import shipped_places
from consilience.model.extent import Extent, Geography

GAZETTEER = gazetteer.load(*shipped_places())
READER = PlaceReader(GAZETTEER)
GEOGRAPHY = Geography(GAZETTEER.atlas, 300.0)
NAMES = [
    "", "UKR border", "UKR border and Crimea", "UKR border and Belarus", "within 200 km of UKR border",
    "within 400 km of UKR border", "200-400 km of UKR border", "beyond 300 km of UKR border", "Belarus", "Russia", "Ukraine",
    "Crimea", "Donbas", "Luhansk region", "Donetsk region", "Stanytsia Luhanska", "Smolensk region", "Yelnya", "Pogonovo",
    "Gomel region", "Kyiv", "RUS-BLR border", "Fiji", "Antarctica", "Nowhereville", "Yelnya, Belarus", "Black Sea", "France",
]  # fmt: skip


def extent(one, two):
    return GEOGRAPHY.extent(READER.read(one, None), READER.read(two, None))[0]


@pytest.mark.parametrize(("one", "two"), list(combinations_with_replacement(NAMES, 2)))
def test_extent_is_the_same_from_both_sides(one, two):
    assert extent(one, two) is extent(two, one).reversed


@given(*(st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 20_000)) for _ in range(2)))
def test_extent_of_points_is_the_same_from_both_sides(one, two):
    places = [READER.read("", Coordinates(*values)) for values in (one, two)]
    assert GEOGRAPHY.extent(*places)[0] is GEOGRAPHY.extent(*places[::-1])[0].reversed


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 20_000), st.sampled_from(NAMES))
def test_a_point_and_a_name_never_crash(lat, lon, radius, name):
    site = READER.read("", Coordinates(lat, lon, radius))
    named = READER.read(name, None)
    assert GEOGRAPHY.extent(site, named)[0] is GEOGRAPHY.extent(named, site)[0].reversed
    assert GEOGRAPHY.extent(site, READER.read(name, Coordinates(lat, lon, radius)))[1]


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("Stanytsia Luhanska", "Luhansk region"),
        ("Luhansk region", "Donbas"),
        ("Donetsk region", "Donbas"),
        ("Stanytsia Luhanska", "Donbas"),
        ("Donbas", "Ukraine"),
        ("Kyiv", "Ukraine"),
        ("Crimea", "Ukraine"),
        ("Mityakinskaya", "Rostov region"),
        ("Yelnya", "Smolensk region"),
        ("within 200 km of UKR border", "within 400 km of UKR border"),
        ("Gomel region", "Belarus"),
        ("Crimea", "Crimea, Belarus and Smolensk region"),
    ],
)
def test_what_lies_within_what(inner, outer):
    assert extent(inner, outer) is Extent.WITHIN


@pytest.mark.parametrize(
    ("one", "two"),
    [("Belarus", "Russia"), ("Crimea", "Russia"), ("Donetsk region", "Luhansk region"), ("France", "UKR border"),
     ("within 200 km of UKR border", "200-400 km of UKR border"), ("Fiji", "within 400 km of UKR border")],
)  # fmt: skip
def test_what_does_not_meet(one, two):
    assert extent(one, two) is Extent.APART


@pytest.mark.parametrize(
    "other", ["UKR border and Crimea", "UKR border and Belarus", "within 200 km of UKR border", ""]
)
def test_a_border_that_does_not_say_where_it_ends_is_vague(other):
    assert extent("UKR border", other) is Extent.VAGUE


def test_a_name_that_no_gazetteer_knows_equals_only_itself():
    assert extent("Nowhereville", "nowhereville") is Extent.EQUAL
    assert extent("Nowhereville", "Elsewhere") is Extent.UNSHOWN


def test_yelnya_and_pogonovo_count_as_near_the_border():
    assert extent("Yelnya", "UKR border").meets
    assert extent("Pogonovo", "UKR border").meets


@pytest.mark.parametrize("country", ["Russia", "Belarus", "Poland", "Ukraine", "France"])
@pytest.mark.parametrize(
    "band", ["within 400 km of UKR border", "beyond 300 km of UKR border", "200-400 km of UKR border"]
)
def test_no_country_contains_a_band_that_runs_along_the_whole_border(country, band):
    assert extent(country, band) is not Extent.CONTAINS


@pytest.mark.parametrize(
    ("country", "band", "expected"),
    [
        ("Moldova", "within 200 km of UKR border", Extent.WITHIN),
        ("Belarus", "within 400 km of UKR border", Extent.OVERLAPS),  # it reaches 490 km
        ("Belarus", "within 500 km of UKR border", Extent.WITHIN),
        ("Moldova", "200-400 km of UKR border", Extent.APART),
        ("Moldova", "beyond 300 km of UKR border", Extent.APART),
        ("Ukraine", "within 400 km of UKR border", Extent.OVERLAPS),
        ("Ukraine", "beyond 300 km of UKR border", Extent.APART),
        ("Moldova", "UKR border", Extent.WITHIN),
    ],
)
def test_a_country_reaches_as_far_from_a_border_as_its_outline_does(country, band, expected):
    assert extent(country, band) is expected
