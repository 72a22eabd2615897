"""Laws of weighing: order, copies, floods, seeds, and the bars where the data is at hand."""

import random
from functools import partial

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import truth as measured
from consilience.comparison.truth import weigh
from consilience.errors import UsageError
from tests.comparison.truth.making import World, elected, table

WORLD = World(seed=5)
rows = st.lists(
    st.tuples(
        st.sampled_from(["o1", "o2", "o3"]), st.just("a"), st.sampled_from("ABCDE"), st.sampled_from(["x", "y", "z"])
    ),
    min_size=1, max_size=25, unique=True,
)  # fmt: skip


def test_sources_that_prove_better_prevail_over_the_many():
    found = elected(weigh(table(WORLD.rows()), kinds={"a": "category"}).values)
    ours = sum(found[key, "a"] == value for key, value in WORLD.truth().items())
    rival = measured.vote(
        [dict(zip(("object", "attribute", "source", "value"), row, strict=True)) for row in WORLD.rows()]
    )
    assert ours > sum(rival[key, "a"] == value for key, value in WORLD.truth().items())


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_byte(told, chance):
    shuffled = list(told)
    chance.shuffle(shuffled)
    one, two = (weigh(table(each), kinds={"a": "category"}) for each in (told, shuffled))
    for name in ("values", "sources", "groups", "camps", "dependences", "defects"):
        assert getattr(one, name).equals(getattr(two, name))


@pytest.mark.parametrize(
    ("kind", "value"),
    [("category", "A7"), ("set", "b;a"), ("place", "Kyiv"), ("number", "1,500"), ("clock", "9:05 pm")],
)
def test_a_source_alone_gives_its_value(kind, value):
    row = weigh(table([("o", "a", "S", value)]), kinds={"a": kind}).values.to_pylist()[0]
    assert row["value"] == value
    assert row["independent_sources"] == 1
    assert 0 < row["probability"] < 1


@given(rows, st.integers(1, 4))
def test_a_declared_copy_changes_nothing_that_is_said_of_the_world(told, copies):
    before = weigh(table(told), kinds={"a": "category"}).values
    copied = [
        (key, what, f"copy {at} of A", value) for key, what, who, value in told if who == "A" for at in range(copies)
    ]
    origins = [None] * len(told) + ["A"] * len(copied)
    after = weigh(table([*told, *copied], origin=origins), kinds={"a": "category"}).values
    assert after.equals(before)


@pytest.mark.parametrize("copies", [1, 3, 20])
def test_copies_that_nobody_declared_change_no_value_and_raise_no_count(copies):
    told = WORLD.rows()
    before = weigh(table(told), kinds={"a": "category"}).values
    added = [(key, what, f"copy{at}", value) for key, what, who, value in told if who == "s6" for at in range(copies)]
    after = weigh(table([*told, *added]), kinds={"a": "category"}).values
    assert elected(after) == elected(before)
    pairs = zip(before.to_pylist(), after.to_pylist(), strict=True)
    assert all(new["independent_sources"] <= old["independent_sources"] for old, new in pairs)


def test_a_flood_of_near_duplicates_moves_no_value():
    told = [(key, "a", who, str(100 + len(value) if value.startswith("true") else 200 + at)) for at, (key, _, who, value) in enumerate(WORLD.rows())]  # fmt: skip
    flood = [
        (key, "a", "s6", f"{float(value) + step / 1000}")
        for key, _, who, value in told
        if who == "s6"
        for step in range(1, 101)
    ]
    flood = flood[:10_000]
    before, after = (weigh(table(each), kinds={"a": "number"}).values for each in (told, [*told, *flood]))
    moved = [key for key, value in elected(before).items() if elected(after)[key] != value]
    assert not moved


def test_more_support_is_never_less_probable():
    told = [("o", "a", "A", "x"), ("o", "a", "B", "y")]
    chances = []
    for many in range(5):
        added = [("o", "a", f"S{at}", "x") for at in range(many)]
        found = weigh(table([*told, *added]), kinds={"a": "category"}).values.to_pylist()[0]
        chances.append(found["probability"] if found["value"] == "x" else 0.0)
    assert chances == sorted(chances)
    assert chances[-1] > 0.9


def test_a_seed_fixes_its_value_even_where_nobody_told_it():
    seeds = pa.table({"object": ["o"], "attribute": ["a"], "value": ["z"]})
    row = weigh(
        table([("o", "a", "A", "x"), ("o", "a", "B", "x")]), kinds={"a": "category"}, seeds=seeds
    ).values.to_pylist()[0]
    assert (row["value"], row["probability"], row["seeded"]) == ("z", 1.0, True)
    assert row["independent_sources"] == 0


def test_seeds_teach_who_can_be_relied_on():
    chance = random.Random(1)  # noqa: S311  (a generator that repeats)
    told, known = [], []
    for at in range(60):
        key = f"o{at}"
        told += [
            (key, "a", "good", "x"),
            (key, "a", "bad", chance.choice("vw")),
            (key, "a", "worse", chance.choice("vw")),
        ]
        if at < 40:
            known.append((key, "a", "x"))
    seeds = pa.table({name: [row[at] for row in known] for at, name in enumerate(("object", "attribute", "value"))})
    found = elected(weigh(table(told), kinds={"a": "category"}, seeds=seeds).values)
    assert all(found[f"o{at}", "a"] == "x" for at in range(40, 60))


def test_seeds_that_contradict_each_other_fix_nothing_and_are_told():
    seeds = pa.table({"object": ["o", "o"], "attribute": ["a", "a"], "value": ["y", "z"]})
    truth = weigh(table([("o", "a", "A", "x")]), kinds={"a": "category"}, seeds=seeds)
    assert elected(truth.values) == {("o", "a"): "x"}
    assert [row["value"] for row in truth.defects.to_pylist()] == ["y", "z"]


def test_a_seed_that_meets_no_claim_is_told():
    seeds = pa.table({"object": ["p"], "attribute": ["a"], "value": ["x"]})
    truth = weigh(table([("o", "a", "A", "x")]), kinds={"a": "category"}, seeds=seeds)
    assert "p" in truth.defects.to_pylist()[0]["reason"]


@pytest.mark.parametrize(("columns", "kinds", "words"), [
    ({"object": ["o"]}, {}, "a column 'attribute'"),
    ({"object": ["o"], "attribute": ["a"], "source": ["S"], "value": [None]}, {"a": "set"}, "text in every row"),
    ({"object": ["o"], "attribute": ["a"], "source": ["S"], "value": ["x"]}, {}, "one of category"),
])  # fmt: skip
def test_what_cannot_be_weighed_is_refused_by_name(columns, kinds, words):
    with pytest.raises(UsageError, match=words):
        weigh(pa.table(columns), kinds=kinds)


def test_no_claims_give_empty_tables():
    truth = weigh(table([]), kinds={})
    assert truth.values.num_rows == truth.sources.num_rows == truth.groups.num_rows == 0


def test_a_later_value_of_one_source_replaces_the_earlier():
    told = table([("o", "a", "A", "x"), ("o", "a", "A", "y")], time=["2022-01-02", "2022-01-01"])
    truth = weigh(told, kinds={"a": "category"})
    assert elected(truth.values) == {("o", "a"): "x"}
    assert "1 values were replaced" in truth.defects.to_pylist()[0]["reason"]


def test_without_a_source_only_what_hangs_on_it_changes():
    told = [("o1", "a", "A", "x"), ("o2", "a", "B", "y"), ("o2", "a", "C", "y"), ("o2", "a", "A", "y")]
    changed = weigh(table(told), kinds={"a": "category"}).without("A").to_pylist()
    assert [(row["object"], row["value"], row["without"]) for row in changed] == [("o1", "x", None)]


PARTS = {
    "unseeded, every other day": partial(measured.unseeded, every=2),
    "seeded": partial(measured.seeded, without=(False,)),
    "seeded, without airlines": partial(measured.seeded, without=(True,)),
}


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_the_bars_are_cleared_on_public_data(data, part):
    found = {
        cells[1].strip(): [float(cell) for cell in cells[3:6]]
        for cells in (line.split("|") for line in PARTS[part](data / "truth"))
    }
    bars = {
        "flights": 0.955, "flights without airlines": 0.925, "book": 0.87, "birthplaces": 0.78,
        "flights, seeded by 3 days": 0.975, "flights without airlines, seeded by 3 days": 0.965,
    }  # fmt: skip
    assert found
    for name, (vote, accu, ours) in found.items():
        assert ours > bars.get(name, 0.0), name
        assert ours >= max(vote, accu), name
