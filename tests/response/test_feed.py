"""The calendar: read by others' library as it was meant, folded, escaped, and the same bytes each time."""

from dataclasses import replace
from datetime import datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.response.feed import calendar
from consilience.response.replay import replay
from tests.response.conftest import end_of


@pytest.fixture(scope="session")
def feed(procedures, record):
    def make(as_of):
        now = end_of(as_of)
        return calendar(replay(procedures, record, now), now)

    return make


def test_others_read_each_deadline_as_it_was_meant(feed, procedures, record):
    read = icalendar.Calendar.from_ical(feed("2022-02-13"))
    events = {str(event["SUMMARY"]): event for event in read.walk("VEVENT")}
    reply = events["reply due from RUS (Vienna Document 2011): silent"]
    assert reply.decoded("DTSTART") == datetime.fromisoformat("2022-02-13T00:00+02:00")
    assert reply.decoded("DTEND") - reply.decoded("DTSTART") >= timedelta(hours=24)
    assert "PE09" in str(reply["DESCRIPTION"])
    deadlines = [
        one for case in replay(procedures, record, end_of("2022-02-13")) for one in case.standings if one.deadline
    ]
    assert len(events) == len(deadlines) > 3
    assert not read.errors


def test_every_event_has_what_the_standard_requires_and_an_id_of_its_own(feed):
    events = icalendar.Calendar.from_ical(feed("2022-02-24")).walk("VEVENT")
    ids = [str(event["UID"]) for event in events]
    assert len(set(ids)) == len(ids)
    assert all({"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event) for event in events)


def test_an_event_keeps_its_id_as_its_state_changes(feed):
    def ids(as_of):
        return {str(event["UID"]) for event in icalendar.Calendar.from_ical(feed(as_of)).walk("VEVENT")}

    assert ids("2022-02-13") <= ids("2022-02-18")


def test_a_step_that_is_taken_is_called_off(feed):
    states = {
        (str(event["SUMMARY"]), str(event["STATUS"]))
        for event in icalendar.Calendar.from_ical(feed("2022-02-18")).walk("VEVENT")
    }
    assert (
        "joint meeting due from all participating states (Vienna Document 2011): met, in time or late",
        "CANCELLED",
    ) in states
    assert ("reply due from RUS (Vienna Document 2011): no report", "CONFIRMED") in states


def test_the_same_cases_are_the_same_bytes(feed):
    assert feed("2022-02-18") == feed("2022-02-18")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), min_size=1, max_size=300))
def test_any_text_comes_back_and_no_line_is_too_long(said, procedures, text):
    asked = replace(said("request", "done", "2022-02-11"), case=text)
    reply = replace(said("reply", "not done", "2022-02-14"), case=text, text=f"<{text}>")
    now = end_of("2022-02-15")
    stream = calendar(replay(procedures, (asked, reply), now), now)
    assert all(len(line.encode()) <= 75 for line in stream.split("\r\n"))
    (event,) = icalendar.Calendar.from_ical(stream).walk("VEVENT")
    assert f"<{text}>" in str(event["DESCRIPTION"])


@given(st.text(st.characters(categories=("Cc",)), min_size=1))
def test_no_control_character_ends_a_line_or_adds_a_field(said, procedures, text):
    asked = said("request", "done", "2022-02-11")
    reply = replace(said("reply", "not done", "2022-02-14"), text=f"a{text}STATUS:CANCELLED")
    now = end_of("2022-02-15")
    (event,) = icalendar.Calendar.from_ical(calendar(replay(procedures, (asked, reply), now), now)).walk("VEVENT")
    assert str(event["STATUS"]) == "CONFIRMED"
