"""A node's analyst says what was true: signed, undone by a later word, erased with its claim, and told to nobody."""

import pytest

from consilience.errors import UnknownClaimError, UsageError
from consilience.model.adjudication import Bounds, Ruling
from consilience.node import amend
from consilience.node.adjudicate import Word, adjudicate, adjudicated
from consilience.node.common import common
from consilience.node.giving import log_of
from consilience.node.offer import offer
from consilience.node.own import adjudications_in
from consilience.node.receive import NotTakenError, take
from tests.simulator import alliance, row

OPEN_TO_BOR = "REL TO BOR"


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR")
        found.record(
            "AUR", row("A1", OPEN_TO_BOR, best="10", source="x"), row("A2", OPEN_TO_BOR, best="90", source="y"),
            row("A3", OPEN_TO_BOR, phenomenon="movement/buildup", best="", unit=""),
        )  # fmt: skip
        yield found


def rule(node, name, ruling, value="", reason="we counted", by=""):
    return adjudicate(node, name, Word(Ruling(ruling), Bounds.of(value), reason, by))


def known(desk):
    return [(seed.question, seed.right, seed.why) for seed in desk.weighing().seeds]


def test_a_ruling_settles_at_once_says_who_when_and_why_and_changes_no_picture(allies):
    node = allies["AUR"]
    before = node.desk().picture().to_json()
    rule(node, "A1", "true", "9..12", by="Hale")
    desk = node.desk()
    assert desk.picture().to_json() == before
    why = "adjudicated by Hale, 2031-06-19T00:00Z, on A1: true, 9–12: we counted"
    assert [(question, right) for question, right, _ in known(desk)] == [
        ("personnel · personnel", "10"), ("whether · personnel", "so"),
    ]  # fmt: skip
    assert {said.partition(",")[0] for _, _, said in known(desk)} == {why.partition(",")[0]}
    (found,) = desk.weighing().of(desk.weighing().contested[0])
    assert (found.value, found.open_because) == ("9–12", ())


def test_a_fact_is_ruled_on_by_the_first_claim_that_affirms_it(allies):
    node = allies["AUR"]
    facts = node.desk().picture().facts
    (fact,) = (fact for fact in facts if [held.claim.id for held in fact.holdings] == ["A3"])
    assert rule(node, fact.id, "false").claim == "A3"
    assert known(node.desk())[0][:2] == (f"whether · {fact.phenomenon}", "not so")
    with pytest.raises(UnknownClaimError):
        rule(node, "f-000000000000", "true")


def test_a_ruling_is_taken_back_by_the_fact_whichever_of_its_claims_was_ruled_on(allies):
    node = allies["AUR"]
    (fact,) = (fact for fact in node.desk().picture().facts if {"A1", "A2"} <= {one.claim.id for one in fact.holdings})
    first = rule(node, fact.id, "true").claim
    rule(node, first, "open")
    other = ({"A1", "A2"} - {first}).pop()
    rule(node, other, "true")
    assert rule(node, fact.id, "open").claim == other
    assert not [each for each in adjudicated(node) if each.stands]
    with pytest.raises(UsageError, match="one that stands"):
        rule(node, fact.id, "open")
    rule(node, "A1", "true")
    rule(node, "A2", "true")
    with pytest.raises(UsageError, match="rulings on A1, A2"):
        rule(node, fact.id, "open")


def test_taking_it_back_leaves_nothing_known_and_the_record_keeps_both(allies):
    node = allies["AUR"]
    rule(node, "A1", "false")
    rule(node, "A1", "open", reason="of another day")
    assert known(node.desk()) == []
    assert [each.stands for each in adjudicated(node)] == [False, False]
    with pytest.raises(UsageError, match="ruling on A1: found none"):
        rule(node, "A1", "open")


def test_nothing_is_known_before_it_was_ruled(allies):
    node = allies["AUR"]
    day = node.clock().date()
    rule(node, "A1", "false")
    assert known_at(node, "2031-01-01") == ()
    assert len(known_at(node, day.isoformat())) == 1


def known_at(node, day):
    return node.desk().weighing(day).seeds


def test_no_release_and_no_common_picture_and_no_partners_view_knows_of_it(allies):
    node = allies["AUR"]
    both = frozenset({"AUR", "BOR"})
    audience = node.audience(["BOR"])
    allies.release("AUR", "BOR")

    def views():
        desk = node.desk(audience)
        return (
            desk.picture().to_json(), desk.weighing().seeds, desk.weighing().truth.values.to_pylist(), offer(node, both),
            node.ledger.size(log_of("BOR")), common(node, both, {"BOR": ()}).picture.to_json(),
        )  # fmt: skip

    before = views()
    rule(node, "A1", "true", "10")
    assert allies.release("AUR", "BOR").new == 0
    assert views() == before


def test_what_a_partner_ruled_is_not_taken_and_teaches_nothing(allies):
    ours, theirs = allies["AUR"], allies["BOR"]
    allies.release("AUR", "BOR")
    allies.deliver("AUR", "BOR")
    rule(theirs, "A1", "false")
    (entry,) = theirs.ledger.entries(kinds=frozenset({"adjudication"}))
    with pytest.raises(NotTakenError, match="adjudication"):
        take(ours, entry.envelope)
    ours.record(ours.receive(entry.envelope))  # put there in spite of that
    assert known(ours.desk()) == []


def test_erasing_a_claim_erases_what_was_ruled_of_it(allies):
    node = allies["AUR"]
    rule(node, "A3", "true")
    amend.erase(node, "A3", "named a person")
    assert list(adjudications_in(node.ledger)) == []
    assert known(node.desk()) == []


@pytest.mark.parametrize(
    ("name", "word", "match"),
    [
        ("A1", ("true", "", ""), "--because"),
        ("A1", ("false", "10", "why"), "--value"),
        ("A3", ("true", "10", "why"), "--value"),
    ],
)
def test_a_ruling_that_says_nothing_or_too_much_is_refused_and_nothing_is_recorded(allies, name, word, match):
    node = allies["AUR"]
    size = node.ledger.size()
    with pytest.raises(UsageError, match=match):
        rule(node, name, *word)
    assert node.ledger.size() == size


def test_a_withdrawn_claim_is_an_error_of_its_source_that_is_known_from_then(allies):
    node = allies["AUR"]
    amend.retract(node, "A2", "the counter was drunk")
    (seed,) = node.desk().weighing().seeds
    assert (seed.source, seed.told, seed.right) == ("AUR/y", "so", "not so")
    assert seed.why.startswith("AUR withdrew A2, 2031-06-19")
    assert node.desk().weighing("2031-01-01").seeds == ()
