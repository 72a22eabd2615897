"""Evidence: what a comparison found in two reports, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.bags import Bags
from consilience.linkage.patterns import Comparer, distances_km, gap_days

_NAMED = 6  # names or words that are said; more are counted


def found(comparer: Comparer, a: int, b: int) -> dict[str, str]:
    """By comparison (`weights.LABELS`), what two events by number hold: `3.1 km apart, stated precision 2 km each`."""
    events = comparer.events
    return {
        "distance": _distance(comparer, a, b),
        "time": _time(comparer, a, b),
        "kind": _both(events.kinds.paths[events.kinds.codes[a]], events.kinds.paths[events.kinds.codes[b]]),
        "count": _both(*(f"{value:g}" if not np.isnan(value) else "none given" for value in events.count[[a, b]])),
        "actors": _actors(events.actors, a, b),
        "words": _words(comparer, a, b),
        "data set": _both(*(events.datasets[number] for number in events.dataset[[a, b]])),
    }


def _pair(a: int, b: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return np.array([a], dtype=np.int32), np.array([b], dtype=np.int32)


def _both(one: str, two: str) -> str:
    return f"both {one}" if one == two else f"{one} and {two}"


def _distance(comparer: Comparer, a: int, b: int) -> str:
    """The distance, and how well both places are known."""
    points, radius = comparer.events.points, comparer.events.radius_km
    km = float(distances_km(points[[a]], points[[b]])[0])
    one, two = (f"{value:g} km" for value in radius[[a, b]])
    return f"{km:.1f} km apart, stated precision {f'{one} each' if one == two else f'{one} and {two}'}"


def _time(comparer: Comparer, a: int, b: int) -> str:
    """The days, and those between them."""
    one, two = (_days(*comparer.events.days[number]) for number in (a, b))
    gap = int(gap_days(comparer.events, *_pair(a, b))[0])
    between = f", {gap} day{'' if gap == 1 else 's'} apart" if gap else ""
    return _both(one, two) + between


def _days(first: np.int64, last: np.int64) -> str:
    one, two = (str(np.datetime64(int(day), "D")) for day in (first, last))
    return one if one == two else f"{one} to {two}"


def _actors(bags: Bags, a: int, b: int) -> str:
    """The names in common, or those of either."""
    one, two = _members(bags, a), _members(bags, b)
    common = [name for name in one if name in two]
    if common:
        return f"{_some(common)} in both"
    return _both(_some(one) or "none given", _some(two) or "none given")


def _words(comparer: Comparer, a: int, b: int) -> str:
    """The words in common, those worth most first, and the cosine."""
    bags, worth = comparer.events.words, comparer.weights.worth
    one, two = _members(bags, a), _members(bags, b)
    if not one or not two:
        return "no text in " + ("both" if not one and not two else "one of them")
    common = sorted((name for name in one if name in two), key=lambda name: (-worth.get(name, 1.0), name))
    cosine = float(comparer.cosine(*_pair(a, b))[0])
    return f"{_some(common) or 'no word'} in both, cosine {cosine:.2f}"


def _members(bags: Bags, number: int) -> list[str]:
    start = bags.starts[number]
    return sorted(bags.names[member] for member in bags.members[start : start + bags.sizes[number]].tolist())


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
