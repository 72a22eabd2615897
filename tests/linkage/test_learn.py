"""Learn: weights without labels come near those that the truth gives, and hand-set ones stand where there is little to learn."""

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.reports import generate
from consilience.engine.near import Window
from consilience.linkage import events, table
from consilience.linkage.learn import learn
from consilience.linkage.patterns import NAMES, SIZES, Comparer
from consilience.linkage.sample import sample
from consilience.linkage.weights import BY_HAND, LABELS


@pytest.fixture(scope="module")
def told():
    return generate(20_000, seed=3)


@pytest.fixture(scope="module")
def read(told):
    return table.read(told.table)


def truth(told, read):
    """The incident of each event, in the order of the columns."""
    of = dict(zip(told.table.column("event_id").to_pylist(), told.incident.tolist(), strict=True))
    return np.array([of[name] for name in read.ids.to_pylist()])


def test_learned_weights_are_those_of_the_truth(told, read):
    weights = learn(read, window=(20.0, 2))
    drawn = sample(read, Window(20.0, (0, 2)))
    incident = truth(told, drawn.events)
    same = incident[drawn.a] == incident[drawn.b]
    levels = Comparer(drawn.events, weights).levels(drawn.a, drawn.b)
    for name in ("distance", "time", "kind", "actors"):
        at = NAMES.index(name)
        ones, others = (np.bincount(levels[at][chosen], minlength=SIZES[at]) for chosen in (same, ~same))
        for level in np.flatnonzero((ones > 100) & (others > 100)):
            true = np.log(ones[level] / ones.sum() / (others[level] / others.sum()))
            assert weights.levels[name][level] == pytest.approx(true, abs=0.7)
    assert weights.prior == pytest.approx(np.log(same.sum() / (~same).sum()), abs=0.7)


def test_reports_are_linked_without_labels(told, read):
    found = events.solve(read, learn(read))
    incident = truth(told, read)
    pairs = lambda sizes: int((sizes * (sizes - 1) // 2).sum())  # noqa: E731  a word for the next three lines
    both = np.unique(np.stack([incident, found.group]), axis=1, return_counts=True)[1]
    precision, recall = pairs(both) / pairs(np.bincount(found.group)), pairs(both) / told.true_pairs
    assert 2 * precision * recall / (precision + recall) >= 0.9


def test_the_order_of_rows_changes_nothing(told):
    some = told.table.slice(0, 3_000)
    mixed = some.take(pa.array(np.random.default_rng(1).permutation(3_000)))
    assert learn(table.read(some)) == learn(table.read(mixed))
    assert events.link(some).equals(events.link(mixed))


def test_a_few_reports_are_linked_by_hand_set_weights(told):
    weights = learn(table.read(told.table.slice(0, 20)))
    assert weights.pairs == 0
    assert weights.levels == BY_HAND.levels


def test_every_level_has_a_label_and_a_weight():
    assert {name: len(labels) for name, labels in LABELS.items()} == {
        name: len(weights) for name, weights in BY_HAND.levels.items()
    }


def test_a_crowded_place_costs_recall_and_says_so(told):
    rows = told.table.slice(0, 6_000)
    one_place = (
        rows.set_column(rows.schema.get_field_index("lat"), "lat", pa.array([48.0] * 6_000))
        .set_column(rows.schema.get_field_index("lon"), "lon", pa.array([37.0] * 6_000))
        .set_column(rows.schema.get_field_index("date_from"), "date_from", pa.array(["2021-12-01"] * 6_000))
        .set_column(rows.schema.get_field_index("date_to"), "date_to", pa.array(["2021-12-01"] * 6_000))
    )
    cost = float(events.link(one_place, weights=BY_HAND).schema.metadata[b"recall_cost"])
    assert 0 < cost <= 1
