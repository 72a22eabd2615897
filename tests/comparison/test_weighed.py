"""Weighed: contested facts say what they come to, on whom that hangs, and when the evidence does not settle it."""

import pytest

from consilience.comparison.weighed import NOT_SO, SO, Weighing
from consilience.desk import Desk
from consilience.errors import UnknownClaimError, UsageError
from consilience.model.adjudication import Adjudication, Bounds, Ruling
from consilience.model.fact import Verdict
from consilience.model.period import parse_moment


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


# --- What is known beforehand ---------------------------------------------------------------------------------------------


def ruled(lay, rows, *told, as_of=None):
    """The weighing of rows with rulings on them: (claim, ruling, value, day)."""
    made = [
        Adjudication(name, Ruling(ruling), "counted", "Hale", parse_moment(day), Bounds.of(value))
        for name, ruling, value, day in told
    ]
    return lay(*rows).adjudicating(made).weighing(as_of)


def pair(row, number, **cells):
    """Two sources of one partner each, at odds over one thing."""
    day = f"2021-12-{number:02}"
    more = {"period_from": day, "period_to": day, "place": "Yelnya", "reported_at": day, **cells}
    return says(row, f"A{number}", "UKR", 100 + number, source="x", **more), says(
        row, f"B{number}", "USA", 900 + number, source="y", **more
    )


def test_who_was_ruled_right_before_is_believed_now_and_not_before_that_day(lay, row):
    rows = [*pair(row, 1), *pair(row, 3, place="Klintsy"), *pair(row, 5, place="Belarus")]
    told = [("B1", "true", "901", "2022-01-01"), ("B3", "true", "903", "2022-01-02")]
    (name,) = (fact.id for fact in lay(*rows).picture().facts if fact.holdings[0].claim.id == "A5")
    after, (open_,) = ruled(lay, rows, *told), lay(*rows).weighing().of(name)
    (found,) = after.of(name)
    assert found.value == "905"
    assert found.options[0].probability > max(option.probability for option in open_.options)
    assert len(found.taught) == 2
    early = ruled(lay, rows, *told, as_of="2021-12-31")
    assert early.seeds == ()
    assert early.of(name) == lay(*rows).weighing("2021-12-31").of(name)


def test_rulings_are_the_same_in_any_order_and_the_later_word_on_a_fact_holds(lay, row):
    rows = pair(row, 1)
    told = [("A1", "true", "101", "2022-01-02"), ("B1", "true", "850..950", "2022-01-01")]
    one, two = ruled(lay, rows, *told), ruled(lay, rows[::-1], *told[::-1])
    assert one.seeds == two.seeds
    (found,) = one.of(one.contested[0])
    assert (found.value, found.open_because, found.without) == ("101", (), ())


def test_every_figure_in_a_ruled_interval_is_right(lay, row):
    rows = [*pair(row, 1), says(row, "C1", "GBR", 940, source="z", place="Yelnya", period_from="2021-12-01",
                                period_to="2021-12-01")]  # fmt: skip
    weighing = ruled(lay, rows, ("B1", "true", "900..1000", "2022-01-01"))
    right = {
        each["source"]: each["accuracy"]
        for each in weighing.truth.sources.to_pylist()
        if each["attribute"] == "personnel · personnel"
    }
    assert right["USA/y"] == right["GBR/z"] > right["UKR/x"]


def test_a_false_denial_teaches_that_the_thing_was_so(lay, row):
    kind = {"phenomenon": "movement/buildup"}
    weighing = ruled(
        lay, [row("A1", **kind), row("C1", partner="RUS", modality="denied", **kind)], ("C1", "false", "", "2022-01-01")
    )  # fmt: skip
    (seed,) = weighing.seeds
    assert seed.right == SO
    (found,) = weighing.of(weighing.contested[0])
    assert found.value == SO


def test_a_ruling_changes_no_verdict_and_no_digest(lay, row):
    rows = pair(row, 1)
    made = [Adjudication("A1", Ruling.FALSE, "why", "", parse_moment("2022-01-01"))]
    assert lay(*rows).adjudicating(made).picture().digest == lay(*rows).picture().digest


def test_a_ruling_on_a_claim_that_is_not_there_is_refused(lay, row):
    with pytest.raises(UnknownClaimError, match="Z9"):
        ruled(lay, pair(row, 1), ("Z9", "true", "", "2022-01-01"))
    with pytest.raises(UsageError, match="claim without a number"):
        ruled(lay, [row("A1")], ("A1", "true", "7", "2022-01-01"))
