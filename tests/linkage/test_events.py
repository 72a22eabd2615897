"""Linkage of single events: what is one, what is not, no chains, and the same groups in any order."""

import csv
import re
from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations

import pandas
import polars
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.errors import UsageError
from consilience.linkage import link
from consilience.linkage.report import report


def event(name, dataset="a", day="2021-12-03", lat=48.0, lon=37.0, **more):
    return {
        "event_id": name, "dataset": dataset, "date_from": day, "date_to": day, "lat": lat, "lon": lon, "precision_km": 1.0,
        "event_type": "movement/rail", "actors": "RUS", "count": None, "text": "", **more,
    }  # fmt: skip


def groups(rows, **how):
    """Event ids by fact."""
    found = defaultdict(set)
    for row in link(pandas.DataFrame(rows), **how).to_pylist():
        found[row["fact_id"]].add(row["event_id"])
    return sorted(map(sorted, found.values()))


def test_the_answer_has_one_row_an_event_and_three_columns():
    found = link(pandas.DataFrame([event("b"), event("a", "b"), event("c", day="2021-01-01")]))
    assert found.column_names == ["event_id", "fact_id", "probability"]
    assert found.column("event_id").to_pylist() == ["a", "b", "c"]
    assert all(0 < chance <= 1 for chance in found.column("probability").to_pylist())


def test_one_event_in_two_data_sets_is_one_fact():
    assert groups([event("a"), event("b", "b", lat=48.01)]) == [["a", "b"]]


def test_what_is_far_away_later_or_of_another_kind_is_not_one():
    assert groups([event("a"), event("b", "b", lat=50.0)]) == [["a"], ["b"]]
    assert groups([event("a"), event("b", "b", day="2021-12-20")]) == [["a"], ["b"]]
    assert groups([event("a"), event("b", "b", event_type="attack", lat=48.08, actors="UKR")]) == [["a"], ["b"]]


def test_a_loner_belongs_to_itself_for_sure():
    (row,) = link(pandas.DataFrame([event("a")])).to_pylist()
    assert row["probability"] == 1


def test_a_data_set_reports_an_event_once():
    assert groups([event("a"), event("b")]) == [["a"], ["b"]]


def test_a_line_of_neighbours_is_not_chained_into_one():
    """Each lies near the next; the first and the last are days and tens of kilometres apart."""
    start = date(2021, 12, 1)
    line = [event(f"e{n:02}", f"d{n}", str(start + timedelta(days=n)), lat=48 + n * 0.07) for n in range(12)]
    found = groups(line)
    assert len(found) > 2
    for members in found:
        numbers = [int(name[1:]) for name in members]
        assert max(numbers) - min(numbers) < 6


def test_the_window_decides_how_far_is_looked():
    near = [event("a"), event("b", "b", lat=48.3)]
    assert groups(near, window=(1.0, 1)) == [["a"], ["b"]]
    assert groups([event("a"), event("b", "b", day="2021-12-04")], window=(10.0, 0)) == [["a"], ["b"]]


rows = st.lists(
    st.builds(
        event,
        st.just(""),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["2021-12-01", "2021-12-02", "2021-12-04"]),
        st.sampled_from([48.0, 48.03, 48.1, 48.6]),
        count=st.sampled_from([None, 1, 10]),
        text=st.sampled_from(["", "a train with tanks arrived", "tanks on a train"]),
    ),
    max_size=8,
)


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_rows_does_not_change_the_groups(listed, random):
    named = [{**row, "event_id": f"e{number}"} for number, row in enumerate(listed)]
    if not named:
        return
    shuffled = random.sample(named, len(named))
    assert link(pandas.DataFrame(named)).equals(link(pandas.DataFrame(shuffled)))


def test_pandas_polars_and_arrow_give_one_answer():
    listed = [event("a"), event("b", "b", lat=48.01), event("c", "c", lat=49)]
    assert link(pandas.DataFrame(listed)).equals(link(polars.DataFrame(listed)))
    assert link(polars.DataFrame(listed).to_arrow()).equals(link(pandas.DataFrame(listed)))


def test_an_empty_table_has_no_facts():
    assert link(pandas.DataFrame([event("a")]).iloc[:0]).num_rows == 0


@pytest.mark.parametrize("column", ["event_id", "dataset", "date_from", "date_to", "lat", "lon"])
def test_a_missing_column_is_named(column):
    with pytest.raises(UsageError, match=column):
        link(pandas.DataFrame([event("a")]).drop(columns=column))


@pytest.mark.parametrize(
    ("column", "cell"),
    [("date_from", "soon"), ("lat", "north"), ("lat", None), ("lat", float("nan")), ("count", "many")],
)
def test_a_cell_that_cannot_be_read_is_a_mistake_of_the_caller(column, cell):
    with pytest.raises(UsageError, match="link"):
        link(pandas.DataFrame([{**event(name), column: cell} for name in "ab"]))


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"event_id": None}, "event_id: nothing in row 2"),
        ({"event_id": "a"}, "the event_id 'a' in several rows, such as 1 and 2"),
        ({"dataset": ""}, "dataset: nothing in row 2"),
        ({"date_to": "2021-11-30"}, "date_to before date_from: 2021-12-03 and 2021-11-30 in row 2"),
        ({"precision_km": -1.0}, "precision_km: -1.0 in row 2"),
        ({"precision_km": float("inf")}, "precision_km: inf in row 2"),
        ({"count": -3.0}, "count: -3.0 in row 2"),
        ({"lat": 91.0}, "lat: 91.0 in row 2"),
        ({"lon": -180.5}, "lon: -180.5 in row 2"),
        ({"lat": float("nan")}, "lat: nan in row 2"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_name_in_a_table_and_alone(bad, said):
    listed = [event("a", count=1.0), {**event("b", count=1.0), **bad}, {**event("c", count=1.0)}]
    with pytest.raises(UsageError) as refused:
        link(polars.DataFrame(listed))
    assert f"found {said}, expected" in str(refused.value)
    if bad.get("event_id") != "a":
        with pytest.raises(UsageError, match="in row 1"):
            report(listed[1])
    both = [listed[0], *({**event(name, count=1.0), **bad} for name in "bcd")]
    if "event_id" not in bad:
        with pytest.raises(UsageError, match="in row 2, and the like in 2 more rows"):
            link(polars.DataFrame(both))


def test_a_precision_or_count_that_is_no_number_is_none():
    told = pyarrow.Table.from_pylist(
        [event("a", count=float("nan"), precision_km=float("nan")), event("b", "b", count=1.0)]
    )
    assert link(told).equals(link(pandas.DataFrame([event("a", precision_km=None), event("b", "b", count=1.0)])))


def test_a_column_of_mixed_types_is_a_mistake_of_the_caller():
    with pytest.raises(UsageError):
        link(pandas.DataFrame([event("a", lat="north"), event("b")]))


@pytest.mark.parametrize("cell", [float("inf"), 123.0])
def test_a_latitude_that_cannot_be_is_a_mistake_of_the_caller(cell):
    with pytest.raises(UsageError):
        link(pandas.DataFrame([{**event("a"), "lat": cell}, event("b")]))


_TYPES = {
    "battle": "clash", "violence against civilians": "attack", "explosions": "attack", "riots": "incident/riot",
    "protest": "incident/protest", "strategic": "incident", "non-violent": "incident",
}  # fmt: skip


def _nigerian(row):
    """An entry as an event: what its text names in brackets and after `act:`, `fat:`, `type:`."""
    said = row["text"]
    kind = re.search(r"type:(.*?)(?: src:|$)", said)
    dead = re.search(r"fat:(\d+)", said)
    actors = re.search(r"act:(.*?)(?: fat:| type:|$)", said)
    named = (kind[1] if kind else "").lower()
    return {
        "event_id": row["idx"], "dataset": row["dataset"], "date_from": row["date"], "date_to": row["enddate"] or row["date"],
        "lat": float(row["lat"]), "lon": float(row["lon"]), "precision_km": 5.0,
        "event_type": next((path for word, path in _TYPES.items() if word in named), "incident"),
        "actors": "; ".join(name.strip() for name in re.split(r" vs ", actors[1])) if actors else "",
        "count": float(dead[1]) if dead else None, "text": said,
    }  # fmt: skip


@pytest.mark.slow
def test_nigeria_2011_is_linked_without_labels_at_f1_above_86_in_100(data):
    folder = data / "linkage" / "nigeria_2011"
    with (folder / "entries.csv").open(encoding="utf-8", newline="") as lines:
        entries = list(csv.DictReader(lines))
    with (folder / "gold_pairs.csv").open(encoding="utf-8", newline="") as lines:
        labels = {tuple(sorted((row["a"], row["b"]), key=int)): row["label"] for row in csv.DictReader(lines)}
    events = [_nigerian(row) for row in entries]
    dataset = {row["event_id"]: row["dataset"] for row in events}
    found = {
        tuple(sorted(pair, key=int))
        for members in groups(events, window=(25.0, 1)) for pair in combinations(members, 2)
        if dataset[pair[0]] != dataset[pair[1]]
    }  # fmt: skip
    gold = {pair for pair, label in labels.items() if label == "match"}
    unsure = {pair for pair, label in labels.items() if label != "match"}
    hits = len(found & gold)
    precision, recall = hits / max(1, len(found - unsure)), hits / len(gold)
    score = 2 * precision * recall / (precision + recall)
    print(f"Nigeria 2011: F1 {score:.3f}, precision {precision:.3f}, recall {recall:.3f}")  # noqa: T201  the figure
    assert score >= 0.86
