"""Numbers: counts and measures, compared by their ratio; sources round, and some count more than others."""

from __future__ import annotations

import re

import numpy as np

from consilience.comparison.truth.ballot import Ballot, Relations
from consilience.comparison.truth.category import popularity
from consilience.comparison.truth.table import Floats, Ints

EDGES = np.array([1e-9, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, np.inf])  # in natural logs of the ratio
LEVELS = ("same", *(f"{side}{edge:g}" for side in ("-", "+") for edge in EDGES[1:].tolist()))
_NUMBER = re.compile(r"[+-]?(\d+([ ,'_]\d{3})*|\d*)(\.\d*)?([eE][+-]?\d+)?")
_WIDEST = 3.0  # logs: what lies beyond a ratio of e is spread over this


def amount(text: str) -> float | None:
    """The number of `150000`, `150,000` or `1.5e5`; None for anything else."""
    bare = text.strip()
    if not _NUMBER.fullmatch(bare) or not re.search(r"\d", bare):
        return None
    found = float(re.sub(r"[ ,'_]", "", bare))
    return found if np.isfinite(found) else None


def key(text: str) -> str | None:
    """What is compared: the number, however it is written."""
    found = amount(text)
    return None if found is None else f"{found:.15g}"


def relate(ballot: Ballot, weight: Floats) -> Relations:
    """By what ratio each report is off each candidate, in levels; inside a level, figures of one precision are alike."""
    at = np.array([_value(key) for key in ballot.key])
    said, stood = at[ballot.choice[ballot.report]], at[ballot.candidate]
    off = _ratio(said, stood)
    step = np.minimum(np.searchsorted(EDGES, np.abs(off)), len(EDGES) - 1)
    level = np.where(off > 0, step + len(EDGES) - 1, step)
    level[step == 0] = 0
    widths = np.diff(np.minimum(np.concatenate(([0.0], EDGES)), _WIDEST))
    many = np.maximum(widths[step] * np.abs(np.nan_to_num(said)) / _grain(ballot), 1.0)
    # A wrong figure that others tell too is told for a reason.
    spread = np.where(step == 0, 0.0, np.maximum(-np.log(many), popularity(ballot, weight)))
    return Relations(LEVELS, level, spread, _closeness(off), off)


def alike(ballot: Ballot, one: Ints, two: Ints) -> Floats:
    """By pair of reports, from 1 for one figure to 0 for more than 3 % apart."""
    at = np.array([_value(key) for key in ballot.key])
    return _closeness(_ratio(at[ballot.choice[one]], at[ballot.choice[two]]))


def _closeness(off: Floats) -> Floats:
    found: Floats = np.interp(np.abs(off), [1e-9, 0.003, 0.01, 0.03], [1.0, 0.5, 0.3, 0.0])
    return found


def _value(key: str) -> float:
    try:
        return float(key)
    except ValueError:
        return np.nan


def _ratio(said: Floats, stood: Floats) -> Floats:
    """The log of the ratio; without one (a zero, two signs) as far apart as can be."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(said / stood)
    found = np.where(said == stood, 0.0, found)
    return np.nan_to_num(found, nan=_WIDEST, posinf=_WIDEST, neginf=-_WIDEST)


def _grain(ballot: Ballot) -> float:
    """The finest step that half of the figures use."""
    places = sorted(len(key.partition(".")[2]) if "e" not in key else 0 for key in ballot.key)
    return float(10.0 ** -places[len(places) // 2]) if places else 1.0
