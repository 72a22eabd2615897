"""Replay: February 2022 day by day, and the laws of states: no two taken together, and none taken back by time alone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.model.procedure import State
from consilience.response.replay import RUNNING_STATES, TAKEN_STATES
from tests.response.conftest import end_of

UKRAINE, BALTIC = "UKR-RUS-2022-02", "EST-LVA-LTU-BLR-2022-02"


@pytest.mark.parametrize(
    ("name", "as_of", "step", "state"),
    [
        (UKRAINE, "2022-02-11", "request", State.REQUESTED),
        (UKRAINE, "2022-02-11", "reply", State.DUE),
        (UKRAINE, "2022-02-12", "reply", State.PERHAPS_OVERDUE),
        (UKRAINE, "2022-02-13", "reply", State.SILENT),
        (UKRAINE, "2022-02-13", "meeting-request", State.REQUESTED),
        (UKRAINE, "2022-02-13", "meeting", State.DUE),
        (UKRAINE, "2022-02-14", "reply", State.CONTESTED),
        (UKRAINE, "2022-02-15", "meeting", State.ABSENT),
        (UKRAINE, "2022-02-16", "joint-meeting", State.DUE),
        (UKRAINE, "2022-02-17", "joint-meeting", State.PERHAPS_OVERDUE),
        (UKRAINE, "2022-02-18", "joint-meeting", State.MET_UNTIMED),
        (BALTIC, "2022-02-09", "reply", State.DUE),
        (BALTIC, "2022-02-10", "reply", State.PERHAPS_OVERDUE),
        (BALTIC, "2022-02-11", "reply", State.ANSWERED_UNTIMED),
        (BALTIC, "2022-02-14", "reply", State.INADEQUATE),
        (BALTIC, "2022-02-15", "meeting", State.MET_UNTIMED),
        ("NATO-2022-02-24", "2022-02-24", "consultation", State.MET),
        ("UKR-RUS-2021-04", "2021-04-14", "reply", State.NO_REPORT),
        ("ZAPAD-2021", "2021-09-09", "notification", State.NO_REPORT),
        ("ZAPAD-2021", "2021-09-09", "activity", State.ANNOUNCED),
    ],
)
def test_the_record_reaches_each_state_on_its_day(case_at, name, as_of, step, state):
    assert case_at(name, as_of).step(step).state is state


def test_nothing_is_known_of_a_case_before_its_first_day(procedures, record, case_at):
    with pytest.raises(StopIteration):
        case_at(UKRAINE, "2022-02-10")


def test_a_contested_reply_shows_both_sides_with_their_pages(case_at):
    reply = case_at(UKRAINE, "2022-02-24").step("reply")
    told = " ".join(reply.reasons)
    assert "PE09" in told
    assert "PE11" in told
    assert all(each.is_confirmed for each in reply.said)


def test_what_no_page_confirms_is_marked_and_not_dropped(case_at):
    meeting = case_at(UKRAINE, "2022-02-18").step("joint-meeting")
    assert not meeting.is_confirmed
    assert "unconfirmed: no source at hand" in " ".join(meeting.reasons)
    assert case_at(UKRAINE, "2022-02-18").step("request").is_confirmed


def test_a_weekend_stops_no_clock(case_at):
    # asked on a Friday: the time runs out on the Sunday
    deadline = case_at(UKRAINE, "2022-02-11").step("reply").deadline
    assert deadline.earliest == datetime(2022, 2, 12, 22, tzinfo=UTC)
    assert deadline.latest.astimezone(UTC) < datetime(2022, 2, 13, 22, tzinfo=UTC)


REQUEST = "2022-02-11T10:00+02:00"


@pytest.mark.parametrize(
    ("replied", "state"),
    [
        ("2022-02-13T10:00+02:00", State.ANSWERED),
        ("2022-02-13T08:00Z", State.ANSWERED),
        ("2022-02-13T10:01+02:00", State.ANSWERED_LATE),
        ("2022-02-12", State.ANSWERED),
        ("2022-02-13", State.ANSWERED_UNTIMED),
        ("2022-02-14", State.ANSWERED_LATE),
    ],
)
def test_late_and_in_time_are_said_only_where_certain(said, standing, replied, state):
    found = standing([said("request", "done", REQUEST), said("reply", "done", replied)], "2022-02-20")
    assert found.state is state


def test_the_hour_at_which_time_runs_out_is_in_time(said, standing):
    asked = [said("request", "done", REQUEST)]
    assert standing(asked, "2022-02-13T10:00+02:00").state is State.DUE
    assert standing(asked, "2022-02-13T10:00:01+02:00").state is State.NO_REPORT


def test_silence_is_not_said_where_nobody_says_so(said, standing):
    asked = said("request", "done", REQUEST)
    assert standing([asked], "2022-02-20").state is State.NO_REPORT
    so_far = said("reply", "not done", "2022-02-12T09:00+02:00")
    assert standing([asked, so_far], "2022-02-20").state is State.NO_REPORT
    at_the_end = said("reply", "not done", "2022-02-13T12:00+02:00")
    assert standing([asked, at_the_end], "2022-02-20").state is State.SILENT


def test_who_spoke_before_the_last_hour_at_which_time_can_run_out_is_no_witness_of_silence(said, standing):
    told = [said("request", "done", "2022-02-11"), said("reply", "not done", "2022-02-13T01:00+02:00")]
    assert standing(told, "2022-02-20").state is State.NO_REPORT
    assert standing([told[0], said("reply", "not done", "2022-02-14T00:00+02:00")], "2022-02-20").state is State.SILENT


def test_one_state_that_will_not_come_takes_nothing_from_a_meeting_of_all(case_at):
    joint = case_at(UKRAINE, "2022-02-17").step("joint-meeting")
    assert joint.state in RUNNING_STATES
    assert "PE19" in " ".join(joint.reasons)


def test_a_late_answer_ends_a_silence_and_is_not_contested(said, standing):
    told = [said("request", "done", REQUEST), said("reply", "not done", "2022-02-13T12:00+02:00")]
    assert standing([*told, said("reply", "done", "2022-02-16")], "2022-02-20").state is State.ANSWERED_LATE
    assert standing([*told, said("reply", "done", "2022-02-12")], "2022-02-20").state is State.CONTESTED


def test_an_inadequate_answer_keeps_its_timing(said, standing):
    told = [
        said("request", "done", REQUEST),
        said("reply", "done", "2022-02-16"),
        said("reply", "inadequate", "2022-02-17"),
    ]
    found = standing(told, "2022-02-20")
    assert (found.state, found.timing) == (State.INADEQUATE, "late")


def test_a_suspended_clock_is_neither_late_nor_silent_until_it_is_resumed(said, standing):
    asked = said("request", "done", REQUEST)
    stopped, resumed = said("", "suspended", "2022-02-12"), said("", "resumed", "2022-02-15")
    assert standing([asked, stopped], "2022-02-20").state is State.SUSPENDED
    assert standing([asked, stopped, resumed], "2022-02-20").state is State.NO_REPORT
    answered = [asked, stopped, said("reply", "done", "2022-02-12T10:00+02:00")]
    assert standing(answered, "2022-02-20").state is State.ANSWERED


def test_a_refusal_is_no_silence(said, standing):
    told = [said("request", "done", REQUEST), said("reply", "refused", "2022-02-12")]
    assert standing(told, "2022-02-20").state is State.REFUSED


def test_the_next_step_opens_when_time_has_run_out_without_an_answer(said, standing):
    asked = [said("request", "done", REQUEST)]
    assert standing(asked, "2022-02-12", "meeting-request").state is State.NOT_OPENED
    assert standing(asked, "2022-02-13", "meeting-request").state is State.OPEN


def test_pages_that_differ_on_the_day_of_a_request_widen_its_deadline(said, standing):
    told = [
        said("request", "done", "2022-02-09"),
        said("request", "done", "2022-02-10"),
        said("reply", "done", "2022-02-12"),
    ]
    found = standing(told, "2022-02-20")
    assert found.state is State.ANSWERED_UNTIMED
    assert standing([told[0], told[2]], "2022-02-20").state is State.ANSWERED_LATE


HOURS = st.integers(0, 200)
WORDS = st.sampled_from(["done", "not done", "inadequate", "refused", "announced", "absent"])


@st.composite
def histories(draw):
    """A request, and what is said of the reply: each of an hour or a day, some told long after."""
    start = datetime(2022, 3, 25, tzinfo=UTC)
    told = []
    for word in ["done", *draw(st.lists(WORDS, max_size=5))]:
        at = start + timedelta(hours=draw(HOURS)) if told else start
        when = at.date().isoformat() if draw(st.booleans()) else at.isoformat(timespec="minutes")
        later = (at + timedelta(days=1 + draw(st.integers(0, 6)))).isoformat(timespec="minutes")
        told.append(("reply" if told else "request", word, when, later))
    return told


@given(histories(), st.lists(st.integers(0, 400), min_size=2, max_size=8))
def test_no_state_is_taken_back_as_time_goes_on(said, standing, history, hours):
    told = [
        said(step, word, when, reported=later, name=str(number))
        for number, (step, word, when, later) in enumerate(history)
    ]
    states = [standing(told, told[0].reported_at.at + timedelta(hours=hour)).state for hour in sorted(hours)]
    for before, after in pairwise(states):
        if before in TAKEN_STATES:
            assert after in TAKEN_STATES
        if before is State.CONTESTED:
            assert after is State.CONTESTED
        if before in (State.SILENT, State.NO_REPORT):
            assert after not in (State.DUE, State.PERHAPS_OVERDUE)
        assert (after is State.ANSWERED, before) != (True, State.ANSWERED_LATE)


@given(histories(), st.integers(0, 400))
def test_every_step_has_one_state_and_says_why(said, standing, history, hour):
    told = [
        said(step, word, when, reported=later, name=str(number))
        for number, (step, word, when, later) in enumerate(history)
    ]
    found = standing(told, told[0].reported_at.at + timedelta(hours=hour))
    assert found.reasons
    assert (found.state in TAKEN_STATES) + (found.state in RUNNING_STATES) + (found.state in (State.REFUSED,)) == 1


@given(histories(), st.integers(0, 400), st.integers(0, 23))
def test_silent_and_late_hold_at_every_hour_that_a_day_allows(said, standing, history, hour, within):
    """What is certain of a day is so of each of its hours."""
    told = [
        said(step, word, when, reported=later, name=str(number))
        for number, (step, word, when, later) in enumerate(history)
    ]
    now = told[0].reported_at.at + timedelta(hours=hour)
    found = standing(told, now)
    exact = [
        said(one.step, one.word.value, min(one.when.earliest + timedelta(hours=within), one.when.latest).isoformat(),
             reported=later, name=one.id)
        for one, (_, _, _, later) in zip(told, history, strict=True)
    ]  # fmt: skip
    if found.state in (State.ANSWERED, State.ANSWERED_LATE):
        assert standing(exact, now).state is found.state
    if found.state is State.DUE:
        assert standing(exact, now).state is State.DUE


def test_the_end_of_a_day_is_the_first_instant_of_the_next():
    assert end_of("2022-02-13") == datetime(2022, 2, 14, tzinfo=UTC)
