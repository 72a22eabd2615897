"""The desk: a point in time in any of its forms, claims by id, and pictures drawn once."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from consilience.comparison import links
from consilience.desk import Desk, moment
from consilience.errors import UnknownClaimError, UsageError
from consilience.model.period import parse_moment


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2021-12-06", "2021-12-06"),
        (date(2021, 12, 6), "2021-12-06"),
        (datetime(2021, 12, 6, 10, tzinfo=UTC), "2021-12-06T10:00Z"),
        (datetime(2021, 12, 6, 10, tzinfo=timezone(timedelta(hours=2))), "2021-12-06T08:00Z"),
        ("2021-12-06T10:00+02:00", "2021-12-06T08:00Z"),
        (parse_moment("2021-12-06"), "2021-12-06"),
        (None, "None"),
    ],
)
def test_a_point_in_time_in_any_of_its_forms(given, shown):
    assert str(moment(given)) == shown


@pytest.mark.parametrize("given", ["", "soon", "2021-12-06T10:00", "06.12.2021", datetime(2021, 12, 6)])  # noqa: DTZ001
def test_what_is_no_point_in_time_is_refused(given):
    with pytest.raises(UsageError, match="as of"):
        moment(given)


def test_pictures_are_drawn_once_and_kept(winter):
    assert winter.picture("2021-12-06") is winter.picture(date(2021, 12, 6))


def test_the_links_of_a_picture_are_those_that_it_was_drawn_by_and_are_not_made_twice(winter, monkeypatch):
    again = links.Links(winter.picture(), winter.settings)
    desk = Desk(winter.holdings)
    desk.picture()
    with monkeypatch.context() as patched:
        patched.setattr(links, "link_claims", None)  # which would link again
        found = desk.links()
    assert (found.unsettled, found.wholes) == (again.unsettled, again.wholes)
    desk.picture("2021-12-06")
    earlier = Desk(winter.holdings)
    assert desk.links("2021-12-06").unsettled == earlier.links("2021-12-06").unsettled


def test_an_unknown_id_suggests_ids_spelt_alike(winter):
    with pytest.raises(UnknownClaimError, match="C042"):
        winter.claim("c042x"[:4])


def test_the_days_are_those_on_which_something_was_reported(winter):
    assert list(winter.reported_days) == sorted(set(winter.reported_days))
    assert winter.reported_days[0] <= date(2021, 4, 1)
