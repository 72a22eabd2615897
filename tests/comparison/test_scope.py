"""Scopes: a limit on one side makes a part, a category more makes a whole, limits both ways cross."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.comparison.scope import Nesting, _compare_counted, compare_scopes

tokens = st.frozensets(st.sampled_from(["+separatists", "+navy", "ground-only", "without-navy"]), max_size=4)


@given(tokens, tokens)
def test_counting_nests_the_same_way_from_both_sides(one, two):
    assert _compare_counted(one, two)[0] is _compare_counted(two, one)[0].reversed


@given(tokens)
def test_one_way_of_counting_is_one_scope(one):
    assert _compare_counted(one, one) == (Nesting.SAME, "")


@pytest.mark.parametrize(
    ("place", "counted", "expected"),
    [
        ("within 200 km of UKR border", "", Nesting.PART),
        ("within 200 km of UKR border", "ground-only", Nesting.PART),
        ("within 400 km of UKR border", "ground-only", Nesting.PART),
        ("within 200 km of UKR border", "+navy", Nesting.CROSSED),
        ("within 400 km of UKR border", "+navy", Nesting.WHOLE),
    ],
)
def test_place_and_counting_nest_together_or_cross(lay, row, place, counted, expected):
    desk = lay(row("A1", place=place, counted=counted), row("B1", place="within 400 km of UKR border"))
    assert compare_scopes(desk.claim("A1"), desk.claim("B1"), desk.geography).nesting is expected
