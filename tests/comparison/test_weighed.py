"""Weighed: contested facts say what they come to, on whom that hangs, and when the evidence does not settle it."""

import pytest

from consilience.comparison.weighed import NOT_SO, SO, Weighing
from consilience.desk import Desk
from consilience.model.fact import Verdict


def weighed(lay, *rows):
    """The questions of the one contested fact that rows are about."""
    weighing = lay(*rows).weighing()
    (name,) = weighing.contested
    return weighing.of(name)


def says(row, name, partner, best, **cells):
    return row(name, partner=partner, best=best, **cells)


def test_two_against_one_come_to_what_the_two_say(lay, row):
    (found,) = weighed(lay, says(row, "A1", "UKR", 100), says(row, "B1", "USA", 100), says(row, "C1", "GBR", 900))
    assert found.question == "how many (personnel)"
    assert [(option.value, option.independent) for option in found.options] == [("100", 2), ("900", 1)]
    assert found.options[0].probability > found.options[1].probability


def test_one_against_one_is_not_settled_and_says_why(lay, row):
    (found,) = weighed(lay, says(row, "A1", "UKR", 100), says(row, "B1", "USA", 900))
    assert "does not settle" in found.words
    assert "only one independent source tells it" in found.open_because
    assert found.value.replace("100", "UKR").replace("900", "USA") in " ".join(found.hangs_on)


def test_without_a_source_the_other_answer_stands(lay, row):
    (found,) = weighed(lay, says(row, "A1", "UKR", 100), says(row, "B1", "USA", 900))
    assert {each.source: each.value for each in found.without} == {"UKR/unnamed": "900", "USA/unnamed": "100"}


def test_without_a_source_goes_what_rests_on_it(lay, row):
    (found,) = weighed(
        lay, says(row, "A1", "UKR", 100), says(row, "B1", "GBR", 100, origins="A1"), says(row, "C1", "USA", 900)
    )  # fmt: skip
    assert {option.value: option.independent for option in found.options} == {"100": 1, "900": 1}
    assert next(each.value for each in found.without if each.source == "UKR/unnamed") == "900"


@pytest.mark.parametrize("copies", [1, 20])
def test_copies_move_no_weighed_answer(lay, row, copies):
    told = [says(row, "A1", "UKR", 100), says(row, "B1", "USA", 900), says(row, "C1", "GBR", 900)]
    more = [says(row, f"Z{at}", f"P{at}", 100, origins="A1") for at in range(copies)]
    (before,), (after,) = weighed(lay, *told), weighed(lay, *told, *more)
    assert after.value == before.value == "900"
    assert {option.value: option.independent for option in after.options} == {"900": 2, "100": 1}


def test_a_denial_is_weighed_against_presence(lay, row):
    kind = {"phenomenon": "movement/buildup"}
    (found,) = weighed(
        lay, row("A1", **kind), row("B1", partner="USA", **kind), row("C1", partner="RUS", modality="denied", **kind)
    )  # fmt: skip
    assert found.question == "whether it is so"
    assert {option.value: option.sources for option in found.options} == {
        SO: ("UKR/unnamed", "USA/unnamed"), NOT_SO: ("RUS/unnamed",),
    }  # fmt: skip


def test_a_source_that_corrected_itself_before_is_worth_less(lay, row):
    """Its own corrections are known errors; all else is even."""
    dispute = [says(row, "A1", "UKR", 100, source="x"), says(row, "B1", "USA", 900, source="y")]
    slips = []
    for at, place in enumerate(("Yelnya", "Belarus", "Crimea", "Kursk region")):
        said = {"partner": "UKR", "speaker": "UKR/MoD", "source": "x", "place": place}
        slips.append(row(f"S{at}", best=100, **said))
        slips.append(row(f"T{at}", best=700, reported_at="2021-12-04", **said))
    (even,) = weighed(lay, *dispute)
    weighing = lay(*dispute, *slips).weighing()
    ((found,),) = [weighing.of(name) for name in weighing.contested]
    chance = {option.value: option.probability for option in found.options}
    was = {option.value: option.probability for option in even.options}
    assert chance["100"] / chance["900"] < was["100"] / was["900"]


def test_order_changes_nothing_and_no_verdict_or_digest_depends_on_it(winter, scenario):
    files = sorted((scenario / "holdings").glob("*.csv"), reverse=True)
    picture = winter.picture("2021-12-06")
    digest = picture.digest
    one, two = winter.weighing("2021-12-06"), Weighing(Desk.read(files).picture("2021-12-06"))
    assert one.contested
    assert [one.of(name) for name in one.contested] == [two.of(name) for name in two.contested]
    assert winter.picture("2021-12-06").digest == digest == picture.digest


def test_every_conflict_of_the_record_with_two_answers_is_weighed(winter):
    picture, weighing = winter.picture("2022-02-18"), winter.weighing("2022-02-18")
    for fact in picture.facts:
        questions = weighing.of(fact.id) if fact.id in weighing.contested else ()
        assert (fact.id not in weighing.contested) or questions
        for found in questions:
            assert fact.finding.verdict in (Verdict.CONFLICTING, Verdict.CIRCULAR)
            assert found.options[0].probability is not None
            told = {held.claim.partner for held in fact.holdings}
            assert {source.split("/")[0] for option in found.options for source in option.sources} <= told
