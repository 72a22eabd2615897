"""The public statement on its page: grounds for our own people alone, files to the byte, and one form that records it."""

import re

import pytest
from starlette.testclient import TestClient

from consilience.intake.holdings import Intake
from consilience.node.giving import log_of
from consilience.node.publish import draft
from consilience.node.record import Recorder
from consilience.release.policy import PUBLIC
from consilience.release.public.forms import written
from consilience.web.app import create_app
from consilience.web.seat import Seat
from consilience.web.site import Site
from tests.simulator import EXERCISE, alliance

BASE = "http://127.0.0.1:8321"
PAGE = "/release/public"


@pytest.fixture
def node(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR")
        Recorder(found["AUR"]).record([EXERCISE], Intake())
        yield found["AUR"]


@pytest.fixture
def client(node):
    seat = Seat()
    with TestClient(create_app(Site(node.desk(), node, seat=seat)), base_url=BASE, follow_redirects=False) as found:
        found.get(seat.link)
        yield found


def fields(html):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


def test_every_sentence_that_everybody_would_read_is_there_with_what_carries_it(client, node):
    html = client.get(PAGE).text
    said = draft(node).statement
    assert html.count('class="sentence"') == len(said.sentences)
    for name in said.claims:
        assert f">{name}</a>" in html


@pytest.mark.parametrize("form", ["md", "html", "pdf"])
def test_files_are_those_of_the_command_to_the_byte_and_hold_no_grounds(client, node, form):
    got = client.get(f"{PAGE}.{form}")
    said = draft(node).statement
    assert got.content == written(said, f".{form}")
    assert f'filename="public-statement-{said.known_by}.{form}"' in got.headers["content-disposition"]
    assert not any(re.search(rf"\b{re.escape(name)}\b", got.text) for name in said.claims) or form == "pdf"


def test_a_form_of_our_page_records_it_once(client, node):
    sent = fields(client.get(PAGE).text)
    for _ in range(2):
        done = client.post(PAGE, data=sent)
        assert done.status_code == 303
    kinds = [entry.kind for entry in node.ledger.entries(log_of(PUBLIC))]
    assert kinds.count("published") == 1
    assert "Published on" in client.get(done.headers["location"]).text


@pytest.mark.parametrize(
    ("change", "headers", "status"),
    [
        ({"token": "x"}, {}, 403),
        ({"token": "é"}, {}, 403),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, {"Content-Type": "text/plain"}, 415),
        ({}, {"Cookie": "consilience-seat=another"}, 403),
        ({"digest": "0" * 64}, {}, 422),
        ({"digest": "9" * 300_000}, {}, 413),
    ],
    ids=["token", "letters", "elsewhere", "media", "seat", "other-text", "length"],
)
def test_any_other_form_records_nothing(client, node, change, headers, status):
    sent = fields(client.get(PAGE).text)
    size = node.ledger.size()
    assert client.post(PAGE, data=sent | change, headers=headers).status_code == status
    assert node.ledger.size() == size


def test_a_look_and_a_download_record_nothing(client, node):
    size = node.ledger.size()
    for path in (PAGE, f"{PAGE}.md", "/release"):
        assert client.get(path).status_code == 200
    assert client.get(f"{PAGE}.exe").status_code == 404
    assert node.ledger.size() == size


def test_where_nothing_may_be_told_the_page_says_so_to_our_own(tmp_path):
    with alliance(tmp_path) as allies:
        allies.join("AUR")
        site = Site(allies["AUR"].desk(), allies["AUR"])
        with TestClient(create_app(site), base_url=BASE) as found:
            assert "Nothing can be said to everybody" in found.get(PAGE).text
            assert found.get(f"{PAGE}.md").status_code == 403


def test_who_has_no_seat_reads_it_and_records_nothing(node):
    seat = Seat()
    with TestClient(create_app(Site(node.desk(), node, seat=seat)), base_url=BASE, follow_redirects=False) as found:
        html, size = found.get(PAGE).text, node.ledger.size()
        assert "open the link that" in html
        refused = found.post(PAGE, data=fields(html))
        assert refused.status_code == 403
        assert "nobody who may act" in refused.text
        assert node.ledger.size() == size


def test_where_nobody_may_act_its_form_is_there_to_be_seen(node):
    with TestClient(create_app(Site(node.desk(), node)), base_url=BASE) as found:
        assert "<fieldset disabled>" in found.get(PAGE).text
        assert found.post(PAGE, data={}).status_code == 403
