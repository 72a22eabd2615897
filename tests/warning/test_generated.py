"""On situations of known truth: error, cover, and that copies make nobody surer."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.situations import SHAPES, Situation, make
from consilience.warning.filter import Days
from consilience.warning.report import read
from consilience.warning.strength import estimate

SMALL = Situation(areas=20, days=200, shapes=SHAPES, seed=3)


def measured(situation):
    told = make(situation)
    found = estimate(read(told.columns), Days(0, situation.days - 1))
    fan, truth = found.smoothed[30:], told.truth[30:]
    error = np.log(np.maximum(fan[..., 2], 1.0)) - np.log(truth)
    cover = ((fan[..., 0] <= truth) & (truth <= fan[..., 4])).mean()
    return float(np.sqrt((error**2).mean())), float(cover), found


@pytest.mark.slow
def test_nine_in_ten_intervals_hold_the_truth_and_copies_make_nobody_surer():
    error, cover, _ = measured(SMALL)
    _, bare, _ = measured(replace(SMALL, copies=0.0))
    assert error < 0.2
    assert 0.84 < cover < 0.97
    assert cover >= bare - 0.03


@pytest.mark.slow
def test_what_a_source_adds_to_everything_is_learned_without_truth():
    told = make(replace(SMALL, bias=0.0, copies=0.0))
    columns = {name: list(values) for name, values in told.columns.items()}
    for at, source in enumerate(columns["source"]):
        if source == "S03" and columns["says"][at] == "count":
            columns["low"][at], columns["high"][at] = 1.5 * columns["low"][at], 1.5 * columns["high"][at]
    habits = estimate(read(columns), Days(0, 199)).habits
    bias = dict(zip(habits.sources, habits.bias, strict=True))
    assert bias["S03"] == pytest.approx(np.log(1.5), abs=0.15)
    assert max(abs(value) for source, value in bias.items() if source != "S03") < 0.2


def test_a_situation_is_its_seed():
    one, two = make(replace(SMALL, areas=3)), make(replace(SMALL, areas=3))
    assert one.columns == two.columns
    assert make(replace(SMALL, areas=3, seed=4)).columns != one.columns


def test_copies_are_the_share_that_was_asked_for():
    columns = make(replace(SMALL, copies=0.44)).columns
    assert np.mean([name.startswith("K") for name in columns["id"]]) == pytest.approx(0.44, abs=0.01)
