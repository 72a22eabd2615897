"""The record of winter 2021-22: what must hold of it, as of each day."""

import csv
import json
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from consilience.comparison.picture import draw
from consilience.desk import Desk
from consilience.model.fact import RelationKind, Stance, Verdict
from consilience.model.period import day


def fact_of(picture, claim):
    """The fact that a claim stands in; in the few that it bears on, the first."""
    return next(fact for fact in picture.facts if claim in {holding.claim.id for holding in fact.holdings})


def holding_of(fact, claim):
    return next(holding for holding in fact.holdings if holding.claim.id == claim)


# 6 December 2021: 94,300 and 70,000 ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def december(winter):
    return fact_of(winter.picture("2021-12-06"), "C042")


def test_94300_and_70000_for_one_day_conflict_and_both_stand(december):
    assert december.finding.verdict is Verdict.CONFLICTING
    assert holding_of(december, "C042").claim.count.best == 94_300
    assert holding_of(december, "C044").claim.count.best == 70_000
    assert holding_of(december, "C042").side != holding_of(december, "C044").side


def test_nobody_is_averaged_away(december):
    value = december.finding.value
    assert value.best is None
    assert value.low <= 70_000
    assert value.high >= 94_300


def test_the_statement_that_the_data_coincide_is_not_borne_out(december):
    (said,) = [said for said in december.statements if said.claim.id == "C049b"]
    assert said.claim.reported_at.at.date().isoformat() == "2021-12-05"
    assert said.borne_out is False


def test_a_conflict_says_who_could_settle_it(december):
    assert "UKR" in december.finding.settles or "USA" in december.finding.settles


# 23 December 2021: two bands, one inside the other ---------------------------------------------------------


def test_nested_bands_refine(winter):
    relation = winter.relate("C061", "C062")
    assert (relation.a, relation.b, relation.kind) == ("C061", "C062", RelationKind.REFINES)
    assert any("never added" in reason for reason in relation.reasons)


def test_nested_bands_are_never_added(winter):
    total = 122_000 + 143_500
    for as_of in ("2021-12-23", "2022-01-24", None):
        picture = winter.picture(as_of)
        values = [fact.finding.value for fact in picture.facts if fact.finding.value]
        assert not [value for value in values if total in (value.low, value.best, value.high)]
        assert f"{total:,}" not in " ".join(fact.finding.headline for fact in picture.facts)


def test_a_page_that_added_the_bands_is_a_changed_copy_and_no_evidence(winter):
    copies = [claim for claim in winter.holdings.claims if {"C061", "C062"} <= set(claim.origins)]
    assert copies
    held = [
        holding for fact in winter.picture().facts for holding in fact.holdings
        if holding.claim.id in {claim.id for claim in copies}
    ]  # fmt: skip
    assert {holding.stance for holding in held} == {Stance.COPY}
    assert all(any(reason.startswith("changed ") for reason in holding.reasons) for holding in held)


# January 2022: a warning and its origin --------------------------------------------------------------------


def test_a_warning_is_held_by_one_until_its_origin_is_told(winter):
    assert fact_of(winter.picture("2022-01-22"), "C072").finding.verdict is Verdict.SOLE


def test_a_warning_told_to_be_of_a_partner_is_circular_with_one_source(winter):
    fact = fact_of(winter.picture("2022-01-24"), "C072")
    assert fact.finding.verdict is Verdict.CIRCULAR
    assert fact.finding.independent_sources == 1


# Pairs of the record ---------------------------------------------------------------------------------------


def test_present_and_planned_are_incomparable(winter):
    assert winter.relate("C044", "C045").kind is RelationKind.INCOMPARABLE


def test_a_corrected_claim_is_superseded_and_still_listed(winter):
    relation = winter.relate("C006", "C007")
    assert (relation.a, relation.b, relation.kind) == ("C006", "C007", RelationKind.SUPERSEDES)
    fact = fact_of(winter.picture(), "C006")
    assert holding_of(fact, "C006").stance is Stance.SUPERSEDED
    assert holding_of(fact, "C007").is_current


def test_every_denial_is_visible(winter):
    """A denial is never dropped: it stands in a fact, and with the affirmations that it contradicts."""
    picture = winter.picture()
    shown = {holding.claim.id for fact in picture.facts for holding in fact.holdings}
    denials = {claim.id for claim in winter.holdings.claims if claim.modality.is_negation}
    assert denials
    assert denials <= shown
    assert any(
        holding.stance is Stance.OPPOSES and any(other.stance is Stance.SUPPORTS for other in fact.holdings)
        for fact in picture.facts for holding in fact.holdings
    )  # fmt: skip


def test_every_claim_stands_in_a_fact(winter):
    for as_of in ("2021-04-30", "2021-12-06", None):
        picture = winter.picture(as_of)
        shown = {holding.claim.id for fact in picture.facts for holding in fact.holdings}
        assert shown == {claim.id for claim in picture.claims}


def test_relations_of_the_record_are_symmetric_and_have_reasons(winter):
    """A sample of pairs, each tried both ways."""
    listed = winter.holdings.claims[::5]
    for a, b in combinations(listed, 2):
        one, two = winter.relate(a.id, b.id), winter.relate(b.id, a.id)
        assert one == two
        assert one.reasons
        assert all(reason.strip() for reason in one.reasons)


def test_verdicts_mean_what_they_say(winter):
    for as_of in ("2021-12-06", "2022-01-24", "2022-02-18", None):
        for fact in winter.picture(as_of).facts:
            current = [holding for holding in fact.holdings if holding.is_current]
            finding = fact.finding
            if finding.verdict is Verdict.CORROBORATED:
                assert finding.independent_sources >= 2
                assert len({holding.claim.partner for holding in current}) >= 2
            if finding.verdict is Verdict.CONFLICTING:
                assert len({holding.side for holding in current}) >= 2
            assert finding.headline
            assert finding.settles
            assert all(finding.reasons)


# As of -----------------------------------------------------------------------------------------------------


def names_in(value):
    """Every text inside a JSON value, word by word."""
    return set(json.dumps(value, ensure_ascii=False).replace('"', " ").replace(",", " ").replace(";", " ").split())


def test_nothing_reported_later_is_used_on_any_day(winter):
    for date in winter.reported_days:
        picture, end = winter.picture(date), day(date).end
        told = {claim.id for claim in picture.claims}
        assert all(claim.reported_at.end <= end for claim in picture.claims)
        assert {holding.claim.id for fact in picture.facts for holding in fact.holdings} <= told
        assert {name for relation in picture.relations for name in (relation.a, relation.b)} <= told
        assert {root for fact in picture.facts for holding in fact.holdings for root in holding.roots} <= told | {
            name for claim in picture.claims for name in claim.origins
        }


@pytest.mark.parametrize("date", ["2021-04-19", "2021-12-06", "2022-01-24", "2022-02-16"])
def test_no_reason_names_a_claim_that_was_told_later(winter, date):
    picture, end = winter.picture(date), day(datetime.fromisoformat(date)).end
    later = {claim.id for claim in winter.holdings.claims if claim.reported_at.end > end}
    named = {origin for claim in picture.claims for origin in (*claim.origins, *claim.about)}
    assert later
    assert not (later & names_in(picture.body)) - named


def test_an_as_of_picture_is_the_picture_of_what_was_told_by_then(winter, scenario, tmp_path):
    """A node that never received the later rows computes the same digest."""
    cut = "2021-12-06"
    files = []
    for file in sorted((scenario / "holdings").glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = [row for row in reader if row["reported_at"][:10] <= cut]
        mine = tmp_path / file.name
        with mine.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, reader.fieldnames)
            writer.writeheader()
            writer.writerows(rows)
        files.append(mine)
    assert Desk.read(files).picture(cut).digest == winter.picture(cut).digest


def test_between_reports_nothing_changes_but_the_date(winter):
    first, second = next(
        (one, two) for one, two in zip(winter.reported_days, winter.reported_days[1:], strict=False)
        if two - one > timedelta(days=1)
    )  # fmt: skip
    between = first + timedelta(days=1)
    assert first < between < second
    one, two = winter.picture(first), winter.picture(between)
    assert [fact.id for fact in one.facts] == [fact.id for fact in two.facts]
    assert {**one.body, "as_of": None} == {**two.body, "as_of": None}


# Reprints --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def native(scenario):
    """The rows of the record, by id."""
    rows = {}
    for file in sorted((scenario / "holdings").glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows.update({row["claim_id"]: row for row in csv.DictReader(lines)})
    return rows


CHANGES = {
    "nothing": {},
    "value": {"low": "", "best": "1234567", "high": ""},
    "modality": {"modality": "observed"},
    "scope": {"place": "Belarus", "lat": "", "lon": "", "radius_km": ""},
    "period": {"period_from": "2021-12-01", "period_to": "2021-12-31"},
    "finder": {"speaker": "PRS/Reporter"},
    "counted": {"counted": "+reserves"},
}


@pytest.fixture(scope="module")
def gains(native, table, winter):
    """What any fact gains by a copy of a claim by another partner: there should be nothing."""
    before = winter.picture()
    was = {frozenset(holding.claim.id for holding in fact.holdings): fact.finding for fact in before.facts}

    def make(name, change="nothing"):
        copy = {**native[name], "claim_id": "REPRINT-1", "partner": "PRS", "origins": name, **CHANGES[change]}
        copied = Desk.read([table([{**copy, "reported_at": "2022-02-24"}])]).holdings.claims
        found = []
        for fact in draw((*winter.holdings.claims, *copied), winter.geography, winter.settings).facts:
            names = frozenset(holding.claim.id for holding in fact.holdings)
            old = was.get(names - {"REPRINT-1"})
            gained = old is not None and fact.finding.independent_sources > old.independent_sources
            corroborated = Verdict.CORROBORATED
            fresh = fact.finding.verdict is corroborated and names not in was
            if gained or (fresh and (old is None or old.verdict is not corroborated)):
                found.append((name, change, fact.title, fact.finding.headline))
        return found

    return make


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_reprint_never_corroborates_nor_adds_a_source(gains, native, change):
    """A few claims of the record, each repeated faithfully and with every kind of change."""
    assert not [found for name in ("C044", "C061", "C072", "C108") for found in gains(name, change)]


def test_a_reprint_of_a_superseded_claim_adds_no_source(gains):
    assert not gains("C006")


def test_a_reprint_of_one_of_two_posts_of_a_partner_corroborates_nothing(gains):
    assert not gains("UW0019")


@pytest.mark.slow
def test_no_claim_of_the_record_gains_by_being_reprinted(gains, winter):
    shared = {
        holding.claim.id for fact in winter.picture().facts if len(fact.holdings) > 1 for holding in fact.holdings
    }
    assert not [found for name in sorted(shared) for found in gains(name)]
