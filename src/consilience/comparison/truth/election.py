"""Election: decide all attributes, the least disputed first, each knowing what the ones before taught about the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from consilience.comparison.truth import sharing
from consilience.comparison.truth.accuracy import Learned, Vote, begin, learn, likelihood, shrunk
from consilience.comparison.truth.ballot import Ballot, Relations
from consilience.comparison.truth.kinds import Kind
from consilience.comparison.truth.table import Floats, Ints, tally
from consilience.comparison.truth.voting import Booth

_TURNS = 4  # times that who errs with whom, and what is true, are worked out from one another
_STEPS = 3  # rounds of learning in each
_ROUNDS = 30  # rounds of learning at the end, if it does not settle before
_TRUSTED, _TRUST = 0.8, 4.0  # what a root is taken for before anything is known of it, and reports that this counts for


@dataclass(frozen=True, slots=True)
class Decided:
    """One attribute's outcome: what was learned, each report's weight and how far it supports the elected value."""

    booth: Booth
    kind: Kind
    relations: Relations
    couples: sharing.Couples
    learned: Learned
    vote: Vote
    elected: Ints  # candidate, by item

    @property
    def supports(self) -> Floats:
        """By report, from 0 to 1 how far it agrees with the elected value."""
        ballot = self.booth.ballot
        is_elected = self.elected[ballot.item[ballot.report]] == ballot.candidate
        return tally(ballot.report, self.relations.agree * is_elected, len(ballot.item))

    @property
    def wrong(self) -> Floats:
        """By report, the chance that it does not agree with the truth."""
        return _wrong(self.booth.ballot, self.relations, self.learned)


@dataclass(slots=True)
class _Known:
    """What earlier attributes taught about the roots, weighed by how disputed each item was."""

    right: Floats
    told: Floats
    counts: dict[str, Floats] = field(default_factory=dict)
    shared: dict[str, sharing.Record] = field(default_factory=dict)

    def add(self, decided: Decided) -> None:
        ballot, relations = decided.booth.ballot, decided.relations
        mass = ballot.contest(sharing.single(ballot, decided.vote.group))[ballot.item] * ballot.share
        roots = len(self.right)
        self.right += tally(ballot.root, mass * (1.0 - decided.wrong), roots)
        self.told += tally(ballot.root, mass, roots)
        levels = len(relations.names)
        cell = ballot.root[ballot.report] * levels + relations.level
        seen = mass[ballot.report] * decided.learned.probability[ballot.candidate]
        counts = tally(cell, seen, roots * levels).reshape(roots, levels)
        self.counts[decided.kind.name] = self.counts.get(decided.kind.name, np.zeros_like(counts)) + counts
        fresh = sharing.record(ballot, decided.couples, decided.wrong, decided.vote.group)
        self.shared[decided.kind.name] = self.shared.get(decided.kind.name, sharing.NOTHING).plus(fresh)

    def sharing(self, decided: Decided) -> sharing.Record:
        """What the pairs of roots of an attribute shared in others of its kind, in their order."""
        roots = decided.couples.roots
        key = roots[:, 0] * len(self.right) + roots[:, 1]
        return sharing.Record(key, *self.shared.get(decided.kind.name, sharing.NOTHING).of(key))

    def guess(self, ballot: Ballot, relations: Relations, kind: Kind, weight: Floats) -> Floats:
        """A first probability by candidate: from the profiles in attributes of this kind, else from trust."""
        if kind.name in self.counts:
            counts = _mirrored(self.counts[kind.name], kind.sides)
            everyone = counts.sum(axis=0) + 0.5
            profile = shrunk(counts, everyone / everyone.sum())
        else:
            trust = ((self.right + _TRUSTED * _TRUST) / (self.told + _TRUST))[:, None]
            levels = len(relations.names)
            rest = np.repeat((1.0 - trust) / max(levels - 1, 1), levels - 1, axis=1)
            profile = np.concatenate((trust, rest), axis=1)
        cast = likelihood(ballot, relations, np.maximum(profile, 1e-6))
        return ballot.soften(tally(ballot.candidate, weight[ballot.report] * cast, len(ballot.key)))


def decide(booths: Sequence[Booth], kinds: Sequence[Kind], group: Ints) -> list[Decided]:
    """The outcome of each attribute, in their order. `group` names by root those who copy one another."""
    ready = [_prepare(booth, kind, group) for booth, kind in zip(booths, kinds, strict=True)]
    known = _Known(np.zeros(len(group)), np.zeros(len(group)))
    found: dict[int, Decided] = {}
    for at in sorted(range(len(ready)), key=lambda at: (_dispute(ready[at]), at)):
        found[at] = _decide(ready[at], known)
        known.add(found[at])
    return [found[at] for at in range(len(ready))]


def _prepare(booth: Booth, kind: Kind, group: Ints) -> Decided:
    ballot = booth.ballot
    weight = sharing.single(ballot, group)
    relations = kind.relate(ballot, weight)
    couples = sharing.couple(ballot, len(group))
    couples = replace(couples, alike=kind.alike(ballot, couples.one, couples.two))
    nothing = Learned(np.empty(0), np.empty(0), np.empty(0))
    return Decided(booth, kind, relations, couples, nothing, Vote(group, weight), np.empty(0, np.int64))


def _dispute(decided: Decided) -> float:
    """How far the reports of an attribute disagree, near misses counted as such."""
    ballot, weight = decided.booth.ballot, decided.vote.weight
    near = tally(ballot.candidate, weight[ballot.report] * decided.relations.agree, len(ballot.key))
    lead = np.zeros(ballot.items)
    np.maximum.at(lead, ballot.candidate_item, near)
    total = np.maximum(tally(ballot.item, weight, ballot.items), 1.0)
    return round(float(1.0 - (lead / total).mean()), 9) if ballot.items else 0.0


def _decide(decided: Decided, known: _Known) -> Decided:
    ballot, relations, kind, vote = decided.booth.ballot, decided.relations, decided.kind, decided.vote
    before = known.sharing(decided)
    vote = Vote(vote.group, sharing.discounted(ballot, decided.couples, before, vote.group))
    learned = begin(ballot, relations, vote, known.guess(ballot, relations, kind, vote.weight))
    for _ in range(_TURNS):
        fresh = sharing.record(ballot, decided.couples, _wrong(ballot, relations, learned), vote.group)
        weight = sharing.discounted(ballot, decided.couples, before.plus(fresh), vote.group)
        vote = Vote(vote.group, weight)
        learned = learn(ballot, relations, vote, learned, _STEPS)
    learned = learn(ballot, relations, vote, learned, _ROUNDS)
    return replace(decided, learned=learned, vote=vote, elected=ballot.elect(learned.probability))


def _wrong(ballot: Ballot, relations: Relations, learned: Learned) -> Floats:
    right = tally(ballot.report, learned.probability[ballot.candidate] * relations.agree, len(ballot.item))
    return 1.0 - np.minimum(right, 1.0)


def _mirrored(counts: Floats, sides: int) -> Floats:
    """Counts with early and late made equal: who is late in one attribute may be early in the next."""
    if not sides:
        return counts
    found = counts.copy()
    middle = (counts[:, 1 : 1 + sides] + counts[:, 1 + sides : 1 + 2 * sides]) / 2
    found[:, 1 : 1 + sides] = found[:, 1 + sides : 1 + 2 * sides] = middle
    return found
