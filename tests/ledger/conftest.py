"""What the tests of the ledger stand on: a node that signs, and a real database of each kind."""

import pytest
from sqlalchemy import create_engine, text

from consilience.ledger.entry import Batch
from tests.ledger.making import Node


@pytest.fixture
def node():
    return Node()


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
