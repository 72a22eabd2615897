"""Deadlines as people say them: spans, days and moments; each that is left out comes as long after as the one before."""

from datetime import UTC, datetime, timedelta

import pytest

from consilience.errors import UsageError
from consilience.rounds.timetable import deadlines, number_of, time_of

NOW = datetime(2031, 6, 19, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"])
def test_a_time_outside_the_calendar_is_an_error_that_names_its_flag(text):
    with pytest.raises(UsageError, match="--horizon"):
        time_of(text, NOW, "--horizon")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("24h", NOW + timedelta(hours=24)),
        ("+30m", NOW + timedelta(minutes=30)),
        ("2031-06-20", datetime(2031, 6, 20, 23, 59, 59, tzinfo=UTC)),
        ("2031-06-20T14:00+02:00", datetime(2031, 6, 20, 12, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_moment_a_day_or_a_span(text, found):
    assert time_of(text, NOW, "--commit-by") == found


def test_what_is_not_said_comes_as_long_after_as_the_one_before():
    first, second = deadlines(("2h", "", "6h", ""), NOW)
    hours = [(each - NOW) / timedelta(hours=1) for each in (first.commit, first.reveal, second.commit, second.reveal)]
    assert hours == [2, 4, 6, 8]


@pytest.mark.parametrize("times", [("", "", "", ""), ("2031-06-18", "", "", "")], ids=["none", "passed"])
def test_a_first_deadline_is_said_and_lies_ahead_by_the_name_that_the_asker_knows(times):
    with pytest.raises(UsageError) as refused:
        deadlines(times, NOW, ("First answers sealed by", "", "", ""))
    assert refused.value.thing == "First answers sealed by"


@pytest.mark.parametrize("text", ["3_5", "many", ""])
def test_what_is_no_number_as_people_write_it_is_refused(text):
    with pytest.raises(UsageError, match="percent, such as 35"):
        number_of(text, "--p")
