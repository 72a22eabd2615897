"""Templates: each filter, and what each refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.intake.template import Lookups, Template, TemplateError

MAPS = Lookups.read({"kind": {"tank|armou?r": "equipment/tank", ".*": "equipment"}, "grade": {"^[12]$": "fine"}})


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
        ("{a|date:%Y-%m-%d;%d %B %Y}", {"a": "3 December 2021"}, "2021-12-03"),
        ("{a|stamp}", {"a": "20211203"}, "2021-12-03"),
        ("{a|stamp}", {"a": "20211203193000"}, "2021-12-03T19:30:00Z"),
        ("{a|stamp}", {"a": "1638559800"}, "2021-12-03T19:30:00Z"),
        ("{a|stamp}", {"a": "2021-12-03"}, "2021-12-03"),
        ("{a|whole}", {"a": "12.0"}, "12"),
        ("{a|unknown:-99,NA}", {"a": "-99.0"}, ""),
        ("{a|unknown:-99,NA}", {"a": "na"}, ""),
        ("{a|unknown:-99,NA}", {"a": "9"}, "9"),
        ("{a|least:b,c}", {"a": "3", "b": "", "c": "2.5"}, "2.5"),
        ("{a|most:b}", {"a": "3", "b": "20"}, "20"),
        ("{a|least:b}", {"a": "", "b": "2"}, ""),
        ("{a|if:b}", {"a": "x", "b": "y"}, "x"),
        ("{a|if:b,c}", {"a": "x", "b": "y"}, ""),
        ("{a|same:b}", {"a": "x", "b": "x"}, "x"),
        ("{a|same:b}", {"a": "x", "b": "y"}, ""),
        ("{a|as:filled}", {"a": "x"}, "filled"),
        ("{a|as:filled|default:empty}", {"a": ""}, "empty"),
        ("{a|code:kind}", {"a": "tank"}, "equipment/tank"),
        ("{a|first_day}", {"a": "2021/0/0"}, "2021-01-01"),
        ("{a|first_day}", {"a": "2021.0/2.0/-9"}, "2021-02-01"),
        ("{a|last_day}", {"a": "2020/2/0"}, "2020-02-29"),
        ("{a|begin:b}", {"a": "2021-12-03", "b": "week"}, "2021-11-30"),
        ("{a|finish:b}", {"a": "2021-12-03", "b": "year"}, "2021-12-31"),
        ("{a|latest:b}", {"a": "2021-12-03 00:00:00", "b": "2021-12-01;2021-12-05"}, "2021-12-05"),
        ("{a|country}", {"a": "Russia (Soviet Union)"}, "RUS"),
        ("{a|country}", {"a": "the former Yugoslav Republic of Macedonia"}, "MKD"),
        ("{a|country}", {"a": "West Africa"}, ""),
        ("{a|country_name}", {"a": "Cote d'Ivoire"}, "Côte d'Ivoire"),
        ("{a|state}", {"a": "Military Forces of the United Kingdom (2010-)"}, "GBR"),
        ("{a|state}", {"a": "Friends of Ukraine"}, ""),
        ("{a|owner}", {"a": "Agence France-Presse"}, "AFP"),
        ("{a|owner}", {"a": "The Bora Post"}, "BORA_POST"),
        ("{a|outlets}", {"a": 'AP 7/4; "Boats burn," Bora Post, May 1, 2019; AP 8/4'}, "AP; Bora Post"),
        ("{a|reports:b,c}", {"a": "AFP; Unknown", "b": "El Alto", "c": "2021-12-03"}, "wire:AFP:el-alto:2021-12-03"),
        ("{a|articles:b,c}", {"a": "AFP", "b": "2021-12-03", "c": "Boats burn"}, "wire:AFP:boats-burn:2021-12-03"),
        ("{a|articles:b,c}", {"a": "AFP", "b": "2021-12-03", "c": "Boats burn; two die"}, ""),
        ("{a|citations}", {"a": '"Boats burn," Reuters, May 1, 2019.'}, "wire:REUTERS:boats-burn:2019-05-01"),
        ("{a|article_key}", {"a": "http://www.reuters.com/a/?x=1#top"}, "wire:REUTERS:reuters.com/a?x=1"),
        ("{a|spot}", {"a": "Bora town"}, "Bora"),
        ("{a|spot}", {"a": "Bora and Mani (area of)"}, "Bora / Mani / area of"),
        ("{a|spot}", {"a": "near Ukraine"}, "“near Ukraine”"),
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
        ("{a|whole}", "2.01903E+11"),
        ("{a|code:grade}", "3"),
        ("{a|code:grade}", ""),
        ("{a|stamp}", "12345678901"),
        ("{a|first_day}", "0/3/1"),
        ("{a|first_day}", "2021/2/30"),
        ("{a|last_day}", "2021/13/0"),
        ("{a|begin:b}", "2021-12-03"),
        ("{a|latest:b}", "last week"),
        ("{a|plus:24}", "2021-12-03"),
        ("{a|plus:999999999d}", "2021-12-03"),
        ("{a|minus:24h}", "2021-12-03T10:00"),
    ],
)
def test_a_cell_that_a_filter_cannot_read_names_the_column(template, cell):
    with pytest.raises(TemplateError, match=r"^a: found"):
        fill(template, a=cell)


@pytest.mark.parametrize(
    "template", ["{a|nonsense}", "{a|map:none}", "{a|code:none}", "{a|lower|nope:1}", "{a|reports:b}", "{a|if}"]
)
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
    "stamp",
    "whole",
    "unknown:-99,NA",
    "least:a",
    "begin:a",
    "finish:a",
    "first_day",
    "last_day",
    "latest:a",
    "country",
    "country_name",
    "state",
    "spot",
    "owner",
    "outlets",
    "reports:a,a",
    "articles:a,a",
    "citations",
    "article_key",
    "digest",
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
