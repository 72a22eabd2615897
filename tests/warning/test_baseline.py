"""Counts against their own past: several days in one report, a period read twice, outbreaks, seasons, and no statement."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from consilience.model.indicator import Unusual
from consilience.warning import baseline
from consilience.warning.baseline import Tally, expected, tallies

ASKS = Unusual("violation", 0.01, 91, 14, 14)
START = datetime(2021, 10, 1, 19, 30, tzinfo=UTC)


def tally(number, count, days=1.0, region="donetsk", told=None):
    start = START + timedelta(days=number)
    end = start + timedelta(days=days)
    return Tally(f"T{number}", region, start, end, told or (end + timedelta(days=1)).date(), count)


def counts(size, mean, dispersion, seed):
    """Counts with a variance of `dispersion` times their mean."""
    rng = np.random.default_rng(seed)
    return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion, size)


@pytest.mark.parametrize(("mean", "dispersion"), [(2, 1.5), (20, 8), (250, 120)])
def test_one_calm_count_in_a_hundred_passes_its_limit(mean, dispersion):
    passed = total = 0
    for seed in range(60):
        found = [tally(number, float(count)) for number, count in enumerate(counts(90, mean, dispersion, seed))]
        for each in found[70:]:
            limit = expected(each, found, ASKS)
            passed += each.count > limit.limit
            total += 1
    assert 0.002 <= passed / total <= 0.035


def test_a_count_of_several_days_is_held_against_as_many_days():
    past = [tally(number, 100.0 + number % 7) for number in range(40)]
    one, four = (expected(tally(60, 0.0, days), past, ASKS) for days in (1.0, 4.0))
    assert four.mean == pytest.approx(4 * one.mean)
    assert four.limit < 4 * one.limit


def test_too_few_counts_before_it_are_no_statement():
    past = [tally(number, 100.0) for number in range(13)]
    found = expected(tally(40, 10_000.0), past, ASKS)
    assert "no statement" in found.why_not
    assert found.counts == 13


@pytest.mark.parametrize(("mean", "dispersion"), [(250_000, 1.5), (200_000, 5_000), (60_000, 90_000)])
def test_a_limit_beyond_what_is_added_up_is_nearly_the_one_that_would_be(mean, dispersion, monkeypatch):
    exact = baseline._limit(mean, dispersion, 0.01)
    monkeypatch.setattr(baseline, "_CELLS", 16)
    near = baseline._limit(mean, dispersion, 0.01)
    assert near == pytest.approx(exact, rel=0.03)


@pytest.mark.parametrize("best", [10**9, 2**53])
def test_a_count_beyond_all_measure_fills_no_memory(best):
    past = [tally(number, float(best - number)) for number in range(40)]
    found = expected(tally(60, 2.0 * best), past, ASKS)
    assert best < found.limit < 1.1 * best


def test_another_region_is_no_past():
    past = [tally(number, 100.0, region="luhansk") for number in range(40)]
    assert expected(tally(60, 500.0), past, ASKS).why_not


def test_an_outbreak_in_the_past_hides_a_later_one_little():
    calm = [tally(number, 100.0 + 10 * (number % 5)) for number in range(40)]
    broken = [*calm[:20], tally(20, 3_000.0), *calm[21:]]
    now = tally(60, 900.0)
    assert now.count > expected(now, calm, ASKS).limit
    plain_mean = sum(each.count for each in broken) / len(broken)
    assert expected(now, broken, ASKS).mean < 0.8 * plain_mean


def test_a_rise_does_not_hide_itself():
    past = [tally(number, 100.0) for number in range(46)]
    rise = [tally(number, 800.0) for number in range(46, 59)]
    now = tally(59, 800.0)
    assert expected(now, [*past, *rise], ASKS).mean == pytest.approx(expected(now, past, ASKS).mean)


def test_the_same_weeks_of_earlier_years_are_its_past():
    last_year = [tally(number - 365, 50.0) for number in range(50, 70)]
    found = expected(tally(60, 500.0), last_year, ASKS)
    assert not found.why_not
    assert found.mean == pytest.approx(50.0)


def test_what_is_told_later_is_not_used():
    past = [tally(number, 100.0) for number in range(40)]
    later = [tally(number + 0.0, 900.0, told=date(2022, 6, 1)) for number in range(20, 40)]
    now = tally(60, 500.0)
    assert expected(now, [*past[:20], *later], ASKS) == expected(now, past[:20], ASKS)


def test_order_of_arrival_changes_nothing(winter):
    claims = [claim for claim in winter.holdings.claims if claim.partner == "OSCE"]
    mixed = random.Random(1).sample(claims, len(claims))  # noqa: S311  no secret
    assert tallies(claims, "violation") == tallies(mixed, "violation")


def test_no_period_is_counted_twice_on_the_record(winter):
    found = tallies((claim for claim in winter.holdings.claims if claim.partner == "OSCE"), "violation")
    assert len(found) > 150
    for region in {each.region for each in found}:
        listed = [each for each in found if each.region == region]
        for one, other in pairwise(listed):
            beyond = timedelta(hours=8) if one.vague or other.vague else timedelta()
            assert one.end <= other.start + beyond


def test_a_report_whose_hours_are_not_known_is_lost_to_no_neighbour_and_takes_none(winter):
    by_claim = {each.claim: each for each in tallies(winter.holdings.claims, "violation")}
    assert by_claim["OSCE-300-2021-D"].count == 564  # days only: 20 to 21 December, beside 354 until 20 December, 19:30
    assert by_claim["OSCE-299-2021-D"].count == 354
    assert by_claim["OSCE-41-2022-D"].count == 703  # the day after the two days that 40/2022 has without an hour
    assert "OSCE-42-2022-D-prev" not in by_claim  # 703 again
    assert by_claim["OSCE-300-2021-D"].days == 1.0


def test_a_period_read_twice_counts_as_it_was_told_first(winter):
    by_claim = {each.claim: each for each in tallies(winter.holdings.claims, "violation")}
    assert by_claim["OSCE-230-2021-L"].count == 47  # the next report has 28 for it
    assert by_claim["OSCE-40-2022-D"].count == 2_158  # two days in one
    assert "OSCE-41-2022-D-prev" not in by_claim  # 579, the second of these two days


def test_parts_and_other_units_are_no_counts(winter):
    found = tallies(winter.holdings.claims, "violation")
    assert not [each for each in found if each.claim.endswith("-expl")]
    assert not [each for each in found if each.claim in ("C131", "C130")]
