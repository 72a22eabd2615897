"""What the OASIS standard TAXII 2.1 asks of a server that takes objects in and deletes them; on both databases."""

import json

import pytest

from consilience.web.taxii.seeded import SeededGate
from consilience.web.taxii.service import Service
from tests.exchange.taxii.conftest import stix
from tests.web.taxii.conftest import (
    BOTH,
    EMPTY,
    OLDER_SPEC,
    OPEN,
    READ,
    SHUT,
    STATUS,
    TAXII,
    THREE,
    V1,
    V2,
    V3,
    WRITE,
    Asker,
    basic,
)

FIRST, LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"
NOWHERE = "90000000-0000-4000-8000-000000000000"
PAGED = [
    f"collections/{OPEN}/objects/", f"collections/{OPEN}/manifest/", f"collections/{OPEN}/objects/{THREE['id']}/",
    f"collections/{OPEN}/objects/{THREE['id']}/versions/",
]  # fmt: skip
EVERY = ["/taxii2/", "/second/", "collections/", f"collections/{OPEN}/", f"status/{STATUS['id']}/", *PAGED]


def ids(answer):
    return [each["id"] for each in answer.json.get("objects", [])]


@pytest.fixture
def ask(seeded):
    """A server that one test may change."""
    return Asker(Service(seeded, SeededGate(seeded)))


# --- 5.5: adding objects ----------------------------------------------------------------------------------------------


def test_objects_that_are_added_are_there_at_once_with_a_status(ask):
    answer = ask.post(stix(7, name="Ærø"), stix(8, None, "artifact"))
    assert answer.status == 202
    told = answer.json
    assert (told["status"], told["total_count"], told["success_count"], told["pending_count"]) == ("complete", 2, 2, 0)
    assert told["successes"][0] == {"id": stix(7)["id"], "version": "2020-01-01T00:00:00.000Z"}
    assert "failures" not in told
    assert ask("GET", f"status/{told['id']}/").json == told
    assert ask("GET", f"status/{told['id']}/", authorization=basic("böb", "pässwörd")).status == 404
    got = ask.objects(EMPTY)
    assert got.json["objects"] == [stix(7, name="Ærø"), stix(8, None, "artifact")]
    manifest = ask("GET", f"collections/{EMPTY}/manifest/").json["objects"]
    assert manifest[1]["version"] == manifest[1]["date_added"] == told["successes"][1]["version"]


def test_one_bad_object_never_breaks_a_batch(ask):
    deep = stix(6)
    for _ in range(70):
        deep = {**stix(6), "x": deep}
    bad = [
        1, None, [], {}, {"type": "indicator"}, {"id": stix(1)["id"]}, {**stix(1), "id": "malware--1"},
        {**stix(1), "type": "Indicator"}, stix(1, "yesterday"), stix(1, 5), stix(1, spec_version="9.9"), deep,
        stix(1, name="\ud800"),
    ]  # fmt: skip
    told = ask.post(stix(7), *bad, stix(8)).json
    assert (told["total_count"], told["success_count"], told["failure_count"]) == (len(bad) + 2, 2, len(bad))
    assert all(each["message"] and "version" in each and "id" in each for each in told["failures"])
    assert ids(ask.objects(EMPTY)) == [stix(7)["id"], stix(8)["id"]]


def test_object_with_one_key_twice_or_a_huge_number_is_refused_alone(ask):
    twice = json.dumps(stix(1)).replace('"id"', '"id": "x", "id"').encode()
    huge = [json.dumps(stix(n, x=0)).replace('"x": 0', f'"x": {v}').encode() for n, v in
            ((2, "1" * 400), (3, "1e999"), (4, "NaN"), (5, "-Infinity"), (6, "9007199254740993"))]  # fmt: skip
    body = b'{"objects":[%s]}' % b",".join([twice, *huge, json.dumps(stix(7)).encode()])
    told = ask("POST", f"collections/{EMPTY}/objects/", body).json
    assert (told["success_count"], told["failure_count"]) == (1, 6)


def test_exact_duplicate_is_no_error_and_equivocation_is_a_failure(ask):
    assert ask.post(stix(7)).json["success_count"] == 1
    told = ask.post(stix(7), stix(7, name="else")).json
    assert (told["success_count"], told["failure_count"]) == (1, 1)
    assert ask.objects(EMPTY, version="all").json["objects"] == [stix(7)]


def test_older_stix_is_taken_and_its_media_type_is_told(ask):
    assert ask.post(OLDER_SPEC).json["success_count"] == 1
    assert ask("GET", f"collections/{EMPTY}/").json["media_types"] == [
        "application/stix+json;version=2.1", "application/stix+json;version=2.0",
    ]  # fmt: skip
    assert ask("GET", f"collections/{EMPTY}/manifest/").json["objects"][0]["media_type"].endswith("2.0")


def test_bundle_is_read_as_an_envelope(ask):
    bundle = {"type": "bundle", "id": "bundle--1", "objects": [stix(7)]}
    for number, kind in enumerate((TAXII, "application/stix+json;version=2.1", "application/stix+json; version=2.0")):
        bundle["objects"] = [stix(number)]
        answer = ask("POST", f"collections/{EMPTY}/objects/", bundle, content_type=kind)
        assert answer.json["success_count"] == 1


@pytest.mark.parametrize("body", [stix(1), {}, [], 1, {"objects": {}}, {"objects": None}, b"", b"{", b"\xff", b"{}{}"])
def test_what_is_no_envelope_is_unprocessable(ask, body):
    answer = ask("POST", f"collections/{EMPTY}/objects/", body)
    assert answer.status == 422
    assert answer.json["http_status"] == "422"


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/taxii+json;version=2.0", "", None, "application/stix+json;version=1.2"]
)  # fmt: skip
def test_other_content_types_are_not_supported(ask, kind):
    assert ask.post(stix(1), content_type=kind).status == 415


def test_compressed_body_is_not_supported(ask):
    assert ask.post(stix(1), content_encoding="gzip").status == 415


def test_body_of_the_greatest_length_is_taken_and_one_byte_more_is_too_large(ask):
    body = json.dumps({"objects": [stix(1)]}).encode()
    path = f"collections/{EMPTY}/objects/"
    assert ask("POST", path, body + b" " * (100_000 - len(body))).status == 202
    assert ask("POST", path, body + b" " * (100_001 - len(body))).status == 413


def test_what_may_not_be_written_is_forbidden(ask):
    assert ask.post(stix(1), collection=READ).status == 403
    assert ask.post(stix(1), collection=SHUT).status == 403
    assert ask.post(stix(1), collection=WRITE).status == 202
    assert ask.post(stix(1), collection=NOWHERE).status == 404


# --- 5.7: deleting objects --------------------------------------------------------------------------------------------


def delete(ask, collection=OPEN, name=THREE["id"], query=""):
    return ask("DELETE", f"collections/{collection}/objects/{name}/{query}").status


def test_deleting_answers_as_the_table_of_rights_says(ask):
    assert [delete(ask, each) for each in (SHUT, READ, WRITE, OPEN)] == [404, 403, 403, 200]
    assert delete(ask, name=f"malware--{NOWHERE}") == 404


def test_deleted_object_is_nowhere_to_be_found(ask):
    path = f"collections/{OPEN}/objects/{THREE['id']}/"
    assert ask("DELETE", path).body == b""
    assert ask("GET", path).status == 404
    assert ask("GET", f"{path}versions/").status == 404
    assert THREE["id"] not in ids(ask.get(f"collections/{OPEN}/manifest/", {"match[version]": "all"}))
    assert delete(ask) == 404
    assert ask("GET", f"collections/{READ}/objects/{THREE['id']}/").status == 200


def test_versions_are_deleted_one_by_one(ask):
    left = [V1, V2, V3]
    for query, gone in ((f"?match[version]={V2}", V2), ("?match[version]=first", V1)):
        assert delete(ask, query=query) == 200
        left.remove(gone)
        assert ask("GET", PAGED[3]).json["versions"] == left
    assert delete(ask, query="?match[version]=1999-01-01T00:00:00Z") == 404
    assert delete(ask, query="?match[version]=all") == 200
    assert ask("GET", PAGED[3]).status == 404


def test_one_version_of_stix_is_deleted(ask):
    assert delete(ask, name=BOTH["id"], query="?match[spec_version]=2.1") == 200
    assert ask("GET", f"collections/{OPEN}/objects/{BOTH['id']}/").json["objects"] == [OLDER_SPEC]
    assert delete(ask, name=BOTH["id"], query="?match[version]=never") == 400
    assert delete(ask, name=BOTH["id"], query="?match[spec_version]=2.0") == 200
    assert ask("GET", f"collections/{OPEN}/objects/{BOTH['id']}/").status == 404
