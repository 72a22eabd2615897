"""Kinds: what compares equal, and how values of one kind relate."""

import pytest

from consilience.comparison.truth import weigh
from consilience.comparison.truth.category import key as category
from consilience.comparison.truth.clock import minutes
from consilience.comparison.truth.numbers import amount
from consilience.comparison.truth.places import Tree
from consilience.comparison.truth.sets import key as names
from consilience.comparison.truth.table import is_silent
from tests.comparison.truth.making import elected, table

TREE = {"Podil": "Kyiv", "Kyiv": "Ukraine", "Lviv": "Ukraine"}


def of(kind, *told, tree=None):
    claims = table([("o", "a", f"S{at}", value) for at, value in enumerate(told)])
    return elected(weigh(claims, kinds={"a": kind}, hierarchy=tree).values)["o", "a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("835", 835),
        ("13:55", 835),
        ("1:55 pm", 835),
        ("1:55 P.M.", 835),
        ("12:05 am", 5),
        ("1445", 5),
        ("soon", None),
        ("inf", None),
    ],
)
def test_clocks_are_read_as_the_world_writes_them(text, expected):
    assert minutes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("150,000", 150000), ("1.5e5", 150000), ("-3", -3), ("many", None), ("", None), (".", None)]
)
def test_numbers_are_read_as_the_world_writes_them(text, expected):
    assert amount(text) == expected


def test_names_compare_without_order_case_accents_and_initials():
    assert names("Knuth, Donald E.;Dijkstra") == names("dijkstra;Donald Knuth")
    assert names("Stützle") == names("stutzle")
    assert category("Gate C-19") == category("gate c19")


@pytest.mark.parametrize("text", ["", "-", "N/A", "unknown", "Not provided by airline", "NOTPROVIDEDBYAIRLINE", "tba"])
def test_silence_is_known_as_such(text):
    assert is_silent(text)


@pytest.mark.parametrize("text", ["Nancy", "none of the above roads", "0", "Notting Hill", "C19"])
def test_speech_is_not_taken_for_silence(text):
    assert not is_silent(text)


def test_silence_is_elected_only_where_nobody_speaks():
    assert of("category", "unknown", "N/A", "unknown", "A7") == "A7"
    assert of("category", "unknown") == "unknown"


def test_a_vague_place_supports_the_place_within_it():
    assert of("place", "Ukraine", "Ukraine", "Kyiv", tree=TREE) == "Kyiv"
    rows = weigh(
        table([("o", "a", "A", "Ukraine"), ("o", "a", "B", "Kyiv")]), kinds={"a": "place"}, hierarchy=TREE
    ).values.to_pylist()
    assert rows[0]["independent_sources"] == 2


def test_a_circle_in_the_hierarchy_ends():
    assert Tree({"a": "b", "b": "a"}).above("a") == ("b",)


def test_a_full_list_prevails_over_parts_of_it():
    assert of("set", "han", "han", "han;kamber", "han;kamber") == "han;kamber"


def test_the_spelling_is_one_that_was_told():
    assert of("set", "Kamber, M.;Han, J.", "han;kamber") in ("Kamber, M.;Han, J.", "han;kamber")


def test_midnight_is_next_to_itself():
    claims = [(f"f{at}", "a", f"S{who}", str((1439 + (who == 2)) % 1440)) for at in range(20) for who in range(3)]
    rows = weigh(table(claims), kinds={"a": "clock"}).values.to_pylist()
    assert {row["value"] for row in rows} == {"1439"}
    assert {row["independent_sources"] for row in rows} == {3}
