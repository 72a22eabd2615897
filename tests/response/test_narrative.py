"""Narratives: shown with the facts that bear on them, as of a day, and judged by nobody."""

from consilience.intake.narrative import read_narratives
from consilience.model.check import Result, Side
from consilience.response.narrative import told


def at(desk, scenario, as_of):
    picture = desk.picture(as_of)
    return {each.narrative.id: each for each in told(read_narratives(scenario), picture.claims, picture.facts)}


def test_each_has_who_told_it_and_facts_on_both_sides(winter, scenario):
    found = at(winter, scenario, "2022-02-24")
    assert set(found) == {f"NA{number}" for number in range(1, 7)}
    assert all(each.told and not each.absent for each in found.values())
    assert {each.side for each in found["NA1"].bearings} == {Side.FOR, Side.AGAINST}
    assert [str(claim.id) for claim in found["NA3"].told] == ["C008", "C064", "C108", "C128"]


def test_what_was_not_told_by_then_is_not_shown_and_what_is_absent_is_named(winter, scenario):
    found = at(winter, scenario, "2021-11-23")
    assert "NA4" not in found
    assert [str(claim.id) for claim in found["NA1"].told] == ["C015", "C020", "C026"]
    assert "C053" in found["NA1"].absent


def test_facts_that_conflict_settle_nothing(winter, scenario):
    found = at(winter, scenario, "2022-02-24")["NA3"]
    assert found.result is Result.UNVERIFIABLE
    assert not any(each.is_settled for each in found.bearings)


def test_facts_that_independent_sources_agree_on_bear_out_a_part_and_never_the_whole(winter, scenario):
    found = at(winter, scenario, "2022-02-24")["NA1"]
    assert any(each.is_settled for each in found.bearings)
    assert found.result is Result.PARTLY
    assert "1 settled" in found.because
