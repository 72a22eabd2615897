"""Candidates: every pair that is near enough is found, once; where too much happened, the nearest of a kind."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.engine.candidates import candidate_pairs
from consilience.engine.near import Tally, Window
from consilience.model.atlas import sphere_km
from tests.engine.places import Places

WINDOW = Window(10.0, (0, 2))
events = st.lists(
    st.tuples(
        st.floats(-89, 89) | st.sampled_from([48.0, 48.05, -17.0, 89.9, -89.9]),
        st.floats(-180, 180) | st.sampled_from([37.0, 37.1, 179.99, -179.99]),
        st.floats(0.1, 40),
        st.integers(18_990, 19_000),
        st.integers(0, 5),
    ),
    max_size=12,
)


def placed(listed):
    none = np.zeros(len(listed), dtype=np.int64)
    return Places(
        np.array([[lat, lon] for lat, lon, *_ in listed], dtype=float).reshape(-1, 2),
        np.array([radius for _, _, radius, *_ in listed], dtype=float),
        np.array([[first, first + length] for *_, first, length in listed], dtype=np.int64).reshape(-1, 2),
        none, none,
    )  # fmt: skip


def pairs_of(listed, window=WINDOW, **how):
    return [
        (min(pair), max(pair))
        for a, b in candidate_pairs(placed(listed), window, **how) for pair in zip(a.tolist(), b.tolist(), strict=True)
    ]  # fmt: skip


@given(events)
@settings(max_examples=40)
def test_no_near_pair_is_missed_and_none_is_named_twice(listed):
    found = pairs_of(listed)
    assert len(found) == len(set(found))
    assert all(a != b for a, b in found)
    for a in range(len(listed)):
        for b in range(a + 1, len(listed)):
            one, two = listed[a], listed[b]
            km = sphere_km(*one[:2], *two[:2])
            gap = max(0, one[3] - two[3] - two[4], two[3] - one[3] - one[4])
            if km <= one[2] + two[2] + WINDOW.km and gap <= WINDOW.days[1]:
                assert (a, b) in found


def test_few_events_have_few_pairs():
    assert pairs_of([]) == []
    assert pairs_of([(48, 37, 1, 19_000, 0)]) == []
    assert pairs_of([(48, 37, 1, 19_000, 0), (-48, 37, 1, 19_000, 0)]) == []


@given(events, st.sets(st.integers(0, 11)))
@settings(max_examples=40)
def test_those_that_look_find_what_all_find_together(listed, some):
    looking = np.array(sorted(number for number in some if number < len(listed)), dtype=np.int64)
    found = pairs_of(listed, lookers=looking)
    assert len(found) == len(set(found))
    assert set(found) == {pair for pair in pairs_of(listed) if set(pair) & set(looking.tolist())}


@given(events)
@settings(max_examples=40)
def test_days_apart_leave_out_what_is_near_in_time(listed):
    def gap(a, b):
        one, two = listed[a], listed[b]
        return max(0, one[3] - two[3] - two[4], two[3] - one[3] - one[4])

    apart = set(pairs_of(listed, Window(10.0, (3, 8))))
    near = pairs_of(listed, Window(10.0, (0, 8)))
    assert apart == {pair for pair in near if gap(*pair) >= 3}


def test_where_too_much_happens_each_is_held_against_its_neighbours_and_the_rest_is_counted():
    crowd = [(48.0, 37.0, 1.0, 19_000, 0)] * 300
    tally = Tally()
    found = pairs_of(crowd, Window(1.0, (0, 0), most=100), tally=tally)
    assert len(found) == len(set(found)) < 300 * 299 / 2
    assert tally.hot == 300
    assert tally.left_out > 0
    assert sum(len(a) for a, _ in tally.dropped) > 0
    everyone = {number for pair in found for number in pair}
    assert everyone == set(range(300))


def test_a_crowd_of_one_kind_is_not_lost_in_a_crowd_of_others():
    crowd = [(48.0, 37.0, 1.0, 19_000, 0)] * 400
    kind = np.arange(400, dtype=np.int64) % 40
    places = replace(placed(crowd), kind=kind)
    pairs = [
        pair for a, b in candidate_pairs(places, Window(1.0, (0, 0), most=100))
        for pair in zip(a.tolist(), b.tolist(), strict=True)
    ]  # fmt: skip
    alike = {(min(pair), max(pair)) for pair in pairs if kind[pair[0]] == kind[pair[1]]}
    assert len(alike) == 40 * 10 * 9 / 2
