"""Unsure: every link that is nearly even is listed, and none that is settled."""

from itertools import combinations, product
from math import log

import numpy as np
import pytest
from hypothesis import given, settings

from consilience.linkage import Linking
from consilience.linkage.cluster import Decided
from consilience.linkage.events import solve
from consilience.linkage.grouping import Rule, grouping
from consilience.linkage.table import read
from consilience.linkage.torn import SURE
from consilience.linkage.unsure import unsure
from consilience.linkage.weights import BY_HAND
from tests.linkage.reports import crowds, row, table

# A day apart, of one kind, with nothing else to go by: -1.5 + 1.6 + 0.2 + 0.9 - 1.2 (counts far apart) = 0.0 nats.
EVEN = [row("a", "x", count=1), row("b", "y", day=1, count=90)]


def test_two_reports_that_are_nearly_even_are_listed_with_what_to_decide_on():
    (found,) = Linking(table(EVEN), weights=BY_HAND).unsure.to_pylist()
    assert (found["a"], found["b"], found["merged"]) == ("a", "b", False)
    assert found["probability"] == pytest.approx(0.5, abs=0.01)
    assert (found["reports_a"], found["reports_b"], found["data_sets"]) == (1, 1, 1)


def test_what_is_plainly_one_or_two_is_not_listed():
    assert Linking(table([row("a"), row("b", "b")]), weights=BY_HAND).unsure.num_rows == 0
    assert Linking(table([row("a"), row("b", "b", day=30)]), weights=BY_HAND).unsure.num_rows == 0


@pytest.mark.parametrize("side", ["same", "apart"])
def test_a_decision_settles_it(side):
    events = read(table(EVEN))
    none, pair = np.empty((0, 2), np.int32), np.array([[0, 1]], dtype=np.int32)
    decided = Decided(pair, none) if side == "same" else Decided(none, pair)
    assert len(unsure(solve(events, BY_HAND))) == 1
    assert unsure(solve(events, BY_HAND, None, decided)) == ()


@given(crowds)
@settings(max_examples=60)
def test_the_list_holds_just_the_pairs_of_groups_and_members_within_one_nat(rows):
    linked = solve(read(table(rows)), BY_HAND)
    listed = unsure(linked)
    between = {
        frozenset((int(linked.group[each.a]), int(linked.group[each.b]))) for each in listed if not each.is_merged
    }
    expected = set()
    for one, two in combinations(np.unique(linked.group).tolist(), 2):
        said = grouping(linked, one, two, 0.0)
        nearly = said.mean is not None and -SURE < said.mean <= 0 and said.compared and said.rule is not Rule.APART
        if nearly or any(
            linked.torn_from(*pair) is not None for pair in product(linked.with_it(one), linked.with_it(two))
        ):
            expected.add(frozenset((one, two)))
    assert between == expected
    for each in listed:
        assert each.is_torn or abs(each.mean) < SURE
        size = int((linked.group == linked.group[each.a]).sum())
        assert each.reports[0] == (size if not each.is_merged else each.reports[0])
        if each.is_merged:
            assert sum(each.reports) == size
            assert any(
                each.mean == pytest.approx(log(linked.chance[end] / (1 - linked.chance[end])))
                for end in (each.a, each.b)
            )
    weak = {
        int(linked.group[number]) for number, odds in enumerate(linked.chance.tolist())
        if (linked.group == linked.group[number]).sum() > 1 and abs(log(odds / (1 - odds))) < SURE
    }  # fmt: skip
    merged = [int(linked.group[each.a]) for each in listed if each.is_merged]
    assert sorted(merged) == sorted(weak)
    keys = [(-each.gains, -sum(each.reports)) for each in listed]
    assert keys == sorted(keys)
