"""The record of winter 2021-22 as strengths: what the partners' disagreement spans, and what resolves it."""

from datetime import date

import numpy as np
import pytest

from consilience.errors import UsageError
from consilience.warning.series import Matter, Scoping, series

BORDER = "near UKR border"
WIDER = "near UKR border +rosgvardia +separatists"


def drawn(winter, as_of, scoping=Scoping.GROUPED):
    return series(winter.picture(as_of), Matter("RUS", scoping=scoping), winter.geography)


def width(band):
    return np.log(band.high / band.low)


@pytest.fixture(scope="module")
def december(winter):
    return drawn(winter, "2021-12-03")


@pytest.fixture(scope="module")
def february(winter):
    return drawn(winter, "2022-02-18")


def test_the_third_of_december_spans_what_kyiv_and_washington_say(december):
    band = december.on(BORDER, date(2021, 12, 3))
    assert band.holds(94_300)
    assert band.holds(70_000)


def test_scopes_that_are_resolved_are_tighter(december, winter):
    stated = drawn(winter, "2021-12-03", Scoping.STATED)
    grouped = width(december.on(BORDER, date(2021, 12, 3)))
    without, with_crimea = (stated.on(name, date(2021, 12, 3)) for name in ("UKR border", "UKR border, crimea"))
    assert width(without) < grouped
    assert width(with_crimea) < grouped
    assert without.middle < with_crimea.middle
    assert without.holds(70_000)
    assert with_crimea.holds(94_300)


def test_february_holds_150_000_within_169_000_to_190_000(february):
    near, wider = (february.on(name, date(2022, 2, 18)) for name in (BORDER, WIDER))
    assert near.holds(150_000)
    assert 169_000 <= wider.middle <= 190_000
    assert near.middle < wider.middle


def test_as_stated_the_border_holds_what_an_official_said_of_it(winter):
    stated = drawn(winter, "2022-02-18", Scoping.STATED)
    assert stated.on("UKR border", date(2022, 2, 18)).holds(150_000)
    wider = stated.on("UKR border, ukr +rosgvardia +separatists", date(2022, 2, 18))
    assert 169_000 <= wider.middle <= 190_000


def test_a_page_that_moves_the_wider_figure_to_the_border_moves_nothing(february):
    assert "C139b" in {apart.claim for apart in february.apart}
    assert "C139b" not in february.claims


def test_what_a_correction_replaced_is_set_apart_with_the_reason(february):
    reasons = {apart.claim: apart.reason for apart in february.apart}
    assert reasons["C006"].startswith("correction")
    assert all(reasons.values())


def test_nothing_from_the_future_is_used(winter):
    early = drawn(winter, "2021-12-03")
    assert all(claim.stands(winter.picture("2021-12-03").as_of) for claim in early.claims.values())
    assert early.days.last == date(2021, 12, 3).toordinal()


def test_the_same_claims_give_the_same_bytes(winter, december):
    again = drawn(winter, "2021-12-03")
    assert again.strengths[BORDER].mass.tobytes() == december.strengths[BORDER].mass.tobytes()


def test_the_partners_stand_where_they_spoke(december):
    found = december.partners(BORDER)
    day = date(2021, 12, 3).toordinal()
    assert found["USA"].on(day).holds(70_000)
    assert found["UKR"].on(day).holds(94_300)
    assert found["USA"].on(day).middle < found["UKR"].on(day).middle


def test_without_washington_the_estimate_is_higher(december):
    found = {each.report.id: each for each in december.influences(BORDER, date(2021, 12, 3))}
    assert found["C044"].moved < 0
    assert found["C044"].without.middle > found["C044"].all.middle


def test_thresholds_fall_with_their_height(february):
    day = date(2022, 2, 18)
    chances = [february.at_least(BORDER, day, threshold) for threshold in (50_000, 100_000, 150_000, 300_000)]
    assert chances == sorted(chances, reverse=True)
    assert chances[1] > 0.9
    assert chances[3] < 0.1


def test_a_question_that_nobody_answers_is_refused_with_what_is_there(winter, february):
    with pytest.raises(UsageError, match="near UKR border"):
        february.of("the moon")
    with pytest.raises(UsageError, match="outside the series"):
        february.on(BORDER, date(2023, 1, 1))
    with pytest.raises(UsageError, match="expected a claim that counts"):
        series(winter.picture("2022-02-18"), Matter("NOBODY"), winter.geography)


def test_battalion_groups_have_a_series_of_their_own(winter):
    found = series(winter.picture("2022-02-18"), Matter("RUS", "formation/btg", "btg"), winter.geography)
    assert any(20 < found.on(scope, date(2022, 2, 18)).middle < 200 for scope in found.scopes)
