"""Camps: sources that differ from the rest consistently, to one side. They mean something else; that is no error to average away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.comparison.truth.election import Decided
from consilience.comparison.truth.table import Flags, Floats, tally

_LEAST = 8  # reports off the mark before they can be called consistent
_OFTEN = 0.2  # of a root's reports that must be off
_ONE_SIDED = 0.8  # of them that must be off to one side


@dataclass(frozen=True, slots=True)
class Leaning:
    """By root, how its reports in one attribute lie to the elected values; NaN where nothing can be said."""

    reports: Floats
    off: Floats  # reports that do not agree
    early: Floats  # of them below or before
    middle: Floats  # median signed distance of those that do not agree, NaN where there are none
    bias: Floats  # median signed distance of all
    scale: Floats  # median absolute distance from the bias, times 1.4826

    @property
    def camps(self) -> Flags:
        """Which roots lean to one side consistently."""
        side = np.maximum(self.early, self.off - self.early)
        found: Flags = (self.off >= np.maximum(_LEAST, _OFTEN * self.reports)) & (side >= _ONE_SIDED * self.off)
        return found


def lean(decided: Decided, roots: int) -> Leaning:
    """How each root's reports lie to the elected values of an attribute that has distances."""
    ballot, relations = decided.booth.ballot, decided.relations
    elected = decided.elected[ballot.item[ballot.report]] == ballot.candidate
    distance = np.full(len(ballot.item), np.nan)
    if relations.off is not None:
        distance[ballot.report[elected]] = relations.off[elected]
    told = np.isfinite(distance)
    off = told & (decided.supports < 0.5)
    root = ballot.root
    bias = medians(root[told], distance[told], roots)
    spread = medians(root[told], np.abs(distance - bias[root])[told], roots)
    return Leaning(
        tally(root, told, roots),
        tally(root, off, roots),
        tally(root, off & (distance < 0), roots),
        medians(root[off], distance[off], roots),
        bias,
        1.4826 * spread,
    )


def medians(group: np.ndarray[tuple[int], np.dtype[np.int64]], value: Floats, groups: int) -> Floats:
    """The median by group; NaN for a group without values."""
    found = np.full(groups, np.nan)
    if not len(group):
        return found
    order = np.lexsort((value, group))
    group, value = group[order], value[order]
    starts = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    sizes = np.diff(np.concatenate((starts, [len(group)])))
    found[group[starts]] = (value[starts + (sizes - 1) // 2] + value[starts + sizes // 2]) / 2
    return found
