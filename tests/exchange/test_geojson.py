"""GeoJSON: features become rows, shapes become circles that cover them, and what is no degree is refused by name."""

import json
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from consilience.errors import IntakeError
from consilience.exchange.document import FORMATS
from consilience.exchange.geojson import GeometryError, middle
from consilience.intake.holdings import Intake, read_holdings
from consilience.intake.mapping import load
from consilience.model.atlas import sphere_km
from tests.intake.rows import ACLED

NATIVE = {"partner": "OURS", "modality": "observed", "phenomenon": "attack", "reported_at": "2021-12-03", "period_from": "2021-12-03", "period_to": "2021-12-03", "best": 3, "unit": "death"}  # fmt: skip


def feature(geometry, number=1, **properties):
    return {"type": "Feature", "id": f"F{number}", "geometry": geometry, "properties": {**NATIVE, **properties}}


def point(lon, lat):
    return {"type": "Point", "coordinates": [lon, lat]}


@pytest.fixture
def read(tmp_path):
    def make(*features, how=None, **members):
        file = tmp_path / "places.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features, **members}), encoding="utf-8")
        return read_holdings([file], how or Intake(formats=FORMATS))

    return make


def test_features_with_native_properties_are_claims(read):
    told = read(feature(point(36.5, 50.5), place="Bora"), feature(point(36.6, 50.5), 2, claim_id="X2", radius_km=4))
    first, second = told.claims
    assert (first.id, second.id) == ("F1", "X2")
    assert (first.place.name, first.place.point.lat, first.place.point.lon) == ("Bora", 50.5, 36.5)
    assert (first.place.point.radius_km, second.place.point.radius_km) == (1, 4)
    assert first.count.best == 3


def test_longitude_comes_first_and_what_was_swapped_beyond_doubt_is_set_aside(read):
    told = read(feature(point(50.5, 136.5)), feature(point(36.5, 50.5), 2))
    assert [claim.id for claim in told.claims] == ["F2"]
    assert (told.set_aside[0].row, "longitude first" in told.set_aside[0].because) == (1, True)


def test_an_area_is_its_middle_with_a_radius_that_covers_it(read):
    ring = [[36, 50], [37, 50], [37, 51], [36, 51], [36, 50]]
    (claim,) = read(feature({"type": "Polygon", "coordinates": [ring]}, radius_km=1)).claims
    site = claim.place.point
    assert (round(site.lat, 1), round(site.lon, 1)) == (50.5, 36.5)
    assert 65 < site.radius_km < 67


def test_a_shape_across_the_180th_meridian_is_small(read):
    parts = [[[[179, 10], [180, 10], [180, 11], [179, 10]]], [[[-180, 10], [-179, 10], [-180, 11], [-180, 10]]]]
    spot = middle({"type": "MultiPolygon", "coordinates": parts})
    assert abs(spot.lon) > 179.5
    assert spot.radius_km < 150


def test_a_cap_around_the_pole_is_covered():
    ring = [[-180, 70], [180, 70], [180, 90], [-180, 90], [-180, 70]]
    spot = middle({"type": "Polygon", "coordinates": [ring]})
    assert sphere_km(spot.lat, spot.lon, 70, 0) <= spot.radius_km
    assert sphere_km(spot.lat, spot.lon, 70, 180) <= spot.radius_km


@given(
    st.lists(st.tuples(st.floats(-170, 170), st.floats(-85, 85)), min_size=3, max_size=8, unique=True),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_every_point_of_a_shape_lies_in_its_circle(points, along, across):
    ring = [list(point) for point in (*points, points[0])]
    spot = middle({"type": "Polygon", "coordinates": [ring]})
    hull = shape({"type": "Polygon", "coordinates": [ring]})
    west, south, east, north = hull.bounds
    if spot.radius_km is None or east - west > 120:  # a hemisphere's outline is nearer to its middle than its inside
        return
    at = Point(west + along * (east - west), south + across * (north - south))
    edge = hull.exterior.interpolate(along, normalized=True)
    inside = [(edge.x, edge.y)] + ([(at.x, at.y)] if hull.is_valid and hull.covers(at) else [])
    for lon, lat in inside:
        assert sphere_km(spot.lat, spot.lon, lat, lon) <= spot.radius_km + 1.0


def test_a_feature_without_a_geometry_is_a_claim_without_a_point(read):
    (claim,) = read(feature(None, place="Bora")).claims
    assert (claim.place.name, claim.place.point) == ("Bora", None)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": ["36", "50"]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point"},
        {"type": "Polygon", "coordinates": [[[36, 50], 5]]},
        {"type": "GeometryCollection", "geometries": []},
        {"type": "Point", "coordinates": [36]},
        {"type": "Point", "coordinates": {"lon": 36}},
        "POINT (36 50)",
    ],
)
def test_a_geometry_that_is_none_sets_its_feature_aside(read, geometry):
    told = read(feature(geometry), feature(point(36.5, 50.5), 2))
    assert ([claim.id for claim in told.claims], told.set_aside[0].row) == (["F2"], 1)
    assert "geometry" in told.set_aside[0].because


def test_deep_nesting_is_refused():
    geometry = {"type": "Point", "coordinates": [1, 2]}
    for _ in range(20):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    with pytest.raises(GeometryError):
        middle(geometry)


def test_what_is_no_feature_among_features_is_set_aside(read):
    told = read(feature(point(36.5, 50.5)), point(36.5, 50.5), None)
    assert len(told.claims) == 1
    assert [bad.row for bad in told.set_aside] == [2, 3]


def test_coordinates_in_metres_are_refused(read):
    system = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    with pytest.raises(IntakeError, match="WGS 84"):
        read(feature(point(36.5, 50.5)), crs=system)
    system["properties"]["name"] = "urn:ogc:def:crs:OGC:1.3:CRS84"
    assert read(feature(point(36.5, 50.5)), crs=system).claims


def test_a_collection_without_features_is_refused(tmp_path):
    file = tmp_path / "x.json"
    file.write_text('{"type": "FeatureCollection"}', encoding="utf-8")
    with pytest.raises(IntakeError, match="features"):
        read_holdings([file], Intake(formats=FORMATS))


def test_properties_under_other_names_come_in_through_a_mapping(read, tmp_path):
    file = tmp_path / "theirs.toml"
    file.write_text(
        'schema = "consilience.mapping/1"\n[[claim]]\nclaim_id = "T-{ref}"\npartner = "THEIRS"\nmodality = "observed"\n'
        'phenomenon = "attack"\nreported_at = "{day}"\nlat = "{lat}"\nlon = "{lon}"\nradius_km = "{radius_km}"\n',
        encoding="utf-8",
    )
    theirs = {"type": "Feature", "geometry": point(36.5, 50.5), "properties": {"ref": 7, "day": "2021-12-03", "sure": True, "with": ["a"]}}  # fmt: skip
    (claim,) = read(theirs, how=Intake(formats=FORMATS, mapping=load(file))).claims
    assert (claim.id, claim.place.point.lat) == ("T-7", 50.5)
    assert dict(claim.extras) == {"sure": "true", "with": '["a"]'}


def test_features_of_a_known_format_need_no_mapping_and_have_their_point_in_the_geometry(read):
    cells = {name: cell for name, cell in ACLED.items() if name not in ("latitude", "longitude")}
    (claim,) = read({"type": "Feature", "geometry": point(15.25, 12.5), "properties": cells}).claims
    assert (claim.partner, claim.place.point.lat, claim.place.point.radius_km) == ("ACLED", 12.5, 5)


def test_properties_without_native_names_say_what_is_missing(read):
    with pytest.raises(IntakeError, match="claim_id"):
        read({"type": "Feature", "geometry": point(36.5, 50.5), "properties": {"name": "x"}})


def test_a_shape_of_one_point_has_no_radius_of_its_own():
    assert middle({"type": "MultiPoint", "coordinates": [[36, 50], [36, 50]]}).radius_km is None
    assert middle({"type": "LineString", "coordinates": [[36, 50, 120], [36, 51, 90]]}).radius_km < inf
