"""Rules by which several answers to one question become one. Rows are those who answered, columns the hypotheses.

Each takes coherent rows and returns a coherent row; none depends on the order of rows, and all follow a relabelling
of columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]
Matrix = NDArray[np.float64]

FLOOR = 0.005
"""Least probability inside a logarithm: of answers in whole percent, 0 says no more than "below half a percent"."""
TRIM = 0.2
"""Share of the answers but two that the trimmed mean leaves out at each end: a fifth is usual (Wilcox 2017, section 3.3)."""


def project(row: Row) -> Row:
    """The nearest row, in squared distance, that has no negative part and sums to 1 (Predd and others 2008).

    By sorting (Held, Wolfe and Crowder 1974).
    """
    falling = np.sort(row)[::-1]
    shift = (np.cumsum(falling) - 1.0) / np.arange(1, row.size + 1)
    last = np.flatnonzero(falling > shift)[-1]
    return np.asarray(np.maximum(row - shift[last], 0.0), dtype=np.float64)


def logs(rows: Matrix) -> Matrix:
    """Logarithms, no probability below FLOOR, less their mean in each row: log odds against an even answer."""
    found = np.log(np.maximum(rows, FLOOR))
    return np.asarray(found - found.mean(axis=-1, keepdims=True), dtype=np.float64)


def normal(strength: Row) -> Row:
    """The probabilities that have these logarithms, up to a constant."""
    raised = np.exp(strength - strength.max())
    return np.asarray(raised / raised.sum(), dtype=np.float64)


def mean(rows: Matrix) -> Row:
    """The linear pool, all alike."""
    return np.asarray(np.sort(rows, axis=0).mean(axis=0), dtype=np.float64)  # sorted: sums do not depend on the order


def median(rows: Matrix) -> Row:
    """The median of each hypothesis, scaled to sum to 1 (all alike where every median is 0)."""
    return _scaled(np.median(rows, axis=0))


def trimmed(rows: Matrix) -> Row:
    """The mean of each hypothesis without (n - 2) / 5 of n answers at each end, scaled to sum to 1.

    A part of an answer can be left out, so the rule has no jumps: of two answers it is the mean, of seven it leaves out one at
    each end, of very many it is the mean of the middle three fifths (Jose and Winkler 2008). ADR 17 says why not a fifth of all.
    """
    return _scaled(trimmed_parts(rows))


def trimmed_parts(rows: Matrix) -> Row:
    """The trimmed mean of each hypothesis for itself, before they are scaled to sum to 1."""
    return without(rows, TRIM * max(0, rows.shape[0] - 2))


def without(rows: Matrix, out: float) -> Row:
    """The mean of each column without its `out` lowest and `out` highest cells, of which a part may be left out."""
    count = rows.shape[0]
    edges = np.arange(count)
    kept = np.minimum(edges + 1, count - out) - np.maximum(edges, out)
    weights = np.clip(kept, 0.0, 1.0)
    return np.asarray(weights @ np.sort(rows, axis=0) / weights.sum(), dtype=np.float64)


def log_pool(rows: Matrix) -> Row:
    """The geometric mean, scaled to sum to 1: the log pool with exponents 1/n."""
    return normal(np.sort(logs(rows), axis=0).mean(axis=0))


def by_evidence(rows: Matrix, roots: Sequence[frozenset[str]], bearings: Sequence[dict[str, Row]]) -> Row:
    """Evidence pooled before opinions: each root counts once, with the mean of what its holders make of it.

    1. What a root is worth to one holder is the log likelihood that it states in `bearings`. Roots of which it states
       none share evenly what the rest of its answer says. Who states all of them has what is left as its prior.
    2. Who names no root at all is taken to hold all of them: what is unknown is not independent.
    3. The pool is the mean prior (even, where no one has one) plus the sum over roots.

    Where all hold the same roots this is the log pool; where no two share one, the evidence adds up (exponents of 1).
    Where each root has as many holders as any other, the exponents total 1 / (share of all roots that each holds).
    """
    union = sorted(frozenset().union(*roots))
    if not union:
        return log_pool(rows)
    worth: dict[str, list[Row]] = {root: [] for root in union}
    priors: list[Row] = []
    for said, held, stated in zip(logs(rows), roots, bearings, strict=True):
        mine = sorted(held) or union
        known = {root: logs_of(stated[root]) for root in mine if root in stated}
        rest = said - sum(known.values(), np.zeros_like(said))
        if len(known) == len(mine):
            priors.append(rest)
        silent = len(mine) - len(known)
        for root in mine:
            worth[root].append(known[root] if root in known else rest / silent)
    total = _even(priors) if priors else np.zeros(rows.shape[1])
    for root in union:
        total = total + _even(worth[root])
    return normal(total)


def logs_of(likelihoods: Row) -> Row:
    """Log likelihoods of one root, less their mean: only ratios count."""
    found = np.log(likelihoods)
    return np.asarray(found - found.mean(), dtype=np.float64)


def effective(roots: Sequence[frozenset[str]]) -> float:
    """How many independent answers a set of bases amounts to, from 1 to the number of different bases.

    A root shared by k different bases counts 1/k in each, and a base counts for the mean over its roots. Two answers
    on one base are one; a base that is not known adds nothing, and does not stand alone for more than one.
    """
    bases = sorted({base for base in roots if base}, key=sorted)
    holders: dict[str, int] = {}
    for base in bases:
        for root in base:
            holders[root] = holders.get(root, 0) + 1
    return max(1.0, sum(sum(1 / holders[root] for root in sorted(base)) / len(base) for base in bases))


def _even(parts: Sequence[Row]) -> Row:
    """The mean, the same to the last bit in whatever order they come."""
    return np.asarray(np.sort(np.array(parts), axis=0).mean(axis=0), dtype=np.float64)


def _scaled(row: Row) -> Row:
    """A row that sums to 1."""
    total = row.sum()
    return row / total if total > 0 else np.full(row.size, 1.0 / row.size)


OPINIONS: dict[str, Callable[[Matrix], Row]] = {"mean": mean, "median": median, "trimmed": trimmed, "log": log_pool}
"""Rules that look at answers alone."""
DEFAULT = "trimmed"
"""What is shown first where no evidence is named; docs/adr/0017 says why."""
BY_EVIDENCE = "evidence"
"""The rule that is shown first where it is."""
