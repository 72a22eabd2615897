"""Located: where it was, fused from those who tell of it, and within how many km.

How far a source is really off is learned from the points of others: of each of its reports, from the likeliest point that somebody
outside its group told. So nobody is measured by itself, and the errors of others count against it, not for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.comparison.truth import points, sharing
from consilience.comparison.truth.copying import Evidence
from consilience.comparison.truth.election import Decided
from consilience.comparison.truth.fuse import ONE, UNKNOWN, backers, unproven
from consilience.comparison.truth.plane import QUANTILE, Stated, held, scatter, shared, trust
from consilience.comparison.truth.table import Floats, Ints

ROBUST = "robust product (Student's t), widened by what errors had in common where the truth is known"
_NEAR = (
    0.5  # of its word that a report keeps: others are gross errors, and tell nothing of what small ones have in common
)
_PRIOR = 4.0  # reports that what a source states of its own precision counts for


@dataclass(frozen=True, slots=True)
class Located:
    """By item: latitude and longitude, km around them within which it is by 95 %, and how it was come by; NaN without a point."""

    at: Floats
    radius_km: Floats
    method: list[str]


def locate(decided: Decided, evidence: Evidence) -> Located:
    """Where each item was."""
    ballot, group = decided.booth.ballot, decided.vote.group
    at = points.placed(ballot)
    origin = at[decided.elected]
    told = np.flatnonzero(np.isfinite(at[ballot.choice, 0]) & np.isfinite(origin[ballot.item, 0]))
    stated = points.sigma(at[ballot.choice[told], 2])
    tells: Floats = np.linalg.inv(stated[:, None, None] ** 2 * _spreads(decided, at)[ballot.root[told]]).astype(float)
    item = ballot.item[told]
    reports = Stated(points.flat(at[ballot.choice[told]], origin[item]), tells, item, ballot.items)
    at_least = reports.where(np.flatnonzero(decided.supports[told] >= 0.5)).intersection()
    robust = reports.robust(sharing.single(ballot, group)[told], np.zeros((ballot.items, 2)))
    many = backers(decided)
    common = _common(decided, reports)
    widened = robust.radius * np.sqrt(1.0 + np.maximum(many - 1, 0.0) * common)
    narrower = (common < 1.0) & (many > 1) & (unproven(decided, evidence) == 0) & (widened < at_least.radius)
    found = points.round_(np.where(narrower[:, None], robust.at, at_least.at), origin)
    radius = np.where(narrower, widened, at_least.radius)
    settled = ballot.fixed[ballot.fixed >= 0]
    found[ballot.fixed >= 0] = at[settled, :2]
    radius[ballot.fixed >= 0] = points.sigma(at[settled, 2]) * np.sqrt(QUANTILE)
    method = [
        ONE if few <= 1 else ROBUST if is_narrower else UNKNOWN for few, is_narrower in zip(many, narrower, strict=True)
    ]
    return Located(found, radius, method)


def _common(decided: Decided, reports: Stated) -> float:
    """What part of their errors the groups have in common, at most: as far as the truth of some items is known."""
    fixed = decided.booth.ballot.fixed
    near = trust(reports.at, reports.tells)  # from the elected point, which is the truth where one is known
    known = np.flatnonzero((fixed[reports.item] >= 0) & (near >= _NEAR))
    root = np.linalg.cholesky(reports.tells[known])
    off = np.einsum("nji,nj->ni", root, reports.at[known])
    return shared(off, reports.item[known], reports.items)


def _spreads(decided: Decided, at: Floats) -> Floats:
    """By root, the covariance of how far it is off in units of what is stated, and never less than what is stated.

    Errors that all make alike show nowhere; what a source says of its own precision is all that tells of them.
    """
    ballot = decided.booth.ballot
    report, candidate = _measured(decided, at)
    both = np.hypot(points.sigma(at[ballot.choice[report], 2]), points.sigma(at[candidate, 2]))
    off = points.flat(at[ballot.choice[report]], at[candidate]) / both[:, None]
    root = ballot.root[report]
    order = np.argsort(root, kind="stable")
    roots = len(decided.vote.group)
    bounds = np.searchsorted(root[order], np.arange(roots + 1))
    found = [held(scatter(off[order[bounds[one] : bounds[one + 1]]], _PRIOR)) for one in range(roots)]
    return np.array(found).reshape(roots, 2, 2)


def _measured(decided: Decided, at: Floats) -> tuple[Ints, Ints]:
    """Reports, and for each the likeliest candidate that a seed or somebody outside its group told."""
    ballot, group = decided.booth.ballot, decided.vote.group
    many = len(ballot.key)
    told = np.unique(group[ballot.root] * many + ballot.choice)
    groups = np.bincount(told % many, minlength=many)
    own = np.isin(group[ballot.root[ballot.report]] * many + ballot.candidate, told)
    by_others = groups[ballot.candidate] - own > 0
    by_others |= ballot.fixed[ballot.item[ballot.report]] == ballot.candidate
    seen = np.isfinite(at[ballot.choice[ballot.report], 0]) & np.isfinite(at[ballot.candidate, 0])
    pairs = np.flatnonzero(by_others & seen)
    report, candidate = ballot.report[pairs], ballot.candidate[pairs]
    order = np.lexsort((ballot.code[candidate], -decided.learned.probability[candidate], report))
    _, first = np.unique(report[order], return_index=True)
    return report[order[first]], candidate[order[first]]
