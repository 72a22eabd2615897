"""Levels: claims of one quantity over one scope are one fact, cut into slices of time."""

from hypothesis import given
from hypothesis import strategies as st

from consilience.linkage.groups import group_claims
from consilience.settings import Settings


def day(number):
    return {"period_from": f"2021-12-{number:02}", "period_to": f"2021-12-{number:02}"}


def test_a_vague_border_and_what_else_is_named_beside_it_are_one_fact(lay, row):
    assert len(lay(row("A1", best=1), row("B1", best=1, place="UKR border and Crimea")).picture().facts) == 1


def test_units_are_not_mixed_and_presence_goes_with_the_most_common(lay, row):
    facts = lay(
        row("A1", best=5, unit="personnel"), row("A2", best=6, unit="personnel"), row("B1", best=5, unit="btg"), row("C1")
    ).picture().facts  # fmt: skip
    assert sorted(len(fact.holdings) for fact in facts) == [1, 3]


def test_a_slice_lasts_its_days_and_no_longer(lay, row):
    assert len(lay(row("A1", **day(1)), row("B1", **day(7))).picture().facts) == 1
    assert len(lay(row("A1", **day(1)), row("B1", **day(8))).picture().facts) == 2


def test_plan_and_presence_are_two_facts(lay, row):
    assert len(lay(row("A1", best=5), row("B1", best=9, modality="intended")).picture().facts) == 2


def test_tallies_from_two_starts_are_two_facts(lay, row):
    tally = {"phenomenon": "violation/ceasefire", "place": "Donbas", "best": 5}
    assert len(lay(row("A1", **tally, **day(1)), row("B1", **tally, **day(2))).picture().facts) == 2


claims = st.lists(
    st.fixed_dictionaries({
        "phenomenon": st.sampled_from(["personnel", "movement/rail", "violation/ceasefire", "movement/withdrawal"]),
        "modality": st.sampled_from(["observed", "denied", "forecast", "unverified"]),
        "best": st.sampled_from(["", "5"]),
        "unit": st.sampled_from(["", "train"]),
        "place": st.sampled_from(["", "Yelnya", "UKR border"]),
    }),
    max_size=8,
)  # fmt: skip


@given(claims, st.randoms(use_true_random=False))
def test_every_claim_is_in_one_group_whatever_their_order(lay, row, listed, random):
    told = lay(*(row(f"A{number}", **cells) for number, cells in enumerate(listed)), row("Z1")).holdings.claims
    found = list(group_claims(told, Settings()))
    assert sorted(claim.id for group in found for claim in group.claims) == sorted(claim.id for claim in told)
    again = list(group_claims(random.sample(told, len(told)), Settings()))
    assert {group.claims for group in again} == {group.claims for group in found}
