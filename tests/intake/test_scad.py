"""SCAD: unknown dead, spans of days, and one event in several towns."""

import pytest

from tests.intake.rows import SCAD


@pytest.mark.parametrize("cell", ["-99", "-88", "-77", ""])
def test_scad_unknown_deaths_are_not_none_dead(one, cell):
    claim = one(SCAD, ndeath=cell)
    assert claim.count is None
    assert dict(claim.extras).get("ndeath", "") == cell


def test_scad_start_and_end(one):
    assert str(one(SCAD).period) == "2019-03-14 to 2019-03-15"
    assert str(one(SCAD, stday="-99", eday="-99").period) == "2019-03-01 to 2019-03-31"


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("1", "incident/protest"),
        ("4", "incident/riot"),
        ("5", "incident/strike"),
        ("7", "attack/repression"),
        ("8", "attack"),
        ("9", "clash"),
        ("10", "clash"),
    ],
)
def test_scad_types_of_event(one, code, path):
    assert one(SCAD, etype=code).phenomenon.path == path


def test_scad_one_event_in_two_towns_is_one_root(read):
    told = read(SCAD, {}, {"elocal": "Mani", "latitude": "12.7", "longitude": "14.7"})
    assert [claim.id for claim in told.claims] == ["SCAD-4830017-bora", "SCAD-4830017-mani"]
    assert len({claim.origins for claim in told.claims}) == 1
    assert not told.equivocations


@pytest.mark.parametrize(("code", "radius"), [("1", 10), ("3", 25), ("6", 100), ("-99", 500)])
def test_scad_the_kind_of_place_is_the_radius(one, code, radius):
    assert one(SCAD, locnum=code).place.point.radius_km == radius
