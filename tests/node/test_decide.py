"""A node's analyst decides: signed, undone by a later word, erased with its claim, and told to nobody."""

import pytest

from consilience.errors import UnknownClaimError, UsageError
from consilience.linkage.decisions import ContradictionError
from consilience.model.decision import Answer, Decision
from consilience.model.entry import DecisionEntry
from consilience.node import amend
from consilience.node.common import common
from consilience.node.decide import decide, decided
from consilience.node.giving import log_of
from consilience.node.offer import offer
from consilience.node.own import decisions_in
from consilience.node.receive import NotTakenError, take
from consilience.trust.envelope import seal
from consilience.trust.payload import encode
from tests.simulator import alliance, row

OPEN_TO_BOR = "REL TO BOR"


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR")
        found.record(
            "AUR", row("A1", OPEN_TO_BOR, best="10"), row("A2", OPEN_TO_BOR, best="10"),
            row("A3", OPEN_TO_BOR, phenomenon="equipment/tank", best="4"),
        )  # fmt: skip
        yield found


def say(node, answer, a, b, reason="one photo", by=""):
    return decide(node, Decision.of((a, b), Answer(answer), reason, by))


def facts(desk):
    return sorted(sorted(holding.claim.id for holding in fact.holdings) for fact in desk.picture().facts)


def test_a_decision_holds_at_once_and_says_who_when_and_why(allies):
    node = allies["AUR"]
    assert facts(node.desk()) == [["A1", "A2"], ["A3"]]
    say(node, "same", "A3", "A1", by="Hale")
    say(node, "different", "A1", "A2")
    assert facts(node.desk()) == [["A1", "A3"], ["A2"]]
    told = [(each.decision.words, each.stands) for each in decided(node)]
    assert told == [
        ("linked by decision of Hale, 2031-06-19: A1 and A3 speak of one fact: one photo", True),
        ("parted by decision of AUR, 2031-06-19: A1 and A2 speak of two facts: one photo", True),
    ]


def test_taking_it_back_restores_the_picture_and_the_record_keeps_both(allies):
    node = allies["AUR"]
    before = node.desk().picture().to_json()
    say(node, "same", "A1", "A3")
    say(node, "open", "A1", "A3", "the photo is of 2029")
    assert node.desk().picture().to_json() == before
    assert [each.stands for each in decided(node)] == [False, False]
    with pytest.raises(UsageError, match="decision on A1 and A3: found none"):
        say(node, "open", "A1", "A3")


def test_no_release_and_no_common_picture_and_no_partners_view_knows_of_it(allies):
    node = allies["AUR"]
    both = frozenset({"AUR", "BOR"})
    audience = node.audience(["BOR"])
    allies.release("AUR", "BOR")
    views = (
        node.desk(audience).picture().to_json(), offer(node, both), node.ledger.size(log_of("BOR")),
        common(node, both, {"BOR": ()}).picture.to_json(),
    )  # fmt: skip
    say(node, "same", "A1", "A3")
    say(node, "different", "A1", "A2")
    assert allies.release("AUR", "BOR").new == 0
    assert views == (
        node.desk(audience).picture().to_json(), offer(node, both), node.ledger.size(log_of("BOR")),
        common(node, both, {"BOR": ()}).picture.to_json(),
    )  # fmt: skip
    assert {entry.kind for entry in node.ledger.entries(log_of("BOR"))} == {"claim"}


def test_what_a_partner_decided_is_not_taken_and_decides_nothing(allies):
    ours, theirs = allies["AUR"], allies["BOR"]
    allies.release("AUR", "BOR")
    allies.deliver("AUR", "BOR")
    say(theirs, "same", "A1", "A3")
    (entry,) = theirs.ledger.entries(kinds=frozenset({"decision"}))
    with pytest.raises(NotTakenError, match="found a decision"):
        take(ours, entry.envelope)
    ours.record(ours.receive(entry.envelope))  # put there in spite of that
    assert facts(ours.desk()) == [["A1", "A2"], ["A3"]]
    assert list(decided(ours)) == []


def test_a_contradiction_is_refused_and_nothing_is_recorded(allies):
    node = allies["AUR"]
    say(node, "same", "A1", "A2")
    say(node, "same", "A2", "A3")
    size = node.ledger.size()
    with pytest.raises(ContradictionError, match="A1 = A2 = A3"):
        say(node, "unsure", "A1", "A3")
    assert node.ledger.size() == size


def test_erasing_a_claim_erases_what_was_decided_of_it(allies):
    node = allies["AUR"]
    say(node, "same", "A1", "A3")
    amend.erase(node, "A3", "named a person")
    assert list(decisions_in(node.ledger)) == []
    assert facts(node.desk()) == [["A1", "A2"]]


def test_a_partners_claim_of_the_same_id_is_named_as_the_pages_name_it(allies):
    node = allies["AUR"]
    allies.record("BOR", row("A1", "REL TO AUR", partner="BOR", phenomenon="equipment/tank", best="5"))
    allies.release("BOR", "AUR")
    allies.deliver("BOR", "AUR")
    assert facts(node.desk()) == [["A1", "A2"], ["A3", "BOR/A1"]]
    say(node, "different", "BOR/A1", "A3")
    assert facts(node.desk()) == [["A1", "A2"], ["A3"], ["BOR/A1"]]


def test_one_of_several_contents_of_an_id_is_named_as_the_pages_name_it(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A3", OPEN_TO_BOR, phenomenon="equipment/tank", best="9"))
    versions = [claim.id for claim in node.desk().picture().claims if claim.id.startswith("A3~")]
    say(node, "different", *versions)
    assert facts(node.desk()) == [["A1", "A2"], *([version] for version in versions)]


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        (("same", "A1", "A9", "why"), UnknownClaimError, "claim A9: found no such id"),
        (("same", "A1", "A1", "why"), UsageError, "found claim A1 twice"),
        (("same", "A1", "A2", " "), UsageError, "--because: found none"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(allies, asked, error, said):
    with pytest.raises(error, match=said):
        say(allies["AUR"], *asked)


def test_a_claim_that_speaks_about_others_is_not_decided_of(allies):
    allies.record("AUR", row("R1", phenomenon="provenance/origin", about="A1"))
    with pytest.raises(UsageError, match="claim R1: found it speaks about A1"):
        say(allies["AUR"], "same", "R1", "A2")


def test_a_decision_is_written_as_it_is_read(allies):
    node = allies["AUR"]
    say(node, "unsure", "A1", "A2", by="Hale")
    (told,) = decisions_in(node.ledger)
    assert isinstance(told.content, DecisionEntry)
    again = node.receive(seal(*encode(node.seal(told.content).statement), [node.signer]))
    assert again.statement.content == told.content
