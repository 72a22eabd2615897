"""Inquiry: what a record shows of one question at a time: who concluded what, whether it is the same, and on what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from consilience.conclusions.banded import Pool, pooled
from consilience.conclusions.concurrence import Concurrence, concurrence
from consilience.conclusions.stand import Stand
from consilience.model.identity import PartnerId
from consilience.model.period import Moment
from consilience.model.position import Position
from consilience.model.question import Question
from consilience.model.stated import Asked, Held, Resolution, Stated, held

SEVERAL = 2
"""A concurrence, and a pool that is more than one answer, takes two."""

Roots = Callable[[str], frozenset[str]]
"""The roots of a claim as its lineage declares them; none for a claim that is not there."""


class Course(Enum):
    """How conclusions lie to each other, as far as public words tell: by the hypothesis that each holds foremost.

    A coarser answer than `concurrence.Kind`, for bands within which the numbers may be near or far.
    """

    SAME = "same"
    OPPOSED = "opposed"
    OPEN = "open"
    ALONE = "alone"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one partner held: the position, its roots, and what it held before or by other speakers."""

    held: Held
    position: Position
    roots: frozenset[str]
    comparing: bool

    @property
    def partner(self) -> PartnerId:
        """Whose it is."""
        return self.position.partner

    @property
    def stated(self) -> Stated:
        """The words that count."""
        return self.held.stated


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question as of a time.

    `answers` are all that spoke, those who compare first; `concluding` are the partners that compare and said how
    probable something is. `concurrence` is theirs, None where fewer than two are.
    """

    question: Question
    answers: tuple[Answer, ...]
    concluding: tuple[PartnerId, ...]
    course: Course
    concurrence: Concurrence | None
    resolution: Resolution | None

    @property
    def sides(self) -> tuple[tuple[str, tuple[PartnerId, ...]], ...]:
        """Each hypothesis that a concluding partner surely holds foremost, with who does, in order of the question."""
        found = []
        for each in self.question.hypotheses:
            who = tuple(
                a.partner for a in self.answers if a.partner in self.concluding and a.position.leader == each.id
            )
            if who:
                found.append((each.id, who))
        return tuple(found)

    @property
    def pool(self) -> Pool | None:
        """What those who concluded amount to as one, as bands; None where nobody has."""
        mine = [each.position for each in self.answers if each.partner in self.concluding]
        return pooled(mine) if mine else None

    def text(self, hypothesis: str) -> str:
        """What a hypothesis says."""
        return next(each.text for each in self.question.hypotheses if each.id == hypothesis)


def inquire(
    asked: Asked, stated: Sequence[Stated], comparing: frozenset[PartnerId], roots: Roots, cut: Moment | None = None
) -> Inquiry:
    """What partners held of a question at a time, and what it amounts to.

    A partner that spoke without saying how probable anything is has not concluded: it is shown, and takes no part in the
    concurrence. Nor does a partner that does not compare, such as the side that is spoken of.

    Raises:
        AssessmentError: a position that does not fit the question.
    """
    question = asked.as_of(cut)
    found = []
    for each in held(stated, question.name, cut):
        basis = frozenset[str]().union(*(roots(claim) for claim in each.stated.basis))
        position = each.stated.position(question)
        found.append(Answer(each, position, basis, position.partner in comparing))
    found.sort(key=lambda answer: (not answer.comparing, answer.position.is_open, answer.partner))
    concluding = [answer for answer in found if answer.comparing and not answer.position.is_open]
    stands = [Stand(question, answer.position, answer.roots) for answer in concluding]
    return Inquiry(
        question,
        tuple(found),
        tuple(answer.partner for answer in concluding),
        _course([answer.position.leader for answer in concluding]),
        concurrence(stands) if len(stands) >= SEVERAL else None,
        asked.resolved(cut),
    )


def _course(leaders: Sequence[str | None]) -> Course:
    """How the foremost hypotheses lie to each other."""
    if len(leaders) < SEVERAL:
        return Course.ALONE if leaders else Course.NONE
    sure = {leader for leader in leaders if leader is not None}
    if len(sure) > 1:
        return Course.OPPOSED
    return Course.SAME if None not in leaders else Course.OPEN
