"""Again: what is filed away is found, and what is found is what a look at every first would find."""

from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.linkage.again import told_again
from consilience.model.atlas import sphere_km

COUNTS = st.sampled_from(["", "0", "0.5", "1", "1.1", "9", "10", "10.9", "11", "12.1", "100", "110", "121", "133.1"])
SITES = st.tuples(
    st.sampled_from([48.0, 48.004, 48.0499, 48.0501, 48.2, 48.21]),
    st.sampled_from([179.999, -179.999, 37.7999, 37.8, 37.81, 37.9]),
    st.sampled_from([0.5, 1.0, 1.001, 5.0, 5.5, 50.0]),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(SITES, COUNTS), min_size=2, max_size=9))
def test_squares_and_steps_hide_no_first(lay, row, told):
    event = {"phenomenon": "attack", "place": "", "unit": "person"}
    rows = [
        row(f"E{at}", lat=lat, lon=lon, radius_km=radius, **{**event, "best": best, "unit": "person" if best else ""})
        for at, ((lat, lon, radius), best) in enumerate(told)
    ]
    claims = sorted(lay(*rows).picture().claims, key=lambda claim: claim.id)
    firsts, expected = [], {}
    for claim in claims:
        near = [(_km(first, claim), first.id) for first in firsts if _tells(first, claim)]
        if near:
            expected[claim.id] = min(near)[1]
        else:
            firsts.append(claim)
    assert told_again(claims) == expected


def _km(first, claim):
    a, b = first.place.point, claim.place.point
    return sphere_km(a.lat, a.lon, b.lat, b.lon)


def _tells(first, claim):
    """Within the stated precision of the first and not much more precise, its number within a tenth."""
    radius = first.place.point.radius_km
    if _km(first, claim) > radius or radius > 2 * claim.place.point.radius_km:
        return False
    if (first.count is None) is not (claim.count is None):
        return False
    a, b = (each.count.centre if each.count else 0.0 for each in (first, claim))
    return a == b or (a > 0 and b > 0 and abs(log(a / b)) <= log(1.1))


@pytest.mark.parametrize("vague", [{"radius_km": "45"}, {"radius_km": "1", "period_from": "2021-11-20"}])
def test_a_vague_report_told_first_swallows_no_precise_ones(lay, row, vague):
    """Else one claim, told early, makes one corroborated fact of whatever others hold around it."""
    event = {
        "phenomenon": "attack",
        "place": "",
        "best": "",
        "unit": "",
        "lat": "48.0",
        "lon": "37.8",
        "radius_km": "1",
    }
    apart = [{"lat": f"{47.7 + at * 0.1:.1f}"} if vague["radius_km"] != "1" else {"period_from": f"2021-12-0{at + 1}"}
             for at in range(6)]  # fmt: skip
    partners = ("UKR", "GBR", "USA", "EST", "NATO", "EU")
    day = {"period_from": "2021-12-03", "period_to": "2021-12-03", "reported_at": "2021-12-09"}
    told = []
    for at, (partner, cells) in enumerate(zip(partners, apart, strict=True)):
        cells = {**event, **day, **cells}
        told.append(row(f"T{at}", partner=partner, **{**cells, "period_to": cells["period_from"]}))
    first = row("V", partner="XXX", **{**event, **day, **vague, "reported_at": "2021-12-07"})
    again = told_again(lay(first, *told).holdings.claims)
    assert "V" not in again.values()


VAGUE = {"phenomenon": "attack", "place": "", "best": "", "lat": "48.0", "lon": "37.8", "radius_km": "400",
         "period_from": "2021-09-01", "period_to": "2021-12-03"}  # fmt: skip


def again_of(lay, *rows):
    return told_again(lay(*rows).holdings.claims)


def test_a_declared_copy_goes_with_its_origin_however_vague_that_is(lay, row):
    first, copy = row("A", **VAGUE), row("B", partner="GBR", origins="A", **VAGUE)
    assert again_of(lay, first, copy) == {"B": "A"}
    assert again_of(lay, first, row("B", partner="GBR", **VAGUE)) == {}


def test_a_copy_of_a_copy_told_before_both_goes_with_the_first(lay, row):
    told = {"B": ("A", "2021-12-05"), "C": ("B", "2021-12-01"), "D": ("C B", "2021-12-02")}
    more = [row(name, origins=of, **{**VAGUE, "reported_at": at}) for name, (of, at) in told.items()]
    assert again_of(lay, row("A", **VAGUE), *more) == dict.fromkeys("BCD", "A")


def test_of_claims_that_rest_on_each_other_the_earliest_is_the_first(lay, row):
    told = {"A": ("C", "2021-12-05"), "B": ("A", "2021-12-04"), "C": ("B", "2021-12-06")}
    rows = [row(name, origins=of, **{**VAGUE, "reported_at": at}) for name, (of, at) in told.items()]
    assert again_of(lay, *rows) == {"A": "B", "C": "B"}


@pytest.mark.parametrize(
    "other",
    [
        {"lat": "56.0"},  # further than both say
        {"radius_km": "1"},  # known far better
        {"period_from": "2021-12-02"},
        {"period_from": "2021-05-01", "period_to": "2021-06-01"},
        {"actor": "UKR"},
        {"modality": "denied"},
        {"phenomenon": "attack/shelling"},
        {"best": "7", "unit": "person"},  # a number where the origin gives none
        {"origins": "not-at-hand"},
        {"origins": "A", "place": "Belarus", "lat": "", "lon": "", "radius_km": ""},
    ],
)
def test_who_names_an_origin_falsely_is_not_dragged_along(lay, row, other):
    copy = row("B", partner="XXX", **{**VAGUE, "origins": "A", **other})
    assert again_of(lay, row("A", **VAGUE), copy) == {}


def test_of_several_origins_it_goes_with_the_nearest_and_drags_none(lay, row):
    near, far = row("A", **VAGUE), row("B", partner="GBR", **{**VAGUE, "lat": "50.0"})
    both = row("C", partner="XXX", origins="B A", **{**VAGUE, "lat": "48.2"})
    assert again_of(lay, near, far, both) == {"C": "A"}


def test_an_undated_copy_and_one_without_its_number_go_with_what_they_repeat(lay, row):
    first = row("A", best="100000")
    undated = row(
        "B", partner="GBR", origins="A", best="100000", period_from="", period_to="", reported_at="2022-02-01"
    )
    bare = row("C", partner="USA", origins="A", reported_at="2022-02-02")
    assert again_of(lay, first, undated, bare) == {"B": "A", "C": "A"}
