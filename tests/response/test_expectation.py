"""Expectations: unverifiable where nobody looked, contradicted only by a look, and never borne out by one's own word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.comparison.lineage import Lineage
from consilience.comparison.pair import Bench
from consilience.model.check import Result, Side
from consilience.model.period import parse_moment
from consilience.response.expectation import expect, expectations, score

WITHDREW = {"claim_id": "S", "partner": "RUS", "speaker": "RUS/MoD", "actor": "RUS", "phenomenon": "movement/withdrawal",
            "place": "UKR border", "period_from": "2022-02-15", "period_to": "2022-02-15", "reported_at": "2022-02-15"}  # fmt: skip
NONE_STAYS = WITHDREW | {"partner": "BLR", "speaker": "BLR/Makei", "modality": "denied", "phenomenon": "movement/stay",
                         "place": "Belarus", "period_from": "2022-02-20", "period_to": "", "reported_at": "2022-02-16"}  # fmt: skip
LOOKED = {"claim_id": "L", "partner": "GBR", "speaker": "GBR/DI", "actor": "RUS", "phenomenon": "movement/withdrawal",
          "place": "UKR border", "period_from": "2022-02-15", "period_to": "2022-02-16", "reported_at": "2022-02-16"}  # fmt: skip


@pytest.fixture(scope="session")
def scored(lay, row):
    """What an announcement comes to beside other claims, as of a day."""

    def make(announced, *others, as_of="2022-02-24"):
        desk = lay(*(row(**cells) for cells in (announced, *others)))
        claims = desk.holdings.claims
        bench = Bench(desk.settings, desk.geography, Lineage(claims))
        found = expect(desk.claim("S"), desk.settings.horizon_days)
        return score(found, claims, bench, parse_moment(as_of))

    return make


def at(winter, as_of):
    claims = winter.holdings.claims
    bench = Bench(winter.settings, winter.geography, Lineage(claims))
    return {str(each.expectation.claim.id): each for each in expectations(claims, bench, parse_moment(as_of))}


@pytest.mark.parametrize(
    ("as_of", "claim", "result"),
    [
        ("2022-02-15", "C108", Result.UNVERIFIABLE),
        ("2022-02-16", "C108", Result.CONTRADICTED),
        ("2022-02-19", "C128", Result.UNVERIFIABLE),
        ("2022-02-20", "C128", Result.CONTRADICTED),
        ("2022-02-24", "C008", Result.UNVERIFIABLE),
        ("2022-02-24", "C064", Result.UNVERIFIABLE),
        ("2022-02-24", "C107", Result.UNVERIFIABLE),
    ],
)
def test_the_announcements_of_the_record_come_to_this_on_their_days(winter, as_of, claim, result):
    assert at(winter, as_of)[claim].result is result


def test_could_not_confirm_is_no_denial(winter):
    found = at(winter, "2022-02-15")["C108"]
    assert {each.id for each in found.evidence} == {"C109", "C111"}
    assert "no denial" in found.because


def test_an_announcement_that_a_partner_makes_of_another_opens_nothing(winter):
    opened = [each.expectation.claim for each in at(winter, "2022-02-24").values()]
    assert all(claim.partner in ("RUS", "BLR") for claim in opened)


@pytest.mark.parametrize(
    "changed",
    [
        {"place": ""},
        {"place": "Kaliningrad"},
        {"period_from": "", "period_to": ""},
        {"period_from": "2022-02-10", "period_to": "2022-02-12"},
        {"actor": ""},
        {"actor": "BLR"},
    ],
)
@pytest.mark.parametrize("modality", ["not-observed", "observed"])
def test_only_a_look_there_then_and_at_that_actor_is_one(scored, changed, modality):
    assert scored(WITHDREW, LOOKED | {"modality": modality} | changed).result is Result.UNVERIFIABLE


def test_a_look_before_the_time_by_which_it_should_be_so_says_nothing_against_it(scored):
    announced = WITHDREW | {"period_to": "2022-02-18"}
    looked = LOOKED | {"modality": "not-observed"}
    assert scored(announced, looked).result is Result.UNVERIFIABLE
    assert (
        scored(announced, looked | {"period_to": "2022-02-18", "reported_at": "2022-02-18"}).result
        is Result.CONTRADICTED
    )


@pytest.mark.parametrize("speaker", ["RUS/MoD", "RUS/MFA"])
def test_a_page_that_carries_the_words_of_ones_own_side_bears_nothing_out(scored, speaker):
    carried = LOOKED | {"partner": "PAGE", "speaker": speaker, "modality": "observed"}
    assert scored(WITHDREW, carried).result is Result.UNVERIFIABLE


def test_a_withdrawal_where_nobody_looked_is_unverifiable(scored):
    found = scored(WITHDREW)
    assert (found.result, found.because) == (Result.UNVERIFIABLE, "nobody at hand looked")


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        ({"modality": "not-observed"}, Result.CONTRADICTED),
        ({"modality": "observed"}, Result.SUPPORTED),
        ({"modality": "unverified"}, Result.UNVERIFIABLE),
        ({"modality": "forecast", "period_to": "2022-03-01"}, Result.UNVERIFIABLE),
        ({"modality": "denied"}, Result.UNVERIFIABLE),  # a denial is no look
        ({"modality": "not-observed", "place": "Moscow"}, Result.UNVERIFIABLE),
        ({"modality": "not-observed", "period_from": "2021-10-01", "period_to": "2021-10-02"}, Result.UNVERIFIABLE),
        ({"modality": "not-observed", "actor": "BLR"}, Result.UNVERIFIABLE),
        ({"modality": "observed", "partner": "RUS", "speaker": "RUS/Kremlin"}, Result.UNVERIFIABLE),
        ({"modality": "observed", "phenomenon": "access/denied"}, Result.ACCESS_DENIED),
    ],
)
def test_only_a_look_there_and_then_moves_it(scored, changed, result):
    assert scored(WITHDREW, LOOKED | changed).result is result


def test_looks_on_both_sides_are_both_shown(scored):
    other = LOOKED | {"claim_id": "M", "partner": "USA", "speaker": "USA/DoD"}
    found = scored(WITHDREW, LOOKED | {"modality": "not-observed"}, other)
    assert found.result is Result.PARTLY
    assert {(each.id, each.side) for each in found.evidence} == {("L", Side.AGAINST), ("M", Side.FOR)}


def test_a_reprint_of_the_announcement_is_no_look(scored):
    copy = LOOKED | {"origins": "S", "partner": "MEDIA", "speaker": "MEDIA"}
    assert scored(WITHDREW, copy).result is Result.UNVERIFIABLE


def test_a_stated_part_may_leave_while_the_whole_grows(scored):
    grown = LOOKED | {"phenomenon": "movement/buildup", "low": 5000, "unit": "personnel"}
    assert scored(WITHDREW, grown).result is Result.CONTRADICTED
    assert scored(WITHDREW | {"low": 10000, "unit": "personnel"}, grown).result is Result.UNVERIFIABLE


PRESENT = LOOKED | {"phenomenon": "personnel", "place": "Belarus", "period_from": "2022-02-21", "period_to": "2022-02-21",
                    "reported_at": "2022-02-21", "low": 28000, "unit": "personnel"}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        ({}, Result.CONTRADICTED),
        ({"place": "Gomel"}, Result.CONTRADICTED),
        ({"place": "Kursk"}, Result.UNVERIFIABLE),
        ({"actor": "BLR"}, Result.UNVERIFIABLE),
        ({"period_from": "2022-02-18", "period_to": "2022-02-18"}, Result.UNVERIFIABLE),
        ({"low": "", "modality": "not-observed"}, Result.SUPPORTED),
        (
            {"low": "", "modality": "not-observed", "place": "Gomel"},
            Result.UNVERIFIABLE,
        ),  # a part looked at is not the whole
        ({"phenomenon": "equipment/tank", "low": "", "unit": ""}, Result.CONTRADICTED),
    ],
)
def test_that_none_will_stay_is_held_against_who_is_seen_there_afterwards(scored, changed, result):
    assert scored(NONE_STAYS, PRESENT | changed).result is result


def test_nothing_is_held_against_it_before_its_time_has_come(scored):
    early = PRESENT | {"period_from": "2022-02-17", "period_to": "2022-02-17", "reported_at": "2022-02-17"}
    found = scored(NONE_STAYS, early, as_of="2022-02-19")
    assert (found.result, found.evidence) == (Result.UNVERIFIABLE, ())
    assert "has not come" in found.because


def test_an_exercise_with_an_end_is_over_or_seen_to_go_on(scored):
    drill = WITHDREW | {
        "phenomenon": "exercise",
        "place": "Belarus",
        "period_from": "2022-02-10",
        "period_to": "2022-02-20",
    }
    seen = PRESENT | {"phenomenon": "exercise", "low": "", "unit": "", "period_from": "2022-02-22", "period_to": "2022-02-22",
                      "reported_at": "2022-02-22"}  # fmt: skip
    assert scored(drill, seen).result is Result.CONTRADICTED
    assert scored(drill, seen | {"modality": "not-observed"}).result is Result.SUPPORTED
    assert scored(drill, seen | {"period_from": "2022-02-18", "period_to": "2022-02-19"}).result is Result.UNVERIFIABLE


@pytest.mark.parametrize(
    "changed",
    [{"phenomenon": "personnel"}, {"modality": "denied"}, {"modality": "not-observed"}, {"modality": "unverified"},
     {"period_from": "", "period_to": ""}, {"phenomenon": "exercise", "period_to": ""}],
)  # fmt: skip
def test_what_announces_nothing_that_can_be_looked_at_opens_no_expectation(lay, row, changed):
    desk = lay(row(**WITHDREW | changed))
    assert expect(desk.claim("S"), desk.settings.horizon_days) is None


MODALITIES = st.sampled_from(["observed", "estimated", "forecast", "intended", "denied", "not-observed", "unverified"])
OTHERS = st.lists(
    st.fixed_dictionaries({
        "modality": MODALITIES,
        "phenomenon": st.sampled_from(["movement/withdrawal", "movement/buildup", "personnel", "exercise", "access/denied"]),
        "place": st.sampled_from(["UKR border", "Belarus", "Moscow", ""]),
        "partner": st.sampled_from(["GBR", "USA", "RUS"]),
    }),
    max_size=4,
)  # fmt: skip


@given(OTHERS)
def test_without_a_look_nothing_is_supported_or_contradicted(scored, others):
    rows = [
        LOOKED | each | {"claim_id": f"L{number}", "speaker": f"{each['partner']}/{number}"}
        for number, each in enumerate(others)
    ]
    found = scored(WITHDREW, *rows)
    looked = [each for each in others if each["modality"] in ("observed", "estimated", "not-observed")]
    if not looked:
        assert found.result is Result.UNVERIFIABLE
    if found.result in (Result.SUPPORTED, Result.PARTLY):
        assert any(each["partner"] != "RUS" for each in looked)
    assert (found.result in (Result.CONTRADICTED, Result.PARTLY)) == (
        Side.AGAINST in {each.side for each in found.evidence}
    )
