"""Grades: source and information apart, the weaker decides, and no grade is no grade."""

import pytest

from consilience.model.grading import UNGRADED, Credibility, Reliability, weight


def test_the_weaker_of_two_grades_decides():
    assert weight(Reliability.A, Credibility.FOUR) == weight(Reliability.D, Credibility.ONE)


@pytest.mark.parametrize(
    "grades", [(None, None), (Reliability.F, None), (None, Credibility.SIX), (Reliability.F, Credibility.SIX)]
)
def test_what_cannot_be_judged_is_as_if_not_graded(grades):
    assert weight(*grades) == UNGRADED


def test_a_better_grade_never_weighs_less():
    for scale in (list(Reliability)[:5], list(Credibility)[:5]):
        weights = [weight(*((grade, None) if isinstance(grade, Reliability) else (None, grade))) for grade in scale]
        assert weights == sorted(weights, reverse=True)
        assert all(0 < found < 1 for found in weights)
