"""Any bytes to any endpoint: no answer of the 500s, nothing read of strangers, nothing without bounds."""

import gzip
import json
import threading
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consilience.exchange.taxii.arrival import arrival
from consilience.exchange.taxii.resource import Collection
from consilience.exchange.taxii.seed import read_seed, sow
from consilience.exchange.taxii.store import Store
from consilience.web.taxii.app import taxii_app
from consilience.web.taxii.seeded import SeededGate
from consilience.web.taxii.service import Service
from tests import loop
from tests.exchange.taxii.conftest import stix
from tests.web.taxii.conftest import EMPTY, OPEN, SHUT, TAXII, basic, seed

POST = f"/second/collections/{EMPTY}/objects/"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('hostile')}/taxii.db")
    sow(read_seed(json.dumps(seed()).encode()), store)
    yield taxii_app(Service(store, SeededGate(store)))
    store.close()


class Body:
    """A body that counts how often it was asked for."""

    def __init__(self, *parts):
        self.parts = list(parts)
        self.read = 0

    async def __call__(self):
        self.read += 1
        if not self.parts:
            return {"type": "http.request", "body": b"", "more_body": False}
        part = self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts)}


def send(app, method, path, body=None, query=b"", **headers):
    """One request; status, headers and body of the answer."""
    given = {"authorization": basic(), "accept": TAXII, "content-type": TAXII}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in given.items() if v is not None]
    raw_path = path if isinstance(path, bytes) else path.encode()
    scope = {
        "type": "http", "method": method, "path": "", "raw_path": raw_path, "query_string": query, "headers": raw,
    }  # fmt: skip
    sent = []

    async def keep(message):
        sent.append(message)

    loop.run(app(scope, body or Body(), keep))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


def test_body_of_a_stranger_is_never_read(app):
    for credentials in (None, "Basic ???", basic("ada", "guess")):
        body = Body(b"x" * 1000, b"y" * 1000)
        assert send(app, "POST", POST, body, authorization=credentials)[0] == 401
        assert body.read == 0


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/second/collections/{SHUT}/objects/", {}, 403),
        ("/second/collections/none/objects/", {}, 404),
        (POST, {"accept": "text/html"}, 406),
        (POST, {"content_type": "text/html"}, 415),
        (POST, {"content_length": "100001"}, 413),
        (POST, {"content_length": "9" * 4000}, 413),
        (POST, {"content_length": "-1"}, 400),
        (POST, {"content_length": "ten"}, 400),
        ("/second/", {}, 405),
    ],
)
def test_body_that_will_not_be_used_is_not_read(app, path, headers, status):
    body = Body(b"x" * 1000)
    assert send(app, "POST", path, body, **headers)[0] == status
    assert body.read == 0


def test_body_without_a_length_is_read_no_further_than_is_allowed(app):
    body = Body(*[b"x" * 10_000] * 1000)
    assert send(app, "POST", POST, body)[0] == 413
    assert body.read == 11


def test_client_that_leaves_halfway_has_added_nothing(app):
    class Leaving(Body):
        async def __call__(self):
            self.read += 1
            return (
                {"type": "http.request", "body": b'{"objects":[]', "more_body": True}
                if self.read == 1
                else {"type": "http.disconnect"}
            )

    assert send(app, "POST", POST, Leaving())[0] == 408


def test_two_headers_that_contradict_each_other_are_a_bad_request(app):
    raw = [(b"authorization", basic().encode()), (b"authorization", b"Basic x")]
    scope = {"type": "http", "method": "GET", "path": "/taxii2/", "query_string": b"", "headers": raw}
    sent = []

    async def keep(message):
        sent.append(message)

    loop.run(app(scope, Body(), keep))
    assert sent[0]["status"] == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["objects", "id", "type", "modified", "created", "spec_version", "x"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip
SEGMENTS = st.one_of(
    st.sampled_from(["taxii2", "second", "collections", "status", "objects", "manifest", "versions", OPEN, EMPTY, ""]),
    st.binary(max_size=8).map(quote_from_bytes),
    st.text(max_size=5).map(lambda text: text.encode("utf-8", "replace").decode("latin-1").replace("?", "")),
)
VALUES = st.one_of(
    st.sampled_from(["all", "last", "first", "2016-01-01T01:01:01.000Z", "2.1", "1", ","]),
    st.binary(max_size=12).map(quote_from_bytes),
)
NAMES = st.sampled_from(
    [
        "match[version]",
        "match[id]",
        "match[type]",
        "match[spec_version]",
        "limit",
        "next",
        "added_after",
        "match[",
        "%ff",
    ]
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "\x00"]),
    segments=st.lists(SEGMENTS, max_size=7),
    query=st.lists(st.tuples(NAMES, VALUES), max_size=4),
    body=st.one_of(st.binary(max_size=200), JSON.map(lambda v: json.dumps(v).encode()), JSON.map(lambda v: json.dumps({"objects": [v]}).encode())),
    headers=st.dictionaries(
        st.sampled_from(["authorization", "accept", "content-type", "content-length", "accept-encoding", "content-encoding"]),
        st.binary(max_size=30), max_size=2,
    ),
)  # fmt: skip
def test_any_bytes_to_any_endpoint_are_answered_below_500(app, method, segments, query, body, headers):
    path = ("/" + "/".join(segments)).encode("latin-1", "replace")
    asked = "&".join(f"{name}={value}" for name, value in query).encode("latin-1", "replace")
    status, said, answer = send(app, method, path, Body(body), asked, **headers)
    assert 200 <= status < 500
    assert said[b"content-type"] == TAXII.encode()
    if method != "HEAD" and answer and said.get(b"content-encoding") != b"gzip":
        json.loads(answer)


@given(body=st.binary(max_size=300))
def test_any_bytes_posted_are_taken_or_unprocessable(app, body):
    assert send(app, "POST", POST, Body(body))[0] in (202, 422)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000, b'{"a":' * 16_000, b'{"objects":[' + b"[" * 90_000, b'{"objects":[' + b"1" * 90_000 + b"]}",
        b'{"objects":["' + b"\\u0000" * 10_000 + b'"]}', b'{"objects":[1e99999]}', b'\xef\xbb\xbf{"objects":[]}',
        b'{"objects":[{"type":"tool","id":"tool--' + b"\\ud800" + b'"}]}', b'{"objects":[' + b"{}," * 30_000 + b"{}]}",
    ],
    ids=lambda body: str(body[:14]),
)  # fmt: skip
def test_bodies_made_to_exhaust_are_refused(app, body):
    assert send(app, "POST", POST, Body(body))[0] in (202, 422)


def test_page_made_of_large_objects_is_sent_in_pieces(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/taxii.db")
    sow(read_seed(json.dumps(seed()).encode()), store)
    store.put_collection(Collection("large", "second", "Large"))
    values = [stix(n, name="x" * 200_000) for n in range(12)]
    store.add("large", [arrival(value) for value in values])
    app = taxii_app(Service(store, SeededGate(store)))
    sizes = []

    async def keep(message):
        sizes.append(len(message.get("body", b"")))

    raw = [(b"authorization", basic().encode())]
    path = b"/second/collections/large/objects/"
    scope = {"type": "http", "method": "GET", "path": "", "raw_path": path, "query_string": b"", "headers": raw}
    loop.run(app(scope, Body(), keep))
    assert len(sizes) > 10
    assert max(sizes) < 600_000
    got = json.loads(send(app, "GET", path)[2])
    assert got == {"more": False, "objects": values}
    packed = send(app, "GET", path, accept_encoding="br, gzip;q=0.5")
    assert packed[1][b"content-encoding"] == b"gzip"
    assert json.loads(gzip.decompress(packed[2])) == got
    assert b"content-encoding" not in send(app, "GET", path, accept_encoding="gzip;q=0")[1]
    store.close()


def test_storage_that_fails_is_no_fault_of_the_client(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/taxii.db")
    sow(read_seed(json.dumps(seed()).encode()), store)
    app = taxii_app(Service(store, SeededGate(store)))
    assert send(app, "GET", "/taxii2/")[0] == 200
    with store._database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE taxii_objects")
    status, said, _ = send(app, "GET", f"/second/collections/{OPEN}/objects/")
    assert (status, said[b"retry-after"]) == (503, b"30")
    store.close()


def test_readers_are_answered_while_somebody_posts(app):
    body = json.dumps({"objects": [stix(n) for n in range(300)]}).encode()
    poster = threading.Thread(target=send, args=(app, "POST", POST, Body(body)))
    poster.start()
    assert send(app, "GET", "/taxii2/")[0] == 200
    poster.join(30)
    assert not poster.is_alive()
