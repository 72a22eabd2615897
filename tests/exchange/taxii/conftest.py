"""What the tests of the store stand on: one store on a database of each kind, and a clock that is set by hand."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from consilience.exchange.taxii.arrival import arrival
from consilience.exchange.taxii.resource import ApiRoot, Collection
from consilience.exchange.taxii.store import Store
from consilience.ledger.database import Database

FEED = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
OTHER = "52892447-4d7e-4f70-b94d-d7f22742ff63"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


def stix(number, modified="2020-01-01T00:00:00.000Z", kind="indicator", **more):
    """A STIX object with this number for its id."""
    name = f"{kind}--{uuid.UUID(int=number, version=4)}"
    dates = {"created": "2020-01-01T00:00:00.000Z", "modified": modified} if modified else {}
    return {"type": kind, "spec_version": "2.1", "id": name, **dates, **more}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/taxii.db"
    return request.getfixturevalue("postgresql")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(url, clock):
    found = Store(Database.open(url), clock)
    found.put_root(ApiRoot("root", "A root"))
    found.put_collection(Collection(FEED, "root", "A feed"))
    found.put_collection(Collection(OTHER, "root", "Another"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def emptied(tmp_path_factory):
    """A store with an empty collection, and its clock: one for all examples of a property."""
    clock = Clock()
    found = Store(Database.open(f"sqlite:///{tmp_path_factory.mktemp('emptied')}/taxii.db"), clock)
    found.put_collection(Collection(FEED, "root", "A feed"))

    def empty():
        found.empty_collection(FEED)
        return found, clock

    yield empty
    found.close()


@pytest.fixture
def put(store):
    """Add objects, one batch; what came of each."""

    def add(*objects, collection=FEED):
        return [outcome.kind.value for outcome in store.add(collection, [arrival(each) for each in objects])]

    return add
