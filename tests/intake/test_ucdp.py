"""UCDP GED: precision codes, estimates and sources, on made-up rows and on the sample beside a checkout."""

from collections import Counter

import pytest

from consilience.intake.holdings import read_holdings
from tests.intake.rows import GED


@pytest.mark.parametrize(
    ("code", "radius"), [("1", 5), ("2", 25), ("3", 50), ("4", 100), ("5.0", 200), ("6", 500), ("7", 500)]
)
def test_ucdp_where_prec_is_the_radius(one, code, radius):
    assert one(GED, where_prec=code).place.point.radius_km == radius


def test_ucdp_an_event_somewhere_in_a_country_is_in_the_country(one):
    place = one(GED, where_prec="6", country="DR Congo (Zaire)", latitude="-2.5", longitude="23").place
    assert (place.name, place.defects) == ("Congo, Democratic Republic of the", ())
    assert one(GED, where_prec="6", where_coordinates="Chad").place.point.inside == {"tcd"}


def test_ucdp_deaths_are_an_interval(one):
    count = one(GED).count
    assert (count.low, count.best, count.high, count.unit) == (4, 5, 7, "death")


@pytest.mark.parametrize("coded", [("3", "2", "3"), ("18", "18", "17"), ("9", "1", "5")])
def test_ucdp_estimates_in_the_wrong_order_widen_the_interval_and_stay_on_record(one, coded):
    low, best, high = coded
    claim = one(GED, low=low, best=best, high=high)
    numbers = [int(text) for text in coded]
    assert (claim.count.low, claim.count.best, claim.count.high) == (min(numbers), int(best), max(numbers))
    assert dict(claim.extras)["deaths_as_coded"] == f"low {low}, best {best}, high {high}"


@pytest.mark.parametrize(
    ("code", "start", "end", "period"),
    [
        ("1", "2019-03-14", "2019-03-14", "2019-03-14"),
        ("2", "2019-03-14", "2019-03-16", "2019-03-14 to 2019-03-16"),
        ("4", "2019-03-01", "2019-03-31", "2019-03-01 to 2019-03-31"),
        ("4", "2019-03-14", "2019-03-14", "2019-03-01 to 2019-03-31"),
        ("5", "2019-03-14 00:00:00.000", "2019-03-14 00:00:00.000", "2019-01-01 to 2019-12-31"),
    ],
)
def test_ucdp_date_prec_widens_what_start_and_end_do_not(one, code, start, end, period):
    assert str(one(GED, date_prec=code, date_start=start, date_end=end).period) == period


@pytest.mark.parametrize(("code", "path"), [("1", "clash"), ("2.0", "clash"), ("3", "attack")])
def test_ucdp_type_of_violence(one, code, path):
    assert one(GED, type_of_violence=code).phenomenon.path == path


def test_ucdp_was_said_by_its_newest_source_but_never_before_the_event_ended(one):
    assert str(one(GED).reported_at) == "2019-03-17"
    assert str(one(GED, source_date="2018-01-01").reported_at) == "2019-03-14"
    assert str(one(GED, source_date="").reported_at) == "2019-03-14"


def test_ucdp_several_sources_are_several_roots(one):
    assert one(GED).origins == (
        "wire:AFP:bora:2019-03-14",
        "wire:BORA_WATCH:bora:2019-03-14",
        "wire:AFP:patrol-stopped-at-ford:2019-03-16",
        "wire:BORA_WATCH:weekly-list:2019-03-17",
    )


def test_ucdp_sources_of_old_rows_are_read_from_the_article(one):
    old = {"source_office": "", "source_date": "", "source_headline": ""}
    assert one(GED, **old, source_article='Reuters 1989-05-17 "LINES BLOWN UP').source == "Reuters"
    assert one(GED, **old, source_article="Bora Post (29 October 2000): nine killed").source == "Bora Post"


def test_ucdp_sample_comes_in_whole(data):
    told = read_holdings([data / "formats" / "ucdp" / "ucdpged_sample_1000.csv"])
    assert (len(told.claims), told.set_aside, told.equivocations) == (1000, (), ())
    radii = Counter(claim.place.point.radius_km for claim in told.claims)
    assert radii == {5: 475, 25: 232, 50: 140, 100: 105, 200: 35, 500: 13}
    assert sum(bool(claim.actor) for claim in told.claims) == 768
    assert all(claim.origins for claim in told.claims)
    assert all(claim.count.low <= claim.count.best <= claim.count.high for claim in told.claims)
