"""Fuse: how close the elected figure is, from those who support it.

Where their dependence is unknown, covariance intersection (Julier and Uhlmann, 1997), which for one dimension gives the
best single report its word and no more; the ordinary product only where independence was seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.comparison.truth import sharing
from consilience.comparison.truth.camps import Leaning
from consilience.comparison.truth.copying import Evidence
from consilience.comparison.truth.election import Decided
from consilience.comparison.truth.table import Floats, tally

ONE = "as stated by one root"
UNKNOWN = "covariance intersection: dependence unknown"
PRODUCT = "ordinary product: independent as far as seen"
_WIDTH = 1.96  # standard deviations to either side of a 95 % interval


@dataclass(frozen=True, slots=True)
class Spread:
    """By item: the half-width of a 95 % interval, in the unit of the distances, and how it was come by."""

    width: Floats
    method: list[str]


def spread(decided: Decided, leaning: Leaning, evidence: Evidence, finest: float) -> Spread:
    """The interval of each elected figure; no source is taken to be finer than `finest`."""
    ballot, group = decided.booth.ballot, decided.vote.group
    backing = np.flatnonzero(decided.supports >= 0.5)
    scale = np.fmax(leaning.scale, finest)[ballot.root[backing]]
    item = ballot.item[backing]
    best = np.full(ballot.items, np.nan)
    np.fmin.at(best, item, scale)
    vote = sharing.single(ballot, group)[backing]
    together = np.sqrt(1.0 / np.maximum(tally(item, vote / scale**2, ballot.items), 1e-300))
    many, unknown = backers(decided), unproven(decided, evidence) > 0
    sigma = np.where((many > 1) & ~unknown, together, best)
    method = [
        ONE if few <= 1 else UNKNOWN if is_unknown else PRODUCT for few, is_unknown in zip(many, unknown, strict=True)
    ]
    return Spread(_WIDTH * sigma, method)


def backers(decided: Decided) -> Floats:
    """By item, how many groups support the elected value."""
    ballot, group = decided.booth.ballot, decided.vote.group
    backing = np.flatnonzero(decided.supports >= 0.5)
    groups = int(group.max(initial=0)) + 1
    found = np.unique(ballot.item[backing] * groups + group[ballot.root[backing]]) // groups
    return tally(found, many=ballot.items)


def unproven(decided: Decided, evidence: Evidence) -> Floats:
    """By item, how many pairs of supporting reports of two groups were not seen to be independent."""
    ballot, group, couples = decided.booth.ballot, decided.vote.group, decided.couples
    backs = decided.supports >= 0.5
    roots = len(group)
    apart = evidence.independent
    proven = np.sort(evidence.roots[apart, 0] * roots + evidence.roots[apart, 1])
    low, high = couples.roots.min(axis=1), couples.roots.max(axis=1)
    seen = np.isin(low * roots + high, proven) | (group[couples.roots[:, 0]] == group[couples.roots[:, 1]])
    return tally(
        ballot.item[couples.one[backs[couples.one] & backs[couples.two] & ~seen[couples.pair]]], many=ballot.items
    )
