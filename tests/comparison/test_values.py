"""Intervals: what a count stands for when it is compared, and how far it may have moved since."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.comparison.values import Interval, interval, widened
from consilience.model.claim import Count
from consilience.settings import Settings

SETTINGS = Settings()
amounts = st.floats(0, 1e9, allow_nan=False)


@st.composite
def intervals(draw):
    low, high = sorted([draw(amounts), draw(amounts)])
    return Interval(low, high)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (Count(150, None, None, ""), (150, 187.5)),
        (Count(None, None, 25, ""), (0, 25)),
        (Count(None, 100, None, ""), (100, 100)),
        (Count(95, 100, 105, ""), (95, 105)),
        (Count(90, 100, None, ""), (90, 100)),
    ],
)
def test_a_count_is_compared_as_the_interval_it_states(count, expected):
    found = interval(count, SETTINGS)
    assert (found.low, found.high) == expected


@given(intervals(), intervals())
def test_meeting_is_symmetric(one, two):
    assert one.meets(two) == two.meets(one)


@given(intervals(), st.floats(0, 30))
def test_time_only_widens(one, days):
    reach = widened(one, days, SETTINGS)
    assert reach.low <= one.low
    assert one.high <= reach.high


@given(intervals(), intervals(), st.floats(0, 30))
def test_it_does_not_matter_which_of_two_is_widened(one, two, days):
    """But for the last digit at a bound, growth up by one side is decline by the other."""
    reach, other = widened(one, days, SETTINGS), widened(two, days, SETTINGS)
    near = any(
        abs(a - b) <= 1e-9 * max(a, b, 1)
        for a, b in ((reach.low, two.high), (reach.high, two.low), (other.low, one.high), (other.high, one.low))
    )
    assert near or reach.meets(two) == one.meets(other)
