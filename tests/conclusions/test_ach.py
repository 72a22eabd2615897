import pytest

from consilience.conclusions.ach import document, evidence_words, matrix
from consilience.conclusions.stand import Stand
from consilience.errors import UsageError
from consilience.model.assessment import Bearing
from consilience.model.position import Position
from consilience.model.question import Question

ASKED = Question.read(
    {
        "name": "attack",
        "text": "Will there be an attack?",
        "hypotheses": [{"id": "yes", "text": "yes"}, {"id": "no", "text": "no", "rest": True}],
        "horizon": "2022-03-01T00:00:00Z",
        "cutoff": "2022-02-16T00:00:00Z",
    }
)


def stand(partner, roots="", asked=ASKED, **worth):
    """worth: root -> percent under no and under yes."""
    bearings = tuple(Bearing(root, (("no", no * 100), ("yes", yes * 100))) for root, (no, yes) in worth.items())
    value = {
        "question": asked.id,
        "partner": partner,
        "yardstick": "phia",
        "bands": {"no": {}, "yes": {}},
        "claims": [],
    }
    return Stand(asked, Position.read(value), frozenset(roots) | worth.keys(), bearings)


def test_the_most_diagnostic_evidence_comes_first_and_says_what_it_favours():
    found = matrix([stand("GBR", weak=(50, 55), strong=(10, 80)), stand("USA", weak=(50, 50), strong=(10, 80))])
    assert [line.root for line in found.lines] == ["strong", "weak"]
    strong, weak = found.lines
    assert strong.diagnosticity == pytest.approx(8)
    assert strong.favours == ("yes",)
    assert weak.favours == ()
    assert dict(strong.cells)["yes"] / dict(strong.cells)["no"] == pytest.approx(8)


def test_two_who_read_one_root_in_opposite_ways_are_flagged():
    found = matrix([stand("UKR", a=(60, 20)), stand("USA", a=(20, 60)), stand("GBR", a=(50, 50))])
    (flag,) = found.lines[0].disagreements
    assert (flag.first, flag.for_first, flag.second, flag.for_second) == ("no", "UKR", "yes", "USA")
    assert not matrix([stand("UKR", a=(60, 20)), stand("GBR", a=(50, 50))]).lines[0].disagreements


def test_roots_that_nobody_weighed_are_named():
    assert matrix([stand("GBR", "xy", a=(1, 2))]).unweighed == ("x", "y")


def test_the_order_of_partners_changes_nothing():
    stands = [stand("UKR", a=(60, 20), b=(1, 3)), stand("USA", a=(20, 61)), stand("GBR", b=(50, 7))]
    assert matrix(stands) == matrix(stands[::-1])


def test_answers_to_several_questions_make_no_matrix():
    other = Question.read({**ASKED.document(), "version": 2})
    with pytest.raises(UsageError, match="answers to 2 questions"):
        matrix([stand("GBR"), stand("USA", asked=other)])


def test_a_line_says_in_words_what_it_favours_and_who_disagrees():
    found = matrix([stand("GBR", r=(10, 80), flat=(50, 50)), stand("USA", r=(80, 20))])
    strong, flat = found.lines
    assert "times as probable under yes as under no" in evidence_words(strong)
    assert "GBR and USA disagree whether it speaks for yes or no" in evidence_words(strong) or (
        "USA and GBR disagree whether it speaks for no or yes" in evidence_words(strong)
    )
    assert evidence_words(flat) == "flat (GBR): tells nothing apart."
    assert [line["root"] for line in document(found)["lines"]] == ["r", "flat"]
