"""`consilience compare`: data on stdout, progress on stderr, exit codes, files; nothing raw reaches the terminal."""

import json
import os
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.usefixtures("files")


def test_the_summary_goes_to_stdout_and_nothing_to_stderr(program):
    done = program("compare", "ours.csv", "theirs.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 corroborated, 1 conflicting" in done.stdout
    assert "digest sha256:" in done.stdout
    assert "\x1b" not in done.stdout


def test_json_is_one_document(program):
    done = program("compare", "ours.csv", "theirs.csv", "--json")
    document = json.loads(done.stdout)
    assert document["schema"] == "consilience.picture/1"
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_as_of_uses_only_what_was_reported_by_then(program):
    document = json.loads(program("compare", "ours.csv", "theirs.csv", "--json", "--as-of", "2021-12-02").stdout)
    assert document["inputs"]["claims"] == 0
    assert document["as_of"] == "2021-12-02"


@pytest.mark.parametrize(
    ("asked", "code"), [([], 0), (["--fail-on-conflict"], 10), (["--fail-on-conflict", "--json"], 10)]
)
def test_a_conflict_fails_only_when_asked(program, asked, code):
    assert program("compare", "ours.csv", "theirs.csv", *asked).returncode == code


def test_no_conflict_does_not_fail(program):
    assert program("compare", "ours.csv", "--fail-on-conflict").returncode == 0


def test_html_is_one_page_of_its_own(program, tmp_path):
    done = program("compare", "ours.csv", "theirs.csv", "--html", "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert done.returncode == 0
    assert done.stdout == ""
    assert page.lstrip().lower().startswith("<!doctype html")
    assert "94,300" in page


def test_bad_rows_are_set_aside_in_a_file_and_said_on_stderr(program, tmp_path, files, row):
    files("bad.csv", [row("B1", best="NaN"), row("B2")])
    done = program("compare", "ours.csv", "bad.csv")
    assert done.returncode == 0
    assert re.search("1 rows? set aside in set-aside.csv", done.stderr)
    assert "NaN" in (tmp_path / "set-aside.csv").read_text(encoding="utf-8-sig")
    done = program("compare", "bad.csv", "--set-aside", "mine.csv", "--json")
    assert json.loads(done.stdout)["inputs"]["set_aside"] == 1
    assert (tmp_path / "mine.csv").is_file()


def test_strict_stops_and_writes_nothing(program, tmp_path, files, row):
    files("bad.csv", [row("B1", best="NaN")])
    done = program("compare", "bad.csv", "--strict")
    assert (done.returncode, done.stdout) == (1, "")
    assert "row 2, column best" in done.stderr
    assert not list(tmp_path.glob("set-aside*"))


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["no.csv"], 1, "no.csv: found no such file"),
        (["ours.csv", "--as-of", "yesterday"], 2, "as of"),
        (["ours.csv", "--as-of", "2021-12-06T10:00"], 2, "as of"),
        (["ours.csv", "--as-of", "31/02/2021"], 2, "as of"),
        (["ours.csv", "--encoding", "klingon"], 1, "klingon"),
        (["ours.csv", "--mapping", "no.toml"], 1, "no.toml"),
        (["ours.csv", "--settings", "no.toml"], 2, "no.toml"),
        (["ours.csv", "--html", "no/such/folder.html"], 1, "folder.html"),
        (["empty.csv"], 1, "an empty file"),
        (["png.csv"], 1, "png.csv"),
        (["cut.parquet"], 1, "Parquet"),
        (["other.csv"], 1, "--suggest"),
        (["empty"], 1, "a folder without tables"),
    ],
)
def test_a_wrong_input_is_one_line_and_no_traceback(program, tmp_path, arguments, code, word):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "png.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1cut")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    done = program("compare", *arguments)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("consilience: ")
    assert "Traceback" not in done.stderr
    assert word in done.stderr


def test_an_unknown_option_is_a_usage_error(program):
    done = program("compare", "ours.csv", "--colour")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("environment", [{"CONSILIENCE_DAILY_RATE": "fast"}, {"CONSILIENCE_HORIZON_DAYS": "-1"}])
def test_a_setting_out_of_range_is_named(program, environment):
    done = program("compare", "ours.csv", **environment)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_error_of_ours(tmp_path, scenario):
    """`consilience compare … --json | head -1`, with far more output than a pipe holds."""
    with subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "consilience", "compare", str(scenario), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
    ) as running:  # fmt: skip
        assert running.stdout.read(20)
        running.stdout.close()
        said = running.stderr.read().decode()
        assert running.wait(60) == 0
    assert said == ""


HOSTILE = "\x1b[31mRED\x1b]0;title\x07\x9b2J\u202e"


def test_no_escape_of_a_cell_reaches_the_terminal(program, files, row):
    same = {"place": f"x{HOSTILE}", "actor": HOSTILE, "text": HOSTILE, "source": HOSTILE}
    files(
        "eve.csv",
        [row("E1", best=5, **same), row("E2", partner="EVE", best=900, **same), row("E3", best=HOSTILE), row(HOSTILE)],
    )
    for arguments in (["compare", "eve.csv"], ["explain", "eve.csv", "E1", "E2"], ["ingest", "eve.csv", "--dry-run"],
                      ["compare", "eve.csv", "--strict"], ["explain", "eve.csv", "E1", HOSTILE]):  # fmt: skip
        done = program(*arguments)
        for signs in "\x1b\x07\x9b\u202e":
            assert signs not in done.stdout, arguments
            assert signs not in done.stderr, arguments
    assert "RED" in program("compare", "eve.csv").stdout


def test_no_escape_of_a_cell_stands_raw_in_json(program, files, row):
    files("eve.csv", [row("E1", place=f"x{HOSTILE}")])
    said = program("compare", "eve.csv", "--json").stdout
    assert "\x1b" not in said
    assert "\x07" not in said


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals to open here")
@pytest.mark.parametrize(("environment", "bold"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_is_honoured_on_a_terminal(tmp_path, environment, bold):
    ours, terminal = os.openpty()
    kept = {name: text for name, text in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "consilience", "compare", "ours.csv"],
        stdout=terminal, stderr=subprocess.DEVNULL, cwd=tmp_path, env={**kept, **environment},
    ) as running:  # fmt: skip
        assert running.wait(60) == 0
    os.close(terminal)
    said = os.read(ours, 100_000).decode()
    os.close(ours)
    assert ("\x1b[1m" in said) == bold
    assert "digest" in said


def test_of_two_parts_none_is_left_out_in_silence(program, scenario):
    done = program("compare", scenario, "--unsure", "--weighed")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--unsure and --weighed" in done.stderr


def test_lineage_is_told_in_words_and_as_one_document(program, files, row):
    files("copy.csv", [row("C050", best=94300, partner="GBR", origins="C042", reported_at="2021-12-05")])
    told = program("compare", "ours.csv", "copy.csv", "--lineage").stdout
    assert "GBR repeats UKR: 1 of 1 claim, since 2021-12-05, through C042" in told
    found = json.loads(program("compare", "ours.csv", "copy.csv", "--lineage", "--json").stdout)
    assert found["schema"] == "consilience.lineage/1"
    assert found["edges"][0]["through"] == ["C042"]
    picture = json.loads(program("compare", "ours.csv", "copy.csv", "--json").stdout)
    assert found["picture"] == picture["digest"]


def test_links_that_are_nearly_even_are_listed_with_what_settles_them(program, files, row):
    event = {
        "phenomenon": "attack",
        "place": "",
        "lat": "48.0",
        "lon": "37.8",
        "radius_km": "1",
        "actor": "",
        "text": "",
    }
    later = {"period_from": "2021-12-04", "period_to": "2021-12-04"}
    files("near.csv", [row("E1", **event, best="1"), row("E2", partner="GBR", **event, **later, best="90")])
    said = program("compare", "near.csv", "--unsure").stdout
    assert said.startswith("1 link nearly even")
    assert "consilience decide different E1 E2 --because" in said
    assert "unsure whether E2 belongs to the fact of E1" in program("compare", "near.csv").stdout
    document = json.loads(program("compare", "near.csv", "--unsure", "--json").stdout)
    assert document["schema"] == "consilience.unsure/1"
    assert document["unsure"][0]["a"] == "E1"
    assert program("compare", "ours.csv", "--unsure").stdout.startswith("no link is nearly even")


def test_weighed_says_what_contested_facts_come_to_and_what_is_not_settled(program, scenario):
    done = program("compare", scenario, "--as-of", "2022-02-18", "--weighed")
    assert done.returncode == 0
    assert "not calibrated" in done.stdout
    assert "The evidence does not settle it" in done.stdout
    assert "without USA/washington-post: 40" in done.stdout
    found = json.loads(program("compare", scenario, "--as-of", "2022-02-18", "--weighed", "--json").stdout)
    assert (found["schema"], found["calibrated"]) == ("consilience.weighed/1", False)
    assert (
        found["picture"] == json.loads(program("compare", scenario, "--as-of", "2022-02-18", "--json").stdout)["digest"]
    )
    assert all(each["options"] and each["without"] for each in found["weighed"])
