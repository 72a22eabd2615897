"""Strength in the terminal and as JSON: the same figures under stable names."""

import json
from datetime import date

import pytest

from consilience.cli.strength import gauges, strength_json, strength_text
from consilience.warning.series import Matter, Scoping

DAY = "2022-02-18"


@pytest.fixture(scope="module")
def found(winter):
    series = winter.strength(Matter("RUS", scoping=Scoping.STATED), DAY)
    return series, gauges(series, winter.picture(DAY), date.fromisoformat(DAY))


def test_a_scope_is_told_with_what_is_open_and_with_each_partner_alone(found):
    text = strength_text(*found)
    assert text.startswith("Strength: RUS personnel, on 2022-02-18, scopes stated")
    border = text.split("UKR border: ")[1].split("\n\n")[0]
    assert "150,000 or more" in border
    assert "9,000 or more" not in border  # nobody doubts it
    assert "EST alone" in border
    assert "without C115 (UKR)" in border
    assert "C006: correction" in text


def test_the_document_names_its_picture_and_holds_every_scope(winter, found):
    series, listed = found
    document = json.loads(json.dumps(strength_json(series, winter.picture(DAY), listed)))
    assert document["schema"] == "consilience.strength/1"
    assert document["picture"] == winter.picture(DAY).digest
    assert {each["scope"] for each in document["scopes"]} == set(series.scopes)
    border = next(each for each in document["scopes"] if each["scope"] == "UKR border")
    assert border["interval_90"][0] <= border["median"] <= border["interval_90"][1]
    assert border["influences"][0]["claim"] == "C115"
    assert {"amount", "probability", "says", "url", "claims"} == set(border["at_least"][0])


def test_the_command_tells_how_many_and_refuses_what_nobody_counts(program, scenario):
    spring = scenario.parent / "spring-2021"
    done = program("warn", "--record", spring, "--strength", "grouped")
    assert done.returncode == 0
    assert "Strength: RUS personnel, on 2021-04-22" in done.stdout
    found = json.loads(
        program("warn", "--record", spring, "--strength", "stated", "--of", "RUS:personnel:personnel", "--json").stdout
    )
    assert found["matter"]["scoping"] == "stated"
    for wrong in (
        ["--strength", "guessed"],
        ["--strength", "stated", "--of", "RUS:tanks"],
        ["--strength", "stated", "--as-of", "soon"],
    ):
        refused = program("warn", "--record", spring, *wrong)
        assert refused.returncode == 2
        assert "expected" in refused.stderr
    assert program("warn", "--record", spring.parent, "--strength", "stated").returncode == 2
