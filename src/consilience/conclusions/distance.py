"""Distance: how far positions lie apart. Of bands, what is sure: the least and the most that it can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import log2

from consilience.conclusions.stand import Stand
from consilience.model.form import WHOLE
from consilience.model.position import Band, Position
from consilience.model.question import Threshold

CLOSE = 1_500
"""Numbers that are at most 15 points (in basis points) apart on every hypothesis are the same for concurrence."""


class Sure(Enum):
    """An answer about intervals: one that holds for all numbers within them, or none."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"


def all_sure(answers: Sequence[Sure]) -> Sure:
    """Whether all hold: a single no decides, and so does nothing less than all of them."""
    if Sure.NO in answers:
        return Sure.NO
    return Sure.CANNOT_TELL if Sure.CANNOT_TELL in answers else Sure.YES


@dataclass(frozen=True, slots=True)
class Span:
    """A number known to lie between two others, both included; equal where it is known."""

    least: float
    most: float

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.least == self.most


def gap(a: Band, b: Band) -> tuple[int, int]:
    """The least and the most basis points between a number in one band and a number in the other."""
    return max(0, a.low - b.high, b.low - a.high), max(a.high - b.low, b.high - a.low)


def same_numbers(a: Position, b: Position) -> Sure:
    """Whether two positions are no more than 15 points apart on every hypothesis. Both tightened."""
    gaps = [gap(one, other) for one, other in zip(a.bands, b.bands, strict=True)]
    if any(least > CLOSE for least, _ in gaps):
        return Sure.NO
    return Sure.YES if all(most <= CLOSE for _, most in gaps) else Sure.CANNOT_TELL


def worded(a: Stand, b: Stand) -> list[tuple[Band, Band]]:
    """The bands whose words are compared: all, but not the rest of a yes-or-no question, which is only the other side."""
    pairs = list(zip(a.position.bands, b.position.bands, strict=True))
    rest = next(each.id for each in a.question.hypotheses if each.rest)
    return [pair for pair in pairs if pair[0].hypothesis != rest] if len(pairs) == 2 else pairs


def same_words(a: Stand, b: Stand) -> Sure:
    """Whether two stands use the same word for every hypothesis, as written; cannot tell where one used none."""
    pairs = [(one.word, other.word) for one, other in worded(a, b)]
    said = [(one, other) for one, other in pairs if one and other]
    if any(one != other for one, other in said):
        return Sure.NO
    return Sure.YES if said and len(said) == len(pairs) else Sure.CANNOT_TELL


def total_variation(a: Position, b: Position) -> Span:
    """Half the sum of the differences, 0 to 1; of bands, bounds that it cannot leave."""
    gaps = [gap(one, other) for one, other in zip(a.bands, b.bands, strict=True)]
    least = sum(low for low, _ in gaps) / 2 / WHOLE
    most = min(1.0, sum(high for _, high in gaps) / 2 / WHOLE)
    return Span(least, max(least, most))


def divergence(stands: Sequence[Stand]) -> float | None:
    """Jensen-Shannon divergence of all answers, weighed alike, 0 the same, 1 at most.

    It is divided by its bound: log2 of the number of answers (Lin 1991, section 4), or of hypotheses if these are
    fewer, since the mixture's entropy is no more. None where one is a band.
    """
    if not all(stand.position.is_exact for stand in stands):
        return None
    rows = [[band.low / WHOLE for band in stand.position.bands] for stand in stands]
    rows.sort()  # sums do not depend on the order of partners
    mixture = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    found = _entropy(mixture) - sum(_entropy(row) for row in rows) / len(rows)
    return min(1.0, max(0.0, found / log2(min(len(rows), len(mixture)))))


def _entropy(row: Sequence[float]) -> float:
    """In bits, the same whatever the order of hypotheses."""
    return -sum(p * log2(p) for p in sorted(row) if p > 0)


def reaches(position: Position, threshold: Threshold) -> Sure:
    """Whether the hypothesis of the threshold is held probable enough to act. Position tightened."""
    band = next(each for each in position.bands if each.hypothesis == threshold.hypothesis)
    if band.low >= threshold.points:
        return Sure.YES
    return Sure.NO if band.high < threshold.points else Sure.CANNOT_TELL


def same_side(sides: Sequence[Sure]) -> Sure:
    """Whether all stand on one side of a threshold."""
    if {Sure.YES, Sure.NO} <= set(sides):
        return Sure.NO
    return Sure.CANNOT_TELL if Sure.CANNOT_TELL in sides else Sure.YES
