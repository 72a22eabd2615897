"""Decisions: what an analyst decided of two claims wins over all evidence, whatever order it is told in."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.errors import UnknownClaimError, UsageError
from consilience.linkage.decisions import ContradictionError, Decisions
from consilience.model.decision import Answer, Decision
from consilience.model.fact import RelationKind

SAME, DIFFERENT, UNSURE, OPEN = Answer.SAME, Answer.DIFFERENT, Answer.UNSURE, Answer.OPEN
# Two levels, an event told twice, one elsewhere, and a denial over a wider place that reaches the events.
EVENT = {"phenomenon": "strike/shelling", "lat": "48.0", "lon": "37.8", "radius_km": "1"}
ROWS = {
    "A1": {"best": "90000", "partner": "UKR"},
    "A2": {"best": "120000", "partner": "GBR"},
    "A3": {"best": "90000", "partner": "USA"},
    "B1": {"best": "100", "phenomenon": "equipment/tank", "unit": "tank"},
    "E1": {**EVENT, "partner": "UKR"},
    "E2": {**EVENT, "partner": "GBR"},
    "E3": {**EVENT, "lat": "50.0", "partner": "USA"},
    "N1": {"phenomenon": "strike/shelling", "place": "Donbas", "modality": "denied", "partner": "RUS"},
}


def decided(*told):
    return tuple(Decision.of((a, b), answer, "seen twice", "Hale") for a, b, answer in told)


@pytest.fixture(scope="module")
def record(lay, row):
    return lay(*(row(name, **{"place": "", **cells} if "lat" in cells else cells) for name, cells in ROWS.items()))


def together(picture):
    """The pairs of claims that stand in one fact."""
    return {
        frozenset(pair)
        for fact in picture.facts
        for pair in combinations(sorted(holding.claim.id for holding in fact.holdings), 2)
    }


def test_the_record_holds_what_the_laws_below_are_tried_on(record):
    found = together(record.picture())
    assert {"A1", "A2"} in found
    assert {"E1", "E2"} in found
    assert {"A1", "B1"} not in found
    assert {"E1", "N1"} in found


answers = st.dictionaries(
    st.sampled_from([tuple(pair) for pair in combinations(sorted(ROWS), 2)]), st.sampled_from(list(Answer)), max_size=6
)


@given(answers, st.randoms(use_true_random=False))
def test_a_decision_always_wins_and_no_order_changes_a_byte(record, given_, random):
    told = decided(*((a, b, answer) for (a, b), answer in given_.items()))
    try:
        standing = Decisions(told)
    except ContradictionError:
        with pytest.raises(ContradictionError):
            record.deciding(random.sample(told, len(told)))
        return
    picture = record.deciding(told).picture()
    found = together(picture)
    for decision in standing:
        assert ({decision.a, decision.b} in found) is (decision.answer is SAME), decision
    assert record.deciding(random.sample(told, len(told))).picture().to_json() == picture.to_json()
    spread = [holding.claim.id for fact in picture.facts for holding in fact.holdings]
    assert set(spread) == set(ROWS)
    assert len({fact.id for fact in picture.facts}) == len(picture.facts)


def test_taking_a_decision_back_restores_the_bytes_of_the_picture(record):
    before = record.picture().to_json()
    told = decided(("A1", "B1", SAME), ("E1", "E2", DIFFERENT))
    assert record.deciding(told).picture().to_json() != before
    assert record.deciding((*told, *decided(("A1", "B1", OPEN), ("E1", "E2", OPEN)))).picture().to_json() == before
    assert record.deciding(()).picture().digest == record.picture().digest


def test_the_last_decision_on_a_pair_holds(record):
    told = decided(("A1", "A2", DIFFERENT), ("A1", "A2", UNSURE))
    assert [decision.answer for decision in record.deciding(told).picture().decisions] == [UNSURE]


def test_what_is_unsure_is_not_merged_and_stands_beside_the_other(record):
    picture = record.deciding(decided(("E1", "E2", UNSURE))).picture()
    one, two = (
        next(fact for fact in picture.facts if name in {holding.claim.id for holding in fact.holdings})
        for name in ("E1", "E2")
    )
    assert one.id != two.id
    for fact in (one, two):
        assert any(reason.startswith("unsure by decision of Hale: E1 and E2") for reason in fact.finding.reasons)


def test_a_link_by_decision_says_so_in_the_fact_and_in_the_pair(record):
    desk = record.deciding(decided(("E1", "E3", SAME)))
    fact = next(fact for fact in desk.picture().facts if fact.decisions)
    assert fact.finding.reasons[-1] == "linked by decision of Hale: E1 and E3 speak of one fact: seen twice"
    assert desk.relate("E1", "E3").reasons[-1] == fact.finding.reasons[-1]
    assert desk.picture().document["inputs"]["decisions"][0]["reason"] == "seen twice"
    assert "decisions" not in record.picture().document["inputs"]


def test_claims_kept_apart_are_incomparable_whatever_they_say(record):
    assert record.relate("A1", "A3").kind is RelationKind.AGREES
    desk = record.deciding(decided(("A1", "A3", DIFFERENT)))
    assert desk.relate("A1", "A3").kind is RelationKind.INCOMPARABLE
    assert desk.relate("A3", "A1") == desk.relate("A1", "A3")


def test_a_claim_of_which_nothing_was_decided_goes_with_whom_it_has_most_in_common(record):
    found = together(record.deciding(decided(("A1", "A2", DIFFERENT))).picture())
    assert {"A1", "A3"} in found
    assert {"A2", "A3"} not in found


def test_a_denial_is_kept_from_the_fact_that_it_was_parted_from(record):
    assert {"E1", "N1"} not in together(record.deciding(decided(("E1", "N1", DIFFERENT))).picture())


def test_a_contradiction_is_refused_with_the_whole_chain():
    told = decided(("C1", "C2", SAME), ("C3", "C2", SAME), ("C1", "C3", UNSURE))
    with pytest.raises(ContradictionError, match="C1 and C3: found unsure, and the same by C1 = C2 = C3") as caught:
        Decisions(told)
    assert caught.value.chain == ("C1", "C2", "C3")


def test_a_decision_on_what_was_not_told_yet_waits_for_it(lay, row):
    desk = lay(row("A1", best=1), row("B1", phenomenon="equipment/tank", unit="tank", reported_at="2021-12-09"))
    before = desk.picture("2021-12-05").to_json()
    desk = desk.deciding(decided(("A1", "B1", SAME)))
    assert desk.picture("2021-12-05").to_json() == before
    assert len(desk.picture().facts) == 1


def test_claims_that_are_not_there_or_speak_about_others_are_named(record, lay, row):
    with pytest.raises(UnknownClaimError, match="Z9"):
        record.deciding(decided(("A1", "Z9", SAME)))
    desk = lay(row("A1"), row("A2"), row("R1", phenomenon="provenance/origin", about="A1"))
    with pytest.raises(UsageError, match="decision on claim R1: found it speaks about A1"):
        desk.deciding(decided(("A2", "R1", SAME)))


def test_of_an_id_with_two_contents_one_is_to_be_named(lay, row):
    desk = lay(row("A1", best=1), row("A1", best=2), row("B1"))
    with pytest.raises(UsageError, match="2 contents under this id, expected one of A1~"):
        desk.deciding(decided(("A1", "B1", DIFFERENT)))
