"""Waterfall: the bars of any pair are the score that linkage used, and what grouping did follows from it."""

from dataclasses import replace
from itertools import combinations
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.errors import UsageError
from consilience.linkage import Linking, link
from consilience.linkage.cluster import Decided
from consilience.linkage.events import solve
from consilience.linkage.grouping import Rule, grouping
from consilience.linkage.linked import Linked
from consilience.linkage.linking import explained
from consilience.linkage.score import finest
from consilience.linkage.table import read
from consilience.linkage.torn import SURE
from consilience.linkage.weights import BY_HAND, LABELS
from tests.linkage.reports import crowds, row, table

WEIGHTS = replace(BY_HAND, worth={"tank": 2.718282, "train": 1.3}, again=-0.75)


def used(linked: Linked, a, b):
    """What clustering took for a pair: its edge, or what a pair counts that was no candidate."""
    edges = linked.edges
    (at,) = np.nonzero((edges.a == min(a, b)) & (edges.b == max(a, b)))
    return float(edges.odds[at[0]]) if len(at) else linked.weights.against


@given(crowds, st.sampled_from([BY_HAND, WEIGHTS]))
@settings(max_examples=60)
def test_the_bars_of_any_pair_sum_to_the_score_that_linkage_used(rows, weights):
    linked = solve(read(table(rows)), weights)
    for a, b in combinations(range(len(rows)), 2):
        found = explained(linked, b, a).waterfall
        assert found.odds == used(linked, a, b)
        total = 0.0
        for bar in found.bars:
            total += bar.nats
        assert float(finest(np.array(total))) == found.odds
        assert found.totals[-1] == total
        assert found.probability == pytest.approx(1 / (1 + exp(-found.odds)))
        assert [bar.comparison for bar in found.bars[1:8]] == list(LABELS)
        assert all(bar.level in LABELS[bar.comparison] for bar in found.bars[1:8])


@given(crowds)
@settings(max_examples=60)
def test_what_is_said_of_a_group_is_what_grouping_did(rows):
    linked = solve(read(table(rows)), BY_HAND)
    for a, b in combinations(range(len(rows)), 2):
        found = grouping(linked, a, b, used(linked, a, b))
        assert found.is_joined is bool(linked.group[a] == linked.group[b])
        if found.rule is Rule.PART_OF:
            assert not found.is_joined
            continue
        one, two = (np.flatnonzero(linked.group == linked.group[each]).tolist() for each in (a, b))
        pairs = list(combinations(one, 2)) if found.is_joined else [(x, y) for x in one for y in two]
        assert found.pairs == len(pairs)
        assert found.mean == pytest.approx(np.mean([max(BY_HAND.against, used(linked, *pair)) for pair in pairs]))
        if found.rule is Rule.APART:
            assert found.mean > -SURE
            assert linked.barred(linked.with_it(a), linked.with_it(b))
        elif found.rule is Rule.TORN:
            assert {a, b} & set(linked.torn.report.tolist())
        elif not found.is_joined and linked.parts.of(a) == linked.parts.of(b) == []:
            assert found.mean <= 0
            assert found.is_sure is (found.mean <= -SURE)


def test_what_was_found_is_said_in_words():
    near = [
        row("a", "x", lat=48.0, precision_km=2.0, count=10, actors="RUS", text="tanks on a train"),
        row("b", "y", day=1, lat=48.0279, precision_km=2.0, count=12, actors="RUS; BLR", text="a train with tanks"),
    ]
    found = {
        bar.comparison: bar.found for bar in Linking(table(near), weights=BY_HAND).explain("a", "b").waterfall.bars
    }
    assert found["distance"] == "3.1 km apart, stated precision 2 km each"
    assert found["time"] == "2021-12-01 and 2021-12-02, 1 day apart"
    assert found["kind"] == "both attack"
    assert found["count"] == "10 and 12"
    assert found["actors"] == "rus in both"
    assert found["words"].startswith("tank, train in both, cosine 0.")
    assert found["data set"] == "x and y"


def test_a_pair_that_was_no_candidate_says_so():
    found = Linking(table([row("a"), row("b", "b", day=300)]), weights=BY_HAND).explain("a", "b")
    assert found.waterfall.bars[-1].comparison == "not compared"
    assert found.waterfall.odds == BY_HAND.against
    assert found.grouping.state == "kept apart"


def test_a_decision_is_the_rule_whatever_the_pair_weighs():
    events = read(table([row("a"), row("b", "b"), row("c", "c", lat=50.0)]))
    numbers = {name: at for at, name in enumerate(events.ids.to_pylist())}
    a, b, c = (numbers[name] for name in "abc")
    decided = Decided(np.array([[a, c]], dtype=np.int32), np.array([[a, b]], dtype=np.int32))
    linked = solve(events, BY_HAND, None, decided)
    assert (explained(linked, a, c).grouping.rule, explained(linked, a, c).grouping.is_joined) == (Rule.DECISION, True)
    assert (explained(linked, a, b).grouping.rule, explained(linked, a, b).grouping.is_joined) == (Rule.DECISION, False)
    assert explained(linked, b, c).grouping.words == "an analyst keeps others of their groups apart"


def test_the_bars_are_a_table_that_ends_at_the_probability():
    found = Linking(table([row("a"), row("b", "b")]), weights=BY_HAND).explain("a", "b")
    told = found.to_arrow().to_pylist()
    assert told[-1]["probability"] == pytest.approx(found.waterfall.probability)
    assert told[-1]["total_bits"] == pytest.approx(sum(each["bits"] for each in told))
    assert found.waterfall.bits == pytest.approx(found.waterfall.odds / np.log(2))


@given(crowds)
@settings(max_examples=30)
def test_linking_gives_the_facts_of_link(rows):
    assert Linking(table(rows)).facts.equals(link(table(rows)))


@pytest.mark.parametrize(("pair", "said"), [(("a", "z"), "no event_id 'z'"), (("a", "a"), "'a' twice")])
def test_reports_that_are_not_there_are_named(pair, said):
    with pytest.raises(UsageError, match=said):
        Linking(table([row("a"), row("b")])).explain(*pair)
