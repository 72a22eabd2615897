"""Any bytes to anything that reads them: refused by name, or read; and a fault that is there is found."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from consilience.errors import UsageError
from fuzz.draw import Draw, shaken, written
from fuzz.row import Row
from fuzz.running import is_there
from fuzz.target import refusing
from fuzz.targets import MODULES, PLANTED

ROOT = Path(__file__).parents[2]
needs_atheris = pytest.mark.skipif(not is_there(), reason="atheris is made for few Pythons and platforms")


def run(*asked):
    """The rows of a run, by target, and how it ended."""
    command = [sys.executable, "-m", "fuzz", "--seed", "1", "--jobs", "2", "--json", *asked]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  our own program
    return {row["target"]: row for row in json.loads(ran.stdout)["rows"]}, ran


def test_an_error_of_ours_is_a_refusal_and_any_other_a_finding():
    def read(data):
        if data == b"refused":
            raise UsageError("input", "bytes", "others")
        raise ZeroDivisionError

    refusing(read)(b"refused")
    with pytest.raises(ZeroDivisionError):
        refusing(read)(b"else")


def test_the_same_bytes_shake_a_value_in_the_same_way_and_leave_it_as_it_was():
    value = {"a": [1, {"b": "text"}], "c": None}
    before = written(value)
    found = {written(shaken(Draw(bytes([n, 255 - n, n // 3, 7, 9, n, 2 * n % 256]) * 8), value)) for n in range(250)}
    again = {written(shaken(Draw(bytes([n, 255 - n, n // 3, 7, 9, n, 2 * n % 256]) * 8), value)) for n in range(250)}
    assert found == again
    assert len(found) > 50
    assert written(value) == before


def test_a_target_that_was_never_run_is_no_good_one():
    assert not Row("x").is_good
    assert Row("x", 1).is_good
    assert not Row("x", 1, findings=["crash"]).is_good
    assert not Row("x", 1, is_self_check=True).is_good
    assert Row("x", 1, findings=["planted"], is_self_check=True).is_good


@needs_atheris
@pytest.mark.slow
def test_a_fault_that_was_planted_is_found_with_the_input_that_shows_it():
    rows, ran = run("--only", PLANTED)
    (row,) = rows.values()
    assert ran.returncode == 0, ran.stderr
    assert "ZeroDivisionError" in row["findings"][0]
    kept = ROOT / row["findings"][0].partition("the input: ")[2].rstrip(")")
    assert kept.read_bytes().startswith(b'"A+')


@needs_atheris
@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in MODULES if name != PLANTED])
def test_no_bytes_are_a_crash(name):
    rows, ran = run("--only", f"atheris: {name}", "--runs", "3000", "--seconds", "30")
    assert ran.returncode == 0, ran.stderr
    assert rows[f"atheris: {name}"]["executions"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["taxii", "node"])
def test_no_request_is_a_status_of_the_500s_and_no_body_of_a_stranger_is_waited_for(name):
    rows, ran = run("--only", f"http, {name}", "--only", f"bodies, {name}", "--runs", "20", "--seconds", "10")
    assert ran.returncode == 0, ran.stderr
    assert all(row["executions"] > 0 for row in rows.values())
    assert any(target.endswith("strangers") for target in rows)
