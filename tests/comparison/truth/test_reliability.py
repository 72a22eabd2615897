"""Reliability: calibration is what was measured, and nothing else."""

import random

import pyarrow as pa

from consilience.comparison.truth import calibrate, diagram, weigh
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


# --- Drawn to what came true -----------------------------------------------------------------------------------------------

KINDS = {"a": "category", "b": "category"}


def told(chances, attribute="a"):
    """Values with these probabilities, in the form that `weigh` gives."""
    rows = [
        {"object": f"o{at:04}", "attribute": attribute, "value": "x", "probability": chance, "seeded": False}
        for at, chance in enumerate(chances)
    ]
    return pa.Table.from_pylist(rows)


def truths(many, right, attribute="a"):
    """Known truths of the first items; of ten of them so many are as told."""
    rows = [
        {"object": f"o{at:04}", "attribute": attribute, "value": "x" if at % 10 < right else "y"} for at in range(many)
    ]
    return pa.Table.from_pylist(rows)


def chances(values):
    return values["probability"].to_pylist()


def test_what_is_too_sure_is_drawn_to_what_came_true_of_others():
    found = calibrate(told([0.99] * 400), truths(200, 8), KINDS)
    assert all(abs(chance - 0.8) < 0.02 for chance in chances(found))


def test_a_few_truths_move_little_and_none_moves_nothing():
    values = told([0.97] * 5)
    assert calibrate(values, truths(1, 0).slice(1), KINDS) == values
    (one, *_) = chances(calibrate(values, truths(1, 0), KINDS))
    assert 0.5 < one < 0.97


def test_the_order_of_the_answers_stays_and_other_attributes_are_untouched():
    random_ = random.Random(5)  # noqa: S311  no secret
    said = sorted(random_.random() for _ in range(300))
    values = pa.concat_tables([told(said), told([0.9], "b")])
    *found, other = chances(calibrate(values, truths(300, 3), KINDS))
    assert found == sorted(found)
    assert all(0.0 <= chance <= 1.0 for chance in found)
    assert other == 0.9


def test_seeded_values_teach_nothing_and_stay():
    values = told([0.9, 0.9])
    at = values.schema.get_field_index("seeded")
    seeded = values.set_column(at, "seeded", pa.array([True, False]))
    assert calibrate(seeded, truths(1, 0), KINDS) == seeded


def test_rows_in_any_order_give_the_same_chances():
    values, known = told([0.99, 0.7, 0.7, 0.4] * 20), truths(60, 6)
    backwards = pa.Table.from_pylist(known.to_pylist()[::-1])
    assert calibrate(values, known, KINDS) == calibrate(values, backwards, KINDS)
