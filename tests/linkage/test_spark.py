"""Linking on Spark: the facts of one machine, whatever is decided or crowded, from Parquet to Parquet, and one picture."""

import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("pyspark", reason="pyspark is absent: pip install 'consilience[spark]'")
if shutil.which("java") is None:
    pytest.skip("Java is absent", allow_module_level=True)

from benchmarks.reports import generate
from consilience import linkage
from consilience.comparison.picture import Beside, draw
from consilience.engine import spark as engine
from consilience.errors import ConsilienceError, IntakeError, UsageError
from consilience.linkage import events, spark
from consilience.linkage.table import read
from consilience.linkage.weights import BY_HAND
from tests.linkage.reports import row
from tests.linkage.reports import table as report_table

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]


@pytest.fixture(scope="module")
def session():
    found = engine.start("local[2]")
    yield found
    found.stop()


def facts(session, table, weights=None):
    """The facts of a table of four parts, in the order and with the types of one machine."""
    found = spark.link(session.createDataFrame(table).repartition(4), weights)
    kept = engine.collected(found.frame).sort_by("event_id")
    return found, kept


def same(kept, here):
    return kept.cast(here.schema).equals(here)


def test_the_facts_are_those_of_one_machine_from_parquet_to_parquet(session, tmp_path):
    table = generate(4_000).table
    for part in range(4):
        pq.write_table(table.slice(part * 1_000, 1_000), tmp_path / f"{part}.parquet")
    found = spark.link(engine.at_rest(session, [str(tmp_path)]))
    engine.kept(found.frame, str(tmp_path / "facts"))
    kept = pq.read_table(tmp_path / "facts").sort_by("event_id")
    assert found.weights.pairs > 0
    assert same(kept, linkage.link(table.slice(0, 4_000)))
    with pytest.raises(UsageError, match="exist"):
        engine.kept(found.frame, str(tmp_path / "facts"))


def test_bins_and_crowded_tiles_that_are_parted_change_nothing(session, monkeypatch):
    table = generate(4_000).table
    monkeypatch.setattr(spark, "_PER_BIN", 100)
    plans = []
    solve = spark.solve
    monkeypatch.setattr(
        spark, "solve", lambda parcels, plan, weights: plans.append(plan) or solve(parcels, plan, weights)
    )
    _, kept = facts(session, table, BY_HAND)
    assert plans[0].bins > 20
    assert plans[0].parts.max() > 1
    assert same(kept, linkage.link(table, weights=BY_HAND))


def test_one_crowded_site_falls_on_many_tasks(session, monkeypatch):
    monkeypatch.setattr(spark, "_PER_BIN", 300)
    rng = np.random.default_rng(5)
    table = generate(1_500).table
    for name, middle in (("lat", 48.5), ("lon", 37.5)):
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(np.round(middle + rng.normal(0, 0.05, len(table)), 5)))
    frame = session.createDataFrame(table)
    survey = spark._survey(frame)
    plan = survey.plan(events.Window(10.0, (0, 2)))
    spread = engine.sent(frame, spark._Spread(plan, survey.earliest))
    meet = engine.met(engine.together(spread, plan.bins), spark._Meet(plan, BY_HAND, np.empty((0, 2), np.int64)))
    found = engine.collected(meet)
    edges = [
        pa.ipc.open_stream(rows.as_buffer()).read_all().num_rows
        for name, rows in zip(found["name"].to_pylist(), found["rows"], strict=True) if name == "edges"
    ]  # fmt: skip
    assert len(edges) >= 5
    assert max(edges) < sum(edges) / 3
    assert same(facts(session, table, BY_HAND)[1], linkage.link(table, weights=BY_HAND))


def test_weights_are_learned_from_whole_tiles_where_events_are_many(session, monkeypatch):
    monkeypatch.setattr(spark, "_LEARNED_FROM", 2_000)
    table = generate(4_000).table
    found, kept = facts(session, table)
    assert 0 < found.weights.pairs < linkage.learn.learn(read(table)).pairs
    assert same(kept, linkage.link(table, weights=found.weights))


def test_what_analysts_decided_holds_on_spark_too(session, monkeypatch):
    monkeypatch.setattr(spark, "_PER_BIN", 50)
    told = read(generate(400).table)
    window = BY_HAND.window
    groups = list(events.solve(told, BY_HAND, window).groups())
    large = next(members for members in groups if len(members) > 1)
    lone = [members[0] for members in groups if len(members) == 1]
    words = {(large[0], large[1]): "different", (min(lone[0], lone[-1]), max(lone[0], lone[-1])): "same"}
    decided = events.named(words)
    here = list(events.solve(told, BY_HAND, window, decided).groups())
    assert here != groups
    assert list(spark.OnSpark(session)(told, window, decided)) == here


def test_wholes_are_set_apart_on_spark_too(session):
    place = {"lat": 48.0, "lon": 37.8, "event_type": "attack", "actors": "", "text": ""}
    rows = [
        {"event_id": f"P{i}", "dataset": "a", "date_from": f"2031-03-0{i}", "date_to": f"2031-03-0{i}", "precision_km": 3.0,
         "count": 10.0 * i, **place}
        for i in (1, 2, 3)
    ]  # fmt: skip
    rows.append({
        "event_id": "W", "dataset": "b", "date_from": "2031-03-01", "date_to": "2031-03-03", "precision_km": 30.0,
        "count": 60.0, **place,
    })  # fmt: skip
    table = pa.Table.from_pylist(rows)
    whole = events.solve(read(table), BY_HAND)
    assert len(whole.parts)
    assert same(facts(session, table, BY_HAND)[1], linkage.link(table, weights=BY_HAND))


def test_what_is_torn_between_facts_is_set_apart_on_spark_too(session):
    rows = [
        row("a", "a", text="the grain store"), row("b", "b", lat=48.54, text="the grain store"),
        row("v", "c", lat=48.27, precision_km=50.0, text="the grain store"),
        row("w", "d", lat=48.25, precision_km=60.0, text="the grain store"),
    ]  # fmt: skip
    here = linkage.link(report_table(rows), weights=BY_HAND)
    assert len(set(here["fact_id"].to_pylist())) == 3
    assert same(facts(session, report_table(rows), BY_HAND)[1], here)


def test_the_record_of_the_winter_has_one_digest_on_both_engines(session, winter):
    beside = Beside(len(winter.holdings.set_aside), grouper=spark.OnSpark(session))
    found = draw(winter.holdings.claims, winter.geography, winter.settings, None, beside)
    assert found.digest == winter.picture().digest


def test_no_reports_are_no_facts(session):
    empty = generate(50).table.slice(0, 0)
    assert facts(session, empty)[1].num_rows == 0


def test_an_id_that_is_there_twice_is_named(session):
    table = generate(50).table
    with pytest.raises(UsageError, match="in several rows"):
        spark.link(session.createDataFrame(pa.concat_tables([table, table])), BY_HAND)


def test_what_cannot_be_read_is_an_error_with_its_column(session, tmp_path):
    table = generate(50).table
    bad = table.set_column(table.column_names.index("lat"), "lat", pa.array([95.0] * len(table)))
    with pytest.raises(UsageError, match="lat: 95"):
        spark.link(session.createDataFrame(bad), BY_HAND)
    with pytest.raises(UsageError, match="a column lat"):
        spark.link(session.createDataFrame(table.drop_columns(["lat"])), BY_HAND)
    with pytest.raises(IntakeError, match="nowhere"):
        engine.at_rest(session, [str(tmp_path / "nowhere")])


def test_a_job_that_fails_for_another_reason_says_which(session):
    broken = session.createDataFrame(pa.table({"a": [1]})).mapInArrow(lambda batches: 1 / 0, "a bigint")
    with pytest.raises(ConsilienceError, match="ZeroDivisionError: division by zero"):
        engine.collected(broken)
