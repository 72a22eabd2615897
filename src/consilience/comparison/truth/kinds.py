"""Kinds: what each kind of attribute compares, and how two of its values relate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from consilience.comparison.truth import category, clock, numbers, places, points, sets
from consilience.comparison.truth.ballot import Ballot, Relations
from consilience.comparison.truth.table import Floats, Ints
from consilience.errors import UsageError


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `sides` is the number of levels early (and of as many late) after the first, 0 where there are none."""

    name: str
    key: Callable[[str], str | None]
    relate: Callable[[Ballot, Floats], Relations]
    alike: Callable[[Ballot, Ints, Ints], Floats]
    sides: int = 0


NO_TREE = places.Tree(None)
NAMES = ("category", "set", "place", "point", "number", "clock")


def of(name: str | None, attribute: str, tree: places.Tree) -> Kind:
    """The kind of that name, or an error that names the attribute."""
    if name == "category":
        return Kind(name, category.key, category.relate, category.alike)
    if name == "place":
        return Kind(name, category.key, partial(places.relate, tree=tree), category.alike)
    if name == "point":
        return Kind(name, points.key, points.relate, points.alike)
    if name == "set":
        return Kind(name, sets.key, sets.relate, category.alike)
    if name == "number":
        return Kind(name, numbers.key, numbers.relate, numbers.alike, sides=len(numbers.EDGES) - 1)
    if name == "clock":
        return Kind(name, clock.key, clock.relate, clock.alike, sides=len(clock.EDGES) - 1)
    raise UsageError(f"kinds[{attribute!r}]", repr(name), f"one of {', '.join(NAMES)}")


def choose(attributes: list[str], kinds: Mapping[str, str], hierarchy: Mapping[str, str] | None) -> list[Kind]:
    """The kind of each attribute."""
    tree = places.Tree(hierarchy)
    return [of(kinds.get(attribute), attribute, tree) for attribute in attributes]
