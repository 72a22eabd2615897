"""Ballot: one attribute's reports, the values that stand for election in each item, and every pair of the two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.comparison.truth.table import Flags, Floats, Ints, tally

_CUSTOM = 1.0  # items that the average counts for in what a name is worth


@dataclass(frozen=True, slots=True)
class Ballot:
    """Reports and candidates are sorted by item; `item` numbers run from 0 within the attribute.

    A report names one candidate. `share` is 1 over the number of values that its root told of the item, so that
    a root has one vote however much it says. `fixed` is the candidate that a seed settles, by item, or -1.
    """

    items: int
    item: Ints  # by report
    root: Ints
    choice: Ints  # candidate that the report names
    written: Ints  # number of the value as written
    share: Floats
    candidate_item: Ints
    key: list[str]  # of the candidate, as compared
    code: Ints  # of the key: equal keys of different items have one
    stands: Flags  # whether the candidate may be elected
    fixed: Ints
    pairs: tuple[Ints, Ints]  # report and candidate of one item

    @property
    def report(self) -> Ints:
        """By pair, its report."""
        return self.pairs[0]

    @property
    def candidate(self) -> Ints:
        """By pair, its candidate."""
        return self.pairs[1]

    def soften(self, score: Floats) -> Floats:
        """Probabilities of candidates from their log scores: they sum to 1 in each item; a seed's value has all."""
        found = softmax(np.where(self.stands, score, -np.inf), self.candidate_item, self.items)
        settled = self.fixed >= 0
        found[settled[self.candidate_item]] = 0.0
        found[self.fixed[settled]] = 1.0
        return found

    def elect(self, probability: Floats) -> Ints:
        """By item, the most probable candidate; among equals, the one whose key sorts first."""
        ranked = np.lexsort((self.code, -probability, self.candidate_item))
        found: Ints = ranked[np.searchsorted(self.candidate_item[ranked], np.arange(self.items))]
        return found

    def contest(self, weight: Floats) -> Floats:
        """By item, the part of the votes that do not go to its leading value: 0 where all agree."""
        votes = tally(self.choice, weight, len(self.key))
        lead = np.zeros(self.items)
        np.maximum.at(lead, self.candidate_item, votes)
        total = tally(self.item, weight, self.items)
        return np.where(total > 0, 1.0 - lead / np.maximum(total, 1e-9), 0.0)


@dataclass(frozen=True, slots=True)
class Parts:
    """The names that candidates consist of. A place is one name in one item; names are numbered."""

    candidate: Ints  # by part of a candidate
    place: Ints
    name: Ints  # by place

    @staticmethod
    def of(ballot: Ballot, candidate: Ints, name: Ints) -> Parts:
        """From the candidate and the name of each part."""
        names = int(name.max(initial=0)) + 1
        told, place = np.unique(ballot.candidate_item[candidate] * names + name, return_inverse=True)
        return Parts(candidate, place, told % names)

    def custom(self, probability: Floats) -> Floats:
        """By candidate, the log of how often its names are true where they are told, in other items, over the average.

        A name that is told of many things and seldom true (a first name, a misread sign, a region) is known by it.
        """
        here = tally(self.place, probability[self.candidate], len(self.name))
        won = tally(self.name, here)[self.name] - here
        stood = tally(self.name)[self.name] - 1.0
        usual = here.sum() / max(len(here), 1)
        worth = np.log((np.maximum(won, 0.0) / max(usual, 1e-9) + _CUSTOM) / (stood + _CUSTOM))
        return tally(self.candidate, worth[self.place], len(probability))


@dataclass(frozen=True, slots=True)
class Relations:
    """By pair: the level at which the report relates to the candidate, and how the level's chance is spread, as a log.

    `agree` says from 0 to 1 how far the report supports the candidate; `off` is its signed distance, and `parts` the names in the
    candidates, where there are such.
    """

    names: tuple[str, ...]
    level: Ints
    spread: Floats
    agree: Floats
    off: Floats | None = None
    parts: Parts | None = None


def softmax(score: Floats, group: Ints, groups: int) -> Floats:
    """Probabilities within each group from log scores, of which one at least is finite."""
    top = np.full(groups, -np.inf)
    np.maximum.at(top, group, score)
    mass = np.exp(score - top[group])
    found: Floats = mass / tally(group, mass, groups)[group]
    return found


def pair_up(item: Ints, candidate_item: Ints, items: int) -> tuple[Ints, Ints]:
    """Every report with every candidate of its item, as two arrays of numbers."""
    starts = np.searchsorted(candidate_item, np.arange(items + 1))
    sizes = np.diff(starts)[item]
    report = np.repeat(np.arange(len(item)), sizes)
    begin = np.cumsum(sizes) - sizes
    candidate = np.arange(len(report)) - np.repeat(begin, sizes) + np.repeat(starts[item], sizes)
    return report, candidate
