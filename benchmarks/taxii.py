"""TAXII: our server beside medallion and OpenTAXII, each a process whose CPU time the kernel tells."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.peers import Peers, PeersError, free_port

_TYPE = "application/taxii+json;version=2.1"
_COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
_USER, _PASSWORD = "bench", "of-no-worth"
_BATCH = 1_000  # objects in an envelope
_MOST_FOR_MEDALLION = 2_000  # its first page costs the square: 10,000 objects take a quarter of an hour
_PATIENCE = 60.0  # seconds of wall time for each figure; what is not done then is told as such
_SINGLE = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: how to ask it, and its process."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    root: str
    collection: str
    authorization: str

    def cpu(self) -> float:
        """Seconds of CPU so far, of the process and its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def peak(self) -> float:
        """The most memory it had, MiB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


@dataclass(frozen=True, slots=True)
class Figure:
    """What some requests cost: objects that were done, and seconds of CPU and of wall time."""

    done: int
    cpu: float
    wall: float

    def cost(self, wanted: int) -> str:
        """Seconds of CPU; with what was done in the time there was, where that is not all."""
        return f"{self.cpu:.2f}" if self.done >= wanted else f"{self.cpu:.1f} for {self.done:,}"


@dataclass(frozen=True, slots=True)
class Row:
    """One server's figures."""

    name: str
    objects: int
    post: Figure
    every: Figure
    single: Figure
    peak: float


def measure(objects: int = 10_000) -> list[str]:
    """A table of the servers on this machine, one after another, and how many times our cost the others have."""
    rows, missing = [], []
    with tempfile.TemporaryDirectory() as folder:
        for start, most in ((_ours, objects), (_medallion, _MOST_FOR_MEDALLION), (_opentaxii, objects)):
            try:
                with start(Path(folder)) as server:
                    rows.append(_row(server, min(objects, most)))
            except (PeersError, AssertionError) as error:
                if start is _ours:
                    raise
                missing.append(f"{start.__name__.removeprefix('_')} could not be run: {error}.")
    lines = [
        "| server | objects | POST, CPU s | GET all, CPU s | GET one, a second | a CPU second | peak, MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        costs = (row.post.cost(row.objects), row.every.cost(row.objects))
        single = row.single
        rates = f"{single.done / single.wall:,.1f} | {single.done / max(single.cpu, 1 / _TICKS):,.1f}"
        lines.append(f"| {row.name} | {row.objects:,} | {' | '.join(costs)} | {rates} | {row.peak:.0f} |")
    lines += ["", f"Objects of 600 bytes, {_BATCH:,} in an envelope and in a page; {_PATIENCE:.0f} s a figure at most."]
    return [*lines, *(_compared(row, rows[0]) for row in rows[1:]), *missing]


def _compared(row: Row, ours: Row) -> str:
    """How many times our cost for an object another has."""
    post, every = (_each(theirs) / _each(own) for theirs, own in ((row.post, ours.post), (row.every, ours.every)))
    single = (ours.single.done / ours.single.wall) / (row.single.done / row.single.wall)
    return (
        f"{row.name} takes {post:,.1f} times our CPU for an object to POST and {every:,.0f} times to GET among all; "
        f"we give single objects {single:,.0f} times as fast."
    )


def _each(figure: Figure) -> float:
    return max(figure.cpu, 1 / _TICKS) / max(figure.done, 1)


def _row(server: Server, objects: int) -> Row:
    client = _Client(server)
    post = _figure(server, client.post_all(objects))
    every = _figure(server, client.get_all())
    single = _figure(server, client.get_single(post.done), _SINGLE)
    return Row(server.name, objects, post, every, single, server.peak())


def _figure(server: Server, work: Iterator[int], patience: float = _PATIENCE) -> Figure:
    """What the work costs; each step tells how many objects it did."""
    done, cpu, began = 0, server.cpu(), time.monotonic()
    for count in work:
        done += count
        if time.monotonic() - began > patience:
            break
    return Figure(done, server.cpu() - cpu, time.monotonic() - began)


class _Client:
    """Asks one server over one connection, as plainly as can be."""

    def __init__(self, server: Server) -> None:
        self._path = f"{server.root}collections/{server.collection}/objects/"
        self._headers = {"Authorization": server.authorization, "Accept": _TYPE, "Content-Type": _TYPE}
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=600)

    def post_all(self, objects: int) -> Iterator[int]:
        for start in range(0, objects, _BATCH):
            values = [_object(number) for number in range(start, min(start + _BATCH, objects))]
            told = self._ask("POST", "", json.dumps({"objects": values}).encode())
            assert told["success_count"] == len(values), told
            yield len(values)

    def get_all(self) -> Iterator[int]:
        query = f"?limit={_BATCH}"
        while True:
            told = self._ask("GET", query)
            yield len(told.get("objects", ()))
            if not told.get("more"):
                return
            query = f"?limit={_BATCH}&next={told['next']}"

    def get_single(self, objects: int) -> Iterator[int]:
        number = 0
        while True:
            told = self._ask("GET", f"{_object(number % objects)['id']}/")
            assert len(told["objects"]) == 1
            number += 7
            yield 1

    def _ask(self, method: str, rest: str, body: bytes | None = None) -> dict:
        try:
            self._connection.request(method, self._path + rest, body, self._headers)
            answer = self._connection.getresponse()
        except (HTTPException, ConnectionError):  # the others end a connection after each answer
            self._connection.close()
            self._connection.request(method, self._path + rest, body, self._headers)
            answer = self._connection.getresponse()
        data = answer.read()
        assert answer.status in (200, 202), (answer.status, data[:300])
        return json.loads(data)


def _object(number: int) -> dict:
    """An indicator of 600 bytes."""
    at = f"2020-01-01T00:00:{number % 60:02}.000Z"
    return {
        "type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid.UUID(int=number, version=4)}",
        "created": at, "modified": at, "pattern": "[url:value = 'x']", "pattern_type": "stix",
        "valid_from": "2020-01-01T00:00:00Z", "labels": ["a", "b"], "description": "x" * 285,
    }  # fmt: skip


@contextmanager
def _running(command: list[str], port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers at a port, ended after."""
    process = subprocess.Popen(  # noqa: S603  our own program, or a peer of the lock
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise PeersError(f"it ended at once with {process.returncode}")
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", "/taxii2/")
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
            finally:
                connection.close()
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _basic() -> str:
    return "Basic " + base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()


@contextmanager
def _ours(folder: Path) -> Iterator[Server]:
    seed = {
        "format": "taxii-seed/1", "discovery": {"title": "Bench"}, "users": [{"name": _USER, "password": _PASSWORD}],
        "api_roots": [{"name": "bench", "title": "Bench", "collections": [
            {"id": _COLLECTION, "title": "Bench", "can_read": True, "can_write": True}]}],
    }  # fmt: skip
    (folder / "seed.json").write_text(json.dumps(seed))
    command, database, port = [sys.executable, "-m", "consilience", "taxii"], str(folder / "ours.db"), free_port()
    filled = [*command, "seed", str(folder / "seed.json"), "--database", database]
    subprocess.run(filled, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own program
    with _running([*command, "serve", "--database", database, "--port", str(port)], port) as process:
        yield Server("consilience", process, port, "/bench/", _COLLECTION, _basic())


@contextmanager
def _medallion(folder: Path) -> Iterator[Server]:
    """With its backend in memory, as it comes."""
    python, port = Peers.ready().python, free_port()
    data = {
        "/discovery": {"title": "Bench", "api_roots": ["/bench/"]},
        "bench": {
            "information": {"title": "Root", "versions": [_TYPE], "max_content_length": 100_000_000}, "status": [],
            "collections": [{"id": _COLLECTION, "title": "Bench", "can_read": True, "can_write": True,
                             "media_types": ["application/stix+json;version=2.1"], "objects": [], "manifest": []}],
        },
    }  # fmt: skip
    (folder / "medallion-data.json").write_text(json.dumps(data))
    backend = {
        "module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
        "filename": str(folder / "medallion-data.json"), "session_timeout": 3600,
    }  # fmt: skip
    config = {"users": {_USER: _PASSWORD}, "taxii": {"max_page_size": _BATCH}, "backend": backend}
    (folder / "medallion.json").write_text(json.dumps(config))
    command = [python, "-m", "medallion.scripts.run", "--port", str(port), str(folder / "medallion.json")]
    with _running(command, port) as process:
        yield Server("medallion 3.0.0", process, port, "/bench/", _COLLECTION, _basic())


@contextmanager
def _opentaxii(folder: Path) -> Iterator[Server]:
    """On SQLite, with a bearer token: with Basic it hashes the password at each request."""
    python, port = Peers.ready().python, free_port()
    (folder / "opentaxii.yml").write_text(_OPENTAXII.format(folder=folder))
    environment = {"OPENTAXII_CONFIG": str(folder / "opentaxii.yml")}
    made = _made(python, _OPENTAXII_MAKES, environment)
    # Its 0.9.3 cannot write the ids that SQLAlchemy 2.1 gives it: so that it runs at all, it is taught to.
    uuids = "import json; json.JSONEncoder.default = lambda self, value: str(value)"
    serve = f"{uuids}; from opentaxii.http import app; app.run(port={port}, threaded=True)"
    with _running([python, "-c", serve], port, **environment) as process:
        connection = HTTPConnection("127.0.0.1", port)
        asked = json.dumps({"username": _USER, "password": _PASSWORD})
        connection.request("POST", "/management/auth", asked, {"Content-Type": "application/json"})
        token = json.loads(connection.getresponse().read())["token"]
        yield Server("OpenTAXII 0.9.3", process, port, f"/taxii2/{made[0]}/", made[1], f"Bearer {token}")


def _made(python: str, script: str, environment: dict[str, str]) -> list[str]:
    done = subprocess.run(  # noqa: S603  a peer of the lock
        [python, "-c", script], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PeersError(done.stderr.strip().splitlines()[-1][:200])
    return done.stdout.split()[-2:]


_OPENTAXII = """
domain: "localhost"
support_basic_auth: yes
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters: {{db_connection: "sqlite:///{folder}/opentaxii-auth.db", create_tables: yes, secret: bench}}
taxii1:
taxii2:
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {{db_connection: "sqlite:///{folder}/opentaxii.db", create_tables: yes}}
  contact: "nobody"
  description: "Bench"
  max_content_length: 100000000
  public_discovery: no
  title: "Bench"
logging: {{opentaxii: error, root: error}}
"""
_OPENTAXII_MAKES = f"""
from opentaxii.cli import app
from opentaxii.entities import Account
with app.app_context():
    app.taxii_server.auth.api.update_account(
        Account(id=None, username="{_USER}", permissions={{}}, is_admin=True), "{_PASSWORD}")
    api = app.taxii_server.servers.taxii2.persistence.api
    root = api.add_api_root(title="Root", description="", default=True, is_public=False)
    collection = api.add_collection(api_root_id=root.id, title="Bench", is_public=True, is_public_write=True)
print(root.id, collection.id)
"""
