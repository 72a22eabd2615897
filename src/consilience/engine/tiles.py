"""Tiles: the map and the calendar cut up, so that events that may meet come together on one machine of many.

An event is at home in the tile that it lies in. A bin is a run of tiles with about so many events at home; into it go those
events, and all that look there. As on one machine the vaguer of two events looks: a town is sent nowhere, a district to the
bins around it. A tile where too much happened is parted among several bins by those who look; who is at home there stands in all
of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consilience.engine.candidates import SHORT_DAYS, candidate_pairs
from consilience.engine.grid import CORNER, MOST_DAYS, Placed
from consilience.engine.near import Pairs, Tally, Window
from consilience.model.atlas import EARTH_KM

SIDE_DEGREES, SIDE_DAYS = 2.0, 16
_ACROSS, _EONS, _BEFORE = 180, 1 << 19, 1 << 18  # columns of tiles; room for calendar tiles, and for those before 1970
_MARGIN_KM = 0.1  # more than `engine.near` rounds by


def home(points: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """The tile that each event lies in."""
    at = np.floor((points + CORNER) / SIDE_DEGREES).astype(np.int64)
    return _tile(at[:, 0], at[:, 1], first // SIDE_DAYS)


def _tile(row: NDArray[np.int64], column: NDArray[np.int64], turn: NDArray[np.int64]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = (row * _ACROSS + column % _ACROSS) * _EONS + turn + _BEFORE
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """Which bin events go to.

    `window` and the `widest_km` radius of all say how far events look. `tiles` are those where events lie, ascending, `first`
    the bin of each, or the first of its `parts`.
    """

    window: Window
    widest_km: float
    tiles: NDArray[np.int64]
    first: NDArray[np.int64]
    parts: NDArray[np.int64]

    @classmethod
    def of(
        cls, window: Window, widest_km: float, tiles: NDArray[np.int64], events: NDArray[np.int64], most: int
    ) -> Plan:
        """Tiles (ascending) with so many events at home each, put into bins of about `most` events."""
        parts = np.maximum(1, -(-events // most))
        crowded = parts > 1  # such a tile shares no bin
        stretch = np.cumsum(crowded | np.concatenate([[False], crowded[:-1]]))
        before = np.cumsum(events) - events
        within = (before - before[np.searchsorted(stretch, stretch)]) // most
        run = np.cumsum((np.diff(stretch, prepend=-1) != 0) | (np.diff(within, prepend=0) != 0)) - 1
        wide = np.ones(int(run.max(initial=-1)) + 1, dtype=np.int64)
        np.maximum.at(wide, run, parts)
        return cls(window, widest_km, tiles, (np.cumsum(wide) - wide)[run], parts)

    @property
    def bins(self) -> int:
        """How many."""
        return int(self.first[-1] + self.parts[-1]) if len(self.tiles) else 1

    def homes(self, placed: Placed) -> NDArray[np.int64]:
        """The (first) bin in which each event is at home."""
        at = np.searchsorted(self.tiles, home(placed.points, placed.days[:, 0]))
        found: NDArray[np.int64] = self.first[at]
        return found

    def part(self, chosen: int) -> tuple[int, int, int]:
        """Of a bin: the first bin of its tiles, which part of them it is, and of how many."""
        at = int(np.searchsorted(self.first, chosen, side="right")) - 1
        begun = int(self.first[at])
        return begun, chosen - begun, int(self.parts[at])

    def copies(self, placed: Placed, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of events and the bins they go to, each once; `numbers` part those who look into a crowded tile."""
        rows, low, high = self._reached(placed)
        rows, bins = _each(rows, low, high)
        begun, part, parts = np.array([self.part(each) for each in range(self.bins)], dtype=np.int64)[bins].T
        goes = (parts == 1) | (numbers[rows] % parts == part) | (self.homes(placed)[rows] == begun)
        found = np.unique(rows[goes] * self.bins + bins[goes])
        return found // self.bins, found % self.bins

    def _reached(self, placed: Placed) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Rows of events and the runs of bins (from, to) into which they look: for events as precise as themselves and more."""
        first, last = placed.days.T
        long = last - first > SHORT_DAYS
        beside = np.where(long, self.widest_km, placed.radius_km)
        reach = self.window.km + placed.radius_km + beside + _MARGIN_KM
        turn = 2 * np.arcsin(np.minimum(1.0, reach / (2 * EARTH_KM)))  # nearness is measured straight through the earth
        lat, lon = placed.points.T
        across = np.abs(np.radians(lat)) + turn < np.pi / 2
        slant = np.where(across, np.sin(turn) / np.maximum(1e-9, np.cos(np.radians(lat))), 1.0)
        aside = np.where(across, np.degrees(np.arcsin(np.minimum(1.0, slant))), 180.0)
        turn = np.degrees(turn)
        south, north = _floor(np.maximum(-90.0, lat - turn) + 90.0), _floor(np.minimum(90.0, lat + turn) + 90.0)
        west, east = _floor(lon - aside + 180.0), _floor(lon + aside + 180.0)
        east = np.minimum(east, west + _ACROSS - 1)
        early = (first - self.window.days[1] - np.where(long, MOST_DAYS, SHORT_DAYS)) // SIDE_DAYS
        late = (np.minimum(last, first + MOST_DAYS) + self.window.days[1]) // SIDE_DAYS
        rows, row = _each(np.arange(len(placed)), south, north)
        wide = (east - west + 1)[rows]
        rows, column = _each(rows, west[rows], east[rows])
        row = np.repeat(row, wide)
        low = np.searchsorted(self.tiles, _tile(row, column, early[rows]))
        high = np.searchsorted(self.tiles, _tile(row, column, late[rows]), side="right") - 1
        some = high >= low
        rows, low, high = rows[some], low[some], high[some]
        return rows, self.first[low], self.first[high] + self.parts[high] - 1


def _floor(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.floor(degrees / SIDE_DEGREES).astype(np.int64)


def _each(
    rows: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every row as often as its range (both ends included) is long, and what stands in the range."""
    counts = high - low + 1
    begun = np.cumsum(counts) - counts
    return np.repeat(rows, counts), np.arange(int(counts.sum())) + np.repeat(low - begun, counts)


def meetings(placed: Placed, numbers: NDArray[np.int64], plan: Plan, chosen: int, tally: Tally) -> Iterator[Pairs]:
    """The candidates that meet in a bin, `numbers` (ascending) being those of its events.

    Each pair of all meets once: in the bin where the one that is looked at is at home.
    """
    begun, part, parts = plan.part(chosen)
    at_home = plan.homes(placed) == begun
    asks = numbers % parts == part
    rank = _ranks(placed)
    for a, b in candidate_pairs(placed, plan.window, None if parts == 1 else np.flatnonzero(asks), tally):
        later = rank[a] > rank[b]
        one, two = np.where(later, a, b), np.where(later, b, a)
        good = at_home[two] & asks[one]
        if good.any():
            yield one[good], two[good]


def _ranks(placed: Placed) -> NDArray[np.int64]:
    """Events in order of vagueness, as in `engine.candidates`: of two the one of higher rank is sent to where the other lies."""
    long = placed.days[:, 1] - placed.days[:, 0] > SHORT_DAYS
    rank = np.empty(len(placed), dtype=np.int64)
    rank[np.lexsort((placed.radius_km, long))] = np.arange(len(placed))
    return rank
