"""How a session stands follows from what was signed: no order of arrival, no late, copied or second word changes it."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.errors import AssessmentError
from consilience.model.round import Commitment
from consilience.rounds.answer import Misdeed, Status
from consilience.rounds.count import Ended, Phase
from consilience.rounds.result import digest_of, result
from consilience.rounds.standing import sessions, standing
from tests.rounds.sessions import DEADLINES, HOUR, START, Table, after

FIRST = DEADLINES[0]
SECOND = timedelta(seconds=1)


def misdeeds(found):
    return {(fault.misdeed, fault.partners) for fault in found.faults}


def test_a_round_goes_from_sealing_to_freezing_to_opening_to_its_end():
    table = Table("AUR", "BOR")
    now = START + HOUR
    assert table.stands(now).round.phase is Phase.COMMITTING
    one, opening = table.seal("AUR", 30)
    assert table.statuses(now=now) == {"AUR": "committed", "BOR": "not answered"}
    two, other = table.seal("BOR", 40)
    assert table.stands(now).round.phase is Phase.FREEZING  # all are in: nobody need wait for the deadline
    frozen = table.freeze(one, two, at=now)
    assert table.stands(now).round.phase is Phase.REVEALING
    table.open("AUR", frozen, opening, at=now)
    found = table.stands(now)
    assert (found.round.number, found.rounds[1].phase) == (1, Phase.WAITING)
    assert table.statuses(now=now) == {"AUR": "opened", "BOR": "committed"}
    table.open("BOR", frozen, other, at=now)
    found = table.stands(now)
    assert (found.rounds[0].phase, found.round.number, found.round.phase) == (Phase.CLOSED, 2, Phase.COMMITTING)
    assert not found.is_over


def test_two_rounds_end_in_a_result_that_holds_both():
    table = Table()
    table.round({"AUR": 30, "BOR": 40, "CAL": 60})
    table.round({"AUR": 35, "BOR": 40, "CAL": 50}, number=2)
    found = table.stands()
    assert found.is_over
    assert found.final.number == 2
    assert misdeeds(found) == set()
    document = result(found)
    assert [each["round"] for each in document["rounds"]] == [1, 2]
    assert document["rounds"][1]["answers"]["CAL"]["assessment"]["judgements"]["yes"]["percent"] == 50
    assert document["rounds"][0]["missing"] == []


def test_what_is_sealed_shows_in_no_part_of_how_it_stands():
    table = Table("AUR", "BOR")
    table.seal("AUR", 30)
    answer = table.stands(START + HOUR).rounds[0].of("AUR")
    assert answer.assessment is None
    assert answer.status is Status.COMMITTED


def test_a_commitment_after_the_deadline_is_shown_and_excluded_even_where_the_convener_counts_it():
    table = Table()
    made = [table.seal("AUR", 30), table.seal("BOR", 40), table.seal("CAL", 50, at=FIRST.commit + SECOND)]
    frozen = table.freeze(*(told for told, _ in made))
    for partner, (_, opening) in zip(table.partners, made, strict=True):
        table.open(partner, frozen, opening)
    assert table.statuses() == {"AUR": "opened", "BOR": "opened", "CAL": "late"}
    assert result(table.stands())["rounds"][0]["missing"] == ["CAL"]


def test_a_commitment_that_is_not_in_the_frozen_set_is_late_and_cannot_be_opened():
    table = Table()
    made = {code: table.seal(code, 30) for code in table.partners}
    frozen = table.freeze(made["AUR"][0], made["BOR"][0])
    for partner, (_, opening) in made.items():
        table.open(partner, frozen, opening)
    assert table.statuses() == {"AUR": "opened", "BOR": "opened", "CAL": "late"}
    assert "left out" in table.stands().rounds[0].of("CAL").reason


def test_of_two_commitments_the_one_in_the_frozen_set_counts_and_the_other_is_named():
    table = Table()
    made = {code: table.seal(code, 30) for code in table.partners}
    frozen = table.freeze(*(told for told, _ in made.values()))
    for partner, (_, opening) in made.items():
        table.open(partner, frozen, opening)
    before = digest_of(result(table.stands()))
    again, _ = table.seal("CAL", 70, at=START + HOUR)  # it comes when all is over, and says that it is early
    found = table.stands()
    answer = found.rounds[0].of("CAL")
    assert (answer.status, answer.commitment) == (Status.OPENED, made["CAL"][0].statement.content.commitment)
    assert (Misdeed.SECOND_COMMITMENT, ("CAL",)) in misdeeds(found)
    assert {again.digest, made["CAL"][0].digest} == set(found.rounds[0].faults[0].statements)
    assert digest_of(result(found)) == before


@pytest.mark.parametrize("frozen_too", [True, False], ids=["both", "neither"])
def test_two_commitments_of_which_none_is_frozen_alone_do_not_count_and_both_are_kept(frozen_too):
    table = Table("AUR", "BOR", "CAL", "DOR")
    made = {code: table.seal(code, 30) for code in ("AUR", "BOR", "CAL")}
    again, _ = table.seal("CAL", 70)
    doubtful = [made["CAL"][0], again] if frozen_too else []
    frozen = table.freeze(made["AUR"][0], made["BOR"][0], *doubtful)
    for partner, (_, opening) in made.items():
        table.open(partner, frozen, opening)
    found = table.stands()
    answer = found.rounds[0].of("CAL")
    assert (answer.status, answer.assessment) == (Status.TWICE, None)
    assert set(answer.statements) == {made["CAL"][0].digest, again.digest}
    assert (Misdeed.TWO_COMMITMENTS, ("CAL",)) in misdeeds(found)
    assert found.rounds[0].phase is Phase.CLOSED


def test_the_same_commitment_said_again_is_one():
    table = Table("AUR", "BOR")
    one, opening = table.seal("AUR", 30)
    table.seal("AUR", 30, at=START + HOUR)
    two, other = table.seal("BOR", 30)
    frozen = table.freeze(one, two)
    table.open("AUR", frozen, opening)
    table.open("BOR", frozen, other)
    assert table.statuses() == {"AUR": "opened", "BOR": "opened"}
    assert misdeeds(table.stands()) == set()


def copied(table, of, by, at):
    """Somebody else's commitment under one's own name."""
    return table.say(by, at, Commitment(table.id, table.partners, 1, of.statement.content.commitment))


def test_a_copied_commitment_does_not_open_not_even_with_everything_its_author_revealed():
    table = Table()
    made = {code: table.seal(code, 30) for code in ("AUR", "BOR")}
    copy = copied(table, made["AUR"][0], "CAL", START)  # dated before the original: no proof of who was first
    frozen = table.freeze(copy, *(told for told, _ in made.values()))
    for partner, (_, opening) in made.items():
        table.open(partner, frozen, opening)
    nonce, answer = made["AUR"][1]
    table.open("CAL", frozen, (nonce, answer))
    table.open("CAL", frozen, (nonce, table.seal("CAL", 30, 2)[1][1]))
    found = table.stands()
    assert table.statuses() == {"AUR": "opened", "BOR": "opened", "CAL": "mismatched"}
    assert (Misdeed.COPIED, ("CAL",)) in misdeeds(found)
    assert (Misdeed.COPIED, ("AUR",)) not in misdeeds(found)


def test_a_copied_answer_is_not_counted_under_the_name_of_another():
    table = Table("AUR", "BOR")
    one, opening = table.seal("AUR", 30)
    two, _ = table.seal("BOR", 40)
    frozen = table.freeze(one, two)
    table.open("AUR", frozen, opening)
    table.open("BOR", frozen, opening)
    assert table.statuses() == {"AUR": "opened", "BOR": "mismatched"}
    assert table.stands().rounds[0].ended is Ended.FEW_OPENED


def test_an_answer_cannot_be_opened_as_another_and_opening_it_again_changes_nothing():
    table = Table("AUR", "BOR")
    one, opening = table.seal("AUR", 30)
    two, other = table.seal("BOR", 40)
    frozen = table.freeze(one, two)
    for _ in range(2):
        table.open("AUR", frozen, opening)
        table.open("BOR", frozen, other)
    before = result(table.stands())
    nonce, _ = opening
    table.open("AUR", frozen, (nonce, table.seal("AUR", 90, 2)[1][1]))
    table.open("AUR", frozen, opening, at=DEADLINES[0].commit + HOUR + SECOND)
    found = table.stands()
    assert result(found)["rounds"][0] == before["rounds"][0]
    assert (Misdeed.DOES_NOT_OPEN, ("AUR",)) in misdeeds(found)


def test_an_answer_to_another_question_opens_nothing():
    table = Table("AUR", "BOR")
    one, opening = table.seal("AUR", 30, question="00" * 32)
    two, other = table.seal("BOR", 40)
    frozen = table.freeze(one, two)
    table.open("AUR", frozen, opening)
    table.open("BOR", frozen, other)
    assert table.statuses()["AUR"] == "mismatched"


def test_a_missing_reveal_stays_in_the_record_and_the_result_names_it():
    table = Table()
    made = {code: table.seal(code, 30) for code in table.partners}
    frozen = table.freeze(*(told for told, _ in made.values()))
    for partner in ("AUR", "BOR"):
        table.open(partner, frozen, made[partner][1])
    assert table.statuses(now=FIRST.reveal)["CAL"] == "committed"
    assert table.statuses(now=after())["CAL"] == "missing"
    document = result(table.stands(after()))
    assert document["rounds"][0]["missing"] == ["CAL"]
    assert document["rounds"][0]["answers"]["CAL"]["commitment"]


def test_a_late_reveal_is_shown_and_excluded_and_undoes_no_signature():
    table = Table()
    made = {code: table.seal(code, 30) for code in table.partners}
    frozen = table.freeze(*(told for told, _ in made.values()))
    for partner in ("AUR", "BOR"):
        table.open(partner, frozen, made[partner][1])
    before = digest_of(result(table.stands()))
    table.open("CAL", frozen, made["CAL"][1], at=FIRST.reveal + SECOND)
    found = table.stands()
    answer = found.rounds[0].of("CAL")
    assert (answer.status, answer.counted) == (Status.LATE, None)
    assert answer.assessment == made["CAL"][1][1]
    document = result(found)["rounds"][0]
    assert document["missing"] == ["CAL"]
    assert document["answers"]["CAL"] == {"status": "missing", "commitment": answer.commitment, "assessment": None}
    assert digest_of(result(found)) == before


@pytest.mark.parametrize("hours", [0.5, 2.5], ids=["left out", "sealed too late"])
def test_a_late_answer_that_is_opened_is_shown_and_not_counted(hours):
    table = Table()
    made = {code: table.seal(code, 30) for code in ("AUR", "BOR")}
    frozen = table.freeze(*(told for told, _ in made.values()))
    for partner, (_, opening) in made.items():
        table.open(partner, frozen, opening)
    before = digest_of(result(table.stands()))
    _, opening = table.seal("CAL", 70, at=table.at(1, hours))
    table.open("CAL", frozen, opening)
    found = table.stands()
    answer = found.rounds[0].of("CAL")
    assert (answer.status, answer.counted) == (Status.LATE, None)
    assert answer.assessment.probabilities == {"no": 3000, "yes": 7000}
    assert [each.partner for each in found.rounds[0].opened] == ["AUR", "BOR"]
    assert result(found)["rounds"][0]["answers"]["CAL"]["assessment"] is None
    assert (digest_of(result(found)) == before) is (
        hours == 2.5
    )  # what says it was in time, and was left out, is on record


def test_what_is_said_after_the_end_changes_no_result():
    table = Table()
    made = {code: table.seal(code, 30) for code in ("AUR", "BOR")}
    frozen = table.freeze(*(told for told, _ in made.values()))
    for partner, (_, opening) in made.items():
        table.open(partner, frozen, opening)
    before = digest_of(result(table.stands()))
    late = DEADLINES[1].reveal + SECOND
    for partner in table.partners:
        _, opening = table.seal(partner, 71, at=late)
        table.open(partner, frozen, opening, at=late)
    table.seal("CAL", 72, at=late)
    table.note("CAL", "a word", at=late)
    table.abort("AUR", "on second thoughts", at=late)
    found = table.stands()
    assert digest_of(result(found)) == before
    assert found.stopped == ""
    assert (Misdeed.LATE_ABORT, ("AUR",)) in misdeeds(found)


def test_a_convener_that_shows_two_sets_is_named_by_both_and_the_round_is_void():
    table = Table()
    made = {code: table.seal(code, 30) for code in table.partners}
    one = table.freeze(*(told for told, _ in made.values()))
    table.open("BOR", one, made["BOR"][1])
    two = table.freeze(made["AUR"][0], made["BOR"][0], at=one.statement.issued_at + SECOND)
    table.open("AUR", two, made["AUR"][1])
    found = table.stands()
    assert found.rounds[0].ended is Ended.TWO_SETS
    fault = next(each for each in found.faults if each.misdeed is Misdeed.TWO_SETS)
    assert (fault.partners, set(fault.statements)) == (("AUR",), {one.digest, two.digest})
    assert found.rounds[1].ended is Ended.NOT_HELD
    assert found.is_over


def test_a_reveal_under_a_set_that_nobody_has_voids_nothing():
    table = Table()
    made = {code: table.seal(code, 30) for code in table.partners}
    one = table.freeze(*(told for told, _ in made.values()))
    for partner in ("AUR", "BOR"):
        table.open(partner, one, made[partner][1])
    table.open("CAL", table.opened, made["CAL"][1])  # names the session's own statement as the set
    found = table.stands()
    assert (Misdeed.OTHER_SET, ("CAL",)) in misdeeds(found)
    assert found.rounds[0].phase is Phase.CLOSED
    assert table.statuses()["CAL"] == "mismatched"


def test_the_same_set_frozen_again_is_one_set():
    table = Table("AUR", "BOR")
    made = {code: table.seal(code, 30) for code in table.partners}
    frozen = [table.freeze(*(told for told, _ in made.values()), at=FIRST.commit + n * SECOND) for n in (1, 2)]
    for each, (partner, (_, opening)) in zip(frozen, made.items(), strict=True):
        table.open(partner, each, opening)
    assert table.statuses() == {"AUR": "opened", "BOR": "opened"}


def test_a_set_frozen_early_without_everybody_does_not_count():
    table = Table()
    made = {code: table.seal(code, 30) for code in ("AUR", "BOR")}
    early = table.freeze(*(told for told, _ in made.values()), at=FIRST.commit - SECOND)
    assert table.stands(FIRST.commit - SECOND).round.phase is Phase.COMMITTING
    table.open("AUR", early, made["AUR"][1])
    late, opening = table.seal("CAL", 50)
    frozen = table.freeze(late, *(told for told, _ in made.values()))
    for partner, opened in (*((code, made[code][1]) for code in made), ("CAL", opening)):
        table.open(partner, frozen, opened)
    found = table.stands()
    assert (Misdeed.EARLY_SET, ("AUR",)) in misdeeds(found)
    assert {each.status for each in found.rounds[0].answers} == {Status.OPENED}


def test_a_convener_that_freezes_many_answers_cannot_choose_one_after_it_read_the_others():
    table = Table("AUR", "BOR")
    mine, opening = table.seal("BOR", 40)
    kept = {percent: table.seal("AUR", percent) for percent in (10, 40, 90)}
    table.said = [told for told in table.said if told not in [sealed for sealed, _ in kept.values()]]  # shown to nobody
    wide = table.freeze(mine, *(sealed for sealed, _ in kept.values()))
    table.open("BOR", wide, opening)
    chosen, its = kept[40]
    table.said.append(chosen)
    table.open("AUR", wide, its)
    found = table.stands()
    assert (Misdeed.WIDE_SET, ("AUR",)) in misdeeds(found)
    assert found.rounds[0].ended is Ended.NEVER_FROZEN


def test_one_partner_frozen_twice_is_not_everybody():
    table = Table("AUR", "BOR", "CAL")
    one, _ = table.seal("AUR", 30)
    again, _ = table.seal("AUR", 30, at=START + HOUR)  # the same commitment, signed twice
    two, _ = table.seal("BOR", 40)
    table.freeze(one, again, two, at=FIRST.commit - SECOND)
    found = table.stands(FIRST.commit - SECOND)
    assert (Misdeed.EARLY_SET, ("AUR",)) in misdeeds(found)
    assert found.round.phase is Phase.COMMITTING  # CAL has its time still


def test_what_is_frozen_and_has_not_arrived_is_named():
    table = Table("AUR", "BOR")
    one, opening = table.seal("AUR", 30)
    two, _ = table.seal("BOR", 40)
    frozen = table.freeze(one, two)
    table.open("AUR", frozen, opening)
    now = FIRST.commit + HOUR
    assert table.stands(now).rounds[0].awaited == ()
    assert table.stands(now, [told for told in table.said if told is not two]).rounds[0].awaited == (two.digest,)


def test_only_the_convener_freezes_and_stops():
    table = Table("AUR", "BOR")
    made = {code: table.seal(code, 30) for code in table.partners}
    table.freeze(*(told for told, _ in made.values()), by="BOR")
    table.abort("BOR", "it does not suit us")
    found = table.stands(FIRST.commit + SECOND)
    assert found.round.phase is Phase.FREEZING
    assert not found.stopped
    assert (Misdeed.NOT_CONVENER, ("BOR",)) in misdeeds(found)


def test_a_set_that_is_never_frozen_ends_the_session():
    table = Table("AUR", "BOR")
    for code in table.partners:
        table.seal(code, 30)
    assert table.stands(after()).rounds[0].ended is Ended.NEVER_FROZEN
    table.freeze(*table.said[1:], at=FIRST.reveal + SECOND)
    found = table.stands(after())
    assert found.rounds[0].ended is Ended.NEVER_FROZEN
    assert (Misdeed.LATE_SET, ("AUR",)) in misdeeds(found)


def test_fewer_than_two_answers_are_no_round():
    table = Table("AUR", "BOR")
    one, _ = table.seal("AUR", 30)
    table.freeze(one)
    assert table.stands(FIRST.commit + SECOND).rounds[0].ended is Ended.FEW_SEALED  # nothing else can come
    assert table.stands(after()).rounds[0].ended is Ended.FEW_SEALED
    other = Table("AUR", "BOR")
    made = {code: other.seal(code, 30) for code in other.partners}
    frozen = other.freeze(*(told for told, _ in made.values()))
    other.open("AUR", frozen, made["AUR"][1])
    assert other.stands(after()).rounds[0].ended is Ended.FEW_OPENED


def test_a_failed_second_round_leaves_the_first_as_the_result():
    table = Table()
    table.round({"AUR": 30, "BOR": 40, "CAL": 60})
    found = table.stands()
    assert found.is_over
    assert (found.final.number, found.rounds[1].phase) == (1, Phase.ABORTED)


def test_a_session_that_is_stopped_has_no_result_and_says_why():
    table = Table("AUR", "BOR")
    table.abort("AUR", "the question was wrong")
    found = table.stands(START + HOUR)
    assert (found.stopped, found.is_over, found.final) == ("the question was wrong", True, None)
    assert table.stands().stopped == "the question was wrong"  # nor does it count less when the deadlines have passed
    assert result(found)["stopped"] == "the question was wrong"


def test_strangers_and_words_to_others_count_for_nothing():
    table = Table("AUR", "BOR")
    table.say("CAL", START, Commitment(table.id, table.partners, 1, "ab" * 32))
    table.say("BOR", START, Commitment(table.id, ("AUR", "BOR", "CAL"), 1, "ab" * 32))
    found = table.stands(START + HOUR)
    assert table.statuses(now=START + HOUR) == {"AUR": "not answered", "BOR": "not answered"}
    assert misdeeds(found) == {(Misdeed.OTHER_PARTNERS, ("CAL",)), (Misdeed.OTHER_PARTNERS, ("BOR",))}


def test_a_commitment_of_one_session_is_nothing_in_another():
    table, other = Table("AUR", "BOR"), Table("AUR", "BOR", "CAL")
    one, opening = table.seal("AUR", 30)
    two, own = other.seal("BOR", 40)
    copy = other.say("AUR", START, Commitment(other.id, other.partners, 1, one.statement.content.commitment))
    frozen = other.freeze(copy, two)
    other.open("AUR", frozen, opening)
    other.open("BOR", frozen, own)
    assert other.statuses()["AUR"] == "mismatched"


def troubled():
    """A session in which everything happens at once."""
    table = Table("AUR", "BOR", "CAL", "DOR", "EST")
    made = {code: table.seal(code, 20 + 5 * n) for n, code in enumerate(table.partners)}
    again, _ = table.seal("DOR", 70)
    copy = copied(table, made["AUR"][0], "EST", START)
    assert again.digest != copy.digest
    frozen = table.freeze(*(told for told, _ in made.values()))
    for code in ("AUR", "BOR", "CAL"):
        table.open(code, frozen, made[code][1])
        table.note(code, f"a word of {code}")
    table.open("EST", frozen, made["AUR"][1])
    table.round({"AUR": 40, "BOR": 41, "CAL": 42, "DOR": 43}, number=2)
    made = {code: table.seal(code, 44, number=2) for code in ("EST",)}
    table.sign("BOR", "ab" * 32)
    table.sign("BOR", "cd" * 32, at=START + HOUR)
    table.freeze(made["EST"][0], number=2, by="CAL")
    return table


TROUBLED = troubled()


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, len(TROUBLED.said)), st.integers(0, 12))
def test_neither_order_nor_repetition_nor_what_came_later_changes_how_it_stands(dice, cut, hours):
    """Any part first and the rest later, in any order, some of it twice: in the end it is the same, and so is the result."""
    now = START + hours * HOUR
    said = list(TROUBLED.said)
    dice.shuffle(said)
    early = TROUBLED.stands(now, said[:cut])  # a part of it is counted without a fault of ours
    assert {each.partner for each in early.rounds[0].answers} == set(TROUBLED.partners)
    whole = [*said[:cut], *dice.sample(said, cut // 2), *said[cut:]]
    assert TROUBLED.stands(now, whole) == TROUBLED.stands(now)
    assert digest_of(result(TROUBLED.stands(now, whole))) == digest_of(result(TROUBLED.stands(now)))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_no_commitment_is_ever_counted_that_was_not_opened_in_time_from_the_frozen_set(seed):
    """Random partners at random times: whatever they do, what counts was sealed, frozen and opened by the rules."""
    dice = Random(seed)  # noqa: S311  not a secret: a seed that failed must fail again
    table = Table()
    span = (DEADLINES[0].reveal - START).total_seconds() + 3600
    when = lambda: START + timedelta(seconds=dice.randint(0, int(span)))  # noqa: E731
    sealed = [(code, *table.seal(code, dice.randint(2, 98), at=when())) for code in dice.choices(table.partners, k=4)]
    sets = [
        table.freeze(*(told for _, told, _ in dice.sample(sealed, dice.randint(0, 4))), at=when()) for _ in range(2)
    ]
    for code in dice.choices(table.partners, k=5):
        _, _, opening = dice.choice(sealed)
        table.open(code, dice.choice(sets), opening, at=when())
    first = table.stands(after()).rounds[0]
    for answer in first.opened:
        assert answer.assessment.partner == answer.partner
        told = [each for each in table.said if each.digest in answer.statements]
        assert all(each.statement.issuer == answer.partner for each in told)
        assert told[0].statement.issued_at <= FIRST.commit
        assert told[1].statement.issued_at <= FIRST.reveal
        assert any(told[0].digest in each.statement.content.commitments for each in sets)
        counted = [each for each in sets if each.digest in first.frozen]
        frozen = {digest for each in counted for digest in each.statement.content.commitments}
        values = {each.statement.content.commitment for each in table.said if each.statement.issuer == answer.partner
                  and isinstance(each.statement.content, Commitment) and each.digest in frozen}  # fmt: skip
        assert len(values) == 1 or first.ended is Ended.TWO_SETS
    assert (first.phase is Phase.CLOSED) == (first.ended is None)


def test_sessions_are_those_whose_issuer_is_in_them():
    table = Table("AUR", "BOR")
    false = Table("AUR", "BOR", convener="CAL")
    assert sessions([*table.said, *false.said]) == (table.opened,)
    assert standing(table.opened, [], START).convener == "AUR"


@pytest.mark.parametrize("code", ["GBR/N", "gbr", "X" * 33, "GBR\n", "../X"])
def test_who_is_named_like_the_log_or_file_of_another_is_in_no_session(code):
    with pytest.raises(AssessmentError, match="codes of capitals"):
        Table(*sorted(("AUR", code)))
