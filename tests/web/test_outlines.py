"""The land beneath the map: small, and with Crimea where the General Assembly has it."""

import gzip
import json

import pytest
from shapely import Point, Polygon

from consilience.errors import ConsilienceError
from consilience.web.outlines import outlines
from consilience.web.plot import home_box, whole_box


@pytest.fixture(scope="module")
def land(desk):
    claims = desk.holdings.claims
    return outlines(home_box(claims), whole_box(claims))


def polygons(land, name):
    """Decoded as the map's script does it."""
    (country,) = [country for country in land["countries"] if country["name"] == name]
    for ring in country["rings"]:
        x = y = 0
        points = []
        for dx, dy in zip(ring[::2], ring[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x * land["step"], y * land["step"]))
        yield Polygon(points)


def test_crimea_is_in_ukraine(land):
    simferopol = Point(34.1, 45.0)
    assert any(polygon.covers(simferopol) for polygon in polygons(land, "Ukraine"))
    assert not any(polygon.covers(simferopol) for polygon in polygons(land, "Russia"))


def test_capitals_are_in_their_countries(land):
    for name, lon, lat in (("Ukraine", 30.5, 50.4), ("Belarus", 27.6, 53.9), ("Russia", 37.6, 55.75)):
        assert any(polygon.covers(Point(lon, lat)) for polygon in polygons(land, name)), name


def test_no_outline_jumps_across_the_map(land):
    for country in land["countries"]:
        for ring in country["rings"]:
            assert max(map(abs, ring[2::2])) * land["step"] < 40, country["name"]


def test_first_load_can_afford_it(land):
    assert len(gzip.compress(json.dumps(land, separators=(",", ":")).encode())) < 40_000


def test_situation_is_in_view(land, desk):
    west, south, east, north = land["home"]
    assert west < 34.1 < east
    assert south < 48 < north


def test_claims_without_places_show_the_world():
    box = home_box([])
    assert box == whole_box([])
    assert len(outlines(box, box)["countries"]) > 200


def test_missing_file_says_how_to_get_it(tmp_path):
    with pytest.raises(ConsilienceError, match="Reinstall"):
        outlines((0, 0, 1, 1), (0, 0, 1, 1), tmp_path / "none.json")
