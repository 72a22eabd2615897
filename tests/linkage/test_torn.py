"""Torn: no vague report makes one fact of reports that rule each other out, and where it may be of either it is said to be unsure."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.linkage import Linking
from consilience.linkage.events import named, solve
from consilience.linkage.resident import Resident
from consilience.linkage.table import read
from consilience.linkage.weights import BY_HAND
from tests.linkage.reports import row, table

KM = 1 / 111.2  # degrees of latitude
A = row("a", "a", text="shelling of the grain store")
B = row("b", "b", lat=48.0 + 60 * KM, text="shelling of the grain store")
V = row("v", "c", lat=48.0 + 30 * KM, precision_km=50.0, text="shelling of the grain store")

# Sites and days so far apart that what is told of two of them, each to a kilometre and a day, cannot be one event.
precise = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=2, max_size=5, unique=True
).map(lambda spots: [row(f"p{at}", "ab"[at % 2], 5 * day, lat=48 + 25 * site * KM) for at, (site, day) in enumerate(spots)])  # fmt: skip
vague = st.lists(
    st.builds(
        row,
        st.just(""),
        st.sampled_from("abcd"),
        st.integers(0, 10),
        st.sampled_from([0, 0, 5, 10]),
        st.sampled_from([48 + 10 * step * KM for step in range(9)]),
        precision_km=st.sampled_from([1.0, 5.0, 20.0, 40.0, 60.0, 200.0]),
        event_type=st.sampled_from(["attack", "attack/shelling"]),
    ).filter(lambda told: told["precision_km"] > 1 or told["date_to"] > told["date_from"]),
    min_size=1,
    max_size=8,
).map(lambda rows: [{**each, "event_id": f"v{at}"} for at, each in enumerate(rows)])
said = st.sampled_from([("", None), ("shelling of the grain store", None), ("shelling of the grain store", 7)])


def linked(*rows):
    found = Linking(table(rows), weights=BY_HAND)
    return found, dict(zip(*(found.facts.column(name).to_pylist() for name in ("event_id", "fact_id")), strict=True))


@settings(max_examples=150)
@given(precise, vague, said)
def test_no_fact_holds_two_that_rule_each_other_out_however_many_vague_ones_lie_between(fine, wide, words):
    rows = [{**each, "text": words[0], "count": words[1]} for each in fine + wide]
    _, fact = linked(*rows)
    facts = [fact[each["event_id"]] for each in fine]
    assert len(set(facts)) == len(facts)


@settings(max_examples=60)
@given(precise, vague, said, st.randoms(use_true_random=False))
def test_neither_order_nor_coming_one_by_one_changes_the_facts(fine, wide, words, random):
    rows = [{**each, "text": words[0], "count": words[1]} for each in fine + wide]
    found, _ = linked(*rows)
    mixed = random.sample(rows, len(rows))
    resident = Resident(read(table(mixed[:2])), BY_HAND)
    resident.add_all(mixed[2:])
    assert linked(*mixed)[0].facts.equals(found.facts)
    assert resident.table().equals(found.facts.replace_schema_metadata(None))


@settings(max_examples=60)
@given(precise, vague, said)
def test_what_is_torn_stands_with_none_of_its_facts_and_is_listed_with_each(fine, wide, words):
    events = read(table([{**each, "text": words[0], "count": words[1]} for each in fine + wide]))
    found = solve(events, BY_HAND)
    facts = defaultdict(set)
    for report, event in zip(found.torn.report.tolist(), found.torn.event.tolist(), strict=True):
        assert found.group[report] != found.group[event]
        facts[report].add(int(found.group[event]))
    assert all(len(held) > 1 for held in facts.values())


@pytest.mark.parametrize("text", ["", "shelling of the grain store"])
def test_a_vague_report_between_two_places_goes_to_neither_and_that_is_said(text):
    found, fact = linked(*({**each, "text": text} for each in (A, B, V)))
    assert len(set(fact.values())) == 3
    assert {(each["a"], each["b"]) for each in found.unsure.to_pylist()} == {("a", "v"), ("v", "b")}
    said_of = found.explain("a", "b").grouping
    assert (said_of.is_joined, said_of.rule.value) == (False, "evidence")
    assert said_of.words.endswith("v may be of either, and is counted with neither")
    torn = found.explain("v", "a").grouping
    assert (torn.state, torn.rule.value) == ("kept apart, unsure", "torn")
    assert torn.words == "v may be of the fact of a or b, which rule each other out: it is counted with none"


def test_a_report_of_a_span_between_two_days_goes_to_neither():
    days = row("a", "a", 1), row("b", "b", 9), row("v", "c", 0, 10)
    assert len(set(linked(*days)[1].values())) == 3


def test_a_vague_report_that_says_clearly_more_of_one_goes_there():
    one, two, third = {**A, "count": 7}, {**B, "count": 40}, {**V, "count": 7}
    found, fact = linked(one, two, third)
    assert fact["v"] == fact["a"] != fact["b"]
    assert found.unsure.num_rows == 0


def test_two_vague_reports_of_either_are_one_with_each_other():
    _, fact = linked(A, B, V, {**V, "event_id": "w", "dataset": "d"})
    assert fact["v"] == fact["w"]
    assert len(set(fact.values())) == 3


def test_two_precise_reports_of_each_place_stand_together_and_say_why_the_mean_does_not_join_them():
    """The vague one says more of the first, and so much of both that the mean alone would make them one."""
    rows = [{**A, "actors": "RUS", "count": 7}, {**B, "actors": "RUS"}, {**V, "actors": "RUS", "count": 7}]
    found = Linking(table(rows), weights=BY_HAND)
    said_of = found.explain("v", "b").grouping
    assert said_of.mean > 0
    assert said_of.rule.value == "apart"
    assert "a and b rule each other out by the place and time that they state" in said_of.words


def test_an_analyst_who_joins_it_with_one_settles_it():
    events = read(table([A, B, V]))
    at = {name: number for number, name in enumerate(events.ids.to_pylist())}
    pair = min(at["v"], at["b"]), max(at["v"], at["b"])
    for answer, home in (("same", "b"), ("different", "a")):
        found = solve(events, BY_HAND, decided=named({pair: answer}))
        assert found.group[at["v"]] == found.group[at[home]]
        assert not len(found.torn.report)


def test_reports_as_precise_as_each_other_still_join_on_average():
    """Nothing vague lies between them: three that are told alike, of one precision, outweigh one that lies farther off."""
    rows = [
        row(name, name, lat=48.0 + km * KM, precision_km=5.0, text="shelling of the grain store", actors="RUS", count=7)
        for name, km in (("a", 0), ("b", 11), ("c", 12), ("d", 22))
    ]
    assert len(set(linked(*rows)[1].values())) == 1
