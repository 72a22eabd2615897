"""Held: events in columns with room for more, from which any few are taken as `Events` of their own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from consilience.linkage.bags import Bags
from consilience.linkage.columns import Events, Kinds
from consilience.linkage.report import Report
from consilience.linkage.table import shelf
from consilience.model.phenomenon import Phenomenon

_LEAST = 1 << 10  # rows that a column has room for at least
T = TypeVar("T", bound=np.generic)


class Column(Generic[T]):
    """A column that grows by doubling, so that one more row costs little."""

    def __init__(self, values: NDArray[T]) -> None:
        """The first rows."""
        self.size = len(values)
        self._room = values
        self._widen(self.size + max(_LEAST, self.size // 8))

    @property
    def values(self) -> NDArray[T]:
        """All rows, in place."""
        return self._room[: self.size]

    def add(self, rows: ArrayLike, count: int = 1) -> None:
        """Some more rows."""
        if self.size + count > len(self._room):
            self._widen(2 * (self.size + count))
        self._room[self.size : self.size + count] = rows
        self.size += count

    def _widen(self, room: int) -> None:
        wider = np.empty((room, *self._room.shape[1:]), dtype=self._room.dtype)
        wider[: self.size] = self._room[: self.size]
        self._room = wider


@dataclass
class Names:
    """A vocabulary that grows: the number of each name, in order of their coming."""

    listed: list[str]
    number: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.number = {name: at for at, name in enumerate(self.listed)}

    def of(self, name: str) -> int:
        """The number of a name, which is new or not."""
        found = self.number.get(name)
        if found is None:
            found = self.number[name] = len(self.listed)
            self.listed.append(name)
        return found

    def few(self, numbers: NDArray[np.int32]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """The same numbers by a vocabulary of their own, in order of number."""
        own = np.unique(numbers)
        return np.searchsorted(own, numbers).astype(np.int32), tuple(self.listed[number] for number in own.tolist())


class Members:
    """Bags with room for more."""

    def __init__(self, bags: Bags) -> None:
        """The first bags."""
        self._starts, self._sizes = Column(bags.starts[: len(bags.sizes)]), Column(bags.sizes)
        self._members, self._names = Column(bags.members), Names(list(bags.names))

    def add(self, names: tuple[str, ...]) -> None:
        """One more bag."""
        self._starts.add(self._members.size)
        self._sizes.add(len(names))
        if names:
            self._members.add(sorted(self._names.of(name) for name in names), len(names))

    def take(self, rows: NDArray[np.int64]) -> Bags:
        """Some of the bags, by a vocabulary of their own, so that its size is theirs."""
        sizes = self._sizes.values[rows]
        ends = np.cumsum(sizes)
        at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(self._starts.values[rows] - (ends - sizes), sizes)
        members, names = self._names.few(self._members.values[at])
        starts = np.concatenate([[0], ends])
        if all(one < two for one, two in pairwise(names)):
            return Bags(starts, sizes, members, names)
        order = sorted(
            names
        )  # some are newer than the first events: sums have to be summed in order of name, as in all bags
        place = {name: at for at, name in enumerate(order)}
        rank = np.array([place[name] for name in names], dtype=np.int64)
        return Bags.gathered(np.repeat(np.arange(len(rows)), sizes), rank[members], len(rows), tuple(order))


@dataclass(frozen=True)
class Places:
    """What `engine.grid.Placed` asks of some events of all that are held."""

    held: Held
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        """How many events."""
        return len(self.rows)

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """Degrees."""
        return self.held.points.values[self.rows]

    @cached_property
    def radius_km(self) -> NDArray[np.float64]:
        """Their precision."""
        return self.held.radius_km.values[self.rows]

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """First and last."""
        return self.held.days.values[self.rows]

    @cached_property
    def kind(self) -> NDArray[np.int64]:
        """By which a crowd is parted."""
        return self.held.kind.values[self.rows].astype(np.int64)

    @cached_property
    def detail(self) -> NDArray[np.int64]:
        """By which a crowd is sorted: `Events.detail`."""
        return np.nan_to_num(self.held.count.values[self.rows], nan=-1.0).astype(np.int64)


class Held:
    """All events so far, by number in order of their coming."""

    def __init__(self, events: Events) -> None:
        """The first events; their columns are never written to."""
        self.ids: list[str] = events.ids.to_pylist()
        self.datasets = events.datasets
        self._dataset, self._datasets = Column(events.dataset), Names(list(events.datasets))
        self.points, self.radius_km, self.days = (
            Column(events.points),
            Column(events.radius_km),
            Column(events.days),
        )
        self._kinds, self.kind = events.kinds, Column(events.kinds.codes)
        self._paths = Names(list(events.kinds.paths))
        self._actors, self._words, self.count = Members(events.actors), Members(events.words), Column(events.count)

    def __len__(self) -> int:
        """How many events."""
        return len(self.ids)

    def add(self, report: Report) -> int:
        """One more event; its number."""
        spot = report.spot
        self._dataset.add(self._datasets.of(report.dataset))
        if len(self._datasets.listed) > len(self.datasets):
            self.datasets = tuple(self._datasets.listed)
        self.points.add((spot.lat, spot.lon))
        self.radius_km.add(spot.radius_km)
        self.days.add((spot.first, spot.last))
        self.kind.add(self._paths.of(report.kind))
        if len(self._paths.listed) > len(self._kinds.paths):
            self._kinds = Kinds.of(self.kind.values, [Phenomenon(path) for path in self._paths.listed])
        self._actors.add(report.actors)
        self._words.add(report.words)
        self.count.add(report.count)
        self.ids.append(report.name)
        return len(self.ids) - 1

    def take(self, rows: NDArray[np.int64]) -> Events:
        """Some of the events, by names of their own, and without their ids."""
        return Events(
            ids=pa.nulls(len(rows), pa.string()),
            dataset=self._dataset.values[rows],
            datasets=self.datasets,
            points=self.points.values[rows],
            radius_km=self.radius_km.values[rows],
            days=self.days.values[rows],
            kinds=replace(self._kinds, codes=self.kind.values[rows]),
            actors=self._actors.take(rows),
            count=self.count.values[rows],
            words=self._words.take(rows),
        )

    def in_order(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Some of the events in the order of `table.read`, which depends on what they say alone."""
        points, first = self.points.values[rows], self.days.values[rows, 0]
        keys = (points[:, 1], points[:, 0], first, shelf(points, first - first.min(initial=0)))
        order = np.lexsort(keys)
        alike = np.logical_and.reduce([key[order[1:]] == key[order[:-1]] for key in keys])
        if alike.any():
            names = [self.ids[row] for row in rows.tolist()]
            rank = np.empty(len(names), dtype=np.int64)
            rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
            order = np.lexsort((rank, *keys))
        return rows[order]
