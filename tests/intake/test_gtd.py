"""GTD: unknown days, unknown dead and rounded ids."""

import pytest

from tests.intake.rows import GED, GTD


@pytest.mark.parametrize(
    ("change", "period"),
    [
        ({}, "2019-03-14"),
        ({"iday": "0"}, "2019-03-01 to 2019-03-31"),
        ({"imonth": "0", "iday": "0"}, "2019-01-01 to 2019-12-31"),
        ({"imonth": "2", "iday": "0"}, "2019-02-01 to 2019-02-28"),
    ],
)
def test_gtd_a_day_or_month_of_zero_is_unknown(one, change, period):
    claim = one(GTD, **change)
    assert str(claim.period) == period
    assert claim.reported_at == claim.period.finish


@pytest.mark.parametrize("cell", ["-99", "-99.0", "-9", "", "NA"])
def test_gtd_unknown_deaths_are_not_none_dead(one, cell):
    assert one(GTD, nkill=cell).count is None


def test_gtd_none_dead_is_none_dead(one):
    assert one(GTD, nkill="0").count.best == 0


@pytest.mark.parametrize(("code", "radius"), [("1", 5), ("2", 50), ("3", 50), ("4", 100), ("5", 500)])
def test_gtd_specificity_is_the_radius(one, code, radius):
    assert one(GTD, specificity=code).place.point.radius_km == radius


def test_gtd_near_the_town_is_not_in_it(one):
    assert one(GTD, vicinity="1").place.point.radius_km == 25
    assert one(GTD, vicinity="1", specificity="4").place.point.radius_km == 100
    assert one(GTD, vicinity="-9").place.point.radius_km == 5


def test_gtd_an_attack_without_a_point_keeps_the_name(one):
    place = one(GTD, specificity="5", latitude="", longitude="", city="Unknown").place
    assert (place.name, place.point) == ("Lac", None)


def test_gtd_ids_that_a_spreadsheet_rounded_are_set_aside(read):
    told = read(GTD, {}, {"eventid": "2.01903E+11"})
    assert [claim.id for claim in told.claims] == ["GTD-201903140007"]
    assert "spreadsheet" in told.set_aside[0].because


def test_gtd_cites_articles_and_shares_them_with_ucdp(one):
    origins = set(one(GTD).origins)
    assert origins == {"wire:AFP:bora:2019-03-14", "wire:AFP:patrol-stopped-at-ford:2019-03-16"}
    assert origins <= set(one(GED).origins)


@pytest.mark.parametrize(("code", "path"), [("1", "attack/assassination"), ("3.0", "attack/bombing"), ("9", "attack")])
def test_gtd_kinds_of_attack(one, code, path):
    assert one(GTD, attacktype1=code).phenomenon.path == path
