"""Two partners' files, as a user has them in a folder; and a node."""

import csv

import pytest

from tests.simulator import EXERCISE


@pytest.fixture
def files(tmp_path, row):
    """ours.csv and theirs.csv, which conflict and share an event."""

    def write(name, rows):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(dict.fromkeys(column for row in rows for column in row)))
            writer.writeheader()
            writer.writerows(rows)

    write(
        "ours.csv",
        [row("C042", low=94250, best=94300, high=94350), row("C001", place="Yelnya", phenomenon="equipment/tank")],
    )
    theirs = {"partner": "USA", "speaker": "USA/Official"}
    write(
        "theirs.csv",
        [row("C044", best=70000, **theirs), row("C002", place="Yelnya", phenomenon="equipment/tank", **theirs)],
    )
    return write


@pytest.fixture
def node(program):
    """A node that has recorded the exercise."""
    for arguments in (
        ("init", "--partner", "AUR", "--name", "Aurelia"),
        ("partner", "add", "BOR", "--name", "Borea", "--clearance", "SECRET", "--accredit", "OVERHEAD"),
        ("partner", "add", "CAL"),
        ("partner", "add", "LAMPEX", "--accredit", "HUMINT"),
        ("ingest", EXERCISE, "--quiet"),
    ):
        done = program(*arguments)
        assert done.returncode == 0, done.stderr
    return program
