"""Columns: events side by side, as linkage compares them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consilience.model.phenomenon import Phenomenon

_WORD = re.compile(r"[^\W_]{4,}")


@dataclass(frozen=True, slots=True)
class Events:
    """Events as columns of one length, in order of their ids.

    `points` (n, 2) degrees, `radius_km` (n), `days` (n, 2) since 1970, `count` NaN where none is given.
    """

    ids: tuple[str, ...]
    dataset: tuple[str, ...]
    points: NDArray[np.float64]
    radius_km: NDArray[np.float64]
    days: NDArray[np.int64]
    types: tuple[Phenomenon, ...]
    actors: tuple[frozenset[str], ...]
    count: NDArray[np.float64]
    words: tuple[frozenset[str], ...]


def words(text: str) -> frozenset[str]:
    """The words of a text that carry content: longer than three letters, lower case."""
    return frozenset(_WORD.findall(text.lower()))
