"""Figures are never told finer than they are, and what a holder gave is told as it was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.model.claim import Count
from consilience.release.public.wording import Names, figure, listed, outward


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_an_interval_that_was_reckoned_is_only_ever_widened(one, two):
    low, high = sorted((one, two))
    told = [int(end.replace(",", "")) for end in outward(low, high).split(" to ")]
    assert told[0] <= low
    assert told[1] >= high
    assert all(end < 100 or len(str(end).rstrip("0")) <= 2 for end in told)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (Count(95_000, 100_000, 100_000, "personnel"), "100,000 or less"),
        (Count(100_000, 100_000, 110_000, "personnel"), "100,000 or more"),
        (Count(94_250, 94_300, 94_350, "personnel"), "94,300"),
        (Count(92_000, None, None, "personnel"), "more than 92,000"),
        (Count(169_000, None, 190_000, "personnel"), "169,000–190,000"),
        (Count(250, 250, 250, "km"), "250 km"),
    ],
)
def test_a_figure_is_told_as_it_was_given(count, told):
    assert figure(count) == told


def test_states_are_called_by_their_names_and_others_by_their_codes():
    assert [Names({}).said(code) for code in ("UKR", "USA", "OSCE", "\x1b[2JX")] == [
        "Ukraine", "the United States of America", "OSCE", "\ufffd[2JX",
    ]  # fmt: skip
    assert listed(["a", "b", "c"]) == "a, b and c"
