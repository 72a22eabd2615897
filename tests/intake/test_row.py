"""Attacks on single cells: what is wrong is set aside with what was found and what was expected; the rest is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.desk import Desk
from consilience.intake.row import COLUMNS, REQUIRED


@pytest.fixture(scope="module")
def problem(row, table):
    """What is said about one row that is set aside."""

    def make(**cells):
        told = Desk.read([table([row("A1", **cells)])]).holdings
        assert not told.claims
        (bad,) = told.set_aside
        return bad.because

    return make


@pytest.fixture(scope="module")
def claim(lay, row):
    return lambda **cells: lay(row("A1", **cells)).claim("A1")


@pytest.mark.parametrize("column", REQUIRED)
def test_a_required_cell_that_is_empty_is_named(problem, column):
    assert problem(**{column: ""} if column != "claim_id" else {"partner": ""}).startswith(
        column if column != "claim_id" else "partner"
    )


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"reported_at": "31/02/2021"}, "reported_at"),
        ({"reported_at": "2021-02-31"}, "reported_at"),
        ({"reported_at": "2021-12-03T19:30"}, "reported_at"),
        ({"period_from": "03.12.2021"}, "period_from"),
        ({"period_from": "", "period_to": "2021-12-03"}, "period_from"),
        ({"period_from": "2021-12-03", "period_to": "2021-12-01"}, "period_to"),
        ({"best": "NaN"}, "best"),
        ({"best": "inf"}, "best"),
        ({"low": "-inf"}, "low"),
        ({"best": "1e400"}, "best"),
        ({"best": "1e16"}, "best"),
        ({"best": "-5"}, "best"),
        ({"best": "94,300"}, "best"),
        ({"best": "about 100"}, "best"),
        ({"best": "0x10"}, "best"),
        ({"best": "1_000"}, "best"),
        ({"best": "١٢٣"}, "best"),
        ({"low": "200", "high": "100"}, "low"),
        ({"low": "100", "best": "99"}, "low"),
        ({"best": "101", "high": "100"}, "low"),
        ({"lat": "54.5"}, "lon"),
        ({"lon": "33.2"}, "lat"),
        ({"lat": "91", "lon": "0"}, "lat"),
        ({"lat": "0", "lon": "-180.1"}, "lon"),
        ({"lat": "nan", "lon": "0"}, "lat"),
        ({"lat": "0", "lon": "0", "radius_km": "-1"}, "radius_km"),
        ({"modality": "seen"}, "modality"),
        ({"phenomenon": "Personnel!"}, "phenomenon"),
        ({"phenomenon": "a//b"}, "phenomenon"),
        ({"reliability": "G"}, "reliability"),
        ({"credibility": "7"}, "credibility"),
        ({"partner": "U\x07KR"}, "partner"),
        ({"partner": "U" * 65}, "partner"),
    ],
)
def test_a_cell_that_cannot_be_is_set_aside_and_named(problem, cells, column):
    said = problem(**cells)
    assert f"{column}: found " in said
    assert ", expected " in said


@pytest.mark.parametrize("name", ["A 1", "A\t1", "A\x001", "A" * 300, "A\u200b1", "A\n1"])
def test_an_id_with_blanks_or_unseen_signs_is_set_aside(row, table, name):
    (bad,) = Desk.read([table([row(name)])]).holdings.set_aside
    assert "an id without blanks" in bad.because


def test_every_problem_of_a_row_is_told_at_once(problem):
    said = problem(modality="seen", best="NaN", reported_at="soon")
    assert all(f"{column}: found" in said for column in ("modality", "best", "reported_at"))


@pytest.mark.parametrize("column", ["period_to", "reported_at"])
def test_the_end_of_the_calendar_stops_nobody(row, table, column):
    """Many data bases write 9999-12-31 for an open end."""
    desk = Desk.read([table([row("A1", **{"period_to": "", column: "9999-12-31"}), row("B1")])])
    desk.picture("2021-12-31")
    assert desk.claim("B1")


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({"best": "94300"}, "94,300"),
        ({"best": "94300.0"}, "94,300"),
        ({"best": "9.43e4"}, "94,300"),
        ({"low": "92000"}, "more than 92,000"),
        ({"low": "0", "high": "25"}, "up to 25"),
        ({"best": ".5"}, "0.5"),
        ({}, "reported"),
        ({"modality": "denied", "best": "5"}, "denied"),
    ],
)
def test_a_number_is_shown_as_it_was_meant(claim, cells, shown):
    assert claim(**cells).value == shown


@pytest.mark.parametrize(
    ("cells", "name", "value"),
    [
        ({"modality": "Not Observed"}, "modality", "not-observed"),
        ({"modality": "not_observed"}, "modality", "not-observed"),
        ({"modality": " DENIED "}, "modality", "denied"),
        ({"credibility": "2.0"}, "credibility", "2"),
    ],
)
def test_words_are_read_whatever_their_case(claim, cells, name, value):
    assert getattr(claim(**cells), name).value == value


def test_a_phenomenon_is_a_path_in_lower_case(claim):
    assert claim(phenomenon="Movement/Rail").phenomenon.path == "movement/rail"


def test_a_unit_that_is_missing_is_that_of_the_phenomenon(claim):
    assert claim(best=5).count.unit == "personnel"
    assert claim(best=5, unit="BTG").count.unit == "btg"


def test_unknown_columns_are_kept_as_extras(claim):
    assert claim(analyst="me", shift="night").extras == (("analyst", "me"), ("shift", "night"))


def test_a_source_is_not_its_partner_and_a_missing_speaker_is_no_identity(claim):
    found = claim(source="agency")
    assert (found.source, found.partner) == ("agency", "UKR")
    assert not found.speaker.is_identity


def test_the_same_cells_have_the_same_digest_and_others_another(claim):
    assert claim(best=1).digest == claim(best=1).digest
    assert claim(best=1).digest != claim(best=2).digest


def test_empty_columns_do_not_change_what_a_claim_is(lay, row):
    assert lay(row("A1")).claim("A1").digest == lay(row("A1", unit="", shift="")).claim("A1").digest


texts = st.text(st.characters(codec="utf-8"), max_size=10)
hostile = st.one_of(
    texts,
    st.sampled_from(["NaN", "1e308", "-0", "'=1", "+1", "9999-12-31T00:00Z", "0001-01-01", "\x1b[31m", "{", "a/b"]),
)


@given(st.dictionaries(st.sampled_from(COLUMNS), hostile, max_size=8))
def test_any_cells_are_a_claim_that_can_be_compared_or_a_bad_row(table, row, cells):
    desk = Desk.read([table([{**row("A1"), **cells}, row("B1", partner="USA", best=5)])])
    assert len(desk.holdings.claims) + len(desk.holdings.set_aside) + desk.holdings.repeated_rows == 2
    desk.picture().to_json()
