"""What the OASIS standard TAXII 2.1 asks of a server, section by section; on both databases."""

import pytest

from tests.exchange.taxii.conftest import stix
from tests.web.taxii.conftest import (
    BOTH,
    EMPTY,
    LINK,
    MARK,
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


# --- 1.6 and 3.1: authentication, media types, methods ----------------------------------------------------------------


@pytest.mark.parametrize("path", [*EVERY, "/nowhere/", f"collections/{NOWHERE}/objects/", "status/none/"])
def test_nobody_learns_anything_without_credentials(ask, path):
    for wrong in (None, "", "Basic", "Basic ???", basic("ada", "wrong"), basic("eve"), "Bearer abc", "Basic YWRh"):
        answer = ask("GET", path, authorization=wrong)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert answer.json["http_status"] == "401"


def test_names_and_passwords_may_be_in_any_script(ask):
    assert ask("GET", "/taxii2/", authorization=basic("böb", "pässwörd")).status == 200
    assert ask("GET", "/taxii2/", authorization=basic().replace("Basic", "bAsIc")).status == 200


@pytest.mark.parametrize(
    "accept",
    [
        TAXII, "application/taxii+json", "application/taxii+json; version=2.1", 'application/taxii+json;version="2.1"',
        "APPLICATION/TAXII+JSON;VERSION=2.1", "application/taxii+json;version=2.0, application/taxii+json;q=0.1",
        "*/*", "application/*", None, "text/html, */*;q=0.5", f"{TAXII},application/stix+json;version=2.1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", EVERY)
def test_media_types_that_are_defined_are_accepted(ask, path, accept):
    assert ask("GET", path, accept=accept).status == 200


@pytest.mark.parametrize(
    "accept",
    [
        "application/taxii+json;version=2.0", "application/json", "text/html", "application/xml",
        "application/vnd.oasis.taxii+json; version=2.0", f"{TAXII};q=0", "*/*, application/taxii+json;q=0", "nonsense",
    ],
)  # fmt: skip
def test_other_media_types_are_not_acceptable(ask, accept):
    for path in EVERY:
        assert ask("GET", path, accept=accept).status == 406
    assert ask.post(stix(9), accept=accept).status == 406
    assert ask("DELETE", f"collections/{OPEN}/objects/{LINK['id']}/", accept=accept).status == 406


@pytest.mark.parametrize("path", EVERY)
def test_slash_at_the_end_may_be_missing_and_methods_are_told(ask, path):
    assert ask("GET", path.removesuffix("/")).json == ask("GET", path).json
    for method in ("PUT", "PATCH", "TRACE", "BREW"):
        answer = ask(method, path)
        assert answer.status == 405
        assert "GET" in answer.headers["Allow"]
    assert "GET" in ask("OPTIONS", path).headers["Allow"]
    assert ask("HEAD", path).headers == ask("GET", path).headers


@pytest.mark.parametrize(
    "path",
    [
        "/", "//", "/nowhere/", "/taxii2/taxii2/", "/taxii/", "/second//collections/", "/second/collections/x/y/",
        "/nowhere/collections/", f"/first/collections/{OPEN}/", f"/second/collections/{NOWHERE}/",
        f"/second/collections/{NOWHERE}/objects/", f"/second/collections/{OPEN}/manifest/{LINK['id']}/",
        "/second/status/2223/", f"/second/collections/{OPEN}/objects/malware--{NOWHERE}/",
        f"/second/collections/{OPEN}/objects/malware--{NOWHERE}/versions/", "/second/%ff/", "/second/%00/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(ask, path):
    answer = ask("GET", path)
    assert answer.status == 404
    assert answer.json["title"]
    assert answer.json["http_status"] == "404"


# --- 4: discovery, API roots, statuses --------------------------------------------------------------------------------


def test_discovery_lists_the_roots_in_order_and_its_default_is_one_of_them(ask):
    told = ask("GET", "/taxii2/").json
    assert told == {
        "title": "A server", "contact": "the duty officer", "default": "/second/", "api_roots": ["/first/", "/second/"],
    }  # fmt: skip


def test_api_root_says_its_version_and_how_much_it_takes(ask):
    assert ask("GET", "/second/").json == {
        "title": "A group", "description": "For tests", "versions": [TAXII], "max_content_length": 100_000,
    }  # fmt: skip


def test_seeded_status_is_told_as_it_is(ask):
    assert ask("GET", f"status/{STATUS['id']}/").json == STATUS
    assert ask("GET", f"/first/status/{STATUS['id']}/").status == 404


# --- 5.1 and 5.2: collections -----------------------------------------------------------------------------------------


def test_collections_are_in_one_order_and_say_what_may_be_done(ask, ask_interop):
    told = ask("GET", "collections/").json["collections"]
    assert [(each["id"], each["can_read"], each["can_write"]) for each in told] == [
        (OPEN, True, True), (READ, True, False), (WRITE, False, True), (SHUT, False, False), (EMPTY, True, True),
    ]  # fmt: skip
    assert told == ask("GET", "collections/").json["collections"]
    assert told[0] == ask("GET", f"collections/{OPEN}/").json
    assert told[4]["media_types"] == ["application/stix+json;version=2.1"]
    assert ask("GET", "/first/collections/").json == {}
    ordered = [each["id"] for each in ask_interop("GET", "collections/").json["collections"]]
    assert ordered == sorted(ordered)


def test_collection_is_found_by_its_alias(ask):
    assert ask("GET", "collections/the-open-one/").json["alias"] == "the-open-one"
    assert ask("GET", "collections/the-open-one/objects/").json == ask.objects().json


@pytest.mark.parametrize("tail", ["objects/", "manifest/", f"objects/{LINK['id']}/", f"objects/{LINK['id']}/versions/"])
def test_what_may_not_be_read_is_forbidden(ask, tail):
    for collection in (WRITE, SHUT):
        assert ask("GET", f"collections/{collection}/{tail}").status == 403


# --- 3.3, 3.4, 3.5: order, filters, pages -----------------------------------------------------------------------------


def test_objects_come_in_the_order_they_were_added_latest_versions_only(ask):
    answer = ask.objects()
    assert answer.json["objects"] == [LINK, MARK, BOTH, stix(3, V3)]
    assert answer.json["more"] is False
    assert "next" not in answer.json
    assert (answer.headers[FIRST], answer.headers[LAST]) == (
        "2014-05-08T09:00:00.000000Z", "2017-12-31T13:49:53.935000Z",
    )  # fmt: skip


def test_manifest_has_a_record_for_each_object(ask):
    answer = ask("GET", f"collections/{OPEN}/manifest/")
    assert answer.json["objects"][1] == {
        "id": MARK["id"], "date_added": "2017-01-20T00:00:00.000001Z", "version": V1,
        "media_type": "application/stix+json;version=2.1",
    }  # fmt: skip
    assert ids(answer) == ids(ask.objects())
    assert answer.headers[LAST] == answer.json["objects"][-1]["date_added"]


def test_versions_are_listed_in_the_order_they_were_added(ask):
    answer = ask("GET", PAGED[3])
    assert answer.json == {"more": False, "versions": [V1, V2, V3]}
    assert answer.headers[FIRST] == "2016-11-03T12:30:59.001000Z"
    assert ask.get(f"collections/{OPEN}/objects/{BOTH['id']}/versions/").json["versions"] == [V3]
    older = {"match[spec_version]": "2.0,2.1"}
    assert len(ask.get(f"collections/{OPEN}/objects/{BOTH['id']}/versions/", older).json["versions"]) == 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"version": "all"}, [LINK, THREE, stix(3, V2), MARK, BOTH, stix(3, V3)]),
        ({"version": "first"}, [LINK, THREE, MARK, BOTH]),
        ({"version": "last"}, [LINK, MARK, BOTH, stix(3, V3)]),
        ({"version": "first,last"}, [LINK, THREE, MARK, BOTH, stix(3, V3)]),
        ({"version": V2}, [stix(3, V2)]),
        ({"version": f"{V2},{V3}"}, [stix(3, V2), BOTH, stix(3, V3)]),
        ({"version": f"first,{V2},last", "id": THREE["id"]}, [THREE, stix(3, V2), stix(3, V3)]),
        ({"version": "2016-12-25T12:30:59.444000Z"}, [stix(3, V2)]),
        ({"version": "1999-01-01T00:00:00Z"}, []),
        ({"type": "indicator"}, [stix(3, V3)]),
        ({"type": "indicator,relationship"}, [LINK, stix(3, V3)]),
        ({"type": "incident"}, []),
        ({"type": "x-unheard-of"}, []),
        ({"id": f"{LINK['id']},{MARK['id']}"}, [LINK, MARK]),
        ({"id": "nothing"}, []),
        ({"type": "malware", "id": LINK["id"]}, []),
        ({"spec_version": "2.1"}, [LINK, MARK, BOTH, stix(3, V3)]),
        ({"spec_version": "2.0"}, [OLDER_SPEC]),
        ({"spec_version": "2.0,2.1"}, [LINK, MARK, stix(3, V3), OLDER_SPEC]),
        ({"spec_version": "2.0", "version": "all"}, [OLDER_SPEC]),
        ({"added_after": "2017-01-20T00:00:00.000001Z"}, [BOTH, stix(3, V3)]),
        ({"added_after": "2017-01-20T00:00:00Z"}, [MARK, BOTH, stix(3, V3)]),
        ({"added_after": "2030-01-20T00:00:00.000000000Z"}, []),
        ({"added_after": "2016-11-01T00:00:00Z", "type": "indicator", "version": "first"}, [THREE]),
        ({"confidence": "80"}, [LINK, MARK, BOTH, stix(3, V3)]),
    ],
    ids=str,
)
def test_filters_let_through_what_they_name(ask, query, expected):
    answer = ask.objects(**query)
    assert answer.status == 200
    assert answer.json.get("objects", []) == expected
    if not expected:
        assert answer.json == {}
        assert FIRST not in answer.headers
    named = {(key if key == "added_after" else f"match[{key}]"): value for key, value in query.items()}
    assert ids(ask.get(f"collections/{OPEN}/manifest/", named)) == [each["id"] for each in expected]


def test_object_has_its_own_filters(ask):
    path = f"collections/{OPEN}/objects/{THREE['id']}/"
    assert ask("GET", path).json["objects"] == [stix(3, V3)]
    assert len(ask.get(path, {"match[version]": "all"}).json["objects"]) == 3
    assert ask.get(path, {"match[version]": V2}).json["objects"] == [stix(3, V2)]
    assert ask.get(path, {"added_after": "2018-01-01T00:00:00Z"}).json == {}
    assert ask.get(path, {"match[type]": "malware"}).json["objects"] == [stix(3, V3)]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-20", "limit=ten", "limit=1.5", "limit=", "limit=%2B5", "limit=1&limit=2", "limit=%D9%A3",
        "added_after=yesterday", "added_after=", "added_after=2017-01-20", "added_after=2017-01-20T00:00:00%2B00:00",
        "added_after=2017-13-20T00:00:00Z", "added_after=2017-01-20T00:00:00Z,2018-01-20T00:00:00Z",
        "added_after=2017-01-20T00:00:00Z&added_after=2017-01-20T00:00:00Z", "next=abc", "next=", "next=%00",
        "%ff=1", "limit=%ff", "&".join("x=1" for _ in range(100)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", PAGED)
def test_malformed_parameters_are_bad_requests(ask, path, query):
    answer = ask("GET", f"{path}?{query}")
    assert answer.status == 400
    assert answer.json["description"]


@pytest.mark.parametrize(
    "query",
    [
        "match[version]=", "match[version]=newest", "match[version]=all,last", "match[version]=last,last",
        f"match[version]={V1},{V1}", "match[version]=last&match[version]=first", "match[version]=last,%20first",
        "match[type]=a&match[type]=b", "match[type]=", "match[type]=a,,b", "match[id]=", "match[spec_version]=newest",
        "match[id]=%00", "match[type]=%0a", f"match[id]={'a,' * 2000}a",
    ],
)  # fmt: skip
def test_malformed_matches_are_bad_requests(ask, query):
    assert ask("GET", f"{PAGED[0]}?{query}").status == 400
    assert ask("GET", f"{PAGED[1]}?{query}").status == 400


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_put_together_are_the_whole(ask, path, limit):
    name = "versions" if "versions" in path else "objects"
    many = {} if name == "versions" else {"match[version]": "all"}
    whole = ask.get(path, many).json[name]
    found, query, dates = [], {**many, "limit": limit}, []
    while True:
        answer = ask.get(path, query)
        assert len(answer.json[name]) <= limit
        found += answer.json[name]
        dates += [answer.headers[FIRST], answer.headers[LAST]]
        if not answer.json["more"]:
            break
        query["next"] = answer.json["next"]
    assert found == whole
    assert dates == sorted(dates)


@pytest.mark.parametrize("path", PAGED[:3])
def test_added_after_the_last_date_goes_on_as_next_does(ask, path):
    query = {"match[version]": "all", "limit": 1}
    first = ask.get(path, query)
    by_next = ask.get(path, {**query, "next": first.json["next"]}).json
    by_date = ask.get(path, {**query, "added_after": first.headers[LAST]}).json
    assert by_next["objects"] == by_date["objects"]


def test_next_with_other_filters_is_a_bad_request(ask):
    way_on = ask.objects(version="all", limit=2).json["next"]
    assert ask.objects(version="all", limit=2, next=way_on).status == 200
    assert ask.objects(version="first", limit=2, next=way_on).status == 400
    assert ask.objects(collection=READ, version="all", next=way_on).status == 400


def test_limit_beyond_all_bounds_is_no_error(ask):
    assert len(ask.objects(limit=10**17).json["objects"]) == 4
    assert ask.objects(limit=10**30).status == 400
