"""`consilience conclude --record`: what partners held in public of a question, on a day."""

import json

from consilience.cli.inquiring import inquiries_text
from consilience.conclusions.inquiry import inquire
from consilience.model.question import Question
from consilience.model.stated import Asked


def test_december_and_february_are_told_apart(program, scenario):
    december = program("conclude", "--record", scenario, "--as-of", "2021-12-06").stdout
    february = program("conclude", "--record", scenario, "--as-of", "2022-02-16").stdout
    assert "UKR and USA point the same way: “80,000 to 110,000”" in december
    assert "Only UKR has said how probable it is" in december
    assert "Opposite conclusions" not in december
    assert "Opposite conclusions. Held foremost: by GBR “it is enough”, by UKR and USA “it is not enough”." in february
    assert "Stands apart: GBR" in february


def test_the_document_names_claims_bands_and_kind(program, scenario):
    found = json.loads(program("conclude", "--record", scenario, "--as-of", "2022-02-16", "--json").stdout)
    assert (found["schema"], found["as_of"]) == ("consilience.inquiries/1", "2022-02-16")
    one = next(each for each in found["questions"] if each["question"]["name"] == "force-suffices")
    assert (one["course"], one["concurrence"]["kind"], one["concurrence"]["dissenter"]) == (
        "opposed",
        "divergent",
        "GBR",
    )
    distance = one["concurrence"]["total_variation"]  # of bands, an interval
    assert 0 < distance["least"] < distance["most"] <= 1
    assert one["concurrence"]["divergence"] is None
    assert one["concurrence"]["reasons"]
    ukr = next(each for each in one["answers"] if each["partner"] == "UKR")
    assert (ukr["claims"], ukr["bands"]["suffices"]["high"], ukr["foremost"]) == (["C117"], 35, "falls-short")


def test_wrong_turns_say_what_to_do(program, scenario, tmp_path):
    for arguments, words in (
        (("--record", str(tmp_path)), "a folder without tables"),
        (("crossing", "--record", scenario), "one of them"),
        (("--record", scenario, "--as-of", "soon"), "a date such as"),
    ):
        done = program("conclude", *arguments)
        assert done.returncode in (1, 2)
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_a_question_of_a_record_cannot_steer_the_terminal():
    asked = Question.read(
        {
            "name": "crossing",
            "text": "Is it\u202e passable?",
            "hypotheses": [{"id": "yes", "text": "it is"}, {"id": "no", "text": "it is not", "rest": True}],
            "horizon": "2031-05-01T00:00:00Z",
            "cutoff": "2031-05-01T00:00:00Z",
        }
    )
    said = inquiries_text([inquire(Asked(asked), (), frozenset(), lambda _: frozenset())], "")
    assert "\u202e" not in said
    assert "passable?" in said
