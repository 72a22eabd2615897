"""Dissent: who stands apart from the others, on what basis. Shown beside every pool; it is no fault to be outvoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from consilience.conclusions.distance import Span, Sure, all_sure, same_numbers, total_variation
from consilience.conclusions.stand import Stand
from consilience.model.identity import PartnerId

_FEWEST = 3  # of two who differ, each is the other's dissenter


@dataclass(frozen=True, slots=True)
class Dissent:
    """The partner without whom the others are nearest to each other.

    `others_concur` says whether they then are the same; `alone` are the roots that it alone holds (none where another's
    basis is not known), `lacks` those that others hold and it does not (none where its own is not known); `nearest` is the other partner that is nearest to it and how far (total variation).
    """

    partner: PartnerId
    others_concur: Sure
    alone: tuple[str, ...]
    lacks: tuple[str, ...]
    nearest: tuple[PartnerId, Span]


def dissenter(stands: Sequence[Stand]) -> Dissent | None:
    """The one dissenter; None of two partners, or where no one stands apart more than any other.

    First whose absence makes the others surely concur; among several of these, and where there are none, whose absence
    leaves the others least apart. Whoever ties is no dissenter.
    """
    if len(stands) < _FEWEST:
        return None
    ranked = sorted((_rank([other for other in stands if other is not each]), each.partner, each) for each in stands)
    (first, _, found), (second, _, _) = ranked[:2]
    if first == second:
        return None
    others = [each for each in stands if each is not found]
    held = frozenset[str]().union(*(each.roots for each in others))
    distances = {each.partner: total_variation(found.position, each.position) for each in others}
    nearest = min(distances, key=lambda name: (distances[name].most, distances[name].least, name))
    return Dissent(
        found.partner,
        _concur(others),
        tuple(sorted(found.roots - held)) if all(each.roots for each in others) else (),
        tuple(sorted(held - found.roots)) if found.roots else (),
        (nearest, distances[nearest]),
    )


def _concur(stands: Sequence[Stand]) -> Sure:
    """Whether the numbers of all are the same."""
    return all_sure([same_numbers(a.position, b.position) for a, b in combinations(stands, 2)])


def _rank(others: Sequence[Stand]) -> tuple[int, float]:
    """How little the others are apart: concurring first, then by the worst pair."""
    worst = max(total_variation(a.position, b.position).most for a, b in combinations(others, 2))
    return [Sure.YES, Sure.CANNOT_TELL, Sure.NO].index(_concur(others)), worst
