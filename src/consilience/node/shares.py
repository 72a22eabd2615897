"""Shares: where the objects that partners put into a comparison stand in the node's own logs.

A comparison is signed with hashes alone, which say nothing of what went in. For the node to draw it again from its
ledger, it records beside it in which entries the objects stand: a few runs of indices for any number of them, and
nothing by which an object that is erased later could be guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from consilience.ledger.entries import Ledger
from consilience.model.entry import SharePlaces
from consilience.trust.statement import reread

_RUNS = 25_000  # in one entry: far below the bound on an envelope, however long the numbers are


def recalled(ledger: Ledger, share: str) -> tuple[str, ...]:
    """The digests of a share, in order, by where they were recorded; those of what was erased since are gone."""
    digests: set[str] = set()
    for place in recorded(ledger):
        if place.share == share:
            wanted = set(_spots(place))
            for entry in ledger.entries(place.log, since=place.runs[0][0]):
                if entry.index in wanted and entry.digest is not None:
                    digests.add(entry.digest)
                if entry.index >= sum(place.runs[-1]):
                    break
    return tuple(sorted(digests))


def recorded(ledger: Ledger) -> Iterator[SharePlaces]:
    """Where the shares of earlier comparisons stand."""
    for entry in ledger.entries(kinds=frozenset({"share"})):
        content = reread(entry.envelope).content if entry.envelope is not None else None
        if isinstance(content, SharePlaces):
            yield content


def places_of(share: str, objects: Iterable[tuple[str, int]]) -> Iterator[SharePlaces]:
    """Where the objects of a share stand, given as (log, index), log by log."""
    indices: dict[str, list[int]] = defaultdict(list)
    for log, index in objects:
        indices[log].append(index)
    for log in sorted(indices):
        runs = list(_runs(sorted(indices[log])))
        for start in range(0, len(runs), _RUNS):
            yield SharePlaces(share, log, tuple(runs[start : start + _RUNS]))


def _runs(indices: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending indices as runs (first, how many)."""
    first, count = 0, 0
    for index in indices:
        if count and index == first + count:
            count += 1
            continue
        if count:
            yield first, count
        first, count = index, 1
    if count:
        yield first, count


def _spots(place: SharePlaces) -> Iterator[int]:
    """The indices of some runs."""
    for first, count in place.runs:
        yield from range(first, first + count)
