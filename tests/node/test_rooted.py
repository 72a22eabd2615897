"""The roots of an opened basis are checked against what a node holds itself; what it does not hold is another's word."""

from dataclasses import replace

import pytest

from consilience.model.assessment import Basis
from consilience.node.evidence import Evidence
from consilience.node.rooted import Footing, Footings, grounds
from tests.node.rounds import ALL, answer, exchange, put, reveal, stands
from tests.node.test_evidence import compared, release
from tests.simulator import alliance, row


@pytest.fixture
def three(tmp_path):
    """AUR told A1 to all and A2 to BOR alone."""
    with alliance(tmp_path) as found:
        found.join(*ALL)
        found.record("AUR", row("A1", "REL TO BOR, CAL", origins="imagery:1"), row("A2", "REL TO BOR"))
        found.record("CAL", row("C1", "REL TO AUR, BOR", partner="CAL"))
        for code in ("AUR", "CAL"):
            release(found, code)
        exchange(found)
        yield found


def opened(allies, basis, code="AUR"):
    session = put(allies)
    exchange(allies)
    answer(allies, code, session, 30, basis)
    answer(allies, "BOR", session, 40)
    answer(allies, "CAL" if code == "AUR" else "AUR", session, 50)
    exchange(allies)
    for each in ALL:
        reveal(allies, each, session)
    exchange(allies)
    return session


def footing(allies, at, session):
    return {
        key: [(each.item, each.footing) for each in listed]
        for key, listed in grounds(allies[at], stands(allies, at, session)).items()
    }


@pytest.mark.parametrize("has_compared", [True, False])
def test_roots_of_a_claim_that_is_held_are_verified(three, has_compared):
    if has_compared:
        compared(three)
    session = opened(three, {"claims": ["A1"]})
    for at in ALL:
        assert footing(three, at, session) == {(1, "AUR"): [("A1", Footing.VERIFIED)]}


def asked(allies, at, session, *roots, claim="A1"):
    """What a node says of roots that AUR might have named for a claim of its own."""
    found = stands(allies, at, session)
    said = found.rounds[0].of("AUR").assessment
    made = replace(said, basis=Basis((claim,), (), ((claim, roots),)))
    (ground,) = Footings(allies[at], found).of(made)
    return ground


def test_a_root_that_was_made_up_is_found_out_where_the_claim_is_held_and_is_a_word_elsewhere(three):
    session = opened(three, {"claims": ["A1"]})
    ground = asked(three, "BOR", session, "AUR/invented")
    assert (ground.footing, ground.here) == (Footing.DIFFERS, ("imagery:1",))
    assert "AUR/invented" in ground.words
    assert "from imagery:1" in ground.words
    assert asked(three, "BOR", session, "AUR/A2", claim="A2").footing is Footing.VERIFIED
    assert asked(three, "CAL", session, "AUR/A2", claim="A2").footing is Footing.WORD
    assert asked(three, "CAL", session, "AUR/A9", claim="A9").footing is Footing.WORD


def test_a_fact_of_the_compared_picture_is_verified(three):
    compared(three)
    facts = [fact.id for fact in Evidence(three["AUR"], ALL).facts]
    session = opened(three, {"facts": facts[:1]})
    assert footing(three, "CAL", session) == {(1, "AUR"): [(facts[0], Footing.VERIFIED)]}
