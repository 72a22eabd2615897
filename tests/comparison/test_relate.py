"""The rules of relations, each with its smallest example; and laws that hold for all claims."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.comparison.relate import relate
from consilience.model.fact import RelationKind

REPEATS, SUPERSEDES, INCOMPARABLE, REFINES, AGREES, CONFLICTS = (kind.value for kind in RelationKind)


@pytest.fixture(scope="module")
def kind(between, row):
    """The kind of two plain rows that differ in the cells given; of two partners unless they say otherwise."""

    def make(one, two):
        return between(row("A1", **one), row("B1", **{"partner": "USA", **two})).kind.value

    return make


def day(number):
    return {"period_from": f"2021-12-{number:02}", "period_to": f"2021-12-{number:02}"}


# 1 repeats -------------------------------------------------------------------------------------------------


def test_a_claim_that_rests_on_another_repeats_it_whatever_it_says(kind):
    assert kind({"best": 100}, {"best": 900, "origins": "A1", "place": "Belarus"}) == REPEATS


def test_the_copy_is_named_first_whichever_id_is_smaller(between, row):
    relation = between(row("A1", origins="B1"), row("B1", partner="USA"))
    assert (relation.a, relation.b) == ("A1", "B1")


def test_two_that_rest_on_one_claim_repeat(between, row):
    root = row("R0", partner="GBR")
    assert between(row("A1", origins="R0"), row("B1", partner="USA", origins="R0"), root).kind.value == REPEATS


def test_one_key_and_one_proposition_repeat(kind):
    key = "imagery:MAXAR:yelnya:2021-11-01"
    assert kind({"origins": key}, {"origins": key}) == REPEATS


def test_one_key_and_another_proposition_pass_on_marked_same_root(between, row):
    key = "briefing:USA:allies:2021-12-03"
    relation = between(
        row("A1", origins=key, best=100), row("B1", partner="USA", origins=key, phenomenon="equipment/tank", best=5)
    )
    assert relation.kind.value == INCOMPARABLE
    assert relation.same_root
    assert any("never count as independent" in reason for reason in relation.reasons)


def test_one_speaker_saying_it_again_repeats(kind):
    said = {"speaker": "EU/Borrell", "partner": "EU", "best": 100}
    assert kind(said, {**said, "reported_at": "2021-12-04"}) == REPEATS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"modality": "observed"}, "changed modality: estimated became observed"),
        ({"best": 900}, "changed value: 100 personnel became 900 personnel"),
        ({"place": "Belarus"}, "changed scope: UKR border became Belarus"),
        ({"counted": "+separatists"}, "changed scope: UKR border became UKR border (+separatists)"),
        (day(10), "changed period: 2021-12-03 became 2021-12-10"),
        ({"speaker": "FRA/Someone"}, "changed finder: USA/Someone became FRA/Someone"),
        ({"phenomenon": "formation", "unit": "personnel"}, "changed phenomenon: personnel became formation"),
    ],
)
def test_a_changed_copy_lists_what_it_changed(between, row, change, said):
    origin = row("A1", modality="estimated", best=100, speaker="USA/Someone", partner="USA")
    copy = {**origin, "claim_id": "B1", "partner": "PRS", "origins": "A1"}
    assert between(origin, {**copy, **{name: str(cell) for name, cell in change.items()}}).reasons[1:] == (said,)
    assert between(origin, copy).reasons == ("lineage: B1 rests on A1",)


# 2 supersedes ----------------------------------------------------------------------------------------------


def test_a_speaker_who_gives_another_value_for_the_day_supersedes_himself(between, row):
    said = {"partner": "EU", "speaker": "EU/Borrell"}
    relation = between(row("B1", **said, low=150_000), row("A1", **said, low=100_000, reported_at="2021-12-04"))
    assert relation.kind.value == SUPERSEDES
    assert (relation.a, relation.b) == ("B1", "A1")


def test_two_organs_of_one_state_never_supersede_each_other(kind):
    assert kind({"speaker": "UKR/MoD", "best": 100}, {"partner": "UKR", "speaker": "UKR/GUR", "best": 200}) == CONFLICTS


@pytest.mark.parametrize("speaker", ["", "UKR"])
def test_a_speaker_that_is_only_the_partner_is_no_identity(kind, speaker):
    said = {"partner": "UKR", "speaker": speaker}
    assert kind({**said, "best": 100}, {**said, "best": 200, "reported_at": "2021-12-04"}) == CONFLICTS


def test_a_counter_that_grows_from_one_start_supersedes(kind):
    count = {
        "partner": "UKR", "speaker": "UKR/JFO", "phenomenon": "violation/ceasefire", "unit": "incident",
        "place": "Donbas", "period_from": "2021-12-03T00:00+02:00",
    }  # fmt: skip
    early = {**count, "period_to": "2021-12-03T11:00+02:00", "best": 29, "reported_at": "2021-12-03T11:05+02:00"}
    late = {**count, "period_to": "2021-12-03T19:00+02:00", "best": 47, "reported_at": "2021-12-03T19:05+02:00"}
    assert kind(early, late) == SUPERSEDES
    other_start = {**late, "period_from": "2021-12-03T07:00+02:00"}
    assert kind(early, other_start) != SUPERSEDES


def test_two_dates_in_one_statement_are_a_series(kind):
    said = {"partner": "UKR", "speaker": "UKR/Reznikov", "url": "https://example.org/page", "reported_at": "2021-12-12"}
    assert kind({**said, **day(1), "best": 100}, {**said, **day(11), "best": 120}) == INCOMPARABLE


# 3 incomparable --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two", "word"),
    [
        ({"best": 50}, {"modality": "forecast", "best": 100}, "modality"),
        ({"best": 50}, {"modality": "intended", "best": 100}, "modality"),
        ({"best": 50}, {"modality": "unverified"}, "could not confirm"),
        ({"actor": "RUS"}, {"actor": "BLR"}, "actor"),
        ({"actor": "", "best": 50}, {"actor": "RUS", "best": 50}, "actor: unknown against RUS"),
        ({"phenomenon": "personnel"}, {"phenomenon": "equipment/tank"}, "neither path begins the other"),
        ({"phenomenon": "equipment/tank"}, {"phenomenon": "equipment/tanker"}, "neither path begins the other"),
        ({"best": 50, "unit": "incident"}, {"best": 50, "unit": "violation"}, "unit"),
        ({"place": "Belarus"}, {"place": "Crimea"}, "place"),
        (day(1), {"period_from": "2022-01-01", "period_to": "2022-01-01"}, "horizon"),
        ({"counted": "+navy"}, {"counted": "+air"}, "neither contains nor equals"),
    ],
)
def test_what_bars_a_comparison_is_named(between, row, one, two, word):
    relation = between(row("A1", **one), row("B1", partner="USA", **two))
    assert relation.kind.value == INCOMPARABLE
    assert word in " ".join(relation.reasons)


def test_could_not_confirm_relates_to_nothing_and_lowers_nothing(one_fact, row):
    alone = one_fact(row("A1", best=100))
    beside = one_fact(row("A1", best=100), row("B1", partner="USA", modality="unverified"))
    assert beside.finding.probability == alone.finding.probability
    assert beside.finding.value == alone.finding.value


def test_an_empty_actor_matches_for_presence(kind):
    assert kind({"actor": ""}, {"actor": "RUS"}) == AGREES


def test_periods_are_half_open(kind):
    tally = {"phenomenon": "violation/ceasefire", "place": "Donetsk region", "best": 10}
    before = {**tally, "period_from": "2021-12-01T19:30+02:00", "period_to": "2021-12-02T19:30+02:00"}
    after = {**tally, "period_from": "2021-12-02T19:30+02:00", "period_to": "2021-12-03T19:30+02:00"}
    assert kind(before, after) == INCOMPARABLE


def test_levels_last_up_to_the_horizon_and_no_further(kind):
    late = {"period_from": "2021-12-31", "period_to": "2021-12-31"}
    assert kind({**day(1), "best": 100}, {**late, "best": 100}) == AGREES
    later = {"period_from": "2022-01-01", "period_to": "2022-01-01"}
    assert kind({**day(1), "best": 100}, {**later, "best": 100}) == INCOMPARABLE


def test_two_crossing_reporting_days_are_no_nesting(kind):
    tally = {"phenomenon": "violation/ceasefire", "place": "Donetsk region", "best": 10}
    one = {**tally, "period_from": "2021-12-01T00:00Z", "period_to": "2021-12-03T00:00Z"}
    two = {**tally, "period_from": "2021-12-02T00:00Z", "period_to": "2021-12-04T00:00Z"}
    assert kind(one, two) == INCOMPARABLE


# 4 refines -------------------------------------------------------------------------------------------------


def test_a_band_within_a_band_refines(between, row):
    relation = between(
        row("A1", place="within 400 km of UKR border", best=143_500), row("B1", place="within 200 km of UKR border", best=122_000)
    )  # fmt: skip
    assert relation.kind.value == REFINES
    assert (relation.a, relation.b) == ("B1", "A1")


def test_a_part_that_exceeds_its_whole_conflicts(kind):
    inner, outer = "within 200 km of UKR border", "within 400 km of UKR border"
    assert kind({"place": inner, "best": 150_000}, {"place": outer, "best": 122_000}) == CONFLICTS


@pytest.mark.parametrize(
    "tokens", [("", "+separatists"), ("without-navy", ""), ("ground-only", ""), ("", "+air +navy")]
)
def test_a_stated_limit_or_a_category_more_nests(between, row, tokens):
    part, whole = tokens
    relation = between(row("A1", counted=whole, best=190), row("B1", partner="USA", counted=part, best=150))
    assert relation.kind.value == REFINES
    assert (relation.a, relation.b) == ("B1", "A1")


def test_a_tally_within_a_tally_refines(kind):
    tally = {"phenomenon": "violation/ceasefire", "place": "Donetsk region"}
    part = {**tally, "period_from": "2021-12-01", "period_to": "2021-12-01", "best": 10}
    whole = {**tally, "period_from": "2021-12-01", "period_to": "2021-12-03", "best": 30}
    assert kind(part, whole) == REFINES
    assert kind({**part, "best": 31}, whole) == CONFLICTS


def test_a_point_within_a_region_refines(kind):
    assert kind({"place": "Yelnya"}, {"place": "Smolensk region"}) == REFINES


def test_a_kind_of_a_thing_refines_the_thing(kind):
    assert (
        kind({"phenomenon": "equipment", "best": 900}, {"phenomenon": "equipment/tank", "best": 90, "unit": ""})
        == REFINES
    )


# 5 agrees, 6 conflicts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"low": 148_000}, {"low": 150_000}),
        ({"low": 95, "best": 100, "high": 105}, {"low": 104, "best": 110, "high": 115}),
        ({"low": 0, "high": 25}, {"best": 20}),
        ({}, {"best": 20}),
        ({"modality": "denied"}, {"modality": "not-observed"}),
        ({"modality": "denied"}, {"low": 0, "best": 0, "high": 0}),
        ({"modality": "denied"}, {"best": 0}),
    ],
)
def test_compatible_within_the_precision_both_state_agrees(kind, one, two):
    assert kind(one, two) == AGREES


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"best": 94_300}, {"low": 66_500, "best": 70_000, "high": 73_500}),
        ({"low": 0, "best": 0, "high": 0}, {}),
        ({"best": 0}, {}),
        ({"modality": "denied"}, {"best": 100}),
        ({"low": 0, "high": 25}, {"best": 26}),
    ],
)
def test_what_cannot_both_hold_conflicts(kind, one, two):
    assert kind(one, two) == CONFLICTS


def test_a_vague_border_proves_nothing_and_says_that_scope_may_explain(between, row):
    relation = between(row("A1", place="UKR border and Crimea", best=94_300), row("B1", partner="USA", best=70_000))
    assert relation.kind.value == CONFLICTS
    assert any("scope may explain" in reason for reason in relation.reasons)


def test_more_than_x_is_capped_so_that_it_does_not_agree_with_everything_larger(kind):
    assert kind({"low": 100}, {"best": 125}) == AGREES
    assert kind({"low": 100}, {"best": 126}) == CONFLICTS


def test_a_level_may_change_four_percent_a_day_and_no_more(kind):
    assert kind({**day(3), "best": 10_000}, {**day(5), "best": 10_816}) == AGREES
    assert kind({**day(3), "best": 10_000}, {**day(5), "best": 10_817}) == CONFLICTS
    assert kind({**day(3), "best": 10_000}, {**day(3), "best": 10_001}) == CONFLICTS


def test_opposites_at_one_place_and_time_conflict(kind):
    assert kind({"phenomenon": "movement/withdrawal"}, {"phenomenon": "movement/buildup", "best": 7000}) == CONFLICTS
    assert kind({"phenomenon": "movement/withdrawal"}, {"phenomenon": "movement/buildup", **day(20)}) == INCOMPARABLE
    assert (
        kind(
            {"phenomenon": "movement/withdrawal", "place": "Belarus"},
            {"phenomenon": "movement/buildup", "place": "Crimea"},
        )
        == INCOMPARABLE
    )


def test_looking_where_it_was_seen_conflicts_and_elsewhere_is_incomparable(kind):
    seen = {"phenomenon": "equipment/tank", "place": "Yelnya"}
    looked = {**seen, "modality": "not-observed"}
    assert kind(seen, looked) == CONFLICTS
    assert kind(seen, {**looked, "place": "Brest region"}) == INCOMPARABLE
    assert kind(seen, {**looked, **day(20)}) == INCOMPARABLE


def test_a_denial_of_a_part_leaves_the_whole_standing(kind):
    assert kind({"modality": "denied", "place": "Yelnya"}, {"place": "Smolensk region", "best": 100}) == REFINES


def test_an_intent_is_ahead_whatever_the_modality(kind):
    intent = {"phenomenon": "intent/attack", "place": "Ukraine"}
    assert kind({**intent, "modality": "denied"}, {**intent, "modality": "forecast"}) == CONFLICTS
    assert kind({**intent, "modality": "observed"}, {**intent, "modality": "forecast"}) == AGREES


# Laws ------------------------------------------------------------------------------------------------------

_DAYS = [f"2021-12-{number:02}" for number in (1, 2, 9, 30)] + ["2021-12-02T19:30+02:00", "2022-02-01"]
_PLACES = [
    "", "UKR border", "UKR border and Crimea", "within 200 km of UKR border", "200-400 km of UKR border", "Belarus",
    "Yelnya", "Smolensk region", "Donbas", "Luhansk region", "Nowhereville", "Yelnya, Belarus", "BLR-UKR border",
]  # fmt: skip


@st.composite
def rows(draw, name):
    """A row that can be read, drawn from the corners of every rule."""
    begin, finish = sorted([draw(st.sampled_from(_DAYS)), draw(st.sampled_from(_DAYS))], key=lambda text: text[:10])
    numbers = sorted(draw(st.lists(st.integers(0, 10**6), min_size=3, max_size=3)))
    given = draw(st.lists(st.booleans(), min_size=3, max_size=3))
    period = draw(st.sampled_from([("", ""), (begin, ""), (begin, begin), (begin[:10], finish[:10])]))
    return {
        "claim_id": name,
        "partner": draw(st.sampled_from(["UKR", "USA", "PRS"])),
        "speaker": draw(st.sampled_from(["", "UKR/MoD", "USA/Official"])),
        "modality": draw(
            st.sampled_from(["observed", "estimated", "forecast", "intended", "denied", "not-observed", "unverified"])
        ),
        "actor": draw(st.sampled_from(["", "RUS", "BLR"])),
        "phenomenon": draw(
            st.sampled_from([
                "personnel", "personnel/concentration", "movement/buildup", "movement/withdrawal", "violation/ceasefire",
                "violation", "intent/attack", "geography/distance-to-border", "something/new",
            ])
        ),
        "place": draw(st.sampled_from(_PLACES)),
        "counted": draw(st.sampled_from(["", "+separatists", "ground-only", "without-navy", "+air +navy"])),
        "period_from": period[0],
        "period_to": period[1],
        "reported_at": draw(st.sampled_from(_DAYS)),
        **{column: str(number) if given[i] else "" for i, (column, number) in enumerate(zip(("low", "best", "high"), numbers, strict=True))},
        "origins": draw(st.sampled_from(["", "key:one", "X1", "X2", "X3"])),
    }  # fmt: skip


@given(rows("X1"), rows("X2"), rows("X3"))
def test_relate_is_symmetric_never_raises_and_always_says_why(lay, one, two, three):
    desk = lay(one, two, three)
    for a, b in (("X1", "X2"), ("X1", "X3"), ("X2", "X3"), ("X1", "X1")):
        relation = desk.relate(a, b)
        assert relation == desk.relate(b, a)
        assert {relation.a, relation.b} == {a, b}
        assert relation.reasons
        assert all(reason.strip() for reason in relation.reasons)


@given(rows("X1"), rows("X2"))
def test_the_ids_of_two_claims_do_not_decide_their_kind(lay, one, two):
    one["origins"] = two["origins"] = ""
    kind = lay(one, two).relate("X1", "X2").kind
    assert lay({**one, "claim_id": "X2"}, {**two, "claim_id": "X1"}).relate("X1", "X2").kind is kind


@given(rows("X1"))
def test_a_claim_beside_itself_never_conflicts(lay, one):
    desk = lay(one)
    claim = desk.claim("X1")
    assert relate(claim, claim, desk._bench).kind is not RelationKind.CONFLICTS
