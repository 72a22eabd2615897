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
