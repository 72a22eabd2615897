"""The replay of the record, and of its quiet spring: what it reached and when, and that it says what was wrong."""

from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from consilience.warning import chart
from consilience.warning.backtest import REACH_DAYS, backtest
from consilience.warning.history import history
from consilience.warning.level import Step
from tests.warning.watching import FIRST, dossier_of, told, watch

INVASION = date(2022, 2, 24)


@pytest.fixture(scope="module")
def replayed(winter):
    return backtest(winter.dossier())


def test_the_two_highest_steps_come_before_the_invasion_and_name_their_claims(replayed):
    leads = {lead.step: lead for lead in replayed.leads}
    assert leads[Step.WARNING].days >= 7
    assert leads[Step.ALERT].days >= 90
    for change in replayed.history.changes:
        assert change.day < INVASION
        assert all(one.claims for cause in change.why for one in cause.sightings)
    assert replayed.is_hit
    assert not replayed.false_alarms


def test_nothing_comes_from_the_future(winter, replayed):
    whole = winter.dossier()
    for cut in (date(2021, 4, 21), date(2021, 11, 15), date(2021, 12, 31), date(2022, 2, 15)):
        known = replace(
            whole,
            claims=tuple(claim for claim in whole.claims if claim.reported_at.at.date() <= cut),
            stated=tuple(each for each in whole.stated if each.said.at.date() <= cut),
            surveys=tuple(each for each in whole.surveys if each.published <= cut),
        )
        found = history(known, cut)
        assert found.levels == replayed.history.levels[: len(found.levels)]


@pytest.fixture(scope="module")
def spring(winter):
    whole = winter.dossier()
    until = date(2021, 5, 31)
    claims = tuple(claim for claim in whole.claims if claim.reported_at.at.date() <= until)
    return backtest(replace(whole, claims=claims, asked=(), stated=(), surveys=()), until)


def test_the_quiet_spring_is_no_hit_and_no_alarm(spring):
    assert not spring.outcome.came
    assert not spring.is_hit
    assert spring.alarms == ()
    assert max(level.step for level in spring.history.levels) < Step.ALERT


def test_no_one_partner_carries_the_record_to_the_highest_step(winter, replayed):
    whole = winter.dossier()
    for partner in ("GBR", "USA", "UKR", "OSCE", "MAXAR", "EST"):
        rest = replace(
            whole,
            claims=tuple(claim for claim in whole.claims if claim.partner != partner),
            stated=tuple(each for each in whole.stated if each.partner != partner),
        )
        other = history(rest, INVASION - timedelta(days=1))
        first = other.levels[0].day
        for level in replayed.history.levels:
            if level.day >= first:
                assert level.step <= other.on(level.day).step + 1


def test_what_was_wrong_is_told_from_the_history_itself(replayed):
    said = "\n".join(replayed.wrong)
    assert "for 93 days" in said
    assert "hung on OSCE" in said
    assert "Without OSCE, it would have come on 2021-11-21" in said
    assert "UKR held it 0 to 35 % probable that a large-scale attack begins" in said
    assert "no two looked" in said
    assert "Bridging equipment" in said


def test_probabilities_are_scored_over_the_days_on_which_they_stood(replayed):
    scores = {score.who: score for score in replayed.scores}
    assert set(scores) == {"pool", "EST", "RUS", "UKR", "USA"}
    assert all(score.least <= score.brier <= score.most for score in scores.values())
    assert scores["RUS"].brier > 0.25 > scores["pool"].brier
    assert scores["EST"].days == 8


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    return watch(tmp_path_factory.mktemp("watch"))


def test_an_alarm_that_nothing_followed_is_false(lay, row, watched):
    kinds = ("movement/buildup", "equipment/tank", "intent/attack")
    rows = [told(row, f"{who}{n}", who, kind, n) for who in ("AAA", "BBB", "CCC") for n, kind in enumerate(kinds)]
    found = backtest(dossier_of(lay, rows, watched), FIRST + timedelta(days=40))
    assert not found.is_hit
    assert [each.top for each in found.false_alarms] == [Step.ALERT]
    assert any(said.startswith("A false alarm") and str(REACH_DAYS) in said for said in found.wrong)


def test_the_chart_is_well_formed_and_says_in_words_what_it_draws(replayed):
    levels, changes = replayed.history.levels, replayed.history.changes
    drawn = chart.svg(levels, changes, "A & B <level>", INVASION)
    root = ET.fromstring(drawn)  # noqa: S314  our own
    said = "".join(root.itertext())
    assert "A & B <level>" in said
    assert all(step.word in said for step in Step)
    assert all(str(change.day) in said for change in changes)
    assert drawn == chart.svg(levels, changes, "A & B <level>", INVASION)


def test_the_chart_in_text_has_a_line_for_each_step_and_fits(replayed):
    lines = list(chart.text(replayed.history.levels))
    assert [line.split(" |")[0].strip() for line in lines[:5]] == [step.word for step in reversed(Step)]
    assert max(map(len, lines)) <= 100
    assert lines[0].rstrip().endswith("#")
