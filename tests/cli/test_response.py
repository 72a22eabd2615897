"""`check` and `procedures` on the command line: text, JSON, calendars, and errors that say what to do."""

import json

import pytest

from tests.conftest import ROOT

RECORD = ROOT / "scenarios" / "winter-2021-22"


def test_a_statement_on_a_role_is_answered_with_what_was_understood_and_its_pages(program):
    done = program("check", "RUS is not a party to the Minsk Protocol")
    assert done.returncode == 0
    assert done.stdout.startswith("Understood: that RUS is not a party to the Minsk Protocol.\npartly\n")
    assert "signed: yes" in done.stdout
    assert "  AC03  https://" in done.stdout
    assert "false" not in done.stdout.lower()


def test_a_check_is_one_json_document(program):
    done = program("check", "RUS is not a party to Minsk II", "--as-of", "2022-02-20", "--json")
    found = json.loads(done.stdout)
    assert found["schema"] == "consilience.check/1"
    assert found["understood"]["negated"] is True
    assert {each["id"] for each in found["accords"][0]["evidence"]} == {"AC30", "AC31"}


def test_a_ceasefire_is_checked_against_the_record_and_against_tables(program, tmp_path):
    done = program("check", "ceasefire", "--as-of", "2022-02-20", "--json")
    found = json.loads(done.stdout)
    assert (found["result"], found["attributed"]) == ("contradicted", False)
    table = RECORD / "holdings" / "UKR.csv"
    assert (
        json.loads(program("check", "ceasefire", table, "--as-of", "2022-02-20", "--json").stdout)["result"]
        == "unverifiable"
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("check", "the moon is number one in Levada December 2021"), "one of those at hand"),
        (("check", "the moon is round"), "ACTOR is [not] a ROLE to ACCORD"),
        (("check", "RUS signed Minsk I", "--accords", "none.csv"), "a CSV or Parquet table"),
        (("check", "RUS signed Minsk I", "--since", "2022-01-01"), "it with ceasefire alone"),
        (("check", "ceasefire", "--since", "yesterday"), "a day such as"),
        (("check", "ceasefire", "--as-of", "soon"), "a date such as"),
        (("check", "RUS signed Minsk I", "--home", "none"), "them with ceasefire, expectations or a claim"),
        (("check", "a world war is first in Levada", "--home", "none"), "the statement alone"),
        (("check", "expectations", "--stix", "n.json"), "it with narratives"),
        (("check", "versions of C008"), "a claim that was told in several"),
        (("check", "narratives", "--reviews", "no/such/folder/r.json"), "a file that can be written"),
        (("procedures", "--events", "none.csv"), "a CSV or Parquet table"),
        (("procedures", "--as-of", "soon"), "a date such as"),
        (("procedures", "--json", "--ics", "-"), "one document on stdout"),
        (("procedures", "--ics", "no/such/folder/due.ics"), "a file that can be written"),
    ],
)
def test_an_error_says_what_was_expected(program, arguments, expected):
    done = program(*arguments)
    assert done.returncode in (1, 2)
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_procedures_say_what_is_due_from_whom_and_by_when(program):
    done = program("procedures", "--as-of", "2022-02-13")
    assert done.returncode == 0
    assert "silent: reply from RUS, UKR-RUS-2022-02" in done.stdout
    assert "due: meeting from UKR, RUS, UKR-RUS-2022-02" in done.stdout
    assert "12,800 is just below 13,000 personnel" in done.stdout


def test_procedures_as_json_give_every_state_with_its_reasons(program):
    found = json.loads(program("procedures", "--as-of", "2022-02-18", "--json").stdout)
    case = next(each for each in found["cases"] if each["id"] == "UKR-RUS-2022-02")
    steps = {each["step"]: each for each in case["steps"]}
    assert steps["reply"]["state"] == "contested"
    assert steps["joint-meeting"]["confirmed"] is False
    assert all(each["reasons"] for each in steps.values())
    assert [each["just_below"] for each in found["declared"] if each["threshold"] == 13000] == [True]


def test_a_calendar_goes_to_stdout_or_to_a_file(program, tmp_path):
    done = program("procedures", "--as-of", "2022-02-13", "--ics", "-")
    assert done.stdout.startswith("BEGIN:VCALENDAR")
    program("procedures", "--as-of", "2022-02-13", "--ics", tmp_path / "due.ics")
    assert (tmp_path / "due.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


def test_events_of_your_own_are_read_as_of_now(program, tmp_path):
    (tmp_path / "procedures.csv").write_text(
        "id,case,procedure,step,word,actor,target,when,until,zone,reported_at,stated_by,quantity,unit,text,url\n"
        "E1,A-B,vienna-unusual-activity,request,done,AAA,BBB,2022-02-11T10:00+01:00,,Europe/Vienna,,,,,Asked.,\n",
        encoding="utf-8",
    )
    done = program("procedures", "--events", tmp_path)
    assert "no report: reply from BBB" in done.stdout


def test_an_announcement_is_held_against_where_others_looked(program):
    done = program("check", "C108", "--as-of", "2022-02-15")
    assert "C108: unverifiable" in done.stdout
    done = program("check", "C108", "--as-of", "2022-02-16", "--json")
    (found,) = json.loads(done.stdout)["expectations"]
    assert found["result"] == "contradicted"
    assert {"C113", "C118"} <= {each["id"] for each in found["evidence"] if each["side"] == "against"}


def test_all_that_was_announced_is_listed(program):
    done = program("check", "expectations", "--as-of", "2022-02-20")
    assert "C108: contradicted" in done.stdout
    assert "C008: unverifiable" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("check", "C042"), "a claim that announces a withdrawal"),
        (("check", "NOPE"), "no such id"),
        (("check", "C108", "--as-of", "2022-02-14"), "--as-of 2022-02-15 or later"),
    ],
)
def test_a_claim_that_cannot_be_checked_says_why(program, arguments, expected):
    done = program(*arguments)
    assert done.returncode == 2
    assert expected in done.stderr


@pytest.mark.parametrize(
    "arguments", [("check", "RUS signed Minsk I"), ("check", "ceasefire"), ("check", "C108"), ("procedures",)]
)
def test_on_a_terminal_headings_are_bold_and_nothing_else_steers_it(program, monkeypatch, arguments):
    monkeypatch.setattr("consilience.cli.terminal.sys.stdout.isatty", lambda: True, raising=False)
    told = program(*arguments).stdout
    bold = told.count("\033[1m")
    assert bold == told.count("\033[0m") > 0
    assert told.count("\033") == 2 * bold


def test_what_a_table_says_cannot_steer_the_terminal(program, tmp_path):
    (tmp_path / "procedures.csv").write_text(
        "id,case,procedure,step,word,actor,target,when,until,zone,reported_at,stated_by,quantity,unit,text,url\n"
        "E1,A\033[2J,vienna-unusual-activity,request,done,A\033[2J,B\033[2J,2022-02-11,,Europe/Vienna,,\033[2J,,,\033[2J,\n",
        encoding="utf-8",
    )
    done = program("procedures", "--events", tmp_path)
    assert done.returncode == 0
    assert "\033" not in done.stdout


def test_measures_say_who_did_what_and_what_only_was_announced(program):
    done = program("measures", "--as-of", "2022-01-22", "--level", "alert")
    assert done.returncode == 0
    assert "done by GBR, USA; announced by EST, LVA, LTU" in done.stdout
    assert "to decide: Reinforce the eastern Allies (USA, NATO): the warning level stands at alert or" in done.stdout
    found = json.loads(program("measures", "--as-of", "2022-01-22", "--json").stdout)
    assert {each["id"]: each["state"] for each in found["measures"]}["arms"] == "announced"
    assert [each["id"] for each in found["measures"] if each["called_for"]] == [
        "explain",
        "reinforce",
        "staff",
    ]  # as reckoned


def test_a_measure_is_proposed_and_decided_as_signed_entries_of_a_node(program, tmp_path):
    home = tmp_path / "home"
    program("init", home, "--partner", "GBR")
    plan = ("--plan", RECORD, "--home", home)
    proposed = program("measures", "propose", "--as-of", "2022-01-22", "--level", "watch", *plan)
    assert "arms: proposed to GBR: the warning level stands at watch or above" in proposed.stdout
    again = program("measures", "propose", "--as-of", "2099-01-22", "--level", "watch", *plan)
    assert "arms: proposed" not in again.stdout
    decided = program(
        "measures", "decide", "arms", "decided", "--because", "the council said yes", "--by", "Hale", *plan
    )
    assert decided.stdout == "arms: decided by GBR, signed by GBR\n"
    found = json.loads(program("measures", "--as-of", "2099-01-01", "--json", *plan).stdout)
    arms = next(each for each in found["measures"] if each["id"] == "arms")
    assert (arms["state"], arms["owners"]["GBR"], arms["owners"]["EST"]) == ("proposed", "decided", "proposed")
    assert {each["by"] for each in arms["words"]} == {"GBR", "Hale"}
    assert program("verify", "--home", home).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("decide", "arms", "finished", "--because", "x"), "one of planned"),
        (("decide", "boats", "done", "--because", "x"), "one of compare"),
        (("decide", "arms", "done", "--owner", "FRA", "--because", "x"), "one of GBR"),
        (("decide", "arms", "done"), "a sentence that says why"),
        (("decide", "arms", "done", "--because", "x", "--claim", "C999"), "a claim that it holds"),
    ],
)
def test_a_word_on_a_measure_that_cannot_be_is_refused(program, tmp_path, arguments, expected):
    program("init", tmp_path / "home", "--partner", "GBR")
    done = program("measures", *arguments, "--plan", RECORD, "--home", tmp_path / "home")
    assert done.returncode == 2
    assert expected in done.stderr


def test_a_plan_or_a_level_that_is_none_is_named(program, tmp_path):
    assert "a measures.toml" in program("measures", "--plan", tmp_path).stderr
    assert "one of routine" in program("measures", "--level", "high").stderr


def test_a_withdrawal_is_held_against_what_a_node_holds_and_nothing_else(program, tmp_path):
    home = tmp_path / "home"
    program("init", home, "--partner", "UKR")
    program("ingest", RECORD / "holdings" / "RUS.csv", "--home", home, "--quiet")
    asked = ("check", "C108", "--home", home, "--as-of", "2022-02-16", "--json")
    assert json.loads(program(*asked).stdout)["expectations"][0]["result"] == "unverifiable"
    program("ingest", RECORD / "holdings" / "GBR.csv", "--home", home, "--quiet")
    assert json.loads(program(*asked).stdout)["expectations"][0]["result"] == "contradicted"
    table = RECORD / "holdings" / "GBR.csv"
    assert "one of them" in program("check", "C108", table, "--home", home).stderr


def test_thresholds_are_held_against_the_strength_that_claims_tell_of(program, tmp_path):
    done = program("procedures", "--as-of", "2022-02-13", "--of", "RUS")
    assert "13,000 personnel, near UKR border: over 99 %" in done.stdout
    assert "not what was broken" in done.stdout
    found = json.loads(program("procedures", "--as-of", "2022-02-13", "--of", "BLR", "--json").stdout)
    assert {each["probability"] for each in found["duties"]} == {None}
    home = tmp_path / "home"
    program("init", home, "--partner", "UKR")
    program("ingest", RECORD / "holdings" / "UKR.csv", "--home", home, "--quiet")
    asked = ("procedures", "--home", home, "--events", RECORD, "--as-of", "2022-02-13", "--of", "RUS", "--json")
    told = {
        (each["scope"], each["threshold"]): each["probability"] for each in json.loads(program(*asked).stdout)["duties"]
    }
    assert told["near UKR border", 13000] > 0.99
    assert "procedures.csv" in program("procedures", "--home", home).stderr


def test_an_invitation_and_a_message_on_the_command_line(program, tmp_path):
    home = ("--home", tmp_path / "home")
    program("init", tmp_path / "home", "--partner", "UKR")
    program("ingest", RECORD / "holdings" / "GBR.csv", *home, "--quiet")
    shown = program("invite", "POL", "--clearance", "SECRET", *home)
    assert "POL is not on the roster; it would join" in shown.stdout
    assert json.loads(program("invite", "POL", "--json", *home).stdout)["schema"] == "consilience.invitation/1"
    assert "not on the roster" in program("message", "x", "--to", "POL", "--id", "W1", *home).stderr
    program("partner", "add", "POL", *home)
    dry = program("message", "We see it.", "--to", "POL", "--id", "W1", "--dry-run", *home)
    assert "nothing recorded" in dry.stdout
    done = program("message", "We see it.", "--to", "POL", "--id", "W1", "--with", "C113", *home)
    assert "2 objects new to it" in done.stdout
    assert "W1" in program("disclosures", "--to", "POL", *home).stdout
    (tmp_path / "own.csv").write_text(
        "claim_id,partner,modality,phenomenon,reported_at\nX1,UKR,observed,exercise,2022-02-01\n"
    )
    program("ingest", tmp_path / "own.csv", *home, "--quiet")
    refused = program("message", "x", "--to", "POL", "--id", "W2", "--with", "X1", *home)
    assert refused.returncode == 3
    assert "consilience tearline" in refused.stderr
    assert program("message", "x", "--to", "POL", *home).returncode == 2
