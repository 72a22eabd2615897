"""A table of decisions: read as any table is, and each bad row named with what was found and what was expected."""

import pytest

from consilience import compare
from consilience.errors import IntakeError
from consilience.intake.decided import read_decisions
from consilience.model.decision import Answer

GOOD = {"a": "B1", "b": "A1", "decision": "Same", "reason": "one photo", "by": "Hale", "at": "2021-12-06"}


def test_a_row_is_a_decision_in_any_order_of_its_claims(table):
    (found,) = read_decisions(table([GOOD, {**GOOD, "a": "A1", "b": "B1"}]))
    assert (found.pair, found.answer, found.by, found.at) == (("A1", "B1"), Answer.SAME, "Hale", "2021-12-06")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"decision": "smae"}, r"row 2, column decision: found 'smae', expected one of same, different, unsure, open"),
        ({"reason": " "}, r"row 2, column reason: found an empty cell, expected a sentence that says why"),
        ({"b": ""}, r"row 2, column b: found an empty cell, expected the id of a claim"),
        ({"a": "A1"}, r"row 2, columns a and b: found A1 twice"),
    ],
)
def test_a_bad_row_is_named_with_what_was_expected(table, wrong, said):
    with pytest.raises(IntakeError, match=said):
        read_decisions(table([{**GOOD, **wrong}]))


def test_two_answers_on_one_pair_are_refused_since_a_table_has_no_order(table):
    with pytest.raises(IntakeError, match="A1 and B1 unsure, and same in row 2, expected one answer"):
        read_decisions(table([GOOD, {**GOOD, "decision": "unsure"}]))


def test_a_table_without_a_column_is_refused_naming_it(table):
    with pytest.raises(IntakeError, match="a column reason"):
        read_decisions(table([{"a": "A1", "b": "B1", "decision": "same"}]))


def test_a_notebook_compares_with_decisions(table, row):
    rows = table([row("A1", best=1), row("B1", phenomenon="equipment/tank", unit="tank")])
    assert len(compare(rows).facts) == 2
    assert len(compare(rows, decisions=table([GOOD])).facts) == 1
