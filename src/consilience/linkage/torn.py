"""Torn: vague reports that may be of either of several facts which rule each other out. They join none of these.

Such a report is vaguer than others of both facts that it weighs above even with, it belongs to both on average, and to neither by a
nat more than to the other. Where it goes is unsure, and said to be; an analyst can decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.cluster import Bonds

SURE = 1.0  # one nat: what lies nearer to even is unsure

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Torn:
    """Pairs of a report and of one event of each fact that it may be of, the one it weighs most with, in order."""

    report: Numbers
    event: Numbers

    def of(self, report: int) -> list[int]:
        """The events that a report is torn between, none for one that is not torn."""
        found: list[int] = self.event[self.report == report].tolist()
        return found


NO_TORN = Torn(np.empty(0, np.int32), np.empty(0, np.int32))


def torn(bonds: Bonds, label: Numbers, may: NDArray[np.bool_]) -> Torn:
    """Reports that are torn between facts.

    Args:
        bonds: what groups are made by.
        label: the group of each event, its facts.
        may: which events are looked at.
    """
    edges = bonds.edges
    even = np.flatnonzero((edges.odds > 0) & may[edges.a] & may[edges.b])
    vague, fine, odds = _vaguer(bonds, even)
    if len(bonds.decided.same) or len(bonds.decided.apart):
        free = ~np.isin(vague, bonds.decided.same) & ~_parted(bonds, label, vague, label[fine])
        vague, fine, odds = vague[free], fine[free], odds[free]
    fact = label[fine]
    one_of = np.empty_like(label)
    one_of[vague] = fact
    several = np.zeros(len(label), dtype=bool)
    several[vague[one_of[vague] != fact]] = True  # it weighs above even with one fact and with another
    kept = np.flatnonzero(several[vague])
    if not len(kept):
        return NO_TORN
    vague, fine, odds, fact = vague[kept], fine[kept], odds[kept], fact[kept]
    order = np.lexsort((fine, -odds, fact, vague))
    vague, fine, fact = vague[order], fine[order], fact[order]
    best = np.flatnonzero(_begins(vague) | _begins(fact))
    vague, fine = vague[best], fine[best]
    mean = _means(bonds, label, vague, fine)
    good = np.flatnonzero(mean > 0)
    order = good[np.lexsort((fine[good], -mean[good], vague[good]))]
    vague, fine, mean = vague[order], fine[order], mean[order]
    begins = _begins(vague)
    first = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    rival = np.flatnonzero((mean[first] - mean < SURE) & bonds.apart.rules_out(fine[first], fine))
    kept = np.union1d(rival, first[rival])
    return Torn(vague[kept], fine[kept])


def _begins(values: Numbers) -> NDArray[np.bool_]:
    """Where values that are in order differ from the one before."""
    found = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def _vaguer(bonds: Bonds, even: NDArray[np.int64]) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
    """Pairs of a vaguer and a more precise event, with their log-odds."""
    a, b, odds = bonds.edges.a[even], bonds.edges.b[even], bonds.edges.odds[even]
    one, two = (np.flatnonzero(bonds.apart.is_vaguer(x, y)) for x, y in ((a, b), (b, a)))
    return np.concatenate([a[one], b[two]]), np.concatenate([b[one], a[two]]), np.concatenate([odds[one], odds[two]])


def _parted(bonds: Bonds, label: Numbers, vague: Numbers, fact: Numbers) -> NDArray[np.bool_]:
    """Whether an analyst keeps a report from any report of a fact."""
    pairs = bonds.decided.apart
    kept = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int64)
    found: NDArray[np.bool_] = np.isin(vague.astype(np.int64) << 32 | fact, kept[:, 0] << 32 | label[kept[:, 1]])
    return found


def _means(bonds: Bonds, label: Numbers, vague: Numbers, fine: Numbers) -> NDArray[np.float64]:
    """The mean log-odds of each report to the fact of an event; what else may be torn is left out of the fact."""
    edges, against = bonds.edges, bonds.against
    rest = np.ones(len(label), dtype=bool)
    rest[vague] = False
    rest[fine] = True
    wanted = vague.astype(np.int64) << 32 | label[fine]
    order = np.argsort(wanted)
    above = np.zeros(len(wanted))
    looked = np.zeros(len(label), dtype=bool)
    looked[vague] = True
    for one, two in ((edges.a, edges.b), (edges.b, edges.a)):
        some = np.flatnonzero(looked[one] & rest[two])
        key = one[some].astype(np.int64) << 32 | label[two[some]]
        at = np.minimum(np.searchsorted(wanted[order], key), len(wanted) - 1)
        hit = np.flatnonzero(wanted[order][at] == key)
        above += np.bincount(order[at[hit]], np.maximum(0.0, edges.odds[some[hit]] - against), len(wanted))
    itself = rest[vague] & (label[vague] == label[fine])
    size = np.bincount(label[rest], minlength=len(label))[label[fine]] - itself
    found: NDArray[np.float64] = against + above / size
    return found
