"""ACH: hypotheses against evidence, as partners weighed it: a display of what tells them apart, not a way to decide.

Studies found no gain in accuracy from filling the matrix in (Dhami, Belton and Mandel 2019; Whitesmith 2019), so nothing
is computed from it that enters a pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp, log

from consilience.conclusions.stand import Stand
from consilience.errors import UsageError
from consilience.model.assessment import Bearing
from consilience.model.identity import PartnerId

NEUTRAL = 1.25
"""Ratios of likelihoods nearer to 1 than this favour neither hypothesis."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two partners for whom one root tells two hypotheses apart in opposite directions."""

    for_first: PartnerId
    for_second: PartnerId
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Line:
    """One root of evidence in the matrix.

    `cells` hold for each hypothesis how many times as probable the root is under it as under all hypotheses on (geometric) mean;
    of several partners the geometric mean. `diagnosticity` is the greatest ratio between two hypotheses, 1 for evidence
    that tells nothing apart. `by` are those who weighed it.
    """

    root: str
    cells: tuple[tuple[str, float], ...]
    diagnosticity: float
    by: tuple[PartnerId, ...]
    disagreements: tuple[Disagreement, ...]

    @property
    def favours(self) -> tuple[str, ...]:
        """The hypotheses under which it is most probable, leaving out differences that are neutral."""
        most = max(cell for _, cell in self.cells)
        return () if self.diagnosticity < NEUTRAL else tuple(name for name, cell in self.cells if most / cell < NEUTRAL)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All roots that somebody weighed, the most diagnostic first. `unweighed` are in a basis, and nobody said how."""

    hypotheses: tuple[str, ...]
    lines: tuple[Line, ...]
    unweighed: tuple[str, ...]


def matrix(stands: Sequence[Stand]) -> Matrix:
    """The matrix of several partners' answers to one question.

    Raises:
        UsageError: no answers, or answers to different questions.
    """
    if len({stand.question.id for stand in stands}) != 1:
        raise UsageError("ACH matrix", f"answers to {len({s.question.id for s in stands})} questions", "answers to one")
    weighed: dict[str, list[tuple[PartnerId, Bearing]]] = {}
    for stand in sorted(stands, key=lambda each: each.partner):
        for bearing in stand.bearings:
            weighed.setdefault(bearing.root, []).append((stand.partner, bearing))
    lines = [_line(root, said) for root, said in weighed.items()]
    lines.sort(key=lambda line: (-line.diagnosticity, line.root))
    held = frozenset[str]().union(*(stand.roots for stand in stands))
    return Matrix(stands[0].question.ids, tuple(lines), tuple(sorted(held - weighed.keys())))


def _line(root: str, said: Sequence[tuple[PartnerId, Bearing]]) -> Line:
    """One root as all who weighed it have it."""
    names = [name for name, _ in said[0][1].likelihoods]
    logs = [[log(points) for _, points in bearing.likelihoods] for _, bearing in said]
    means = [sum(column) / len(logs) for column in zip(*logs, strict=True)]
    centre = sum(means) / len(means)
    cells = tuple((name, exp(value - centre)) for name, value in zip(names, means, strict=True))
    disagreements = [found for pair in combinations(range(len(names)), 2) if (found := _opposed(said, names, pair))]
    diagnosticity = exp(max(means) - min(means))
    return Line(root, cells, diagnosticity, tuple(partner for partner, _ in said), tuple(disagreements))


def _opposed(
    said: Sequence[tuple[PartnerId, Bearing]], names: Sequence[str], pair: tuple[int, int]
) -> Disagreement | None:
    """The two who are furthest apart on two hypotheses, if each favours another one by more than neutral."""
    first, second = pair
    ratios = [(bearing.likelihoods[first][1] / bearing.likelihoods[second][1], partner) for partner, bearing in said]
    (low, against), (high, towards) = min(ratios), max(ratios)
    if high < NEUTRAL or low > 1 / NEUTRAL:
        return None
    return Disagreement(towards, against, names[first], names[second])


def evidence_words(line: Line) -> str:
    """`AUR/A1 (AUR, BOR): 4 times as probable under yes as under no`, and who disagrees."""
    cells = sorted(line.cells, key=lambda cell: (-cell[1], cell[0]))
    (most, _), (least, _) = cells[0], cells[-1]
    told = f"{line.diagnosticity:.3g} times as probable under {most} as under {least}"
    said = told if line.favours else "tells nothing apart"
    apart = "; ".join(
        f"{each.for_first} and {each.for_second} disagree whether it speaks for {each.first} or {each.second}"
        for each in line.disagreements
    )
    return f"{line.root} ({', '.join(line.by)}): {said}{f'. {apart}' if apart else ''}."


def document(found: Matrix) -> dict[str, object]:
    """The matrix as plain data; figures have three significant digits."""
    return {
        "lines": [
            {
                "root": line.root,
                "cells": {name: float(f"{cell:.3g}") for name, cell in line.cells},
                "diagnosticity": float(f"{line.diagnosticity:.3g}"),
                "favours": list(line.favours),
                "by": list(line.by),
                "disagreements": [
                    {"for": each.first, "by": each.for_first, "against_it": each.for_second, "who_favours": each.second}
                    for each in line.disagreements
                ],
            }
            for line in found.lines
        ],
        "unweighed": list(found.unweighed),
    }
