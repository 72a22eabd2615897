"""Copiers: sources that copy one another's whole record, as the errors that they share over a picture tell. Evidence, no verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from consilience.comparison.picture import Picture
from consilience.comparison.weighed import Weighing

_MOST_ROWS = 5_000  # beyond, a picture is weighed only when that is asked for


@dataclass(frozen=True, slots=True)
class Copiers:
    """Sources, each `UKR/reuters` or an origin key, that copy one another: the posterior, and the evidence in words."""

    members: tuple[str, ...]
    posterior: float
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """`UKR/x and USA/y copy one another (0.99): 12 of 14 errors shared …`."""
        return f"{' and '.join(self.members)} copy one another ({self.posterior:.2f}): {'; '.join(self.reasons)}"


@dataclass(frozen=True, slots=True)
class Tie:
    """Two witnesses of a fact by number, and how likely it is that one has it from the other."""

    one: int
    two: int
    chance: float


def find_copiers(picture: Picture) -> tuple[Copiers, ...]:
    """The groups of copiers of a picture, by their first member; none where it has too many rows to be weighed in passing.

    What analysts ruled has no part in it: a lineage is the same for everybody who has the claims.
    """
    weighing = Weighing(picture)
    if not 0 < weighing.rows <= _MOST_ROWS:
        return ()
    return tuple(
        Copiers(tuple(row["members"]), row["posterior"], tuple(row["evidence"]))
        for row in weighing.truth.groups.to_pylist()
    )


def ties(witnesses: Sequence[frozenset[str]], found: Iterable[Copiers]) -> Iterator[tuple[Tie, Copiers]]:
    """The witnesses, each as the names of its sources, that groups of copiers tie, each pair with its group.

    A witness is tied where all of its sources are in the group: one that somebody else tells too stands for itself.
    """
    for group in found:
        members = frozenset(group.members)
        inside = [number for number, names in enumerate(witnesses) if names and names <= members]
        for one, two in combinations(inside, 2):
            yield Tie(one, two, group.posterior), group
