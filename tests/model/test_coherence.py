import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.model.coherence import nearest
from consilience.model.form import WHOLE

points = st.integers(0, WHOLE)
bands = st.lists(st.tuples(points, points, points), min_size=1, max_size=6).map(
    lambda rows: ([given for given, _, _ in rows], [(min(a, b), max(a, b)) for _, a, b in rows])
)


def distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


@given(bands)
def test_what_is_found_adds_up_within_its_bounds_or_nothing_can(case):
    given_numbers, bounds = case
    found = nearest(given_numbers, bounds)
    if found is None:
        assert not sum(low for low, _ in bounds) <= WHOLE <= sum(high for _, high in bounds)
    else:
        assert sum(found) == WHOLE
        assert all(low <= number <= high for number, (low, high) in zip(found, bounds, strict=True))


@given(bands, st.data())
def test_no_other_numbers_that_add_up_are_nearer(case, data):
    given_numbers, bounds = case
    found = nearest(given_numbers, bounds)
    if found is None or len(found) < 2:
        return
    # Move some mass from one to another, within bounds: by convexity a nearer point would show along such a move.
    i, j = data.draw(st.permutations(range(len(found))))[:2]
    room = min(found[i] - bounds[i][0], bounds[j][1] - found[j])
    moved = list(found)
    step = data.draw(st.integers(0, room))
    moved[i], moved[j] = moved[i] - step, moved[j] + step
    assert distance(found, given_numbers) <= distance(moved, given_numbers) + 1e-9


@given(st.lists(points, min_size=1, max_size=6))
def test_what_is_coherent_stays_and_what_was_moved_is_not_moved_again(given_numbers):
    found = nearest(given_numbers)
    assert nearest(found) == found


def test_the_published_example_of_three_that_sum_to_too_much():
    # Each is moved by the same amount: the projection onto a plane is along its normal.
    assert nearest([5000, 4000, 4000]) == (4000, 3000, 3000)
    assert nearest([9000, 9000, 100]) == (5000, 5000, 0)
    assert nearest([3333, 3333, 3333]) == (3334, 3333, 3333)


@pytest.mark.parametrize("bounds", [[(0, 100), (0, 100)], [(6000, 7000), (6000, 7000)], [(2, 1), (0, WHOLE)]])
def test_bounds_within_which_nothing_adds_up_give_nothing(bounds):
    assert nearest([5000, 5000], bounds) is None
