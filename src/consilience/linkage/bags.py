"""Bags: the names or words that each event holds, as one sorted column, and what two events share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MARKS = 64  # bits of a mark: where there are no more names, each has a bit of its own
_FEW = 6  # members that are compared each with each


Rows = NDArray[np.signedinteger]  # events by number, as wide as it comes


@dataclass(frozen=True, slots=True)
class Bags:
    """For each event the numbers of its members, ascending: those of event `i` are the `sizes[i]` from `starts[i]` on.

    `names` says what the numbers mean; equal names have one number.
    """

    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    members: NDArray[np.int32]
    names: tuple[str, ...]

    @classmethod
    def of(cls, listed: Iterable[Iterable[str]]) -> Bags:
        """Bags of names."""
        sets = [sorted(set(names)) for names in listed]
        names = tuple(sorted({name for bag in sets for name in bag}))
        number = {name: at for at, name in enumerate(names)}
        sizes = np.array([len(bag) for bag in sets], dtype=np.int64)
        members = np.array([number[name] for bag in sets for name in bag], dtype=np.int32)
        return cls(_starts(sizes), sizes, members, names)

    @classmethod
    def gathered(cls, events: NDArray[np.int64], members: NDArray[np.int64], size: int, names: tuple[str, ...]) -> Bags:
        """Bags of `size` events from pairs of an event and a member, in any order and with repeats."""
        wide = max(1, len(names))
        kept = np.sort(events * wide + members)
        kept = kept[np.flatnonzero(np.diff(kept, prepend=-1))]
        counts = np.bincount(kept // wide, minlength=size)
        return cls(_starts(counts), counts, (kept % wide).astype(np.int32), names)

    def take(self, rows: NDArray[np.int64]) -> Bags:
        """The bags of some events."""
        counts = self.sizes[rows]
        starts = _starts(counts)
        at = np.arange(int(counts.sum())) + np.repeat(self.starts[rows] - starts[:-1], counts)
        return Bags(starts, counts, self.members[at], self.names)

    def marks(self) -> NDArray[np.uint64]:
        """A mark for each event, 0 for an empty bag: events whose marks have no bit in common share no member."""
        found = np.zeros(len(self.sizes), dtype=np.uint64)
        some = np.flatnonzero(self.sizes)
        if len(some):
            bits = np.uint64(1) << (self.members % MARKS).astype(np.uint64)
            found[some] = np.bitwise_or.reduceat(bits, self.starts[some])
        return found

    def totals(self, worth: NDArray[np.float32]) -> NDArray[np.float32]:
        """The sum of what the members of each event are worth, `worth` by number of member."""
        owner = np.repeat(np.arange(len(self.sizes)), self.sizes)
        # Summed bag by bag: what an event's words are worth is the same to the last bit, whatever events stand beside it.
        return np.bincount(owner, weights=worth[self.members], minlength=len(self.sizes)).astype(np.float32)

    def shared(self, a: Rows, b: Rows, worth: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the members that both of each pair hold are worth."""
        sizes = self.sizes
        found = np.zeros(len(a), dtype=np.float32)
        some = np.flatnonzero((sizes[a] > 0) & (sizes[b] > 0))
        if not len(some):
            return found
        # The smaller bag is walked and each of its members looked for in the larger.
        one, two = a[some].astype(np.int64), b[some].astype(np.int64)
        swap = sizes[one] > sizes[two]
        one, two = np.where(swap, two, one), np.where(swap, one, two)
        if int(sizes[two].max()) <= _FEW:
            found[some] = self._each_with_each(one, two, worth)
        else:
            found[some] = self._walked(one, two, worth)
        return found

    def _each_with_each(
        self, one: NDArray[np.int64], two: NDArray[np.int64], worth: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        total = np.zeros(len(one))  # summed as finely as in `_walked`: they have to come to the same
        sizes, last = self.sizes, len(self.members) - 1
        for left in range(int(sizes[one].max())):
            mine = self.members[np.minimum(self.starts[one] + left, last)]
            for right in range(int(sizes[two].max())):
                theirs = self.members[np.minimum(self.starts[two] + right, last)]
                same = (mine == theirs) & (sizes[one] > left) & (sizes[two] > right)
                total += np.where(same, worth[mine], np.float32(0))
        return total.astype(np.float32)

    def _walked(
        self, one: NDArray[np.int64], two: NDArray[np.int64], worth: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        wide = max(1, len(self.names))
        keys = np.repeat(np.arange(len(self.sizes)), self.sizes) * wide + self.members
        counts = self.sizes[one]
        pair = np.repeat(np.arange(len(one)), counts)
        at = np.arange(int(counts.sum())) + np.repeat(self.starts[one] - (np.cumsum(counts) - counts), counts)
        member = self.members[at]
        asked = two[pair] * wide + member
        spot = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        hit = keys[spot] == asked
        found: NDArray[np.float32] = np.bincount(
            pair, weights=np.where(hit, worth[member], 0.0), minlength=len(one)
        ).astype(np.float32)
        return found


def _starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)])
