"""Windows: days of a zone whatever its clocks do, 48 hours that are 48 hours, and words said only where certain."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.model.window import Window, all_day, hull, parse_window

ZONES = ("Europe/Kyiv", "Europe/Moscow", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu",
         "America/Sao_Paulo", "Pacific/Apia", "UTC")  # fmt: skip
DAYS = st.dates(date(1992, 1, 1), date(2036, 12, 31))
NEVER = date(2011, 12, 30)  # Samoa crossed the date line: the day was left out there
TICK = timedelta(microseconds=1)
INSTANTS = st.integers(0, 44 * 366 * 86_400).map(
    lambda second: datetime(1992, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)


@given(DAYS.filter(lambda day: day != NEVER and day + timedelta(days=1) != NEVER), st.sampled_from(ZONES))
def test_days_of_a_zone_follow_each_other_without_gap_or_overlap(day, zone):
    assert all_day(day, zone).latest + TICK == all_day(day + timedelta(days=1), zone).earliest


@pytest.mark.parametrize(("day", "hours"), [("2022-03-26", 24), ("2022-03-27", 23), ("2022-10-30", 25)])
def test_a_day_is_as_long_as_its_zone_makes_it(day, hours):
    window = parse_window(day, "Europe/Kyiv")
    assert window.latest + TICK - window.earliest == timedelta(hours=hours)


@given(INSTANTS, st.floats(0.25, 200))
def test_hours_pass_whatever_clocks_on_walls_do(at, hours):
    for zone in ZONES:
        moved = Window(at, at, zone).hours_later(hours)
        assert moved.earliest - at == timedelta(hours=hours)


def test_48_hours_across_the_change_to_summer_time_end_an_hour_later_on_the_wall():
    asked = parse_window("2022-03-26T10:00+02:00", "Europe/Kyiv")
    assert str(asked.hours_later(48)) == "2022-03-28 11:00 +03:00"


def test_42_days_before_keep_the_day_of_the_calendar_across_the_change():
    begins = parse_window("2022-04-20", "Europe/Kyiv")
    assert begins.days_later(-42).earliest == all_day(date(2022, 3, 9), "Europe/Kyiv").earliest


@pytest.mark.parametrize("written", ["2022-02-11T10:00+02:00", "2022-02-11T08:00Z", "2022-02-11T03:00-05:00"])
def test_one_instant_is_one_window_in_whatever_offset_it_is_written(written):
    assert parse_window(written, "Europe/Kyiv").earliest == datetime(2022, 2, 11, 8, tzinfo=UTC)


@pytest.mark.parametrize("written", ["2022-02-11T10:00", "2022-02-30", "soon", ""])
def test_what_names_no_instant_is_refused(written):
    with pytest.raises(ValueError, match=r".+"):
        parse_window(written, "Europe/Kyiv")


@given(st.lists(INSTANTS, min_size=4, max_size=4))
def test_after_and_by_are_said_only_where_every_choice_of_instants_bears_them_out(four):
    one, other = Window(*sorted(four[:2])), Window(*sorted(four[2:]))
    choices = [(a, b) for a in (one.earliest, one.latest) for b in (other.earliest, other.latest)]
    assert one.is_after(other) == all(a > b for a, b in choices)
    assert one.is_by(other) == all(a <= b for a, b in choices)
    assert not (one.is_after(other) and one.is_by(other))


@given(st.lists(st.tuples(INSTANTS, INSTANTS), min_size=1, max_size=5))
def test_a_hull_holds_every_window_of_it(pairs):
    windows = [Window(*sorted(pair)) for pair in pairs]
    whole = hull(windows)
    assert all(whole.earliest <= one.earliest and one.latest <= whole.latest for one in windows)


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="before its beginning"):
        Window(datetime(2022, 1, 2, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC))


def test_a_day_that_the_zone_left_out_is_refused():
    with pytest.raises(ValueError, match="before its beginning"):
        all_day(NEVER, "Pacific/Apia")
