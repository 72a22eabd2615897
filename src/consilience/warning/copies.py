"""Copies: one term for each lineage root, and how likely each report is what somebody had said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from consilience.warning.grid import Array, Flags, Grid, phi
from consilience.warning.report import Reports, Says

WINDOW_DAYS = 14
"""A report may be a copy of what was told within so many days before it."""
_LOOK_BACK = 16  # tellings before it in its area
_APART = 0.6  # in log count: the range that two estimates of one strength differ by, roughly
_RETOLD = 0.03  # spread in log count of a figure that is retold in other words


@dataclass(frozen=True, slots=True)
class Copies:
    """For each report what it may rest on.

    `weight` is the share of a term that it has, 0 where its root stands in the table; `told_before` the chance of its
    very interval if it was copied from one of those before it, `alike` how many of those it equals, `by_chance` how often
    two estimates of their own would be that much alike. `follows` says whether its source had spoken of the area within
    the window, `has_before` whether there was anything to copy.
    """

    weight: Array
    told_before: Array
    alike: Array
    by_chance: Array
    follows: Flags
    has_before: Flags


def find_copies(reports: Reports, grid: Grid, known: Container[str] = frozenset()) -> Copies:
    """Declared copies by their roots, others by their figures. Order of arrival plays no part: the day told does.

    `known` are ids of reports that stand in the table beside those given here.
    """
    weight = _by_root(reports, known)
    alike, many = _told_before(reports, weight, grid)
    low, high = widened(reports, grid)
    with np.errstate(invalid="ignore"):
        by_chance = np.clip(np.nan_to_num((high - low) / _APART, nan=1.0, posinf=1.0), 0.0, 1.0)
    told_before = alike / np.maximum(many, 1)
    weight = weight / _same_day(reports, weight)
    return Copies(weight, told_before, alike, by_chance, _follows(reports, weight), many > 0)


def _by_root(reports: Reports, beside: Container[str]) -> Array:
    """1 for a witness, 0 for what rests on a report of the table, 1/k each for k tellings of a root that is not there.

    Tellings of an area that are linked by any root are one witness.
    """
    weight = np.ones(len(reports))
    known = set(reports.ids)
    first: dict[tuple[int, str], tuple[int, str]] = {}

    def earliest(name: tuple[int, str]) -> tuple[int, str]:
        while first.setdefault(name, name) != name:
            first[name] = first.setdefault(first[name], first[name])
            name = first[name]
        return name

    waiting: list[tuple[int, str]] = []
    for at, roots in enumerate(reports.roots):
        above = sorted(roots - {reports.ids[at]})
        if not above:
            continue
        if any(root in known or root in beside for root in above):
            weight[at] = 0.0
            continue
        area = int(reports.area[at])
        for root in above:
            keep, gone = sorted((earliest((area, above[0])), earliest((area, root))))
            first[gone] = keep
        waiting.append((at, above[0]))
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for at, root in waiting:
        groups[earliest((int(reports.area[at]), root))].append(at)
    for members in groups.values():
        weight[members] = 1.0 / len(members)
    return weight


def _told_before(reports: Reports, weight: Array, grid: Grid) -> tuple[Array, Array]:
    """The chance of each interval as a copy of each of the tellings before it, added up, and how many those are."""
    size = len(reports)
    chance, found = np.zeros(size), np.zeros(size)
    can = np.flatnonzero((reports.says == Says.COUNT) & (weight > 0) & ~reports.is_none)
    order = can[np.lexsort((can, reports.told[can], reports.area[can]))]
    low, high = widened(reports, grid)
    point = reports.point
    for back in range(1, _LOOK_BACK + 1):
        later, earlier = order[back:], order[:-back]
        near = (reports.area[later] == reports.area[earlier]) & (
            reports.told[later] - reports.told[earlier] <= WINDOW_DAYS
        )
        later, earlier = later[near], earlier[near]
        with np.errstate(invalid="ignore"):
            inside = (reports.low[later] <= reports.low[earlier]) & (reports.high[later] >= reports.high[earlier])
            bounded = np.isfinite(reports.low[later]) & np.isfinite(reports.high[later])
            same = (reports.low[later] == reports.low[earlier]) & (reports.high[later] == reports.high[earlier])
            near_it = phi((high[later] - point[earlier]) / _RETOLD) - phi((low[later] - point[earlier]) / _RETOLD)
        exact = np.where(bounded, inside, same)
        chance[later] += 0.5 * exact + 0.5 * np.nan_to_num(near_it)
        found[later] += 1
    return chance, found


def _same_day(reports: Reports, weight: Array) -> Array:
    """How many reports each source has of an area on a day: however often it speaks that day, its word is one."""
    many = np.ones(len(reports))
    counted = np.flatnonzero(weight > 0)
    keys = np.stack([reports.area[counted], reports.source[counted], reports.day[counted]])
    _, at, found = np.unique(keys, axis=1, return_inverse=True, return_counts=True)
    many[counted] = found[at.ravel()]
    return many


def _follows(reports: Reports, weight: Array) -> Flags:
    """Whether the source of each report had spoken of its area within the window."""
    follows = np.zeros(len(reports), dtype=bool)
    counted = np.flatnonzero(weight > 0)
    order = counted[np.lexsort((counted, reports.day[counted], reports.source[counted], reports.area[counted]))]
    later, earlier = order[1:], order[:-1]
    same = (reports.area[later] == reports.area[earlier]) & (reports.source[later] == reports.source[earlier])
    gap = reports.day[later] - reports.day[earlier]
    follows[later] = same & (gap <= WINDOW_DAYS) & (gap > 0)
    beside = same & (reports.day[later] == reports.day[earlier])
    for at in np.flatnonzero(beside):  # of several on one day, all follow what the first of them follows
        follows[later[at]] = follows[earlier[at]]
    return follows


def widened(reports: Reports, grid: Grid) -> tuple[Array, Array]:
    """The intervals in log count, none narrower than a quarter of a cell: less than that the grid cannot tell."""
    least = grid.step / 8
    middle = reports.point
    narrow = reports.high - middle < least
    low = np.where(narrow, middle - least, reports.low)
    return low, np.where(narrow, middle + least, reports.high)
