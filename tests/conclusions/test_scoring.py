from math import log

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.conclusions.reliability import diagram, wilson
from consilience.conclusions.scoring import score, score_all
from consilience.errors import UsageError


def test_the_brier_shown_is_half_of_the_sum_and_of_two_hypotheses_the_squared_error():
    found = score({"yes": 0.7, "no": 0.3}, "no")
    assert (found.brier, found.brier_sum) == (pytest.approx(0.49), pytest.approx(0.98))
    three = score({"a": 0.5, "b": 0.3, "c": 0.2}, "a")
    assert three.brier_sum == pytest.approx(0.25 + 0.09 + 0.04)
    assert three.brier == pytest.approx(0.19)


def test_the_log_score_has_a_floor_and_says_when_it_was_used():
    assert score({"yes": 1.0, "no": 0.0}, "no").log == pytest.approx(-log(0.005))
    assert score({"yes": 1.0, "no": 0.0}, "no").floored == 1
    assert score({"yes": 1.0, "no": 0.0}, "yes").floored == 0


def test_an_outcome_that_is_no_hypothesis_is_refused():
    with pytest.raises(UsageError, match="one of no, yes"):
        score({"yes": 0.5, "no": 0.5}, "maybe")


def test_every_partner_round_and_pool_is_scored_over_what_it_answered():
    rows = [
        ("q", 1, "GBR", 0.6),
        ("q", 1, "USA", 0.2),
        ("q", 2, "GBR", 0.8),
        ("r", 1, "GBR", 0.5),
        ("open", 1, "GBR", 1.0),
    ]
    table = pa.table(
        dict(zip(("question", "round", "partner", "probability"), map(list, zip(*rows, strict=True)), strict=True))
    )
    found = {(each.round, each.who or each.rule): each.score for each in score_all(table, {"q": "yes", "r": "not yes"})}
    assert found["1", "GBR"].brier == pytest.approx((0.16 + 0.25) / 2)
    assert found["1", "GBR"].questions == 2
    assert found["1", "USA"].questions == 1
    assert found["1", "mean"].brier == pytest.approx((0.36 + 0.25) / 2)
    assert found["2", "pool"].brier == pytest.approx(0.04)
    assert found["1", "pool"] == found["1", "trimmed"]
    assert len({who for turn, who in found if turn == "2"}) == 6  # four rules, the pool, GBR


answers = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


@given(answers, st.integers(1, 20))
def test_the_parts_of_the_brier_score_add_up_and_no_answer_is_lost(pairs, bins):
    found = diagram([p for p, _ in pairs], [hit for _, hit in pairs], bins)
    assert sum(each.count for each in found.bins) == len(pairs)
    parts = found.reliability - found.resolution + found.uncertainty + found.within
    assert parts == pytest.approx(found.brier)
    assert all(each.low - 1e-8 <= each.mean <= each.high + 1e-8 for each in found.bins)
    assert all(each.share_low <= each.share <= each.share_high for each in found.bins)


@given(st.lists(st.tuples(st.sampled_from([0.05, 0.35, 0.85]), st.booleans()), min_size=1, max_size=40))
def test_where_all_answers_of_a_bin_are_the_same_binning_adds_nothing(pairs):
    found = diagram([p for p, _ in pairs], [hit for _, hit in pairs])
    assert found.within == pytest.approx(0, abs=1e-12)


def test_an_answer_on_an_edge_lies_in_the_bin_that_begins_there_and_certainty_in_the_last():
    found = diagram([0.29, 1.0], [True, True], 100)
    assert [(each.low, each.high) for each in found.bins] == [(0.29, 0.3), (0.99, 1.0)]


def test_wilson_is_the_published_interval():
    assert wilson(0, 10) == (pytest.approx(0.0), pytest.approx(0.2775, abs=1e-4))
    assert wilson(5, 10) == (pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4))


@pytest.mark.parametrize(
    ("said", "hits", "bins"), [([], [], 10), ([0.5], [], 10), ([1.5], [True], 10), ([0.5], [True], 0)]
)
def test_a_diagram_of_nothing_or_of_what_is_no_probability_is_refused(said, hits, bins):
    with pytest.raises(UsageError, match="reliability"):
        diagram(said, hits, bins)
