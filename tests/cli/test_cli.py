"""The commands as a whole: help, the demo's summary, the doctor, and errors that are ours alone."""

import pytest
import typer

import consilience
from consilience.cli import app
from consilience.errors import ConsilienceError, UsageError

COMMANDS = (
    "compare", "link", "explain", "serve", "demo", "doctor", "init", "ingest", "receive", "partner", "mark", "decide", "adjudicate", "retract", "erase",
    "release", "disclosures", "tearline", "consent", "sync", "picture", "taxii", "check", "procedures", "measures", "invite", "message", "verify", "prove", "rebuild", "checkpoint",
    "witness", "ask", "assess", "reveal", "note", "conclude", "score",
    "level", "acknowledge", "notices", "warn", "backtest",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(program, command):
    done = program(command, "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 4


def test_help_does_not_load_the_engine(process):
    done = process("--help", PYTHONPROFILEIMPORTTIME="1")
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not loaded & {"duckdb", "numpy", "pyarrow", "shapely", "fastapi", "pandas", "sqlalchemy", "cryptography"}


def test_the_demo_prints_its_summary_and_stops_when_told(process):
    done = process("demo", "--single", "--no-serve", "--as-of", "2021-12-06")
    assert done.returncode == 0
    assert done.stderr == "631 claims recorded and signed in a node that goes away with this demo\n"
    assert "as of 2021-12-06" in done.stdout
    assert "94,300" in done.stdout
    assert "70,000" in done.stdout
    assert "C049b" in done.stdout or "they coincide" in done.stdout


def test_the_doctor_finds_everything_in_place(program):
    done = program("doctor")
    assert done.returncode == 0
    assert "FAIL" not in done.stdout
    assert "Crimea in Ukraine" in done.stdout
    assert done.stdout.endswith("everything is in place\n")


def test_an_unknown_command_is_a_usage_error(program):
    done = program("compair")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_terminal_summary_fits_its_width(program):
    for line in program("demo", "--single", "--no-serve").stdout.splitlines():
        assert len(line) <= 140, line


def test_an_error_names_the_thing_what_was_found_and_what_was_expected():
    error = UsageError("--out", "x.doc", "x.csv", "Rename it.")
    assert str(error) == error.message == "--out: found x.doc, expected x.csv. Rename it."
    assert isinstance(error, ConsilienceError)
    assert (ConsilienceError.exit_code, UsageError.exit_code) == (1, 2)


def test_the_package_has_its_public_face():
    assert callable(consilience.compare)
    assert consilience.Desk.__module__ == "consilience.desk"
    assert set(typer.main.get_command(app).commands) == set(COMMANDS)
    with pytest.raises(AttributeError, match="no attribute"):
        _ = consilience.nothing
