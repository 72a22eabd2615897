"""Resident linkage: after every report the same as linking all again, whatever comes in whatever order."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.errors import UsageError
from consilience.linkage.events import link, solve
from consilience.linkage.learn import learn
from consilience.linkage.patterns import SIZES
from consilience.linkage.report import report, reports
from consilience.linkage.resident import Resident
from consilience.linkage.table import read
from consilience.linkage.weights import BY_HAND

SCHEMA = pa.schema([
    ("event_id", pa.string()), ("dataset", pa.string()), ("date_from", pa.string()), ("date_to", pa.string()),
    ("lat", pa.float64()), ("lon", pa.float64()), ("precision_km", pa.float64()), ("event_type", pa.string()),
    ("actors", pa.string()), ("count", pa.float64()), ("text", pa.string()),
])  # fmt: skip
# Words that are worth something, so that cosines have digits to differ in; `words` of the text are stems.
WEIGHTS = replace(BY_HAND, worth={"tank": 2.718282, "train": 1.3, "arriv": 0.693147, "night": 3.141593})
DAY = date(2021, 12, 1)


def table(rows):
    return read(pa.Table.from_pylist(rows, schema=SCHEMA))


def row(name, dataset="a", day=0, lasts=0, lat=48.0, lon=37.0, **more):
    return {
        "event_id": name, "dataset": dataset, "date_from": str(DAY + timedelta(days=day)),
        "date_to": str(DAY + timedelta(days=day + lasts)), "lat": lat, "lon": lon, "precision_km": 1.0,
        "event_type": "movement/rail", "actors": "RUS", "count": None, "text": "", **more,
    }  # fmt: skip


def batch(rows, weights=WEIGHTS):
    """Fact and exact probability of each event, all linked at once."""
    found = solve(table(rows), weights)
    ids = found.events.ids.to_pylist()
    return {name: ("e-" + ids[head], chance) for name, head, chance in zip(ids, found.group, found.chance, strict=True)}


def held(resident):
    """The same of a resident."""
    chance = dict(zip(resident._held.ids, resident._chance.values.tolist(), strict=True))
    return {name: (fact, chance[name]) for fact, names in resident.facts().items() for name in names}


def crowd(lats, lons, days):
    """Reports near one another: many pairs are near even."""
    return st.lists(
        st.builds(
            row,
            st.just(""),
            st.sampled_from("abcdef"),
            st.sampled_from(days),
            st.sampled_from([0, 0, 0, 1, 3, 4, 9, 40]),
            st.sampled_from(lats),
            st.sampled_from(lons),
            precision_km=st.sampled_from([0.5, 1.0, 3.0, 5.0, 25.0, 150.0]),
            event_type=st.sampled_from(["movement/rail", "movement/road", "attack", "attack/arson"]),
            actors=st.sampled_from(["", "RUS", "UKR", "RUS; Wagner"]),
            count=st.sampled_from([None, 1, 2, 7, 10]),
            text=st.sampled_from(["", "tanks on a train", "a train arrived at night", "arriving tanks, unseen words"]),
        ),
        min_size=1,
        max_size=14,
    )


places = st.one_of(
    crowd([48.0, 48.01, 48.03, 48.1, 48.6], [37.0, 37.02, 37.3], [0, 0, 1, 2, 4, 30]),
    crowd([0.0, -0.02, 89.95, -90.0, 90.0], [180.0, -180.0, 179.97, -179.98, 0.0], [0, 1, -3]),
)


@given(places, st.data())
@settings(max_examples=150, deadline=None)
def test_after_every_report_the_facts_are_those_of_linking_all_again(listed, data):
    named = [{**told, "event_id": f"e{number}"} for number, told in enumerate(listed)]
    order = data.draw(st.permutations(named))
    first = data.draw(st.integers(0, len(order)))
    resident = Resident(table(order[:first]), WEIGHTS)
    for at in range(first, len(order)):
        resident.add(order[at])
        assert held(resident) == batch(order[: at + 1])
    assert resident.crowded == 0
    assert resident.table().equals(link(pa.Table.from_pylist(named, schema=SCHEMA), weights=WEIGHTS))


@given(places, st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_said_to_have_changed_is_all_that_did(listed, data):
    named = [{**told, "event_id": f"e{number}"} for number, told in enumerate(listed)]
    first = data.draw(st.integers(0, len(named) - 1))
    resident = Resident(table(named[:first]), WEIGHTS)
    for told in named[first:]:
        before = resident.facts()
        change = resident.add(told)
        kept = {fact: names for fact, names in before.items() if fact not in change.ended}
        assert {**kept, **change.facts} == resident.facts()
        assert all(before.get(fact) != names for fact, names in change.facts.items())
        assert told["event_id"] in change.facts[change.fact_id]


@given(places, st.data())
@settings(max_examples=40, deadline=None)
def test_the_patterns_are_those_of_all_candidates(listed, data):
    named = [{**told, "event_id": f"e{number}"} for number, told in enumerate(listed)]
    first = data.draw(st.integers(0, len(named)))
    grown = Resident(table(named[:first]), WEIGHTS)
    grown.add_all(named[first:])
    assert (grown.patterns == Resident(table(named), WEIGHTS).patterns).all()


def many(size, seed=3):
    """Reports of happenings that two or three data sets tell of."""
    rng = np.random.default_rng(seed)
    rows = []
    while len(rows) < size:
        lat, lon, day = 48 + rng.random() * 0.6, 37 + rng.random() * 0.8, int(rng.integers(0, 60))
        kind = str(rng.choice(["attack", "movement/rail", "clash"]))
        for dataset in rng.permutation(["a", "b", "c"])[: rng.integers(1, 4)].tolist():
            rows.append(
                row(
                    f"r{len(rows):04}", dataset, day, lat=lat + rng.normal() / 300, lon=lon + rng.normal() / 300,
                    event_type=kind, count=float(rng.integers(1, 9)), text=f"the {kind} of brigade {rng.integers(1, 40)}th",
                )
            )  # fmt: skip
    return rows[:size]


def test_learned_weights_and_many_reports_give_the_facts_of_linking_all_again():
    rows = many(900)
    weights = learn(table(rows))
    assert weights.pairs > 0
    resident = Resident(table(rows[:600]), weights)
    resident.add_all(rows[600:])
    assert held(resident) == batch(rows, weights)


def test_weights_learned_again_are_those_of_all_pairs_though_only_patterns_were_kept():
    rows = many(900)
    learned = learn(table(rows), window=(5.0, 2))
    assert learned.pairs > 0
    resident = Resident(table(rows[:500]), replace(learned, prior=-1.0, levels=BY_HAND.levels))
    resident.add_all(rows[500:])
    again = resident.relearn()
    assert again.prior == pytest.approx(learned.prior, abs=1e-4)
    for name, levels in learned.levels.items():
        assert again.levels[name] == pytest.approx(levels, abs=1e-4)


def test_too_few_reports_teach_nothing_new():
    assert Resident(table([row("a"), row("b", "b")]), WEIGHTS).relearn() == WEIGHTS


def test_a_known_id_and_a_bad_cell_are_refused_and_change_nothing():
    resident = Resident(table([row("a")]), WEIGHTS)
    for bad in (row("a", "b"), row("b", lat=91.0), row("b", date_from="soon"), {"event_id": "b"}, row("b", lat=None)):
        with pytest.raises(UsageError):
            resident.add(bad)
    assert resident.facts() == {"e-a": ("a",)}
    assert resident.add(row("b", "b")).facts == {"e-a": ("a", "b")}


def test_names_that_nobody_used_before_are_understood():
    resident = Resident(table([]), WEIGHTS)
    new = {"event_type": "sabotage/cable", "actors": "Nobody; Someone", "text": "wholly unheard-of vocabulary"}
    resident.add(row("a", "one", **new))
    change = resident.add(row("b", "two", **new))
    assert change.facts == {"e-a": ("a", "b")}
    assert change.probability == pytest.approx(
        batch([row("a", "one", **new), row("b", "two", **new)])["b"][1], abs=1e-4
    )


def test_a_report_may_part_what_was_together_and_says_so():
    """Two that were one by default go apart when each finds its own double."""
    rows = [
        row("m", "a", lat=48.03, count=7),
        row("n", "b", lat=48.0, count=7),
        row("o", "c", day=1, lat=48.06, count=7),
    ]
    resident = Resident(table(rows), WEIGHTS)
    seen = [resident.add(told) for told in (row("p", "d", lat=48.0, count=2), row("q", "e", day=1, lat=48.09, count=7))]
    assert held(resident) == batch([*rows, row("p", "d", lat=48.0, count=2), row("q", "e", day=1, lat=48.09, count=7)])
    assert all(change.facts for change in seen)


def test_where_too_much_happened_it_is_said_that_a_report_met_a_crowd():
    """There the batch holds an event against its neighbours, which change with all that comes: the two may differ."""
    rows = [row(f"r{number:04}", f"d{number % 7}", count=number % 50) for number in range(60)]
    resident = Resident(table(rows), WEIGHTS)
    resident.window = replace(resident.window, most=40)
    before = int(resident.patterns.sum())
    resident.add(row("x", "x", count=7))
    assert resident.crowded == 1
    assert 32 <= int(resident.patterns.sum()) - before < 60


LETTERS = [chr(code) for code in range(0x20, 0x590)] + list("中文字—“”…ḀẞἈ")


def test_a_row_is_read_as_the_table_reads_it_letter_by_letter():
    rows = [row(f"{at}", text=f"ab{one}CDxyz", actors=f"{one}Ab {one};x{one}") for at, one in enumerate(LETTERS)]
    whole = {told.name: told for told in reports(table(rows))}
    for told in rows:
        assert repr(report(told)) == repr(whole[told["event_id"]]), json.dumps(told)


cells = st.fixed_dictionaries(
    {
        "event_id": st.sampled_from(["a", "é"]),
        "dataset": st.sampled_from(["a", "Ω"]),
        "date_from": st.one_of(
            st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str), st.sampled_from(["2021-12-01T10:00:00Z"])
        ),
        "date_to": st.sampled_from([None, "", "2021-12-03"]),
        "lat": st.floats(-90, 90),
        "lon": st.floats(-180, 180),
        "precision_km": st.sampled_from([None, -1.0, 0.0, 3.0]),
        "event_type": st.sampled_from([None, "", "attack", "Attack/arson"]),
        "actors": st.sampled_from([None, "", " ; ", "RUS;rus ; Б"]),
        "count": st.sampled_from([None, 0.0, 7.5]),
        "text": st.one_of(st.none(), st.text()),
    }
)


@given(cells)
@settings(max_examples=150, deadline=None)
def test_a_row_is_read_as_the_table_reads_it(told):
    assert outcome(lambda: report(told)) == outcome(lambda: next(iter(reports(table([told])))))


def outcome(read):
    """What is read, or what is said of it: the table's words name the row, too."""
    try:
        return repr(read())
    except UsageError as refused:
        return refused.expected


def test_components_are_joined_by_what_lies_between_them():
    """A vague report between two towns brings their components together, and those after it find them so."""
    resident = Resident(table([row("a", lat=48.0), row("b", "b", lat=48.4)]), WEIGHTS)
    told = [row("a", lat=48.0), row("b", "b", lat=48.4)]
    for at, lat in enumerate([48.2, 48.1, 48.3, 48.0, 48.4]):
        more = row(f"c{at}", f"d{at}", lat=lat, precision_km=40.0)
        told.append(more)
        resident.add(more)
        assert held(resident) == batch(told)
    assert sum(map(len, resident.facts().values())) == len(told)


def test_a_table_of_no_rows_is_a_beginning():
    resident = Resident(table([]), WEIGHTS)
    assert resident.facts() == {}
    assert len(resident.patterns) == np.prod(SIZES)
    facts = defaultdict(list)
    for name in ("b", "a"):
        facts[resident.add(row(name, name)).fact_id].append(name)
    assert resident.facts() == {"e-a": ("a", "b")}
