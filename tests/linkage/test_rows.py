"""Rows: events that travelled are the events that were read."""

import numpy as np

from benchmarks.reports import generate
from consilience.linkage.rows import in_order, of_rows, to_rows
from consilience.linkage.table import read, shelf


def test_events_come_back_from_rows_as_they_were():
    told = read(generate(300).table)
    numbers = np.random.default_rng(1).permutation(len(told))
    rows = to_rows(told, numbers, shelf(told.points, told.days[:, 0] - told.days[:, 0].min()))
    back = of_rows(in_order(rows.sort_by("number")))
    assert back.ids.equals(told.ids)
    assert back.datasets == told.datasets
    assert back.kinds.paths == told.kinds.paths
    for name in ("dataset", "points", "radius_km", "days", "count"):
        np.testing.assert_array_equal(getattr(back, name), getattr(told, name))
    for name in ("actors", "words"):
        one, two = getattr(back, name), getattr(told, name)
        assert one.names == two.names
        np.testing.assert_array_equal(one.members, two.members)
        np.testing.assert_array_equal(one.sizes, two.sizes)
