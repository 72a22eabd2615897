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
_POLAR = 89.9  # beyond this latitude all longitudes are near one another
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

    @property
    def reach_km(self) -> float:
        """How far an event looks."""
        return self.side_km / 2

    def rows(self, lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """The row of squares of each latitude (which may lie beyond the poles: then there is nothing)."""
        return np.floor((lat + 90.0) * KM_A_DEGREE / self.side_km).astype(np.int64)

    def columns(self, lon: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The square of each longitude in its row. A row is parted evenly, by what a degree is worth on its side of the pole."""
        middle = np.abs((rows + 0.5) * self.side_km / KM_A_DEGREE - 90.0)
        worth = KM_A_DEGREE * np.cos(np.radians(np.minimum(90.0, middle + self.side_km / KM_A_DEGREE)))
        around = np.maximum(1.0, np.floor(360.0 * worth / self.side_km))
        found: NDArray[np.int64] = np.floor((lon + 180.0) % 360.0 / 360.0 * around).astype(np.int64)
        return found

    def home(self, events: NDArray[np.int64]) -> NDArray[np.int64]:
        """The key that each event is filed under."""
        rows = self.rows(self.placed.points[events, 0])
        return _key(rows, self.columns(self.placed.points[events, 1], rows), self.placed.days[events, 0])

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
    """Where each event looks: at up to four squares, those that the corners of its reach lie in.

    `days` (from, to) are how far off an event may be; where they begin after zero it looks before and after itself.
    """
    looking = looking[np.argsort(filed.home(looking), kind="stable")]  # neighbours ask one after another
    near, far = days
    for span in [(-far, far)] if near == 0 else [(-far, -near), (near, far)]:
        yield from _squares(placed, filed, looking, span)


def _squares(placed: Placed, filed: Filed, looking: NDArray[np.int64], days: tuple[int, int]) -> Iterator[Look]:
    """One look a square."""
    lat, lon = placed.points[looking, 0], placed.points[looking, 1]
    turn = filed.reach_km / KM_A_DEGREE
    aside = turn / np.cos(np.radians(np.minimum(_POLAR, np.abs(lat))))
    low, high = filed.rows(lat - turn), filed.rows(lat + turn)
    first = placed.days[looking, 0] + days[0] - filed.longest
    last = np.minimum(placed.days[looking, 1], placed.days[looking, 0] + MOST_DAYS) + days[1]
    everyone = np.ones(len(looking), dtype=bool)
    for rows, new_row in ((low, everyone), (high, high > low)):
        west = filed.columns(lon - aside, rows)
        east = filed.columns(lon + aside, rows)
        for columns, new in ((west, new_row), (east, new_row & (east != west))):
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
