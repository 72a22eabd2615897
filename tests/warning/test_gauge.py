"""Gauges of the record: figures that matter, whose word it is, and that nothing of a later day is used."""

from datetime import date

import pytest

from consilience.errors import UsageError
from consilience.warning.gauge import gauge, landmarks, lately, matter_words, matters, moved, percent, rounded
from consilience.warning.series import Matter, Scoping

BORDER = "near UKR border"
FEBRUARY = date(2022, 2, 18)
RUS = Matter("RUS")


def test_the_forces_that_are_counted_are_offered_most_told_first(winter):
    found = matters(winter.holdings.claims, Scoping.GROUPED)
    assert found[0] == RUS
    assert matter_words(found[1]) == "RUS battalion tactical groups"
    assert not [each for each in found if each.measure.startswith(("requirement", "violation", "conversion"))]


def test_figures_that_matter_come_from_accords_and_from_what_was_said_by_then(winter):
    by_december = {each.amount for each in landmarks(winter.picture("2021-12-04"), RUS)}
    assert {9_000, 13_000, 100_000, 175_000} == by_december
    by_february = {each.amount: each for each in landmarks(winter.picture("2022-02-18"), RUS)}
    assert by_february[150_000].claims == ("C096",)
    assert "needed" in by_february[500_000].says
    assert 30_000 not in by_february  # said of combat troops in one country


def test_a_gauge_says_whose_word_it_rests_on(winter):
    found = winter.gauge(RUS, BORDER, "2022-02-18")
    assert found.rests_on == ("UKR",)
    without = {word.partner: word.without for word in found.partners}
    assert without["UKR"].middle < found.own.middle
    chances = [each.probability for each in found.chances]
    assert chances == sorted(chances, reverse=True)


def test_a_partner_that_only_repeats_others_has_no_estimate_of_its_own(winter):
    words = {word.partner: word for word in winter.gauge(RUS, BORDER, "2022-02-18").partners}
    assert words["PHTRIBUNE"].own is None
    assert words["PHTRIBUNE"].only_repeats
    assert words["EST"].own.holds(150_000)  # its own service's report is its own word


def test_one_claim_alone_is_said_to_be_one(winter):
    found = winter.gauge(RUS, "blr", "2022-02-18")
    assert found.influences == ()
    assert [word.without for word in found.partners] == [None]
    assert found.rests_on == ("EST",)


def test_scopes_spoken_of_lately_come_first(winter):
    series = winter.strength(RUS, "2022-02-18")
    order = lately(series, FEBRUARY)
    assert order[0] == BORDER
    assert order.index("blr") < order.index("crimea")
    assert winter.gauge(RUS, "crimea", "2022-02-18").silent_days > 300


def test_a_day_far_ahead_is_answered_by_the_last_that_is_reckoned(winter):
    series = winter.strength(RUS, "2200-01-01")
    assert len(series.days) < 1_000
    found = gauge(series, BORDER, date(2200, 1, 1))
    assert found.band == series.on(BORDER, date.fromordinal(series.days.last))
    with pytest.raises(UsageError, match="outside the series"):
        series.on(BORDER, date(2200, 1, 2))


def test_a_claim_of_another_age_moves_nothing_and_is_named(lay, row):
    rows = [
        row(f"A{year}", period_from=f"{year}-12-03", period_to=f"{year}-12-03", reported_at="2021-12-03", best=900)
        for year in (1901, 2020, 2021)
    ]
    series = lay(*rows).strength(RUS)
    assert [apart.claim for apart in series.apart] == ["A1901"]
    assert len(series.days) < 500


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0"), (0.4, "0"), (41, "41"), (134_501, "135,000"), (999_600, "1,000,000")]
)
def test_a_count_is_said_as_finely_as_it_is_known(count, words):
    assert rounded(count) == words


def test_no_chance_is_said_to_be_certain():
    assert percent(1.0) == "over 99 %"
    assert percent(0.0) == "under 1 %"
    assert moved(0.1) == "+11 %"
    assert moved(-0.1) == "-10 %"
