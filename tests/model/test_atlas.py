"""Outlines and distances: the borders of the record, Crimea, and the corners of the globe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.intake.outlines import load_atlas
from consilience.model.atlas import distance_km, sphere_km

ATLAS = load_atlas()
latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


@pytest.mark.parametrize(
    ("place", "lat", "lon", "km"),
    [
        ("Yelnya", 54.58, 33.18, 246),
        ("Zyabrovka", 52.31, 31.16, 25),
        ("Rechitsa", 52.36, 30.39, 50),
        ("Valuyki", 50.21, 38.10, 18),
        ("Pogonovo", 51.47, 39.40, 175),
        ("Kursk", 51.73, 36.19, 97),
    ],
)
def test_distances_to_the_border_of_ukraine_are_those_measured_by_others(place, lat, lon, km):
    assert ATLAS.border_km("UKR", lat, lon) == pytest.approx(km, abs=2), place


@pytest.mark.parametrize(("lat", "lon"), [(45.1, 34.1), (44.6, 33.5), (45.35, 36.45), (48.0, 37.8), (50.45, 30.5)])
def test_crimea_donetsk_and_kyiv_lie_in_ukraine_and_nowhere_else(lat, lon):
    assert ATLAS.contains("UKR", lat, lon)
    assert not ATLAS.contains("RUS", lat, lon)


def test_the_border_of_ukraine_does_not_run_along_the_isthmus_of_crimea():
    assert ATLAS.border_km("RUS", 46.1, 33.8) > 100


@pytest.mark.parametrize(("lat", "lon"), [(90, 0), (-90, 0), (0, 180), (0, -180), (66, 180), (66, -180), (0, 0)])
@pytest.mark.parametrize("country", ["UKR", "RUS", "USA", "FJI", "ATA", "FRA"])
def test_poles_and_the_antimeridian_do_not_crash(country, lat, lon):
    found = ATLAS.border_km(country, lat, lon)
    assert found is None or 0 <= found <= 20_040
    ATLAS.contains(country, lat, lon)


def test_both_sides_of_the_antimeridian_are_one_place():
    assert ATLAS.border_km("RUS", 66, 180) == pytest.approx(ATLAS.border_km("RUS", 66, -180), abs=1)
    assert sphere_km(10, 179.9, 10, -179.9) < 25
    assert distance_km(10, 179.9, 10, -179.9) < 25


def test_the_nearest_border_is_found_across_the_antimeridian():
    """Fiji's islands lie on both sides; a ship a degree east of the line is near those to its west."""
    assert ATLAS.border_km("FJI", -16.5, -179.0) < 200
    assert ATLAS.border_km("RUS", 66.0, -168.5) < 150


def test_a_country_without_an_outline_has_no_distance():
    assert ATLAS.border_km("XXX", 50, 30) is None
    assert ATLAS.gap_km("UKR", "XXX") is None
    assert not ATLAS.contains("XXX", 50, 30)


@given(latitudes, longitudes, latitudes, longitudes)
def test_the_sphere_is_close_to_the_ellipsoid_and_symmetric(lat1, lon1, lat2, lon2):
    near = sphere_km(lat1, lon1, lat2, lon2)
    assert near == pytest.approx(distance_km(lat1, lon1, lat2, lon2), rel=0.006, abs=0.01)
    assert near == pytest.approx(sphere_km(lat2, lon2, lat1, lon1), abs=1e-6)


@given(latitudes, longitudes)
def test_any_point_has_a_distance_to_any_border(lat, lon):
    assert 0 <= ATLAS.border_km("UKR", lat, lon) <= 20_040


@given(st.floats(44, 53), st.floats(22, 41))
def test_a_border_is_as_near_as_the_triangle_allows(lat, lon):
    """Moving a point by d km moves its distance to the border by d at most."""
    moved = ATLAS.border_km("UKR", lat + 0.1, lon)
    assert abs(ATLAS.border_km("UKR", lat, lon) - moved) <= sphere_km(lat, lon, lat + 0.1, lon) + 0.1


@pytest.mark.parametrize(
    ("one", "two", "km"),
    [("MDA", "UKR", 104), ("BLR", "UKR", 490), ("UKR", "UKR", 225), ("LSO", "ZAF", 72)],  # the last two by their inside
)
def test_a_country_reaches_so_far_from_a_border(one, two, km):
    assert ATLAS.farthest_km(one, two) == pytest.approx(km, rel=0.03)


@given(st.floats(51.3, 56.1), st.floats(23.3, 32.7))
def test_no_point_of_a_country_lies_further_from_a_border_than_it_reaches(lat, lon):
    if ATLAS.contains("BLR", lat, lon):
        assert ATLAS.border_km("UKR", lat, lon) <= ATLAS.farthest_km("BLR", "UKR")


def test_how_far_a_country_reaches_is_unknown_without_its_outline():
    assert ATLAS.farthest_km("XXX", "UKR") is None
    assert ATLAS.farthest_km("UKR", "XXX") is None
