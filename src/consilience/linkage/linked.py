"""Linked: what linking came to, to be asked of any two events or groups at the cost of what hangs together with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from consilience.engine.near import Window
from consilience.linkage.apart import Apart
from consilience.linkage.cluster import NOTHING_DECIDED, Decided, Edges, Members
from consilience.linkage.columns import Events
from consilience.linkage.parts import NO_PARTS, Parts
from consilience.linkage.torn import NO_TORN, Torn
from consilience.linkage.weights import Weights

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Linked:
    """What linking came to: for each event the first event of its group and the chance that it belongs there.

    `edges` are all pairs above what a pair weighs that was no candidate. `recall_cost` is the estimated part of all matching
    pairs that caps on crowded places left out. `near` is how far apart two reports of one event may lie beyond their precision.
    """

    events: Events
    weights: Weights
    group: NDArray[np.int32]
    chance: NDArray[np.float64]
    edges: Edges
    recall_cost: float
    near: Window
    decided: Decided = NOTHING_DECIDED
    parts: Parts = NO_PARTS
    torn: Torn = NO_TORN

    def groups(self) -> Iterator[list[int]]:
        """The event numbers of each group, in order of the first; loners too."""
        order = np.argsort(self.group, kind="stable")
        starts = np.flatnonzero(np.diff(self.group[order], prepend=-1))
        for members in np.split(order, starts[1:]) if len(order) else []:
            yield members.tolist()

    def with_it(self, number: int) -> Numbers:
        """The events of the group of an event, itself too, in order."""
        return self._members.of(int(self.group[number]))

    def mean(self, one: Numbers, two: Numbers) -> tuple[float, int]:
        """The mean log-odds over the pairs of some events with others, none of which is among both; and how many were compared.

        Pairs that were no candidates, or weigh no more than these, count against.
        """
        if len(one) > len(two):
            one, two = two, one
        odds = self._odds(one, two)
        return self._averaged(odds, len(one) * len(two))

    def mean_within(self, members: Numbers) -> tuple[float, int]:
        """The same over the pairs of some events with each other."""
        odds = np.sort(self._odds(members, members))[::2]  # each is there twice
        return self._averaged(odds, len(members) * (len(members) - 1) // 2)

    def uncompared(self, a: int, b: int) -> float | None:
        """What a pair counted as that weighs no more than one that was no candidate, or was none; None for all others."""
        return None if len(self._odds(np.array([a]), np.array([b]))) else self.weights.against

    def _averaged(self, odds: NDArray[np.float64], pairs: int) -> tuple[float, int]:
        against = self.weights.against
        return against + float(np.maximum(odds - against, 0.0).sum()) / max(1, pairs), len(odds)

    def _odds(self, one: Numbers, two: Numbers) -> NDArray[np.float64]:
        """The log-odds of the pairs that were compared of some events with others."""
        starts, other, odds = self._beside
        counts = starts[one + 1] - starts[one]
        at = np.arange(int(counts.sum())) + np.repeat(starts[one] - (np.cumsum(counts) - counts), counts)
        found: NDArray[np.float64] = odds[at[np.isin(other[at], two)]]
        return found

    @cached_property
    def _apart(self) -> Apart:
        return Apart.of(self.events, self.near)

    @cached_property
    def _members(self) -> Members:
        return Members(self.group)

    @cached_property
    def _beside(self) -> tuple[Numbers, NDArray[np.int32], NDArray[np.float64]]:
        """What each event was compared with: that of event `i` is from `starts[i]` to `starts[i + 1]`."""
        edges = self.edges
        one, two = np.concatenate([edges.a, edges.b]), np.concatenate([edges.b, edges.a])
        order = np.argsort(one, kind="stable")
        starts = np.searchsorted(one[order], np.arange(len(self.group) + 1))
        return starts, two[order], np.tile(edges.odds, 2)[order]

    def united(self, a: int, b: int | None = None) -> bool:
        """Whether an analyst said that an event is one with another, or with any."""
        pairs = self.decided.same
        mine = (pairs == a).any(axis=1)
        return bool(mine.any() if b is None else (mine & (pairs == b).any(axis=1)).any())

    def parted(self, one: NDArray[np.int64], two: NDArray[np.int64]) -> bool:
        """Whether an analyst keeps one of some events apart from one of others."""
        pairs = self.decided.apart
        if not len(pairs):
            return False
        in_one, in_two = np.isin(pairs, one), np.isin(pairs, two)
        return bool(((in_one[:, 0] & in_two[:, 1]) | (in_one[:, 1] & in_two[:, 0])).any())

    def torn_from(self, a: int, b: int) -> int | None:
        """Which of two events is torn between facts, of which the other's is one; None for neither."""
        for one, other in ((a, b), (b, a)):
            if self.group[other] in self.group[self.torn.of(one)]:
                return one
        return None

    def torn_between(self, a: int, b: int) -> list[int]:
        """The events that are torn between the facts of two."""
        heads = self.group[self.torn.event]
        one, two = (self.torn.report[heads == self.group[number]] for number in (a, b))
        found: list[int] = np.intersect1d(one, two).tolist()
        return found

    def barred(self, one: Numbers, two: Numbers) -> tuple[int, int] | None:
        """The first event of some and the first of others that keep them apart whatever they weigh (`linkage.apart`)."""
        return self._apart.bar(one, two)

    def whole(self, a: int, b: int) -> int | None:
        """Which of two events tells of several facts, of which the other's is one; None for neither."""
        for one, other in ((a, b), (b, a)):
            if int(self.group[other]) in self.parts.of(one):
                return one
        return None
