"""Measures: a trigger proposes, people decide, and nothing has come further than the owner who is least far."""

import csv
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.intake.measure import LEVELS, read_plan, read_words
from consilience.model.measure import Measure, MeasureKind, MeasureState, MeasureWord, Trigger, TriggerKind
from consilience.model.period import Moment
from consilience.response.measures import Situation, by_level, progress
from consilience.response.replay import replay
from consilience.warning.level import Step
from tests.response.conftest import end_of

NOW = datetime(2022, 3, 1, tzinfo=UTC)
PLAN = (Measure("m", "Do it", MeasureKind.AID, ("AAA", "BBB"), (Trigger(TriggerKind.LEVEL, "watch"),)),)


def word(owner, state, day=1):
    return MeasureWord(
        f"{owner}-{day}", "m", state, owner, Moment(datetime(2022, 2, day, tzinfo=UTC), is_day=True), owner, "so"
    )


def at(words, reaches=lambda step: None, now=NOW):
    return progress(PLAN, words, Situation(now, (), (), reaches))[0]


def test_what_one_announced_is_not_done_though_another_did_it():
    found = at([word("AAA", MeasureState.DONE), word("BBB", MeasureState.ANNOUNCED)])
    assert found.state is MeasureState.ANNOUNCED
    assert found.says == "done by AAA; announced by BBB"


def test_an_owner_who_said_nothing_holds_it_at_planned():
    assert at([word("AAA", MeasureState.DONE)]).state is MeasureState.PLANNED


@given(
    st.lists(st.sampled_from(MeasureState), min_size=1, max_size=4),
    st.lists(st.sampled_from(MeasureState), min_size=1, max_size=4),
)
def test_it_is_done_only_where_the_last_word_of_each_owner_is_done(ours, theirs):
    words = [word("AAA", state, number + 1) for number, state in enumerate(ours)]
    words += [word("BBB", state, number + 1) for number, state in enumerate(theirs)]
    found = at(words)
    assert (found.state is MeasureState.DONE) == (ours[-1] is theirs[-1] is MeasureState.DONE)


def test_a_trigger_calls_for_a_decision_and_moves_nothing():
    found = at([], lambda step: True)
    assert (found.state, found.is_called_for) == (MeasureState.PLANNED, True)
    proposed = at([word("AAA", MeasureState.PROPOSED), word("BBB", MeasureState.PROPOSED)], lambda step: True)
    assert proposed.is_called_for  # a proposal is no decision: it is still to be decided
    decided = at([word("AAA", MeasureState.DECIDED), word("BBB", MeasureState.DECIDED)], lambda step: True)
    assert not decided.is_called_for


def test_a_level_that_nobody_reckoned_meets_no_trigger():
    found = at([])
    assert [each.is_met for each in found.triggers] == [None]
    assert not found.is_called_for


def test_withdrawn_by_all_is_withdrawn_and_by_one_is_planned():
    assert (
        at([word("AAA", MeasureState.WITHDRAWN), word("BBB", MeasureState.WITHDRAWN)]).state is MeasureState.WITHDRAWN
    )
    assert at([word("AAA", MeasureState.WITHDRAWN), word("BBB", MeasureState.DONE)]).state is MeasureState.PLANNED


def test_the_record_is_replayed_without_claiming_more_than_was_said(scenario, record, procedures, winter):
    plan = read_plan(scenario)
    words = read_words(scenario, plan)

    def on(day):
        now = end_of(day)
        facts = winter.picture(day).facts
        return {
            each.measure.id: each
            for each in progress(plan, words, Situation(now, facts, replay(procedures, record, now)))
        }

    assert on("2022-01-22")["arms"].state is MeasureState.ANNOUNCED
    assert on("2022-01-22")["reinforce"].state is MeasureState.PLANNED
    assert on("2022-02-16")["reinforce"].state is MeasureState.DONE
    assert on("2022-02-21")["sanctions"].state is MeasureState.PLANNED
    assert on("2022-02-22")["sanctions"].state is MeasureState.ANNOUNCED  # one owner has only announced them
    meeting = on("2022-02-13")["meeting"].triggers[0]
    assert (meeting.is_met, meeting.because) == (True, "it stands at silent")
    assert on("2022-02-12")["meeting"].triggers[0].is_met is False


def test_every_word_of_the_record_rests_on_a_reaction_of_its_day(scenario):
    with (scenario / "reactions.csv").open(encoding="utf-8") as lines:
        reactions = {each["id"]: each for each in csv.DictReader(lines)}
    for each in read_words(scenario, read_plan(scenario)):
        (name,) = each.claims
        reaction = reactions[name]
        assert (str(each.at), each.url) == (reaction["date"], reaction["url"])
        assert each.owner in reaction["actor"].split()


def test_the_words_of_a_plan_are_the_steps_of_the_level_in_their_order():
    assert [step.word for step in Step] == list(LEVELS)
    reaches = by_level(Step.ALERT)
    assert [reaches(word) for word in LEVELS] == [True, True, True, True, False]
    assert by_level(None)("watch") is None


@pytest.mark.parametrize("kind", TriggerKind)
def test_a_trigger_says_itself_in_words(kind):
    assert str(Trigger(kind, "2022-02-01", "silent"))
