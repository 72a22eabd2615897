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
class Chart:
    """Where and when events lie, a column each: degrees from the south pole and east of the antimeridian, first and last day."""

    up: NDArray[np.float64]
    east: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def of(cls, placed: Placed) -> Chart:
        """The columns of some events."""
        lat, lon = placed.points.T
        first, last = placed.days.T
        return cls(lat + CORNER[0], (lon + CORNER[1]) % 360.0, first.copy(), np.minimum(last, first + MOST_DAYS))


@dataclass(frozen=True, slots=True)
class Filed:
    """Events sorted by the square of a side of `side_km` that they lie in, then by first day."""

    side_km: float
    events: NDArray[np.int64]
    keys: NDArray[np.int64]
    longest: int
    chart: Chart

    @classmethod
    def of(cls, chart: Chart, events: NDArray[np.int64], reach_km: float) -> Filed:
        """The events filed in squares twice as wide as the longest reach, so that none looks into more than four."""
        longest = int((chart.last[events] - chart.first[events]).max(initial=0))
        filed = cls(2 * reach_km, events, np.empty(0, np.int64), longest, chart)
        keys = filed.home(events)
        order = np.argsort(keys, kind="stable")
        return cls(2 * reach_km, events[order], keys[order], longest, chart)

    def positions(self) -> NDArray[np.int32]:
        """The place of each filed event in their order, by number of event; those that are not filed come first."""
        found = np.full(len(self.chart.up), -1, dtype=np.int32)
        found[self.events] = np.arange(len(self.events), dtype=np.int32)
        return found

    def rows(self, events: NDArray[np.int64]) -> NDArray[np.float64]:
        """How many rows of squares up from the south pole each event lies."""
        found: NDArray[np.float64] = self.chart.up[events] * (KM_A_DEGREE / self.side_km)
        return found

    def columns(self, events: NDArray[np.int64], around: NDArray[np.float64]) -> NDArray[np.float64]:
        """How many squares east of the antimeridian each event lies, in a row of so many `around` the earth."""
        found: NDArray[np.float64] = self.chart.east[events] * (around / 360.0)
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
        return _key(rows, columns, self.chart.first[events])

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

    def before(self, place: NDArray[np.int32]) -> Look:
        """The part of each run that was filed before the one who looks; `place` of each event."""
        counts = np.minimum(self.low + self.counts, place[self.events]) - self.low
        some = np.flatnonzero(counts > 0)
        return Look(self.events[some], self.low[some], counts[some])


def looks(
    filed: Filed, looking: NDArray[np.int64], days: tuple[int, int], back: NDArray[np.int64] | None = None
) -> Iterator[Look]:
    """Where each event looks: at up to four squares, those within half a side of it.

    `days` (from, to) are how far off an event may be; where they begin after zero it looks before and after itself. With `back`,
    the key that each is filed under, it looks at no square beyond its own.
    """
    near, far = days
    for span in [(-far, far)] if near == 0 else [(-far, -near), (near, far)]:
        yield from _squares(filed, looking, span, back)


def _squares(
    filed: Filed, looking: NDArray[np.int64], days: tuple[int, int], back: NDArray[np.int64] | None
) -> Iterator[Look]:
    """One look a square."""
    up = filed.rows(looking)
    low, high = np.floor(up - 0.5).astype(np.int64), np.floor(up + 0.5).astype(np.int64)
    first = filed.chart.first[looking] + (days[0] - filed.longest)
    last = filed.chart.last[looking] + days[1]
    for rows in (low, high):  # half a side down is never half a side up
        around = filed.around(rows)
        east = filed.columns(looking, around)
        west, beyond = np.floor(east - 0.5), np.floor(east + 0.5)
        west[west < 0] += around[west < 0]
        beyond[beyond >= around] -= around[beyond >= around]
        for columns, new in ((west, None), (beyond, west != beyond)):
            start = _key(rows, columns.astype(np.int64), first)
            asked = np.ones(len(start), dtype=bool) if new is None else new
            if back is not None:
                asked = asked & (start <= back)
            chosen = np.flatnonzero(asked)
            start = start[chosen]
            starts = np.searchsorted(filed.keys, start, side="left")
            ends = np.searchsorted(filed.keys, start + (last - first)[chosen], side="right")
            some = np.flatnonzero(ends > starts)
            yield Look(looking[chosen[some]], starts[some], (ends - starts)[some])


def _key(rows: NDArray[np.int64], columns: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = (rows + 1) * (_COLUMNS * _CALENDAR) + columns * _CALENDAR + days + _CALENDAR // 2
    return found
