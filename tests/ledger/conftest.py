"""What the tests of the ledger stand on: a node that signs, and a real database of each kind."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from consilience.ledger.entry import Batch
from tests.ledger.making import Node


@pytest.fixture
def node():
    return Node()


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server of our own, on a socket in a folder of its own, gone after the session."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must test PostgreSQL, and there is no initdb")
        pytest.skip("no PostgreSQL server programs (initdb) on this machine")
    programs, user = Path(initdb).resolve().parent, None
    if os.geteuid() == 0:
        user = next((name for name in ("postgres", "nobody") if _exists(name)), None)
    folder = Path(tempfile.mkdtemp(prefix="ledger"))
    if user:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = {
        "user": user,
        "cwd": folder,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.PIPE,
        "env": {"PATH": os.defpath},
    }
    made = [str(programs / "initdb"), "-D", "data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run(made, check=True, **run)  # noqa: S603  the server's own program
    asked = [str(programs / "postgres"), "-D", "data", "-k", str(folder), "-p", str(port), "-c", "listen_addresses="]
    process = subprocess.Popen(asked, **run)  # noqa: S603  the server's own program
    url = f"postgresql+psycopg://tester@/postgres?host={folder}&port={port}"
    try:
        _wait(url, process)
        yield url
    finally:
        process.send_signal(signal.SIGINT)  # a fast shutdown: whoever is still connected is cut off
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _exists(name):
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def _wait(url, process):
    for _ in range(200):
        try:
            with create_engine(url).connect():
                return
        except Exception as error:
            if process.poll() is not None:
                raise RuntimeError(process.stderr.read().decode()) from error
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


def database(kind, tmp_path, request):
    """The URL of an empty database. PostgreSQL's is the same one each time, since making one takes a second."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    server = request.getfixturevalue("server")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.exec_driver_sql(f"{others} AND datname = current_database()")
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    return database(request.param, tmp_path, request)


@pytest.fixture
def sqlite(tmp_path):
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def postgresql(tmp_path, request):
    return database("postgresql", tmp_path, request)


@pytest.fixture
def ledger(url, node):
    with node.open(url) as opened:
        yield opened


@pytest.fixture
def put(node):
    """Append claims of these names to a log, one batch."""

    def append(ledger, *names, log="main"):
        return ledger.append(Batch(log, node.claims(*names)))[0]

    return append


@pytest.fixture
def tamper():
    """Change the database behind the ledger's back, as an intruder with access to it would."""

    def change(url, sql, **values):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(sql), values)
        engine.dispose()

    return change
