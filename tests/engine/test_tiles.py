"""Tiles: in the bins that events are sent to, every pair of all meets once, however crowded a tile is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.engine.candidates import candidate_pairs
from consilience.engine.near import Tally, Window
from consilience.engine.tiles import Plan, home, meetings
from tests.engine.places import Places

WINDOW = Window(10.0, (0, 2))
events = st.lists(
    st.tuples(
        st.floats(-90, 90) | st.sampled_from([48.0, 47.99, -17.0, 89.9, -89.9]),
        st.floats(-180, 180) | st.sampled_from([37.0, 38.0, 37.99, 180.0, 179.99, -179.99]),
        st.floats(0.1, 40) | st.sampled_from([300.0, 3000.0]),
        st.integers(18_970, 19_000) | st.sampled_from([-3, 0]),
        st.integers(0, 5) | st.sampled_from([20, 400]),
    ),
    min_size=1,
    max_size=14,
)


def placed(listed):
    lat, lon, radius, first, length = np.array(listed, dtype=float).T
    none = np.zeros(len(lat), dtype=np.int64)
    days = np.column_stack([first, first + length]).astype(np.int64)
    return Places(np.column_stack([lat, lon]), radius, days, none, none)


def planned(places, most):
    tiles, counts = np.unique(home(places.points, places.days[:, 0]), return_counts=True)
    return Plan.of(WINDOW, float(places.radius_km.max()), tiles, counts, most)


def met(places, plan):
    """The pairs that meet in all bins, as numbers of all."""
    numbers = np.arange(len(places))
    rows, bins = plan.copies(places, numbers)
    for chosen in range(plan.bins):
        here = np.sort(rows[bins == chosen])
        for a, b in meetings(places.take(here), here, plan, chosen, Tally()):
            yield from (tuple(sorted(pair)) for pair in zip(here[a].tolist(), here[b].tolist(), strict=True))


@given(events, st.integers(1, 5))
def test_every_pair_meets_once_in_whatever_bins(listed, most):
    places = placed(listed)
    all_pairs = [
        tuple(sorted(pair)) for a, b in candidate_pairs(places, WINDOW) for pair in zip(a.tolist(), b.tolist(), strict=True)
    ]  # fmt: skip
    assert sorted(met(places, planned(places, most))) == sorted(all_pairs)


@pytest.mark.parametrize("most", [1, 7, 100])
def test_no_bin_is_asked_by_more_of_a_crowded_tile_than_its_part(most):
    rng = np.random.default_rng(3)
    crowd = [(48.1, 37.1, 1.0, 18_990, 0)] * 300
    spread = [(lat, lon, 1.0, 18_990, 0) for lat, lon in rng.uniform((40, 20), (50, 40), (40, 2))]
    places = placed(crowd + spread)
    plan = planned(places, most)
    begun, _, parts = plan.part(int(plan.homes(places)[0]))
    assert parts == -(-300 // most)
    rows, bins = plan.copies(places, np.arange(len(places)))
    for chosen in range(begun, begun + parts):
        here = rows[bins == chosen]
        assert set(range(300)) <= set(here.tolist())
        assert (here % parts == chosen - begun).sum() <= most + len(spread)
    elsewhere = np.bincount(plan.homes(places)[300:], minlength=plan.bins)
    assert elsewhere[plan.first[plan.parts == 1]].max(initial=0) <= 2 * most


def test_events_that_look_nowhere_else_go_to_one_bin():
    places = placed([(49.0 + 2 * row, 31.0, 1.0, 18_984, 0) for row in range(4)])
    rows, bins = planned(places, 1).copies(places, np.arange(4))
    assert rows.tolist() == bins.tolist() == [0, 1, 2, 3]
