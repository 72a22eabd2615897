"""What all tests stand on: claims made by the reader itself, the shipped record, and the data beside a checkout."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings

from consilience import cli
from consilience.desk import Desk
from tests.ledger.postgres import NoServerError, Server, emptied

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parents[2] / "shared" / "data"
PLAIN = {
    "claim_id": "A1",
    "partner": "UKR",
    "modality": "observed",
    "actor": "RUS",
    "phenomenon": "personnel",
    "place": "UKR border",
    "period_from": "2021-12-03",
    "period_to": "2021-12-03",
    "reported_at": "2021-12-03",
}

# One profile: the same examples on every machine, and no clock in a verdict about them.
settings.register_profile(
    "project", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")


@pytest.fixture(scope="session")
def data():
    """The folder of public data; a test that needs it is skipped, and said to be, where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"no data folder at {'/'.join(DATA.parts[-2:])} beside the checkout")
    return DATA


@pytest.fixture(scope="session")
def scenario():
    return ROOT / "scenarios" / "winter-2021-22"


@pytest.fixture(scope="session")
def winter(scenario):
    return Desk.read([scenario])


@pytest.fixture(scope="session")
def row():
    """A row of the native table: a plain one with the cells that a test is about."""

    def make(claim_id="A1", **cells):
        return {**PLAIN, "claim_id": claim_id, **{name: str(cell) for name, cell in cells.items()}}

    return make


@pytest.fixture(scope="session")
def table():
    """Rows as an Arrow table of texts."""

    def make(rows):
        names = list(dict.fromkeys(name for row in rows for name in row))
        return pa.table({name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in names})

    return make


@pytest.fixture(scope="session")
def lay(table):
    """Rows laid on a desk, read as any table is."""

    def make(*rows, settings=None):
        found = Desk.read([table(rows)], settings)
        assert not found.holdings.set_aside, found.holdings.set_aside
        return found

    return make


@pytest.fixture(scope="session")
def between(lay):
    """The relation of two rows, lineage and all."""

    def make(one, two, *others, settings=None):
        return lay(one, two, *others, settings=settings).relate(one["claim_id"], two["claim_id"])

    return make


@pytest.fixture(scope="session")
def one_fact(lay):
    """The one fact that rows are about."""

    def make(*rows):
        (fact,) = lay(*rows).picture().facts
        return fact

    return make


class Done(NamedTuple):
    """What a run of the program came to."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def program(tmp_path, monkeypatch, capsys):
    """The command line in a folder of its own, with no terminal, inside this process."""
    for name in [name for name in os.environ if name.startswith("CONSILIENCE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **environment):
        monkeypatch.setattr(sys, "argv", ["consilience", *map(str, arguments)])
        for name, text in environment.items():
            monkeypatch.setenv(name, text)
        capsys.readouterr()
        try:
            cli.run()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def process(tmp_path):
    """The command line as a process of its own, for what only a process shows."""

    def run(*arguments, **environment):
        kept = {name: text for name, text in os.environ.items() if not name.startswith("CONSILIENCE_")}
        return subprocess.run(  # noqa: S603  our own program, with the arguments of the test
            [sys.executable, "-m", "consilience", *map(str, arguments)],
            cwd=tmp_path, env={**kept, **environment}, capture_output=True, text=True, encoding="utf-8", check=False,
            timeout=120,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def server():
    """The URL of a PostgreSQL server of our own, gone after the session."""
    try:
        made = Server()
    except NoServerError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must test PostgreSQL, and there are {missing}")
        pytest.skip(str(missing))
    try:
        made.start()
        yield made.url
    finally:
        made.remove()


@pytest.fixture
def postgresql(server):
    """The URL of an empty database on it: the same one each time, since making one takes a second."""
    return emptied(server)
