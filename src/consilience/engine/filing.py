"""Filing: events by square and day to which one more can be added at any time, and where one looks for what is near it.

What is filed first lies in a sorted column; what comes later lies beside it in sorted lists by square, so that nothing is
ever sorted again.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consilience.engine.candidates import SHORT_DAYS
from consilience.engine.grid import KM_A_DEGREE, MOST_DAYS, Placed
from consilience.engine.near import Window
from consilience.model.atlas import EARTH_KM

_SLACK_KM = 0.02  # more than `engine.near` rounds by
_COLUMNS, _CALENDAR = 1 << 17, 1 << 22  # room for each part of a key, as in `engine.grid`
_ROWS = 1 << 15
_NUMBERS = 1 << 32
_EDGE = 1e-9  # of a square
_HIGHEST = 5.0  # log4 of the km of the vaguest class: a quarter of the way around the earth lies within it

Class = tuple[bool, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and when one event was: degrees, km, days since 1970."""

    lat: float
    lon: float
    radius_km: float
    first: int
    last: int


@dataclass
class Squares:
    """The squares in which events of about one precision are filed: their `side` is in degrees of latitude."""

    base: int  # number of the first square
    side: float
    longest: int  # days by which an event is looked for before its last one
    around: list[int]  # squares in each row
    widest_km: float = 0.0

    @classmethod
    def of(cls, base: int, side_km: float, longest: int) -> Squares:
        """Rows parted evenly, into squares that are about as wide as high."""
        side = side_km / KM_A_DEGREE
        middle = (np.arange(int(180.0 / side) + 1) + 0.5) * side - 90.0
        fits = np.maximum(1.0, np.floor(360.0 / side * np.cos(np.radians(np.minimum(90.0, np.abs(middle))))))
        return cls(base, side, longest, fits.astype(int).tolist())

    def all_homes(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """The square that each point lies in."""
        rows = ((points[:, 0] + 90.0) / self.side).astype(np.int64)
        around = np.array(self.around)[rows]
        columns = np.minimum(around - 1, (points[:, 1] + 180.0) % 360.0 / 360.0 * around).astype(np.int64)
        found: NDArray[np.int64] = self.base + rows * _COLUMNS + columns
        return found

    def home(self, spot: Spot) -> int:
        """The square that one event lies in."""
        row = int((spot.lat + 90.0) / self.side)
        around = self.around[row]
        return self.base + row * _COLUMNS + min(around - 1, int((spot.lon + 180.0) % 360.0 / 360.0 * around))

    def within(self, spot: Spot, km: float) -> Iterator[int]:
        """The squares in which events lie that are near a spot, `km` beyond both precisions."""
        reach = spot.radius_km + self.widest_km + km + _SLACK_KM
        turn = 2 * math.asin(min(1.0, reach / (2 * EARTH_KM)))  # nearness is measured straight through the earth
        south, north = spot.lat - math.degrees(turn), spot.lat + math.degrees(turn)
        aside = 180.0
        if south > -90.0 and north < 90.0:
            aside = math.degrees(math.asin(min(1.0, math.sin(turn) / math.cos(math.radians(spot.lat)))))
        east_of = (spot.lon + 180.0) % 360.0 / 360.0
        low = max(0, int((south + 90.0) / self.side - _EDGE))
        high = min(len(self.around) - 1, int((north + 90.0) / self.side + _EDGE))
        for row in range(low, high + 1):
            around = self.around[row]
            start = self.base + row * _COLUMNS
            half = aside / 360.0 * around + _EDGE
            west, east = math.floor(east_of * around - half), math.floor(east_of * around + half)
            if east - west + 1 >= around:
                yield from range(start, start + around)
            elif west >= 0 and east < around:
                yield from range(start + west, start + east + 1)
            else:
                yield from (start + column % around for column in range(west, east + 1))


@dataclass
class Filing:
    """Events filed by class of precision, square and day; those of many days apart from the others."""

    window: Window
    keys: NDArray[np.int64]
    numbers: NDArray[np.int64]
    classes: dict[Class, Squares] = field(default_factory=dict)
    later: dict[int, list[int]] = field(default_factory=dict)  # by square, each in order of day

    @classmethod
    def of(cls, places: Placed, window: Window) -> Filing:
        """The first events filed, under their numbers."""
        filing = cls(window, np.empty(len(places), np.int64), np.empty(0, np.int64))
        vague = np.ceil(np.minimum(_HIGHEST * 2, np.log2(np.maximum(places.radius_km, 1.0))) / 2).astype(np.int64)
        long = places.days[:, 1] - places.days[:, 0] > SHORT_DAYS
        for many_days in (False, True):
            for of_one in np.unique(vague[long == many_days]).tolist():
                chosen = np.flatnonzero((vague == of_one) & (long == many_days))
                squares = filing._squares((many_days, of_one))
                squares.widest_km = float(places.radius_km[chosen].max())
                homes = squares.all_homes(places.points[chosen])
                filing.keys[chosen] = homes * _CALENDAR + places.days[chosen, 0] + _CALENDAR // 2
        filing.numbers = np.argsort(filing.keys, kind="stable")
        filing.keys = filing.keys[filing.numbers]
        return filing

    def add(self, number: int, spot: Spot) -> None:
        """File one more event."""
        vague = math.ceil(min(_HIGHEST * 2, math.log2(max(spot.radius_km, 1.0))) / 2)
        squares = self._squares((spot.last - spot.first > SHORT_DAYS, vague))
        squares.widest_km = max(squares.widest_km, spot.radius_km)
        filed = self.later.setdefault(squares.home(spot), [])
        insort(filed, (spot.first + _CALENDAR // 2) * _NUMBERS + number)

    def look(self, spot: Spot) -> NDArray[np.int64]:
        """The numbers of all events that may be near in place and time, and of some others: `engine.near` tells which are.

        Events of more than `MOST_DAYS` meet by their first ones, as in `engine.candidates`.
        """
        lows: list[int] = []
        highs: list[int] = []
        since: list[int] = []
        last = min(spot.last, spot.first + MOST_DAYS) + self.window.days[1] + _CALENDAR // 2
        for squares in self.classes.values():
            first = spot.first - self.window.days[1] - squares.longest + _CALENDAR // 2
            for square in squares.within(spot, self.window.km):
                lows.append(square * _CALENDAR + first)
                highs.append(square * _CALENDAR + last + 1)
                if filed := self.later.get(square):
                    since += filed[bisect_left(filed, first * _NUMBERS) : bisect_left(filed, (last + 1) * _NUMBERS)]
        start, end = np.searchsorted(self.keys, np.array([lows, highs], dtype=np.int64))
        found = [self.numbers[one:two] for one, two in zip(start.tolist(), end.tolist(), strict=True) if two > one]
        return np.sort(np.concatenate([*found, np.array(since, dtype=np.int64) % _NUMBERS]))

    def _squares(self, kind: Class) -> Squares:
        if kind not in self.classes:
            many_days, vague = kind
            side_km = 2 * (self.window.km + 2 * 4.0**vague)
            base = len(self.classes) * _ROWS * _COLUMNS
            self.classes[kind] = Squares.of(base, side_km, MOST_DAYS if many_days else SHORT_DAYS)
        return self.classes[kind]
