"""The picture: the same bytes for the same claims, whatever the order, the files, the process or the kind of table."""

import hashlib
import json

import pandas
import polars
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

import consilience
from consilience.desk import Desk
from consilience.model.fact import Verdict


@pytest.fixture(scope="module")
def native(scenario):
    """The rows of December 2021 and before, and some days of posts: enough for every verdict."""
    read = pacsv.ConvertOptions(strings_can_be_null=False)
    names = sorted((scenario / "holdings").glob("*.csv"))
    columns = {name: pa.string() for name in pacsv.read_csv(names[0]).column_names}
    read.column_types = columns
    told = pa.concat_tables(pacsv.read_csv(name, convert_options=read).select(list(columns)) for name in names)
    listed = [row for row in told.to_pylist() if row["reported_at"] <= "2021-12-31" or row["claim_id"].startswith("UW")]
    return listed[::3]


class Rows:
    """Rows that hypothesis does not print."""

    def __init__(self, rows):
        self.listed = rows

    def __repr__(self):
        return f"{len(self.listed)} rows"


@pytest.fixture(scope="module")
def rows(native):
    return Rows(native)


@pytest.fixture(scope="module")
def reference(rows, table):
    return Desk.read([table(rows.listed)]).picture().to_json()


def test_the_sample_has_every_verdict(rows, table):
    picture = Desk.read([table(rows.listed)]).picture()
    assert all(picture.count(verdict) for verdict in (Verdict.SOLE, Verdict.CONFLICTING, Verdict.CORROBORATED))


@given(st.randoms(use_true_random=False), st.integers(1, 6))
@settings(max_examples=12)
def test_neither_the_order_of_rows_nor_the_split_into_files_changes_a_byte(rows, table, reference, random, files):
    shuffled = random.sample(rows.listed, len(rows.listed))
    parts = [[] for _ in range(files)]
    for row in shuffled:
        random.choice(parts).append(row)
    tables = [table(part) for part in parts if part]
    assert Desk.read(tables).picture().to_json() == reference


def test_the_order_of_files_does_not_change_a_byte(scenario, winter):
    files = sorted((scenario / "holdings").glob("*.csv"), reverse=True)
    assert Desk.read(files).picture("2022-01-24").to_json() == winter.picture("2022-01-24").to_json()


@pytest.mark.parametrize("copies", [1, 2])
def test_a_file_given_twice_counts_once(rows, table, reference, copies):
    assert Desk.read([table(rows.listed)] * copies).picture().to_json() == reference


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_hash_seed_of_the_process_does_not_change_a_byte(process, scenario, winter, seed):
    done = process("compare", scenario, "--as-of", "2021-12-06", "--json", PYTHONHASHSEED=seed)
    assert done.returncode == 0
    assert done.stdout == winter.picture("2021-12-06").to_json() + "\n"


def test_every_kind_of_table_gives_the_same_bytes(rows, table, reference, tmp_path):
    arrow = table(rows.listed)
    pacsv.write_csv(arrow, tmp_path / "rows.csv")
    pq.write_table(arrow, tmp_path / "rows.parquet")
    pandas_frame = pandas.DataFrame(rows.listed)
    polars_frame = polars.DataFrame(rows.listed)
    for given_as in (
        tmp_path / "rows.csv",
        tmp_path / "rows.parquet",
        str(tmp_path / "rows.csv"),
        pandas_frame,
        polars_frame,
    ):
        assert consilience.compare(given_as).to_json() == reference, type(given_as)


def test_typed_columns_give_the_same_bytes_as_text(row, table):
    """Numbers as numbers, days as days and empty as null, as a database hands them over."""
    told = [row("A1", best=94300, lat="54.5", lon="33.25", place="Yelnya"), row("B1", partner="USA", best="")]
    frame = pandas.DataFrame(told).replace("", None)
    typed = frame.assign(
        best=pandas.to_numeric(frame["best"]), lat=pandas.to_numeric(frame["lat"]), lon=pandas.to_numeric(frame["lon"]),
        reported_at=pandas.to_datetime(frame["reported_at"]),
        period_from=pandas.to_datetime(frame["period_from"]).dt.date,
    )  # fmt: skip
    assert consilience.compare(typed).to_json() == consilience.compare(table(told)).to_json()


@pytest.mark.parametrize("as_of", ["2021-12-06", "2022-01-24", None])
def test_the_digest_is_that_of_the_rfc_8785_text_of_the_body(winter, as_of):
    picture = winter.picture(as_of)
    assert picture.digest == "sha256:" + hashlib.sha256(rfc8785.dumps(picture.body)).hexdigest()
    document = json.loads(picture.to_json())
    assert document.pop("digest") == picture.digest
    assert document == json.loads(json.dumps(picture.body))
    assert picture.to_json().encode() == rfc8785.dumps(picture.document)


@settings(max_examples=40)
@given(
    best=st.one_of(st.integers(0, 2**53), st.decimals(1, 10**6, places=3)),
    text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
)
def test_the_digest_is_of_rfc_8785_for_any_number_and_text(lay, row, best, text):
    picture = lay(row("A1", best=best, place=text, marking=text, url=text)).picture()
    assert picture.to_json().encode() == rfc8785.dumps(picture.document)


@pytest.mark.parametrize("best", ["0.0000001", "0.00001", "1.9999999"])
def test_the_digest_is_of_rfc_8785_for_small_fractions(lay, row, best):
    picture = lay(row("A1", best=best)).picture()
    assert picture.to_json().encode() == rfc8785.dumps(picture.document)


def test_a_claim_known_to_its_day_is_in_from_the_end_of_that_day(lay, row):
    desk = lay(row("A1", reported_at="2021-12-03"), row("B1", reported_at="2021-12-03T10:00Z"))
    assert [claim.id for claim in desk.picture("2021-12-03T12:00Z").claims] == ["B1"]
    assert len(desk.picture("2021-12-03").claims) == 2


def test_as_of_a_day_before_anything_is_an_empty_picture(winter):
    picture = winter.picture("1999-01-01")
    assert (picture.claims, tuple(picture.facts), tuple(picture.relations)) == ((), (), ())
    assert picture.digest.startswith("sha256:")


def test_ids_of_facts_are_each_once(winter):
    for as_of in ("2021-12-06", "2022-02-18", None):
        ids = [fact.id for fact in winter.picture(as_of).facts]
        assert len(ids) == len(set(ids))


def test_a_fact_keeps_its_id_while_more_is_told_of_it(winter):
    before = {fact.id for fact in winter.picture("2021-12-06").facts}
    after = {fact.id for fact in winter.picture("2021-12-23").facts}
    assert len(before - after) <= len(before) // 20


def test_relations_of_a_picture_are_those_of_the_desk(winter):
    relations = winter.picture().relations
    for relation in relations[::7]:
        assert winter.relate(relation.a, relation.b) == relation
    assert len({frozenset((relation.a, relation.b)) for relation in relations}) == len(relations)


def test_tables_of_a_picture_have_a_row_for_each_item(winter):
    picture = winter.picture("2021-12-06")
    for listing in (picture.facts, picture.relations, picture.sources):
        assert listing.to_arrow().num_rows == len(listing.to_pandas()) == len(listing.to_polars()) == len(listing)
    assert "<script" not in picture.facts._repr_html_()


def test_a_notebook_table_cannot_be_scripted(lay, row):
    picture = lay(row("<b>A1</b>", actor="<script>alert(1)</script>", place="<img src=x>")).picture()
    html = picture.facts._repr_html_() + picture.relations._repr_html_() + picture.sources._repr_html_()
    assert "<script" not in html
    assert "<img" not in html


def test_a_denial_stays_where_all_that_it_denies_is_shown_elsewhere(lay, row):
    """N is shown with the withdrawal G that it denies; G, with the build-up E, of which N says nothing."""
    site = {
        "place": "",
        "actor": "",
        "lat": "48.01",
        "lon": "37.81",
        "radius_km": "40",
        "best": "",
        "unit": "",
        "origins": "",
    }
    day = {"period_from": "2022-01-09", "period_to": "2022-01-10", "reported_at": "2022-01-18"}
    before = {"period_from": "2022-01-07", "period_to": "2022-01-08", "reported_at": "2022-01-15"}
    withdrawal = {**site, "phenomenon": "movement/withdrawal"}
    buildup = {**site, "phenomenon": "movement/buildup", "lat": "48.2", "lon": "37.805", "radius_km": "60"}
    desk = lay(
        row("N", partner="NATO", modality="denied", **withdrawal, **before),
        row("G", partner="GBR", modality="estimated", **{**withdrawal, "lon": "38.0"}, **day),
        row(
            "E",
            partner="EST",
            modality="estimated",
            **{**buildup, "actor": "RUS", "best": "60", "unit": "person"},
            **day,
        ),
    )
    told = [{held.claim.id for held in fact.holdings} for fact in desk.picture().facts]
    assert {"N", "G"} in told
    assert {"G", "E"} in told
