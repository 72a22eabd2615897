"""Copies: who says that it repeats a claim moves no fact, whatever the vagueness of what it repeats."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.model.fact import Stance, Verdict

PARTNERS = ["UKR", "USA", "GBR", "EST"]
POINTS = [("48.60", "37.98"), ("48.64", "38.02"), ("48.70", "38.10"), ("49.90", "36.30"), ("51.20", "33.10")]
RADII = ["1", "5", "60", "200", "900"]
GRADES = [{}, {"reliability": "A", "credibility": "1"}, {"reliability": "D", "credibility": "5"}]
GRAIN = [("2021-12-{:02}", 0), ("2021-12-{:02}", 3), ("2021-10-{:02}", 61), ("2021-10-{:02}", 75)]


@st.composite
def told(draw_):
    """A row of a level or an event, of any vagueness in place and time, or of none."""
    day, late = draw_(st.integers(1, 14)), draw_(st.integers(0, 9))
    cells = {"partner": draw_(st.sampled_from(PARTNERS)), "reported_at": f"2021-12-{day + 5 + late:02}"}
    cells |= {"modality": draw_(st.sampled_from(["observed", "observed", "estimated", "denied", "forecast"]))}
    cells |= {"speaker": draw_(st.sampled_from(["", "UKR/MoD", "RUS/MoD"])), **draw_(st.sampled_from(GRADES))}
    lat, lon = draw_(st.sampled_from(POINTS))
    at = {"place": "", "lat": lat, "lon": lon, "radius_km": draw_(st.sampled_from(RADII))}
    wide = {"place": draw_(st.sampled_from(["Yelnya", "Belarus", "UKR border", ""]))}
    if draw_(st.booleans()):
        cells |= {"phenomenon": "personnel", **draw_(st.sampled_from([at, wide]))}
        cells |= {"best": draw_(st.sampled_from(["", "100", "103", "200"]))}
        cells |= {"period_from": f"2021-12-{day:02}", "period_to": f"2021-12-{day:02}"}
        cells |= {} if draw_(st.integers(0, 4)) else {"period_from": "", "period_to": ""}
    else:
        start, days = draw_(st.sampled_from(GRAIN))
        cells |= {"phenomenon": "attack/shelling", **draw_(st.sampled_from([at, at, wide]))}
        cells |= {"period_from": start.format(day), "period_to": _after(start.format(day), days)}
        if draw_(st.booleans()):
            cells |= {"best": draw_(st.sampled_from(["4", "9"])), "unit": "person"}
    return cells


def _after(day, days):
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


WORLDS = st.lists(told(), min_size=2, max_size=9)


def copies(rows, seed, number, *, altered):
    """Copies by anybody, told at any time: of a row, of other copies, in circles, of several at once, and of what is not there."""
    random_ = random.Random(seed)  # noqa: S311  no secret
    made = []
    for at in range(number):
        name = random_.choice(["", "Z"]) + f"0copy{at:02}"
        origin = random_.choice(rows)
        named = [origin["claim_id"]]
        if made and random_.random() < 0.4:
            other = random_.choice(made)
            origin, named = other, [other["claim_id"]]
            if random_.random() < 0.3:  # a circle of which one still names where it began
                other["origins"] += f" {name}"
        if random_.random() < 0.4:
            named.append(random_.choice(rows)["claim_id"])
        if random_.random() < 0.2:
            named.append("not-at-hand")
        more = {
            **origin, "claim_id": name, "partner": random_.choice([*PARTNERS, "XXX"]), "speaker": "",
            "reported_at": random_.choice(["2021-12-01", origin["reported_at"], "2022-01-20"]),
            "origins": " ".join(named), "text": f"told again {seed} {at}", **random_.choice(GRADES),
        }  # fmt: skip
        if altered and random_.random() < 0.5:
            more |= random_.choice([{"best": "", "unit": ""}, {"best": "7" if origin.get("best") else ""}])
        made.append(more)
    return made


def standing(picture):
    """Of each fact by id what the claims of the world come to, without what copies may add by design."""
    found = {}
    for fact in picture.facts:
        ours = {held.claim.id: (held.stance, held.side) for held in fact.holdings if held.claim.id.startswith("A")}
        finding = fact.finding
        found[fact.id] = (ours, finding.value, finding.method, finding.independent_sources, finding.probability)
    return found


def verdicts(picture):
    return {fact.id: fact.finding.verdict for fact in picture.facts}


@pytest.mark.parametrize("altered", [False, True])
@settings(max_examples=60)
@given(WORLDS, st.integers(0, 9999), st.integers(1, 12))
def test_declared_copies_turn_sole_into_circular_and_move_nothing_else(lay, row, altered, world, seed, number):
    rows = [row(f"A{at}", **cells) for at, cells in enumerate(world)]
    more = copies(rows, seed, number, altered=altered)
    before, after = lay(*rows).picture(), lay(*rows, *more).picture()
    assert standing(after) == standing(before)
    was, now = verdicts(before), verdicts(after)
    moved = {(was[name], now[name]) for name in was if was[name] is not now[name]}
    assert moved <= {(Verdict.SOLE, Verdict.CIRCULAR), (Verdict.CONFLICTING, Verdict.CIRCULAR)}
    for fact in before.facts:
        if (
            was[fact.id] is Verdict.CONFLICTING and now[fact.id] is Verdict.CIRCULAR
        ):  # ADR 3: only its subject denies it
            assert {held.claim.speaker.state for held in fact.holdings if held.stance is Stance.OPPOSES} == {"RUS"}


# --- What a false word about origins could do -----------------------------------------------------------------------------


def test_who_says_to_rest_on_two_witnesses_makes_them_no_one_witness(lay, row):
    one, two = row("A1", best=100, source="own"), row("A2", partner="GBR", best=100, source="own")
    (before,) = lay(one, two).picture().facts
    (after,) = lay(one, two, row("B", partner="XXX", best=100, origins="A1 A2")).picture().facts
    for finding in (before.finding, after.finding):
        assert (finding.independent_sources, finding.verdict) == (2, Verdict.CORROBORATED)
    assert after.finding.probability == before.finding.probability


def test_a_copy_by_a_third_does_not_corroborate_the_speaker_that_it_leaves_out(lay, row):
    """GBR tells what Kyiv said; USA copies GBR and names no speaker; that Kyiv says it too is no second root."""
    told = row("A1", partner="GBR", speaker="UKR/MoD", best=100)
    own = row("A2", partner="UKR", speaker="UKR/President", best=100)
    copy = row("B", partner="USA", best=100, origins="A1")
    for rows in ((told, own), (told, own, copy)):
        (fact,) = lay(*rows).picture().facts
        assert fact.finding.verdict is not Verdict.CORROBORATED


def test_a_copy_that_is_graded_better_makes_nothing_likelier(lay, row):
    told = row("A1", reliability="D", credibility="5", best=100)
    copy = row("B", partner="USA", reliability="A", credibility="1", best=100, origins="A1")
    (before,), (after,) = lay(told).picture().facts, lay(told, copy).picture().facts
    assert after.finding.probability == before.finding.probability


def test_copies_do_not_turn_the_sides_of_a_conflict_about(lay, row):
    many = [row(f"A{at}", partner=partner, best=100) for at, partner in enumerate(("UKR", "GBR"))]
    few = row("C", partner="RUS", best=900)
    copies_ = [
        row(f"0{at}", partner=partner, best=900, origins="C") for at, partner in enumerate(("BLR", "XXX", "YYY"))
    ]
    (before,), (after,) = lay(*many, few).picture().facts, lay(*many, few, *copies_).picture().facts
    assert after.finding.headline == before.finding.headline
    assert after.finding.verdict is Verdict.CONFLICTING
