"""The taxonomy: paths inherit, opposites are declared, distance is a metric."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.model.phenomenon import OPPOSITES, TAXONOMY, Kind, Phenomenon

paths = st.lists(
    st.sampled_from(["movement", "equipment", "tank", "buildup", "withdrawal", "new"]), min_size=1, max_size=4
)
phenomena = paths.map("/".join).map(Phenomenon)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("personnel", Kind.LEVEL), ("movement/rail", Kind.EVENT), ("movement/buildup/units", Kind.PROCESS), ("new/thing", Kind.LEVEL)],
)  # fmt: skip
def test_a_path_inherits_from_the_nearest_listed_above_it(path, kind):
    assert Phenomenon(path).kind is kind


def test_a_prefix_of_a_word_does_not_begin_a_path():
    assert not Phenomenon("equipment/tank").begins(Phenomenon("equipment/tanker"))
    assert Phenomenon("equipment").begins(Phenomenon("equipment/tank"))


def test_build_up_and_withdrawal_are_one_question():
    one, two = (Phenomenon(path) for path in OPPOSITES[0])
    assert one.measure == two.measure
    assert (one.reverses, two.reverses) == (False, True)


@given(phenomena, phenomena)
def test_opposites_and_distance_are_symmetric(one, two):
    assert one.is_opposite_of(two) == two.is_opposite_of(one)
    assert one.distance(two) == two.distance(one)
    assert (one.distance(two) == 0) == (one == two)
    assert not one.is_opposite_of(one)


@given(phenomena, phenomena, phenomena)
def test_distance_keeps_the_triangle(one, two, three):
    assert one.distance(three) <= one.distance(two) + two.distance(three)


def test_every_listed_measure_is_listed_too():
    assert {nature.measure for nature in TAXONOMY.values() if nature.measure} <= set(TAXONOMY)
