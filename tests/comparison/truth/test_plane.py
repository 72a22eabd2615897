"""Plane: fused points against closed forms, and against simulated truth however the errors hang together."""

import numpy as np
import pytest

from consilience.comparison.truth.plane import FREEDOM, Stated, held, scatter, shared, trust

WORLDS = 4_000


def stated(points, covariances, item=None):
    item = np.zeros(len(points), np.int64) if item is None else item
    return Stated(np.array(points, float), np.linalg.inv(np.array(covariances, float)), item, int(item.max()) + 1)


def test_the_product_adds_what_each_tells():
    fused = stated([(0, 0), (6, 0)], [np.eye(2), 2 * np.eye(2)]).product(np.ones(2))
    assert fused.at[0] == pytest.approx([2, 0])
    assert fused.covariance[0] == pytest.approx(np.eye(2) * 2 / 3)


def test_of_two_circles_the_intersection_is_the_smaller_whatever_the_larger_says():
    fused = stated([(1, 2), (50, 0)], [np.eye(2), 9 * np.eye(2)]).intersection()
    assert fused.at[0] == pytest.approx([1, 2], abs=1e-6)
    assert fused.covariance[0] == pytest.approx(np.eye(2), rel=1e-6)


def test_equal_circles_meet_in_the_middle_and_are_no_surer_for_being_many():
    fused = stated([(0, 0), (2, 0), (1, 3)], [4 * np.eye(2)] * 3).intersection()
    assert fused.at[0] == pytest.approx([1, 1])
    assert fused.covariance[0] == pytest.approx(4 * np.eye(2))


def test_crossed_ellipses_weigh_a_half_each():
    """By symmetry: the inverse is the mean of diag(1, 1/9) and diag(1/9, 1)."""
    fused = stated([(0, 4), (4, 0)], [np.diag([1, 9]), np.diag([9, 1])]).intersection()
    assert fused.covariance[0] == pytest.approx(np.eye(2) * 1.8)
    assert fused.at[0] == pytest.approx([0.4, 0.4])


def test_the_intersection_is_the_smallest_of_its_family():
    one, two = np.array([[2.0, 0.7], [0.7, 1.0]]), np.array([[1.0, -0.4], [-0.4, 3.0]])
    found = np.linalg.det(stated([(0, 0), (1, 1)], [one, two]).intersection().covariance[0])
    family = [
        np.linalg.det(np.linalg.inv(w * np.linalg.inv(one) + (1 - w) * np.linalg.inv(two)))
        for w in np.linspace(0, 1, 2_001)
    ]
    assert found == pytest.approx(min(family), rel=1e-4)


def test_the_radius_is_the_longer_half_axis():
    assert stated([(0, 0)], [np.diag([4, 1])]).product(np.ones(1)).radius[0] == pytest.approx(2 * np.sqrt(5.991))


def test_what_lies_far_off_pulls_the_less_the_farther_it_lies():
    tells = np.array([np.eye(2)] * 3)
    off = np.array([(0.5, 0), (10, 0), (1000, 0)])
    assert trust(off, tells) == pytest.approx([1, (FREEDOM + 2) / (FREEDOM + 100), (FREEDOM + 2) / (FREEDOM + 1e6)])
    near = [(0.3, 0), (-0.3, 0), (0, 0.3)]
    moved = [
        stated([*near, (far, 0)], [np.eye(2)] * 4).robust(np.ones(4), np.zeros((1, 2))).at[0, 0] for far in (10, 1000)
    ]
    assert 0 < moved[1] < 0.01 < moved[0] < 0.3


@pytest.mark.parametrize("shared", [0.0, 0.3, 0.7, 1.0])
def test_the_intersection_covers_the_truth_however_errors_hang_together(shared):
    """Ellipses of three shapes; `shared` is the correlation of their errors."""
    fused = worlds(shared, 0.0).intersection()
    assert covered(fused) >= 0.95


def test_the_product_does_not():
    assert covered(worlds(0.7, 0.0).product(np.ones(3 * WORLDS))) < 0.85


@pytest.mark.parametrize("gross", [0.0, 0.1, 0.2])
def test_the_robust_product_covers_the_truth_where_some_are_far_off(gross):
    found = worlds(0.0, gross, sources=7)
    weight = np.ones(7 * WORLDS)
    start = found.at.reshape(WORLDS, 7, 2)
    assert covered(found.robust(weight, np.median(start, axis=1))) >= 0.94
    assert gross == 0 or covered(found.product(weight)) < 0.6


def worlds(shared, gross, sources=3):
    """Independent worlds whose truth is nought: errors that share a part, some of them gross."""
    random = np.random.default_rng(7)
    shapes = np.array([np.diag([1.0, 4.0]), np.diag([4.0, 1.0]), np.array([[2.0, 1.0], [1.0, 2.0]])] * 3)[:sources]
    roots = np.linalg.cholesky(shapes)
    common, own = random.normal(size=(WORLDS, 1, 2)), random.normal(size=(WORLDS, sources, 2))
    errors = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
    off = np.einsum("sij,wsj->wsi", roots, errors)
    off += 40 * random.normal(size=off.shape) * (random.random((WORLDS, sources, 1)) < gross)
    item = np.repeat(np.arange(WORLDS), sources)
    return stated(off.reshape(-1, 2), np.tile(shapes, (WORLDS, 1, 1)), item)


def covered(fused):
    """The part of worlds whose truth lies in the 95 % ellipse."""
    square = np.einsum("ni,nij,nj->n", fused.at, np.linalg.inv(fused.covariance), fused.at)
    return float((square <= 5.991).mean())


def test_the_scatter_is_that_of_the_errors_and_gross_ones_hardly_widen_it():
    random = np.random.default_rng(3)
    true = np.array([[4.0, 1.5], [1.5, 2.0]])
    off = random.normal(size=(2_000, 2)) @ np.linalg.cholesky(true).T
    assert scatter(off, 4.0) == pytest.approx(true, rel=0.15)
    off[:200] *= 50
    assert np.linalg.det(scatter(off, 4.0)) < 2.5 * np.linalg.det(true)


def test_of_what_nothing_is_known_the_scatter_is_as_stated():
    assert scatter(np.empty((0, 2)), 4.0) == pytest.approx(np.eye(2))
    assert scatter(np.zeros((2, 2)), 4.0) == pytest.approx(np.eye(2) * 4 / 6, rel=0.01)


@pytest.mark.parametrize("part", [0.0, 0.4, 0.9])
def test_what_errors_have_in_common_is_told_at_most(part):
    random = np.random.default_rng(11)
    common, own = random.normal(size=(400, 1, 2)), random.normal(size=(400, 5, 2))
    off = (np.sqrt(part) * common + np.sqrt(1 - part) * own).reshape(-1, 2)
    item = np.repeat(np.arange(400), 5)
    assert part <= shared(off, item, 400) <= part + 0.12
    assert shared(off[:50], item[:50], 400) == 1.0


def test_nobody_is_taken_to_be_better_than_stated():
    assert held(np.diag([0.2, 3.0])) == pytest.approx(np.diag([1.0, 3.0]))
