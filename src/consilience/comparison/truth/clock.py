"""Clock: minutes on a dial of 24 hours. A report is so many minutes early or late; sources differ in how, by definition."""

from __future__ import annotations

import re

import numpy as np

from consilience.comparison.truth.ballot import Ballot, Relations
from consilience.comparison.truth.table import Floats, Ints

DIAL = 1440.0
EDGES = np.array([0.5, 2.5, 5.5, 10.5, 15.5, 20.5, 30.5, 60.5, 120.5, 721.0])  # minutes
_SIDE = len(EDGES) - 1
LEVELS = (
    "same", *(f"up to {int(edge)} early" for edge in EDGES[1:]), *(f"up to {int(edge)} late" for edge in EDGES[1:]),
    "half a day",
)  # fmt: skip
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)


def minutes(text: str) -> float | None:
    """Minutes after midnight of `835`, `13:55` or `1:55 pm`; None for anything else."""
    bare = text.strip()
    if found := _CLOCK.fullmatch(bare):
        hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        return float((hour * 60 + minute) % DIAL)
    try:
        number = float(bare)
    except ValueError:
        return None
    return number % DIAL if np.isfinite(number) else None


def key(text: str) -> str | None:
    """What is compared: minutes, without idle decimals."""
    found = minutes(text)
    return None if found is None else f"{found:.10g}"


def apart(one: Floats, two: Floats) -> Floats:
    """Signed minutes from the second to the first on the dial, in [-720, 720)."""
    found: Floats = (one - two + DIAL / 2) % DIAL - DIAL / 2
    return found


def relate(ballot: Ballot, weight: Floats) -> Relations:
    """By how much each report is off each candidate, in levels of minutes; inside a level all minutes are alike."""
    at = positions(ballot)
    off = apart(at[ballot.choice[ballot.report]], at[ballot.candidate])
    step = np.minimum(np.searchsorted(EDGES, np.abs(off)), _SIDE)
    level = np.where(off > 0, step + _SIDE, step)
    level[step == 0] = 0
    spread = -np.log(np.diff(np.concatenate(([-0.5], EDGES))))[step]
    half = np.abs(np.abs(off) - DIAL / 2) < 0.5
    level[half], spread[half] = len(LEVELS) - 1, 0.0
    agree = np.interp(np.nan_to_num(np.abs(off), nan=DIAL), [1.0, 3.0, 6.0, 11.0], [1.0, 0.8, 0.3, 0.0])
    return Relations(LEVELS, level, spread, agree, off)


def alike(ballot: Ballot, one: Ints, two: Ints) -> Floats:
    """By pair of reports, from 1 for the same two minutes to 0 for more than ten apart."""
    at = positions(ballot)
    off = np.abs(apart(at[ballot.choice[one]], at[ballot.choice[two]]))
    found: Floats = np.interp(np.nan_to_num(off, nan=DIAL), [2.5, 5.5, 10.5], [1.0, 0.5, 0.0])
    return found


def positions(ballot: Ballot) -> Floats:
    """By candidate, its minutes; NaN for what cannot be read."""
    return np.array([np.nan if key.startswith("?") else float(key) for key in ballot.key])
