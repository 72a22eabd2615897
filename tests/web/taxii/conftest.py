"""A seeded server, asked without sockets or over real ones, on a database of each kind."""

import base64
import json
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
import uvicorn
from sqlalchemy import create_engine

from consilience.exchange.taxii.seed import read_seed, sow
from consilience.exchange.taxii.store import Store
from consilience.web.listening import listening
from consilience.web.taxii.app import taxii_app
from consilience.web.taxii.head import Answer, Credentials, Head
from consilience.web.taxii.seeded import SeededGate
from consilience.web.taxii.service import Options, Service
from tests.exchange.taxii.conftest import stix

TAXII = "application/taxii+json;version=2.1"
OPEN, READ, WRITE, SHUT, EMPTY = (f"{n}0000000-0000-4000-8000-000000000000" for n in range(1, 6))
V1, V2, V3 = "2016-11-03T12:30:59.000Z", "2016-12-25T12:30:59.444Z", "2017-01-27T13:49:53.935Z"
LINK, MARK, THREE, BOTH = (
    stix(1, "2014-05-08T09:00:00.000Z", "relationship"), stix(2, None, "marking-definition", created=V1),
    stix(3, V1), stix(4, V3, "malware"),
)  # fmt: skip
OLDER_SPEC = {k: v for k, v in stix(4, "2018-02-23T18:30:00.000Z", "malware").items() if k != "spec_version"}
OBJECTS = [
    ("2014-05-08T09:00:00.000000Z", LINK),
    ("2016-11-03T12:30:59.001000Z", THREE),
    ("2016-12-27T13:49:59.000000Z", stix(3, V2)),
    ("2017-01-20T00:00:00.000001Z", MARK),
    ("2017-01-27T13:49:59.997000Z", BOTH),
    ("2017-12-31T13:49:53.935000Z", stix(3, V3)),
    ("2018-02-23T18:30:00.000000Z", OLDER_SPEC),
]
STATUS = {
    "id": "2d086da7-4bdc-4f91-900e-d77486753710", "status": "pending", "request_timestamp": "2016-11-02T12:34:34.12345Z",
    "total_count": 4, "success_count": 1, "failure_count": 1, "pending_count": 2,
    "successes": [{"id": LINK["id"], "version": "2014-05-08T09:00:00.000Z"}],
}  # fmt: skip


def seed(most=100_000):
    """A seed with a collection of each kind of rights."""

    def collection(name, title, read, write, objects=(), **more):
        entries = [
            {
                "date_added": added,
                "object": value,
                "media_type": f"application/stix+json;version={value.get('spec_version', '2.0')}",
            }
            for added, value in objects
        ]
        rights = {"can_read": read, "can_write": write}
        return {"id": name, "title": title, **rights, "objects": entries, **more}

    both = ["application/stix+json;version=2.1", "application/stix+json;version=2.0"]
    return {
        "format": "taxii-seed/1",
        "reset": True,
        "discovery": {"title": "A server", "contact": "the duty officer", "default": "second"},
        "users": [{"name": "ada", "password": "correct: horse"}, {"name": "böb", "password": "pässwörd"}],
        "api_roots": [
            {"name": "first", "title": "Nothing in it"},
            {
                "name": "second",
                "title": "A group",
                "description": "For tests",
                "max_content_length": most,
                "collections": [
                    collection(OPEN, "Open", True, True, OBJECTS, alias="the-open-one", media_types=both),
                    collection(READ, "To read", True, False, OBJECTS, media_types=both),
                    collection(WRITE, "To write", False, True, OBJECTS, media_types=both),
                    collection(SHUT, "Shut", False, False, OBJECTS, media_types=both),
                    collection(EMPTY, "Empty", True, True),
                ],
                "status": [STATUS],
            },
        ],
    }


def basic(name="ada", password="correct: horse"):  # noqa: S107  of a seed, for tests alone
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


class Asker:
    """A client without sockets: what it asks goes to the service as a head and a body."""

    def __init__(self, service, root="/second/"):
        self.service = service
        self.root = root

    def __call__(self, method, path, body=b"", **headers):
        """One answer; `path` below the API root unless it begins with a slash."""
        given = {"accept": TAXII, "authorization": basic(), **{k.replace("_", "-"): v for k, v in headers.items()}}
        if method == "POST":
            given.setdefault("content-type", TAXII)
        given = {name: value for name, value in given.items() if value is not None}
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        path, _, query = (path if path.startswith("/") else self.root + path).partition("?")
        authorization = given.get("authorization")
        credentials = Credentials(None, authorization.encode() if authorization is not None else None)
        head = Head(method, path, query.encode(), {**given, "content-length": str(len(body))}, credentials)
        found = self.service.admit(head)
        answer = found if isinstance(found, Answer) else self.service.answer(found, body)
        assert answer.headers["Content-Type"] == TAXII
        whole = answer.whole
        return SimpleNamespace(
            status=int(answer.status), headers=answer.headers, body=whole, json=json.loads(whole) if whole else None
        )

    def get(self, path, query=None, **headers):
        return self("GET", f"{path}?{urlencode(query)}" if query else path, **headers)

    def objects(self, collection=OPEN, **query):
        return self.get(f"collections/{collection}/objects/", {_named(k): v for k, v in query.items()})

    def post(self, *objects, collection=EMPTY, **headers):
        return self("POST", f"collections/{collection}/objects/", {"objects": list(objects)}, **headers)


def _named(key):
    return key if key in ("limit", "next", "added_after") else f"match[{key}]"


@pytest.fixture(params=["sqlite", "postgresql"])
def seeded(request, tmp_path):
    """A store with the seed in it, for one test."""
    on_file = f"sqlite:///{tmp_path}/taxii.db"
    with _sown(on_file if request.param == "sqlite" else request.getfixturevalue("postgresql")) as store:
        yield store


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kept(request, tmp_path_factory):
    """A store with the seed in it, for tests that only read: making one takes half a second."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('kept')}/taxii.db"
    else:
        server = request.getfixturevalue("server")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE taxii_kept")
        engine.dispose()
        url = server.replace("/postgres?", "/taxii_kept?")
    with _sown(url) as store:
        yield store


@contextmanager
def _sown(url):
    store = Store.open(url)
    sow(read_seed(json.dumps(seed()).encode()), store)
    yield store
    store.close()


@pytest.fixture(scope="session")
def ask(kept):
    return Asker(Service(kept, SeededGate(kept)))


@pytest.fixture(scope="session")
def ask_interop(kept):
    return Asker(Service(kept, SeededGate(kept), Options(interop=True)))


@pytest.fixture
def base(seeded):
    """The address of a server on a real socket."""
    bound = listening("127.0.0.1", 0)
    app = taxii_app(Service(seeded, SeededGate(seeded)))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    bound.close()
