"""Seeds: what is wrong is said and where, and only a scratch database is ever emptied."""

import copy
import json
from pathlib import Path

import pytest

from consilience.exchange.taxii.errors import SeedError
from consilience.exchange.taxii.filter import ALL, Filters
from consilience.exchange.taxii.resource import ApiRoot
from consilience.exchange.taxii.seed import read_seed, sow
from consilience.exchange.taxii.store import Store
from consilience.ledger.database import Database
from tests.exchange.taxii.conftest import FEED, stix

GOOD = {
    "format": "taxii-seed/1",
    "reset": True,
    "discovery": {"title": "A server"},
    "users": [{"name": "ada", "password": "secret"}],
    "api_roots": [
        {
            "name": "root",
            "title": "A root",
            "collections": [
                {
                    "id": FEED,
                    "title": "A feed",
                    "can_read": True,
                    "can_write": False,
                    "objects": [
                        {"date_added": "2017-01-01T00:00:00.000002Z", "object": stix(2)},
                        {"date_added": "2016-01-01T00:00:00.000001Z", "object": stix(1)},
                        {"date_added": "2016-01-01T00:00:00.000001Z", "object": {"id": "odd", "x": [1.50, None]}},
                    ],
                }
            ],
            "status": [{"id": "s1", "status": "pending"}],
        }
    ],
}


def read(value):
    return read_seed(json.dumps(value).encode())


def changed(path, value):
    """The good seed with one thing changed; `path` leads to it."""
    found = copy.deepcopy(GOOD)
    at = found
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return found


ROOT, FIRST = ("api_roots", 0), ("api_roots", 0, "collections", 0)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("format",), "taxii-seed/2", "taxii-seed/1"),
        (("format",), 1, "format"),
        (("reset",), "yes", "seed.reset"),
        (("discovery",), [], "seed.discovery"),
        (("discovery", "title"), None, "title"),
        (("users",), {}, "users"),
        (("users", 0), 7, r"users\[0\]"),
        (("users", 0, "password"), 7, r"users\[0\].password"),
        (("users",), GOOD["users"] * 2, "twice"),
        ((*ROOT, "name"), "a/b", "segment"),
        ((*ROOT, "name"), "taxii2", "segment"),
        ((*ROOT, "title"), 1, r"api_roots\[0\].title"),
        ((*ROOT, "max_content_length"), 0, "greater than zero"),
        ((*ROOT, "max_content_length"), True, "greater than zero"),
        ((*ROOT, "status"), [{}], r"status\[0\].id"),
        (("api_roots",), GOOD["api_roots"] * 2, "twice"),
        ((*FIRST, "can_read"), 1, "can_read"),
        ((*FIRST, "id"), "a\0b", "id"),
        ((*FIRST, "media_types"), [1], "media_types"),
        ((*ROOT, "collections"), GOOD["api_roots"][0]["collections"] * 2, "twice"),
        ((*FIRST, "objects", 0, "date_added"), "yesterday", r"objects\[0\].date_added"),
        ((*FIRST, "objects", 0, "object"), None, r"objects\[0\].object"),
        ((*FIRST, "objects", 0, "object"), {}, "an id"),
    ],
)
def test_what_is_wrong_is_said_and_where(path, value, said):
    with pytest.raises(SeedError, match=said):
        read(changed(path, value))


def test_what_is_no_json_is_said():
    for data in (b"{", b"[]", b"\xff", b'{"format": 1, "format": 2}'):
        with pytest.raises(SeedError):
            read_seed(data)


@pytest.fixture
def scratch(url):
    found = Store(Database.open(url))
    yield found
    found.close()


def items(store):
    return [(item.id, item.date_added) for item in store.page(FEED, Filters(versions=ALL), 99).items]


def test_objects_are_in_order_of_their_dates_ties_as_in_the_file(scratch):
    assert sow(read(GOOD), scratch) == 3
    assert items(scratch) == [
        (stix(1)["id"], "2016-01-01T00:00:00.000001Z"),
        ("odd", "2016-01-01T00:00:00.000002Z"),
        (stix(2)["id"], "2017-01-01T00:00:00.000002Z"),
    ]
    odd = scratch.page(FEED, Filters(("odd",)), 9)
    assert json.loads(scratch.bodies(FEED, odd.items)[0]) == {"id": "odd", "x": [1.5, None]}


def test_reset_drops_what_an_earlier_seed_left(scratch):
    sow(read(GOOD), scratch)
    sow(read(changed(("api_roots",), [])), scratch)
    assert not scratch.shape().roots
    sow(read(GOOD), scratch)
    assert len(items(scratch)) == 3
    assert scratch.status("root", "s1", "anybody") == b'{"id":"s1","status":"pending"}'


def test_without_reset_a_seed_adds_to_what_is_there(scratch):
    sow(read(GOOD), scratch)
    sow(read(changed(("reset",), False)), scratch)
    assert len(items(scratch)) == 3


def test_database_in_use_is_never_touched(scratch):
    scratch.put_root(ApiRoot("node", "A node's own"))
    with pytest.raises(SeedError, match="not marked as scratch"):
        sow(read(GOOD), scratch)
    assert list(scratch.shape().roots) == ["node"]


def test_database_with_tables_of_others_is_never_touched(url):
    database = Database.open(url)
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE entries (n INTEGER)")
    store = Store(database)
    with pytest.raises(SeedError, match="not marked as scratch"):
        sow(read(GOOD), store)
    store.close()


def test_the_seed_that_the_documentation_shows_can_be_loaded(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "taxii.md").read_text(encoding="utf-8")
    text = page.partition("```json\n")[2].partition("```")[0]
    store = Store.open(f"sqlite:///{tmp_path}/shown.db")
    assert sow(read_seed(text.encode()), store) == 1
    store.close()
