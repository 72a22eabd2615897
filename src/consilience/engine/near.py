"""Near: whether two events lie within a window of one another, asked of many pairs at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consilience.engine.grid import Placed
from consilience.model.atlas import EARTH_KM

_ROUNDING_KM = 0.01

Numbers = NDArray[np.signedinteger]
Pairs = tuple[NDArray[np.int32], NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Window:
    """How far two events may lie apart beyond their own precision, and how many events one is held against.

    `km`, and `days` (from, to; both included) between them. Where more than `most` events lie in one square and time, an
    event is held against those that are sorted nearest to it.
    """

    km: float
    days: tuple[int, int]
    most: int = 2_000


@dataclass
class Tally:
    """What was looked at, filled while candidates are drawn: pairs found, events that met a cap, and what the cap left out.

    `dropped` is a sample of the `left_out` pairs.
    """

    pairs: int = 0
    hot: int = 0
    left_out: int = 0
    dropped: list[Pairs] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Near:
    """The window over narrow columns of the events: this is asked most, so they have to stay in the processor's cache."""

    north: NDArray[np.float32]
    space: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]  # km from the middle of the earth
    reach: NDArray[np.float32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    window: Window

    @classmethod
    def of(cls, placed: Placed, window: Window) -> Near:
        """The columns of some events."""
        lat, lon = np.radians(placed.points).T
        around = EARTH_KM * np.cos(lat)
        space = (around * np.cos(lon), around * np.sin(lon), EARTH_KM * np.sin(lat))
        return cls(
            north=(EARTH_KM * lat).astype(np.float32),
            space=(space[0].astype(np.float32), space[1].astype(np.float32), space[2].astype(np.float32)),
            reach=placed.radius_km.astype(np.float32),
            first=placed.days[:, 0].astype(np.int32),
            last=placed.days[:, 1].astype(np.int32),
            window=window,
        )

    def keep(self, raw: Iterable[tuple[Numbers, Numbers]], order: Order | None, tally: Tally) -> Iterator[Pairs]:
        """Of raw pairs those that are near in place and time, and in order."""
        for a, b in raw:
            for narrow in (self._in_latitude, self._in_place, order.keeps if order else None, self._in_time):
                if narrow:
                    good = np.flatnonzero(narrow(a, b))
                    a, b = a.take(good), b.take(good)
            tally.pairs += len(a)
            if len(a):
                yield a.astype(np.int32), b.astype(np.int32)

    def meets(self, a: Numbers, b: Numbers) -> NDArray[np.bool_]:
        """Whether both of each pair are near in place and time."""
        return self._in_place(a, b) & self._in_time(a, b)

    def _in_latitude(self, a: Numbers, b: Numbers) -> NDArray[np.bool_]:
        apart = self.north.take(a)
        apart -= self.north.take(b)
        found: NDArray[np.bool_] = np.abs(apart, out=apart) <= self._limit(a, b)
        return found

    def _in_place(self, a: Numbers, b: Numbers) -> NDArray[np.bool_]:
        limit = self._limit(a, b)
        apart = np.zeros(len(a), dtype=np.float32)
        for axis in self.space:  # a chord is no longer than its arc: nothing is missed
            along = axis.take(a)
            along -= axis.take(b)
            along *= along
            apart += along
        limit *= limit
        found: NDArray[np.bool_] = apart <= limit
        return found

    def _limit(self, a: Numbers, b: Numbers) -> NDArray[np.float32]:
        limit = self.reach.take(b)
        limit += np.float32(self.window.km + _ROUNDING_KM)
        limit += self.reach.take(a)
        return limit

    def _in_time(self, a: Numbers, b: Numbers) -> NDArray[np.bool_]:
        gap = np.maximum(self.first.take(a) - self.last.take(b), self.first.take(b) - self.last.take(a))
        found: NDArray[np.bool_] = gap <= self.window.days[1]
        return found if self.window.days[0] == 0 else found & (gap >= self.window.days[0])


def gathered(batches: Iterable[Pairs], least: int) -> Iterator[Pairs]:
    """The same pairs in fewer batches, of `least` pairs and more but for the last."""
    waiting: list[Pairs] = []
    for batch in batches:
        waiting.append(batch)
        if sum(len(a) for a, _ in waiting) >= least:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(batches: list[Pairs]) -> Pairs:
    return np.concatenate([a for a, _ in batches]), np.concatenate([b for _, b in batches])


@dataclass(frozen=True, slots=True)
class Order:
    """Which of two events looks: the one of higher rank, or the looker where not all look (`chosen`)."""

    rank: NDArray[np.int32]
    chosen: NDArray[np.bool_] | None

    def keeps(self, a: Numbers, b: Numbers) -> NDArray[np.bool_]:
        """Whether the first of each pair is the one that looks."""
        later: NDArray[np.bool_] = self.rank[b] < self.rank[a]
        return later if self.chosen is None else (later | ~self.chosen[b]) & (a != b)
