"""Adjudications: a figure is read in the ways it is written, and the last word on a claim stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.model.adjudication import Adjudication, Bounds, Ruling, standing
from consilience.model.period import parse_moment


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("94300", "94300"),
        ("94,300", "94300"),
        ("92000..100000", "92000..100000"),
        ("92 000 ..", "92000.."),
        ("..7", "0..7"),
        ("0.5", "0.5"),
    ],
)
def test_figures_are_read_as_they_are_written(text, written):
    assert Bounds.of(text).text == written


@pytest.mark.parametrize("text", ["", "..", "ten", "-5", "9..3", "1...2", "1e5", "nan", "inf", "7.", "9" * 400])
def test_what_is_no_figure_is_none(text):
    assert Bounds.of(text) is None


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_bounds_survive_being_written_and_read(one, two):
    found = Bounds(float(min(one, two)), float(max(one, two)))
    assert Bounds.of(found.text) == found
    assert found.holds(found.centre)


def test_the_last_word_on_a_claim_stands_and_open_takes_it_back():
    at = parse_moment("2022-01-01")
    told = [Adjudication(name, Ruling(ruling), "why", "", at) for name, ruling in
            (("B", "true"), ("A", "true"), ("A", "false"), ("B", "open"))]  # fmt: skip
    assert [(each.claim, each.ruling) for each in standing(tuple(told))] == [("A", Ruling.FALSE)]
