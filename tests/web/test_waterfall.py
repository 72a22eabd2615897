"""The waterfall of two claims and the list of what is unsure: readable as words, drawn without a script or an inline style."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from consilience.web.app import create_app
from consilience.web.site import Site
from consilience.web.waterfall import WIDE, shown

EVENT = {"phenomenon": "attack", "place": "", "lat": "48.0", "lon": "37.8", "radius_km": "1", "actor": "", "text": ""}
HOSTILE = '"><script>alert(1)</script>'


def get(desk, path):
    with TestClient(create_app(Site(desk)), base_url="http://127.0.0.1:8321") as client:
        return client.get(path)


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split()).replace(" ,", ",")


@pytest.fixture(scope="module")
def near(lay, row):
    later = {"period_from": "2021-12-04", "period_to": "2021-12-04", "partner": "GBR", "best": "90"}
    return lay(row("E1", **EVENT, best="1"), row("E2", **EVENT, **later), row("L1"), row("L2", partner="GBR"))


def test_every_comparison_is_told_in_words_with_its_weight(near):
    said = words(get(near, "/waterfall?a=E1&b=E2"))
    assert "Kept apart, unsure, by the evidence on this pair" in said
    assert "Distance well within their precision 0.0 km apart, stated precision 1 km each +2.31" in said
    assert "Count counts farther apart 1 and 90 -1.73" in said
    assert "a probability of 0.500 by this pair alone" in said


def test_levels_are_told_by_what_they_share(near):
    said = words(get(near, "/waterfall?a=L1&b=L2"))
    assert "Joined, by what they claim" in said
    assert "Measure yes both personnel" in said


def test_nothing_is_styled_or_run_in_the_page(near):
    for path in ("/waterfall?a=E1&b=E2", "/compare/unsure"):
        page = get(near, path).text
        assert "style=" not in page
        assert not re.search(r"<script(?![^>]*src=)", page)


def test_what_is_unsure_is_listed_and_stands_in_its_facts(near):
    page = get(near, "/compare/unsure")
    assert "Unsure whether E2 belongs to the fact of E1" in words(page)
    address = unescape(re.search(r'href="(/facts/[^"]+)"', page.text)[1])
    fact = get(near, address)
    assert "Unsure whether E2 belongs to the fact of E1" in words(fact)
    assert "/waterfall?" in fact.text


def test_parts_and_whole_lead_to_each_other(lay, row):
    cells = {**EVENT, "lat": "48.4"}
    desk = lay(
        row("A1", **EVENT, best="60"), row("A2", **cells, best="40"),
        row("W1", **{**EVENT, "lat": "48.2", "radius_km": "60"}, partner="USA", best="100"),
    )  # fmt: skip
    page = get(desk, "/compare/unsure")
    assert "W1 Attack" in words(page)
    assert "its count, 100, is that of 2 facts" in words(page)
    told = [words(get(desk, f"/facts/{fact.id}")) for fact in desk.picture().facts]
    assert sum("Tells of several facts at once" in each for each in told) == 1
    assert sum("A part of what W1 tells at once" in each for each in told) == 2


def test_the_pair_page_leads_to_it(near):
    assert "/waterfall?" in get(near, "/relate?a=E1&b=E2").text
    assert get(near, "/waterfall").status_code == 200


@pytest.mark.parametrize(("path", "status"), [("a=E1&b=ZZ", 404), ("a=E1&b=E1", 400), (f"a=E1&b={HOSTILE}", 404)])
def test_claims_that_are_not_there_are_named_and_escaped(near, path, status):
    answer = get(near, f"/waterfall?{path}")
    assert answer.status_code == status
    assert "Expected:" in answer.text
    assert "<script>alert" not in answer.text


def test_a_claim_that_was_not_told_yet_is_said_to_be_missing(near):
    assert "does not hold them both" in words(get(near, "/waterfall?a=E1&b=E2&as_of=2021-12-01"))


@given(st.integers(1, 500), st.sampled_from([0.0, 0.2, 9.0]), st.sampled_from(["RUS", "UKR", ""]))
def test_every_bar_lies_in_its_drawing(lay, row, count, far, actor):
    other = {**EVENT, "lat": str(48 + far), "actor": actor, "partner": "GBR", "best": str(count)}
    desk = lay(row("E1", **{**EVENT, "actor": "RUS"}, best="1"), row("E2", **other))
    bars = shown(desk.explain("E1", "E2")).bars
    for each in bars:
        assert 0 <= each.left <= each.left + each.width <= WIDE
        assert 0 <= each.even <= WIDE
        assert (each.width > 0) is (each.bar.nats != 0)
