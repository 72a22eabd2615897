"""Values: intervals say by which rule they were fused, and counts count groups."""

import random

from consilience.comparison.truth import weigh
from consilience.comparison.truth.fuse import ONE, PRODUCT, UNKNOWN
from tests.comparison.truth.making import table


def counts(sources, objects, seed=1):
    """Figures that each source tells within some per cent of the truth, by itself."""
    chance = random.Random(seed)  # noqa: S311  (a generator that repeats)
    told = []
    for at in range(objects):
        truth = chance.randrange(10_000, 90_000)
        for who in range(sources):
            value = truth if chance.random() < 0.6 else round(truth * chance.uniform(0.8, 1.25))
            told.append((f"o{at}", "n", f"s{who}", str(value)))
    return weigh(table(told), kinds={"n": "number"}).values.to_pylist()


def test_one_root_is_as_it_stated():
    row = weigh(table([("o", "n", "A", "1500")]), kinds={"n": "number"}).values.to_pylist()[0]
    assert row["method"] == ONE
    assert row["low"] < 1500 < row["high"]


def test_the_product_is_taken_only_where_errors_were_seen_to_be_apart():
    assert {row["method"] for row in counts(4, 3) if row["independent_sources"] > 1} == {UNKNOWN}
    assert {row["method"] for row in counts(4, 200) if row["independent_sources"] > 1} == {PRODUCT}


def test_the_value_lies_within_its_bounds():
    assert all(row["low"] <= float(row["value"]) <= row["high"] for row in counts(4, 100))


def test_no_bounds_are_given_for_what_is_no_figure():
    row = weigh(table([("o", "a", "A", "Kyiv")]), kinds={"a": "place"}).values.to_pylist()[0]
    assert (row["low"], row["high"]) == (None, None)


def test_the_rival_is_told_with_its_chance():
    told = [("o", "a", "A", "x"), ("o", "a", "B", "x"), ("o", "a", "C", "y")]
    row = weigh(table(told), kinds={"a": "category"}).values.to_pylist()[0]
    assert (row["value"], row["rival"]) == ("x", "y")
    assert row["rival_probability"] < row["probability"]


def test_roots_that_share_an_origin_are_one_witness():
    told = table([("o", "a", who, "x") for who in "ABC"], origin=["briefing", "briefing", None])
    row = weigh(told, kinds={"a": "category"}).values.to_pylist()[0]
    assert row["independent_sources"] == 2


def test_a_carrier_is_listed_among_the_sources_though_it_is_no_witness():
    told = table([("o", "a", "A", "x"), ("o", "a", "B", "x")], origin=[None, "A"])
    truth = weigh(told, kinds={"a": "category"})
    assert truth.values["independent_sources"].to_pylist() == [1]
    assert truth.sources["source"].to_pylist() == ["A", "B"]
