"""Flood: what one partner tells over and over moves nothing that others hold."""

import csv
import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.comparison.facts import is_remark
from consilience.comparison.picture import draw
from consilience.desk import Desk
from consilience.linkage.again import told_again
from consilience.model.fact import Verdict

FLOOD = 100


def held_by_others(picture, flooder):
    """Of each fact what is held by others than the flooder: each claim with its stance, and how these relate."""
    others = {claim.id for claim in picture.claims if claim.partner != flooder}
    relations = [each for each in picture.relations if each.a in others and each.b in others]
    found = []
    for fact in picture.facts:
        stances = {held.claim.id: held.stance for held in fact.holdings if held.claim.id in others}
        inside = frozenset((each.a, each.b, each.kind) for each in relations if {each.a, each.b} <= stances.keys())
        if stances:
            found.append((tuple(sorted(stances.items())), tuple(sorted(inside, key=str))))
    return sorted(found, key=str)


def verdicts_of_others(picture, flooder):
    """The findings of facts in which the flooder has no part."""
    return sorted(
        (tuple(held.claim.id for held in fact.holdings), fact.finding.headline, fact.finding.verdict.value)
        for fact in picture.facts if all(held.claim.partner != flooder for held in fact.holdings)
    )  # fmt: skip


def flood(cells, flooder, seed, number=FLOOD):
    """Near-duplicates of a row: other ids and wording, nudged in place, time (a level), count and when it was reported."""
    random_ = random.Random(seed)  # noqa: S311  no secret
    for at in range(number):
        more = {
            **cells,
            "claim_id": f"0-{flooder}-{seed}-{at:03}",
            "partner": flooder,
            "text": f"again {random_.random()}",
        }
        more |= {"origins": "", "about": "", "speaker": "", "reported_at": random_.choice(LATER)}
        if (
            cells["phenomenon"] == "personnel"
            and cells["period_from"] == cells["period_to"]
            and len(cells["period_to"]) == 10
        ):
            day = date.fromisoformat(cells["period_to"]) + timedelta(days=random_.choice((-1, 0, 1)))
            more |= {"period_from": day.isoformat(), "period_to": day.isoformat()}
        if cells.get("lat"):
            more["lat"] = f"{float(cells['lat']) + random_.uniform(-0.004, 0.004):.5f}"
            more["lon"] = f"{float(cells['lon']) + random_.uniform(-0.006, 0.006):.5f}"
        factor = random_.uniform(0.97, 1.03)
        more |= {name: f"{float(cells[name]) * factor:.0f}" for name in ("low", "best", "high") if cells.get(name)}
        yield more


# --- Generated worlds --------------------------------------------------------------------------------------------------

LATER = ["2021-12-24", "2021-12-25T08:30Z", "2021-12-28"]
POINTS = [("48.60", "37.98"), ("48.64", "38.02"), ("48.70", "38.10")]


@st.composite
def told(draw_):
    """A row of one of a few partners: a level of a few scopes, or a single event at one of a few points."""
    cells = {"partner": draw_(st.sampled_from(["UKR", "USA", "GBR", "EST"]))}
    day = draw_(st.integers(1, 20))
    cells |= {
        "period_from": f"2021-12-{day:02}",
        "period_to": f"2021-12-{day:02}",
        "reported_at": f"2021-12-{day + 2:02}",
    }
    cells["modality"] = draw_(st.sampled_from(["observed", "observed", "observed", "estimated", "denied"]))
    cells["speaker"] = draw_(st.sampled_from(["", "", "UKR/MoD"]))
    lat, lon = draw_(st.sampled_from(POINTS))
    if draw_(st.booleans()):
        cells |= {"phenomenon": "personnel", "place": draw_(st.sampled_from(["Yelnya", "Belarus", ""]))}
        cells |= {} if cells["place"] else {"lat": lat, "lon": lon, "radius_km": "5"}
        cells |= {"best": draw_(st.sampled_from(["", "100", "103", "200"]))}
    else:
        cells |= {"phenomenon": "attack/shelling", "place": "", "lat": lat, "lon": lon, "radius_km": "5"}
    return cells


WORLDS = st.lists(told(), min_size=2, max_size=12)


def first_told(lay, rows):
    """The rows that repeat none of the others."""
    again = told_again(lay(*rows).holdings.claims)
    return [cells for cells in rows if cells["claim_id"] not in again]


@settings(max_examples=20)
@given(WORLDS, st.integers(0, 99))
def test_a_flood_of_ones_own_claim_moves_nothing_that_others_hold(lay, row, world, pick):
    rows = [row(f"A{number}", **cells) for number, cells in enumerate(world)]
    firsts = first_told(lay, rows)
    cells = firsts[pick % len(firsts)]
    flooder = cells["partner"]
    before, after = lay(*rows).picture(), lay(*rows, *flood(cells, flooder, pick)).picture()
    assert held_by_others(after, flooder) == held_by_others(before, flooder)
    assert verdicts_of_others(after, flooder) == verdicts_of_others(before, flooder)


@settings(max_examples=20)
@given(WORLDS, st.integers(0, 99))
def test_a_flood_of_anothers_claim_moves_nothing_that_others_hold(lay, row, world, pick):
    rows = [row(f"A{number}", **cells) for number, cells in enumerate(world)]
    firsts = first_told(lay, rows)
    cells = firsts[pick % len(firsts)]
    before, after = lay(*rows).picture(), lay(*rows, *flood(cells, "XXX", pick)).picture()
    assert held_by_others(after, "XXX") == held_by_others(before, "XXX")
    gained = [fact for fact in after.facts if any(held.claim.partner == "XXX" for held in fact.holdings)]
    was = {fact.id: fact.finding.independent_sources for fact in before.facts}
    assert gained
    assert all(fact.finding.independent_sources <= was[fact.id] + 1 for fact in gained)


@settings(max_examples=20)
@given(WORLDS, st.integers(0, 99), st.integers(1, 5))
def test_any_claims_told_again_leave_the_groups_of_the_rest(lay, row, world, pick, number):
    """The law behind both: without the claims that repeat something, the same facts stand."""
    rows = [row(f"A{at}", **cells) for at, cells in enumerate(world)]
    rows += flood(rows[pick % len(rows)], "XXX", pick, number)
    firsts = {cells["claim_id"] for cells in first_told(lay, rows)}
    whole = lay(*rows).picture()
    bare = lay(*(cells for cells in rows if cells["claim_id"] in firsts)).picture()

    def groups(picture):
        found = [{held.claim.id for held in fact.holdings} & firsts for fact in picture.facts]
        return sorted(map(sorted, found))

    assert groups(whole) == groups(bare)
    assert {fact.id for fact in whole.facts} == {fact.id for fact in bare.facts}


@settings(max_examples=20)
@given(WORLDS, st.integers(0, 99), st.integers(1, 30), st.booleans())
def test_copies_by_the_same_partner_change_no_verdict_and_add_no_witness(lay, row, world, pick, copies, declared):
    rows = [row(f"A{at}", **cells) for at, cells in enumerate(world)]
    cells = rows[pick % len(rows)]
    more = [
        {**cells, "claim_id": f"Z{at}", "origins": cells["claim_id"] if declared else cells.get("origins", "")}
        for at in range(copies)
    ]
    before, after = lay(*rows).picture(), lay(*rows, *more).picture()

    def findings(picture):
        return [
            (
                sorted(held.claim.id for held in fact.holdings if held.claim.id[0] == "A"),
                fact.finding.verdict,
                fact.finding.independent_sources,
                fact.finding.probability,
            )
            for fact in picture.facts
        ]

    assert findings(after) == findings(before)


# --- The record ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def native(scenario):
    """The rows of the record, by id."""
    rows = {}
    for file in sorted((scenario / "holdings").glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows.update({row["claim_id"]: row for row in csv.DictReader(lines)})
    return rows


def flooded(native, table, winter, name, flooder):
    """The record's picture, with one of its claims told a hundred times more by a partner."""
    more = [{**each, "reported_at": "2022-03-01"} for each in flood(native[name], flooder, 7)]
    claims = Desk.read([table(more)]).holdings.claims
    assert len(claims) == FLOOD
    return draw((*winter.holdings.claims, *claims), winter.geography, winter.settings)


SOME = ["C042", "C061", "C072", "C110", "C155", "UW0017", "UW0019", "C113", "OSCE-39-2022-D"]


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("by", ["its own", "another"])
def test_a_flood_into_the_record_moves_nothing_that_others_hold(native, table, winter, name, by):
    flooder = native[name]["partner"] if by == "its own" else "XXX"
    before, after = winter.picture(), flooded(native, table, winter, name, flooder)
    assert held_by_others(after, flooder) == held_by_others(before, flooder)
    assert verdicts_of_others(after, flooder) == verdicts_of_others(before, flooder) or by == "another"


@pytest.mark.slow
def test_no_claim_of_the_record_can_be_flooded_to_move_what_others_hold(native, table, winter):
    before = winter.picture()
    held = held_by_others(before, "XXX")
    told_first = [claim for claim in winter.holdings.claims if not is_remark(claim)]
    again = told_again(told_first)
    for claim in told_first[::3]:
        if claim.id not in again:
            assert held_by_others(flooded(native, table, winter, claim.id, "XXX"), "XXX") == held, claim.id


def test_a_flood_of_one_partner_corroborates_nothing(lay, row):
    one = row("A1", best=100)
    picture = lay(one, *flood(one, "UKR", 1)).picture()
    assert picture.count(Verdict.CORROBORATED) == 0
    assert [fact.finding.independent_sources for fact in picture.facts] == [1]
