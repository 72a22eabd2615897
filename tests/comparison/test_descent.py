"""Descent: who repeats whom, from which roots, in which order, and how many sources that leaves."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.comparison.descended import descent_json
from consilience.comparison.descent import descend, effective
from consilience.comparison.echoes import Echo
from consilience.model.identity import canonical_json
from consilience.settings import Settings

WORDS = "Convoys of fuel lorries crossed the pontoon bridge near Chonhar after dusk on Friday"


def on(day, **cells):
    return {"reported_at": f"2021-12-{day:02}", **cells}


def edge(found, partner, owner):
    return next(each for each in found.edges if (each.partner, each.owner) == (partner, owner))


# Declared ------------------------------------------------------------------------------------------------------------


def test_the_press_reports_of_one_briefing_are_one_root(winter):
    found = winter.descent()
    root = next(root for root in found.roots if root.name == "statement:NATO:belarus-deployment:2022-02-03")
    assert root.owner == "NATO"
    assert root.partners == ("NATO", "POLITICO", "REUTERS")
    assert [telling.claim.id for telling in root.tellings] == ["C082", "C082b", "C082c", "C083", "C081", "C084"]
    assert "changed modality: forecast became observed" in root.tellings[4].changed
    assert edge(found, "REUTERS", "NATO").through == ("C083",)


def test_an_edge_tells_how_much_since_when_and_through_what(lay, row):
    desk = lay(
        row("U1", **on(3)),
        row("G1", partner="GBR", origins="U1", **on(5)),
        row("G2", partner="GBR", origins="G1 statement:UKR:briefing", **on(4)),
        row("G3", partner="GBR", phenomenon="equipment/tank", **on(1)),
    )
    found = edge(desk.descent(), "GBR", "UKR")
    assert (found.verb, len(found.tellings), found.of, found.since) == ("repeats", 2, 3, "2021-12-04")
    assert found.through == ("G1", "statement:UKR:briefing", "U1")


def test_a_recording_is_drawn_on_and_its_owner_does_not_repeat_itself(lay, row):
    desk = lay(
        row("M1", partner="MAXAR", origins="imagery:maxar:yelnya"), row("U1", origins="imagery:maxar:yelnya")
    )  # fmt: skip
    (found,) = desk.descent().edges
    assert (found.partner, found.verb, found.owner) == ("UKR", "draws on", "imagery: maxar")


def test_who_says_what_a_claim_rests_on_is_named_where_it_is_another(lay, row):
    desk = lay(
        row("U1"), row("G1", partner="GBR", **on(4)),
        row("R1", partner="USA", phenomenon="provenance/origin", about="G1", origins="U1", **on(5)),
    )  # fmt: skip
    assert edge(desk.descent(), "GBR", "UKR").tellings[0].said_by == ("R1",)


def test_claims_that_rest_on_each_other_are_a_circle(lay, row):
    desk = lay(row("U1", origins="G1"), row("G1", partner="GBR", origins="P1"), row("P1", partner="POL", origins="U1"))
    assert desk.descent().circles == (("G1", "P1", "U1"),)
    assert lay(row("U1"), row("G1", partner="GBR", origins="U1")).descent().circles == ()


def test_nothing_of_a_descent_depends_on_the_order_of_claims(winter):
    claims = winter.holdings.claims[::-1]
    picture = winter.picture()
    again = type(winter)(winter.holdings.__class__(claims, (), 0, (), None, winter.holdings.gazetteer))
    one, two = (
        descent_json(drawn, descend(drawn, Settings())) for drawn in (picture, again.picture())
    )  # fmt: skip
    assert canonical_json({**one, "picture": ""}) == canonical_json({**two, "picture": ""})


def test_a_descent_knows_nothing_of_later_days(winter):
    assert all(telling.claim.reported_at.at.isoformat() < "2021-12-07" for root in winter.descent("2021-12-06").roots
               for telling in root.tellings)  # fmt: skip


# Inferred ------------------------------------------------------------------------------------------------------------


def test_wording_that_is_nearly_alike_is_inferred_with_its_reasons_and_changes_no_finding(lay, row):
    plain = [
        row("U1", text=WORDS, **on(3)),
        row("G1", partner="GBR", text="Seen by a patrol of our own there", **on(4)),
    ]
    copied = [plain[0], {**plain[1], "text": WORDS.replace("Friday", "Saturday")}]
    desk = lay(*copied)
    (echo,) = desk.descent().echoes
    assert (echo.later, echo.earlier, echo.is_ordered) == ("G1", "U1", True)
    assert 0.8 < echo.alike < 1
    said = "; ".join(echo.reasons)
    assert re.search(r"wording: \d\d% of the runs", said)
    assert "rare wording: no other claim here says after, bridge, chonhar" in said
    assert "order: U1 was first, 2021-12-03; G1 came 1 day after" in said
    (sources,) = desk.descent().sources.values()
    assert (sources.reports, sources.independent) == (2, 2)
    assert 1 < sources.effective < 1.2
    findings = [one.picture().facts[0].finding for one in (desk, lay(*plain))]
    assert findings[0] == findings[1]
    assert lay(*plain).descent().echoes == ()


def test_what_declares_its_origin_or_is_one_partners_is_no_echo(lay, row):
    assert not lay(row("U1", text=WORDS), row("G1", partner="GBR", origins="U1", text=WORDS)).descent().echoes
    assert not lay(row("U1", text=WORDS), row("U2", text=WORDS, **on(5))).descent().echoes


def test_of_one_time_either_may_be_the_copy(lay, row):
    (echo,) = lay(row("U1", text=WORDS), row("G1", partner="GBR", text=WORDS)).descent().echoes
    assert not echo.is_ordered
    assert echo.alike == 1.0


@given(st.integers(1, 40))
def test_a_flood_of_copies_is_worth_one_source(lay, row, copies):
    flood = [row(f"F{at}", partner=f"P{at:02}", text=WORDS, **on(4)) for at in range(copies)]
    (sources,) = lay(row("U1", text=WORDS, **on(3)), *flood).descent().sources.values()
    assert sources.effective == 1.0
    assert sources.reports == copies + 1


witnesses = st.integers(1, 8).map(lambda count: [[f"C{number}"] for number in range(count)])


@given(witnesses, st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0.5, 1)), max_size=10))
def test_suspicion_only_lowers_what_sources_are_worth_and_never_below_one(groups, pairs):
    echoes = [Echo(f"C{one}", f"C{two}", alike, True, ()) for one, two, alike in pairs]
    found = effective(groups, echoes)
    assert 1 - 1e-9 <= found <= len(groups)
    assert effective(groups, echoes[::-1]) == pytest.approx(found)
    assert effective(groups, []) == len(groups)


# Definitions ---------------------------------------------------------------------------------------------------------


def test_camps_with_and_without_separatists_surface_as_a_definition_conflict(winter):
    found = next(each for each in winter.descent().definitions if each.words.startswith("RUS personnel"))
    camps = {camp.words: camp for camp in found.camps}
    assert [claim.id for claim in camps["rosgvardia, separatists counted in"].claims] == ["C138"]
    assert "C144" in [claim.id for claim in camps["no limit stated"].claims]
    assert ("C139b", "C138") in found.dropped  # the press dropped what the ambassador had counted in
    beside = next(pair for pair in found.beside if "C138" in (pair.a, pair.b) and "no limit" in pair.reasons[0])
    assert beside.reasons[-1] == "two definitions: set side by side, never added, never averaged"


def test_a_partners_own_breakdown_is_no_conflict_of_definitions(lay, row):
    whole, part = row("U1", best=9), row("U2", best=5, counted="ground-only")
    assert lay(whole, part).descent().definitions == ()
    assert len(lay(whole, {**part, "partner": "USA"}).descent().definitions) == 1
    far = {**part, "partner": "USA", "period_from": "2022-01-20", "period_to": "2022-01-20"}
    assert lay(whole, far).descent().definitions == ()


# The real record -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quotes(data):
    """What was said to the letter in the real record, by claim, of a dozen words or more, with the day."""
    with (data / "buildup" / "claims.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = [each for each in csv.DictReader(lines) if len(each["quote"].split()) >= 12]
    dated = [each for each in rows if re.fullmatch(r"\d{4}-\d\d-\d\d", each["date_published"])]
    return {each["claim_id"]: (each["quote"].replace('"', ""), each["date_published"]) for each in dated}


def test_statements_of_the_real_record_that_differ_raise_no_suspicion(quotes, lay, row):
    told = [row(name, partner=f"P-{name}", text=text, reported_at=day) for name, (text, day) in quotes.items()]
    assert len(told) > 50
    assert lay(*told).descent().echoes == ()


def test_a_reprint_of_the_real_record_with_a_word_changed_is_inferred(quotes, lay, row):
    for name, (text, day) in list(quotes.items())[:40]:
        words = text.split()
        words[len(words) // 2] = "allegedly"
        reprint = row("R1", partner="PRS", text=" ".join(words), reported_at="2022-03-01")
        (echo,) = lay(row(name, text=text, reported_at=day), reprint).descent().echoes
        assert (echo.later, echo.earlier) == ("R1", name)


# Copiers -------------------------------------------------------------------------------------------------------------


def recorded(row, shared):
    """Five sources over forty sites: three tell what is so, and the last two are wrong together at some of them."""
    rows = []
    for at in range(40):
        where = {"place": "", "lat": f"{40 + at % 8 * 2}", "lon": f"{20 + at // 8 * 3}", "radius_km": "5"}
        for number, partner in enumerate(("UKR", "GBR", "EST", "XXX", "YYY")):
            wrong = number > 2 and at < 24
            off = (3000 + 17 * at if at % 2 else 200 + 7 * at) + (
                0 if shared else 90 * number
            )  # to no one side: no camp
            figure = off if wrong else 1000 + at
            rows.append(row(f"{partner}{at}", partner=partner, source="s", best=figure, **where))
    return rows


def worth(lay, rows, name):
    """The sources of the fact in which a claim stands."""
    desk = lay(*rows)
    (fact,) = (each for each in desk.picture().facts if name in {held.claim.id for held in each.holdings})
    return desk.descent(), desk.descent().sources[fact.id]


def test_sources_that_share_their_errors_are_worth_one_where_they_agree(lay, row):
    found, sources = worth(lay, recorded(row, shared=True), "XXX39")
    (group,) = found.copiers
    assert group.members == ("XXX/s", "YYY/s")
    assert "errors shared" in group.words
    assert (sources.independent, sources.copiers) == (5, found.copiers)
    assert sources.effective == pytest.approx(3 + 2 / (1 + group.posterior), abs=0.01)
    assert "worth 4 as their sources share errors elsewhere" in sources.words


def test_sources_that_err_apart_are_worth_what_they_are(lay, row):
    found, sources = worth(lay, recorded(row, shared=False), "XXX39")
    assert found.copiers == ()
    assert sources.effective == sources.independent == 5


def test_inferred_copying_changes_no_picture(lay, row):
    desk = lay(*recorded(row, shared=True))
    before = desk.picture().to_json()
    assert desk.descent().copiers
    assert desk.picture().to_json() == before
    assert {fact.finding.independent_sources for fact in desk.picture().facts} == {5}
