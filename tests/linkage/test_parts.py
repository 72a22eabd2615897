"""Parts: a report of several facts at once is linked to them as their whole, joins none, and makes no two of them one."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings

from consilience.linkage import Linking
from consilience.linkage.events import solve
from consilience.linkage.resident import Resident
from consilience.linkage.table import read
from consilience.linkage.weights import BY_HAND
from tests.linkage.reports import crowds, row, table

# Two towns, each told of twice, and a report of both.
TOWNS = [
    row("a1", "a", lat=48.0, count=60), row("b1", "b", lat=48.01, count=60),
    row("a2", "a", lat=48.4, count=40), row("b2", "b", lat=48.41, count=40),
]  # fmt: skip
WAVE = row("w", "c", lat=48.2, precision_km=60.0, count=100, text="a wave of bombings")


def linked(*rows):
    found = Linking(table(rows), weights=BY_HAND)
    return found, dict(zip(*(found.facts.column(name).to_pylist() for name in ("event_id", "fact_id")), strict=True))


def test_a_report_of_two_facts_is_their_whole_and_joins_neither():
    found, fact = linked(*TOWNS, WAVE)
    assert len({fact["w"], fact["a1"], fact["a2"]}) == 3
    assert (fact["a1"], fact["a2"]) == (fact["b1"], fact["b2"])
    told = found.parts.to_pylist()
    assert [(each["event_id"], each["fact_id"]) for each in told] == [("w", fact["a1"]), ("w", fact["a2"])]
    assert told[0]["reason"] == "its count, 100, is that of 2 facts inside its place and period, and of no single one"
    assert found.explain("w", "a1").grouping.state == "kept apart"
    assert "w tells of several facts at once" in found.explain("a1", "w").grouping.words


def test_without_its_count_or_a_word_a_vague_report_is_no_whole():
    found, _ = linked(*TOWNS, {**WAVE, "count": None, "text": "bombings"})
    assert found.parts.num_rows == 0
    assert linked(*TOWNS, {**WAVE, "count": None})[0].parts.num_rows == 2


def test_a_vague_report_of_one_of_them_is_no_whole():
    assert linked(*TOWNS, {**WAVE, "count": 60})[0].parts.num_rows == 0
    assert linked(*TOWNS, {**WAVE, "count": 70, "text": ""})[0].parts.num_rows == 0


def test_what_lies_outside_its_place_period_or_kind_is_no_part():
    for other in ({"lat": 50.0}, {"day": 9}, {"event_type": "movement"}):
        rows = [*TOWNS[:2], row("a2", "a", **{"lat": 48.4, "count": 40, **other})]
        assert linked(*rows, WAVE)[0].parts.num_rows == 0


def test_a_total_of_days_covers_the_facts_of_its_days():
    days = [row("a1", "a", day=1, count=6), row("b1", "b", day=5, count=4)]
    found, fact = linked(*days, row("w", "c", lasts=9, precision_km=5.0, count=10))
    assert found.parts.column("event_id").to_pylist() == ["w", "w"]
    assert len(set(fact.values())) == 3


def test_two_reports_of_one_wave_are_one_fact():
    _, fact = linked(*TOWNS, WAVE, {**WAVE, "event_id": "v", "dataset": "d"})
    assert fact["w"] == fact["v"]
    assert fact["w"] not in {fact["a1"], fact["a2"]}


@given(crowds)
@settings(max_examples=80)
def test_a_whole_joins_no_part_and_no_two_facts_through_itself(rows):
    events = read(table(rows))
    found = solve(events, BY_HAND)
    wholes = set(found.parts.whole.tolist())
    for whole in wholes:
        assert len(found.parts.of(whole)) >= 2
        assert int(found.group[whole]) not in found.parts.of(whole)
        members = set(np.flatnonzero(found.group == found.group[whole]).tolist())
        assert members <= wholes
    rest = np.array([number for number in range(len(events)) if number not in wholes], dtype=np.int64)
    without = solve(events.take(rest), BY_HAND)
    for a, b in combinations(range(len(rest)), 2):
        if found.group[rest[a]] == found.group[rest[b]] and not len(without.parts):
            assert without.group[a] == without.group[b]


@given(crowds)
@settings(max_examples=60)
def test_a_resident_sets_wholes_apart_as_linking_all_does(rows):
    resident = Resident(read(table(rows[:3])), BY_HAND)
    resident.add_all(rows[3:])
    assert resident.table().equals(Linking(table(rows), weights=BY_HAND).facts.replace_schema_metadata(None))
