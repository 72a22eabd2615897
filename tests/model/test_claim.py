"""Claims: how their counts are shown, and in which tense they may be compared."""

import pytest

from consilience.model.claim import Count, Modality, Tense, number


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (Count(94_300, 94_300, 94_300, "personnel"), "94,300"),
        (Count(92_000, None, None, "personnel"), "more than 92,000"),
        (Count(0, None, 25, "btg"), "up to 25"),
        (Count(None, None, 25, "btg"), "up to 25"),
        (Count(169_000, None, 190_000, "personnel"), "169,000–190,000"),
        (Count(7, None, 7, "ship"), "7"),
        (Count(1.5, 1.5, 1.5, "km"), "1.5"),
    ],
)
def test_a_count_is_shown_as_an_analyst_writes_it(count, shown):
    assert str(count) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (1234567, "1,234,567"), (0.5, "0.5"), (2**53, "9,007,199,254,740,992")]
)
def test_a_number_has_separators_and_no_needless_decimals(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("cells", "tenses"),
    [
        ({"modality": "observed"}, {Tense.PRESENT}),
        ({"modality": "intended"}, {Tense.AHEAD}),
        ({"modality": "observed", "phenomenon": "intent/attack"}, {Tense.AHEAD}),
        ({"modality": "denied"}, {Tense.PRESENT}),
        ({"modality": "denied", "period_to": ""}, {Tense.PRESENT, Tense.AHEAD}),
        ({"modality": "denied", "period_from": "2021-12-20", "period_to": "2021-12-20"}, {Tense.PRESENT, Tense.AHEAD}),
    ],
)
def test_a_denial_may_be_compared_in_the_class_of_what_it_denies(lay, row, cells, tenses):
    assert lay(row("A1", **cells)).claim("A1").tenses == tenses


def test_denied_and_not_observed_negate_and_unverified_does_not():
    assert {modality for modality in Modality if modality.is_negation} == {Modality.DENIED, Modality.NOT_OBSERVED}


def test_nouns_are_frozen(lay, row):
    claim = lay(row("A1", best=1)).claim("A1")
    for noun, name in ((claim, "partner"), (claim.place, "name"), (claim.period, "begin"), (claim.count, "best")):
        with pytest.raises(AttributeError):
            setattr(noun, name, None)
