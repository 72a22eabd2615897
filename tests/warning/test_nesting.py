"""Laws of scopes: parts sum to totals, and a part does not exceed its whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.errors import UsageError
from consilience.warning.grid import Grid
from consilience.warning.nesting import Within, coherent, nested, total

GRID = Grid(10.0, 1_000_000.0, 128)


def about(middle, spread):
    mass = np.concatenate([[0.0], np.exp(-0.5 * ((GRID.centres - np.log(middle)) / spread) ** 2)])
    return mass / mass.sum()


parts = st.lists(st.tuples(st.floats(100, 20_000), st.floats(0.05, 0.6)), min_size=1, max_size=5)


@given(parts)
def test_the_mean_of_a_total_is_the_sum_of_the_means(drawn):
    masses = [about(*each) for each in drawn]
    assert GRID.mean(total(masses, GRID)) == pytest.approx(sum(GRID.mean(mass) for mass in masses), rel=1e-6)


@given(parts, st.floats(0.3, 2.0))
def test_parts_still_sum_to_their_total_once_the_whole_is_told(drawn, factor):
    masses = [about(*each) for each in drawn]
    whole = about(factor * sum(middle for middle, _ in drawn), 0.2)
    found, together = coherent(masses, whole, GRID)
    assert sum(GRID.mean(mass) for mass in found) == pytest.approx(float(GRID.mean(together)), rel=GRID.step)


def test_nothing_added_to_nothing_is_none():
    assert total([], GRID)[0] == 1.0
    assert GRID.mean(total([about(500, 0.1), total([], GRID)], GRID)) == pytest.approx(
        GRID.mean(about(500, 0.1)), rel=1e-9
    )


@given(st.floats(1_000, 50_000), st.floats(0.75, 3.0))
def test_a_part_gives_way_to_its_whole_and_never_the_other_way_round(part, factor):
    whole = factor * part
    own = {"part": about(part, 0.3)[None], "whole": about(whole, 0.3)[None]}
    held = nested(own, [Within("part", "whole")], GRID)
    inside, outside = (GRID.quantile(held[name], 0.5).item() for name in ("part", "whole"))
    assert inside <= GRID.quantile(own["part"], 0.5).item() * 1.01
    assert outside >= GRID.quantile(own["whole"], 0.5).item() * 0.99
    assert inside < outside


@given(st.integers(2, 6), st.floats(0.9, 1.3))
def test_a_part_of_several_wholes_gives_way_to_them_as_to_one(many, factor):
    own = {"part": about(5_000, 0.3)[None], "whole 0": about(factor * 5_000, 0.3)[None]}
    one = nested(own, [Within("part", "whole 0", 0.25)], GRID)["part"]
    own |= {f"whole {at}": own["whole 0"] for at in range(1, many)}
    all_of_them = nested(own, [Within("part", f"whole {at}", 0.25) for at in range(many)], GRID)["part"]
    assert np.allclose(all_of_them, one)


def test_of_several_wholes_the_one_that_tells_most_prevails():
    own = {
        "part": about(5_000, 0.3)[None],
        "sure": about(4_000, 0.1)[None],
        "vague": np.full((1, GRID.cells), 1 / GRID.cells),
    }
    links = [Within("part", name, 0.25) for name in ("sure", "vague")]
    both = GRID.quantile(nested(own, links, GRID)["part"], 0.5).item()
    alone = GRID.quantile(nested(own, links[:1], GRID)["part"], 0.5).item()
    assert both == pytest.approx(alone, rel=0.05)
    assert both < 4_600


def test_a_ring_of_scopes_is_cut_and_what_is_not_there_is_named():
    own = {name: about(middle, 0.3)[None] for name, middle in (("a", 1_000), ("b", 2_000), ("c", 3_000))}
    ring = [Within("a", "b"), Within("b", "c"), Within("a", "c")]
    assert set(nested(own, ring, GRID)) == {"a", "b", "c"}
    with pytest.raises(UsageError, match="'d'"):
        nested(own, [Within("a", "d")], GRID)


def test_a_scope_that_was_not_spoken_of_says_nothing_of_others():
    own = {"part": about(5_000, 0.3)[None], "whole": about(2_000, 0.3)[None]}
    spoken = {"part": np.array([True]), "whole": np.array([False])}
    held = nested(own, [Within("part", "whole")], GRID, spoken)
    assert np.allclose(held["part"], own["part"])
    assert not np.allclose(held["whole"], own["whole"])


def test_a_grid_that_is_no_range_is_refused():
    with pytest.raises(UsageError, match="grid"):
        Grid(100.0, 10.0)
    assert Grid.around([]).cells == 256


@given(st.floats(0.005, 0.3), st.integers(32, 256))
def test_a_spread_is_the_same_on_every_grid(spread, cells):
    grid = Grid(10.0, 1_000_000.0, cells)
    mass = np.zeros(cells)
    mass[cells // 2] = 1.0
    wider = grid.blurred(mass, spread)
    middle = (wider[1:] * grid.centres).sum()
    assert wider.sum() == pytest.approx(1.0)
    assert np.sqrt((wider[1:] * (grid.centres - middle) ** 2).sum()) == pytest.approx(spread, rel=0.1)
