"""Periods: half-open, in UTC, with the precision of their ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.model.period import Moment, Period, parse_moment

instants = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0)
)


@st.composite
def moments(draw):
    at, is_day = draw(instants), draw(st.booleans())
    return Moment(at.replace(hour=0, minute=0) if is_day else at, is_day)


@st.composite
def periods(draw):
    begin = draw(moments())
    finish = draw(st.one_of(st.none(), moments()))
    if finish is not None and finish.end <= begin.at:
        begin, finish = finish, begin
    return Period(begin, finish)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2021-12-03", "2021-12-03"),
        ("2021-11-22T19:30+02:00", "2021-11-22T17:30Z"),
        ("2021-11-22T19:30Z", "2021-11-22T19:30Z"),
        ("2021-11-22 19:30:15+00:00", "2021-11-22T19:30:15Z"),
        (" 2021-12-03 ", "2021-12-03"),
    ],
)
def test_a_moment_is_read_in_utc_with_its_precision(text, shown):
    assert str(parse_moment(text)) == shown


@pytest.mark.parametrize(
    "text",
    ["31/02/2021", "2021-02-31", "2021-13-01", "03.12.2021", "yesterday", "", "2021", "2021-12", "0000-01-01",
     "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "2021-12-03T25:00Z", "٢٠٢١-١٢-٠٣", "2021-12-03T00:00+99:00"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  any wording, as long as it is a ValueError
        parse_moment(text)


@pytest.mark.parametrize("text", ["2021-11-22T19:30", "2021-11-22 19:30", "2021-11-22T19"])
def test_a_time_without_an_offset_names_no_instant(text):
    with pytest.raises(ValueError, match="offset"):
        parse_moment(text)


def test_the_last_day_of_the_calendar_has_an_end_or_is_refused():
    try:
        last = parse_moment("9999-12-31")
    except ValueError:
        return
    assert Period(parse_moment("2021-12-03"), last).end


@given(moments())
def test_a_moment_is_read_back_as_it_is_written(moment):
    assert parse_moment(str(moment)) == moment


def test_periods_that_meet_at_a_clock_time_do_not_overlap():
    one = Period(parse_moment("2021-12-01T19:30Z"), parse_moment("2021-12-02T19:30Z"))
    two = Period(parse_moment("2021-12-02T19:30Z"), parse_moment("2021-12-03T19:30Z"))
    assert not one.overlaps(two)
    assert one.gap_days(two) == 0


def test_a_day_covers_all_of_itself():
    noon = Period(parse_moment("2021-12-03T12:00Z"), parse_moment("2021-12-03T12:00Z"))
    whole = Period(parse_moment("2021-12-03"), parse_moment("2021-12-03"))
    assert noon.within(whole)
    assert whole.end - whole.start == timedelta(days=1)


@given(periods(), periods())
def test_overlap_and_gap_are_symmetric_and_exclude_each_other(one, two):
    assert one.overlaps(two) == two.overlaps(one)
    assert one.gap_days(two) == two.gap_days(one)
    assert not (one.overlaps(two) and one.gap_days(two))


@given(periods(), periods(), periods())
def test_within_is_a_partial_order(one, two, three):
    assert one.within(one)
    if one.within(two):
        assert one.overlaps(two)
        if two.within(three):
            assert one.within(three)
        if two.within(one):
            assert (one.start, one.end) == (two.start, two.end)
