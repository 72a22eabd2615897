"""The level over time: one partner moves it by a step, disagreement and silence by none, and nothing comes from the future."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.errors import UsageError
from consilience.warning.history import Patience, history
from consilience.warning.level import Step, Word
from tests.warning.watching import FIRST, KINDS, dossier_of, lies, run, told, watch, world

SEEDS = st.integers(0, 10**6)


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    return watch(tmp_path_factory.mktemp("watch"))


def steps(found):
    return [level.step for level in found.levels]


def aligned(lay, rows, more, watched, until=75):
    """The levels without and with what somebody adds, from one day on."""
    anchor = {
        **rows[0],
        "claim_id": "ANCHOR",
        "phenomenon": "weather",
        "modality": "observed",
        "origins": "",
        "low": "",
    }
    anchor |= {"best": "", "high": "", "unit": "", "period_from": "2021-11-01", "period_to": "2021-11-01"}
    anchor |= {"reported_at": "2021-11-01", "partner": "DDD", "speaker": ""}
    without = run(lay, [anchor, *rows], watched, until)
    return without, run(lay, [anchor, *rows, *more], watched, until)


@pytest.mark.parametrize("partner", ["LIAR", "AAA"])
@given(seed=SEEDS)
@settings(max_examples=20)
def test_one_lying_partner_raises_no_day_by_more_than_a_step(lay, row, watched, partner, seed):
    rows = [each for each in world(row, seed) if each["partner"] != partner]
    if not rows:
        return
    without, with_lies = aligned(lay, rows, lies(row, rows, partner, seed + 1), watched)
    for one, other in zip(without.levels, with_lies.levels, strict=True):
        assert other.step <= one.step + 1
        assert other.supported <= one.supported + 1


def test_three_hundred_tellings_of_one_partner_are_its_one_word(lay, row, watched):
    flood = [told(row, f"L{n:04}", "LIAR", KINDS[n % len(KINDS)], n % 20) for n in range(300)]
    found = run(lay, flood, watched, 25)
    assert max(steps(found)) is Step.ATTENTION
    assert found.last.rests_on == ("LIAR",)


def test_a_flood_of_withdrawals_and_looks_costs_no_more_than_it_tells(lay, row, watched):
    flood = [
        told(row, f"L{n:04}", "LIAR", "movement/withdrawal" if n % 2 else KINDS[0], n % 20, origins=f"imagery:own:{n}")
        for n in range(500)
    ]
    found = run(lay, [*flood, told(row, "H1", "AAA", "movement/withdrawal", 12)], watched, 25)
    assert found.last.step <= Step.ATTENTION


def test_a_date_of_another_age_does_not_make_the_history_endless(lay, row, watched):
    found = run(
        lay,
        [told(row, "H0", "AAA", KINDS[0], 1, reported_at="1021-11-02"), told(row, "H1", "BBB", KINDS[0], 2)],
        watched,
        5,
    )
    assert len(found.levels) == 3_661
    assert found.last.step is Step.ATTENTION


def test_doubt_of_its_sources_is_told_as_a_cause(lay, row, watched):
    rows = everything(row)
    rumours = [
        told(row, f"L{n:02}", "LIAR", "provenance/origin", 3, about=each["claim_id"], origins="intelligence:ZZZ:one")
        for n, each in enumerate(rows)
    ]
    found = run(lay, [*rows, *rumours], watched, 4)
    assert found.last.supported is Step.ALERT
    assert found.last.step is Step.WARNING
    assert any("others say" in cause.says for cause in found.last.causes)


def test_a_liar_beside_one_witness_reaches_what_two_are_worth_and_no_more(lay, row, watched):
    rows = [told(row, f"H{n}", "AAA", kind, n) for n, kind in enumerate(KINDS)]
    flood = [told(row, f"L{n:03}", "LIAR", KINDS[n % len(KINDS)], 5 + n % 10) for n in range(100)]
    without, with_lies = aligned(lay, rows, flood, watched, 20)
    assert max(steps(without)) is Step.ATTENTION
    assert max(steps(with_lies)) is Step.WATCH
    assert set(with_lies.last.rests_on) <= {"AAA", "LIAR"}


@given(seed=SEEDS)
@settings(max_examples=20)
def test_disagreement_lowers_nothing_that_the_day_supports(lay, row, watched, seed):
    rows = world(row, seed)
    against = [
        told(row, f"X{n:02}", "LIAR", kind, n * 2, modality=modality)
        for n, (kind, modality) in enumerate([(k, m) for k in KINDS for m in ("denied", "not-observed", "unverified")])
    ]
    without, with_denials = aligned(lay, rows, against, watched)
    assert [level.supported for level in with_denials.levels] == [level.supported for level in without.levels]


@given(seed=SEEDS)
@settings(max_examples=20)
def test_what_one_says_that_others_rest_on_takes_at_most_a_step(lay, row, watched, seed):
    rows = world(row, seed)
    rumours = [
        told(row, f"L{n:02}", "LIAR", "provenance/origin", 0, about=each["claim_id"], origins="intelligence:ZZZ:one")
        for n, each in enumerate(rows)
    ]
    for each, rumour in zip(rows, rumours, strict=True):
        rumour["reported_at"] = rumour["period_from"] = rumour["period_to"] = each["reported_at"]
    without, with_rumours = aligned(lay, rows, rumours, watched)
    for one, other in zip(without.levels, with_rumours.levels, strict=True):
        assert other.supported >= one.supported - 1


@given(seed=SEEDS, cut=st.integers(0, 70))
@settings(max_examples=20)
def test_cutting_the_record_off_leaves_the_history_up_to_then_as_it_was(lay, row, watched, seed, cut):
    rows = world(row, seed, size=24)
    whole = dossier_of(lay, rows, watched)
    first = (whole.days[0] - FIRST).days
    at = FIRST + timedelta(days=max(cut, first))
    known = tuple(claim for claim in whole.claims if claim.reported_at.at.date() <= at)
    full = history(whole, FIRST + timedelta(days=75))
    part = history(replace(whole, claims=known), at)
    assert part.levels == full.levels[: len(part.levels)]
    assert part.changes == tuple(change for change in full.changes if change.day <= at)
    assert part.board == history(whole, at).board


@given(seed=SEEDS)
@settings(max_examples=20)
def test_on_a_day_without_news_nothing_changes(lay, row, watched, seed):
    found = run(lay, world(row, seed), watched, 400)
    assert {change.day for change in found.changes} <= set(found.dossier.days)


def everything(row, partners="ABCD", on=0):
    return [
        told(row, f"{name}{n}", name * 3, kind, on + n % 3) for name in partners for n, kind in enumerate(KINDS)
    ]  # fmt: skip


def test_silence_holds_the_highest_step_and_says_that_it_is_held(lay, row, watched):
    found = run(lay, everything(row), watched, 300)
    assert found.last.step is Step.WARNING
    assert found.last.held
    assert found.last.supported is Step.ROUTINE
    assert any("silence" in cause.says for cause in found.last.causes)


def looks(row, partners, first, last, kind="movement/buildup"):
    return [
        told(row, f"N{name}{on}", name, kind, on, modality="not-observed") for name in partners
        for on in range(first, last, 5)
    ]  # fmt: skip


def test_two_who_look_and_do_not_see_it_lower_it_a_step_at_a_time(lay, row, watched):
    found = run(lay, [*everything(row), *looks(row, ("AAA", "BBB"), 5, 120)], watched, 120)
    falls = [change for change in found.changes if not change.is_rise]
    assert [change.level.step for change in falls] == [Step.ALERT, Step.WATCH, Step.ATTENTION, Step.ROUTINE]
    days = [change.day for change in falls]
    assert all((later - earlier).days >= 14 for earlier, later in pairwise(days))
    assert falls[0].day > FIRST + timedelta(days=30)


def test_one_who_looks_alone_lowers_nothing(lay, row, watched):
    found = run(lay, [*everything(row), *looks(row, ("AAA",), 40, 200)], watched, 200)
    assert found.last.step is Step.WARNING


def test_what_the_subject_announces_lowers_nothing(lay, row, watched):
    leaving = [
        told(row, f"R{n}", name, "movement/withdrawal", 10, speaker=f"{name}/MoD")
        for n, name in enumerate(("RUS", "BLR"))
    ]
    assert run(lay, [*everything(row), *leaving], watched, 20).last.step is Step.WARNING


@pytest.mark.parametrize(("partners", "step"), [(("AAA",), Step.WARNING), (("AAA", "BBB"), Step.ATTENTION)])
def test_a_withdrawal_counts_when_two_saw_it(lay, row, watched, partners, step):
    leaving = [told(row, f"W{name}", name, "movement/withdrawal", 10) for name in partners]
    found = run(lay, [*everything(row), *leaving], watched, 12)
    assert found.last.step is step
    if len(partners) > 1:
        assert "leave" in found.changes[-1].why[0].says or "left" in found.changes[-1].why[0].says
        assert {one.partner for one in found.changes[-1].why[0].sightings} == set(partners)


def test_what_is_seen_after_a_withdrawal_counts_again(lay, row, watched):
    leaving = [told(row, f"W{name}", name, "movement/withdrawal", 10) for name in ("AAA", "BBB")]
    again = [{**each, "claim_id": "Z" + each["claim_id"]} for each in everything(row, on=20)]
    assert run(lay, [*everything(row), *leaving, *again], watched, 25).last.step is Step.WARNING


def test_an_analysts_word_lowers_it_until_something_new_is_told(lay, row, watched):
    word = Word(FIRST + timedelta(days=10), Step.ATTENTION, "the watch officer", "a rehearsed exercise")
    rows = everything(row)
    found = run(lay, rows, watched, 40, words=(word,))
    assert found.on(FIRST + timedelta(days=9)).step is Step.WARNING
    assert found.last.step is Step.ATTENTION
    assert "the watch officer" in found.changes[-1].why[0].says
    again = [{**each, "claim_id": "Z" + each["claim_id"]} for each in everything(row, on=20)]
    assert run(lay, [*rows, *again], watched, 40, words=(word,)).last.step is Step.WARNING


def test_every_rise_names_its_causes_their_claims_and_whose_word_it_rests_on(lay, row, watched):
    for change in run(lay, everything(row), watched, 5).changes:
        assert change.why
        assert all(cause.sightings and cause.sightings[0].claims for cause in change.why)
        assert change.level.rests_on


def test_patience_is_what_it_says(lay, row, watched):
    rows = [*everything(row), *looks(row, ("AAA", "BBB"), 5, 120)]
    slow = run(lay, rows, watched, 120, patience=Patience(hold_days=28))
    fast = run(lay, rows, watched, 120, patience=Patience(hold_days=7))
    assert all(one >= other for one, other in zip(steps(slow), steps(fast), strict=True))
    assert steps(slow) != steps(fast)


def test_a_day_before_the_first_report_or_outside_is_refused(lay, row, watched):
    rows = everything(row, on=5)
    with pytest.raises(UsageError, match="nothing that was reported by then"):
        run(lay, rows, watched, 2)
    with pytest.raises(UsageError, match="outside the history"):
        run(lay, rows, watched, 10).on(FIRST)
