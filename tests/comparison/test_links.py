"""Links: why claims of a picture stand in one fact or in two, what is unsure, and what is part of what."""

from itertools import combinations

import pytest

from consilience.comparison.explained import explanation_json, unsure_json
from consilience.errors import UsageError
from consilience.linkage.grouping import Rule
from consilience.model.decision import Answer, Decision

EVENT = {"phenomenon": "attack", "place": "", "lat": "48.0", "lon": "37.8", "radius_km": "1"}


@pytest.fixture(scope="module")
def events(row):
    def make(name, **cells):
        return row(name, **{**EVENT, "best": "", "unit": "", **cells})

    return make


@pytest.fixture(scope="module")
def wave(lay, events):
    """Two towns told of by two partners each, and one claim about both."""
    return lay(
        events("A1", partner="UKR", best="60"), events("B1", partner="GBR", best="60"),
        events("A2", partner="UKR", best="40", lat="48.4"), events("B2", partner="GBR", best="40", lat="48.4"),
        events("W1", partner="USA", best="100", lat="48.2", radius_km="60"),
    )  # fmt: skip


def test_what_is_said_of_every_pair_is_what_the_picture_holds(winter):
    picture = winter.picture("2022-01-25")
    links = winter.links("2022-01-25")
    home = {holding.claim.id: set() for fact in picture.facts for holding in fact.holdings}
    for fact in picture.facts:
        for holding in fact.holdings:
            home[holding.claim.id].add(fact.id)
    assert set(home) == set(links.claims)
    several = 0
    for a, b in combinations(sorted(home)[::9], 2):
        found = links.explain(a, b)
        assert found.grouping.is_joined is not home[a].isdisjoint(home[b])
        assert bool(found.waterfall) is not bool(found.conditions)
        assert found.grouping.words
        several += found.grouping.is_joined
    assert several


def test_single_events_are_weighed_and_levels_share(lay, row, events):
    desk = lay(
        events("E1", partner="UKR"),
        events("E2", partner="GBR", lat="48.015"),
        row("L1"),
        row("L2", partner="GBR"),
        row("L3", actor="BLR"),
    )
    weighed = desk.explain("E1", "E2")
    assert [bar.comparison for bar in weighed.waterfall.bars][-1] == "partner"
    assert weighed.waterfall.bars[-1].level == "of two partners"
    assert weighed.grouping.rule is Rule.EVIDENCE
    shared = desk.explain("L1", "L2")
    assert all(each.holds for each in shared.conditions)
    assert shared.grouping.state == "joined"
    other = desk.explain("L1", "L3").grouping
    assert (other.state, other.words) == ("kept apart", "they do not share actor")
    assert "shape" in desk.explain("E1", "L1").grouping.words


def test_what_is_told_again_is_linked_by_that_and_counts_in_no_mean(lay, events):
    told = [events(f"E{number}", partner="UKR", text=f"the bridge was hit, again ({number})") for number in range(1, 9)]
    desk = lay(*told, events("F1", partner="GBR", lat="48.015"))
    found = desk.explain("E1", "E8")
    assert (found.grouping.rule, found.grouping.state) == (Rule.REPEAT, "joined")
    assert found.grouping.words == "E8 tells the same as E1, and goes with it"
    assert found.waterfall.bars[-1].level == "of one partner"
    both = desk.explain("E2", "E8")
    assert "E2 tells the same as E1" in both.grouping.words
    assert "E8 tells the same as E1" in both.grouping.words
    other = desk.explain("E8", "F1").grouping
    assert (other.is_joined, other.rule, other.pairs) == (True, Rule.EVIDENCE, 1)
    assert other.words.startswith("E8 tells the same as E1, and goes with it; of E1 and F1: ")
    assert "decision" not in other.words
    assert not desk.links().unsettled


def test_sites_of_one_level_a_stone_apart_are_not_called_a_denial(lay, row):
    site = {"place": "", "radius_km": "1", "lon": "37.8"}
    desk = lay(row("L1", lat="48.004", **site), row("L2", partner="GBR", lat="48.006", **site))
    found = desk.explain("L1", "L2")
    assert (found.grouping.rule, found.grouping.is_joined) == (Rule.REPEAT, True)
    assert "contradicts" not in found.grouping.words


def test_what_tells_the_same_is_counted_on_its_side(lay, events):
    """A and B are nearly even; of B two partners more tell the same."""
    near = {"radius_km": "0.3", "phenomenon": "attack"}
    for km in range(3, 60):
        told = [
            events("A1", partner="UKR", **near),
            events("B1", partner="GBR", lat=f"{48 + km / 222:.4f}", **near),
            events("B2", partner="USA", lat=f"{48 + km / 222:.4f}", **near),
        ]
        listed = lay(*told).links().unsettled
        if listed:
            assert listed[0].claims == (1, 2)
            assert "1 claim with A1, 2 claims with B1" in listed[0].words
            return
    pytest.fail("no distance was nearly even")


def test_a_decision_is_the_rule_of_what_it_links(lay, events):
    told = (Decision.of(("E1", "E2"), Answer.DIFFERENT, "two bridges", "Hale"),)
    desk = lay(events("E1", partner="UKR"), events("E2", partner="GBR")).deciding(told)
    found = desk.explain("E1", "E2")
    assert (found.grouping.rule, found.grouping.is_joined) == (Rule.DECISION, False)
    assert found.grouping.words == told[0].words
    assert found.waterfall.odds > 0


def test_a_claim_of_several_facts_corroborates_none_of_them(wave):
    picture = wave.picture()
    (whole,) = wave.links().wholes
    assert (whole.claim, len(whole.parts)) == ("W1", 2)
    assert [holding.claim.id for holding in whole.fact.holdings] == ["W1"]
    assert all({holding.claim.id for holding in fact.holdings} in ({"A1", "B1"}, {"A2", "B2"}) for fact in whole.parts)
    assert wave.explain("W1", "A1").grouping.rule is Rule.PART_OF
    told = unsure_json(picture, wave.links())
    assert (told["parts"][0]["claim"], told["picture"]) == ("W1", picture.digest)


def test_what_is_nearly_even_is_listed_until_it_is_decided(lay, events):
    desk = lay(
        events("E1", partner="UKR", best="1", actor="", text=""),
        events("E2", partner="GBR", best="90", actor="", text="", period_from="2021-12-04", period_to="2021-12-04"),
    )
    (found,) = desk.links().unsettled
    assert not found.is_merged
    assert found.words.startswith("unsure whether E2 belongs to the fact of E1")
    assert found.commands[0] == "consilience decide same E1 E2 --because …"
    for answer in (Answer.SAME, Answer.DIFFERENT, Answer.UNSURE):
        assert desk.deciding((Decision.of(("E1", "E2"), answer, "seen"),)).links().unsettled == ()


def test_the_document_has_the_bars_and_their_sum(lay, events):
    told = explanation_json(lay(events("E1", partner="UKR"), events("E2", partner="GBR")).explain("E1", "E2"))
    assert told["schema"] == "consilience.link/1"
    bars = told["waterfall"]["bars"]
    assert sum(bar["bits"] for bar in bars) == pytest.approx(told["waterfall"]["bits"], abs=1e-3)
    assert bars[-1]["probability"] == pytest.approx(told["waterfall"]["probability"], abs=1e-4)


def test_likeness_of_wording_is_told_beside_the_link(lay, row):
    said = "a long column of vehicles was seen on the road to the north of the town"
    desk = lay(row("L1", text=said, partner="UKR", speaker="a"), row("L2", text=said, partner="GBR", speaker="b"))
    (echo,) = desk.explain("L1", "L2").echoes
    assert {echo.later, echo.earlier} == {"L1", "L2"}


def test_a_claim_that_was_not_told_yet_is_not_linked(lay, row):
    desk = lay(row("L1"), row("L2", reported_at="2021-12-09"))
    assert desk.explain("L1", "L2", "2021-12-06") is None
    assert desk.explain("L1", "L2") is not None
    with pytest.raises(UsageError, match="L1 twice"):
        desk.explain("L1", "L1")
