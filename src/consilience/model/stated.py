"""Stated: what partners said in public of a question, coded as bands, and the question as it stood on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from consilience.model import form
from consilience.model.identity import PartnerId
from consilience.model.period import Moment
from consilience.model.position import Band, Position
from consilience.model.question import Question
from consilience.model.yardstick import Yardstick

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came true: the hypothesis, the day, and the outcome (by its id) that says so."""

    hypothesis: str
    date: Moment
    outcome: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a record. Its cut-off is the horizon, until it is asked as of a time."""

    question: Question
    resolution: Resolution | None = None

    def as_of(self, cut: Moment | None) -> Question:
        """The question as one asks it at a time: nothing later may be used.

        A day is in to its end, as everywhere; the cut-off is the last second of it, and never after the horizon.
        """
        if cut is None:
            return self.question
        last = cut.end.replace(microsecond=0) - _SECOND
        return replace(self.question, cutoff=min(last, self.question.horizon))

    def resolved(self, cut: Moment | None) -> Resolution | None:
        """How it came out, once that is known."""
        found = self.resolution
        return found if found and (cut is None or found.date.end <= cut.end) else None


@dataclass(frozen=True, slots=True)
class Stated:
    """What a speaker said of a question (by name) for a partner, on a day, coded as bands (basis points).

    `claims` are the words that were coded, `basis` what the statement rests on as far as its speaker or his office said,
    `note` how it was coded. A hypothesis that no band names is open.
    """

    question: str
    said: Moment
    partner: PartnerId
    speaker: str
    yardstick: Yardstick
    bands: tuple[Band, ...]
    claims: tuple[str, ...]
    basis: tuple[str, ...]
    note: str

    def position(self, question: Question) -> Position:
        """As a position on the question as it stood, each band cut to what the others leave possible.

        Raises:
            AssessmentError: a band for what is no hypothesis, or bands that cannot add up.
        """
        named = {band.hypothesis: band for band in self.bands}
        for name in named.keys() - set(question.ids):
            form.refuse(f"position of {self.partner} on {self.said}", name, "one of " + ", ".join(question.ids))
        bands = tuple(named.get(name, Band(name, 0, form.WHOLE)) for name in question.ids)
        return Position(question.id, self.partner, self.yardstick, bands, self.claims).tightened()


@dataclass(frozen=True, slots=True)
class Held:
    """What one partner held at a time: its last word on the question, and the last words of its other speakers."""

    stated: Stated
    others: tuple[Stated, ...]


def held(stated: Iterable[Stated], question: str, cut: Moment | None = None) -> tuple[Held, ...]:
    """What each partner held of a question at a time, in order of partner.

    The last word of each speaker stands. The last of those is the partner's, however many speak for it: a partner
    counts once. Of two on one day the one that stands later in the record is the later.
    """
    last: dict[PartnerId, dict[str, Stated]] = {}
    spoken = [each for each in stated if each.question == question and (cut is None or each.said.end <= cut.end)]
    for each in sorted(spoken, key=lambda each: each.said.end):
        speakers = last.setdefault(each.partner, {})
        speakers.pop(each.speaker, None)
        speakers[each.speaker] = each
    found = []
    for _, speakers in sorted(last.items()):
        *others, latest = speakers.values()
        found.append(Held(latest, tuple(reversed(others))))
    return tuple(found)
