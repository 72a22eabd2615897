import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.errors import AssessmentError
from consilience.model.assessment import Assessment, Confidence, Judgement, fitting
from consilience.model.form import WHOLE, percent
from consilience.model.identity import canonical_json
from consilience.model.question import Question
from consilience.model.yardstick import ICD_203, PHIA, YARDSTICKS

QUESTION = Question.read(
    {
        "name": "attack",
        "text": "Will there be a large-scale attack before 1 March?",
        "hypotheses": [
            {"id": "large", "text": "on several fronts"},
            {"id": "limited", "text": "in one area"},
            {"id": "none", "text": "none of these", "rest": True},
        ],
        "horizon": "2022-03-01T00:00:00Z",
        "cutoff": "2022-02-16T00:00:00Z",
    }
)
HEAD = {"root": "0" * 64}


def answer(judgements, yardstick="icd-203", **more):
    return {
        "question": QUESTION.id,
        "version": 1,
        "partner": "GBR",
        "round": 1,
        "yardstick": yardstick,
        "judgements": {name: {"percent": number, "word": word} for name, (number, word) in judgements.items()},
        "confidence": "moderate",
        "basis": {"claims": ["USA/C138", "C12"], "facts": []},
        "seen": HEAD,
        **more,
    }


FITS = {"large": (15, "very unlikely"), "limited": (25, "unlikely"), "none": (60, "likely")}


def shares(count):
    """Whole basis points within ICD 203 that add up."""
    return st.lists(st.integers(100, 9900), min_size=count, max_size=count).map(
        lambda cuts: [100 + round((WHOLE - 100 * count) * cut / sum(cuts)) for cut in cuts]
    )


texts = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20).filter(str.strip)


@st.composite
def assessments(draw):
    numbers = draw(shares(3))
    numbers[0] += WHOLE - sum(numbers)
    words = [draw(st.sampled_from(ICD_203.covering(number))).word for number in numbers]
    names = ["large", "limited", "none"]
    judgements = {n: (percent(p), w) for n, p, w in zip(names, numbers, words, strict=True)}
    likelihoods = st.fixed_dictionaries({name: st.integers(1, 9999).map(percent) for name in names})
    bearings = [{"root": root, "percent": draw(likelihoods)} for root in draw(st.lists(texts, unique=True, max_size=3))]
    return answer(
        judgements,
        round=draw(st.sampled_from([1, 2])),
        confidence=draw(st.sampled_from([each.value for each in Confidence])),
        basis={"claims": draw(st.lists(texts, unique=True, max_size=4)), "facts": []},
        dissent=draw(st.lists(texts, max_size=2)),
        linchpins=draw(st.lists(texts, max_size=2)),
        bearings=bearings,
    )


@given(assessments())
def test_an_assessment_written_and_read_is_the_same(value):
    found = Assessment.read(value)
    again = Assessment.read(json.loads(canonical_json(found.document())))
    assert again == found
    assert canonical_json(again.document()) == canonical_json(found.document())
    again.check(QUESTION)


def test_whatever_the_order_it_is_written_in_an_assessment_has_one_text():
    backwards = dict(reversed(FITS.items()))
    one = Assessment.read(answer(FITS, basis={"claims": ["a", "b"]}))
    other = Assessment.read(answer(backwards, basis={"claims": ["b", "a"]}))
    assert canonical_json(one.document()) == canonical_json(other.document())


def test_numbers_that_do_not_add_up_are_refused_with_the_nearest_that_do():
    with pytest.raises(AssessmentError, match="a sum of 106 %") as refused:
        Assessment.read(answer({"large": (18, "very unlikely"), "limited": (28, "unlikely"), "none": (60, "likely")}))
    assert "nearest numbers that fit are large 16 %, limited 26 %, none 58 %" in str(refused.value)


def test_a_number_outside_its_word_is_refused_with_numbers_and_words_that_fit():
    with pytest.raises(AssessmentError, match="large at 30 %, “very unlikely”") as refused:
        Assessment.read(answer({"large": (30, "very unlikely"), "limited": (25, "unlikely"), "none": (45, "unlikely")}))
    said = str(refused.value)
    assert "“very unlikely” for 5 to 20 %" in said
    assert "large 20 %" in said or "No numbers add up" in said
    assert "large 30 % (unlikely)" in said or "No numbers" in said


def test_words_that_no_numbers_satisfy_together_are_refused_and_said():
    with pytest.raises(AssessmentError, match="No numbers add up to 100 % under these words"):
        Assessment.read(answer({"large": (30, "very likely"), "limited": (25, "very likely"), "none": (45, "likely")}))


@pytest.mark.parametrize("number", [7, 22, 37, 50, 52, 78, 93])
def test_a_number_in_a_gap_of_phia_is_refused_with_the_ends_of_the_gap(number):
    value = answer({"no": (100 - number, "likely"), "yes": (number, "unlikely")}, "phia")
    with pytest.raises(AssessmentError, match="nearest numbers that fit"):
        Assessment.read(value)
    assert "between" in PHIA.say(number * 100)


def test_a_word_of_another_yardstick_is_refused_by_name():
    with pytest.raises(AssessmentError, match=r"a word of PHIA.*never mixed"):
        Assessment.read(answer({**FITS, "large": (15, "highly unlikely")}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"round": 3}, "round"),
        ({"round": True}, "round"),
        ({"yardstick": "own"}, "icd-203 or phia"),
        ({"confidence": "very high"}, "low, moderate or high"),
        ({"seen": {"size": 1, "root": "0" * 64}}, "the key size"),
        ({"seen": {"root": "0"}}, "seen.root"),
        ({"basis": {"claims": ["C1", "C1"]}}, "C1 twice"),
        ({"judgements": {"a": {"percent": 33.333, "word": "unlikely"}}}, "two decimals"),
        ({"judgements": {"a": {"percent": float("nan"), "word": "unlikely"}}}, "two decimals"),
        ({"judgements": {"a": {"percent": True, "word": "unlikely"}}}, "two decimals"),
        ({"judgements": {}}, "a sum of 0 %"),
        ({"extra": 1}, "no other keys"),
        ({"linchpins": "one"}, "a list"),
        ({"partner": " "}, "not blank"),
        ({"bearings": [{"root": "r", "percent": {"a": 0}}]}, "0.01"),
        ({"bearings": [{"root": "r", "percent": {"a": 1}}] * 2}, "r twice"),
    ],
)
def test_what_cannot_be_an_assessment_is_refused_by_its_path(change, said):
    with pytest.raises(AssessmentError, match=said):
        Assessment.read({**answer(FITS), **change})


def test_an_answer_to_another_version_or_to_other_hypotheses_is_refused():
    found = Assessment.read(answer(FITS))
    later = Question.read({**QUESTION.document(), "version": 2})
    with pytest.raises(AssessmentError, match="version 2 of attack"):
        found.check(later)
    less = Assessment.read(answer({"large": (40, "unlikely"), "none": (60, "likely")}))
    with pytest.raises(AssessmentError, match="exactly large, limited, none"):
        less.check(QUESTION)
    bearing = [{"root": "r", "percent": {"large": 5}}]
    with pytest.raises(AssessmentError, match="bearing r"):
        Assessment.read(answer(FITS, bearings=bearing)).check(QUESTION)


@given(st.sampled_from(sorted(YARDSTICKS)), st.lists(st.integers(0, WHOLE), min_size=2, max_size=4), st.data())
def test_the_numbers_that_are_said_to_fit_are_accepted(name, numbers, data):
    yardstick = YARDSTICKS[name]
    words = [data.draw(st.sampled_from(yardstick.steps)).word for _ in numbers]
    given_answer = {f"h{i}": (percent(p), w) for i, (p, w) in enumerate(zip(numbers, words, strict=True))}
    try:
        Assessment.read(answer(given_answer, name))
    except AssessmentError as refused:
        if "No numbers" in str(refused):
            return
    fit = fitting(
        tuple(Judgement(f"h{i}", p, w) for i, (p, w) in enumerate(zip(numbers, words, strict=True))), yardstick
    )
    Assessment.read(answer({f"h{i}": (percent(p), w) for i, (p, w) in enumerate(zip(fit, words, strict=True))}, name))


def test_a_basis_has_no_more_roots_than_can_be_weighed():
    claims = ["C1", "C2"]
    roots = {name: [f"{name}:{number}" for number in range(250)] for name in claims}
    fits = {"claims": claims, "facts": [], "roots": roots}
    assert len(Assessment.read(answer(FITS, basis=fits)).basis.evidence) == 500
    roots["C2"].append("C2:250")
    with pytest.raises(AssessmentError, match="500 at most"):
        Assessment.read(answer(FITS, basis=fits))
