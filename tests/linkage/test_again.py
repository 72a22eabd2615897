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
