"""Columns: events side by side, as linkage compares them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from consilience.linkage.bags import Bags, Rows
from consilience.model.phenomenon import Phenomenon

_WORD = re.compile(r"[^\W_]{3,}")
_DEEPEST = 6  # segments of a path that are told apart
_FEW_KINDS = 1_000


@dataclass(frozen=True, slots=True)
class Kinds:
    """What events were, as paths in the taxonomy: for each event its path, for each path its segments (0 where it ends)."""

    codes: NDArray[np.int32]
    segments: NDArray[np.int32]
    table: NDArray[np.int8] | None  # steps between any two paths, where these are few
    paths: tuple[str, ...] = ()

    @classmethod
    def of(cls, codes: NDArray[np.int32], paths: Sequence[Phenomenon]) -> Kinds:
        """Paths as segments that are numbered in order of their names."""
        parts = [path.path.split("/")[:_DEEPEST] for path in paths]
        number = {name: at for at, name in enumerate(sorted({name for listed in parts for name in listed}), start=1)}
        segments = np.zeros((max(1, len(parts)), _DEEPEST), dtype=np.int32)
        for row, listed in enumerate(parts):
            segments[row, : len(listed)] = [number[name] for name in listed]
        few = len(segments) <= _FEW_KINDS
        table = _steps(segments[:, None], segments[None]) if few else None
        return cls(codes, segments, table, tuple(path.path for path in paths))

    def steps(self, a: Rows, b: Rows) -> NDArray[np.int8]:
        """Steps up and down the tree between the kinds of each pair (`Phenomenon.distance`)."""
        one, two = self.codes[a], self.codes[b]
        if self.table is None:
            return _steps(self.segments[one], self.segments[two])
        found: NDArray[np.int8] = self.table.ravel().take(one * len(self.table) + two)
        return found


def _steps(one: NDArray[np.int32], two: NDArray[np.int32]) -> NDArray[np.int8]:
    """Steps between paths, their segments along the last axis."""
    shared = np.logical_and.accumulate((one == two) & (one > 0), axis=-1).sum(axis=-1)
    found: NDArray[np.int8] = ((one > 0).sum(axis=-1) + (two > 0).sum(axis=-1) - 2 * shared).astype(np.int8)
    return found


@dataclass(frozen=True, slots=True)
class Events:
    """Events as columns of one length.

    `ids` are unique; `dataset` (n) numbers into `datasets`; `points` (n, 2) degrees; `radius_km` (n); `days` (n, 2) since
    1970; `count` (n), NaN where none is given; `actors` and `words` bags of names and of words.
    """

    ids: pa.Array
    dataset: NDArray[np.int32]
    datasets: tuple[str, ...]
    points: NDArray[np.float64]
    radius_km: NDArray[np.float64]
    days: NDArray[np.int64]
    kinds: Kinds
    actors: Bags
    count: NDArray[np.float64]
    words: Bags

    def __len__(self) -> int:
        """How many events."""
        return len(self.points)

    def take(self, rows: NDArray[np.int64]) -> Events:
        """Some of the events, by number; what names mean stays."""
        return Events(
            ids=self.ids.take(pa.array(rows)),
            dataset=self.dataset[rows],
            datasets=self.datasets,
            points=self.points[rows],
            radius_km=self.radius_km[rows],
            days=self.days[rows],
            kinds=replace(self.kinds, codes=self.kinds.codes[rows]),
            actors=self.actors.take(rows),
            count=self.count[rows],
            words=self.words.take(rows),
        )

    @property
    def kind(self) -> NDArray[np.int64]:
        """What parts a place where too much happened (`engine.candidates.Places`)."""
        return self.kinds.codes.astype(np.int64)

    @property
    def detail(self) -> NDArray[np.int64]:
        """What is sorted next to one another there: equal counts, then none."""
        return np.nan_to_num(self.count, nan=-1.0).astype(np.int64)


def words(text: str) -> frozenset[str]:
    """The words of a text that carry content: of three letters and more, lower case."""
    return frozenset(_WORD.findall(text.lower()))


def coded(names: Iterable[str]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """A number for each name, and the names in order."""
    listed = list(names)
    known = tuple(sorted(set(listed)))
    number = {name: at for at, name in enumerate(known)}
    return np.array([number[name] for name in listed], dtype=np.int32), known
