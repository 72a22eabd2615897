"""Stand: one partner's position on a question with the roots that it rests on, and what each is worth to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.conclusions.exact import Logs, less, logs, normal, worth
from consilience.conclusions.rules import Row
from consilience.model.assessment import Assessment, Bearing
from consilience.model.form import WHOLE
from consilience.model.identity import PartnerId
from consilience.model.position import Band, Position
from consilience.model.question import Question


@dataclass(frozen=True, slots=True)
class Stand:
    """A position on its question. `roots` is empty where the basis is not known: then nothing is said to be independent.

    `bearings` are on roots of the basis; those on others are of no use here.
    """

    question: Question
    position: Position
    roots: frozenset[str]
    bearings: tuple[Bearing, ...] = ()

    @classmethod
    def of(cls, assessment: Assessment, question: Question, roots: frozenset[str]) -> Stand:
        """The stand of an assessment, with the roots that its basis reaches and those that it weighs.

        Raises:
            AssessmentError: the assessment does not answer this question.
        """
        assessment.check(question)
        weighed = frozenset(each.root for each in assessment.bearings)
        return cls(question, assessment.position, roots | weighed, assessment.bearings)

    @property
    def partner(self) -> PartnerId:
        """Whose it is."""
        return self.position.partner

    @property
    def row(self) -> Row:
        """Probabilities in order of hypothesis: the numbers, or the coherent middle of the bands."""
        return np.array(self.position.middle(), dtype=np.float64) / WHOLE

    def without(self, root: str) -> Stand | None:
        """The stand after the loss of a root; None where nothing is left of its basis.

        Numbers move only where the partner said what the root is worth to it: they are divided by its likelihoods.
        """
        if root not in self.roots:
            return self
        left = self.roots - {root}
        if not left:
            return None
        kept = tuple(each for each in self.bearings if each.root != root)
        lost = next((each for each in self.bearings if each.root == root), None)
        if lost is None or not self.position.is_exact:
            return Stand(self.question, self.position, left, kept)
        said = logs([band.low for band in self.position.bands])
        moved = normal(less(said, worth([points for _, points in lost.likelihoods])))
        return Stand(self.question, _numbered(self.position, moved), left, kept)

    def is_moved_by(self, root: str) -> bool:
        """Whether it is known what its numbers would be without the root."""
        said = any(each.root == root for each in self.bearings)
        return root not in self.roots or (said and self.position.is_exact)


def _numbered(position: Position, row: Logs) -> Position:
    """The position with these probabilities and no words: the partner has not said any for them."""
    points = [int(value * WHOLE) for value in row]
    points[row.index(max(row))] += WHOLE - sum(points)
    bands = tuple(Band(band.hypothesis, number, number) for band, number in zip(position.bands, points, strict=True))
    return Position(position.question, position.partner, position.yardstick, bands, position.claims)
