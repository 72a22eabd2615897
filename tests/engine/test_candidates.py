"""Candidates: every pair that is near enough is found, once, in order; what is far is not looked at twice."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.engine.candidates import candidate_pairs
from consilience.model.atlas import sphere_km

WINDOW = (10.0, 2)
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


def pairs_of(listed, window=WINDOW):
    points = np.array([[lat, lon] for lat, lon, *_ in listed]).reshape(-1, 2)
    radius = np.array([radius for _, _, radius, *_ in listed])
    days = np.array([[first, first + length] for *_, first, length in listed]).reshape(-1, 2)
    found = list(candidate_pairs(points, radius, days, window))
    return [tuple(pair) for pair in np.concatenate(found).tolist()] if found else []


@given(events)
@settings(max_examples=40)
def test_no_near_pair_is_missed_and_none_is_named_twice(listed):
    found = pairs_of(listed)
    assert found == sorted(set(found))
    assert all(a < b for a, b in found)
    for a in range(len(listed)):
        for b in range(a + 1, len(listed)):
            one, two = listed[a], listed[b]
            km = sphere_km(*one[:2], *two[:2])
            gap = max(0, one[3] - two[3] - two[4], two[3] - one[3] - one[4])
            if km <= max(one[2], two[2]) + WINDOW[0] and gap <= WINDOW[1]:
                assert (a, b) in found


def test_few_events_have_few_pairs():
    assert pairs_of([]) == []
    assert pairs_of([(48, 37, 1, 19_000, 0)]) == []
    assert pairs_of([(48, 37, 1, 19_000, 0), (-48, 37, 1, 19_000, 0)]) == []
