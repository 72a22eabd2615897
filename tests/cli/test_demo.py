"""The demonstration between nodes: real processes, real TLS, the real record; and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CODES = ("UKR", "GBR", "USA", "HOUSE")


@pytest.fixture(scope="module")
def told():
    """What the demonstration says, run once."""
    done = subprocess.run(
        [sys.executable, "-m", "consilience", "demo", "--no-serve"],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_each_node_records_its_own_claims_and_receives_the_others(told):
    own = {
        code: int(count) for code, count in re.findall(r"^(\w+): .* (\d+) claims recorded", told.stderr, re.MULTILINE)
    }
    assert own == {"UKR": 59, "GBR": 13, "USA": 39, "HOUSE": 520}
    for code in CODES:
        assert f"{code} answers partners at https://127.0.0.1:" in told.stderr
        assert f"{code} has what the others gave it, and has witnessed their logs" in told.stderr


def test_it_says_what_each_could_not_see_alone(told):
    rows = re.findall(
        r"^(\w+) +\d+ claims? of its own, .* has something on (\d+) of (\d+) facts$", told.stdout, re.MULTILINE
    )
    assert [code for code, _, _ in rows] == list(CODES)
    assert all(0 < int(seen) < int(total) for _, seen, total in rows)
    assert told.stdout.count("could not see: ") >= len(CODES)


def test_all_sign_one_picture_and_its_digest_is_the_one_that_is_shown(told):
    (shown,) = re.findall(r"^digest (sha256:[0-9a-f]{64})$", told.stdout, re.MULTILINE)
    words = " ".join(told.stdout.split())
    assert "GBR, HOUSE, UKR and USA compared the factual information, the same 631 objects" in words
    assert f"each signed the same picture {shown}" in words
    assert max(map(len, told.stdout.splitlines())) <= 140


def test_one_origin_seen_as_several_is_found_across_nodes(told):
    assert int(re.search(r"(\d+) circular", told.stdout)[1]) > 0


@pytest.mark.parametrize(
    "how", [signal.SIGKILL, *(pytest.param(how, marks=pytest.mark.slow) for how in (signal.SIGTERM, signal.SIGINT))]
)
def test_however_it_ends_no_node_is_left_running(how, tmp_path):
    demo = subprocess.Popen(
        [sys.executable, "-m", "consilience", "demo", "--port", "0"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    for line in demo.stderr:
        if "answers partners" in line:
            break
    assert _nodes(tmp_path)
    demo.send_signal(how)
    demo.wait(60)
    until = time.monotonic() + 60
    while _nodes(tmp_path) and time.monotonic() < until:
        time.sleep(0.2)
    assert not _nodes(tmp_path)


def _nodes(folder):
    """The processes whose home lies in a folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.startswith(os.fsencode(folder)) for word in words):
            found.append(int(file.parent.name))
    return found
