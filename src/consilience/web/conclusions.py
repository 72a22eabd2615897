"""Conclusions: each question with who holds what, as the page shows it, down to the facts and claims behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from consilience.conclusions.inquired import headline, kind_words, pool_words
from consilience.conclusions.inquiry import SEVERAL, Answer, Inquiry
from consilience.conclusions.readings import Grid
from consilience.model.fact import Fact
from consilience.model.form import WHOLE
from consilience.model.position import Band
from consilience.model.stated import Stated
from consilience.web.view import View

GLYPHS = {"same": "corroborated", "opposed": "conflicting", "open": "unverified", "alone": "sole", "none": "unverified"}
"""The glyph of each course."""

WORDS = {
    "same": "the same way", "opposed": "opposite", "open": "cannot be told", "alone": "one partner", "none": "nobody",
}  # fmt: skip

_SCALE = WHOLE // 100


@dataclass(frozen=True, slots=True)
class Bar:
    """What a partner holds of one hypothesis, as a bar from `start` and `width` wide, in percent of the scale."""

    hypothesis: str
    words: str
    start: float
    width: float
    is_open: bool
    is_foremost: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """A claim that a position rests on, with the facts in which it stands; none where it is not held here."""

    claim: str
    is_held: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One partner's answer."""

    answer: Answer
    bars: tuple[Bar, ...]
    cited: tuple[Ground, ...]
    grounds: tuple[Ground, ...]

    @property
    def stated(self) -> Stated:
        """Its last word."""
        return self.answer.stated


@dataclass(frozen=True, slots=True)
class Shown:
    """One question as the page shows it: bottom line, kind, answers, and what is behind them."""

    inquiry: Inquiry
    headline: str
    glyph: str
    course: str
    kind: str
    lines: tuple[Line, ...]
    pool: tuple[Bar, ...]
    beside: tuple[str, ...]
    grid: Grid


def conclusions(view: View) -> tuple[Shown, ...]:
    """The questions of a view's record; those that somebody has spoken of first, in the order of the record."""
    found = [_shown(view, each) for each in view.desk.inquiries(view.as_of)]
    return tuple(sorted(found, key=lambda shown: not shown.lines))


def _shown(view: View, found: Inquiry) -> Shown:
    """One question."""
    return Shown(
        found,
        headline(found),
        GLYPHS[found.course.value],
        WORDS[found.course.value],
        kind_words(found.concurrence) if found.concurrence else "",
        tuple(_line(view, found, answer) for answer in found.answers),
        _pool(found),
        pool_words(found)[1:],
        view.desk.grid(found, view.as_of),
    )


def _pool(found: Inquiry) -> tuple[Bar, ...]:
    """The pool of two or more who concluded, by the rule that is shown first, in the order of the question."""
    pool = found.pool
    if pool is None or len(found.concluding) < SEVERAL:
        return ()
    bands = {band.hypothesis: band for band in pool.bands}
    return tuple(_bar(each.text, str(bands[each.id]), bands[each.id]) for each in found.question.hypotheses)


def _bar(text: str, words: str, band: Band, *, is_foremost: bool = False) -> Bar:
    """A band as a bar."""
    is_open = (band.low, band.high) == (0, WHOLE)
    start, width = band.low / _SCALE, max(1.0, (band.high - band.low) / _SCALE)
    return Bar(text, "open" if is_open else words, min(start, 99.0), width, is_open, is_foremost)


def _line(view: View, found: Inquiry, answer: Answer) -> Line:
    """One answer."""
    coded = {band.hypothesis for band in answer.stated.bands}
    bands = {band.hypothesis: band for band in answer.position.bands}
    bars = []
    for each in found.question.hypotheses:
        band = bands[each.id]
        says = f"“{band.word}”, {band}" if band.word else str(band)
        words = says if each.id in coded else f"{says}, by what is left"
        bars.append(_bar(each.text, words, band, is_foremost=answer.position.leader == each.id))
    return Line(answer, tuple(bars), _grounds(view, answer.stated.claims), _grounds(view, answer.stated.basis))


def _grounds(view: View, claims: Iterable[str]) -> tuple[Ground, ...]:
    """Claims with the facts in which they stand."""
    return tuple(Ground(name, name in view.claims, tuple(view.facts_of.get(name, ()))) for name in claims)
