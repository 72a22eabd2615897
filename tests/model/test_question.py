import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.errors import AssessmentError
from consilience.model.identity import canonical_json
from consilience.model.question import Question
from consilience.trust import canonical

PLAIN = {
    "name": "attack",
    "text": "Will there be an attack?",
    "hypotheses": [{"id": "yes", "text": "there will"}, {"id": "no", "text": "there will not", "rest": True}],
    "horizon": "2022-03-01T00:00:00Z",
    "cutoff": "2022-02-16T00:00:00Z",
}


@given(st.integers(2, 20), st.integers(1, 9999), st.none() | st.integers(1, 9999), st.data())
def test_a_question_written_and_read_is_the_same_under_the_same_id(count, version, threshold, data):
    rest = data.draw(st.integers(0, count - 1))
    value = {
        **PLAIN,
        "version": version,
        "hypotheses": [{"id": f"h{i}", "text": f"text {i}", "rest": i == rest} for i in range(count)],
        "threshold": threshold and {"hypothesis": "h0", "percent": threshold / 100},
    }
    found = Question.read(value)
    again = Question.read(json.loads(canonical_json(found.document())))
    assert again == found
    assert again.id == found.id
    assert canonical.encode(found.document()) == canonical_json(found.document()).encode()


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"text": "Will there be one?"}, {"horizon": "2022-03-02T00:00:00Z"}, {"cutoff": "2022-02-15T00:00:00Z"},
     {"threshold": {"hypothesis": "yes", "percent": 50}}, {"hypotheses": PLAIN["hypotheses"][::-1]}],
    ids=str,
)  # fmt: skip
def test_any_change_makes_another_question(change):
    assert Question.read({**PLAIN, **change}).id != Question.read(PLAIN).id


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hypotheses": [{"id": "yes", "text": "a"}, {"id": "no", "text": "b"}]}, 'Add one with "rest": true'),
        ({"hypotheses": [{"id": i, "text": "a", "rest": True} for i in "ab"]}, r"2 marked as the rest \(a, b\)"),
        ({"hypotheses": [{"id": "a", "text": "a", "rest": True}]}, "1 of them"),
        ({"hypotheses": [{"id": "a", "text": "a", "rest": r} for r in (True, False)]}, "a twice"),
        ({"hypotheses": [{"id": "A b", "text": "a"}]}, "lower-case letters"),
        ({"hypotheses": [{"id": "a", "text": "a", "rest": 1}]}, "true or false"),
        ({"cutoff": "2022-03-02T00:00:00Z"}, "no later than the horizon"),
        ({"horizon": "2022-03-01"}, "a UTC time"),
        ({"horizon": "2022-13-01T00:00:00Z"}, "a UTC time"),
        ({"version": 0}, "version"),
        ({"threshold": {"hypothesis": "maybe", "percent": 5}}, "one of yes, no"),
        ({"threshold": {"hypothesis": "yes", "percent": 0}}, "from 0.01 to 99.99"),
        ({"text": "  "}, "not blank"),
        ({"text": "a\x00b"}, "control characters"),
        ({"text": "a" * 4001}, "4,000 at most"),
        ({"more": 1}, "no other keys"),
    ],
)
def test_what_cannot_be_a_question_is_refused_by_its_path(change, said):
    with pytest.raises(AssessmentError, match=said):
        Question.read({**PLAIN, **change})


@pytest.mark.parametrize("value", [None, [], "text", 3])
def test_what_is_no_object_is_refused(value):
    with pytest.raises(AssessmentError, match="an object"):
        Question.read(value)


def test_a_year_of_three_digits_is_read_as_it_was_written():
    found = Question.read({**PLAIN, "horizon": "0999-01-02T00:00:00Z", "cutoff": "0998-01-02T00:00:00Z"})
    assert found.document()["horizon"] == "0999-01-02T00:00:00Z"
    assert Question.read(found.document()) == found


@pytest.mark.parametrize("change", [{"version": 16**5000}, {"threshold": {"hypothesis": "yes", "percent": 16**5000}}])
def test_a_number_too_long_to_be_written_is_refused_like_any_other(change):
    with pytest.raises(AssessmentError, match="a number of 20,001 bits"):
        Question.read({**PLAIN, **change})
