"""Verdicts: roots are counted, not reports; conflicts are shown, not averaged; copies are no evidence."""

from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.model.fact import Stance, Verdict


def test_two_partners_with_roots_of_their_own_corroborate(one_fact, row):
    finding = one_fact(row("A1", best=100), row("B1", partner="USA", best=100)).finding
    assert (finding.verdict, finding.independent_sources) == (Verdict.CORROBORATED, 2)
    assert finding.value.best == 100


def test_two_claims_of_one_partner_are_held_by_one(one_fact, row):
    finding = one_fact(row("A1", speaker="UKR/MoD", best=100), row("B1", speaker="UKR/GUR", best=100)).finding
    assert finding.verdict is Verdict.SOLE
    assert "2 roots" in finding.headline


def test_many_reprints_of_one_briefing_are_one_source(one_fact, row):
    key = "briefing:USA:allies:2021-12-03"
    finding = one_fact(*(row(f"A{n}", partner=f"P{n}", best=100, origins=key) for n in range(6))).finding
    assert (finding.verdict, finding.independent_sources) == (Verdict.CIRCULAR, 1)
    assert "1 origin, 6 holders" in finding.headline


def test_two_recordings_by_one_owner_are_no_two_witnesses_when_the_owner_asserts_them(one_fact, row):
    one, two = "briefing:USA:first:2021-12-03", "briefing:USA:second:2021-12-03"
    finding = one_fact(row("A1", best=100, origins=one), row("B1", partner="GBR", best=100, origins=two)).finding
    assert finding.verdict is not Verdict.CORROBORATED


def test_a_changed_copy_is_shown_and_its_roots_content_stands(one_fact, row):
    fact = one_fact(row("A1", best=100), row("B1", partner="PRS", best=900, origins="A1"))
    assert {holding.claim.id: holding.stance for holding in fact.holdings}["B1"] is Stance.COPY
    assert fact.finding.verdict in (Verdict.SOLE, Verdict.CIRCULAR)
    assert fact.finding.value.best == 100


def test_a_conflict_spans_what_is_said_and_has_no_middle(one_fact, row):
    finding = one_fact(row("A1", best=94_300), row("B1", partner="USA", best=70_000)).finding
    assert finding.verdict is Verdict.CONFLICTING
    assert (finding.value.low, finding.value.best, finding.value.high) == (70_000, None, 94_300)


def test_a_superseded_claim_neither_conflicts_nor_counts(one_fact, row):
    said = {"partner": "EU", "speaker": "EU/Borrell"}
    fact = one_fact(row("A1", **said, best=150), row("B1", **said, best=100, reported_at="2021-12-04"))
    assert {holding.claim.id: holding.stance for holding in fact.holdings}["A1"] is Stance.SUPERSEDED
    assert fact.finding.verdict is Verdict.SOLE
    assert fact.finding.value.best == 100


def test_a_denial_by_the_accused_conflicts_with_two_witnesses(one_fact, row):
    fact = one_fact(
        row("A1", phenomenon="movement/buildup"),
        row("B1", partner="USA", phenomenon="movement/buildup"),
        row("C1", partner="RUS", phenomenon="movement/buildup", modality="denied"),
    )
    assert fact.finding.verdict is Verdict.CONFLICTING
    assert {holding.claim.id: holding.stance for holding in fact.holdings}["C1"] is Stance.OPPOSES


def test_grades_move_the_probability_and_never_pass_certainty(one_fact, row):
    poor = one_fact(row("A1", reliability="E")).finding.probability
    plain = one_fact(row("A1")).finding.probability
    good = one_fact(row("A1", reliability="A", credibility="1")).finding.probability
    assert poor < plain < good
    many = one_fact(*(row(f"A{n}", partner=f"P{n}", reliability="A", credibility="1") for n in range(9)))
    assert many.finding.probability <= 0.99


def test_a_reprint_does_not_bring_back_what_its_origin_withdrew(one_fact, row):
    said = {"partner": "EU", "speaker": "EU/Borrell"}
    old, new = row("A1", **said, best=150), row("B1", **said, best=100, reported_at="2021-12-04")
    reprint = {**old, "claim_id": "C1", "partner": "PRS", "origins": "A1", "reported_at": "2021-12-05"}
    finding = one_fact(old, new, reprint).finding
    assert finding.independent_sources == 1
    assert finding.verdict is not Verdict.CONFLICTING


def test_a_fact_with_two_roots_is_not_said_to_have_begun_once(one_fact, row):
    fact = one_fact(
        row("A1", speaker="UKR/MoD", best=100),
        row("B1", speaker="UKR/GUR", best=100),
        row("C1", partner="PRS", best=100, origins="A1"),
    )
    assert fact.finding.independent_sources == 2
    assert "1 origin" not in fact.finding.headline


def test_a_reprint_of_one_of_two_recordings_is_no_second_witness(one_fact, row):
    one, two = "imagery:MAXAR:yelnya:2021-12-01", "video:SOMEONE:train:2021-12-02"
    told = [row("A1", best=100, origins=one), row("B1", best=100, origins=two)]
    assert one_fact(*told).finding.verdict is Verdict.SOLE
    reprint = {**told[0], "claim_id": "C1", "partner": "PRS", "origins": "A1", "reported_at": "2021-12-05"}
    assert one_fact(*told, reprint).finding.verdict is not Verdict.CORROBORATED


CLAIMS = st.lists(
    st.fixed_dictionaries(
        {
            "partner": st.sampled_from(["UKR", "USA", "GBR"]),
            "best": st.sampled_from(["", "100", "103", "200"]),
            "modality": st.sampled_from(["observed", "estimated", "denied"]),
            "period_to": st.sampled_from(["2021-12-03", "2021-12-04"]),
        }
    ),
    min_size=1, max_size=5,
)  # fmt: skip
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "best": st.sampled_from(["", "100", "103", "200", "999"]),
        "modality": st.sampled_from(["observed", "forecast", "denied", "unverified"]),
        "place": st.sampled_from(["Belarus", "UKR border and Crimea", "Yelnya"]),
        "period_to": st.sampled_from(["2021-12-04", "2022-01-20"]),
        "counted": st.sampled_from(["+navy", "ground-only"]),
        "speaker": st.just("PRS/Reporter"),
    },
)


COPIES = st.lists(st.tuples(st.integers(0, 99), CHANGES), min_size=1, max_size=3)


@given(CLAIMS, COPIES)
def test_copies_by_others_never_corroborate_nor_add_a_source(lay, row, claims, copies):
    """However often any claim is repeated, a fact is worth no more than it is without the copies."""
    _repeat(lay, row, claims, copies)


@given(CLAIMS, st.sampled_from([("UKR/A", "", ""), ("", "post:x:1", "video:Y:2")]), COPIES)
@settings(max_examples=200, report_multiple_bugs=False)
def test_the_same_where_speakers_are_named_and_recordings_shown(lay, row, claims, extras, copies):
    speaker, *keys = extras
    told = [
        {**claim, "partner": "UKR", "speaker": speaker, "origins": keys[number % 2]}
        for number, claim in enumerate(claims)
    ]
    _repeat(lay, row, told, copies)


def _repeat(lay, row, claims, copies):
    told = [row(f"A{number}", **cells) for number, cells in enumerate(claims)]
    copied = []
    for number, (of, changes) in enumerate(copies):
        origin = (told + copied)[of % len(told + copied)]
        cells = {
            **origin,
            **changes,
            "claim_id": f"Z{number}",
            "partner": f"PRS{number}",
            "origins": origin["claim_id"],
        }
        copied.append({**cells, "reported_at": "2021-12-05"})
    for fact in lay(*told, *copied).picture().facts:
        names = {holding.claim.id for holding in fact.holdings}
        rest = [cells for cells in told if cells["claim_id"] in names]
        if not rest:
            assert fact.finding.verdict is not Verdict.CORROBORATED
            continue
        without = lay(*rest).picture()
        assert fact.finding.independent_sources <= max(found.finding.independent_sources for found in without.facts)
        assert fact.finding.verdict is not Verdict.CORROBORATED or without.count(Verdict.CORROBORATED)


@given(CLAIMS)
def test_every_finding_is_whole(lay, row, claims):
    for fact in lay(*(row(f"A{number}", **cells) for number, cells in enumerate(claims))).picture().facts:
        finding = fact.finding
        assert finding.headline
        assert finding.settles
        assert finding.reasons
        assert finding.independent_sources >= 1
        assert finding.probability is None or 0.01 <= finding.probability <= 0.99
        if finding.value and finding.value.low is not None and finding.value.high is not None:
            assert finding.value.low <= finding.value.high
