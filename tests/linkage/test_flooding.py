"""Flooding a table: with weights that are given only what hangs together with the flood can move; what is learned moves by little."""

from collections import defaultdict

import pandas
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reports import generate
from consilience.linkage import link
from consilience.linkage.cluster import components
from consilience.linkage.events import solve
from consilience.linkage.learn import learn
from consilience.linkage.sample import heard
from consilience.linkage.table import read
from consilience.linkage.weights import BY_HAND

TOWNS = [(48.0, 37.0), (48.05, 37.05), (48.3, 37.4), (49.0, 38.0)]


def event(name, dataset, town, day, count):
    lat, lon = TOWNS[town]
    return {
        "event_id": name, "dataset": dataset, "date_from": f"2021-12-{day:02}", "date_to": f"2021-12-{day:02}", "lat": lat,
        "lon": lon, "precision_km": 2.0, "event_type": "attack", "actors": "RUS", "count": count, "text": "",
    }  # fmt: skip


EVENTS = st.lists(
    st.tuples(st.sampled_from("abcx"), st.integers(0, 3), st.integers(1, 12), st.sampled_from([0, 1, 7, 30])),
    min_size=2, max_size=25,
)  # fmt: skip


def groups(rows, dataset):
    """Fact of each event of other data sets, as the events of others that share it."""
    facts = defaultdict(set)
    for row in link(pandas.DataFrame(rows), weights=BY_HAND).to_pylist():
        facts[row["fact_id"]].add(row["event_id"])
    others = {row["event_id"] for row in rows if row["dataset"] != dataset}
    return {name: frozenset(facts_ & others) for facts_ in facts.values() for name in facts_ & others}


def hanging_together(rows, names):
    """The events that a path of pairs above even leads to from some events."""
    events = read(pandas.DataFrame(rows))
    edges = solve(events, BY_HAND).edges
    good = edges.odds > 0
    first = components(len(events), edges.a[good], edges.b[good])
    ids = events.ids.to_pylist()
    touched = {first[at] for at, name in enumerate(ids) if name in names}
    return {name for at, name in enumerate(ids) if first[at] in touched}


@settings(max_examples=40)
@given(EVENTS, st.integers(0, 99), st.integers(1, 100))
def test_a_flood_moves_no_event_that_does_not_hang_together_with_it(told, pick, number):
    rows = [event(f"e{at}", *cells) for at, cells in enumerate(told)]
    like = rows[pick % len(rows)]
    flood = [
        {**like, "event_id": f"f{at}", "dataset": "x", "lat": like["lat"] + (at % 10 - 5) / 1000, "text": f"again {at}"}
        for at in range(number)
    ]
    near = hanging_together(rows + flood, {each["event_id"] for each in flood})
    before, after = groups(rows, "x"), groups(rows + flood, "x")
    rest = before.keys() - near
    assert {name: after[name] for name in rest} == {name: before[name] for name in rest}


@pytest.mark.parametrize("number", [1, 100])
def test_a_flood_of_one_event_parts_nobody_who_tells_the_same(number):
    """Two data sets that tell one event alike stay together, however often a third tells it."""
    one, two = event("a", "a", 0, 3, 7), event("b", "b", 0, 3, 7)
    flood = [{**one, "event_id": f"f{at}", "dataset": "x", "lat": 48 + at / 10_000} for at in range(number)]
    assert groups([one, two, *flood], "x")["a"] == {"a", "b"}


def flooded(table, dataset):
    """A table with one of its reports told a hundred times more, by another data set or by its own."""
    rows = table.to_pylist()
    like = next(row for row in rows if row["text"] and row["actors"])
    flood = [
        {**like, "event_id": f"f{at}", "dataset": dataset or like["dataset"], "lat": like["lat"] + (at % 10 - 5) / 1000}
        for at in range(100)
    ]
    return pyarrow.Table.from_pylist(rows + flood, schema=table.schema), like["text"]


@pytest.mark.parametrize("dataset", ["x", ""])
def test_a_flood_moves_what_is_learned_by_little(dataset):
    table = generate(3_000).table
    after, said = flooded(table, dataset)
    one, two = learn(read(table)), learn(read(after))
    moved = [abs(a - b) for name in one.levels for a, b in zip(one.levels[name], two.levels[name], strict=True)]
    assert abs(one.prior - two.prior) < 0.05
    assert max(moved) < 0.1
    for word in set(read(table).words.names) & set(said.lower().split()):
        assert two.worth[word] > one.worth[word] - 0.5


def test_of_what_one_data_set_tells_of_a_site_and_day_as_many_are_heard_as_is_usual_among_all():
    flood = [event(f"x{at}", "x", 0, 3, at) for at in range(50)]
    seldom = [event(f"{set_}{day}", set_, 0, day, 1) for set_ in "abc" for day in (3, 4)]
    assert sorted(map(len, by_data_set(heard(read(pandas.DataFrame(flood + seldom)))))) == [1, 2, 2, 2]
    often = [event(f"often-{set_}{at}", set_, 1, 5, at) for set_ in "abc" for at in range(4)]
    assert sorted(map(len, by_data_set(heard(read(pandas.DataFrame(flood + seldom + often)))))) == [4, 6, 6, 6]
    apart = [event(f"e{day}", "x", 0, day, 1) for day in range(1, 20)]
    assert len(heard(read(pandas.DataFrame(apart)))) == 19
    assert len(heard(read(pandas.DataFrame(apart[:1]).iloc[:0]))) == 0


def by_data_set(events):
    return [[at for at in events.dataset.tolist() if at == number] for number in set(events.dataset.tolist())]
