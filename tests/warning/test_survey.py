"""Surveys: sampling error, what is not said, two pages on one survey, and which answer came first."""

from dataclasses import replace
from datetime import date

import pytest

from consilience.intake.survey import read_surveys
from consilience.model.indicator import Bent, Indicator, Polled, Query, Stage, Status
from consilience.warning.dossier import Dossier
from consilience.warning.survey import estimated, latest, polled, ranked


@pytest.fixture(scope="module")
def surveys(scenario):
    return read_surveys(scenario)


def asks(share, topic="threat", country="UKR", answers=("yes",), looking=("KIIS",)):
    measure = Polled(topic, country, answers, share)
    return Indicator("p", "p", Bent.INTENT, Stage.EARLY, Query(()), measure, looking, 90, "test")


@pytest.fixture
def says(surveys):
    def found(indicator, when=date(2022, 1, 31), told=None):
        dossier = Dossier(None, (), surveys=surveys if told is None else told)
        return polled(indicator, dossier.known(when))

    return found


def test_the_interval_is_wilsons_for_a_sample_worth_less():
    found = estimated(0.5, 1500, design_effect=1.5)
    assert found.interval == pytest.approx((0.46907, 0.53093), abs=5e-5)
    assert estimated(0.0, 1500).interval[0] == 0.0
    assert estimated(0.0, 1500).interval[1] > 0


def test_where_nobody_says_how_many_were_asked_there_is_no_interval():
    assert estimated(0.56, None).interval is None


@pytest.mark.parametrize(("share", "status"), [(0.40, Status.SEEN), (0.48, Status.POSSIBLE), (0.60, Status.NOT_SEEN)])
def test_an_indicator_may_rest_on_a_survey_error_taken_in(says, share, status):
    (found,) = says(asks(share))
    assert found.status is status
    assert found.partner == "KIIS"
    assert found.roots == ("PO20",)


def test_a_survey_is_not_known_before_it_can_have_come_out(says):
    assert says(asks(0.4), date(2021, 12, 30)) == []
    assert says(asks(0.4), date(2021, 12, 31))[0].roots == ("PO19",)
    assert says(asks(0.4), date(2022, 1, 30))[0].roots == ("PO19",)


def test_without_a_sample_the_share_alone_makes_it_possible_and_says_so(says):
    (found,) = says(asks(0.5, "fears", "RUS", ("a world war",), ("Levada",)))
    assert found.status is Status.POSSIBLE
    assert "not said" in found.because


def test_two_pages_on_one_survey_are_one_survey(surveys):
    (answers,) = latest(surveys, Polled("war-ukraine", "RUS", ("out of the question",), 0.5))
    assert [each.id for each in answers] == ["PO08"]


def test_answers_that_are_asked_for_together_add_up(says):
    (found,) = says(asks(0.3, "war-ukraine", "RUS", ("inevitable", "rather likely"), ("Levada",)))
    assert found.status is Status.SEEN
    assert found.because.startswith("39 %")


def test_number_one_is_a_claim_that_the_survey_answers(surveys):
    fear = next(each for each in surveys if each.id == "PO02")
    place, told = ranked(surveys, fear)
    assert place == 2
    assert [(each.answer, each.share) for each in told] == [("illness in the family", 0.82), ("a world war", 0.56)]


def test_a_pollster_that_nobody_named_makes_it_possible(says, surveys):
    stranger = tuple(replace(each, pollster="Unknown") for each in surveys)
    assert {each.status for each in says(asks(0.4), told=stranger)} == {Status.POSSIBLE}
