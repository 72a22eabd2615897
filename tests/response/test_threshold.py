"""Thresholds: declared figures beside them, and probabilities only from who estimates them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.response.threshold import Declaration, declarations, duties, tabled
from tests.response.conftest import end_of

DAY = date(2022, 2, 10)


def test_12800_is_just_below_13000_and_reaches_9000(procedures, record):
    found = {each.threshold.amount: each for each in declarations(procedures, record, end_of("2021-09-09"))}
    assert found[13000].is_just_below
    assert not found[13000].is_reached
    assert found[9000].is_reached
    assert not found[9000].is_just_below


def test_a_declaration_is_not_known_before_it_is_reported(procedures, record):
    assert declarations(procedures, record, end_of("2021-09-08")) == ()


@given(st.floats(0, 30000))
def test_a_figure_is_reached_or_just_below_or_below_and_never_two_of_them(procedures, record, amount):
    for each in declarations(procedures, record, end_of("2021-09-09")):
        one = Declaration(each.said, amount, each.procedure, each.threshold)
        assert not (one.is_reached and one.is_just_below)
        assert one.is_just_below == (0.95 * each.threshold.amount <= amount < each.threshold.amount)


def test_what_nobody_estimated_has_no_probability(procedures):
    found = duties(procedures, DAY, tabled({(DAY, "personnel", 13000.0): 0.97}))
    told = {(each.threshold.unit, each.threshold.amount): each.probability for each in found}
    assert told["personnel", 13000] == 0.97
    assert told["personnel", 9000] is None
    assert {unit for unit, _ in told} == {"personnel", "tank", "acv", "artillery"}


@pytest.mark.parametrize("answer", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(procedures, answer):
    with pytest.raises(ValueError, match="a probability of"):
        duties(procedures, DAY, lambda *_: answer)
