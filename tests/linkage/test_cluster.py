"""Cluster: what average linkage promises: no chains, one answer in any order, and what was decided stands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.linkage.cluster import Decided, Edges, cluster, components

AGAINST = -3.0
graphs = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-24, 48).map(lambda eighths: eighths / 8),
    max_size=30,
)


def edges(odds):
    pairs = np.array(sorted(odds), dtype=np.int32).reshape(-1, 2)
    return Edges.of(pairs[:, 0], pairs[:, 1], np.array([odds[pair] for pair in sorted(odds)], dtype=float))


def groups(label):
    return {frozenset(np.flatnonzero(label == name).tolist()) for name in set(label.tolist())}


def one_by_one(size, odds):
    """The same by the textbook: join the best two groups, until no two belong together."""
    held = {number: [number] for number in range(size)}
    while True:
        ranked = []
        for one in held:
            for two in held:
                if one < two:
                    between = [odds.get((min(i, j), max(i, j)), AGAINST) for i in held[one] for j in held[two]]
                    ranked.append((-sum(max(value, AGAINST) for value in between) / len(between), one, two))
        ranked.sort()
        if not ranked or ranked[0][0] >= 0:
            return {frozenset(members) for members in held.values()}
        _, one, two = ranked[0]
        held[one] = sorted(held[one] + held.pop(two))


@given(graphs)
@settings(max_examples=150)
def test_joining_all_mutual_best_at_once_is_joining_the_best_one_by_one(odds):
    assert groups(cluster(10, edges(odds), AGAINST)) == one_by_one(10, odds)


@given(graphs, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_pairs_changes_nothing(odds, random):
    listed = random.sample(sorted(odds), len(odds))
    turned = [(b, a) if random.random() < 0.5 else (a, b) for a, b in listed]
    pairs = np.array(turned, dtype=np.int32).reshape(-1, 2)
    mixed = Edges.of(pairs[:, 0], pairs[:, 1], np.array([odds[pair] for pair in listed], dtype=float))
    assert (cluster(10, mixed, AGAINST) == cluster(10, edges(odds), AGAINST)).all()


def test_neighbours_make_no_chain():
    chain = {(number, number + 1): 2.0 for number in range(9)}
    assert max(len(group) for group in groups(cluster(10, edges(chain), AGAINST))) <= 3


def test_what_was_decided_stands_against_any_evidence():
    decided = Decided(np.array([[0, 3]], np.int32), np.array([[0, 1], [2, 4]], np.int32))
    odds = {(0, 1): 40.0, (2, 4): 40.0, (0, 3): -40.0, (1, 3): 40.0}
    found = groups(cluster(5, edges(odds), AGAINST, decided))
    assert frozenset({0, 3}) in found
    assert frozenset({2}) in found
    assert frozenset({4}) in found


@given(graphs)
@settings(max_examples=50)
def test_groups_lie_within_what_pairs_above_even_connect(odds):
    above = np.array([pair for pair in sorted(odds) if odds[pair] > 0], dtype=np.int32).reshape(-1, 2)
    whole = components(10, above[:, 0], above[:, 1])
    for group in groups(cluster(10, edges(odds), AGAINST)):
        assert len({int(whole[member]) for member in group}) == 1


@pytest.mark.parametrize("size", [0, 1, 3])
def test_without_pairs_each_is_alone(size):
    assert cluster(size, edges({}), AGAINST).tolist() == list(range(size))
