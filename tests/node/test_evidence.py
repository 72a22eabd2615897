"""A basis names only what all partners of a session were told, with roots that every node names alike."""

import pytest

from consilience.errors import AssessmentError, UnknownClaimError
from consilience.node import amend
from consilience.node.circles import Circles
from consilience.node.common import recall
from consilience.node.concord import standing
from consilience.node.evidence import Evidence, NotSharedError
from tests.node.rounds import ALL, answer, exchange, put, reveal, sign, stands
from tests.node.test_agree import compare
from tests.simulator import alliance, row
from tests.wire import fetch


@pytest.fixture
def three(tmp_path):
    """AUR told A1 and A3 to all and A2 to BOR alone; BOR's B1 rests on AUR's A1, CAL's C1 on a document that A3 names."""
    with alliance(tmp_path) as found:
        found.join(*ALL)
        wire = "wire:LAMPEX:7"
        found.record(
            "AUR", row("A1", "REL TO BOR, CAL"), row("A2", "REL TO BOR"), row("A3", "REL TO BOR, CAL", origins=wire)
        )
        release(found, "AUR")
        fetch(found, "BOR", "AUR")
        found.record(
            "BOR",
            row("B1", "REL TO AUR, CAL", partner="BOR", origins="AUR/A1"),
            row("B2", "REL TO AUR, CAL", partner="BOR"),
        )
        found.record(
            "CAL",
            row("C1", "REL TO AUR, BOR", partner="CAL", origins=wire),
            row("A1", "REL TO AUR, BOR", partner="CAL"),
        )
        for code in ("BOR", "CAL"):
            release(found, code)
        exchange(found)
        yield found


def release(allies, code):
    for other in ALL:
        if other != code:
            allies.release(code, other)


def compared(allies):
    for code in ALL:
        Circles(allies[code].home).join(ALL)
    for code in (*ALL, *ALL):
        compare(allies, code, frozenset(ALL))


def basis(allies, code, *claims, facts=(), undisclosed=False):
    return Evidence(allies[code], ALL).basis(claims, facts, undisclosed=undisclosed)


def test_own_claims_told_to_all_are_named_with_their_roots(three):
    found = basis(three, "AUR", "A3", "A1")
    assert found.claims == ("A1", "A3")
    assert dict(found.roots) == {"A1": ("AUR/A1",), "A3": ("wire:LAMPEX:7",)}


def test_a_claim_that_one_of_them_was_not_told_is_refused_with_the_way_out(three):
    with pytest.raises(NotSharedError, match=r"not told to CAL.*release --to CAL.*--rests-also-on") as refused:
        basis(three, "AUR", "A2")
    assert refused.value.exit_code == 3


def test_what_this_node_does_not_hold_is_no_basis(three):
    with pytest.raises(UnknownClaimError):
        basis(three, "AUR", "A9")


def test_a_claim_that_was_withdrawn_is_no_basis(three):
    amend.retract(three["AUR"], "A1", "misread")
    release(three, "AUR")
    with pytest.raises(NotSharedError, match="withdrawn"):
        basis(three, "AUR", "A1")


def test_others_claims_are_a_basis_only_once_the_set_has_compared_them(three):
    with pytest.raises(NotSharedError, match=r"nothing that this set has compared yet.*picture agree --with BOR,CAL"):
        basis(three, "AUR", "BOR/B1")
    compared(three)
    assert dict(basis(three, "AUR", "BOR/B1").roots) == {"BOR/B1": ("AUR/A1",)}
    with pytest.raises(NotSharedError, match="not in the picture"):
        basis(three, "AUR", "BOR/B9")


def test_one_origin_has_one_name_on_every_node(three):
    compared(three)
    names = ("AUR/A1", "AUR/A3", "BOR/B1", "CAL/A1", "CAL/C1")
    roots = {code: [frozenset(r) for _, r in sorted(
        (name if "/" in name else f"{code}/{name}", found) for name, found in basis(three, code, *names).roots
    )] for code in ALL}  # fmt: skip
    assert roots["AUR"] == roots["BOR"] == roots["CAL"]
    assert roots["AUR"] == [{"AUR/A1"}, {"wire:LAMPEX:7"}, {"AUR/A1"}, {"CAL/A1"}, {"wire:LAMPEX:7"}]


def test_a_fact_of_the_common_picture_has_the_roots_of_its_claims(three):
    with pytest.raises(NotSharedError, match="nothing that this set has compared"):
        basis(three, "AUR", facts=("f-0",))
    compared(three)
    picture = recall(three["AUR"], standing(three["AUR"], frozenset(ALL)).said).picture
    fact = picture.facts[0]
    found = basis(three, "AUR", facts=(fact.id,))
    assert found.facts == (fact.id,)
    assert set(found.evidence) <= {"AUR/A1", "BOR/B2", "CAL/A1", "wire:LAMPEX:7"}
    assert found.evidence
    with pytest.raises(NotSharedError, match="not in the picture"):
        basis(three, "AUR", facts=("f-0",))


def test_answers_on_one_origin_are_never_independent_however_each_node_came_to_it(three):
    session = put(three)
    exchange(three)
    answer(three, "AUR", session, 30, {"claims": ["A1"]})
    answer(three, "BOR", session, 31, {"claims": ["B1"]})  # which rests on A1
    answer(three, "CAL", session, 32, {"claims": ["C1"]})
    exchange(three)
    for code in ALL:
        reveal(three, code, session)
    exchange(three)
    found = sign(three, "CAL", session).result["rounds"][0]["together"]["concurrence"]
    assert found["kind"] == "shared-evidence"


def test_separate_origins_are_independent_unless_something_is_not_shown(three):
    session = put(three)
    exchange(three)
    first = {"AUR": {"claims": ["A1"]}, "BOR": {"claims": ["B2"]}, "CAL": {"claims": ["C1"]}}
    for number, (code, what) in enumerate(first.items()):
        answer(three, code, session, 30 + number, what)
    exchange(three)
    for code in ALL:
        reveal(three, code, session)
    exchange(three)
    for number, (code, what) in enumerate(first.items()):
        answer(three, code, session, 30 + number, {**what, "undisclosed": code == "CAL"})
    exchange(three)
    for code in ALL:
        reveal(three, code, session)
    exchange(three)
    rounds = sign(three, "AUR", session).result["rounds"]
    kinds = [each["together"]["concurrence"]["kind"] for each in rounds]
    assert kinds[0] == "independent"
    assert kinds[1] != "independent"


def test_roots_are_the_nodes_to_reckon_and_not_the_analysts_to_say(three):
    session = put(three)
    with pytest.raises(AssessmentError, match="no other keys"):
        answer(three, "AUR", session, 30, {"claims": ["A1"], "roots": {"A1": ["made-up"]}})
    assert stands(three, "AUR", session).rounds[0].answers[0].commitment == ""
    with pytest.raises(NotSharedError):
        answer(three, "AUR", session, 30, {"claims": ["A2"]})


def test_a_bearing_is_on_a_root_of_the_basis_or_would_name_what_not_all_may_see(three):
    session = put(three)
    bearing = {"root": "imagery:SECRET:1", "percent": {"yes": 60, "no": 30}}
    with pytest.raises(NotSharedError, match="one of AUR/A1"):
        answer(three, "AUR", session, 30, {"claims": ["A1"]}, bearings=[bearing])
    answer(three, "AUR", session, 30, {"claims": ["A1"]}, bearings=[{**bearing, "root": "AUR/A1"}])


def test_what_is_named_in_a_note_is_checked_as_a_basis_is(three):
    assert Evidence(three["AUR"], ALL).check(["A1", "AUR/A3"]) == ("A1", "A3")
    with pytest.raises(NotSharedError):
        Evidence(three["AUR"], ALL).check(["A2"])


def test_two_partners_hold_a_session_on_what_went_to_both(three):
    pair = ("AUR", "BOR")
    session = put(three, partners=pair)
    exchange(three, pair)
    answer(three, "AUR", session, 30, {"claims": ["A2"]})
    answer(three, "BOR", session, 40)
    exchange(three, pair)
    for code in pair:
        reveal(three, code, session)
    exchange(three, pair)
    opened = stands(three, "BOR", session).rounds[0].of("AUR").assessment
    assert opened.basis.roots == (("A2", ("AUR/A2",)),)
