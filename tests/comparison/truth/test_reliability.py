"""Reliability: calibration is what was measured, and nothing else."""

import pyarrow as pa

from consilience.comparison.truth import diagram, weigh
from tests.comparison.truth.making import World, table


def test_chances_come_true_as_often_as_they_say():
    found, known = [], []
    for seed in range(4):
        world = World(seed, accuracies=(0.8, 0.7, 0.7, 0.6, 0.6), coverage=0.7)
        found.append(
            weigh(table((f"{seed}{row[0]}", *row[1:]) for row in world.rows()), kinds={"a": "category"}).values
        )
        known += [(f"{seed}{key}", "a", value) for key, value in world.truth().items()]
    truth = pa.table({name: [row[at] for row in known] for at, name in enumerate(("object", "attribute", "value"))})
    rows = diagram(pa.concat_tables(found), truth, {"a": "category"}).to_pylist()
    assert sum(row["items"] for row in rows) > 1000
    # Sure answers are as good as they say; doubtful ones are better, never much worse.
    assert all(row["right"] > row["expected"] - 0.02 for row in rows if row["items"] >= 100)
    assert all(abs(row["expected"] - row["right"]) < 0.03 for row in rows if row["low"] >= 0.95)


def test_seeds_do_not_flatter_the_diagram():
    seeds = pa.table({"object": ["o"], "attribute": ["a"], "value": ["x"]})
    values = weigh(table([("o", "a", "A", "x")]), kinds={"a": "category"}, seeds=seeds).values
    assert diagram(values, seeds, {"a": "category"}).num_rows == 0
