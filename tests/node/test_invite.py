"""An invitation is shown as it will be, and gives nothing; a message has one audience and one record."""

import pytest

from consilience.cli.rosters import Wanted, with_partner
from consilience.errors import UsageError
from consilience.node.giving import log_of
from consilience.node.invite import preview
from consilience.node.message import Message, held_back, send
from tests.simulator import alliance, row


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR", "CAL")
        found.record(
            "AUR", row("A1", "TLP:CLEAR", best="10"), row("A2", "REL TO BOR", best="11"), row("A3", "", best="12"),
            row("A4", "TLP:GREEN", phenomenon="equipment/tank", best="4"),
            row("A5", "TLP:CLEAR//ORCON BOR", phenomenon="equipment/ship", best="2"),
        )  # fmt: skip
        yield found


def change(code):
    return lambda roster, now: with_partner(roster, Wanted(code, "", ["SECRET"], None, ""), now)


def names(decision):
    return {given.held.name for given in decision.given}


def test_what_is_shown_is_what_joining_then_gives(allies):
    node = allies["AUR"]
    size = node.ledger.size()
    shown = preview(node, "NEW", change("NEW"))
    assert shown.is_new
    assert node.ledger.size() == size
    assert node.roster.member("NEW") is None
    node.adopt(change("NEW"))
    given = node.decision(node.audience(["NEW"]))
    assert names(shown.decision) == names(given)
    assert [each.refusals for each in shown.decision.withheld] == [each.refusals for each in given.withheld]
    assert "A1" in names(given)


def test_a_newcomer_gains_nothing_by_a_circle_that_was_named_before(allies):
    shown = preview(allies["AUR"], "NEW", change("NEW"))
    assert names(shown.decision).isdisjoint({"A2", "A3", "A4"})
    assert sum(shown.theirs.values()) <= sum(shown.ours.values())


def test_a_message_goes_to_one_partner_and_to_nobody_else(allies):
    node = allies["AUR"]
    sent = send(node, "BOR", Message("W1", " We see it,\nand will answer. "))
    assert sent.new == 1
    assert names(node.decision(node.audience(["BOR"]))) >= {"W1"}
    assert "W1" not in names(node.decision(node.audience(["CAL"])))
    assert "W1" not in names(node.decision(node.audience(["PUBLIC"])))
    assert len(list(node.ledger.entries(log_of("CAL")))) == 0


def test_a_claim_that_may_not_go_stops_the_message_before_anything_is_recorded(allies):
    node = allies["AUR"]
    size = node.ledger.size()
    assert [each.held.name for each in held_back(node, "CAL", ["A1", "A2"])] == ["A2"]
    with pytest.raises(UsageError, match="may not go: A2"):
        send(node, "CAL", Message("W1", "x", "", ("A1", "A2")))
    assert node.ledger.size() == size


@pytest.mark.parametrize(
    ("to", "message", "expected"),
    [("BOR", Message("W1", " "), "what is to be said"), ("BOR", Message("A1", "x"), "a new id"), ("ZZZ", Message("W1", "x"), "not on the roster")],
)  # fmt: skip
def test_what_cannot_be_said_is_named(allies, to, message, expected):
    with pytest.raises(UsageError, match=expected):
        send(allies["AUR"], to, message)
