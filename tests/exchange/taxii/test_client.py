"""Our client against our server, over a transport that loses, repeats and cuts: every object arrives exactly once."""

import base64
import json
import random
import uuid
from datetime import UTC, datetime

import httpx2
import pytest

from consilience.exchange import call
from consilience.exchange.call import Caller, Patience, RefusedError, UnreachableError
from consilience.exchange.taxii.client import Client
from consilience.exchange.taxii.fetch import fetch
from consilience.exchange.taxii.seed import read_seed, sow
from consilience.exchange.taxii.store import Store
from consilience.web.taxii.head import Answer, Credentials, Head
from consilience.web.taxii.seeded import SeededGate
from consilience.web.taxii.service import Options, Service
from tests.exchange.taxii.conftest import stix

FEED = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
BASE = "https://cti.example"
SEED = {
    "format": "taxii-seed/1", "reset": True, "discovery": {"title": "A server"},
    "users": [{"name": "ada", "password": "secret"}],
    "api_roots": [{"name": "group", "title": "A group", "max_content_length": 4096, "collections": [
        {"id": FEED, "title": "A feed", "can_read": True, "can_write": True, "objects": []},
        {"id": str(uuid.UUID(int=7)), "title": "Shut", "can_read": False, "can_write": False, "objects": []},
    ]}],
}  # fmt: skip


class Line(httpx2.BaseTransport):
    """The wire to a service in this process."""

    def __init__(self, service, seed=0, lost=0.0, mute=0.0, busy=0.0):
        self.service, self.random = service, random.Random(seed)  # noqa: S311  a seeded fault is no secret
        self.lost, self.mute, self.busy = lost, mute, busy
        self.asked = []

    def handle_request(self, request):
        if self.random.random() < self.lost:
            raise httpx2.ConnectError("no route", request=request)
        if self.random.random() < self.busy:
            return httpx2.Response(503, headers={"Retry-After": "2"}, request=request)
        self.asked.append(str(request.url))
        headers = {name.lower(): text for name, text in request.headers.items()}
        credentials = Credentials(None, headers.pop("authorization", "").encode() or None)
        head = Head(
            request.method, request.url.raw_path.decode().partition("?")[0], request.url.query, headers, credentials
        )
        found = self.service.admit(head)
        answer = found if isinstance(found, Answer) else self.service.answer(found, request.read())
        if self.random.random() < self.mute:
            raise httpx2.ReadError("reset", request=request)
        return httpx2.Response(answer.status, headers=dict(answer.headers), content=answer.whole, request=request)


@pytest.fixture
def service(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/taxii.db")
    sow(read_seed(json.dumps(SEED).encode()), store)
    yield Service(store, SeededGate(store), Options(most=7))
    store.close()


def client(line, tries=6):
    waits = []
    basic = "Basic " + base64.b64encode(b"ada:secret").decode()
    http = httpx2.Client(transport=line, headers={"Authorization": basic})
    made = Client(Caller(http, Patience(tries=tries, sleep=waits.append, jitter=lambda: 0.5)), lambda _: None)
    return made, waits


def filled(service, count, first=0):
    made, _ = client(Line(service))
    objects = [json.dumps(stix(number)).encode() for number in range(first, first + count)]
    posted = made.post(f"{BASE}/group/collections/{FEED}/", objects, 4096)
    assert (posted.taken, posted.refused, posted.pending) == (count, (), 0)


def test_a_server_is_found_by_its_discovery(service):
    made, _ = client(Line(service))
    (root,) = made.roots(f"{BASE}/taxii2/")
    assert (root.url, root.title, root.most_bytes) == (f"{BASE}/group/", "A group", 4096)
    assert next((shelf.id, shelf.can_read, shelf.can_write) for shelf in made.shelves(root.url)) == (FEED, True, True)


def test_pages_follow_each_other_by_when_objects_were_added(service):
    filled(service, 30)
    line = Line(service)
    made, _ = client(line)
    found = [each["id"] for page in made.pages(f"{BASE}/group/collections/{FEED}/") for each in page.objects]
    assert len(found) == len(set(found)) == 30
    assert sum("added_after" in url for url in line.asked) == 4
    assert not any("next=" in url for url in line.asked)


@pytest.mark.parametrize("seed", range(10))
def test_a_bad_line_loses_and_repeats_nothing(service, seed, tmp_path):
    filled(service, 25)
    made, waits = client(Line(service, seed, lost=0.2, mute=0.2, busy=0.2), tries=12)
    folder = tmp_path / "pulled"
    state = fetch(made, f"{BASE}/group/collections/{FEED}/", folder, lambda _: None)
    filled(service, 10, first=25)
    state = fetch(made, f"{BASE}/group/collections/{FEED}/", folder, lambda _: None)
    pages = [json.loads(file.read_text())["objects"] for file in sorted(folder.glob("page-*.json"))]
    names = [each["id"] for page in pages for each in page]
    assert len(names) == len(set(names)) == state.objects == 35
    assert waits or seed == 0  # the first seed happens to draw good weather


def test_a_fetch_killed_at_any_page_goes_on_where_it_was(service, tmp_path):
    filled(service, 30)
    made, _ = client(Line(service))
    folder, address = tmp_path / "pulled", f"{BASE}/group/collections/{FEED}/"

    class KilledError(Exception):
        pass

    def kill(_):
        raise KilledError

    for _ in range(3):
        with pytest.raises(KilledError):
            fetch(made, address, folder, kill)
    state = fetch(made, address, folder, lambda _: None)
    names = [each["id"] for file in folder.glob("page-*.json") for each in json.loads(file.read_text())["objects"]]
    assert len(names) == len(set(names)) == state.objects == 30
    again = fetch(made, address, folder, kill)
    assert again == state


def test_a_folder_of_another_collection_is_not_mixed_up(service, tmp_path):
    filled(service, 3)
    made, _ = client(Line(service))
    fetch(made, f"{BASE}/group/collections/{FEED}/", tmp_path / "pulled", lambda _: None)
    with pytest.raises(Exception, match="Use another folder"):
        fetch(made, f"{BASE}/other/collections/{FEED}/", tmp_path / "pulled", lambda _: None)


def test_an_object_that_is_refused_is_named_and_the_others_are_taken(service):
    made, _ = client(Line(service))
    good = json.dumps(stix(1)).encode()
    bad = json.dumps({"type": "indicator", "id": "nonsense"}).encode()
    posted = made.post(f"{BASE}/group/collections/{FEED}/", [good, bad])
    assert posted.taken == 1
    assert len(posted.refused) == 1


def test_a_busy_server_is_asked_again_after_as_long_as_it_says():
    answers = [
        httpx2.Response(503, headers={"Retry-After": "7"}),
        httpx2.Response(429),
        httpx2.Response(200, content=b"{}"),
    ]
    waits = []
    http = httpx2.Client(transport=httpx2.MockTransport(lambda request: answers.pop(0)))
    reply = Caller(http, Patience(sleep=waits.append, jitter=lambda: 0.5)).call("GET", BASE, {})
    assert reply.status == 200
    assert waits == [7.0, 1.0]


def test_a_date_in_retry_after_is_read_and_a_long_one_cut():
    now = datetime(2026, 11, 26, tzinfo=UTC)
    for text, expected in (("Thu, 26 Nov 2026 00:00:09 GMT", 9.0), ("99999999", 60.0), ("soon", 0.5)):
        answers = [httpx2.Response(503, headers={"Retry-After": text}), httpx2.Response(200)]
        waits = []
        http = httpx2.Client(transport=httpx2.MockTransport(lambda request, answers=answers: answers.pop(0)))
        Caller(http, Patience(sleep=waits.append, jitter=lambda: 0.5, clock=lambda: now)).call("GET", BASE, {})
        assert waits == [expected]


def caller(answer, tries=2):
    return Caller(httpx2.Client(transport=httpx2.MockTransport(answer)), Patience(tries=tries))


def test_a_redirect_is_not_followed():
    with pytest.raises(RefusedError) as refused:
        caller(lambda request: httpx2.Response(302, headers={"Location": "https://elsewhere.example/"})).call(
            "GET", BASE, {}
        )
    assert refused.value.status == 302


def test_a_flood_is_cut_off(monkeypatch):
    monkeypatch.setattr(call, "MOST_BYTES", 1000)
    with pytest.raises(RefusedError, match="more than 1000 bytes"):
        caller(lambda request: httpx2.Response(200, content=b"x" * 1001)).call("GET", BASE, {})


def test_a_server_that_is_away_is_said_to_be():
    def away(request):
        raise httpx2.ConnectTimeout("timed out", request=request)

    with pytest.raises(UnreachableError, match="what was fetched is kept"):
        caller(away).call("GET", BASE, {})


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"[" * 100_000, b"\xff\xfe", b'{"more": true}'])
def test_an_answer_that_is_no_page_is_named(body):
    made = Client(caller(lambda request: httpx2.Response(200, content=body)), lambda _: None)
    with pytest.raises(RefusedError):
        list(made.pages(f"{BASE}/group/collections/{FEED}/"))


def test_a_server_that_gives_the_same_page_for_ever_is_found_out():
    page = json.dumps({"more": True, "next": "a", "objects": [stix(1)]}).encode()
    made = Client(caller(lambda request: httpx2.Response(200, content=page)), lambda _: None)
    with pytest.raises(RefusedError, match="no word of where they begin"):
        list(made.pages(f"{BASE}/group/collections/{FEED}/"))


def test_an_api_root_on_another_server_is_not_gone_to():
    page = json.dumps({"title": "x", "api_roots": ["https://elsewhere.example/api/"]}).encode()
    made = Client(caller(lambda request: httpx2.Response(200, content=page)), lambda _: None)
    with pytest.raises(RefusedError, match="roots of the same server"):
        made.roots(f"{BASE}/taxii2/")
