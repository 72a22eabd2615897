"""What opened answers amount to together: of one kind, with its reasons, whoever looks and in whatever order."""

from itertools import permutations

import pytest

from consilience.rounds.weighing import concurred, weighed
from consilience.trust.canonical import encode, parse_canonical
from consilience.trust.sealed import plain
from tests.rounds.sessions import QUESTION, assessment


def kind(*answers):
    return concurred(QUESTION, answers).kind.value


def test_answers_on_separate_roots_are_independent_and_on_a_shared_one_never():
    one, two = {"A1": ["imagery:AUR:1"]}, {"B1": ["BOR/B1"]}
    assert kind(assessment("AUR", 30, roots=one), assessment("BOR", 32, roots=two)) == "independent"
    both = {**two, "AUR/A1": ["imagery:AUR:1"]}
    assert kind(assessment("AUR", 30, roots=one), assessment("BOR", 32, roots=both)) == "shared-evidence"


@pytest.mark.parametrize("basis", [{"claims": [], "facts": []}, "undisclosed"])
def test_a_basis_that_is_not_known_is_never_independent(basis):
    one = assessment("AUR", 30, roots={"A1": ["AUR/A1"]})
    told = {"claims": ["B1"], "facts": [], "roots": {"B1": ["BOR/B1"]}, "undisclosed": True}
    two = assessment("BOR", 32, basis=told if basis == "undisclosed" else basis)
    assert kind(one, two) != "independent"


def test_who_rest_on_one_claim_share_it_although_each_names_another_root():
    one = assessment("AUR", 30, roots={"A1": ["AUR/A1"]})  # before it was told where that began
    two = assessment("BOR", 32, roots={"AUR/A1": ["imagery:maxar"]})
    assert kind(one, two) == "shared-evidence"
    assert weighed(QUESTION, (one, two))["independent"] == 1
    fact = [{"claims": [], "facts": ["f1"], "roots": {"f1": [root]}} for root in ("r1", "r2")]
    assert kind(assessment("AUR", 30, basis=fact[0]), assessment("BOR", 32, basis=fact[1])) == "shared-evidence"


@pytest.mark.parametrize("roots", [{"B1": ["BOR/B1"]}, {"B1": ["BOR/B1"], "B2": []}], ids=["none", "empty"])
def test_a_basis_with_one_item_that_began_nowhere_is_never_independent(roots):
    two = assessment("BOR", 32, basis={"claims": ["B1", "B2"], "facts": [], "roots": roots})
    assert kind(assessment("AUR", 30, roots={"A1": ["AUR/A1"]}), two) == "cannot tell"


def test_what_is_held_back_adds_nothing_to_the_pool_as_if_it_were_separate():
    one = assessment("AUR", 30, roots={"A1": ["AUR/A1"]})
    told = {"claims": ["B1"], "facts": [], "roots": {"B1": ["BOR/B1"]}}
    apart, held = (assessment("BOR", 30, basis={**told, "undisclosed": said}) for said in (False, True))
    assert weighed(QUESTION, (one, apart))["independent"] == 2
    found = weighed(QUESTION, (one, held))
    assert found["independent"] == 1
    assert found["pool"]["evidence"]["yes"] == 30


def test_the_order_of_answers_changes_no_byte():
    answers = [assessment(code, part, roots={"X1": [root]}) for code, part, root in
               (("AUR", 30, "r1"), ("BOR", 47, "r2"), ("CAL", 71, "r1"))]  # fmt: skip
    found = {encode(plain(weighed(QUESTION, order))) for order in permutations(answers)}
    assert len(found) == 1
    (data,) = found
    assert parse_canonical(data, "weighing", 1 << 20)["highest"] == {"no": 70, "yes": 71}


def test_the_minority_stands_beside_the_pool():
    answers = tuple(assessment(code, part) for code, part in (("AUR", 10), ("BOR", 12), ("CAL", 80)))
    found = weighed(QUESTION, answers)
    assert (found["lowest"]["yes"], found["highest"]["yes"]) == (10, 80)
    assert found["concurrence"]["kind"] == "divergent"
    assert found["concurrence"]["dissenter"] == "CAL"
