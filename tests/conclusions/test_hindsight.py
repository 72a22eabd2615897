"""Hindsight: what was said, how good it was, what had been reported by then; nothing later, and no invented number."""

import pytest

from consilience.conclusions.hindsight import Came, Hindsight, look_back
from consilience.conclusions.lookedback import ONE, document, headline, score_words, went_wrong, words_kept
from consilience.conclusions.reliability import banded
from consilience.desk import Desk
from consilience.intake.scenario import shipped
from consilience.model.identity import PartnerId
from consilience.model.period import parse_moment
from consilience.model.position import Band
from consilience.model.question import Question
from consilience.model.stated import Asked, Resolution, Stated
from consilience.model.yardstick import ICD_203


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk.read([shipped() / "winter-2021-22"])


@pytest.fixture(scope="module")
def attack(desk: Desk) -> Hindsight:
    found = desk.hindsight("large-scale-attack")
    assert found is not None
    return found


def test_a_question_that_is_not_resolved_is_not_looked_back_on(desk: Desk) -> None:
    assert desk.hindsight("withdrawal") is None
    assert desk.hindsight("no-such-question") is None


def test_each_word_stands_with_what_had_been_reported_by_its_day_and_the_rest_came_later(attack: Hindsight) -> None:
    every = {item.claim.id for item in attack.fared}
    for word in attack.words:
        reported, later = ({item.claim.id for item in items} for items in (word.reported, word.later))
        assert reported | later == every
        assert not reported & later
        assert all(item.claim.reported_at.end <= word.stated.said.end for item in word.reported)
        assert all(item.claim.reported_at.end > word.stated.said.end for item in word.later)


def test_a_verdict_is_that_of_the_day_and_not_of_the_end(attack: Hindsight) -> None:
    verdicts = {
        str(word.stated.said): item.fact.finding.verdict.value
        for word in attack.words
        for item in word.reported
        if item.claim.id == "C029" and item.fact
    }
    assert verdicts["2021-11-21"] == "sole"
    assert verdicts["2021-12-03"] == "corroborated"


def test_scores_are_intervals_and_a_word_without_likelihood_has_none(attack: Hindsight) -> None:
    by_day = {(str(word.stated.said), word.stated.partner): word for word in attack.words}
    peskov, kuleba = by_day["2021-11-12", "RUS"], by_day["2022-01-19", "UKR"]
    assert peskov.scores is not None
    assert (peskov.came, peskov.scores.brier.least, peskov.scores.brier.most) == (
        Came.OTHER,
        pytest.approx(0.3025),
        1.0,
    )
    assert (kuleba.came, kuleba.scores) == (Came.NOTHING, None)
    assert score_words(None) == "no score: no likelihood was said"
    assert "leaves every score open" in score_words(by_day["2022-01-27", "USA"].scores)


def test_last_words_are_one_for_each_partner_and_the_pool_is_of_those_who_compare(attack: Hindsight) -> None:
    assert sorted(word.stated.partner for word in attack.last) == ["EST", "RUS", "UKR", "USA"]
    final = attack.final
    assert final is not None
    assert final.pooled is not None
    assert [band.high for band in final.pooled.bands] == [6750, 10_000, 9750]  # of UKR and USA alone
    assert headline(attack).startswith("It came out as “a large-scale attack begins” on 2022-02-24.")
    assert any(
        "UKR on 2022-02-18 (UKR/Reznikov) held what came true at 0 to 35 %" in line for line in went_wrong(attack)
    )


def test_words_are_kept_by_band_over_partners_who_compare_and_never_as_a_number(attack: Hindsight) -> None:
    kept = words_kept([attack])
    assert [(each.low, each.high, each.count, each.share) for each in kept] == [(0, 0.35, 1, 1.0), (0, 0.95, 1, 0.0)]
    assert "next to nothing" in ONE


def test_a_band_fits_where_the_interval_of_what_came_true_meets_it() -> None:
    (never,) = banded([(f"q{at}", 0.55, 0.75, False) for at in range(20)])
    (often,) = banded([(f"q{at}", 0.55, 0.75, at < 13) for at in range(20)])
    assert (never.count, never.questions, never.share, never.fits) == (20, 20, 0.0, False)
    assert often.fits


def test_the_document_cites_the_outcome_and_gives_both_ends_of_each_score(desk: Desk, attack: Hindsight) -> None:
    (question,) = document([attack], desk.sayings.outcomes)["questions"]
    assert question["outcome"]["url"].startswith("https://reliefweb.int/")
    assert question["words"][0]["score"] == {"brier": [0.3025, 1.0], "log": [0.7985, 5.2983]}
    assert question["words"][2]["score"] is None


def stated(day: str, *bands: Band, partner: str = "AUR") -> Stated:
    return Stated("attack", parse_moment(day), PartnerId(partner), partner, ICD_203, bands, ("C1",), (), "")


def looked_back(desk: Desk, *said: Stated, came: str = "2022-02-24") -> Hindsight:
    hypotheses = [{"id": name, "text": name, "rest": name == "none"} for name in ("large", "limited", "none")]
    question = Question.read({"name": "attack", "version": 1, "text": "Will it come?", "hypotheses": hypotheses,
                              "horizon": "2022-03-01T00:00:00Z", "cutoff": "2022-02-24T00:00:00Z"})  # fmt: skip
    resolution = Resolution("large", parse_moment(came), "O1")
    picture = desk.picture(None)  # no position rests on anything in it
    found = look_back(Asked(question, resolution), said, frozenset({PartnerId("AUR")}), lambda cut: picture)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("said", "came", "counts"),
    [
        ("2022-02-23", "2022-02-24", True),
        ("2022-02-24", "2022-02-24", False),
        ("2022-02-24T03:00Z", "2022-02-24T03:30Z", True),
        ("2022-02-24", "2022-02-24T03:30Z", False),
        ("2022-02-25", "2022-02-24", False),
    ],
)
def test_only_what_was_surely_said_before_the_outcome_counts(desk: Desk, said: str, came: str, counts: bool) -> None:
    found = looked_back(desk, stated(said, Band("large", 9000, 10000)), came=came)
    assert bool(found.words) is counts


def test_who_held_it_foremost_among_many_was_not_wrong_and_who_held_it_low_was(desk: Desk) -> None:
    right = stated("2022-02-01", Band("large", 4000, 4000), Band("limited", 3000, 3000))
    wrong = stated("2022-02-02", Band("large", 3000, 3000), Band("limited", 4000, 4000), partner="BOR")
    assert went_wrong(looked_back(desk, right, wrong)) == ("BOR on 2022-02-02 (BOR) held what came true at 30 %.",)
