"""`consilience score`: a record looked back on, tables of answers, a session; and wrong turns."""

import json

import pytest

from tests.cli.test_rounds import ANSWER, claims, passed, put, two  # noqa: F401  the fixture

ANSWERS = "question,round,partner,probability\nq,1,GBR,0.6\nq,1,USA,0.2\nq,2,GBR,0.8\nq,2,USA,0.4\nopen,1,GBR,0.5\n"


def said(done):
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


@pytest.fixture
def tables(tmp_path):
    answers, outcomes = tmp_path / "answers.csv", tmp_path / "outcomes.csv"
    answers.write_text(ANSWERS, encoding="utf-8")
    outcomes.write_text("question,hypothesis\nq,no\nelse,yes\n", encoding="utf-8")
    return "--forecasts", answers, "--outcomes", outcomes


def test_a_record_is_looked_back_on_with_intervals_and_its_source(program, scenario):
    found = said(program("score", "--record", scenario))
    assert "RUS and EST held another answer foremost; USA and UKR left open which is foremost" in found
    assert "By then: 1 of 5 items of evidence: C029" in found
    assert "Brier 0.32 to 1.00, log 1.05 to 5.30" in found
    assert "https://reliefweb.int/" in found
    (question,) = json.loads(program("score", "--record", scenario, "--json").stdout)["questions"]
    assert question["words"][-1]["partner"] == "UKR"


def test_tables_give_every_partner_round_and_pool_and_a_diagram(program, tables):
    found = said(program("score", *tables))
    assert "Scores, round 1" in found
    assert "GBR 0.3600" in found  # no came true: 0.6 squared
    assert "1 questions without an outcome" in found
    assert "1 outcomes without an answer" in found
    assert "Reliability of the pool shown first" in found
    document = json.loads(program("score", *tables, "--json").stdout)
    pools = {each["round"]: each["brier"] for each in document["scores"] if each["rule"] == "pool"}
    assert pools == {"1": pytest.approx(0.16), "2": pytest.approx(0.36)}


def test_wrong_turns_are_named(program, scenario, tables, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("question,hypothesis\nq,maybe\n", encoding="utf-8")
    twice = tmp_path / "twice.csv"
    twice.write_text("question,hypothesis\nq,yes\nq,no\n", encoding="utf-8")
    for arguments, words in (
        ((), "none of them"),
        (("crossing", "--record", scenario), "several of them"),
        (("crossing",), "--came-true yes"),
        (tables[:2], "--outcomes"),
        ((*tables, "--as-of", "2022-01-01"), "--record alone"),
        (("--record", scenario, "--as-of", "2022-02-01"), "none of its 4 questions resolved by 2022-02-01"),
        ((*tables[:3], bad), "one of not yes, yes"),
        ((*tables[:3], twice), "one outcome for each"),
        (("--forecasts", tmp_path / "none.csv", "--outcomes", bad), "no such file"),
    ):
        done = program("score", *arguments)
        assert done.returncode in (1, 2), arguments
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_a_session_is_scored_by_its_outcome_and_each_says_only_what_it_held_itself(two):  # noqa: F811
    put(two)
    two("AUR", "ask", "--status", "", "--out", "said.json")
    assert two("BOR", "receive", "said.json").returncode == 0
    said(two("AUR", "assess", "crossing", *ANSWER))
    assert "a round that is over" in two("AUR", "score", "crossing", "--came-true", "yes").stderr
    passed(two)
    said(
        two(
            "BOR",
            "assess",
            "crossing",
            "--p",
            "yes=60",
            "--p",
            "no=40",
            "--confidence",
            "low",
            "--yardstick",
            "icd-203",
        )
    )
    passed(two)
    for code in ("AUR", "BOR", "AUR"):
        two(code, "reveal", "crossing")
        passed(two)
    found = said(two("AUR", "score", "crossing", "--came-true", "yes"))
    assert "on your word: yes, it is crossed" in found
    assert "AUR 0.4900" in found
    assert "BOR 0.1600" in found
    assert "what stood under it only that partner can show" in found
    assert "entries; " in found
    assert "one of no, yes" in two("AUR", "score", "crossing", "--came-true", "perhaps").stderr
    document = json.loads(two("AUR", "score", "crossing", "--came-true", "yes", "--json").stdout)
    answers = document["rounds"][0]["answers"]
    assert answers["BOR"]["held"] is None
    assert answers["AUR"]["held"]["size"] > 0


def test_conclude_shows_every_pool_the_furthest_and_the_evidence_as_partners_weighed_it(two, tmp_path):  # noqa: F811
    claims(two, tmp_path)
    put(two)
    two("AUR", "ask", "--status", "", "--out", "said.json")
    assert two("BOR", "receive", "said.json").returncode == 0
    answer = tmp_path / "answer.json"
    answer.write_text(
        json.dumps({"bearings": [{"root": "AUR/A1", "percent": {"yes": 20, "no": 80}}]}), encoding="utf-8"
    )
    said(two("AUR", "assess", "crossing", answer, *ANSWER, "--basis", "A1"))
    passed(two)
    said(two("BOR", "assess", "crossing", "--p", "yes=60", "--p", "no=40", "--confidence", "low"))
    passed(two)
    for code in ("AUR", "BOR", "AUR"):
        two(code, "reveal", "crossing")
        passed(two)
    told = " ".join(two("AUR", "conclude", "crossing").stdout.split())
    for words in (
        "(log ",
        "mean ",
        "Furthest from the pool:",
        "AUR/A1 (AUR): 4 times as probable under no as under yes.",
    ):
        assert words in told
    document = json.loads(two("AUR", "conclude", "crossing", "--json").stdout)
    (line,) = document["evidence"]["lines"]
    assert (line["root"], line["diagnosticity"], line["favours"]) == ("AUR/A1", 4, ["no"])
