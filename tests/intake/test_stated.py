"""Stated positions: read strictly, each fault named with its file and line; what stands on a day is what was said by then."""

import csv
from pathlib import Path

import pytest

from consilience.errors import IntakeError
from consilience.intake.scenario import shipped
from consilience.intake.stated import COLUMNS, read_sayings
from consilience.model.period import parse_moment
from consilience.model.position import Band
from consilience.model.stated import held

WINTER = shipped() / "winter-2021-22"
QUESTIONS = """
schema = "consilience.questions/1"
[[questions]]
name = "crossing"
text = "Is the bridge passable by 1 May?"
horizon = "2031-05-01T00:00:00Z"
hypotheses = [{ id = "yes", text = "it is" }, { id = "no", text = "it is not", rest = true }]
resolved = { date = "2031-04-20", hypothesis = "yes", outcome = "OU1" }
"""


def _folder(tmp_path: Path, *rows: str, questions: str = QUESTIONS) -> Path:
    """A scenario's folder with these rows of positions, and with what came of its question."""
    outcome = "OU1,2031-04-20,AUR,engineering/bridging,Aur,true,The bridge is passable.,Aur Daily,https://aur.example/1"
    (tmp_path / "outcomes.csv").write_text(
        f"id,date,actor,phenomenon,place,occurred,text,source,url\n{outcome}\n", encoding="utf-8"
    )
    (tmp_path / "questions.toml").write_text(questions, encoding="utf-8")
    (tmp_path / "positions.csv").write_text("\n".join((",".join(COLUMNS), *rows)) + "\n", encoding="utf-8")
    return tmp_path


def test_a_folder_without_questions_has_none(tmp_path: Path) -> None:
    assert read_sayings(tmp_path).asked == ()


def test_words_get_their_band_and_nothing_is_invented_for_what_was_not_said(tmp_path: Path) -> None:
    said = read_sayings(
        _folder(
            tmp_path,
            "crossing,2031-04-01,AUR,AUR/Vane,icd-203,yes=likely,C1,C2 C3,",
            "crossing,2031-04-02,BOR,,phia,,C4,,spoke of it without a likelihood",
        )
    )
    question = said.asked[0].question
    first, second = said.stated
    assert first.position(question).bands == (Band("no", 2000, 4500), Band("yes", 5500, 8000, "likely"))
    assert second.position(question).bands == (Band("no", 0, 10_000), Band("yes", 0, 10_000))
    assert (first.basis, second.speaker) == (("C2", "C3"), "BOR")


def test_what_is_held_on_a_day_is_each_speakers_last_word_by_then_and_the_last_of_them_counts(tmp_path: Path) -> None:
    said = read_sayings(
        _folder(
            tmp_path,
            "crossing,2031-04-09,AUR,AUR/Vane,icd-203,yes=unlikely,C3,,",
            "crossing,2031-04-01,AUR,AUR/Vane,icd-203,yes=likely,C1,,",
            "crossing,2031-04-05,AUR,AUR/Oster,icd-203,yes=very likely,C2,,",
        )
    )
    early, middle, late = (held(said.stated, "crossing", parse_moment(f"2031-04-0{day}")) for day in (4, 5, 9))
    assert [each.stated.claims for each in early] == [("C1",)]
    assert [(each.stated.claims, [other.claims for other in each.others]) for each in middle] == [(("C2",), [("C1",)])]
    assert [(each.stated.claims, [other.claims for other in each.others]) for each in late] == [(("C3",), [("C2",)])]


def test_how_it_came_out_is_not_known_before_the_day(tmp_path: Path) -> None:
    asked = read_sayings(_folder(tmp_path)).asked[0]
    assert asked.resolved(parse_moment("2031-04-19")) is None
    assert asked.resolved(parse_moment("2031-04-20")) == asked.resolution
    assert asked.as_of(parse_moment("2031-04-19")).cutoff.isoformat() == "2031-04-19T23:59:59+00:00"
    assert asked.as_of(parse_moment("2031-06-01")).cutoff == asked.question.horizon


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("crossing,2031-04-01,AUR,,icd-203,yes=highly likely,C1,,", "a word of PHIA"),
        ("crossing,2031-04-01,AUR,,icd-203,maybe=likely,C1,,", "maybe"),
        ("crossing,2031-04-01,AUR,,icd-203,yes=0..45;yes=likely,C1,,", "yes twice"),
        ("crossing,2031-04-01,AUR,,icd-203,yes=60..40,C1,,", "a lower and a higher end"),
        ("crossing,2031-04-01,AUR,,icd-203,yes=0..20;no=0..20,C1,,", "add up"),
        ("crossing,2031-04-01,AUR,,icd-203,yes=likely,,,", "claims"),
        ("crossing,1st of May,AUR,,icd-203,yes=likely,C1,,", "1st of May"),
        ("crosing,2031-04-01,AUR,,icd-203,yes=likely,C1,,", "crosing"),
        ("crossing,2031-04-01,AUR,,yards,yes=likely,C1,,", "yards"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(IntakeError, match=r"positions\.csv, line 2") as caught:
        read_sayings(_folder(tmp_path, row))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("consilience.questions/1", "consilience.questions/9", "schema"),
        ('hypothesis = "yes"', 'hypothesis = "perhaps"', "perhaps"),
        ('outcome = "OU1"', 'outcome = "OU9"', "the id of a row in outcomes.csv"),
        (", rest = true", "", "exactly one"),
        ("[[questions]]", "[[questions", "TOML"),
    ],
)
def test_questions_that_cannot_be_read_are_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(IntakeError, match=r"questions\.toml") as caught:
        read_sayings(_folder(tmp_path, questions=QUESTIONS.replace(old, new)))
    assert words in str(caught.value)


def test_every_position_of_the_winter_cites_claims_of_its_own_partner_that_were_made_by_its_day() -> None:
    rows = {}
    for file in sorted((WINTER / "holdings").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            rows |= {row["claim_id"]: row for row in csv.DictReader(lines)}
    said = read_sayings(WINTER)
    assert len(said.asked) >= 3
    for each in said.stated:
        for name in (*each.claims, *each.basis):
            row = rows[name]
            assert row["partner"] == each.partner, (name, each)
            assert row["reported_at"][:10] <= str(each.said), (name, each)
        assert {rows[name]["speaker"] for name in each.claims} == {each.speaker}


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 5_000], ids=["deep", "long"])
def test_questions_that_no_reader_can_hold_are_an_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(IntakeError, match=r"questions\.toml"):
        read_sayings(_folder(tmp_path, questions=text))
