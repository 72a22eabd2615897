"""Agreement: coefficients for rankings, and for many questions at once. One question has a concurrence instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from consilience.errors import UsageError


def kendall_w(rankings: Sequence[Sequence[float]]) -> float:
    """Kendall's W of several rankings of the same things: 0 no agreement, 1 the same ranking (Kendall and Smith 1939).

    Each ranking gives a rank to each thing, in one order of things; ties share the mean of their ranks, and are
    corrected for. Only for rankings: of probabilities it would lose what they say.

    Raises:
        UsageError: fewer than two rankings or things, rankings of different length, or all things tied in each.
    """
    raters, things = len(rankings), len(rankings[0]) if rankings else 0
    if raters < 2 or things < 2 or any(len(each) != things for each in rankings):
        found = f"{raters} rankings of " + ", ".join(str(len(each)) for each in rankings) + " things"
        raise UsageError("Kendall W", found, "two or more rankings of the same two or more things")
    ranks = [_ranks(each) for each in rankings]
    sums = [sum(each[i] for each in ranks) for i in range(things)]
    mean = sum(sums) / things
    spread = sum((each - mean) ** 2 for each in sums)
    ties = sum(count**3 - count for each in ranks for count in Counter(each).values())
    most = raters**2 * (things**3 - things) - raters * ties
    if not most:
        raise UsageError("Kendall W", "rankings in which all things are tied", "at least one that ranks them")
    return 12 * spread / most


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1, ties sharing the mean of theirs."""
    order = sorted(values)
    first = {value: at for at, value in reversed(list(enumerate(order)))}
    count = Counter(order)
    return [first[value] + (count[value] + 1) / 2 for value in values]


def krippendorff_alpha(answers: Sequence[Sequence[float | None]]) -> float:
    """Krippendorff's alpha for interval data: 1 full agreement, 0 what chance would give, below 0 worse than chance.

    One row for each partner, one column for each question, None where it did not answer. Only over many questions: one
    question has no chance agreement to compare with (Krippendorff 2011, "Computing Krippendorff's alpha-reliability").

    Raises:
        UsageError: rows of different length, fewer than two questions with two answers, or all answers the same.
    """
    if len({len(row) for row in answers}) > 1:
        raise UsageError("Krippendorff alpha", "rows of different length", "one cell for each question in each row")
    units = [[cell for cell in column if cell is not None] for column in zip(*answers, strict=True)]
    units = [sorted(unit) for unit in units if len(unit) > 1]
    values = sorted(value for unit in units for value in unit)
    if len(units) < 2:
        found = f"{len(units)} questions that two or more answered"
        raise UsageError("Krippendorff alpha", found, "two or more; for one question see its concurrence")
    if all(one == other for one, other in pairwise(values)):
        raise UsageError(
            "Krippendorff alpha", "the same answer everywhere", "answers that vary: without that it is undefined"
        )
    within = sum(_squares(unit) / (len(unit) - 1) for unit in units) / len(values)
    between = _squares(values) / (len(values) * (len(values) - 1))
    return 1 - within / between


def _squares(values: Sequence[float]) -> float:
    """The sum of squared differences over all ordered pairs."""
    mean = sum(values) / len(values)
    return 2 * len(values) * sum((value - mean) ** 2 for value in values)
