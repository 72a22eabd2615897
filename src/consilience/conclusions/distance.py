"""Distance: how far positions lie apart. Of bands, what is sure: the least and the most that it can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from consilience.conclusions import exact
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
    """Whether two positions are no more than 15 points apart on every hypothesis. Both tightened.

    Bands are held against each other jointly: no, where no two coherent answers within them are so near.
    """
    if apart(a.bands, b.bands, CLOSE) > 0:
        return Sure.NO
    gaps = [gap(one, other) for one, other in zip(a.bands, b.bands, strict=True)]
    return Sure.YES if all(most <= CLOSE for _, most in gaps) else Sure.CANNOT_TELL


def apart(a: Sequence[Band], b: Sequence[Band], near: int = 0) -> int:
    """By how much (basis points) two sets of bands exclude coherent answers that differ by `near` at most on each hypothesis.

    With `near` 0 it is the least total variation of two coherent answers, one within each: 0 where one answer fits both.
    Of all sets S of hypotheses it is the one that forces the two most apart: the least that one side can give to S
    less the most that the other can, less what `near` allows on S or on the rest. Bounds of coherent bands are 2-monotone (Walley 1991, 4.6;
    de Campos, Huete and Moral 1994), so no mixture of sets forces more (the separation of Frank 1982). Each of the
    bounds is reached either on S or on the rest, which leaves four sums; each is greatest for the first few of one order.
    """
    pairs = list(zip(a, b, strict=True))
    sums = (
        (0, [(one.low - other.high, 0) for one, other in pairs]),
        (0, [(0, other.low - one.high) for one, other in pairs]),
        (-WHOLE, [(one.low, other.low) for one, other in pairs]),
        (WHOLE, [(-other.high, -one.high) for one, other in pairs]),
    )
    return max(0, *(start + _most(parts, near) for start, parts in sums))


def _most(parts: Sequence[tuple[int, int]], near: int) -> int:
    """The greatest sum, each part counting within a set or outside it, less `near` for each of the smaller side."""
    total = found = sum(outside for _, outside in parts)
    for size, gain in enumerate(sorted((inside - outside for inside, outside in parts), reverse=True), start=1):
        total += gain
        found = max(found, total - near * min(size, len(parts) - size))
    return found


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
    """Half the sum of the differences, 0 to 1; of bands, the least that two coherent answers reach, and a bound on the most."""
    gaps = [gap(one, other) for one, other in zip(a.bands, b.bands, strict=True)]
    least = apart(a.bands, b.bands) / WHOLE
    most = min(1.0, sum(high for _, high in gaps) / 2 / WHOLE)
    return Span(least, max(least, most))


def divergence(stands: Sequence[Stand]) -> float | None:
    """Jensen-Shannon divergence of all answers, weighed alike, 0 the same, 1 at most.

    It is divided by its bound: log2 of the number of answers (Lin 1991, section 4), or of hypotheses if these are
    fewer, since the mixture's entropy is no more. None where one is a band.
    """
    if not all(stand.position.is_exact for stand in stands):
        return None
    return float(exact.divergence([[band.low for band in stand.position.bands] for stand in stands]))


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
