import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.conclusions.agreement import kendall_w, krippendorff_alpha
from consilience.errors import UsageError

KRIPPENDORFF_2011 = [  # four observers, twelve units, section D
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def test_alpha_of_the_published_example():
    assert krippendorff_alpha(KRIPPENDORFF_2011) == pytest.approx(0.849, abs=5e-4)


def test_w_of_the_published_example():
    siegel_1956 = [[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]
    assert kendall_w(siegel_1956) == pytest.approx(0.162, abs=5e-4)


def test_w_of_the_same_ranking_is_one_with_ties_too_and_of_opposite_ones_is_zero():
    assert kendall_w([[1, 2, 2, 3]] * 3) == pytest.approx(1)
    assert kendall_w([[1, 2, 3], [3, 2, 1]]) == pytest.approx(0)


@given(
    st.lists(
        st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(lambda r: len(set(r)) > 1), min_size=2, max_size=5
    ),
    st.permutations(range(4)),
)
def test_w_lies_between_zero_and_one_whatever_the_order(rankings, order):
    found = kendall_w(rankings)
    assert -1e-12 <= found <= 1 + 1e-12
    assert kendall_w([[each[i] for i in order] for each in reversed(rankings)]) == pytest.approx(found)


def test_alpha_of_the_same_answers_is_one_and_does_not_depend_on_the_order_of_partners():
    assert krippendorff_alpha([[0.1, 0.5, 0.9]] * 3) == pytest.approx(1)
    assert krippendorff_alpha(KRIPPENDORFF_2011[::-1]) == pytest.approx(krippendorff_alpha(KRIPPENDORFF_2011))


@pytest.mark.parametrize("answers", [[[0.5], [0.6]], [[1, None], [None, 1]], [[1, 1], [1, 1]], [[1, 2], [1]]])
def test_alpha_of_one_question_or_without_variance_is_refused(answers):
    with pytest.raises(UsageError, match="alpha"):
        krippendorff_alpha(answers)


@pytest.mark.parametrize("rankings", [[], [[1, 2]], [[1], [1]], [[1, 2], [1, 2, 3]], [[1, 1], [2, 2]]])
def test_w_of_what_ranks_nothing_is_refused(rankings):
    with pytest.raises(UsageError, match="Kendall W"):
        kendall_w(rankings)
