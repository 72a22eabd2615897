"""Steps: how a strength may change from one day to the next, forwards and backwards; a jump is one kind of step."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from consilience.warning.grid import Array, Grid
from consilience.warning.habits import ANEW, REACHES, STAY, VANISH, Habits


def ahead(mass: Array, habits: Habits, grid: Grid) -> Array:
    """The distribution a day later, before that day's reports; (areas, cells) to the same."""
    moves, counted = habits.moves, mass[:, 1:]
    out = np.empty_like(mass)
    total = counted.sum(axis=1)
    _near(counted, moves, grid, out[:, 1:])
    out[:, 1:] += ((moves[ANEW] * total + habits.appears * mass[:, 0]) / counted.shape[1])[:, None]
    out[:, 0] = (1.0 - habits.appears) * mass[:, 0] + moves[VANISH] * total
    return out


def back(message: Array, habits: Habits, grid: Grid) -> Array:
    """What a day's message says of the day before; the adjoint of `ahead`."""
    moves, counted = habits.moves, message[:, 1:]
    out = np.empty_like(message)
    mean = counted.sum(axis=1) / counted.shape[1]
    _near(counted, moves, grid, out[:, 1:])
    out[:, 1:] += (moves[ANEW] * mean + moves[VANISH] * message[:, 0])[:, None]
    out[:, 0] = (1.0 - habits.appears) * message[:, 0] + habits.appears * mean
    return out


def kinds(before: Array, message: Array, habits: Habits, grid: Grid) -> tuple[Array, Array]:
    """The share of each kind of step between two days, (areas, kinds), and of none to stay and to end, (areas, 2).

    `before` is the distribution of the day before, `message` what that day and all later ones say.
    """
    held, counted = before[:, 1:], message[:, 1:]
    mean = counted.sum(axis=1) / counted.shape[1]
    found = np.empty((before.shape[0], len(habits.moves)))
    found[:, STAY] = (held * counted).sum(axis=1)
    sums = _sums(counted, grid)
    for number, far in enumerate(REACHES, start=1):
        reach, share = grid.reach(far)
        found[:, number] = share * (held * _box(sums, grid, reach)).sum(axis=1) + (1.0 - share) * found[:, STAY]
    total = held.sum(axis=1)
    found[:, ANEW] = total * mean
    found[:, VANISH] = total * message[:, 0]
    found *= habits.moves
    stays = (1.0 - habits.appears) * before[:, 0] * message[:, 0]
    none = np.stack([stays, habits.appears * before[:, 0] * mean], axis=1)
    whole = found.sum(axis=1) + none.sum(axis=1)
    return found / whole[:, None], none / whole[:, None]


def _near(counted: Array, moves: Array, grid: Grid, out: Array) -> None:
    """No step and the steps by reach together, into `out`. Sums run along the cells: no area depends on another."""
    stays, boxes = _boxes(tuple(moves.tolist()), grid)
    np.multiply(counted, stays, out=out)
    sums, size = _sums(counted, grid), counted.shape[1]
    most = grid.reach(REACHES[-1])[0]
    box = np.empty_like(counted)
    for reach, share in boxes:
        upper, lower = (sums[:, start : start + size] for start in (most + 1 + reach, most - reach))
        np.subtract(upper, lower, out=box)
        box *= share
        out += box
    np.maximum(out, 0.0, out=out)  # what rounding of the running sums leaves where there is nothing


@lru_cache(maxsize=64)
def _boxes(moves: tuple[float, ...], grid: Grid) -> tuple[float, tuple[tuple[int, float], ...]]:
    """The chance to stay in a cell; and for each kind of step its reach in cells, with the chance of each cell there."""
    reaches = [grid.reach(far) for far in REACHES]
    stays = sum((moves[at] * (1.0 - share) for at, (_, share) in enumerate(reaches, start=1)), moves[STAY])
    return stays, tuple(
        (reach, moves[at] * share / (2 * reach + 1)) for at, (reach, share) in enumerate(reaches, start=1)
    )


def _sums(counted: Array, grid: Grid) -> Array:
    """Running sums along the cells, padded so that every box may be cut out."""
    size, most = counted.shape[1], grid.reach(REACHES[-1])[0]
    sums = np.zeros((counted.shape[0], size + 2 * most + 1))
    np.cumsum(counted, axis=1, out=sums[:, most + 1 : most + 1 + size])
    sums[:, most + 1 + size :] = sums[:, most + size : most + size + 1]
    return sums


def _box(sums: Array, grid: Grid, reach: int) -> Array:
    """The mean over `reach` cells to either side of each; what lies beyond the ends counts as nothing."""
    most = grid.reach(REACHES[-1])[0]
    size = grid.cells - 1
    upper = sums[:, most + 1 + reach : most + 1 + reach + size]
    box = upper - sums[:, most - reach : most - reach + size]
    np.maximum(box, 0.0, out=box)  # what rounding of the running sums leaves where there is nothing
    box /= 2 * reach + 1
    return box
