"""Report: what one claim says of a strength, as the filter reads it; and many of them as columns in one fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from math import inf, isfinite, log
from typing import Any

import numpy as np

from consilience.errors import UsageError
from consilience.warning.grid import Array, Flags, Ints

_ROUND = 0.05  # "some 90,000": a figure of two significant digits at most holds within five percent (formats.md)


class Says(IntEnum):
    """What kind of thing a report says."""

    COUNT = 0  # so many, as an interval; 0 to 0 is "none"
    DENIED = 1  # that there is nothing, without having looked for all to see
    NOT_SEEN = 2  # that who looked there did not see it


@dataclass(frozen=True, slots=True)
class Report:
    """One telling: in `area`, on `day`, `source` says that the count lies from `low` to `high` (inf is open).

    `told` is the day on which it was reported. `roots` are where it began, reports by their id or origins that no
    report stands for; empty is itself.
    """

    id: str
    area: str
    day: int
    told: int
    source: str
    low: float = 0.0
    high: float = inf
    says: Says = Says.COUNT
    roots: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        """Refuse what no strength can be.

        Raises:
            UsageError: for an interval that is empty, negative or not a number.
        """
        if not (0 <= self.low <= self.high and isfinite(self.low)):
            raise UsageError(f"report {self.id}", f"a count from {self.low:g} to {self.high:g}", "0 <= low <= high")


@dataclass(frozen=True)
class Reports:
    """Reports as columns, in order of area, day, day told and id: the same for any order of arrival.

    `low` and `high` are in log count (-inf and inf where open); `point` is the middle of a count that is bounded on
    both sides, else NaN. `area` and `source` index `areas` and `sources`.
    """

    ids: tuple[str, ...]
    areas: tuple[str, ...]
    sources: tuple[str, ...]
    area: Ints
    day: Ints
    told: Ints
    source: Ints
    says: Ints
    low: Array
    high: Array
    roots: tuple[frozenset[str], ...]

    @property
    def point(self) -> Array:
        """The middle of each bounded count in log count, else NaN."""
        bounded = np.isfinite(self.low) & np.isfinite(self.high) & (self.says == Says.COUNT)
        with np.errstate(invalid="ignore"):
            return np.where(bounded, 0.5 * (self.low + self.high), np.nan)

    @property
    def is_none(self) -> Flags:
        """Which count nothing at all."""
        return np.asarray((self.says == Says.COUNT) & (self.high == -inf))

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)


def in_order(reports: Iterable[Report]) -> list[Report]:
    """Reports in the order that the filter reads them in, each id once.

    Raises:
        UsageError: where one id stands for two contents.
    """
    found: dict[str, Report] = {}
    for report in reports:
        if found.setdefault(report.id, report) != report:
            raise UsageError(f"report {report.id}", "two contents under one id", "an id for each report")
    return sorted(found.values(), key=lambda each: (each.area, each.day, each.told, each.id))


def columns(reports: Iterable[Report], sources: Sequence[str] | None = None) -> Reports:
    """Reports as columns; `sources`, where given, is the list that they are numbered by."""
    listed = in_order(reports)
    areas = sorted({report.area for report in listed})
    names = tuple(sources) if sources is not None else tuple(sorted({report.source for report in listed}))
    number = {name: at for at, name in enumerate(names)}
    place = {name: at for at, name in enumerate(areas)}
    bounds = [_bounds(report) for report in listed]
    return Reports(
        ids=tuple(report.id for report in listed),
        areas=tuple(areas),
        sources=names,
        area=_ints(place[report.area] for report in listed),
        day=_ints(report.day for report in listed),
        told=_ints(report.told for report in listed),
        source=_ints(number[report.source] for report in listed),
        says=_ints(report.says for report in listed),
        low=np.array([low for low, _ in bounds], dtype=np.float64),
        high=np.array([high for _, high in bounds], dtype=np.float64),
        roots=tuple(report.roots for report in listed),
    )


def read(table: Any) -> list[Report]:  # noqa: ANN401  Arrow, pandas, polars or a mapping of columns
    """Reports from a table with columns area, day, source, low, high, and, where there are any, id, told, says, roots.

    An empty `high` is open, an empty `low` is 0, `says` is `count`, `denied` or `not-seen`, `roots` are separated by
    spaces. A report is told on its day where nothing else is said.

    Raises:
        UsageError: naming the columns that are missing.
    """
    given = _lists(table)
    missing = sorted({"area", "day", "source", "low", "high"} - set(given))
    if missing:
        raise UsageError("table of reports", f"no column {', '.join(missing)}", "area, day, source, low and high")
    size = len(given["area"])
    blank: list[Any] = [None] * size
    kinds = {"count": Says.COUNT, "denied": Says.DENIED, "not-seen": Says.NOT_SEEN}
    rows = zip(*(given.get(name, blank) for name in _COLUMNS), range(size), strict=True)
    found = []
    for area, day, source, low, high, name, told, says, roots, number in rows:
        kind = str(says) if says else "count"
        if kind not in kinds:
            raise UsageError(f"report {number + 1}: says", repr(says), "count, denied or not-seen")
        found.append(
            Report(
                id=str(name) if name else f"{number:09d}",
                area=str(area),
                day=int(day),
                told=int(day if told is None else told),
                source=str(source),
                low=0.0 if _empty(low) else float(low),
                high=inf if _empty(high) else float(high),
                says=kinds[kind],
                roots=frozenset(str(roots).split()) if roots and not _empty(roots) else frozenset(),
            )
        )
    return found


_COLUMNS = ("area", "day", "source", "low", "high", "id", "told", "says", "roots")


def _lists(table: Any) -> dict[str, list[Any]]:  # noqa: ANN401  as above
    """The columns of a table as lists."""
    arrow = table if hasattr(table, "to_pydict") else table.to_arrow() if hasattr(table, "to_arrow") else None
    if arrow is not None:
        return {str(name): list(values) for name, values in arrow.to_pydict().items()}
    names = table.columns if hasattr(table, "columns") else table.keys()
    return {str(name): list(table[name]) for name in names}


def _empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and cell != cell)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _bounds(report: Report) -> tuple[float, float]:
    """The interval in log count. A bare figure holds within what its digits say: 94,300 is 94,250 to 94,350."""
    low, high = report.low, report.high
    if low == high and low > 0:
        half = spread(low)
        low, high = low - half, high + half
    return (log(low) if low > 0 else -inf), (-inf if high == 0 else inf if high == inf else log(high))


def spread(figure: float) -> float:
    """How far a bare figure reaches to either side: 5 % at up to two significant digits, else half of its last one."""
    digits = f"{figure:.0f}".rstrip("0") if figure >= 1 else "1"
    if len(digits) <= 2:
        return _ROUND * figure
    return 0.5 * 10.0 ** (len(f"{figure:.0f}") - len(digits))
