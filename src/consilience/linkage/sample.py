"""Sample: pairs to learn from, drawn around events that are spread evenly through a large table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consilience.engine.candidates import candidate_pairs
from consilience.engine.grid import CORNER, KM_A_DEGREE, MOST_DAYS
from consilience.engine.near import Window
from consilience.linkage.columns import Events

_PAIRS = 200_000  # about
_SMALL = 5_000  # events all of which look
_SITE_DEGREES = 0.05  # of a square in which what one data set tells on a day may be one thing told often
_HEARD = 0.99  # of the sites and days that a data set tells of, those where it is heard in full
_RUN = 40  # neighbours that look together: they have their surroundings in common
_TRIAL = 8  # runs that look first, to see how many pairs there are
_FAR_NORTH = 0.3  # cosine of the latitude beyond which surroundings are not widened further


@dataclass(frozen=True, slots=True)
class Sample:
    """Pairs of events by their numbers in `events`."""

    events: Events
    a: NDArray[np.int32]
    b: NDArray[np.int32]

    def __len__(self) -> int:
        """How many pairs."""
        return len(self.a)


def sample(events: Events, window: Window) -> Sample:
    """About as many candidates as it takes, of two data sets where there are several."""
    if len(events) <= _SMALL:
        return _looked(events, window, np.arange(len(events)))
    trial = _looked(events, window, _spread(len(events), _TRIAL))
    runs = int(_TRIAL * _PAIRS / max(1, len(trial)))
    return trial if runs <= _TRIAL else _looked(events, window, _spread(len(events), runs))


def heard(events: Events) -> Events:
    """The events, of those that one data set tells of one site and day only so many: who tells a thing often is heard no more.

    As many are heard as the middle one of the data sets tells of all but one in a hundred of its sites and days. Each site and day
    counts once there, however much is told of it: a flood hardly moves the bar that it is held against.
    """
    square = np.floor((events.points + CORNER) / _SITE_DEGREES).astype(np.int64)
    day = events.days[:, 0] - events.days[:, 0].min(initial=0)
    key = (square[:, 0] * int(360 / _SITE_DEGREES + 1) + square[:, 1]) * len(events.datasets) + events.dataset
    order = np.lexsort((day, key))
    new = (np.diff(key[order], prepend=-1) != 0) | (np.diff(day[order], prepend=-1) != 0)
    begins = np.flatnonzero(new)
    first = begins[np.cumsum(new) - 1]
    many, teller = np.diff(begins, append=len(order)), events.dataset[order[begins]]
    usual = np.zeros(len(begins))
    for one in np.unique(teller):
        usual[teller == one] = np.quantile(many[teller == one], _HEARD, method="higher")
    bar = np.quantile(usual, 0.5, method="lower") if len(usual) else 0.0
    kept = order[np.arange(len(order)) - first < bar]
    return events if len(kept) == len(events) else events.take(np.sort(kept))


def _spread(size: int, runs: int) -> NDArray[np.int64]:
    """Events in runs of neighbours, spread evenly."""
    runs = min(runs, size // _RUN)
    starts = np.linspace(0, size - _RUN, runs).astype(np.int64)
    return np.unique((starts[:, None] + np.arange(_RUN)).ravel())


def _looked(events: Events, window: Window, lookers: NDArray[np.int64]) -> Sample:
    """The candidates of some events, among what surrounds them."""
    near = np.arange(len(events)) if len(events) <= _SMALL else _surroundings(events, window, lookers)
    some = events.take(near)
    looking = None if len(lookers) == len(events) else np.searchsorted(near, lookers)
    found = [(np.empty(0, np.int32), np.empty(0, np.int32))]
    single = len(events.datasets) < 2
    for a, b in candidate_pairs(some, window, looking):
        kept = slice(None) if single else some.dataset[a] != some.dataset[b]
        found.append((a[kept], b[kept]))
    return Sample(some, np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found]))


def _surroundings(events: Events, window: Window, lookers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The events in the squares and spans of days of the lookers, and in those next to them."""
    turn = (window.km + 2 * float(events.radius_km.max())) / KM_A_DEGREE
    lowest = max(_FAR_NORTH, float(np.cos(np.radians(np.abs(events.points[:, 0]).max()))))
    sides = np.array([turn, turn / lowest])
    cells = np.floor((events.points + CORNER) / sides).astype(np.int64)
    first, last = events.days.T
    longest = min(MOST_DAYS, int((last - first).max()))
    span = (first - first.min()) // (longest + window.days[1] + 1) + 1
    columns, spans = int(360 / sides[1]) + 3, int(span.max()) + 2
    key = ((cells[:, 0] + 1) * columns + cells[:, 1] + 1) * spans + span
    steps = [(r * columns + c) * spans + s for r in (-1, 0, 1) for c in (-1, 0, 1) for s in (-1, 0, 1)]
    wanted = np.unique(np.unique(key[lookers])[:, None] + np.array(steps))
    return np.flatnonzero(np.isin(key, wanted))
