"""Sharing: which roots err together, and how little a report adds to those that err like it.

To agree on the truth is no evidence of anything; to agree on an error is (Dong, Berti-Equille, Srivastava, PVLDB 2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.comparison.truth.ballot import Ballot, pair_up
from consilience.comparison.truth.table import Floats, Ints, tally

CROWD = 300  # reports of one item beyond which its pairs are not compared: there agreement tells little of any two
_CARRIED = 20.0  # errors in other attributes of the kind that count in the next one
_DOUBT = 4.0  # errors that two roots must have made before half of what they share is believed


@dataclass(frozen=True, slots=True)
class Couples:
    """Ordered pairs of reports of one item by two roots, with how alike they are (0 to 1)."""

    one: Ints
    two: Ints
    alike: Floats
    pair: Ints  # number of the pair of roots
    roots: Ints  # by pair of roots: first and second, shape (n, 2)


def couple(ballot: Ballot, roots: int) -> Couples:
    """All pairs of reports of one item, but of items that everybody speaks of."""
    quiet = tally(ballot.item, many=ballot.items) <= CROWD
    kept = np.flatnonzero(quiet[ballot.item])
    one, two = (kept[part] for part in pair_up(ballot.item[kept], ballot.item[kept], ballot.items))
    apart = ballot.root[one] != ballot.root[two]
    one, two = one[apart], two[apart]
    told, pair = np.unique(ballot.root[one] * roots + ballot.root[two], return_inverse=True)
    return Couples(one, two, np.empty(0), pair, np.stack((told // roots, told % roots), axis=1))


def single(ballot: Ballot, group: Ints) -> Floats:
    """By report, its share of the one vote that its group has for what it names."""
    groups = int(group.max(initial=0)) + 1
    _, bloc = np.unique(ballot.choice * groups + group[ballot.root], return_inverse=True)
    return ballot.share / np.maximum(tally(bloc, ballot.share)[bloc], 1e-12) * _largest(bloc, ballot.share)


def _largest(bloc: Ints, share: Floats) -> Floats:
    top = np.zeros(bloc.max(initial=0) + 1)
    np.maximum.at(top, bloc, share)
    return top[bloc]


@dataclass(frozen=True, slots=True)
class Record:
    """What pairs of roots shared so far: by key (first * roots + second, sorted), errors of both and errors of either."""

    key: Ints
    both: Floats
    either: Floats

    def of(self, key: Ints) -> tuple[Floats, Floats]:
        """What is recorded of each pair, in as many errors as may weigh on another attribute; 0 for a pair unknown."""
        if not len(self.key):
            return np.zeros(len(key)), np.zeros(len(key))
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        there = np.where(self.key[at] == key, 1.0 / np.maximum(self.either[at] / _CARRIED, 1.0), 0.0)
        return self.both[at] * there, self.either[at] * there

    def plus(self, other: Record) -> Record:
        """Both records as one."""
        key, at = np.unique(np.concatenate((self.key, other.key)), return_inverse=True)
        both, either = (
            tally(at, np.concatenate(parts), len(key))
            for parts in ((self.both, other.both), (self.either, other.either))
        )
        return Record(key, both, either)


NOTHING = Record(np.empty(0, np.int64), np.empty(0), np.empty(0))


def record(ballot: Ballot, couples: Couples, wrong: Floats, group: Ints) -> Record:
    """Errors that pairs of roots share and make, where `wrong` is the chance that a report is. Copies speak with one voice."""
    vote = single(ballot, group)
    one, two = couples.one, couples.two
    mass = vote[one] * vote[two]
    both = mass * couples.alike * np.minimum(wrong[one], wrong[two])
    either = mass * np.maximum(wrong[one], wrong[two])
    shared, erred = (_by_group(each, couples, group) for each in (both, either))
    return Record(couples.roots[:, 0] * len(group) + couples.roots[:, 1], shared, erred)


def discounted(ballot: Ballot, couples: Couples, known: Record, group: Ints) -> Floats:
    """By report, its weight: its part of its group's vote, over 1 and the like reports of those that err with it.

    What a pair of roots shares counts beyond what pairs share on average.
    """
    vote = single(ballot, group)
    one, two = couples.one, couples.two
    key = couples.roots[:, 0] * len(group) + couples.roots[:, 1]
    at = np.minimum(np.searchsorted(known.key, key), max(len(known.key) - 1, 0))
    shared, erred = (each[at] if len(each) else np.zeros(len(key)) for each in (known.both, known.either))
    foreign = group[couples.roots[:, 0]] != group[couples.roots[:, 1]]
    once = foreign / np.maximum(_by_group(np.ones(len(one)), couples, group, count=True), 1.0)
    usual = (shared * once).sum() / max((erred * once).sum(), 1e-9)
    # Within a group the vote is parted already; and what copies share with a third is counted once, by `vote`.
    rate = np.where(foreign, np.maximum(shared / (erred + _DOUBT) - usual, 0.0) / max(1.0 - usual, 1e-9), 0.0)
    load = tally(one, vote[two] * couples.alike * rate[couples.pair], len(ballot.item))
    found: Floats = vote / (1.0 + load)
    return found


def _by_group(mass: Floats, couples: Couples, group: Ints, *, count: bool = False) -> Floats:
    """By pair of roots, the sum over all pairs of their two groups, or the number of those pairs."""
    groups = int(group.max(initial=0)) + 1
    of = group[couples.roots[:, 0]] * groups + group[couples.roots[:, 1]]
    _, at = np.unique(of, return_inverse=True)
    each = np.ones(len(of)) if count else tally(couples.pair, mass, len(of))
    found: Floats = tally(at, each)[at]
    return found
