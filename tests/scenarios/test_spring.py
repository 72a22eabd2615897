"""The quiet spring of 2021: read from the tables of the longer record, and never scored as a hit."""

from datetime import date
from pathlib import Path

import pytest

from consilience.desk import Desk
from consilience.errors import IntakeError
from consilience.intake.holdings import Intake, read_holdings
from consilience.intake.indicator import read_watch
from consilience.intake.scenario import read_scenario
from consilience.warning.backtest import backtest
from consilience.warning.level import Step
from consilience.warning.series import Matter

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios" / "spring-2021"


@pytest.fixture(scope="module")
def spring():
    return Desk.read([FOLDER])


def test_only_what_was_reported_in_its_days_is_read_and_that_is_said():
    told = []
    found = read_holdings([FOLDER], Intake(tell=told.append))
    assert len(found.claims) == 22
    assert not found.set_aside
    assert {claim.reported_at.at.date() for claim in found.claims} <= {
        date.fromordinal(day) for day in range(date(2021, 2, 13).toordinal(), date(2021, 6, 2).toordinal())
    }
    assert told == ["spring-2021: of its holdings what was reported from 2021-02-13 to 2021-06-01 is read, and no more"]


def test_a_withdrawal_is_no_hit_and_what_warns_of_the_winter_raises_no_alarm(spring):
    found = backtest(spring.dossier())
    assert not found.outcome.came
    assert not found.is_hit
    assert not [alarm for alarm in found.alarms if alarm.hit]
    assert max(level.step for level in found.history.levels) <= Step.ATTENTION
    assert found.leads == ()


def test_its_indicators_are_those_of_the_winter_to_the_letter():
    assert read_watch(FOLDER) == read_watch(ROOT / "scenarios" / "winter-2021-22")


def test_positions_are_opposite_and_the_question_came_out_as_neither(spring):
    asked = {each.question.name: each for each in spring.inquiries("2021-06-01")}
    assert asked["large-scale-attack"].resolution.hypothesis == "none"
    assert asked["withdrawal"].resolution is None
    assert {answer.partner for answer in asked["force-near-ukraine"].answers} == {"EU", "UKR"}


def test_the_strength_spans_what_two_offices_and_a_correction_say(spring):
    series = spring.strength(Matter("RUS"), "2021-04-22")
    band = series.on("near UKR border", date(2021, 4, 20))
    assert band.low < 80_000 or band.holds(100_000)
    assert band.holds(110_000)
    assert "C006" in {apart.claim for apart in series.apart}


def written(folder, text):
    (folder / "holdings.csv").write_text("claim_id\n")
    (folder / "scenario.toml").write_text(f'schema = "consilience.scenario/1"\nholdings = "*.csv"\n{text}')
    return folder


@pytest.mark.parametrize(
    "text",
    [
        'reported = "2021"',
        '[reported]\nfirst = "2021-03-01"',
        '[reported]\nfirst = "March"\nlast = "2021-06-01"',
        '[reported]\nfirst = "2021-06-01"\nlast = "2021-03-01"',
    ],
)
def test_days_that_are_none_are_refused(tmp_path, text):
    with pytest.raises(IntakeError, match="reported"):
        read_scenario(written(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        'same_as = "indicators.toml"',
        'same_as = "gone.toml"',
        'same_as = "two.toml"',
        'same_as = "no\\u0000file"',
        f'same_as = "{"x" * 5000}"',
        'same_as = "bytes.toml"',
        'same_as = "."',
        'same_as = "one.toml"\nhypothesis = "x"',
    ],
)
def test_indicators_that_name_no_others_are_refused(tmp_path, text):
    head = 'schema = "consilience.indicators/1"\n'
    (tmp_path / "indicators.toml").write_text(head + text)
    (tmp_path / "one.toml").write_text(head)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "two.toml").write_text(head + 'same_as = "one.toml"')
    with pytest.raises(IntakeError, match="same_as"):
        read_watch(tmp_path)
