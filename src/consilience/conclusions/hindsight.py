"""Hindsight: once a question is resolved, who had said what, how good it was, and what anybody could know by then.

Nothing of it says what somebody should have said: what was reported by a day is not what a partner had seen, and one outcome
shows little of how well probabilities were judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from consilience.comparison.lineage import Lineage
from consilience.comparison.picture import Picture
from consilience.conclusions.banded import Pool, Scores, pooled, scores
from consilience.model.claim import Claim
from consilience.model.fact import Fact, Stance
from consilience.model.identity import ClaimId, PartnerId
from consilience.model.period import Moment
from consilience.model.position import Position
from consilience.model.stated import Asked, Resolution, Stated, held

Pictures = Callable[[Moment], Picture]
"""The picture of what was reported by a time."""


class Came(Enum):
    """How a position lay to what came true: as far as its bands say which hypothesis it held foremost."""

    FOREMOST = "held foremost what came true"
    OTHER = "held another foremost"
    OPEN = "left open which is foremost"
    NOTHING = "did not say how probable it is"


@dataclass(frozen=True, slots=True)
class Item:
    """A claim that somebody's position on the question rests on, and what was known of it at a time.

    `fact`, `roots` are of the picture then. `fared` is how the claim stood in the picture of the day on which the question
    was resolved, where that is other than support.
    """

    claim: Claim
    fact: Fact | None
    roots: frozenset[str]
    rested: tuple[PartnerId, ...]
    fared: Stance | None


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that was said, with its scores: what had been reported by then, and what was reported after.

    `own` are items of the basis of this very word. `pooled` is the pool of what the partners that compare held at that
    time, and `pool` its scores; None where nobody had said how probable it is.
    """

    stated: Stated
    position: Position
    comparing: bool
    days: int
    came: Came
    scores: Scores | None
    reported: tuple[Item, ...]
    later: tuple[Item, ...]
    pooled: Pool | None
    pool: Scores | None

    @property
    def own(self) -> tuple[Item, ...]:
        """What it rests on itself, of what had been reported."""
        return tuple(item for item in self.reported if item.claim.id in self.stated.basis)


@dataclass(frozen=True, slots=True)
class Hindsight:
    """A resolved question, looked back on: all that was said, in order of time, and the evidence as it fared in the end.

    `last` are the last words of each partner before it was resolved: those that are scored as its own.
    """

    asked: Asked
    resolution: Resolution
    words: tuple[Word, ...]
    last: tuple[Word, ...]
    fared: tuple[Item, ...]

    @property
    def final(self) -> Word | None:
        """The last word of all, whose pool is that of the day on which the question was resolved."""
        return self.words[-1] if self.words else None


def look_back(
    asked: Asked, stated: Sequence[Stated], comparing: frozenset[PartnerId], pictures: Pictures
) -> Hindsight | None:
    """What a record shows of a question after it was resolved; None where it is not.

    Evidence is what any stated position on the question rests on; words that were coded as positions are none. Only what was
    surely said before it came out counts: of a word of the same day, of which only the day is known, nobody can tell.

    Raises:
        AssessmentError: a position that does not fit the question.
    """
    out = asked.resolution
    if out is None:
        return None
    mine = [each for each in stated if each.question == asked.question.name and each.said.end <= out.date.at]
    mine.sort(key=lambda each: each.said.end)
    evidence = _Evidence(mine, pictures, out.date)
    words = tuple(_word(asked, out, mine, each, comparing, evidence) for each in mine)
    final = [each.stated for each in held(mine, asked.question.name)]
    last = tuple(word for word in words if word.stated in final)
    return Hindsight(asked, out, words, last, evidence.at(out.date)[0])


class _Evidence:
    """All that positions on a question rest on, as of any time."""

    def __init__(self, stated: Sequence[Stated], pictures: Pictures, end: Moment) -> None:
        self._pictures = pictures
        self._rested: dict[str, set[PartnerId]] = {}
        for each in stated:
            for name in each.basis:
                self._rested.setdefault(name, set()).add(each.partner)
        self._end = pictures(end)
        self._fared = {
            holding.claim.id: holding.stance
            for fact in self._end.facts
            for holding in fact.holdings
            if holding.stance is not Stance.SUPPORTS
        }
        self._seen: dict[Moment, tuple[tuple[Item, ...], tuple[Item, ...]]] = {}

    def at(self, cut: Moment) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        """What had been reported by a time, the newest first, and what was reported after."""
        if cut not in self._seen:
            told, whole = self._items(self._pictures(cut)), self._items(self._end)
            names = {item.claim.id for item in told}
            self._seen[cut] = told, tuple(item for item in whole if item.claim.id not in names)
        return self._seen[cut]

    def _items(self, picture: Picture) -> tuple[Item, ...]:
        """The evidence that a picture holds."""
        lineage = Lineage(picture.claims)
        facts = {holding.claim.id: fact for fact in picture.facts for holding in fact.holdings}
        found = [
            Item(
                claim,
                facts.get(claim.id),
                lineage.roots(name),
                tuple(sorted(who)),
                self._fared.get(ClaimId(name)),
            )
            for name, who in self._rested.items()
            if (claim := lineage.claim(name)) is not None
        ]
        return tuple(sorted(found, key=lambda item: (item.claim.reported_at.at, item.claim.id), reverse=True))


def _word(
    asked: Asked,
    out: Resolution,
    all_said: Sequence[Stated],
    said: Stated,
    comparing: frozenset[PartnerId],
    evidence: _Evidence,
) -> Word:
    """One thing that was said, as it looks from the day of the outcome."""
    question = asked.as_of(said.said)
    position = said.position(question)
    reported, later = evidence.at(said.said)
    concluding = [
        answer
        for each in held(all_said, question.name, said.said)
        if each.stated.partner in comparing and not (answer := each.stated.position(question)).is_open
    ]
    together = pooled(concluding) if concluding else None
    return Word(
        said,
        position,
        said.partner in comparing,
        (out.date.at.date() - said.said.at.date()).days,
        _came(position, out.hypothesis),
        None if position.is_open else scores(position.bands, out.hypothesis),
        reported,
        later,
        together,
        scores(together.bands, out.hypothesis) if together else None,
    )


def _came(position: Position, outcome: str) -> Came:
    """How a position lay to what came true."""
    if position.is_open:
        return Came.NOTHING
    if position.leader is None:
        return Came.OPEN
    return Came.FOREMOST if position.leader == outcome else Came.OTHER
