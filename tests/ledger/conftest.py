"""What the tests of the ledger stand on: a node that signs, and a real database of each kind."""

import pytest
from sqlalchemy import create_engine, text

from consilience.ledger.entry import Batch
from tests.ledger.making import Node


@pytest.fixture
def node():
    return Node()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def sqlite(tmp_path):
    return f"sqlite:///{tmp_path}/ledger.db"


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
