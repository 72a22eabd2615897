"""The command of an analyst: decides, lists, takes back; and a table of decisions beside files."""

import json


def test_a_decision_is_recorded_listed_and_taken_back(node):
    said = node("decide", "unsure", "A1", "A2", "--because", "the hour fits", "--by", "Hale")
    assert said.returncode == 0
    assert "A1 and A2 may speak of one fact, and are not merged, by decision of Hale" in said.stdout
    assert "consilience decide open A1 A2" in said.stdout
    assert "unsure  A1 A2  Hale: the hour fits" in node("decide", "--list").stdout
    shown = node("compare").stdout
    assert "unsure by decision of Hale" in shown
    assert "stays here: it rests on decisions of our analysts" in shown
    assert "unsure by decision of Hale" in node("explain", "A1", "A2").stdout
    assert node("decide", "open", "A1", "A2", "--because", "misread").returncode == 0
    assert "(no longer holds)" in node("decide", "--list").stdout
    told = json.loads(node("decide", "--list", "--json").stdout)
    assert [(each["answer"], each["stands"]) for each in told["decisions"]] == [("unsure", False), ("open", False)]
    assert "by decision" not in node("compare").stdout
    assert node("verify").returncode == 0
    assert node("rebuild").returncode == 0


def test_a_wrong_turn_is_answered_calmly(node):
    for asked, said in (
        (["same", "A1"], "same, different, unsure or open, and two claims"),
        (["smae", "A1", "A2", "--because", "x"], "expected one of same, different, unsure, open"),
        (["same", "A1", "A2"], "--because: found none"),
        (["same", "A1", "ZZ", "--because", "x"], "claim ZZ: found no such id"),
        (["same", "A1", "A2", "--list"], "--list alone"),
    ):
        done = node("decide", *asked)
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_files_are_compared_with_a_table_of_decisions(program, files, row, tmp_path):
    files("ours.csv", [row("A1", best=1), row("A2", phenomenon="equipment/tank", unit="tank")])
    (tmp_path / "decisions.csv").write_text("a,b,decision,reason,by\nA1,A2,same,one photo,Hale\n", encoding="utf-8")
    done = program("compare", "ours.csv", "--decisions", "decisions.csv")
    assert "linked by decision of Hale: A1 and A2 speak of one fact: one photo" in done.stdout
    (tmp_path / "decisions.csv").write_text("a,b,decision,reason\nA1,A9,same,one photo\n", encoding="utf-8")
    done = program("compare", "ours.csv", "--decisions", "decisions.csv")
    assert done.returncode == 2
    assert "A9" in done.stderr
