"""Readings and outcomes of a record: read strictly, each fault named with its line."""

import shutil

import pytest

from consilience.errors import IntakeError
from consilience.intake.scenario import shipped
from consilience.intake.stated import read_sayings
from consilience.model.reading import Mark

HEAD = "question,date,partner,evidence,consistent,inconsistent,neither,claims,note"


@pytest.fixture
def folder(tmp_path):
    for name in ("questions.toml", "positions.csv", "outcomes.csv"):
        shutil.copy(shipped() / "winter-2021-22" / name, tmp_path / name)
    return tmp_path


def readings(folder, *rows):
    (folder / "readings.csv").write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return read_sayings(folder).readings


def test_a_row_says_how_a_partner_took_a_claim(folder):
    (found,) = readings(folder, "withdrawal,2022-02-16,GBR,C108,,leaving,,C113,looked for")
    assert (found.partner, found.evidence, found.marks, found.claims) == (
        "GBR", "C108", (("leaving", Mark.INCONSISTENT),), ("C113",),
    )  # fmt: skip
    assert found.mark("not-leaving") is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("no-such,2022-02-16,GBR,C108,,leaving,,C113,", "found no-such, expected one of force-near-ukraine"),
        ("withdrawal,soon,GBR,C108,,leaving,,C113,", "found soon, expected a date"),
        ("withdrawal,2022-02-16,GBR,C108,staying,,,C113,", "found staying, expected one of leaving, not-leaving"),
        ("withdrawal,2022-02-16,GBR,C108,leaving,leaving,,C113,", "leaving again"),
        ("withdrawal,2022-02-16,GBR,C108,,,,C113,", "at least one hypothesis"),
        ("withdrawal,2022-02-16,GBR,C108,leaving,,,,", "claims"),
        ("withdrawal,2022-02-16,GBR,,leaving,,,C113,", "evidence"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_line(folder, row, said):
    with pytest.raises(IntakeError, match="line 2") as error:
        readings(folder, row)
    assert said in str(error.value)


def test_one_claim_read_twice_by_a_partner_on_a_day_is_refused(folder):
    row = "withdrawal,2022-02-16,GBR,C108,,leaving,,C113,"
    with pytest.raises(IntakeError, match="C108 twice"):
        readings(folder, row, row)


def test_a_missing_column_is_named(folder):
    (folder / "readings.csv").write_text("question,date\n", encoding="utf-8")
    with pytest.raises(IntakeError, match="no column partner, evidence"):
        read_sayings(folder)


def test_a_question_resolved_by_an_outcome_that_is_not_on_the_record_is_refused(folder):
    (folder / "outcomes.csv").write_text("id,date,text,source,url\nOU01,2022-02-20,stayed,Reuters,\n", encoding="utf-8")
    with pytest.raises(IntakeError, match="outcome OU03"):
        read_sayings(folder)
