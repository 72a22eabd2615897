"""Places on a hierarchy: the parent of the truth is vague, not wrong (Jung, Kim, Shim, EDBT 2019)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from consilience.comparison.truth.ballot import Ballot, Relations
from consilience.comparison.truth.category import key, parts, popularity
from consilience.comparison.truth.table import Flags, Floats, Ints

LEVELS = ("same", "other", "vaguer", "finer")


class Tree:
    """Which place lies in which, by compared names."""

    def __init__(self, hierarchy: Mapping[str, str] | None) -> None:
        """Take child -> parent."""
        self._parent = {key(child): key(parent) for child, parent in sorted((hierarchy or {}).items())}
        self._above: dict[str, tuple[str, ...]] = {}
        self._below: dict[str, int] = {}
        for child in self._parent:
            for above in self.above(child):
                self._below[above] = self._below.get(above, 0) + 1

    def below(self, name: str) -> int:
        """How many places lie in a place, at least 1."""
        return max(self._below.get(name, 0), 1)

    def above(self, name: str) -> tuple[str, ...]:
        """The places that a place lies in, nearest first; a circle ends where it began."""
        if name not in self._above:
            found: list[str] = []
            at = self._parent.get(name)
            while at is not None and at != name and at not in found:
                found.append(at)
                at = self._parent.get(at)
            self._above[name] = tuple(found)
        return self._above[name]


def relate(ballot: Ballot, weight: Floats, tree: Tree) -> Relations:
    """Same, vaguer, finer, or elsewhere."""
    named = ballot.choice[ballot.report]
    level = (named != ballot.candidate).astype(np.int64)
    spread = np.where(level == 1, popularity(ballot, weight), 0.0)
    codes = dict(zip(ballot.key, ballot.code.tolist(), strict=True))
    depth = {code: len(tree.above(name)) for name, code in codes.items()}
    inside = np.array(
        sorted(
            code * len(codes) + codes[above] for name, code in codes.items() for above in tree.above(name)
            if above in codes
        ),
        np.int64,
    )  # fmt: skip
    said, stood = ballot.code[named], ballot.code[ballot.candidate]
    vaguer = _among(stood * len(codes) + said, inside)
    finer = _among(said * len(codes) + stood, inside)
    depths = np.array([depth[code] for code in range(len(codes))], float)
    level[vaguer] = 2
    level[finer] = 3
    spread[finer] -= np.log(np.array([tree.below(name) for name in _names(codes)], float)[stood[finer]])
    spread[vaguer] = -np.log(np.maximum(depths[stood[vaguer]], 1.0))
    return Relations(LEVELS, level, spread, np.isin(level, (0, 2)).astype(float), parts=parts(ballot))


def _among(wanted: Ints, listed: Ints) -> Flags:
    if not len(listed):
        return np.zeros(len(wanted), bool)
    found: Flags = listed[np.minimum(np.searchsorted(listed, wanted), len(listed) - 1)] == wanted
    return found


def _names(codes: dict[str, int]) -> list[str]:
    return sorted(codes, key=codes.__getitem__)
