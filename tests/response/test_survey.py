"""Statements on surveys: an order counts where it is wider than chance, and an unknown number asked is said."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.errors import UsageError
from consilience.intake.survey import read_surveys
from consilience.model.check import Result, Side
from consilience.response.polled import understand_survey
from consilience.response.survey import FEWEST, check_survey, fewest, margin


@pytest.fixture(scope="module")
def polls(scenario):
    return read_surveys(scenario)


@pytest.fixture
def ask(polls):
    def find(text, as_of=None):
        return check_survey(understand_survey(text, polls), polls, as_of)

    return find


def test_number_one_is_contradicted_where_another_answer_stands_above_it(ask):
    checked = ask("fear of world war is number one in Levada December 2021")
    (finding,) = checked.findings
    assert checked.result is Result.CONTRADICTED
    assert "illness in the family 82 %" in finding.because
    assert "no page says how many were asked" in finding.because
    assert {each.id: each.side for each in finding.evidence} == {"PO02": Side.AGAINST, "PO01": Side.BEARS}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a world war is second in Levada December 2021", Result.PARTLY),  # the page does not give all answers
        ("56 percent fear a world war in Levada December 2021", Result.SUPPORTED),
        ("57 percent fear a world war in Levada December 2021", Result.CONTRADICTED),
        ("most fear a world war in Levada December 2021", Result.SUPPORTED),
        ("the USA and NATO is number one in Levada December 2021", Result.SUPPORTED),
        ("not likely is number one in Levada December 2021", Result.PARTLY),  # two points, less than chance may do
        ("illness in the family is above a world war in Levada December 2021", Result.SUPPORTED),
        ("a world war is above illness in the family in Levada December 2021", Result.CONTRADICTED),
        ("about 40 % resist with arms in KIIS February 2022", Result.CONTRADICTED),
        ("about 38 % resist with arms in KIIS February 2022", Result.SUPPORTED),
        ("more than 30 % resist with arms in the KIIS survey of February 2022", Result.SUPPORTED),
        ("less than half a percent", None),
    ],
)
def test_a_form_is_held_against_its_survey(ask, polls, text, result):
    if result is None:
        assert understand_survey(text, polls) is None
    else:
        assert ask(text).result is result


def test_a_survey_that_was_not_published_yet_is_not_used(ask):
    with pytest.raises(UsageError, match="no survey of Levada"):
        ask("a world war is number one in Levada December 2021", date(2021, 12, 1))


@pytest.mark.parametrize(
    "text",
    ["the moon is number one in Levada December 2021", "56 percent fear a world war in Levada December",
     "101 percent fear a world war in Levada December 2021", "fear of war sings in Levada December 2021",
     "a world war is above not likely in Levada December 2021", "a world war is number one in Levada 1999"],
)  # fmt: skip
def test_what_is_not_understood_says_what_is(ask, text):
    with pytest.raises(UsageError, match=r"expected|one of|a month"):
        ask(text)


@given(st.integers(2, 99), st.integers(1, 98), st.integers(10, 100_000))
def test_more_asked_never_settles_less(high, low, asked):
    if high <= low:
        return
    spread = min(high + low, 200 - high - low) / 100 - ((high - low) / 100) ** 2
    need = fewest(spread, (high - low) / 100)
    assert need > 0
    assert (asked >= need) <= (asked + 1 >= need)


def test_without_a_number_asked_there_is_no_sampling_error_and_a_near_order_stays_open(polls, ask):
    row = next(each for each in polls if each.id == "PO06")
    assert margin(row) == pytest.approx(0.0239, abs=1e-3)
    assert margin(replace(row, sample=None)) is None
    assert fewest(0.5, 0.1) < FEWEST
    assert ask("most fear a world war in Levada 2022").result is Result.PARTLY
