import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.errors import AssessmentError
from consilience.model.form import WHOLE, percent
from consilience.model.identity import canonical_json
from consilience.model.position import Position
from consilience.model.yardstick import PHIA

ID = "0" * 64


def value(yardstick="phia", **bands):
    return {"question": ID, "partner": "GBR", "yardstick": yardstick, "bands": bands, "claims": ["C2", "C1"]}


def test_a_public_word_is_its_band_and_no_number_and_what_was_not_said_is_open():
    found = Position.read(value(yes={"word": "highly likely"}, no={}))
    by_name = {band.hypothesis: band for band in found.bands}
    assert (by_name["yes"].low, by_name["yes"].high) == (8000, 9000)
    assert (by_name["no"].low, by_name["no"].high) == (0, WHOLE)
    assert not found.is_exact
    assert found.claims == ("C1", "C2")
    assert str(by_name["yes"]) == "80 to 90 %"


def test_tightened_leaves_exactly_what_the_others_leave_possible():
    found = Position.read(value(yes={"word": "highly likely"}, no={})).tightened()
    assert {band.hypothesis: (band.low, band.high) for band in found.bands} == {"yes": (8000, 9000), "no": (1000, 2000)}


@st.composite
def positions(draw):
    bands = {}
    for name in "abc"[: draw(st.integers(2, 3))]:
        low, high = sorted([draw(st.integers(0, WHOLE)), draw(st.integers(0, WHOLE))])
        bands[name] = draw(
            st.sampled_from(
                [{"low": percent(low), "high": percent(high)}, {}, {"word": draw(st.sampled_from(PHIA.steps)).word}]
            )
        )
    return value(**bands)


@given(positions(), st.data())
def test_a_position_is_read_back_and_tightening_loses_no_coherent_answer(written, data):
    try:
        found = Position.read(written)
    except AssessmentError as refused:
        assert "add up" in str(refused)  # noqa: PT017 (which of the two it is depends on the draw)
        return
    assert Position.read(json.loads(canonical_json(found.document()))) == found
    tight = found.tightened()
    assert tight.tightened() == tight
    middle = found.middle()
    assert sum(middle) == WHOLE
    assert all(band.low <= number <= band.high for band, number in zip(tight.bands, middle, strict=True))
    # Each end of a tightened band belongs to some coherent answer.
    at = data.draw(st.integers(0, len(tight.bands) - 1))
    for end in (tight.bands[at].low, tight.bands[at].high):
        others = [band for i, band in enumerate(tight.bands) if i != at]
        assert sum(band.low for band in others) <= WHOLE - end <= sum(band.high for band in others)


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ({"yes": {"word": "highly likely"}, "no": {"word": "likely"}}, "add up to 135 to 165 %"),
        ({"yes": {"word": "likely", "low": 50}, "no": {}}, "within 55 to 75 %"),
        ({"yes": {"low": 60, "high": 50}, "no": {}}, "a lower and a higher end"),
        ({"yes": {"word": "roughly even chance"}, "no": {}}, "a word of ICD 203"),
        ({"yes": {"low": 101}, "no": {}}, "percent from 0 to 100"),
        ({"yes": 5, "no": {}}, "an object"),
    ],
)
def test_bands_that_cannot_hold_are_refused_with_what_could(bands, said):
    with pytest.raises(AssessmentError, match=said):
        Position.read(value(**bands))
