"""Copying: every planted copier is found, and nobody else."""

import random

import pytest

from consilience.comparison.truth import weigh
from tests.comparison.truth.making import World, table

PLANTED = {"none": {}, "one": {"c0": ("s2", 1.0)}, "several": {"c0": ("s1", 1.0), "c1": ("s1", 1.0), "d0": ("s4", 1.0)}}


def groups(world):
    return {frozenset(row["members"]) for row in weigh(table(world.rows()), kinds={"a": "category"}).groups.to_pylist()}


def planted(copiers):
    found = {}
    for copier, (origin, _) in copiers.items():
        found.setdefault(origin, {origin}).add(copier)
    return {frozenset(members) for members in found.values()}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("coverage", [1.0, 0.6])
@pytest.mark.parametrize("name", PLANTED)
def test_whole_copies_are_found_and_nobody_else(name, coverage, seed):
    world = World(seed, copiers=PLANTED[name], coverage=coverage)
    assert groups(world) == planted(PLANTED[name])


@pytest.mark.parametrize("rate", [0.9, 0.8])
@pytest.mark.parametrize("seed", range(3))
def test_copiers_of_a_part_are_found_and_nobody_else(rate, seed):
    copiers = {"c0": ("s3", rate), "c1": ("s3", rate), "d0": ("s5", rate)}
    world = World(seed, accuracies=(0.9, 0.8, 0.8, 0.7, 0.7, 0.6, 0.6, 0.7), copiers=copiers, objects=500)
    assert groups(world) == planted(copiers)


@pytest.mark.parametrize("seed", range(5))
def test_agreement_on_the_truth_is_no_evidence_of_copying(seed):
    assert groups(World(seed, accuracies=(0.99, 0.99, 0.98, 0.98, 0.97), coverage=1.0)) == set()


def test_a_popular_error_is_no_evidence_of_copying():
    chance = random.Random(3)  # noqa: S311  (a generator that repeats)
    told = []
    for at in range(300):
        trap = chance.random() < 0.2  # where half of all fall for one and the same error
        for who in range(10):
            value = "trap" if trap and chance.random() < 0.45 else "true"
            told.append((f"o{at}", "a", f"s{who}", value if chance.random() < 0.95 else f"slip{chance.randrange(9)}"))
    assert weigh(table(told), kinds={"a": "category"}).groups.num_rows == 0


def test_the_group_tells_its_evidence_and_who_was_first():
    rows = World(2, copiers={"c0": ("s3", 1.0)}).rows()
    time = ["2022-01-02" if row[2] == "c0" else "2022-01-01" for row in rows]
    group = weigh(table(rows, time=time), kinds={"a": "category"}).groups.to_pylist()[0]
    assert group["members"] == ["c0", "s3"]
    assert group["origin"] == "s3"
    assert group["posterior"] > 0.95
    assert "errors shared" in group["evidence"][0]
