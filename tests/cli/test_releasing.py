"""Releasing: a file is there before anything is recorded, and an empty node has an answer too."""

import json
import stat
from pathlib import Path

import pytest

from consilience.cli.writing import private
from consilience.errors import ConsilienceError


def entries(node):
    return next(line for line in node("verify").stdout.splitlines() if line.startswith("Log main"))


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--out", "x.json"), ("--json",)])
def test_a_release_of_nothing_is_told_as_one(program, more):
    program("init", "--partner", "AUR")
    program("partner", "add", "GBR")
    done = program("release", "--to", "GBR", *more)
    assert done.returncode == 0, done.stderr
    if "--json" in more:
        assert json.loads(done.stdout)["recorded"] is False
    else:
        assert "0 claims" in done.stdout


def test_what_could_not_be_written_was_not_recorded_as_had(node, tmp_path):
    before = entries(node)
    (tmp_path / "folder").mkdir()
    for name in ("nowhere/for-bor.json", "folder"):
        done = node("release", "--to", "BOR", "--out", name)
        assert done.returncode == 1
        assert "a file that can be written" in done.stderr
    assert entries(node) == before
    assert "0 claims" in node("disclosures", "--to", "BOR").stdout


def test_a_release_that_fails_leaves_no_file_and_what_was_there(node, tmp_path):
    (tmp_path / "old.json").write_text("old", encoding="utf-8")
    for name in ("new.json", "old.json"):
        with pytest.raises(RuntimeError), private(tmp_path / name):
            raise RuntimeError
    assert not (tmp_path / "new.json").exists()
    assert (tmp_path / "old.json").read_text() == "old"


def test_files_of_what_was_released_are_for_their_owner_alone(node, tmp_path):
    (tmp_path / "again.json").write_text("longer than what comes\n" * 9999, encoding="utf-8")
    (tmp_path / "again.json").chmod(0o644)
    assert node("release", "--to", "BOR", "--out", "for-bor.json").returncode == 0
    assert node("release", "--to", "BOR", "--out", "again.json").returncode == 0
    assert node("prove", "A1", "--out", "proof.json").returncode == 0
    assert node("consent", "A1", "--to", "BOR", "--until", "2099-01-01", "--out", "consent.json").returncode == 0
    for name in ("for-bor.json", "again.json", "proof.json", "consent.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600, name
    assert node("verify", "again.json").returncode == 0


def test_a_full_disk_says_what_to_do():
    with (
        pytest.raises(ConsilienceError, match=r"No space left.*Run it again"),
        private(Path("/dev/full"), "Run it again") as write,
    ):
        write([b"x"])
