"""`consilience link`, and where events are linked: in this process or on Spark."""

import importlib.util
import shutil
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import consilience.engine
from benchmarks.reports import generate
from consilience import linkage

no_spark = importlib.util.find_spec("pyspark") is None
needs_spark = pytest.mark.skipif(no_spark, reason="pyspark is absent: pip install 'consilience[spark]'")
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="Java is absent")


@pytest.fixture
def reports(tmp_path):
    """A folder of two Parquet files, and all their rows."""
    table = generate(600).table
    (tmp_path / "reports").mkdir()
    pq.write_table(table.slice(0, 300), tmp_path / "reports" / "a.parquet")
    pq.write_table(table.slice(300), tmp_path / "reports" / "b.parquet")
    return table


def test_reports_at_rest_are_linked_to_facts_at_rest(program, reports, tmp_path):
    done = program("link", "reports", "--to", "facts/new")
    here = linkage.link(reports)
    assert done.returncode == 0
    assert pq.read_table(tmp_path / "facts" / "new").equals(here)
    assert done.stdout == f"{len(here)} reports, {len(set(here['fact_id'].to_pylist()))} facts, in facts/new\n"


def test_files_of_other_types_and_a_folder_that_cannot_be_are_named(program, reports, tmp_path):
    other = reports.slice(0, 5)
    texts = other.set_column(other.schema.get_field_index("lat"), "lat", other["lat"].cast("string"))
    pq.write_table(texts, tmp_path / "texts.parquet")
    done = program("link", "reports", "texts.parquet", "--to", "facts")
    assert (done.returncode, "lat" in done.stderr, "internal" in done.stderr) == (1, True, False)
    (tmp_path / "file").write_text("")
    done = program("link", "reports", "--to", "file/facts")
    assert (done.returncode, "file/facts" in done.stderr, "internal" in done.stderr) == (1, True, False)


@pytest.mark.parametrize("to", ["reports", "reports/a.parquet/facts", "dangling", "x" * 300])
def test_a_folder_in_the_way_is_found_before_anything_is_linked(program, reports, tmp_path, monkeypatch, to):
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    monkeypatch.setattr(linkage, "link", None)  # which is never come to
    done = program("link", "reports", "--to", to)
    assert done.returncode in (1, 2)
    assert f"--to: found {to}" in done.stderr.replace("\n", "")


def test_what_cannot_be_linked_leaves_no_folder_behind(program, reports, tmp_path):
    bad = reports.set_column(reports.column_names.index("lat"), "lat", pa.array([95.0] * len(reports)))
    pq.write_table(bad, tmp_path / "bad.parquet")
    done = program("link", "bad.parquet", "--to", "new/facts")
    assert done.returncode == 2
    assert "link: found lat: 95.0 in row 1, and the like in 599 more rows, expected degrees" in done.stderr
    assert not (tmp_path / "new").exists()


def test_tables_without_reports_say_so(program, reports, tmp_path):
    pq.write_table(reports.slice(0, 0), tmp_path / "none.parquet")
    done = program("link", "none.parquet", "--to", "facts")
    assert (done.returncode, done.stdout) == (0, "0 reports, 0 facts, in facts\n")
    assert "no reports in none.parquet" in done.stderr
    assert pq.read_table(tmp_path / "facts").num_rows == 0


@pytest.mark.slow
@needs_spark
@needs_java
def test_both_engines_write_the_same_facts(process, reports, tmp_path):
    done = process("link", "reports", "--to", "facts", "--engine", "spark", "--master", "local[2]")
    assert done.returncode == 0, done.stderr
    here = linkage.link(reports)
    assert pq.read_table(tmp_path / "facts").sort_by("event_id").cast(here.schema).equals(here)
    assert done.stdout == f"{len(here)} reports, {len(set(here['fact_id'].to_pylist()))} facts, in facts\n"
    again = process("link", "reports", "--to", "facts", "--engine", "spark")
    assert again.returncode == 2
    assert again.stderr.splitlines()[-1].startswith("consilience: --to: found facts")
    assert "Traceback" not in again.stderr


@pytest.mark.slow
@needs_spark
@needs_java
def test_the_record_has_one_picture_on_both_engines(process, scenario):
    here, there = (process("compare", scenario, "--json", "--engine", engine) for engine in ("local", "spark"))
    assert there.returncode == 0, there.stderr
    assert there.stdout == here.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("link", "nowhere", "--to", "facts"), "nowhere: found"),
        (("link", "reports", "--to", "reports"), "--to: found reports, which is there, expected a new folder"),
        (("link", "reports", "--to", "facts", "--master", "local[2]"), "--master: found local[2] for the engine local"),
        (("compare", "ours.csv", "--master", "local[2]"), "Say --engine spark too."),
    ],
)
def test_what_cannot_be_linked_is_said(program, reports, files, arguments, said):
    done = program(*arguments)
    assert done.returncode in (1, 2)
    assert said in done.stderr


def test_where_spark_is_absent_the_extra_is_named(program, reports, monkeypatch):
    monkeypatch.delitem(sys.modules, "consilience.engine.spark", raising=False)
    monkeypatch.delattr(consilience.engine, "spark", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    done = program("link", "reports", "--to", "facts", "--engine", "spark")
    assert done.returncode == 1
    assert (
        'found no module pyspark, expected Spark for Python. Install it: pip install "consilience[spark]"'
        in done.stderr
    )


@needs_spark
def test_where_java_is_absent_it_is_named(process, reports, tmp_path):
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("bash", "dirname", "env", "sh", "ps"):
        if found := shutil.which(name):
            (bare / name).symlink_to(found)
    done = process("link", "reports", "--to", "facts", "--engine", "spark", PATH=str(bare), JAVA_HOME="")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "found no Java that starts it, expected Java 17 or newer. Install it" in last


@pytest.mark.slow
@needs_spark
@needs_java
def test_a_master_that_spark_does_not_know_is_an_error(process, reports):
    done = process("link", "reports", "--to", "facts", "--engine", "spark", "--master", "local[two]")
    assert done.returncode == 1
    assert "Could not parse Master URL" in done.stderr.splitlines()[-1]
    assert "\tat " not in done.stderr
