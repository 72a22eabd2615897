"""Laws of accumulation: order of arrival, copies, thresholds, silence, and what is none."""

from dataclasses import replace
from itertools import pairwise
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.errors import UsageError
from consilience.warning.accumulator import Accumulator
from consilience.warning.filter import Days
from consilience.warning.grid import Grid
from consilience.warning.habits import Habits
from consilience.warning.influence import Bench, alone, influences, variants
from consilience.warning.report import Report, Says, columns, read
from consilience.warning.strength import estimate

GRID = Grid(100.0, 1_000_000.0, 64)
DAYS = Days(0, 19)
SOURCES = ("S1", "S2", "S3", "S4")
HABITS = Habits.assumed(SOURCES)


def told(name, day, figure, source="S1", area="A", **more):
    low, high = figure if isinstance(figure, tuple) else (figure, figure)
    return Report(name, area, day, more.pop("reported", day), source, low, high, **more)


def held(*reports):
    found = Accumulator(GRID, HABITS, DAYS)
    found.add(*reports)
    return found


def width(band):
    return np.log(band.high / band.low)


figures = st.sampled_from([(0.0, 0.0), (900.0, 1100.0), (4_000.0, 4_000.0), (50_000.0, inf), (20_000.0, 30_000.0)])
reports = st.lists(
    st.tuples(
        st.sampled_from("AB"), st.integers(0, 19), st.integers(0, 3), st.sampled_from(SOURCES), figures,
        st.sampled_from([(), (), ("R00",), ("wire:1",), ("R03", "wire:1")]),
    ),
    min_size=1,
    max_size=10,
).map(
    lambda rows: [
        Report(f"R{at:02d}", area, day, day + late, source, *figure, roots=frozenset(roots))
        for at, (area, day, late, source, figure, roots) in enumerate(rows)
    ]
)  # fmt: skip


@given(reports, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_bytes_of_a_rebuilding(listed, chance):
    shuffled = list(listed)
    chance.shuffle(shuffled)
    one_by_one = Accumulator(GRID, HABITS, DAYS)
    for report in shuffled:
        one_by_one.add(report)
        one_by_one.on(report.area, chance.randint(0, 19))
    assert one_by_one.digest == held(*listed).digest == one_by_one.rebuilt().digest


def test_many_areas_at_once_give_the_bytes_of_each_alone():
    listed = [told(f"R{at}", at % 20, 3_000.0 + 100 * at, SOURCES[at % 4], f"A{at % 7}") for at in range(60)]
    together = held(*listed)
    for area in together.areas:
        alone_ = held(*[report for report in listed if report.area == area])
        assert np.array_equal(alone_.filtered(area).mass, together.filtered(area).mass)


@given(st.integers(1, 6), st.sampled_from(["R0", "wire:1"]))
def test_declared_copies_do_not_tighten(copies, root):
    first = told("R0", 5, 4_000.0, roots=frozenset({"wire:1"} if root == "wire:1" else set()))
    repeated = [told(f"K{at}", 5, 4_000.0, SOURCES[1 + at % 3], roots=frozenset({root})) for at in range(copies)]
    before, after = held(first).on("A", 5), held(first, *repeated).on("A", 5)
    assert width(after) >= width(before) * 0.999


def test_a_copy_that_comes_before_its_root_gives_way_to_it():
    copy = told("K", 5, 9_000.0, "S2", roots=frozenset({"R"}))
    late = held(copy)
    assert late.on("A", 5).middle == pytest.approx(9_000, rel=0.1)
    late.add(told("R", 5, 4_000.0, reported=9))
    assert late.on("A", 5).middle == pytest.approx(4_000, rel=0.1)


def test_a_copy_in_another_area_gives_way_to_its_root_as_well():
    found = held(told("K", 5, 9_000.0, "S2", area="B", roots=frozenset({"R"})), told("X", 5, 3_000.0, "S3", area="B"))
    mixed = found.on("B", 5)
    found.add(told("R", 5, 4_000.0))
    assert found.on("B", 5).middle < mixed.middle
    assert found.digest == found.rebuilt().digest


def test_undeclared_copies_of_an_exact_figure_tighten_less_than_estimates_of_their_own():
    base = told("R", 5, 94_300.0)
    copied = [told(f"K{at}", 5 + at, 94_300.0, SOURCES[at]) for at in (1, 2, 3)]
    own = [told(f"K{at}", 5 + at, 94_300.0 * factor, SOURCES[at]) for at, factor in ((1, 1.07), (2, 0.94), (3, 1.02))]
    assert width(held(base, *copied).on("A", 8)) > 1.1 * width(held(base, *own).on("A", 8))


def test_a_source_that_floods_outweighs_nobody():
    against = [told(f"R{at}", at, 50_000.0, SOURCES[1 + at]) for at in range(3)]
    flood = [told(f"F{at:02d}", 3, 200_000.0 + 700 * at, "S1") for at in range(12)]
    assert held(*against, *flood).on("A", 3).middle < 100_000


@given(reports, st.lists(st.floats(1.0, 2e6), min_size=2, max_size=6))
def test_a_higher_threshold_is_never_more_probable(listed, thresholds):
    found = held(*listed)
    for area in found.areas:
        strength = found.smoothed(area)
        chances = [strength.at_least(threshold) for threshold in sorted(thresholds)]
        assert all((one >= two - 1e-12).all() for one, two in pairwise(chances))
        assert (np.diff(strength.fan, axis=1) >= -1e-9).all()


def test_the_chance_of_a_quantile_is_its_share():
    strength = held(told("R1", 3, 4_000.0), told("R2", 9, (5_000.0, 8_000.0), "S2")).smoothed("A")
    for share, at in zip((0.05, 0.25, 0.5, 0.75, 0.95), range(5), strict=True):
        assert strength.at_least(float(strength.fan[9, at]))[9] == pytest.approx(1 - share, abs=1e-6)


def test_silence_changes_nothing_but_widens_with_time():
    found = held(told("R", 2, 4_000.0))
    early, late = found.on("A", 2), found.on("A", 19)
    assert late.middle == pytest.approx(early.middle, rel=0.05)
    assert width(late) > width(early)


def test_who_looked_and_saw_nothing_lowers_and_who_only_denies_hardly_does():
    base = told("R", 5, 4_000.0)
    looked = told("N", 6, (0.0, inf), "S2", says=Says.NOT_SEEN)
    denied = replace(looked, says=Says.DENIED)
    plain, seen, said = (held(base, *more).smoothed("A").mass[6, 0] for more in ([], [looked], [denied]))
    assert seen > said > plain
    assert held(base, denied).on("A", 6).middle == pytest.approx(4_000, rel=0.1)


def test_none_told_by_two_is_none_and_what_comes_after_is_not():
    found = held(
        told("Z1", 3, 0.0), told("Z2", 3, 0.0, "S2"), told("R1", 15, 5_000.0, "S3"), told("R2", 15, 5_500.0, "S4")
    )
    assert found.on("A", 3).low == 0.0
    assert found.on("A", 3).middle < 300
    assert found.on("A", 15).middle == pytest.approx(5_200, rel=0.15)


def test_at_least_bounds_from_below_and_does_not_run_away():
    band = held(told("R", 5, (92_000.0, inf))).on("A", 5)
    assert 80_000 < band.middle < 120_000


def test_a_jump_is_followed_once_two_have_told_it():
    before = [told(f"R{at}", at, 10_000.0 + 37 * at, SOURCES[at % 2]) for at in range(8)]
    jumped = held(*before, told("J1", 10, 40_000.0, "S3"), told("J2", 11, 43_000.0, "S4"))
    assert jumped.on("A", 11).lower > 25_000
    alone_ = held(*before, told("J1", 10, 40_000.0, "S3"))
    assert alone_.on("A", 10).low < 15_000


def test_leaving_a_report_out_is_never_having_had_it():
    listed = [told("R1", 4, 4_000.0), told("R2", 5, 8_000.0, "S2"), told("R3", 6, 4_200.0, "S3")]
    found = influences(listed, Bench(GRID, HABITS, DAYS), 6)
    assert {each.report.id for each in found} == {"R1", "R2", "R3"}
    for each in found:
        rest = held(*[report for report in listed if report is not each.report]).smoothed("A").on(6)
        assert each.without.middle == pytest.approx(rest.middle, rel=1e-9)
    assert next(each for each in found if each.report.id == "R2").moved > 0


def test_what_a_partner_alone_says_is_its_own():
    found = alone([told("R1", 4, 4_000.0), told("R2", 4, 9_000.0, "S2")], Bench(GRID, HABITS, DAYS))
    assert found["S1"].on(4).middle == pytest.approx(4_000, rel=0.05)
    assert found["S2"].on(4).middle == pytest.approx(9_000, rel=0.05)
    assert variants([], Bench(GRID, HABITS, DAYS)) == []


def test_two_contents_under_one_id_are_refused():
    found = held(told("R", 4, 4_000.0))
    found.add(told("R", 4, 4_000.0))
    with pytest.raises(UsageError, match="two contents"):
        found.add(told("R", 4, 5_000.0))
    with pytest.raises(UsageError, match="two contents"):
        columns([told("R", 4, 4_000.0), told("R", 5, 4_000.0)])
    with pytest.raises(UsageError, match="day 20"):
        found.add(told("X", 20, 1.0))


@pytest.mark.parametrize(("low", "high"), [(-1.0, 5.0), (5.0, 4.0), (float("nan"), 5.0), (inf, inf)])
def test_what_no_strength_can_be_is_refused(low, high):
    with pytest.raises(UsageError, match="report X"):
        Report("X", "A", 0, 0, "S1", low, high)


def test_a_table_is_read_and_what_it_lacks_is_named():
    table = {"area": ["A", "A"], "day": [0, 3], "source": ["S1", "S2"], "low": [4_000, None], "high": [None, 5_000]}
    found = estimate(read(table), Days(0, 5))
    assert found.smoothed.shape == (6, 1, 5)
    with pytest.raises(UsageError, match="no column high, low"):
        read({"area": [], "day": [], "source": []})
    with pytest.raises(UsageError, match="not-seen"):
        read({**table, "says": ["perhaps", None]})
