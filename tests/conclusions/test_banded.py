"""Bands as intervals: what is said of a pool or a score holds for every answer within them, and is no wider than it must be."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.conclusions import rules
from consilience.conclusions.banded import pooled, scores, tightened
from consilience.conclusions.distance import apart
from consilience.conclusions.scoring import score
from consilience.errors import UsageError
from consilience.model.coherence import nearest
from consilience.model.form import WHOLE
from consilience.model.identity import PartnerId
from consilience.model.position import Band, Position
from consilience.model.yardstick import PHIA

NAMES = ("a", "b", "c", "d")


@st.composite
def bands(draw, count=3):
    """Coherent bands in steps of ten percent: an answer, widened on both sides."""
    cuts = sorted(draw(st.lists(st.integers(0, 10), min_size=count - 1, max_size=count - 1)))
    row = [after - before for before, after in pairwise((0, *cuts, 10))]
    below, above = (draw(st.lists(st.integers(0, 10), min_size=count, max_size=count)) for _ in range(2))
    return tuple(
        Band(name, max(0, at - less) * 1000, min(10, at + more) * 1000)
        for name, at, less, more in zip(NAMES, row, below, above, strict=False)
    )


def answers(found, step=1000):
    """Every coherent answer within bands, in steps of ten percent: all corners are among them."""

    def grow(left, rest):
        if not rest:
            return [()] if left == 0 else []
        first, *others = rest
        return [
            (point, *more)
            for point in range(first.low, min(first.high, left) + 1, step)
            for more in grow(left - point, others)
        ]

    return grow(WHOLE, list(found))


def position(found, who="GBR"):
    return Position("0" * 64, PartnerId(who), PHIA, tuple(found), ())


@given(bands(), st.sampled_from(NAMES[:3]))
def test_every_answer_within_has_a_score_within_and_both_ends_are_reached(found, outcome):
    whole = scores(found, outcome)
    each = [score(dict(zip(NAMES, (p / WHOLE for p in row), strict=False)), outcome) for row in answers(found)]
    briers = [one.brier for one in each]
    assert whole.brier.most == pytest.approx(max(briers))
    assert whole.brier.least <= min(briers) + 1e-12
    limits = [(band.low, band.high) for band in found]
    best = nearest([WHOLE if name == outcome else 0 for name in NAMES[:3]], limits)
    assert best is not None
    reached = score({name: point / WHOLE for name, point in zip(NAMES, best, strict=False)}, outcome)
    assert whole.brier.least == pytest.approx(reached.brier)
    assert whole.log.least == pytest.approx(min(one.log for one in each))
    assert whole.log.most == pytest.approx(max(one.log for one in each))


def test_numbers_have_one_score_and_an_unknown_outcome_is_refused():
    exact = (Band("no", 3000, 3000), Band("yes", 7000, 7000))
    assert scores(exact, "no").brier.is_exact
    assert scores(exact, "no").brier.most == pytest.approx(0.49)
    with pytest.raises(UsageError, match="one of no, yes"):
        scores(exact, "maybe")


def test_the_worst_score_of_many_hypotheses_is_found_without_trying_all_corners():
    found = tuple(Band(f"h{at:02}", 0, 1000 + at) for at in range(20))
    full = [1000 + at for at in range(11, 20)]  # the nine widest on their upper ends, and one takes what is left
    squares = WHOLE**2 + sum(point**2 for point in (*full, WHOLE - sum(full)))
    assert scores(found, "h00").brier.most == pytest.approx(squares / 2 / WHOLE**2)


@given(st.lists(bands(), min_size=1, max_size=3), st.data())
def test_no_answers_within_have_a_pool_outside_by_any_rule(said, data):
    found = pooled([position(each, f"P{at}") for at, each in enumerate(said)])
    rows = np.array([data.draw(st.sampled_from(answers(each))) for each in said]) / WHOLE
    for name, rule in rules.OPINIONS.items():
        for share, band in zip(rule(rows), found.rules[name], strict=True):
            assert band.low - 1e-6 <= share * WHOLE <= band.high + 1e-6, name


def test_the_ends_of_a_mean_are_reached_and_numbers_pool_to_a_number():
    one, other = (Band("no", 0, 4500), Band("yes", 5500, 10_000)), (Band("no", 6500, 10_000), Band("yes", 0, 3500))
    found = pooled([position(one, "GBR"), position(other, "UKR")])
    assert [(b.low, b.high) for b in found.bands] == [(3250, 7250), (2750, 6750)]
    assert found.fits_all == ()
    exact = pooled(
        [position((Band("no", p, p), Band("yes", WHOLE - p, WHOLE - p)), f"P{p}") for p in (1000, 2000, 4000)]
    )
    assert all(band.high - band.low <= 1 for rule in exact.rules.values() for band in rule)


@given(st.lists(bands(), min_size=2, max_size=3))
def test_an_answer_fits_all_where_one_is_in_all_bands(said):
    common = set.intersection(*(set(answers(each)) for each in said))
    fits = pooled([position(each, f"P{at}") for at, each in enumerate(said)]).fits_all
    assert bool(fits) is bool(common)
    for row in common:
        assert all(band.low <= point <= band.high for band, point in zip(fits, row, strict=True))


@given(bands(4), bands(4))
def test_how_far_bands_exclude_each_other_is_what_trying_every_answer_finds(one, other):
    grid = [answers(each, 1000) for each in (one, other)]
    tried = min(sum(abs(p - q) for p, q in zip(a, b, strict=True)) / 2 for a in grid[0] for b in grid[1])
    assert apart(one, other) == tried  # ends are whole tens, so that some whole answer reaches the least


@settings(max_examples=40)
@given(bands(4), bands(4))
def test_how_near_two_answers_can_come_is_what_trying_every_answer_finds(one, other):
    grid = [np.array(answers(each, 500)) for each in (one, other)]  # halves of whole tens: sets of two of four share it
    near = min(int(np.abs(grid[1] - row).max(axis=1).min()) for row in grid[0])
    assert apart(one, other, near) == 0
    assert near == 0 or apart(one, other, near - 1) > 0


def test_bands_that_overlap_one_by_one_can_still_exclude_each_other():
    one = (Band("a", 0, 3000), Band("b", 0, 3000), Band("c", 4000, 10_000))
    other = (Band("a", 3000, 10_000), Band("b", 2000, 10_000), Band("c", 0, 5000))
    assert all(max(x.low, y.low) <= min(x.high, y.high) for x, y in zip(one, other, strict=True))
    assert apart(one, other) == 0
    narrow = (Band("a", 3000, 10_000), Band("b", 3000, 10_000), Band("c", 0, 3900))
    assert apart(one, narrow) == 100


@given(bands(4))
def test_bands_are_cut_to_what_an_answer_reaches(found):
    cut = tightened(found)
    for at, band in enumerate(cut):
        reached = {row[at] for row in answers(found)}
        assert (band.low, band.high) == (min(reached), max(reached))
    assert all(a.hypothesis < b.hypothesis for a, b in pairwise(cut))
