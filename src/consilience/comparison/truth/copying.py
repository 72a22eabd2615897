"""Copying: who repeats whom, from shared rare errors (Dong, Berti-Equille, Srivastava, PVLDB 2009)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consilience.comparison.truth import sharing
from consilience.comparison.truth.camps import lean
from consilience.comparison.truth.election import Decided
from consilience.comparison.truth.table import Flags, Floats, Ints, tally

_COPIED = 0.9  # how much of its record a copier takes over
_RARE = 0.2  # an error that two would share by chance more often than this is no evidence
_CROWD = 1 / 3  # nor is one that a third of all others make
_MOST = 3.0  # nats that one shared error may add
_OVERLAP = 8  # items that both must speak of
_SHARED = 5  # rare errors that both must make
_FLOOR = 0.06  # of the items, where not all is told alike: below it, the truth may be misjudged
_REPEATED = 0.65  # of the errors of one of the two, told alike by the other
_SURE = 0.95
_MIRROR_ITEMS = 30  # items that two must share to be mirrors
_MIRRORED = 0.95  # of the items of both, in the attributes of both, that the two must share
_PARTIAL = 0.9  # of all items: who speaks of more tells nothing by being silent
_IDENTICAL = 0.99
_ALIKE = 0.9  # of the items of both that two must share to be one source whole
_COLUMNS = 11  # sums that `_of_attribute` gives for each pair
_SEEN, _APART = 20, 0.05  # errors of two roots, and the part that they may share and still be independent
_UNEVEN = 4.0  # standard errors by which one attribute's rate may fall short of all
_FEW = 10  # errors below which an attribute says nothing of that


@dataclass(frozen=True, slots=True)
class Evidence:
    """By pair of roots (first < second): what speaks for copying. Arrays of one length, sorted by pair."""

    roots: Ints  # shape (n, 2)
    items: Floats  # that both speak of
    same: Floats  # of them told alike
    shared: Floats  # errors that both make
    rare: Floats  # of them told by few others
    either: Floats  # items that either speaks of, in the attributes of both
    errors: Floats  # that either makes
    fewer: Floats  # errors of the one that makes fewer, where both speak
    ahead: Floats  # shared errors that the first told earlier
    behind: Floats
    nats: Floats  # for copying, against independence
    even: Flags  # whether errors are shared alike in all attributes
    mirror: Flags  # whether both tell the same of the same items, and of no others

    @property
    def posterior(self) -> Floats:
        """The chance that one of the two copies the other, if one root in all has a copier on average."""
        many = len(np.unique(self.roots)) + 10
        found: Floats = 1.0 / (1.0 + np.exp(-np.clip(self.nats - np.log(many), -700, 700)))
        return found

    @property
    def copies(self) -> Flags:
        """Which pairs are taken for copying of the whole record."""
        likely = (self.posterior >= _SURE) & self.even & (self.items >= _OVERLAP) & (self.rare >= _SHARED)
        partly = (self.rare >= _FLOOR * self.items) & (self.shared >= _REPEATED * self.fewer)
        wholly = (self.same >= _IDENTICAL * self.items) & (self.items >= _ALIKE * self.either)
        found: Flags = self.mirror | (likely & (partly | wholly))
        return found

    @property
    def independent(self) -> Flags:
        """Which pairs erred often enough for shared errors to show, and share hardly any."""
        found: Flags = (self.errors >= _SEEN) & (self.shared <= _APART * self.errors)
        return found


def gather(decided: Sequence[Decided], roots: int) -> Evidence:
    """The evidence of all attributes, for every two roots that speak of one item."""
    parts = [_of_attribute(one, roots) for one in decided]
    keys = np.concatenate([np.empty(0, np.int64), *(key for key, _ in parts)])
    columns = np.concatenate([np.empty((_COLUMNS, 0)), *(each for _, each in parts)], axis=1)
    told, at = np.unique(keys, return_inverse=True)
    total = np.stack([tally(at, column, len(told)) for column in columns])
    erred = columns[4] + columns[5] - columns[2]
    items, same, shared, rare, one, two, ahead, behind, nats, either, everything = total
    errors = one + two - shared
    rate = np.clip(shared / np.maximum(errors, 1.0), 0.05, 0.95)[at]
    short = rate - columns[2] / np.maximum(erred, 1.0) > _UNEVEN * np.sqrt(rate * (1 - rate) / np.maximum(erred, 1.0))
    uneven = tally(at, short & (erred >= _FEW), len(told)) > 0
    # Shared silence is as telling as shared error, but only where not everybody speaks of everything.
    mirror = (
        (items >= _MIRROR_ITEMS) & (items >= _MIRRORED * either) & (items <= _PARTIAL * everything)
        & (same >= _IDENTICAL * items)
    )  # fmt: skip
    pairs = np.stack((told // roots, told % roots), axis=1)
    return Evidence(
        pairs, items, same, shared, rare, either, errors, np.minimum(one, two), ahead, behind, nats, ~uneven, mirror
    )


def _of_attribute(decided: Decided, roots: int) -> tuple[Ints, Floats]:
    """Keys of the pairs, and by pair what `gather` sums up."""
    ballot, couples = decided.booth.ballot, decided.couples
    half = ballot.root[couples.one] < ballot.root[couples.two]
    one, two = couples.one[half], couples.two[half]
    # A camp's value is true by its own definition, and to agree on the truth is no evidence.
    leaning = lean(decided, roots).camps[ballot.root]
    wrong = (decided.wrong > 0.5) & ~leaning
    same = ballot.choice[one] == ballot.choice[two]
    shared = same & wrong[one] & wrong[two]
    outside = _outside(decided, one, two)
    chance = np.maximum(_error_rates(decided, wrong, roots)[ballot.root[two]], 0.02) * np.maximum(outside, 0.05)
    rare = shared & (chance <= _RARE) & (outside <= _CROWD)
    weigh = np.minimum(np.log((_COPIED + (1 - _COPIED) * chance) / chance), _MOST)
    first = decided.booth.first
    # A root that told two values of an item is compared value by value: what both told counts, the rest differs.
    mass, match = ballot.share[one] * ballot.share[two], np.minimum(ballot.share[one], ballot.share[two])
    counted = (
        mass, match * same, match * shared, match * rare, mass * wrong[one], mass * wrong[two],
        match * (shared & (first[one] < first[two])), match * (shared & (first[one] > first[two])),
        match * rare * weigh + (mass - match * same) * np.log(1 - _COPIED),
    )  # fmt: skip
    told, at = np.unique(ballot.root[one] * roots + ballot.root[two], return_inverse=True)
    summed = np.stack([tally(at, each, len(told)) for each in counted])
    spoken = tally(ballot.root, ballot.share, roots)
    either = spoken[told // roots] + spoken[told % roots] - summed[0]
    return told, np.concatenate((summed, (either, np.full(len(told), float(ballot.items)))))


def _outside(decided: Decided, one: Ints, two: Ints) -> Floats:
    """By pair of reports, the part of the others' votes that goes to what the first names."""
    ballot, group = decided.booth.ballot, decided.vote.group
    vote = sharing.single(ballot, group)
    votes = tally(ballot.choice, vote, len(ballot.key))
    total = tally(ballot.item, vote, ballot.items)
    both = np.where(group[ballot.root[one]] == group[ballot.root[two]], 0.0, vote[two])
    own = vote[one] + both
    found: Floats = np.maximum(votes[ballot.choice[one]] - own, 0.0) / np.maximum(total[ballot.item[one]] - own, 1.0)
    return found


def _error_rates(decided: Decided, wrong: Flags, roots: int) -> Floats:
    """By root, the part of its reports that are wrong, drawn to one in five."""
    root = decided.booth.ballot.root
    found: Floats = (tally(root, wrong, roots) + 1.0) / (tally(root, many=roots) + 5.0)
    return found


def join(evidence: Evidence, group: Ints) -> Ints:
    """Groups of roots that copy one another, by root: the surest pairs first, unless others of the two groups stand apart."""
    found = group.copy()
    weighed = np.where(evidence.mirror, np.maximum(evidence.nats, _MOST * _SHARED), evidence.nats)
    nats = {(int(a), int(b)): float(each) for (a, b), each in zip(evidence.roots, weighed, strict=True)}
    sure = np.flatnonzero(evidence.copies)
    members: dict[int, list[int]] = {}
    for root, each in enumerate(found.tolist()):
        members.setdefault(each, []).append(root)
    for at in sure[np.lexsort((sure, -weighed[sure]))]:
        a, b = (int(found[root]) for root in evidence.roots[at])
        across = [nats.get((min(x, y), max(x, y)), 0.0) for x in members[a] for y in members[b]] if a != b else []
        if a != b and sum(across) > 0:
            low, high = min(a, b), max(a, b)
            members[low] += members.pop(high)
            found[members[low]] = low
    return found
