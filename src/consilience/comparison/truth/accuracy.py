"""Accuracy: how each root's reports relate to the truth, learned together with the truth.

A profile is the chance of each level (same, vaguer, 6 to 10 minutes late, ...): a Dirichlet shrunk to the population
of the attribute (Dawid and Skene 1979; levels for places as in Jung, Kim, Shim, EDBT 2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.comparison.truth.ballot import Ballot, Relations, softmax
from consilience.comparison.truth.table import Floats, Ints, tally

_SETTLED = 1e-4
_SHRINK = 6.0  # reports that the population counts for in a root's profile
_SMOOTH = 0.5  # reports of each level added to the population
_MISFIT = 0.05  # how much of a profile is always the population's: no model of a source is quite right ...
_TRIED = 20.0  # ... but for one that was tried against known truth, of which this many reports halve it
_SEEDED = 10.0  # what a known truth counts for, against one that is estimated


@dataclass(frozen=True, slots=True)
class Vote:
    """What the reports of a ballot weigh. `group` names by root those who copy one another; `weight` is by report."""

    group: Ints
    weight: Floats


@dataclass(frozen=True, slots=True)
class Learned:
    """Probability by candidate; by root and level, the expected counts and the profile."""

    probability: Floats
    counts: Floats
    profile: Floats


def learn(ballot: Ballot, relations: Relations, vote: Vote, learned: Learned, rounds: int) -> Learned:
    """Truth and profiles by expectation and maximization, from what is learned so far."""
    cavity = _Cavity.of(ballot, vote)
    for _ in range(rounds):
        before = learned.probability
        likely = likelihood(ballot, relations, learned.profile)
        score = tally(ballot.candidate, vote.weight[ballot.report] * likely, len(ballot.key))
        if relations.parts is not None:
            score = score + relations.parts.custom(before)
        probability = ballot.soften(score)
        counts, profile = profiles(ballot, relations, vote, cavity.judge(score, likely, probability))
        learned = Learned(probability, counts, profile)
        if np.abs(probability - before).max(initial=0.0) < _SETTLED:
            break
    return learned


def begin(ballot: Ballot, relations: Relations, vote: Vote, probability: Floats) -> Learned:
    """What is learned from a first guess at the truth."""
    counts, profile = profiles(ballot, relations, vote, probability[ballot.candidate])
    return Learned(probability, counts, profile)


def likelihood(ballot: Ballot, relations: Relations, profile: Floats) -> Floats:
    """By pair, the log chance of the report if the candidate is true."""
    found: Floats = np.log(profile[ballot.root[ballot.report], relations.level]) + relations.spread
    return found


def profiles(ballot: Ballot, relations: Relations, vote: Vote, mass: Floats) -> tuple[Floats, Floats]:
    """Counts and profiles by root and level, where `mass` is the probability of each pair's candidate."""
    roots, levels = len(vote.group), len(relations.names)
    seen = np.where(ballot.fixed >= 0, _SEEDED, 1.0)[ballot.item[ballot.report]] * mass
    cell = ballot.root[ballot.report] * levels + relations.level
    counts = tally(cell, seen * ballot.share[ballot.report], roots * levels).reshape(roots, levels)
    everyone = tally(relations.level, seen * vote.weight[ballot.report], levels) + _SMOOTH
    proven = tally(ballot.root, ballot.share * (ballot.fixed[ballot.item] >= 0), roots)
    return counts, shrunk(counts, everyone / everyone.sum(), _MISFIT * _TRIED / (_TRIED + proven))


def shrunk(counts: Floats, everyone: Floats, misfit: Floats | float = _MISFIT) -> Floats:
    """Counts by root and level as chances, drawn to those of everyone."""
    profile = counts + _SHRINK * everyone
    profile /= profile.sum(axis=1, keepdims=True)
    part = np.broadcast_to(misfit, len(counts))[:, None]
    found: Floats = (1 - part) * profile + part * everyone
    return found


@dataclass(frozen=True, slots=True)
class _Cavity:
    """A root is judged by the others: its own group's votes are taken out before its reports are compared with the truth.

    Otherwise the busiest source becomes the truth that it is measured by.
    """

    ballot: Ballot
    weight: Floats
    bloc: Ints  # by pair: reports of one group on one item for one candidate
    lone: Ints  # by report, whether only its own group speaks of the item

    @staticmethod
    def of(ballot: Ballot, vote: Vote) -> _Cavity:
        groups = int(vote.group.max(initial=0)) + 1
        member = vote.group[ballot.root]
        _, bloc = np.unique(ballot.candidate * groups + member[ballot.report], return_inverse=True)
        seats = np.unique(ballot.item * groups + member) // groups
        lone = tally(seats, many=ballot.items)[ballot.item] <= 1
        settled = ballot.fixed[ballot.item] >= 0
        return _Cavity(ballot, vote.weight, bloc, (lone | settled).astype(np.int64))

    def judge(self, score: Floats, likely: Floats, probability: Floats) -> Floats:
        """By pair, the probability of the candidate as the others see it; as all see it where others are silent."""
        ballot = self.ballot
        cast = tally(self.bloc, self.weight[ballot.report] * likely)
        left = np.where(ballot.stands[ballot.candidate], score[ballot.candidate] - cast[self.bloc], -np.inf)
        others = softmax(left, ballot.report, len(ballot.item))
        found: Floats = np.where(self.lone[ballot.report] > 0, probability[ballot.candidate], others)
        return found
