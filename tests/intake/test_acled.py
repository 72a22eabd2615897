"""ACLED: each trap by name, on rows that are made up: ACLED lets nobody pass its own on."""

import pytest

from tests.intake.rows import ACLED


def test_acled_actors_have_no_direction_in_a_battle(one):
    assert one(ACLED).actor == "TCD"
    assert one(ACLED, actor1=ACLED["actor2"], actor2=ACLED["actor1"]).actor == "TCD"


def test_acled_the_state_that_is_struck_is_not_the_one_who_strikes(one):
    change = {"event_type": "Explosions/Remote violence", "sub_event_type": "Suicide bomb"}
    assert one(ACLED, **change).actor == ""
    assert one(ACLED, **change, actor1="Police Forces of Chad (2021-) Gendarmerie").actor == "TCD"


@pytest.mark.parametrize(
    ("precision", "period"),
    [("1", "2019-03-14"), ("2", "2019-03-11 to 2019-03-17"), ("3", "2019-03-01 to 2019-03-31"), ("3.0", "2019-03-01 to 2019-03-31")],
)  # fmt: skip
def test_acled_time_precision_widens_the_period(one, precision, period):
    assert str(one(ACLED, time_precision=precision).period) == period


@pytest.mark.parametrize(("precision", "radius"), [("1", 5), ("2", 25), ("3", 100), ("", 100)])
def test_acled_geo_precision_is_the_radius(one, precision, radius):
    assert one(ACLED, geo_precision=precision).place.point.radius_km == radius


@pytest.mark.parametrize("date", ["14 March 2019", "14-Mar-2019", "14-Mar-19", "14/03/2019", "2019-03-14"])
def test_acled_dates_of_every_edition(one, date):
    assert str(one(ACLED, event_date=date).period) == "2019-03-14"


def test_acled_says_when_it_uploaded_and_else_the_end_of_the_event_is_taken_and_said_to_be(one):
    assert str(one(ACLED).reported_at) == "2019-03-19T12:53:20Z"
    claim = one(ACLED, timestamp="", time_precision="2")
    assert str(claim.reported_at) == "2019-03-17"
    assert "not given" in dict(claim.extras)["reported_at_is"]


def test_acled_gives_one_number_and_a_blank_is_none(one):
    assert (one(ACLED).count.low, one(ACLED).count.best, one(ACLED).count.unit) == (None, 4, "death")
    assert one(ACLED, fatalities="").count is None


@pytest.mark.parametrize(
    ("event", "sub", "path"),
    [
        ("Battles", "Government regains territory", "clash/territory"),
        ("Explosions/Remote violence", "Air/drone strike", "attack/air-strike"),
        ("Explosions/Remote violence", "Something new", "attack"),
        ("Violence against civilians", "Attack", "attack"),
        ("Riots", "Mob violence", "incident/riot"),
        ("Strategic developments", "Agreement", "incident/agreement"),
        ("Battle-No change of territory", "", "clash"),
        ("Riots/Protests", "", "incident/protest"),
        ("Never heard of", "", "incident"),
    ],
)
def test_acled_kinds_of_event(one, event, sub, path):
    assert one(ACLED, event_type=event, sub_event_type=sub).phenomenon.path == path


@pytest.mark.parametrize(
    ("column", "cell"),
    [("time_precision", "4"), ("geo_precision", "9"), ("event_date", "2019-02-30"), ("fatalities", "several"), ("latitude", "125")],
)  # fmt: skip
def test_acled_a_row_that_cannot_be_read_is_set_aside_by_name(read, column, cell):
    told = read(ACLED, {}, {"event_id_cnty": "XYZ18", column: cell})
    assert [claim.id for claim in told.claims] == ["ACLED-XYZ17"]
    (bad,) = told.set_aside
    assert (bad.row, cell in bad.because) == (3, True)
