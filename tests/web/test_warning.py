"""The Warning page: how many in one sentence, the fan with its table, whose word it is, and what moves nothing."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from consilience.desk import Desk
from consilience.web.app import create_app
from consilience.web.site import Site


def page(client, address, status=200):
    got = client.get(address)
    assert got.status_code == status
    return got.text


@pytest.fixture(scope="module")
def february(client):
    return page(client, "/warning?as_of=2022-02-18")


def test_the_bottom_line_says_how_many_and_on_whose_word(february):
    lead = february.split('id="lead-title"')[1].split("</section>")[0]
    assert re.search(r"Near Ukraine border: 1\d\d,000 to 1\d\d,000 with nine chances in ten", lead)
    assert "150,000 or more:" in lead
    assert "It rests most on the word of Ukraine." in lead


def test_the_drawing_has_the_claims_where_they_lie_and_a_table_of_the_same(february):
    figure = february.split('<figure class="fan">')[1].split("</figure>")[0]
    assert 'role="img" aria-labelledby="fan-title"' in figure
    assert figure.count('<line class="told"') > 10
    assert ">USA</text>" in figure
    assert "▲" in figure
    table = february.split('<table class="numbers">')[1].split("</table>")[0]
    assert table.count("<tr>") > 15
    assert "18 Feb 2022" in table


def test_each_number_leads_to_its_claims_and_facts(february):
    moves = february.split('id="moved-title"')[1].split("</section>")[0]
    for part in (">C115</a>", "data-fact=", "without it 134,000", "What 18 February 2022 brought", ">C144</a>"):
        assert part in moves
    thresholds = february.split('id="thresholds-title"')[1].split("</section>")[0]
    for part in (">13,000</th>", "Vienna Document 2011", ">C096</a>", "over 99 %", "under 1 %"):
        assert part in thresholds
    assert "correction: more than 150,000 became more than 100,000" in february


def test_scopes_can_be_taken_as_stated_and_one_by_one(client):
    stated = page(client, "/warning?as_of=2021-12-03&scopes=stated&scope=UKR+border%2C+crimea")
    assert "How many: Ukraine border and Crimea" in stated
    assert "It rests most on the word of Ukraine." in stated
    groups = page(client, "/warning?as_of=2022-02-18&of=RUS:formation/btg:btg")
    assert "Russian Federation battalion tactical groups" in groups


def test_nothing_of_a_later_day_is_shown(client):
    december = page(client, "/warning?as_of=2021-12-03")
    for later in ("C115", "C144", "C096", "148,000"):
        assert later not in december


def test_before_anybody_counted_it_says_so(client):
    assert "Nobody had counted a force by this day." in page(client, "/warning?as_of=2021-03-01")


@pytest.mark.parametrize("query", ["scope=the+moon", "scopes=guessed", "of=NOBODY:personnel:personnel", "as_of=soon"])
def test_what_is_not_there_is_refused_with_what_is(client, query):
    text = page(client, f"/warning?{query}", 400)
    assert "expected" in text.lower()


def test_a_scope_that_is_no_scope_cannot_write_on_the_page(client, hostile_client):
    assert "<script>alert(1)" not in page(client, "/warning?scope=%3Cscript%3Ealert(1)%3C/script%3E", 400)
    assert "<script>alert" not in page(hostile_client, "/warning")


def test_where_no_force_is_counted_nothing_leads_there(tmp_path: Path):
    file = tmp_path / "a.csv"
    columns = "claim_id,partner,modality,phenomenon,place,period_from,reported_at"
    file.write_text(f"{columns}\nA1,AUR,observed,exercise,Minsk,2031-06-01,2031-06-02\n")
    with TestClient(create_app(Site(Desk.read([file]))), base_url="http://127.0.0.1") as client:
        assert "/warning" not in page(client, "/")
        assert "Nobody had counted a force" in page(client, "/warning")


def test_the_level_comes_first_with_since_when_and_on_whose_word(february):
    lead = february.split('id="lead-title"')[1].split("</section>")[0]
    assert "Russian forces begin an attack on Ukraine?" in lead
    assert re.search(r"(Alert|Warning), [45] of 5:", lead)
    assert "It has been so since" in lead
    assert "rests on the word of" in lead
    level = february.split('id="level"')[1].split("</section>")[0]
    assert level.count('aria-current="step"') == 1
    assert 'href="#i-strength"' in level
    assert "19 Apr 2021" in level


def test_a_status_is_a_glyph_and_a_word_for_each_partner_that_looks(february):
    board = february.split('id="board"')[1].split("</section>")[0]
    row = board.split('id="i-field-medicine"')[1].split("</tr>")[0] if 'id="i-field-medicine"' in board else board
    for word in ("not looking", "not seen", "possible", "seen", "confirmed"):
        assert f"<b>{word}</b>" in board
    assert row.count("#g-") >= row.count("<b>not looking</b>")
    assert ">C121</a>" in board  # down to the claim
    assert "data-fact=" in board  # and to the fact


def test_what_the_day_brought_is_what_was_told_on_it(february):
    brought = february.split('id="board"')[1].split("brought</h3>")[1].split("<h3>")[0]
    days = set(re.findall(r"told (\d+ \w+ \d+)", brought))
    assert days == {"18 Feb 2022"}


def test_the_level_of_an_earlier_day_knows_nothing_of_later_ones(client):
    summer = page(client, "/warning?as_of=2021-07-01")
    assert "level 2 of 5, attention" in summer
    for later in ("C013", "C027", "2021-11", "Nov 2021"):
        assert later not in summer


def test_without_indicators_the_strength_stands_alone(hostile_client):
    text = page(hostile_client, "/warning")
    assert 'id="strength"' in text
    assert 'id="level"' not in text
