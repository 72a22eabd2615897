"""Lineage: corroboration counts roots, and no circle of citations makes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def lineage(lay):
    def make(*rows):
        return lay(*rows)._bench.lineage

    return make


def test_a_claim_that_rests_on_nothing_is_its_own_root(lineage, row):
    assert lineage(row("A1")).roots("A1") == {"A1"}


def test_a_chain_of_reprints_has_one_root(lineage, row):
    found = lineage(row("A1"), row("B1", origins="A1"), row("C1", origins="B1"), row("D1", origins="C1"))
    assert found.roots("D1") == {"A1"}
    assert found.rests_on("D1", "A1")


def test_a_circle_of_citations_has_one_root(lineage, row):
    found = lineage(row("A1", origins="C1"), row("B1", origins="A1"), row("C1", origins="B1"))
    assert found.roots("A1") == found.roots("B1") == found.roots("C1") == {"A1"}


def test_a_claim_that_cites_itself_rests_on_nothing(lineage, row):
    assert lineage(row("A1", origins="A1")).roots("A1") == {"A1"}


def test_an_origin_that_another_partner_tells_is_lineage(lineage, row):
    told = row("P1", partner="SKY", phenomenon="provenance/origin", about="A1", origins="intelligence:USA:plan:2022-01")
    found = lineage(row("A1"), told)
    assert found.roots("A1") == {"intelligence:USA:plan:2022-01"}
    (step,) = found.steps("A1")
    assert step.said_by == "P1"


def test_an_id_with_several_contents_stands_for_all_of_them(lineage, row):
    found = lineage(row("A1", best=1), row("A1", best=2), row("B1", origins="A1"))
    assert len(found.versions("A1")) == 2
    assert found.roots("B1") == frozenset(found.versions("A1"))


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16))
def test_whoever_cites_whom_every_claim_has_a_root_that_is_one(lay, row, edges):
    names = [f"N{number}" for number in range(8)]
    origins = {name: " ".join(names[to] for start, to in edges if names[start] == name) for name in names}
    found = lay(*(row(name, origins=origins[name]) for name in names))._bench.lineage
    for name in names:
        roots = found.roots(name)
        assert roots
        assert roots <= found.above(name) | {name}
        for origin in origins[name].split():
            assert found.roots(origin) & found.above(name) or found.roots(origin) == {origin}
