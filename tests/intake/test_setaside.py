"""Set aside: bad rows are kept whole, can be mended and read again, and run in no spreadsheet or terminal."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.intake.holdings import read_holdings
from consilience.intake.setaside import plain_cell, printable, safe_cell, shown, write_set_aside

FORMULAS = ["=HYPERLINK(1)", "=1+1", "@SUM(A1:A9)", "+cmd|' /C calc'!A0", "-cmd|x", "|calc", "%0A", "=cmd|' /C x'!A1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_exported_as_text_and_read_back(text):
    assert safe_cell(text) == "'" + text
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["+separatists", "-5", "+air +navy", "ordinary", "a=b", "94300", "", "x@y"])
def test_ordinary_cells_stay_as_they_are(text):
    assert safe_cell(text) == text
    assert plain_cell(text) == text


@given(st.text(max_size=30))
def test_any_cell_is_safe_and_comes_back_but_for_its_blanks(text):
    assert safe_cell(text)[:1] not in ("=", "@", "\t", "\r", "|", "%")
    assert plain_cell(safe_cell(text.strip())) == plain_cell(text)


@given(st.text(max_size=60))
def test_what_is_shown_cannot_steer_a_terminal(text):
    for said in (printable(text), shown(text)):
        assert said.isprintable() or not said
        assert "\x1b" not in said
        said.encode("utf-8")


@pytest.mark.parametrize("text", ["\u202egpj.exe", "a\u200bb", "\ud800", "\x9b31m", "\x7f", "\u2028"])
def test_unseen_signs_do_not_reach_the_terminal(text):
    assert not set(text) & set("\u202e\u200b\ud800\x9b\x7f\u2028") & set(printable(text))


def test_every_bad_row_is_kept_and_can_be_mended_and_read_again(tmp_path, row, table):
    bad = [row("A1", best="NaN", shift="night"), row("A2", modality="seen"), row("A3", text="=1+1", lat="99", lon="0")]
    told = read_holdings([table([*bad, row("A4")])])
    file = tmp_path / "set-aside.csv"
    write_set_aside(file, told.set_aside)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        kept = list(csv.DictReader(lines))
    assert [line["claim_id"] for line in kept] == ["A1", "A2", "A3"]
    assert all(line["set_aside_because"] for line in kept)
    assert [line["set_aside_row"] for line in kept] == ["2", "3", "4"]
    for line in kept:
        line.update({"best": "", "modality": "observed", "lat": "", "lon": ""})
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(kept[0]))
        writer.writeheader()
        writer.writerows(kept)
    again = read_holdings([file])
    assert not again.set_aside
    assert [claim.id for claim in again.claims] == ["A1", "A2", "A3"]
    assert dict(again.claims[0].extras)["shift"] == "night"
    assert again.claims[2].text == "=1+1"


def test_a_mended_row_is_the_claim_that_it_would_have_been(tmp_path, row, table):
    good = row("A1", best="5")
    file = tmp_path / "set-aside.csv"
    write_set_aside(file, read_holdings([table([{**good, "best": "NaN"}])]).set_aside)
    file.write_text(file.read_text(encoding="utf-8-sig").replace("2021-12-03,NaN", "2021-12-03,5"), encoding="utf-8")
    (mended,) = read_holdings([file]).claims
    (claim,) = read_holdings([table([good])]).claims
    assert mended.count == claim.count
    assert mended.digest == claim.digest


def test_bad_rows_of_tables_with_other_columns_share_one_file(tmp_path, row, table):
    one, two = table([row("A1", best="NaN", shift="night")]), table([row("A2", best="inf", watch="dog")])
    file = tmp_path / "set-aside.csv"
    write_set_aside(file, read_holdings([one, two]).set_aside)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        kept = list(csv.DictReader(lines))
    assert [(line["shift"], line["watch"]) for line in kept] == [("night", ""), ("", "dog")]
