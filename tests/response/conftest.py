"""Procedures that ship, the record of winter 2021-22, and occurrences made for one test."""

from datetime import UTC, date, datetime, timedelta

import pytest

from consilience.intake.accord import read_accords
from consilience.intake.procedure import read_occurrences, shipped_procedures
from consilience.model.period import Moment, parse_moment
from consilience.model.procedure import Occurrence, Word
from consilience.model.window import hull, parse_window
from consilience.response.replay import replay


@pytest.fixture(scope="session")
def procedures():
    return shipped_procedures()


@pytest.fixture(scope="session")
def record(scenario, procedures):
    return read_occurrences(scenario, procedures)


@pytest.fixture(scope="session")
def accords(scenario):
    return read_accords(scenario)


def end_of(text):
    """The instant at which a day of an as-of ends."""
    at = date.fromisoformat(text)
    return datetime(at.year, at.month, at.day, tzinfo=UTC) + timedelta(days=1)


@pytest.fixture(scope="session")
def case_at(procedures, record):
    """A case of the record as of a day."""

    def find(name, as_of):
        return next(case for case in replay(procedures, record, end_of(as_of)) if case.id == name)

    return find


@pytest.fixture(scope="session")
def said():
    """What somebody says of a step of the mechanism for unusual activities."""

    def make(step, word, when, until="", *, reported="", zone="Europe/Kyiv", name="", url="https://example.org/page"):
        window = hull([parse_window(text, zone) for text in (when, until) if text])
        told = parse_moment(reported) if reported else Moment(window.latest, is_day=False)
        return Occurrence(
            name or f"{step}-{word}-{when}", "A-B", "vienna-unusual-activity", step, Word(word), ("AAA",), ("BBB",), window, told,
            "a page", f"{step} {word}", url,
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def standing(procedures):
    """How a step stands at an instant, or at the end of a day."""

    def find(occurrences, now, step="reply"):
        if isinstance(now, str):
            now = end_of(now) if len(now) == 10 else datetime.fromisoformat(now)
        (case,) = replay(procedures, occurrences, now)
        return case.step(step)

    return find
