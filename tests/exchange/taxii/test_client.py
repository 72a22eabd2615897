"""Our client against our server, over a transport that loses, repeats and cuts: every object arrives exactly once."""

import base64
import gzip
import json
import random
import socket
import ssl
import threading
import uuid
from contextlib import suppress
from datetime import UTC, datetime

import httpx2
import pytest

from consilience.exchange.call import Caller, Patience, RefusedError, UnreachableError
from consilience.exchange.deadline import Deadline
from consilience.exchange.deadline import client as client_of
from consilience.exchange.document import open_document
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


def test_a_flood_is_cut_off():
    flood = caller(lambda request: httpx2.Response(200, content=b"x" * 1001))
    with pytest.raises(RefusedError, match="more than 1000 bytes"):
        flood.call("GET", BASE, {}, None, 1000)


class Pieces(httpx2.SyncByteStream):
    """A body that arrives in pieces, and what happens between them."""

    def __init__(self, *pieces, between=lambda: None):
        self.pieces, self.between, self.given = pieces, between, 0

    def __iter__(self):
        for piece in self.pieces:
            self.given += 1
            yield piece
            self.between()


def packed(body, coding):
    return caller(lambda request: httpx2.Response(200, headers={"Content-Encoding": coding}, stream=Pieces(*body)))


def test_gzip_is_taken_once_and_in_pieces_of_any_size():
    whole = gzip.compress(b"an answer" * 1000)
    for size in (1, 7, len(whole)):
        pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
        assert packed(pieces, "gzip").call("GET", BASE, {}).body == b"an answer" * 1000
    assert packed([], "gzip").call("GET", BASE, {}).body == b""
    assert packed([b"as it is"], "identity").call("GET", BASE, {}).body == b"as it is"


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,gzip", "deflate", "br", "zstd", "identity, gzip"])
def test_a_bomb_in_layers_of_gzip_is_not_unpacked(coding):
    with pytest.raises(RefusedError, match="gzip, once, or none"):
        packed([gzip.compress(gzip.compress(b"0" * 1000))], coding).call("GET", BASE, {})


def test_a_bomb_in_one_layer_is_unpacked_to_the_bound_and_no_further():
    with pytest.raises(RefusedError, match="more than 1000 bytes"):
        packed([gzip.compress(b"0" * (1 << 24))], "gzip").call("GET", BASE, {}, None, 1000)


def test_packed_bytes_that_unpack_to_nothing_are_counted():
    pieces = [gzip.compress(b"")[:10], *[b"\0\0\0\xff\xff"] * 1000]  # the header, and empty blocks (RFC 1951, 3.2.4)
    with pytest.raises(RefusedError, match="more than 1000 bytes"):
        packed(pieces, "gzip").call("GET", BASE, {}, None, 1000)


@pytest.mark.parametrize(
    "body",
    [b"no gzip", gzip.compress(b"an answer")[:-3], gzip.compress(b"an answer") + b"and more"],
    ids=["broken", "cut short", "goes on"],  # what is packed holds the time
)
def test_gzip_that_is_broken_cut_short_or_goes_on_is_refused(body):
    with pytest.raises(RefusedError, match="does not unpack"):
        packed([body], "gzip").call("GET", BASE, {})


def test_an_answer_that_drips_is_ended_at_its_deadline():
    now = [0.0]

    def passes():
        now[0] += 30

    drip = Pieces(*[b"a"] * 1000, between=passes)
    line = httpx2.MockTransport(lambda request: httpx2.Response(200, stream=drip))
    deadline = Deadline(each=300, ticks=lambda: now[0])
    with pytest.raises(UnreachableError, match="no whole answer in time"):
        Caller(httpx2.Client(transport=line), Patience(tries=5), deadline).call("GET", BASE, {})
    assert drip.given == 11


def test_all_requests_together_keep_to_the_deadline_of_the_whole():
    now = [0.0]

    def answer(request):
        now[0] += 40
        return httpx2.Response(200)

    deadline = Deadline(each=300, whole=100, ticks=lambda: now[0])
    asking = Caller(httpx2.Client(transport=httpx2.MockTransport(answer)), Patience(tries=1), deadline)
    asking.call("GET", BASE, {})
    asking.call("GET", BASE, {})
    with pytest.raises(UnreachableError, match="no whole answer in time"):
        asking.call("GET", BASE, {})
    assert now == [120.0]


@pytest.mark.parametrize(
    "begins", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n"]
)
def test_a_server_that_drips_anywhere_is_ended_at_the_deadline(begins):
    over = threading.Event()

    def serve(connection):
        with connection, suppress(OSError):
            connection.recv(9999)
            connection.sendall(begins)
            while not over.wait(0.02):
                connection.sendall(b"a")

    def accept(server):
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        deadline = Deadline(each=0.3)
        with client_of(ssl.create_default_context(), deadline) as http, pytest.raises(UnreachableError):
            Caller(http, Patience(tries=2), deadline).call("GET", f"http://127.0.0.1:{server.getsockname()[1]}/", {})
        over.set()


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


def answering(*bodies, headers=()):
    """A client of a server that gives these answers, the last of them for ever; and how often it was asked."""
    asked = []

    def answer(request):
        asked.append(str(request.url))
        number = min(len(asked), len(bodies)) - 1
        return httpx2.Response(200, content=bodies[number], headers=headers[number] if headers else None)

    return Client(caller(answer), lambda _: None), asked


@pytest.mark.parametrize("most", ["1e999", "-1e999", "NaN", "-1", "true", '"4096"', "1.5", "9007199254740993", "[]"])
def test_a_bound_that_is_no_number_of_bytes_is_refused(most):
    made, _ = answering(b'{"api_roots": ["/a/"]}', b'{"max_content_length": %s}' % most.encode())
    with pytest.raises(RefusedError, match="max_content_length"):
        made.roots(f"{BASE}/taxii2/")


@pytest.mark.parametrize("address", ["http://[", "//[::1", "/\\ud800/", "https://cti.example:99999999/", "http:///"])
def test_an_api_root_that_is_no_address_is_refused(address):
    made, asked = answering(f'{{"api_roots": ["{address}"]}}'.encode())
    with pytest.raises(RefusedError):
        made.roots(f"{BASE}/taxii2/")
    assert len(asked) == 1


def test_half_a_character_in_an_id_a_title_or_next_is_refused():
    for body, ask in (
        (b'{"collections": [{"id": "\\ud800"}]}', lambda made: made.shelves(f"{BASE}/group/")),
        (b'{"collections": [{"id": "a", "title": "\\udfff"}]}', lambda made: made.shelves(f"{BASE}/group/")),
        (b'{"more": true, "next": "\\ud800", "objects": [{"id": "a"}]}', lambda made: list(made.pages(f"{BASE}/a/"))),
        (b'{"status": "pending", "id": "\\ud800"}', lambda made: made.post(f"{BASE}/collections/a/", [b"{}"])),
        (b'{"status": "complete", "failures": [{"id": "\\ud800"}]}', lambda made: made.post(f"{BASE}/a/", [b"{}"])),
    ):
        with pytest.raises(RefusedError, match="half a character"):
            ask(answering(body)[0])


@pytest.mark.parametrize("count", [b"1e999", b"NaN", b"-3", b'"7"'])
def test_counts_of_a_status_that_are_none_are_refused(count):
    made, _ = answering(b'{"status": "complete", "success_count": %s}' % count)
    with pytest.raises(RefusedError, match="success_count"):
        made.post(f"{BASE}/a/", [b"{}"])


@pytest.mark.parametrize("odd", ['"\\ud800"', "NaN", "1e999", "9007199254740993"])
def test_an_object_that_cannot_be_read_does_not_spoil_its_page(odd, tmp_path):
    objects = f'[{json.dumps(stix(1))}, {{"type": "note", "id": "note--1", "content": {odd}}}]'
    made, _ = answering(f'{{"objects": {objects}}}'.encode())
    state = fetch(made, f"{BASE}/a/", tmp_path / "pulled", lambda _: None)
    assert (state.objects, state.odd) == (1, 1)
    assert open_document(tmp_path / "pulled" / "page-000001.json") is not None
    assert (tmp_path / "pulled" / "odd-000001.json").read_text("ascii").startswith('{"objects":[{"type": "note"')
    assert fetch(made, f"{BASE}/a/", tmp_path / "pulled", lambda _: None).odd == 2


def test_empty_pages_that_lead_to_others_for_ever_are_found_out():
    made, asked = answering(*[b'{"more": true, "next": "%d"}' % number for number in range(1000)])
    with pytest.raises(RefusedError, match="pages without an object"):
        list(made.pages(f"{BASE}/a/"))
    assert len(asked) == 101


def test_a_few_empty_pages_are_gone_through():
    empty = [b'{"more": true, "next": "%d"}' % number for number in range(50)]
    made, _ = answering(*empty, b'{"objects": [{"id": "a"}]}')
    assert [page.objects for page in made.pages(f"{BASE}/a/")] == [({"id": "a"},)]


def dated(*moments):
    return [{"X-TAXII-Date-Added-Last": moment} for moment in moments]


def test_pages_that_go_back_in_time_are_refused():
    page = b'{"more": true, "next": "x", "objects": [{"id": "a"}]}'
    times = dated("2031-01-01T00:00:00Z", "2031-01-02T00:00:00Z", "2031-01-01T00:00:00Z")
    made, asked = answering(page, page, page, headers=times)
    given = []
    with pytest.raises(RefusedError, match="in the order in which objects were added"):
        given.extend(made.pages(f"{BASE}/a/"))
    assert len(asked) == 3


def test_the_same_moment_written_otherwise_is_no_step_forward():
    page = b'{"more": true, "objects": [{"id": "a"}]}'
    made, _ = answering(page, page, headers=dated("2031-01-01T00:00:00Z", "2031-01-01T00:00:00.000Z"))
    with pytest.raises(RefusedError, match="no word of where they begin"):
        list(made.pages(f"{BASE}/a/"))


def test_next_that_leads_round_in_a_circle_is_found_out():
    made, asked = answering(
        *[b'{"more": true, "next": "%s", "objects": [{}]}' % name for name in (b"a", b"b", b"c", b"a")]
    )
    with pytest.raises(RefusedError, match="no word of where they begin"):
        list(made.pages(f"{BASE}/a/"))
    assert len(asked) == 4


@pytest.mark.parametrize("value", ["[]", "{}", "0"])
def test_a_page_of_millions_of_values_is_refused_before_it_is_read(value):
    made, _ = answering(b'{"objects":[' + f"{value},".encode() * 1_500_000 + b"0]}")
    with pytest.raises(RefusedError, match="more than 1,500,000 values"):
        list(made.pages(f"{BASE}/a/"))


def test_a_description_as_large_as_a_page_is_refused():
    made, _ = answering(b'{"title": "' + b"x" * (4 << 20) + b'"}')
    with pytest.raises(RefusedError, match="more than 4194304 bytes"):
        made.roots(f"{BASE}/taxii2/")
    made, _ = answering(b'{"api_roots": [' + b"[]," * 50_000 + b"0]}")
    with pytest.raises(RefusedError, match="more than 50,000 values"):
        made.roots(f"{BASE}/taxii2/")
    made, asked = answering(json.dumps({"api_roots": ["/a/"] * 101}).encode())
    with pytest.raises(RefusedError, match="101 API roots"):
        made.roots(f"{BASE}/taxii2/")
    assert len(asked) == 1
