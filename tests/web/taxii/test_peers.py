"""Clients as others wrote them, over a real socket: taxii2-client, stix2, and loops such as those of the known peers."""

import json
from datetime import UTC, datetime

import httpx2
import pytest
import stix2
from taxii2client.exceptions import TAXIIServiceException
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

from tests.exchange.taxii.conftest import stix
from tests.web.taxii.conftest import EMPTY, OPEN, READ, SHUT, TAXII, V1, V2, V3, basic

USER = {"user": "ada", "password": "correct: horse"}
LAST = "X-TAXII-Date-Added-Last"


@pytest.fixture
def collection(base):
    def of(name):
        return Collection(f"{base}/second/collections/{name}/", **USER)

    return of


@pytest.fixture
def http(base):
    headers = {"Accept": TAXII, "Authorization": basic()}
    with httpx2.Client(base_url=base, headers=headers, trust_env=False) as client:
        yield client


# --- taxii2-client ----------------------------------------------------------------------------------------------------


def test_taxii2_client_finds_its_way_from_discovery(base):
    server = Server(f"{base}/taxii2/", **USER)
    assert server.title == "A server"
    assert server.default.title == "A group"
    root = next(each for each in server.api_roots if each.title == "A group")
    assert [each.id for each in root.collections][:2] == [OPEN, READ]
    assert root.max_content_length == 100_000
    assert ApiRoot(f"{base}/second/", **USER).versions == [TAXII]


def test_taxii2_client_reads_pages_of_objects_and_of_the_manifest(collection):
    reading = collection(OPEN)
    for ask, name in ((reading.get_objects, "objects"), (reading.get_manifest, "objects")):
        pages = list(as_pages(ask, per_request=2, version="all"))
        assert [len(page[name]) for page in pages] == [2, 2, 2]
    assert len(list(as_pages(reading.get_objects))) == 1


def test_taxii2_client_asks_with_filters(collection):
    reading = collection(OPEN)
    name = stix(3)["id"]
    assert reading.get_object(name)["objects"][0]["modified"] == V3
    assert reading.object_versions(name)["versions"] == [V1, V2, V3]
    first = reading.get_objects(version="first", type=["indicator", "tool"])
    assert [each["modified"] for each in first["objects"]] == [V1]
    assert reading.get_objects(added_after=datetime(2030, 1, 1, tzinfo=UTC)) == {}


def test_taxii2_client_adds_waits_and_deletes(collection):
    writing = collection(EMPTY)
    status = writing.add_objects({"objects": [stix(1), stix(2), {"type": "nothing"}]})
    assert (status.status, status.success_count, status.failure_count) == ("complete", 2, 1)
    status.refresh()
    assert [each["version"] for each in status.successes] == ["2020-01-01T00:00:00.000Z"] * 2
    writing.delete_object(stix(1)["id"])
    assert [each["id"] for each in writing.get_objects()["objects"]] == [stix(2)["id"]]


def test_taxii2_client_is_told_what_it_may_not_do(collection, base):
    with pytest.raises(Exception, match="read"):
        collection(SHUT).get_objects()
    with pytest.raises((TAXIIServiceException, OSError)):
        Server(f"{base}/taxii2/", user="ada", password="wrong").title  # noqa: B018, S106


# --- stix2 ------------------------------------------------------------------------------------------------------------


def test_stix2_sink_and_source_round_trip(collection):
    identity = stix2.v21.Identity(name="A house", identity_class="organization")
    changed = identity.new_version(name="Another")
    sink = stix2.TAXIICollectionSink(collection(EMPTY))
    sink.add([identity, changed])
    source = stix2.TAXIICollectionSource(collection(EMPTY), items_per_page=1)
    assert source.get(identity.id) == changed
    assert {str(each.modified) for each in source.all_versions(identity.id)} == {
        str(identity.modified), str(changed.modified),
    }  # fmt: skip
    found = source.query([stix2.Filter("type", "=", "identity")])
    assert [each.name for each in found] == ["Another"]


# --- OpenCTI ----------------------------------------------------------------------------------------------------------


def test_opencti_ingester_ends_with_every_object_once_while_more_arrive(http):
    """Its state is a cursor and a date: `next` while there is more, then the last date it was told."""
    path = f"/second/collections/{EMPTY}/objects/"
    state, found = {}, []
    for turn in range(12):
        http.post(path, json={"objects": [stix(turn * 2), stix(turn * 2 + 1)]}, headers={"Content-Type": TAXII})
        asked = {"limit": 3, **({"next": state["cursor"]} if state.get("cursor") else {})}
        asked |= {"added_after": state["after"]} if state.get("after") else {}
        answer = http.get(path, params=asked)
        told = answer.json()
        found += [each["id"] for each in told.get("objects", [])]
        if told.get("more"):
            state["cursor"] = told["next"]
        else:
            state = {"after": answer.headers.get(LAST, state.get("after"))}
    while True:
        asked = {
            name: value
            for name, value in {"next": state.get("cursor"), "added_after": state.get("after")}.items()
            if value
        }
        told = http.get(path, params=asked).json()
        found += [each["id"] for each in told.get("objects", [])]
        if not told.get("more"):
            break
        state["cursor"] = told["next"]
    assert found == [stix(n)["id"] for n in range(24)]


def test_opencti_taxii_post_sends_a_bundle(http):
    bundle = {"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": [stix(1)]}
    headers = {"Content-Type": "application/stix+json;version=2.1", "Accept": TAXII}
    answer = http.post(f"/second/collections/{EMPTY}/objects/", content=json.dumps(bundle), headers=headers)
    assert answer.status_code == 202
    assert answer.json()["success_count"] == 1


# --- MISP -------------------------------------------------------------------------------------------------------------


def test_misp_push_cuts_its_envelopes_to_what_the_root_takes(base, collection):
    most = ApiRoot(f"{base}/second/", **USER).max_content_length
    writing, objects = collection(EMPTY), [json.dumps(stix(n, name="x" * 9_000)).encode() for n in range(25)]
    envelope = bytearray(b'{"objects":[')
    for body in objects:
        if len(envelope) + len(body) + 3 > most:
            status = writing.add_objects(bytes(envelope + b"]}"), wait_for_completion=False)
            assert status.failure_count == 0
            envelope = bytearray(b'{"objects":[')
        envelope += (b"," if len(envelope) > 12 else b"") + body
    writing.add_objects(bytes(envelope + b"]}"), wait_for_completion=False)
    assert sum(len(page["objects"]) for page in as_pages(writing.get_objects, per_request=4)) == 25


# --- Sentinel ---------------------------------------------------------------------------------------------------------


def test_sentinel_finds_the_exact_content_type_and_dates_on_every_page(http):
    """It compares the Content-Type letter by letter, and goes on from the dates in the headers."""
    after, found = "2000-01-01T00:00:00.000Z", []
    while True:
        path = f"/second/collections/{OPEN}/objects/"
        answer = http.get(path, params={"added_after": after, "limit": 2, "match[version]": "all"})
        assert answer.headers["content-type"] == TAXII
        if "objects" not in answer.json():
            break
        found += answer.json()["objects"]
        after = answer.headers[LAST]
        assert len(after) == len("2016-01-01T00:00:00.000000Z")
    assert len(found) == 6


def test_head_has_the_headers_of_get_and_no_body(http):
    path = f"/second/collections/{OPEN}/objects/"
    head, got = http.head(path), http.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers[LAST] == got.headers[LAST]
    assert got.headers["content-encoding"] == "gzip" if len(got.content) >= 1_000 else True
