"""`warn` and `backtest`: what they print, as documents too, and how they refuse."""

import json
import re

import pytest


@pytest.fixture
def winter_folder(scenario):
    return scenario


def test_a_warning_says_level_whose_word_board_and_strength(program, winter_folder):
    done = program("warn", "--record", winter_folder, "--as-of", "2022-02-16")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Warning as of 2022-02-16: warning (5 of 5)"
    assert "rests on the word of" in done.stdout
    assert "Field hospitals and blood, late: seen" in done.stdout
    assert "(C121, 2022-02-16)" in done.stdout
    assert "nobody is known to look for it" in done.stdout
    assert "100,000 or more: over 99 %" in re.sub(r"\s+", " ", done.stdout)  # as the Warning page says it
    assert "nine chances in ten" in re.sub(r"\s+", " ", done.stdout)
    assert max(map(len, lines)) <= 100


def test_the_shipped_record_is_warned_of_where_no_other_is_named(program):
    done = program("warn", "--as-of", "2021-12-06", "--json")
    found = json.loads(done.stdout)
    assert found["schema"] == "consilience.warning/1"
    assert found["level"]["word"] == "alert"
    assert found["level"]["rests_on"]
    assert {row["status"] for row in found["board"]} >= {"seen", "possible", "not seen", "not looking"}
    assert any(cell["facts"] for row in found["board"] for cell in row["partners"])
    assert 0 < found["strength"][0]["probability"] < 1


def test_a_replay_prints_its_history_and_writes_the_chart(program, winter_folder, tmp_path):
    done = program("backtest", winter_folder, "--chart", "level.svg")
    assert done.returncode == 0
    assert "8 days of warning" in done.stdout
    assert "101 days of warning" in done.stdout
    assert "False alarms: none" in done.stdout
    assert "What was wrong" in done.stdout
    assert (tmp_path / "level.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_replay_as_a_document_has_every_day(program, winter_folder):
    found = json.loads(program("backtest", winter_folder, "--as-of", "2021-12-31", "--json").stdout)
    assert found["schema"] == "consilience.backtest/1"
    assert found["levels"][-1]["day"] == "2021-12-31"
    assert found["hit"] is False
    assert [each["to"] for each in found["changes"]] == ["attention", "watch", "alert"]


def test_an_analysts_word_is_read_from_a_table(program, winter_folder, tmp_path):
    words = tmp_path / "words.csv"
    words.write_text(
        "id,day,step,by,reason\nW1,2021-06-01,routine,the watch officer,units are home\n", encoding="utf-8"
    )
    done = program("warn", "--record", winter_folder, "--as-of", "2021-07-01", "--words", words)
    assert done.stdout.startswith("Warning as of 2021-07-01: routine")
    assert "units are home" in done.stdout
    words.write_text("id,day,step,by,reason\nW1,2021-06-01,panic,me,why\n", encoding="utf-8")
    refused = program("warn", "--record", winter_folder, "--words", words)
    assert refused.returncode == 1
    assert "column step" in refused.stderr
    assert "routine, attention, watch, alert, warning" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("warn", "--as-of", "yesterday"), 2, "a date such as"),
        (("warn", "--as-of", "1999-01-01"), 2, "nothing that was reported by then"),
        (("warn", "--record", "nowhere"), 2, "no such folder"),
        (("backtest", "."), 2, "without scenario.toml"),
        (("warn", "--indicators", "none.toml"), 1, "none.toml"),
        (("backtest",), 2, "Missing argument"),
    ],
)
def test_wrong_inputs_are_named(program, arguments, code, said):
    done = program(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_record_without_indicators_is_not_watched_by_those_of_another(program, scenario):
    done = program("backtest", scenario.parent / "exercise-polar-lamp")
    assert done.returncode == 2
    assert "no indicators.toml" in done.stderr
    assert "--indicators" in done.stderr


def test_indicators_cannot_steer_the_terminal(program, winter_folder, tmp_path):
    text = (winter_folder / "indicators.toml").read_text(encoding="utf-8")
    hostile = tmp_path / "hostile.toml"
    hostile.write_text(text.replace("Forces gather near Ukraine", "Forces \\u009b2J gather"), encoding="utf-8")
    done = program("warn", "--record", winter_folder, "--as-of", "2021-12-06", "--indicators", hostile)
    assert "\x9b" not in done.stdout
