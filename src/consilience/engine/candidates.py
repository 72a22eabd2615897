"""Candidates: pairs of events near enough in place and time to be compared, each found once.

Events are filed by square and day (`grid`); an event looks into the squares that its own precision reaches. Of two
events the vaguer looks for the more precise one, so that no town is searched for a whole district around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consilience.engine.grid import Chart, Filed, Look, Placed, looks
from consilience.engine.near import Near, Numbers, Order, Pairs, Tally, Window

_BATCH = 1 << 16  # pairs at a time
# Events of more days than this are few, and look for all others: nobody has to look back that far for them.
SHORT_DAYS = 3
_NEIGHBOURS = 32  # on either side of an event, in a square where too much happened
_SAMPLE = 4_000  # of pairs that a cap left out


def candidate_pairs(
    places: Placed, window: Window, lookers: NDArray[np.int64] | None = None, tally: Tally | None = None
) -> Iterator[Pairs]:
    """Pairs of event numbers in batches, the one that looked first; each pair once, in no particular order.

    With `lookers` (ascending numbers) only those look, at all others; a pair of two lookers comes once still.
    """
    tally = tally if tally is not None else Tally()
    if len(places) < 2:
        return
    classes, chosen = _classes(places), np.ones(len(places), dtype=bool)
    if lookers is not None:
        chosen[:] = False
        chosen[lookers] = True
    hunt = _Hunt(places, Near.of(places, window), Chart.of(places), tally)
    order = None if lookers is None else Order(_ranks(places, classes), chosen)
    for mine in np.flatnonzero(np.bincount(classes[chosen])):
        looking = np.flatnonzero((classes == mine) & chosen)
        for theirs in np.flatnonzero(np.bincount(classes)):
            others = np.flatnonzero(classes == theirs)
            if lookers is not None or theirs < mine:
                yield from hunt.across(looking, others, order)
            elif theirs == mine:
                yield from hunt.among(others)


@dataclass(frozen=True, slots=True)
class _Hunt:
    """Looking for pairs, class by class."""

    places: Placed
    near: Near
    chart: Chart
    tally: Tally

    def across(self, looking: NDArray[np.int64], others: NDArray[np.int64], order: Order | None) -> Iterator[Pairs]:
        """Pairs of those that look with others."""
        filed = self._filed(looking, others)
        for look in looks(filed, looking, self.near.window.days):
            hot = look.counts > self.near.window.most
            if hot.any():
                crowd = _neighbours(self.places, filed, look.where(hot), self.tally)
                yield from self.near.keep(crowd, order, self.tally)
                look = look.where(~hot)
            yield from self.near.keep(_spread(filed, look), order, self.tally)

    def among(self, events: NDArray[np.int64]) -> Iterator[Pairs]:
        """Pairs of some events, all of which look: each at those that were filed before it."""
        filed = self._filed(events, events)
        place = filed.positions()
        for look in looks(filed, events, self.near.window.days, filed.keys[place[events]]):
            hot = look.counts > self.near.window.most
            if hot.any():
                crowd = _neighbours(self.places, filed, look.where(hot), self.tally)
                yield from self.near.keep(crowd, Order(place, None), self.tally)
            yield from self.near.keep(_spread(filed, look.where(~hot).before(place)), None, self.tally)

    def _filed(self, looking: NDArray[np.int64], others: NDArray[np.int64]) -> Filed:
        radius = self.places.radius_km
        return Filed.of(self.chart, others, float(self.near.window.km + radius[looking].max() + radius[others].max()))


def _classes(places: Placed) -> NDArray[np.int64]:
    """Classes of precision, each up to four times as vague as the one before; events of many days are one beyond all others."""
    classes = np.ceil(np.log2(np.maximum(places.radius_km, 1.0)) / 2).astype(np.int64)
    long = places.days[:, 1] - places.days[:, 0] > SHORT_DAYS
    return np.where(long, classes.max(initial=0) + 1, classes)


def _ranks(places: Placed, classes: NDArray[np.int64]) -> NDArray[np.int32]:
    """Events in order of vagueness, those of equal vagueness by number."""
    order = np.lexsort((np.arange(len(places)), places.radius_km, classes))
    rank = np.empty(len(places), dtype=np.int32)
    rank[order] = np.arange(len(places), dtype=np.int32)
    return rank


def _spread(filed: Filed, look: Look) -> Iterator[tuple[Numbers, Numbers]]:
    """Every looker beside every event in its run, in batches."""
    ends = np.cumsum(look.counts)
    start = 0
    while start < len(ends):
        before = int(ends[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + _BATCH, side="right")))
        counts = look.counts[start:end]
        first = look.low[start:end] - (ends[start:end] - counts - before)
        total = int(counts.sum())
        a = np.repeat(look.events[start:end], counts)
        yield a, filed.events[np.arange(total) + np.repeat(first, counts)]
        start = end


def _neighbours(places: Placed, filed: Filed, look: Look, tally: Tally) -> Iterator[tuple[Numbers, Numbers]]:
    """Where too much happened: a looker beside the events sorted next to it by kind, day and detail.

    The sorted neighbourhood of Hernández and Stolfo (1995).
    """
    squares = filed.squares()
    asked = squares[look.low]
    at = np.flatnonzero(np.isin(squares, asked))
    held = filed.events[at]
    everyone = np.concatenate([held, look.events])
    place = np.concatenate([squares[at], asked])
    is_looker = np.arange(len(everyone)) >= len(held)
    order = np.lexsort(
        (is_looker, everyone, places.detail[everyone], places.days[everyone, 0], places.kind[everyone], place)
    )
    before = np.cumsum(~is_looker[order])
    position = np.empty(len(everyone), dtype=np.int64)
    position[order] = before
    ranked = Filed(filed.side_km, held[order[~is_looker[order]]], filed.keys, filed.longest, filed.chart)
    middle = position[len(held) :]
    bounds = np.sort(place[: len(held)])
    low = np.maximum(np.searchsorted(bounds, asked), middle - _NEIGHBOURS)
    high = np.minimum(np.searchsorted(bounds, asked, side="right"), middle + _NEIGHBOURS)
    tally.hot += len(look.events)
    tally.left_out += int((look.counts - np.minimum(look.counts, high - low)).sum())
    _remember(places, filed, look, tally)
    yield from _spread(ranked, Look(look.events, low, high - low))


def _remember(places: Placed, filed: Filed, look: Look, tally: Tally) -> None:
    """Keep a sample of what lookers that met a cap would have been held against."""
    step = max(1, len(look.events) * 16 // _SAMPLE)
    for event, low, count in zip(look.events[::step], look.low[::step], look.counts[::step], strict=True):
        listed = filed.events[low : low + count].astype(np.int32)
        some = listed[:: max(1, len(listed) // 16)][:16]
        tally.dropped.append((np.full(len(some), event, dtype=np.int32), some))
