"""Templates: each filter, and what each refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.intake.template import Lookups, Template, TemplateError

MAPS = Lookups.read({"kind": {"tank|armou?r": "equipment/tank", ".*": "equipment"}})


def fill(text, **cells):
    return Template.parse(text, MAPS).fill(cells)


@pytest.mark.parametrize(
    ("template", "cells", "filled"),
    [
        ("plain", {}, "plain"),
        ("{a}", {"a": " x "}, "x"),
        ("{a}-{b}", {"a": "1", "b": "2"}, "1-2"),
        ("{gone}", {}, ""),
        ("{a|lower}", {"a": "ABC"}, "abc"),
        ("{a|upper}", {"a": "abc"}, "ABC"),
        ("{a|initial}", {"a": "Donetsk"}, "D"),
        ("{a|slug}", {"a": "Road & Rail / 2"}, "road-rail-2"),
        ("{a|replace:/>-}", {"a": "1/2"}, "1-2"),
        ("{a|replace:x}", {"a": "axb"}, "ab"),
        ("{a|or:b}", {"a": "", "b": "y"}, "y"),
        ("{a|default:z}", {"a": ""}, "z"),
        ("{a|map:kind}", {"a": "Heavy ARMOR"}, "equipment/tank"),
        ("{a|map:kind}", {"a": "boat"}, "equipment"),
        ("{a|local:Europe/Kyiv}", {"a": "2021-07-01T19:30"}, "2021-07-01T16:30:00Z"),
        ("{a|local:Europe/Kyiv}", {"a": "2021-12-01T19:30"}, "2021-12-01T17:30:00Z"),
        ("{a|local:Europe/Kyiv}", {"a": "2021-12-01"}, "2021-12-01"),
        ("{a|local:Europe/Kyiv|minus:24h}", {"a": "2021-12-01T19:30"}, "2021-11-30T17:30:00Z"),
        ("{a|at:19:30}", {"a": "2021-12-01"}, "2021-12-01T19:30"),
        ("{a|minus:2d}", {"a": "2021-12-01"}, "2021-11-29"),
        ("{a|plus:30m}", {"a": "2021-12-01T00:00Z"}, "2021-12-01T00:30:00Z"),
        ("{a|date:%d/%m/%Y}", {"a": "03/12/2021"}, "2021-12-03"),
        ("{a|posted}", {"a": "https://twitter.com/x/status/1541815603606036480"}, "2022-06-28T16:07:40Z"),
        ("{a|posted}", {"a": "https://example.org"}, ""),
        ("{a|post_key}", {"a": "https://x.com/y/status/1488434485884604418?s=20"}, "post:x:1488434485884604418"),
        ("{a|post_key}", {"a": "https://example.org/a b"}, "post:https://example.org/ab"),
    ],
)
def test_a_template_fills(template, cells, filled):
    assert fill(template, **cells) == filled


@pytest.mark.parametrize(
    ("template", "cell"),
    [
        ("{a|date:%d/%m/%Y}", "31/02/2021"),
        ("{a|date:%d/%m/%Y}", "2021-12-03"),
        ("{a|local:Europe/Atlantis}", "2021-12-03T10:00"),
        ("{a|local:../../etc/passwd}", "2021-12-03T10:00"),
        ("{a|local:Europe/Kyiv}", "soon"),
        ("{a|plus:24}", "2021-12-03"),
        ("{a|plus:999999999d}", "2021-12-03"),
        ("{a|minus:24h}", "2021-12-03T10:00"),
    ],
)
def test_a_cell_that_a_filter_cannot_read_names_the_column(template, cell):
    with pytest.raises(TemplateError, match=r"^a: found"):
        fill(template, a=cell)


@pytest.mark.parametrize("template", ["{a|nonsense}", "{a|map:none}", "{a|lower|nope:1}"])
def test_unknown_filters_and_maps_are_refused_before_a_row_is_read(template):
    with pytest.raises(TemplateError):
        Template.parse(template, MAPS)


filters = [
    "lower",
    "slug",
    "local:UTC",
    "plus:1d",
    "date:%Y-%m-%d",
    "posted",
    "post_key",
    "at:10:00",
    "map:kind",
    "replace:a>b",
]


@given(
    st.lists(st.sampled_from(filters), max_size=3),
    st.one_of(st.text(max_size=20), st.datetimes().map(str), st.dates().map(str)),
)
def test_any_cell_is_filled_or_refused(names, cell):
    try:
        assert isinstance(fill("{a|" + "|".join(names) + "}" if names else "{a}", a=cell), str)
    except TemplateError as error:
        assert error.column == "a"  # noqa: PT017  refused by name
