"""The Warning page of a node: its own watch, what it recorded, who has seen it, and an analyst's word; each by a form of the page."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from consilience.node import levels, watching
from consilience.web.app import create_app
from consilience.web.seat import Seat
from consilience.web.site import Site
from tests.node.test_levels import WATCH, bridge
from tests.simulator import alliance

BASE = "http://127.0.0.1:8321"


@pytest.fixture
def node(tmp_path):
    """A node that watches, with one change on record."""
    with alliance(tmp_path) as allies:
        allies.join("AUR", "BOR")
        (allies["AUR"].home.folder / "indicators.toml").write_text(WATCH, encoding="utf-8")
        allies.record("AUR", bridge("A1"))
        watching.look(allies["AUR"])
        yield allies["AUR"]


def browser(node, *, seated=True):
    seat = Seat()
    found = TestClient(create_app(Site(node.desk(), node, seat=seat)), base_url=BASE, follow_redirects=False)
    if seated:
        found.get(seat.link)
    return found


def text(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def send(client, form, **headers):
    """Post a form as the page holds it."""
    html = client.get("/warning").text
    held = {name: re.search(rf'name="{name}" value="([^"]*)"', html)[1] for name in ("token", "change")}
    return client.post("/warning", data={**held, **form}, headers=headers)


def test_the_page_shows_the_node_s_own_watch_with_what_is_on_record(node):
    client = browser(node)
    html = client.get("/warning").text
    assert "Castor attacks Aurelia: level 2 of 5, attention" in text(html)
    record = text(html.split('id="recorded"')[1].split("</section>")[0])
    assert "rose from routine to attention on the word of AUR" in record
    assert "Nobody has said that they saw it." in record
    assert re.search(r'<a href="/warning[^"]*#recorded">', html.split('id="alarm"')[1].split("</div>")[0])
    assert ">Warning</a>" in client.get("/").text.split('id="pages"')[1].split("</nav>")[0]


def test_who_has_seen_it_says_so_on_the_page_and_the_strip_goes(node):
    client = browser(node)
    done = send(client, {"act": "seen", "by": "Hale"})
    assert done.status_code == 303
    html = client.get(done.headers["location"]).text
    assert re.search(r"Seen by Hale \d", text(html))
    assert "Recorded: the change has been seen." in html
    assert 'class="alarm"' not in html
    assert [one.by for one in levels.recorded(node)[0].seen] == ["Hale"]
    assert send(client, {"act": "seen", "by": ""}).status_code == 303
    assert [one.by for one in levels.recorded(node)[0].seen] == ["Hale", "AUR"]


def test_the_step_that_stands_is_the_one_that_is_chosen_already(node):
    chosen = re.findall(r'<option selected value="(\w+)"', browser(node).get("/warning").text)
    assert chosen == ["attention"]


def test_an_analyst_s_word_moves_the_level_that_the_page_shows(node):
    client = browser(node)
    done = send(client, {"act": "say", "step": "watch", "because": "we know the <units>", "by": "Hale"})
    assert done.status_code == 303
    html = client.get(done.headers["location"]).text
    assert "Castor attacks Aurelia: level 3 of 5, watch" in text(html)
    assert "watch , by Hale: we know the <units>" in text(html)
    assert "<units>" not in html
    assert "rose from attention to watch" in text(html)
    assert levels.newest(node, "Castor attacks Aurelia").step.word == "watch"


@pytest.mark.parametrize(
    ("form", "headers", "status", "says"),
    [
        ({"act": "seen", "token": "x"}, {}, 403, "a page that was opened before"),
        ({"act": "seen"}, {"Cookie": "consilience-seat=another"}, 403, "nobody who may act"),
        ({"act": "seen"}, {"Sec-Fetch-Site": "cross-site"}, 403, ""),
        ({"act": "seen", "change": ""}, {}, 422, "the change that was seen"),
        ({"act": "seen", "change": "ffff"}, {}, 422, "one of"),
        ({"act": "seen", "by": "H" * 81}, {}, 422, "80 at most"),
        ({"act": "say", "step": "doom", "because": "kept words"}, {}, 422, "kept words"),
        ({"act": "say", "step": "watch", "because": " "}, {}, 422, "a sentence that says why"),
        ({"act": "launch"}, {}, 422, "seen, or say"),
    ],
    ids=["token", "seat", "elsewhere", "no-change", "change", "name", "step", "reason", "act"],
)
def test_any_other_form_records_nothing_and_says_why(node, form, headers, status, says):
    client, size = browser(node), node.ledger.size()
    refused = send(client, form, **headers)
    assert refused.status_code == status
    assert says in text(refused.text) or f">{says}</textarea>" in refused.text
    assert node.ledger.size() == size


def test_without_a_seat_it_is_read_and_nothing_else(node):
    client = browser(node, seated=False)
    assert "open the link that consilience serve printed" in text(client.get("/warning").text)
    assert send(client, {"act": "seen"}).status_code == 403
    assert not levels.recorded(node)[0].seen


def test_a_record_s_page_has_no_forms_and_takes_none(client):
    assert 'id="recorded"' not in client.get("/warning").text
    assert client.post("/warning", data={"act": "seen"}).status_code == 403


def test_indicators_that_cannot_be_read_are_named(node):
    (node.home.folder / "indicators.toml").write_text("schema = 3", encoding="utf-8")
    found = browser(node).get("/warning")
    assert found.status_code == 500
    assert "indicators.toml" in text(found.text)


def test_a_day_in_the_past_knows_nothing_of_later_ones(node):
    html = browser(node).get("/warning?as_of=1999-01-01").text
    assert 'id="recorded"' in html
    assert 'id="level"' not in html


def test_a_node_with_a_plan_in_its_home_has_a_response_page_with_its_own_level(node):
    assert browser(node).get("/response").status_code == 404
    (node.home.folder / "measures.toml").write_text(
        'schema = "consilience.measures/1"\n[[measures]]\nid = "talk"\ntitle = "Talk to Castor"\nkind = "consultation"\nowners = ["AUR"]\n'
        'triggers = [{ level = "attention" }]\n',
        encoding="utf-8",
    )
    client = browser(node)
    shown = text(client.get("/response").text)
    assert "Talk to Castor" in shown
    assert "attention" in shown.lower()
    assert ">Response</a>" in client.get("/").text
    (node.home.folder / "measures.toml").write_text('schema = "consilience.measures/1"\n', encoding="utf-8")
    assert "Talk to Castor" not in client.get("/response").text  # read again when it is another
