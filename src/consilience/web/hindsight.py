"""Hindsight pages: a resolved question looked back on, and how reliable the words of the record were."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from consilience.conclusions import lookedback
from consilience.conclusions.hindsight import Came, Hindsight, Word
from consilience.conclusions.inquired import said_words
from consilience.conclusions.reliability import BandBin
from consilience.web.links import Links
from consilience.web.pages import Pages
from consilience.web.view import View

GLYPHS = {
    Came.FOREMOST: "corroborated", Came.OTHER: "conflicting", Came.OPEN: "unverified", Came.NOTHING: "sole",
}  # fmt: skip
SIDE = 240  # units of the diagram's scale; its margins are the template's
_SCALE = 100


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said, with its scores drawn on a scale of 100, and links into the pages as of its own day."""

    word: Word
    says: str
    glyph: str
    score: str
    start: float
    width: float
    knew: str
    is_last: bool
    then: Links


@dataclass(frozen=True, slots=True)
class Drawn:
    """A band in the reliability diagram: its ends, its share and the interval of that, in units from the lower left corner."""

    found: BandBin
    left: float
    width: float
    share: float
    low: float
    high: float


class HindsightPages:
    """Answers from the pages of the same site; it reads and changes nothing."""

    def __init__(self, pages: Pages) -> None:
        """Stand beside the pages of a site."""
        self._pages = pages

    def hindsight(self, request: Request) -> Response:
        """One question of the record, once it is resolved as of the day that is asked for."""
        view = self._pages.view(request)
        name = request.path_params["question"]
        asked = view.desk.sayings.question(name)
        if asked is None or asked.resolved(view.as_of) is None:
            found = "not resolved by this day" if asked else "no such question here"
            told = {"thing": f"question {name}", "found": found, "expected": "a resolved question of the record"}
            return self._pages.problem(request, 404, {**told, "next_step": ""})
        found_back = view.desk.hindsight(name)
        if found_back is None:  # it is resolved, so that there is something to look back on
            raise AssertionError(name)
        context: dict[str, object] = {
            "here": "conclusions",
            "found": found_back,
            "headline": lookedback.headline(found_back),
            "outcome": view.desk.sayings.outcome(found_back.resolution.outcome),
            "said": [_said(found_back, word) for word in found_back.words],
            "final_score": lookedback.score_words(found_back.final.pool) if found_back.final else "",
            "wrong": lookedback.went_wrong(found_back),
            "one": lookedback.ONE,
        }
        return self._pages.html("hindsight.html", view, context)

    def reliability(self, request: Request) -> Response:
        """Of what was said with each band, how much came true."""
        view = self._pages.view(request)
        kept = lookedback.words_kept(_looked(view))
        if not kept:
            told = {"thing": "Reliability", "found": "no resolved question by this day"}
            expected = "a record with a resolved question of which partners who compare have spoken"
            return self._pages.problem(request, 404, {**told, "expected": expected, "next_step": ""})
        context: dict[str, object] = {
            "here": "conclusions",
            "drawn": [_drawn(each) for each in kept],
            "questions": [each.question for each in view.desk.sayings.asked if each.resolved(view.as_of)],
            "side": SIDE,
            "one": lookedback.ONE,
        }
        return self._pages.html("reliability.html", view, context)


def _looked(view: View) -> list[Hindsight]:
    """Every question that is resolved by the view's day, looked back on."""
    names = [each.question.name for each in view.desk.sayings.asked if each.resolved(view.as_of)]
    return [found for name in names if (found := view.desk.hindsight(name))]


def _said(found: Hindsight, word: Word) -> Said:
    """One thing that was said, as the page shows it."""
    start = word.scores.brier.least * _SCALE if word.scores else 0.0
    width = max(1.0, word.scores.brier.most * _SCALE - start) if word.scores else 0.0
    return Said(
        word,
        said_words(word.stated),
        GLYPHS[word.came],
        lookedback.score_words(word.scores),
        round(min(start, _SCALE - 1.0), 2),
        round(width, 2),
        lookedback.knew(word),
        word in found.last,
        Links(str(word.stated.said)),
    )


def _drawn(found: BandBin) -> Drawn:
    """One band in units of the diagram."""
    low, high, share = (round(value * SIDE, 1) for value in (found.share_low, found.share_high, found.share))
    left = round(found.low * SIDE, 1)
    return Drawn(found, left, max(2.0, round(found.high * SIDE - left, 1)), share, low, high)
