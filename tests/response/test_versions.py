"""Versions: one statement to different audiences side by side, with what differs and nothing guessed."""

from datetime import date

from consilience.intake.narrative import read_hearings
from consilience.model.period import day
from consilience.response.versions import versions


def named(found):
    return {frozenset(str(one.claim.id) for one in each.versions): each for each in found}


def test_parliament_and_television_heard_different_figures(winter, scenario):
    found = versions(winter.holdings.claims, read_hearings(scenario), day(date(2022, 2, 24)), 30)
    (one,) = [each for names, each in named(found).items() if "C042" in names]
    assert {each.audience for each in one.versions} == {"parliament", "viewers of Estonian television"}
    assert dict(one.differs)["value"] == ("94,300", "94,000", "175,000")


def test_one_briefing_in_two_versions_that_say_the_same_differs_in_nothing(winter, scenario):
    found = versions(winter.holdings.claims, read_hearings(scenario), day(date(2022, 2, 24)), 30)
    assert named(found)[frozenset({"C039", "C040"})].differs == ()


def test_a_version_of_later_is_not_known_before(winter, scenario):
    found = versions(winter.holdings.claims, read_hearings(scenario), day(date(2021, 12, 4)), 30)
    assert not any("C042" in names for names in named(found))


def test_counts_of_other_times_are_no_versions_of_one_statement(winter, scenario):
    found = versions(winter.holdings.claims, read_hearings(scenario), day(date(2022, 2, 24)), 30)
    together = [names for names in named(found) if {"OSCE-37-2022-D", "OSCE-41-2022-D"} <= names]
    assert not together


def test_who_heard_it_is_not_guessed_from_the_outlet(lay, row):
    desk = lay(
        row("A1", speaker="UKR/Minister", source="tv"),
        row("A2", speaker="UKR/Minister", source="paper", reported_at="2021-12-04"),
    )
    (found,) = versions(desk.holdings.claims, {}, None, 30)
    assert [each.audience for each in found.versions] == ["", ""]
