import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.errors import AssessmentError
from consilience.model.form import WHOLE
from consilience.model.yardstick import ICD_203, PHIA, YARDSTICKS

ICD = {
    "almost no chance": (1, 5), "very unlikely": (5, 20), "unlikely": (20, 45), "roughly even chance": (45, 55),
    "likely": (55, 80), "very likely": (80, 95), "almost certain": (95, 99),
}  # fmt: skip
PHIA_BANDS = {
    "remote chance": (0.01, 5), "highly unlikely": (10, 20), "unlikely": (25, 35), "realistic possibility": (40, 49.99),
    "likely": (55, 75), "highly likely": (80, 90), "almost certain": (95, 99.99),
}  # fmt: skip


@pytest.mark.parametrize(("yardstick", "bands"), [(ICD_203, ICD), (PHIA, PHIA_BANDS)], ids=["icd", "phia"])
def test_each_word_covers_what_its_standard_says(yardstick, bands):
    assert {step.word: (step.low / 100, step.high / 100) for step in yardstick.steps} == bands


def test_an_end_that_neighbours_share_has_both_words_and_phia_has_none_in_its_gaps():
    assert ICD_203.say(4500) == "unlikely or roughly even chance"
    assert PHIA.covering(5000) == ()
    assert PHIA.say(5000) == "between “realistic possibility” (to 49.99 %) and “likely” (from 55 %)"
    assert ICD_203.say(0) == "beyond “almost no chance” (1 to 5 %)"
    assert PHIA.say(WHOLE) == "beyond “almost certain” (95 to 99.99 %)"


@given(st.sampled_from(sorted(YARDSTICKS)), st.integers(0, WHOLE))
def test_a_number_has_a_word_or_lies_between_two_or_beyond_the_last(name, points):
    yardstick = YARDSTICKS[name]
    covering, around = yardstick.covering(points), yardstick.around(points)
    if covering:
        assert all(yardstick.step(step.word) is step for step in covering)
    else:
        assert any(around)
        assert "beyond" in yardstick.say(points) or "between" in yardstick.say(points)


@pytest.mark.parametrize("name", sorted(YARDSTICKS))
def test_every_word_and_synonym_stands_for_one_step(name):
    words = [word for step in YARDSTICKS[name].steps for word in step.words]
    assert len(words) == len(set(words))
    assert YARDSTICKS[name].step("  LIKELY ").word == "likely"


@pytest.mark.parametrize(
    ("yardstick", "word", "said"), [(PHIA, "roughly even chance", "ICD 203"), (ICD_203, "remote chance", "PHIA")]
)
def test_a_word_of_the_other_yardstick_is_refused_by_name(yardstick, word, said):
    with pytest.raises(AssessmentError, match=f"a word of {said}"):
        yardstick.step(word)


def test_a_word_of_none_is_refused_with_all_that_are():
    with pytest.raises(AssessmentError, match="expected a word of ICD 203: almost no chance, very unlikely"):
        ICD_203.step("maybe")
