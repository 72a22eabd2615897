"""A session of sealed answers on the command line, by files: put, sealed, opened, discussed, again, concluded; wrong turns."""

import json
from datetime import UTC, datetime
from itertools import permutations

import pytest

from consilience.cli.asking import document
from consilience.errors import UsageError
from tests.cli.test_picture import key_of
from tests.simulator import COLUMNS

CODES = ("AUR", "BOR")
ASKED = (
    "ask", "--text", "Will the ridge be crossed?", "--name", "crossing", "--hypothesis", "yes=it is crossed",
    "--rest", "no=it is not", "--horizon", "2099-08-01", "--threshold", "yes=20",
)  # fmt: skip
ANSWER = ("--p", "yes=30:unlikely", "--p", "no=70:likely", "--confidence", "moderate")


@pytest.fixture
def two(program, tmp_path):
    """Two nodes that know each other's keys; called with a code first."""

    def run(code, *arguments):
        return program(*arguments, "--home", tmp_path / code)

    for code in CODES:
        assert program("init", tmp_path / code, "--partner", code).returncode == 0
    for code, other in (CODES, CODES[::-1]):
        assert run(code, "partner", "add", other, "--key", key_of(run, other)).returncode == 0
    return run


def claims(two, tmp_path):
    """Aurelia tells Borea A1, and keeps A2."""
    lines = [
        f'{name},AUR,observed,personnel,2031-06-10,"{marking}",DRA,Lamp Ridge,400'
        for name, marking in (("A1", "REL TO BOR"), ("A2", "OWNER ONLY"))
    ]
    table = tmp_path / "AUR.csv"
    table.write_text("\n".join([",".join((*COLUMNS, "actor", "place", "best")), *lines]) + "\n", encoding="utf-8")
    assert two("AUR", "ingest", table, "--quiet").returncode == 0
    assert two("AUR", "release", "--to", "BOR", "--out", "for-bor.json").returncode == 0
    assert two("BOR", "receive", "for-bor.json").returncode == 0


def put(two, *more):
    done = two("AUR", *ASKED, "--with", "BOR", "--commit-by", "24h", *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def passed(two):
    """What was said goes to the other by file, and back, and what the convener does then once more."""
    for code, other in (CODES, CODES[::-1], CODES):
        assert two(code, "ask", "--status", "crossing", "--out", "said.json").returncode == 0
        done = two(other, "receive", "said.json")
        assert done.returncode == 0, done.stdout


def said(done):
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


def test_a_session_from_the_question_to_a_result_that_both_signed(two, tmp_path):
    claims(two, tmp_path)
    assert "Seal your answer by" in put(two, "--purpose", "for the exercise")
    assert "asked by AUR" in said(two("AUR", "ask", "--list"))
    two("AUR", "ask", "--status", "", "--out", "said.json")
    assert two("BOR", "receive", "said.json").returncode == 0
    sealed = said(two("AUR", "assess", "crossing", *ANSWER, "--basis", "A1", "--linchpin", "the ford holds"))
    assert "BOR will see that it is given, not what it is" in sealed
    assert "rests on A1, from AUR/A1" in sealed
    passed(two)
    told = two("BOR", "ask", "--status", "crossing").stdout
    assert "AUR committed" in " ".join(told.split())
    assert "30 %" not in told
    assert said(two("BOR", "assess", "crossing", "--p", "yes=60", "--p", "no=40", "--confidence", "low"))
    passed(two)
    assert "Open your answer by" in said(two("BOR", "ask", "--status", ""))
    for code in CODES:
        assert "opened: our answer" in said(two(code, "reveal"))
        assert "opened already" in said(two(code, "reveal", "crossing"))
    passed(two)
    early = two("BOR", "conclude")
    assert early.returncode == 1
    assert "It is not over: round 2" in early.stdout
    assert said(two("AUR", "note", "crossing", "the ford is under water", "--claim", "A1"))
    passed(two)
    assert "note of AUR" in said(two("BOR", "ask", "--status", "crossing"))
    for code, yes in (("AUR", 40), ("BOR", 44)):
        done = two(code, "assess", "crossing", "--p", f"yes={yes}", "--p", f"no={100 - yes}", "--confidence", "low")
        assert "round 2" in said(done)
    passed(two)
    for code in CODES:
        said(two(code, "reveal"))
    passed(two)
    first = two("AUR", "conclude")
    assert first.returncode == 1
    assert "Not signed yet: BOR" in first.stdout
    passed(two)
    assert two("BOR", "conclude").returncode == 0
    passed(two)
    done = two("AUR", "conclude", "crossing")
    assert done.returncode == 0
    for words in ("Concurrence:", "Pool of yes:", "Signed by AUR, BOR.", "Confidence of BOR in its analysis: low."):
        assert words in done.stdout, done.stdout
    assert not any("Confidence" in line and "%" in line for line in done.stdout.splitlines())
    document = json.loads(two("BOR", "conclude", "--json").stdout)
    assert document["same"] == ["AUR", "BOR"]
    assert document["result"]["rounds"][0]["answers"]["AUR"]["assessment"]["basis"]["roots"] == {"A1": ["AUR/A1"]}
    assert document["reasons"]
    assert two("AUR", "verify").returncode == 0
    assert two("AUR", "rebuild").returncode == 0
    assert "commitment of AUR in session" in two("AUR", "disclosures", "--to", "BOR").stdout


def test_a_question_and_an_answer_come_from_files_and_a_dry_run_signs_nothing(two, tmp_path):
    (tmp_path / "question.toml").write_text(
        'name = "crossing"\ntext = "Will the ridge be crossed?"\nhorizon = 2099-08-01T00:00:00Z\n'
        'cutoff = "2031-06-19T00:00:00Z"\n[[hypotheses]]\nid = "yes"\ntext = "it is"\n'
        '[[hypotheses]]\nid = "no"\ntext = "it is not"\nrest = true\n',
        encoding="utf-8",
    )
    asked = ("ask", "question.toml", "--with", "BOR", "--commit-by", "2099-06-20T12:00Z", "--reveal-by", "2099-06-21")
    assert "would be asked of AUR, BOR" in said(two("AUR", *asked, "--dry-run"))
    assert "no sessions" in said(two("AUR", "ask", "--list"))
    said(two("AUR", *asked))
    told = json.loads(two("AUR", "ask", "--status", "crossing", "--json").stdout)
    assert told["rounds"][0]["reveal"] == "2099-06-21T23:59:59Z"
    judged = {"yes": {"percent": 30, "word": "unlikely"}, "no": {"percent": 70, "word": "likely"}}
    (tmp_path / "answer.json").write_text(json.dumps({"judgements": judged, "confidence": "high"}), encoding="utf-8")
    shown = two("AUR", "assess", "crossing", "answer.json", "--dry-run", "--json", "--confidence", "low")
    assert json.loads(shown.stdout)["confidence"] == "low"
    status = json.loads(two("AUR", "ask", "--status", "crossing", "--json").stdout)
    assert status["rounds"][0]["answers"]["AUR"]["status"] == "not answered"
    assert not (tmp_path / "AUR" / "sealed").exists()
    assert len(json.loads(two("AUR", "ask", "--list", "--json").stdout)["sessions"]) == 1


def test_what_not_all_were_told_is_no_basis_and_the_way_out_is_named(two, tmp_path):
    claims(two, tmp_path)
    put(two)
    refused = two("AUR", "assess", "crossing", *ANSWER, "--basis", "A2")
    assert refused.returncode == 3
    assert "not told to BOR" in refused.stderr
    assert "--rests-also-on-what-is-not-shared" in refused.stderr
    noted = two("AUR", "note", "crossing", "look at this", "--claim", "A2")
    assert noted.returncode == 3
    done = two("AUR", "assess", "crossing", *ANSWER, "--basis", "A1", "--rests-also-on-what-is-not-shared")
    assert "will not be called independent" in said(done)


def test_numbers_that_do_not_fit_are_refused_with_those_that_would(two):
    put(two)
    for asked, words in (
        (("--p", "yes=30:unlikely", "--p", "no=60:likely"), "a sum of 90 %"),
        (("--p", "yes=30:likely", "--p", "no=70:likely"), "likely"),
        (("--p", "yes=20", "--p", "no=80:likely"), "very unlikely or unlikely"),
        (("--p", "yes=30:realistic possibility", "--p", "no=70:likely"), "PHIA"),
    ):
        done = two("AUR", "assess", "crossing", *asked, "--confidence", "low")
        assert done.returncode != 0
        assert words in done.stderr, done.stderr
    assert "nearest numbers" in two("AUR", "assess", "crossing", "--p", "yes=30:unlikely", "--p", "no=60:likely", "--confidence", "low").stderr  # fmt: skip


def test_the_yardstick_is_a_setting_of_the_partner(two, tmp_path):
    put(two)
    words = ("--p", "yes=30:unlikely", "--p", "no=70:likely", "--confidence", "low", "--dry-run", "--json")
    assert json.loads(two("AUR", "assess", "crossing", *words).stdout)["yardstick"] == "icd-203"
    (tmp_path / "consilience.toml").write_text('[assess]\nyardstick = "phia"\n', encoding="utf-8")
    assert json.loads(two("AUR", "assess", "crossing", *words).stdout)["yardstick"] == "phia"
    assert (
        json.loads(two("AUR", "assess", "crossing", *words, "--yardstick", "icd-203").stdout)["yardstick"] == "icd-203"
    )
    (tmp_path / "consilience.toml").write_text('[assess]\nyardstik = "phia"\n', encoding="utf-8")
    assert two("AUR", "assess", "crossing", *words).returncode == 2


def test_the_convener_stops_a_session_with_a_reason(two):
    put(two)
    assert two("AUR", "ask", "--abort", "crossing").returncode == 2
    assert "stopped" in said(two("AUR", "ask", "--abort", "crossing", "--because", "the question was wrong"))
    assert "stopped: the question was wrong" in said(two("AUR", "ask", "--list"))
    assert two("AUR", "assess", "crossing", *ANSWER).returncode == 1
    assert "AUR stopped it" in two("AUR", "conclude").stdout


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("ask",), "a question; or one of"),
        (("ask", "--list", "--status", "x"), "a question; or one of"),
        (("ask", "--status", "nothing"), "no such session"),
        ((*ASKED, "--commit-by", "24h"), "--with GBR,USA"),
        ((*ASKED, "--with", "BOR"), "--commit-by"),
        ((*ASKED, "--with", "BOR", "--commit-by", "soon"), "a span such as 24h"),
        ((*ASKED, "--with", "BOR", "--commit-by", "2001-01-01"), "a time after now"),
        ((*ASKED, "--with", "EST", "--commit-by", "24h"), "not on the roster"),
        ((*ASKED, "--with", "BOR", "--commit-by", "24h", "--threshold", "yes"), "ID=PERCENT"),
        (("ask", "no-such.json", "--with", "BOR", "--commit-by", "24h"), "no-such.json"),
        (("assess", "crossing"), "no such session"),
        (("reveal",), "none yet"),
        (("conclude",), "none yet"),
    ],
    ids=lambda value: None if isinstance(value, tuple) else value,
)
def test_a_wrong_turn_is_answered_calmly(two, asked, words):
    done = two("AUR", *asked)
    assert done.returncode == 2
    assert words in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_an_answer_is_not_opened_before_the_set_is_frozen(two):
    put(two)
    pushed = said(two("AUR", "assess", "crossing", *ANSWER, "--push"))
    assert "BOR was not reached, and fetches it at its next sync" in pushed
    done = two("AUR", "reveal")
    assert done.returncode == 1
    assert "no frozen set" in done.stderr
    again = two("AUR", "assess", "crossing", *ANSWER)
    assert again.returncode == 1
    assert "what is sealed is not changed" in again.stderr
    for part in (("--p", "yes=1"), ("--confidence", "low")):
        assert two("AUR", "assess", "crossing", *part).returncode == 2


NOW = datetime(2031, 6, 19, 12, tzinfo=UTC)


def test_deadlines_beyond_the_calendar_are_an_error_that_names_the_flag(two):
    done = two("AUR", *ASKED, "--with", "BOR", "--commit-by", "9999-12-31", "--dry-run")
    assert done.returncode == 2
    assert "--reveal-by" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_says_one_thing_twice_is_refused(tmp_path):
    file = tmp_path / "answer.json"
    file.write_text('{"judgements": {"yes": {"percent": 30}, "yes": {"percent": 70}}}', encoding="utf-8")
    with pytest.raises(UsageError, match="'yes' twice"):
        document(file)


THREE = ("AUR", "BOR", "CAL")


@pytest.fixture
def three(program, tmp_path):
    """Three nodes that know each other's keys; called with a code first."""

    def run(code, *arguments):
        return program(*arguments, "--home", tmp_path / code)

    for code in THREE:
        assert program("init", tmp_path / code, "--partner", code).returncode == 0
    for code, other in permutations(THREE, 2):
        assert run(code, "partner", "add", other, "--key", key_of(run, other)).returncode == 0
    return run


def carried(three, by=THREE, times=2):
    """What is known of the session goes from some to all by file, twice: so what is frozen on the way arrives, too."""
    for code, other in [pair for pair in permutations(THREE, 2) if pair[0] in by] * times:
        assert three(code, "ask", "--status", "crossing", "--out", f"{code}.json").returncode == 0
        done = three(other, "receive", f"{code}.json")
        assert done.returncode == 0, done.stdout


def round_by_all(three, percents):
    """A round: sealed, carried, opened, carried."""
    for code, percent in percents.items():
        words = ("likely", "unlikely") if percent > 50 else ("unlikely", "likely")
        numbers = (f"yes={percent}:{words[0]}", "--p", f"no={100 - percent}:{words[1]}")
        sealed = three(code, "assess", "crossing", "--p", *numbers, "--confidence", "moderate")
        assert sealed.returncode == 0, sealed.stderr
    carried(three)
    for code in THREE:
        shown = json.loads(three(code, "ask", "--status", "crossing", "--json").stdout)
        assert (shown["waits_for"], [each["awaited"] for each in shown["rounds"]]) == (list(THREE), [[], []])
    for code in THREE:
        assert three(code, "reveal", "crossing").returncode == 0
    carried(three)


@pytest.mark.slow
def test_three_nodes_hold_both_rounds_by_command_line_and_sign_one_result(three):
    assert three("AUR", *ASKED, "--with", "BOR,CAL", "--commit-by", "24h").returncode == 0
    carried(three, by=("AUR",), times=1)
    round_by_all(three, {"AUR": 30, "BOR": 33, "CAL": 75})
    assert three("BOR", "note", "crossing", "the ford is under water").returncode == 0
    round_by_all(three, {"AUR": 30, "BOR": 32, "CAL": 40})
    for code in THREE:
        three(code, "conclude", "crossing")
    carried(three)
    found = [three(code, "conclude", "crossing", "--json") for code in THREE]
    assert [done.returncode for done in found] == [0, 0, 0]
    documents = [json.loads(done.stdout) for done in found]
    assert len({document["digest"] for document in documents}) == 1
    assert documents[0]["result"]["final_round"] == 2
    assert documents[0]["same"] == list(THREE)
    first, second = (each["together"]["concurrence"] for each in documents[0]["result"]["rounds"])
    assert (first["kind"], first["dissenter"]) == ("divergent", "CAL")
    assert second["possible"] == ["independent", "shared-evidence"]
