"""Grid: events filed by square and day, so that what lies near one another lies in one run of a sorted column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

KM_A_DEGREE = 111.1  # of latitude, at least
CORNER = np.array([90.0, 180.0])  # from the south-west corner of the map to its middle
MOST_DAYS = 31  # an event of more days is filed and looked for by its first ones
_COLUMNS, _CALENDAR = 1 << 17, 1 << 22  # room for each part of a key; days reach 9,400 years


class Placed(Protocol):
    """Events as columns of one length.

    `points` (n, 2) degrees, `radius_km` (n), `days` (n, 2) since 1970, first and last, both included. Where so much happened
    that each is compared with its neighbours alone, they are sorted by `kind` (n), then by `detail` (n).
    """

    @property
    def points(self) -> NDArray[np.float64]: ...  # noqa: D102  said above
    @property
    def radius_km(self) -> NDArray[np.float64]: ...  # noqa: D102  said above
    @property
    def days(self) -> NDArray[np.int64]: ...  # noqa: D102  said above
    @property
    def kind(self) -> NDArray[np.int64]: ...  # noqa: D102  said above
    @property
    def detail(self) -> NDArray[np.int64]: ...  # noqa: D102  said above
    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Filed:
    """Events sorted by the square of a side of `side_km` that they lie in, then by first day."""

    side_km: float
    events: NDArray[np.int32]
    keys: NDArray[np.int64]
    longest: int
    placed: Placed

    @classmethod
    def of(cls, placed: Placed, events: NDArray[np.int64], reach_km: float) -> Filed:
        """The events filed in squares twice as wide as the longest reach, so that none looks into more than four."""
        filed = cls(2 * reach_km, events.astype(np.int32), np.empty(0, np.int64), _longest(placed, events), placed)
        keys = filed.home(events)
        order = np.argsort(keys, kind="stable")
        return cls(2 * reach_km, filed.events[order], keys[order], filed.longest, placed)

    def rows(self, events: NDArray[np.int64]) -> NDArray[np.float64]:
        """How many rows of squares up from the south pole each event lies."""
        found: NDArray[np.float64] = (self.placed.points[events, 0] + 90.0) * (KM_A_DEGREE / self.side_km)
        return found

    def columns(self, events: NDArray[np.int64], around: NDArray[np.float64]) -> NDArray[np.float64]:
        """How many squares east of the antimeridian each event lies, in a row of so many `around` the earth."""
        found: NDArray[np.float64] = (self.placed.points[events, 1] + 180.0) % 360.0 * (around / 360.0)
        return found

    def around(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """How many squares each row is parted into: as wide as a side at least, by what a degree is worth a side poleward."""
        degrees = self.side_km / KM_A_DEGREE
        every = np.arange(-1, int(180.0 / degrees) + 3)
        poleward = np.minimum(90.0, np.abs((every + 0.5) * degrees - 90.0) + degrees)
        fits = np.maximum(1.0, np.floor(360.0 / degrees * np.cos(np.radians(poleward))))
        found: NDArray[np.float64] = fits[np.clip(rows + 1, 0, len(fits) - 1)]
        return found

    def home(self, events: NDArray[np.int64]) -> NDArray[np.int64]:
        """The key that each event is filed under."""
        rows = self.rows(events).astype(np.int64)
        columns = self.columns(events, self.around(rows)).astype(np.int64)
        return _key(rows, columns, self.placed.days[events, 0])

    def squares(self) -> NDArray[np.int64]:
        """The square of each filed event."""
        return self.keys // _CALENDAR


@dataclass(frozen=True, slots=True)
class Look:
    """Where events look: a run of `counts` filed events from `low` on for each of `events`."""

    events: NDArray[np.int64]
    low: NDArray[np.int64]
    counts: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> Look:
        """Some of them."""
        return Look(self.events[chosen], self.low[chosen], self.counts[chosen])


def looks(placed: Placed, filed: Filed, looking: NDArray[np.int64], days: tuple[int, int]) -> Iterator[Look]:
    """Where each event looks: at up to four squares, those within half a side of it.

    `days` (from, to) are how far off an event may be; where they begin after zero it looks before and after itself.
    """
    near, far = days
    for span in [(-far, far)] if near == 0 else [(-far, -near), (near, far)]:
        yield from _squares(placed, filed, looking, span)


def _squares(placed: Placed, filed: Filed, looking: NDArray[np.int64], days: tuple[int, int]) -> Iterator[Look]:
    """One look a square."""
    up = filed.rows(looking)
    low, high = np.floor(up - 0.5).astype(np.int64), np.floor(up + 0.5).astype(np.int64)
    first = placed.days[looking, 0] + days[0] - filed.longest
    last = np.minimum(placed.days[looking, 1], placed.days[looking, 0] + MOST_DAYS) + days[1]
    for rows in (low, high):  # half a side down is never half a side up
        around = filed.around(rows)
        east = filed.columns(looking, around)
        sides = [(np.floor(east + step) % around).astype(np.int64) for step in (-0.5, 0.5)]
        for columns, new in ((sides[0], slice(None)), (sides[1], sides[1] != sides[0])):
            starts = np.searchsorted(filed.keys, _key(rows[new], columns[new], first[new]), side="left")
            ends = np.searchsorted(filed.keys, _key(rows[new], columns[new], last[new]), side="right")
            some = ends > starts
            yield Look(looking[new][some], starts[some], (ends - starts)[some])


def _longest(placed: Placed, events: NDArray[np.int64]) -> int:
    """By how many days the longest of the events outlasts its first one."""
    if not len(events):
        return 0
    return int(min(MOST_DAYS, (placed.days[events, 1] - placed.days[events, 0]).max()))


def _key(rows: NDArray[np.int64], columns: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = (rows + 1) * (_COLUMNS * _CALENDAR) + columns * _CALENDAR + days + _CALENDAR // 2
    return found
