"""Rows of a foreign format, read as its publisher's table is."""

import csv

import pytest

from consilience.intake.holdings import read_holdings


@pytest.fixture
def read(tmp_path):
    """Rows of a format as its publisher's CSV, with what a test is about changed, read into holdings."""

    def make(row, *changes, name="t.csv"):
        rows = [{**row, **change} for change in changes] or [row]
        file = tmp_path / name
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(dict.fromkeys(key for each in rows for key in each)))
            writer.writeheader()
            writer.writerows(rows)
        return read_holdings([file])

    return make


@pytest.fixture
def one(read):
    """The one claim of a row."""

    def make(row, **change):
        told = read(row, change)
        assert not told.set_aside, told.set_aside
        (claim,) = told.claims
        return claim

    return make
