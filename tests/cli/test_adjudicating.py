"""The command of an analyst who knows what was true: rules, lists, takes back; and a table of rulings beside files."""

import json


def test_a_ruling_is_recorded_listed_and_taken_back(node):
    said = node("adjudicate", "A1", "true", "--because", "we counted", "--by", "Hale")
    assert said.returncode == 0, said.stderr
    assert "what A1 says was so, as Hale rules" in said.stdout
    assert "consilience adjudicate A1 open" in said.stdout
    assert "true   A1  Hale: we counted" in node("adjudicate", "--list").stdout
    shown = node("compare", "--weighed").stdout
    assert "adjudicated by Hale" in shown
    assert "rests on rulings of our analysts" in shown
    assert node("adjudicate", "A1", "open", "--because", "misread").returncode == 0
    assert "(no longer holds)" in node("adjudicate", "--list").stdout
    told = json.loads(node("adjudicate", "--list", "--json").stdout)
    assert [(each["ruling"], each["stands"]) for each in told["adjudications"]] == [("true", False), ("open", False)]
    assert "adjudicated" not in node("compare", "--weighed").stdout
    assert node("verify").returncode == 0
    assert node("rebuild").returncode == 0


def test_a_wrong_turn_is_answered_calmly(node):
    for asked, said in (
        (["A1"], "no claim, or no ruling"),
        (["A1", "maybe", "--because", "x"], "expected one of true, false, open"),
        (["A1", "true"], "--because: found none"),
        (["ZZ", "true", "--because", "x"], "claim ZZ: found no such id"),
        (["A1", "true", "--value", "ten", "--because", "x"], "--value: found 'ten'"),
        (["A1", "open", "--because", "x"], "ruling on A1: found none"),
        (["A1", "true", "--list"], "--list alone"),
    ):
        done = node("adjudicate", *asked)
        assert done.returncode == 2, asked
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_files_are_weighed_with_a_table_of_rulings(program, files, row, tmp_path):
    files("ours.csv", [row("A1", best=1), row("B1", partner="USA", best=900)])
    head = "claim,ruling,value,reason,by,at\n"
    asked = ("compare", "ours.csv", "--weighed", "--adjudications", "rulings.csv")
    (tmp_path / "rulings.csv").write_text(head + "B1,true,800..1000,on film,Hale,2022-01-01\n", encoding="utf-8")
    assert "It is 800–1,000: adjudicated by Hale, 2022-01-01, on B1" in program(*asked).stdout
    told = json.loads(program(*asked, "--json").stdout)
    assert {each["right"] for each in told["known"]} == {"so", "800–1,000"}
    for wrong, said in (
        ("A9,true,,x,,2022-01-01", "A9"),
        ("A1,maybe,,x,,2022-01-01", "row 2, column ruling: found 'maybe'"),
        ("A1,false,7,x,,2022-01-01", "row 2, column value: found '7'"),
        ("A1,true,,x,,soon", "row 2, column at: found 'soon'"),
        ("A1,true,,,,2022-01-01", "row 2, column reason: found an empty cell"),
    ):
        (tmp_path / "rulings.csv").write_text(head + wrong + "\n", encoding="utf-8")
        done = program(*asked)
        assert done.returncode in (1, 2)
        assert said in done.stderr
        assert "Traceback" not in done.stderr
