"""Points: read as they are written, elected by distance, and fused into where it was."""

import math
import random

import pytest

from consilience.comparison.truth import weigh
from consilience.comparison.truth.fuse import ONE, UNKNOWN
from consilience.comparison.truth.located import ROBUST
from consilience.comparison.truth.points import point
from consilience.model.atlas import sphere_km
from tests.comparison.truth.making import table

KINDS = {"where": "point"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("48.02, 37.8", (48.02, 37.8, 0)),
        ("48.02 37.8", (48.02, 37.8, 0)),
        ("-1,-179.5 ±2.5 km", (-1, -179.5, 2.5)),
        ("48;37 +/- 3", (48, 37, 3)),
        ("91, 0", None),
        ("0, 181", None),
        ("48.02", None),
        ("Kyiv", None),
        ("nan, 1", None),
        ("1, 1 ± km", None),
    ],
)
def test_points_are_read_as_they_are_written(text, expected):
    assert point(text) == expected


def rows(told, **more):
    claims = table([("o", "where", f"S{at}", value) for at, value in enumerate(told)], **more)
    return weigh(claims, kinds=KINDS).values.to_pylist()


def test_points_within_each_others_precision_support_each_other_and_the_far_one_does_not():
    (row,) = rows(["48.000,37.000 ±2 km", "48.005,37.002 ±2 km", "49.5,30.0 ±2 km"])
    assert row["independent_sources"] == 2
    assert sphere_km(row["lat"], row["lon"], 48.0, 37.0) < 1
    assert row["method"] == UNKNOWN


def test_a_vague_point_that_holds_a_precise_one_supports_it_and_adds_nothing():
    (row,) = rows(["48.0,37.0 ±1 km", "48.2,37.1 ±40 km"])
    (alone,) = rows(["48.0,37.0 ±1 km"])
    assert row["independent_sources"] == 2
    assert alone["method"] == ONE
    assert row["radius_km"] == pytest.approx(alone["radius_km"], rel=0.35)


def test_told_alike_by_many_of_unknown_dependence_a_point_is_no_surer():
    one, many = rows(["48,37 ±5 km"])[0], rows(["48,37 ±5 km"] * 6)[0]
    assert many["method"] == UNKNOWN
    assert many["radius_km"] > 0.5 * one["radius_km"]


def test_a_copy_of_an_origin_moves_nothing():
    told = ["48,37 ±2 km", "48.01,37 ±2 km", "48.01,37 ±2 km"]
    one = rows(told[:2], origin=["a", "b"])[0]
    two = rows(told, origin=["a", "b", "b"])[0]
    assert {name: one[name] for name in ("value", "lat", "lon", "radius_km")} == {
        name: two[name] for name in ("value", "lat", "lon", "radius_km")
    }


def test_the_date_line_is_no_edge():
    (row,) = rows(["0.0,179.999 ±2 km", "0.0,-179.999 ±2 km"])
    assert row["independent_sources"] == 2
    assert abs(row["lon"]) > 179.9


def test_what_is_no_point_has_no_place_and_is_named():
    told = weigh(table([("o", "where", "A", "by the bridge"), ("o", "where", "B", "48,37")]), kinds=KINDS)
    assert told.values["lat"].to_pylist() == [48.0]
    assert told.defects["value"].to_pylist() == ["by the bridge"]
    (row,) = weigh(table([("o", "where", "A", "by the bridge")]), kinds=KINDS).values.to_pylist()
    assert (row["lat"], row["radius_km"]) == (None, None)


def test_a_seed_is_where_it_was_and_teaches_who_is_far_off():
    claims = table([("o", "where", "A", "48,37"), ("o", "where", "B", "48.5,37"), ("o", "where", "C", "48.5,37")])
    (row,) = weigh(claims, kinds=KINDS, seeds=table([("o", "where", "x", "48,37")])).values.to_pylist()
    assert (row["lat"], row["lon"], row["seeded"]) == (48.0, 37.0, True)


def world(shared, seed=5, objects=300, gross=0.05):
    """Six sources that state 4 km and err by as much, of which a part is common to all; some points are of elsewhere."""
    chance = random.Random(seed)  # noqa: S311  (a generator that repeats)
    told, truth = [], {}
    for at in range(objects):
        truth[f"o{at}"] = lat, lon = chance.uniform(45, 50), chance.uniform(30, 38)
        common = chance.gauss(0, 1), chance.gauss(0, 1)
        for who in range(6):
            far = 60 if chance.random() < gross else 2
            north, east = (math.sqrt(shared) * each + math.sqrt(1 - shared) * chance.gauss(0, 1) for each in common)
            told.append((
                f"o{at}", "where", f"S{who}",
                f"{lat + far * north / 111.2:.5f},{lon + far * east / 111.2 / math.cos(math.radians(lat)):.5f} ±4 km",
            ))  # fmt: skip
    return told, truth


@pytest.mark.parametrize("shared", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("seeded", [0, 100])
def test_95_of_100_lie_within_the_radius_however_errors_hang_together(shared, seeded):
    values, truth = weighed(shared, seeded)
    inside = [sphere_km(row["lat"], row["lon"], *truth[row["object"]]) <= row["radius_km"] for row in values]
    assert sum(inside) >= 0.95 * len(inside)


def weighed(shared, seeded):
    """What is found of a world, the truth of some of whose objects is known; without these."""
    told, truth = world(shared)
    known = [(name, "where", "x", f"{at[0]:.5f},{at[1]:.5f}") for name, at in list(truth.items())[:seeded]]
    values = weigh(table(told), kinds=KINDS, seeds=table(known)).values.to_pylist()
    return [row for row in values if not row["seeded"]], truth


def test_independent_sources_together_are_surer_than_any_only_where_truth_has_shown_that_they_are():
    blind, seeing, common = (weighed(*asked)[0] for asked in ((0.0, 0), (0.0, 100), (0.9, 100)))
    assert {row["method"] for row in blind} == {UNKNOWN}
    robust = [row["radius_km"] for row in seeing if row["method"] == ROBUST]
    assert len(robust) > 0.5 * len(seeing)
    alone = sum(row["radius_km"] for row in blind) / len(blind)
    assert sum(robust) / len(robust) < 0.7 * alone
    assert sum(row["radius_km"] for row in common) / len(common) > 0.9 * alone


def test_what_is_fused_is_nearer_than_the_point_elected():
    values, truth = weighed(0.0, 100)
    fused = [sphere_km(row["lat"], row["lon"], *truth[row["object"]]) for row in values]
    chosen = [sphere_km(*point(row["value"])[:2], *truth[row["object"]]) for row in values]
    assert sum(fused) < 0.8 * sum(chosen)
