"""Apart: events that rule each other out by the place and time they state themselves, so that no vague third makes them one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from consilience.engine.near import Near, Window
from consilience.linkage.columns import Events
from consilience.linkage.patterns import FLOOR_KM

_TOGETHER = 1 << 20  # pairs looked at at a time
_VAGUER = 2.0  # times the radius, or the days, as in `again`

Numbers = NDArray[np.int32]
Found = tuple[NDArray[np.int64], Numbers, Numbers]


@dataclass(frozen=True)
class _Stated:
    """What events state of place and time, worked out when it is first asked for: of most nothing is."""

    events: Events
    window: Window

    @cached_property
    def near(self) -> Near:
        return Near.of(self.events, self.window)

    @cached_property
    def length(self) -> NDArray[np.int64]:
        """Days."""
        found: NDArray[np.int64] = self.events.days[:, 1] - self.events.days[:, 0] + 1
        return found


@dataclass(frozen=True, slots=True)
class Apart:
    """Which pairs lie farther apart in place or time than their own precision and the window allow.

    `event` are the numbers in what is `stated` of the events by the numbers used in what follows.
    """

    stated: _Stated
    event: Numbers

    @classmethod
    def of(cls, events: Events, window: Window) -> Apart:
        """All of some events."""
        return cls(_Stated(events, window), np.arange(len(events), dtype=np.int32))

    def among(self, members: NDArray[np.signedinteger]) -> Apart:
        """Some of the events, by their place among these."""
        return replace(self, event=self.event[members])

    def rules_out(self, a: NDArray[np.signedinteger], b: NDArray[np.signedinteger]) -> NDArray[np.bool_]:
        """Whether the two of each pair rule each other out."""
        return ~self.stated.near.meets(self.event[a], self.event[b])

    def is_vaguer(self, a: NDArray[np.signedinteger], b: NDArray[np.signedinteger]) -> NDArray[np.bool_]:
        """Whether the first of each pair knows its place or its days half as well as the second, or less."""
        one, two = self.event[a], self.event[b]
        found: NDArray[np.bool_] = (
            self.stated.events.radius_km[one] >= _VAGUER * np.maximum(self.stated.events.radius_km[two], FLOOR_KM)
        ) | (self.stated.length[one] >= _VAGUER * self.stated.length[two])
        return found

    def bars(self, label: Numbers, unit: Numbers, one: Numbers, two: Numbers) -> NDArray[np.bool_]:
        """Whether the two groups of each pair hold two units that rule each other out, and one that is vaguer than both.

        Reports that are all equally precise may err alike, and the mean has its say; what is vague cannot tell which it is of.

        Args:
            label: the group of each event.
            unit: the first of the events that an analyst made one with it; they rule out what all of them do.
            one: groups.
            two: for each of them another.
        """
        single = unit == np.arange(len(unit))
        heads = np.bincount(label[single], minlength=len(label))
        radius, length = self._vaguest(label, one, two)
        met = np.zeros(len(one), dtype=np.int64)
        kept: list[NDArray[np.int64]] = []
        for pair, a, b in _crossed(label, one, two):
            precise = self._beside((radius[pair], length[pair]), a, b)
            may = np.flatnonzero(~(precise & self.rules_out(a, b)))
            if single.all():
                met += np.bincount(pair[may], minlength=len(one))
            else:
                kept.append(np.unique(np.column_stack([pair[may], unit[a[may]], unit[b[may]]]), axis=0))
        if kept:
            met = np.bincount(np.unique(np.concatenate(kept), axis=0)[:, 0], minlength=len(one))
        found: NDArray[np.bool_] = met < heads[one] * heads[two]
        return found

    def bar(self, one: NDArray[np.int64], two: NDArray[np.int64]) -> tuple[int, int] | None:
        """The first event of a group and the first of another that keep these apart so; None where nothing does."""
        a, b = np.repeat(one, len(two)), np.tile(two, len(one))
        both = self.event[np.concatenate([one, two])]
        widest, longest = (
            np.full(len(a), self.stated.events.radius_km[both].max()),
            np.full(len(a), self.stated.length[both].max()),
        )
        out = np.flatnonzero(self._beside((widest, longest), a, b) & self.rules_out(a, b))
        return (int(a[out[0]]), int(b[out[0]])) if len(out) else None

    def _beside(
        self,
        vaguest: tuple[NDArray[np.float64], NDArray[np.int64]],
        a: NDArray[np.signedinteger],
        b: NDArray[np.signedinteger],
    ) -> NDArray[np.bool_]:
        """Whether something of such a radius, or so many days, is vaguer than both of each pair."""
        x, y = self.event[a], self.event[b]
        radius, length = (
            np.maximum(self.stated.events.radius_km[x], self.stated.events.radius_km[y]),
            np.maximum(self.stated.length[x], self.stated.length[y]),
        )
        found: NDArray[np.bool_] = (vaguest[0] >= _VAGUER * np.maximum(radius, FLOOR_KM)) | (
            vaguest[1] >= _VAGUER * length
        )
        return found

    def _vaguest(self, label: Numbers, one: Numbers, two: Numbers) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The widest radius and the most days in the two groups of each pair."""
        radius, length = np.zeros(len(label)), np.zeros(len(label), dtype=np.int64)
        np.maximum.at(radius, label, self.stated.events.radius_km[self.event])
        np.maximum.at(length, label, self.stated.length[self.event])
        return np.maximum(radius[one], radius[two]), np.maximum(length[one], length[two])


def _crossed(label: Numbers, one: Numbers, two: Numbers) -> Iterator[Found]:
    """Each event of the first with each of the second group of each pair, under the place of the pair; not all at once."""
    asked = np.zeros(len(label), dtype=bool)
    asked[one] = asked[two] = True
    members = np.flatnonzero(asked[label]).astype(np.int32)
    order = members[np.argsort(label[members], kind="stable")]
    sizes = np.bincount(label[members], minlength=len(label))
    starts = np.cumsum(sizes) - sizes
    ends = np.cumsum(sizes[one] * sizes[two])
    for begun in range(0, int(ends[-1]) if len(ends) else 0, _TOGETHER):
        at = np.arange(begun, min(begun + _TOGETHER, int(ends[-1])))
        pair = np.searchsorted(ends, at, side="right")
        within = at - (ends[pair] - sizes[one[pair]] * sizes[two[pair]])
        row, column = np.divmod(within, sizes[two[pair]])
        yield pair, order[starts[one[pair]] + row], order[starts[two[pair]] + column]
