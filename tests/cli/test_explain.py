"""`consilience explain`: the relation with its reasons, alone or for a table of pairs."""

import json

import pytest

from consilience.cli.terminal import WIDEST

pytestmark = pytest.mark.usefixtures("files")


def test_the_relation_is_said_with_its_reasons(program):
    done = program("explain", "ours.csv", "theirs.csv", "C042", "C044")
    assert done.returncode == 0
    assert done.stdout.startswith("conflicts: C042 and C044\n  - value: 94,300")


def test_json_is_one_document(program):
    document = json.loads(program("explain", "ours.csv", "theirs.csv", "C044", "C042", "--json").stdout)
    (relation,) = document["relations"]
    assert (relation["kind"], document["schema"]) == ("conflicts", "consilience.relations/1")


def test_an_unknown_id_suggests_those_spelt_alike(program):
    done = program("explain", "ours.csv", "theirs.csv", "c04", "C044")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean C042, C044?" in done.stderr


def test_an_id_like_no_other_says_how_many_there_are(program):
    done = program("explain", "ours.csv", "theirs.csv", "ZZZ", "C044")
    assert done.returncode == 2
    assert "one of the 4 ids" in done.stderr
    assert "Did you mean" not in done.stderr


@pytest.mark.parametrize("arguments", [["ours.csv"], ["C042", "C044"], []])
def test_too_few_arguments_are_a_usage_error(program, arguments):
    done = program("explain", *arguments)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr


def test_a_table_where_an_id_should_be_is_named(program):
    done = program("explain", "ours.csv", "C042")
    assert (done.returncode, done.stdout) == (2, "")
    assert "ours.csv, which is a file" in done.stderr


def test_labelled_pairs_are_marked_one_by_one(program, files):
    files("pairs.csv", [{"a": "C042", "b": "C044", "expected": "agrees", "also_acceptable": ""},
                        {"a": "C001", "b": "C002", "expected": "conflicts", "also_acceptable": "refines agrees"}])  # fmt: skip
    said = program("explain", "ours.csv", "theirs.csv", "--pairs", "pairs.csv").stdout
    assert "! the table expects agrees" in said
    assert "1 of 2 labelled pairs accepted" in said
    document = json.loads(program("explain", "ours.csv", "theirs.csv", "--pairs", "pairs.csv", "--json").stdout)
    assert (document["labelled"], document["accepted"]) == (2, 1)


@pytest.mark.parametrize("text", ["", "x,y\n1,2\n", "a,b\nC042,NONE\n", "a,b\nC042\n"])
def test_a_table_of_pairs_that_cannot_be_is_named(program, tmp_path, text):
    (tmp_path / "pairs.csv").write_text(text)
    done = program("explain", "ours.csv", "theirs.csv", "--pairs", "pairs.csv")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_what_links_two_claims_is_drawn_in_the_columns_of_any_other_page(program, files, row):
    event = {"phenomenon": "attack", "place": "", "lat": "48.0", "lon": "37.8", "radius_km": "1", "best": ""}
    files(
        "events.csv", [row("E1", **event), row("E2", partner="GBR", **{**event, "text": "a shelling, many houses hit"})]
    )
    done = program("explain", "events.csv", "E1", "E2")
    said = done.stdout
    assert "joined: E1 and E2, by repeat" in said
    assert "0.0 km apart, stated precision 1 km each" in said
    assert "of two partners: GBR and" in said or "of two partners" in said
    assert max(map(len, said.splitlines())) <= WIDEST
    assert "\033" not in said
    document = json.loads(program("explain", "events.csv", "E1", "E2", "--json").stdout)
    assert document["link"]["schema"] == "consilience.link/1"
    assert document["link"]["waterfall"]["bars"][0]["comparison"] == "before comparing"


def test_of_levels_it_is_said_what_they_share(program):
    said = program("explain", "ours.csv", "theirs.csv", "C042", "C001").stdout
    assert "they do not share measure" in said
    assert "NO  measure" in said
