"""On real panels whose questions are resolved: the rule shown first, beside the mean and the median."""

import pytest

from benchmarks.pooling import panels, scores

ALLOWED = 0.002
NAMES = ["superforecasters, markets", "superforecasters, data series", "IDEA, round 1", "IDEA, round 2"]


@pytest.fixture(scope="module")
def scored(data):
    return {name: scores(rows, outcomes) for name, rows, outcomes in panels(data / "forecasts")}


@pytest.mark.parametrize("name", NAMES)
def test_the_rule_shown_first_is_never_worse_than_the_mean_and_near_the_best_of_mean_and_median(scored, name):
    found = scored[name]
    assert found["probability"] <= found["mean"]
    assert found["probability"] <= min(found["mean"], found["median"]) + ALLOWED


def test_all_panels_are_read_whole(scored):
    assert [scored[name]["questions"] for name in NAMES] == [57, 521, 25, 25]
    assert scored["IDEA, round 1"]["answers"] == 25


@pytest.mark.parametrize("rule", ["probability", "mean", "median", "log"])
def test_after_discussion_every_pool_is_better_than_before(scored, rule):
    assert scored["IDEA, round 2"][rule] < scored["IDEA, round 1"][rule]
