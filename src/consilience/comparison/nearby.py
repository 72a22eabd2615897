"""Nearby: pairs of groups that may bear on each other, by measure, actor, place and time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from consilience.linkage.levels import Group, Proposition, as_of
from consilience.model.extent import Geography
from consilience.model.period import DAY
from consilience.model.place import Place, Site

# A group is paired with the one group of each other proposition that is nearest in time, and with this many
# single sites. What is beyond is further away in time than what is shown.
_SITES = 3
# In a measure of more propositions than `_CROWD`, a group is paired with the first `_KEPT` that fit among the
# `_LOOKED_AT` groups nearest in time. Else a hundred thousand villages would all be set beside each other.
_CROWD, _LOOKED_AT, _KEPT = 100, 24, 6


class Span(NamedTuple):
    """From when to when a group reaches (days since 1970), and which group it is."""

    first: float
    last: float
    number: int


def nearby(groups: Sequence[Group], geography: Geography, gap: float) -> list[tuple[int, int]]:
    """Pairs of group numbers, smaller first, in order, whose spans lie within `gap` days of each other.

    Pairs share the measure; their actors are one or unknown; their places may meet, or one is present and
    the other ahead. Two single sites meet only in one square degree or the ones beside it.
    """
    spans = [_span(group, number) for number, group in enumerate(groups)]
    wide: dict[str, dict[Proposition, list[Span]]] = defaultdict(lambda: defaultdict(list))
    sites: dict[str, dict[tuple[int, int], list[Span]]] = defaultdict(lambda: defaultdict(list))
    for number, group in enumerate(groups):
        site = _site(group)
        measure = group.proposition.measure
        if site is None:
            wide[measure][group.proposition].append(spans[number])
        else:
            sites[measure][round(site.lat), round(site.lon)].append(spans[number])
    pairs: set[tuple[int, int]] = set()
    for propositions in wide.values():
        paired = _wide_pairs if len(propositions) <= _CROWD else _crowded_pairs
        pairs.update(paired(propositions, groups, geography, gap))
    for measure, squares in sites.items():
        pairs.update(_site_pairs(squares, gap))
        pairs.update(_mixed_pairs(wide[measure], squares, groups, gap))
    return sorted(pair for pair in pairs if _one_actor(groups, pair))


def consecutive(groups: Sequence[Group], horizon: float) -> list[tuple[int, int]]:
    """Pairs of neighbouring slices of one proposition that lie no more than `horizon` days apart, in order."""
    slices: dict[tuple[Proposition, str], list[Span]] = defaultdict(list)
    for number, group in enumerate(groups):
        if group.kind == "level":
            slices[group.proposition, group.unit].append(_span(group, number))
    return sorted(
        (min(one.number, two.number), max(one.number, two.number))
        for listed in slices.values()
        for one, two in pairwise(sorted(listed))
        if two.first - one.last <= horizon
    )


def _wide_pairs(
    propositions: dict[Proposition, list[Span]], groups: Sequence[Group], geography: Geography, gap: float
) -> Iterator[tuple[int, int]]:
    """Each group with the nearest groups of every other proposition whose place meets its own."""
    sweeps = {shared: Sweep(listed) for shared, listed in propositions.items()}
    places = _places(propositions, groups)
    ordered = sorted(sweeps)
    for at, one in enumerate(ordered):
        for two in ordered[at + 1 :]:
            if _comparable(one, two) and (one.tense != two.tense or geography.meets(places[one], places[two])):
                for span in propositions[one]:
                    yield from sweeps[two].nearest(span, gap, 1)


def _crowded_pairs(
    propositions: dict[Proposition, list[Span]], groups: Sequence[Group], geography: Geography, gap: float
) -> Iterator[tuple[int, int]]:
    """The same among many propositions: each group looks only at those nearest in time."""
    places = _places(propositions, groups)
    sweep = Sweep([span for listed in propositions.values() for span in listed])
    for one, listed in propositions.items():
        for span in listed:
            met: set[Proposition] = set()
            for a, b in sweep.nearest(span, gap, _LOOKED_AT):
                two = groups[b if a == span.number else a].proposition
                if two == one or two in met or not _comparable(one, two):
                    continue
                if one.tense != two.tense or geography.meets(places[one], places[two]):
                    met.add(two)
                    yield a, b
                    if len(met) == _KEPT:
                        break


def _places(propositions: dict[Proposition, list[Span]], groups: Sequence[Group]) -> dict[Proposition, Place]:
    """The place of each proposition, as its first claim names it."""
    return {shared: groups[listed[0].number].claims[0].place for shared, listed in propositions.items()}


def _comparable(one: Proposition, two: Proposition) -> bool:
    """Whether the scopes differ in one aspect only, place or what is counted: those are added up by mistake."""
    actors = one.actor == two.actor or not one.actor or not two.actor
    return actors and (one.counted == two.counted or one.scope == two.scope)


def _site_pairs(squares: dict[tuple[int, int], list[Span]], gap: float) -> Iterator[tuple[int, int]]:
    """Each site with the nearest in time of its own square degree and those around it."""
    for (lat, lon), listed in squares.items():
        around = [(lat + north, lon + east) for north in (-1, 0, 1) for east in (-1, 0, 1)]
        sweep = Sweep([span for square in around for span in squares.get(square, ())])
        for span in listed:
            yield from sweep.nearest(span, gap, _SITES)


def _mixed_pairs(
    propositions: dict[Proposition, list[Span]],
    squares: dict[tuple[int, int], list[Span]],
    groups: Sequence[Group],
    gap: float,
) -> Iterator[tuple[int, int]]:
    """Each wide group with the sites nearest in time: levels, and events that it may deny."""
    sweep = Sweep([span for listed in squares.values() for span in listed])
    for listed in propositions.values():
        for span in listed:
            group = groups[span.number]
            if group.kind == "level" or any(claim.modality.is_negation for claim in group.claims):
                yield from sweep.nearest(span, gap, _SITES)


class Sweep:
    """Spans in order of their starts, to find those nearest to another."""

    def __init__(self, spans: list[Span]) -> None:
        """Sort once."""
        self._ordered = sorted(spans)
        self._starts = [span.first for span in self._ordered]
        self._longest = max((span.last - span.first for span in self._ordered), default=0.0)

    def nearest(self, one: Span, gap: float, most: int) -> Iterator[tuple[int, int]]:
        """Up to `most` pairs with the spans within `gap` days of `one`, those with the nearest start first."""
        first = bisect_left(self._starts, one.first - self._longest - gap)
        last = bisect_right(self._starts, one.last + gap)
        near = self._ordered[first:last]
        if len(near) > 4 * most:
            middle = bisect_left(self._starts, one.first) - first
            near = near[max(0, middle - 2 * most) : middle + 2 * most]
        found = sorted(
            (abs(two.first - one.first), two.number) for two in near
            if two.number != one.number and two.last >= one.first - gap
        )  # fmt: skip
        for _, number in found[:most]:
            yield (min(one.number, number), max(one.number, number))


def _span(group: Group, number: int) -> Span:
    times = [as_of(claim).timestamp() / DAY.total_seconds() for claim in group.claims]
    return Span(min(times), max(times), number)


def _site(group: Group) -> Site | None:
    """The one site that all claims of a group are at; None for anything wider."""
    site = group.claims[0].place.point
    return site if site is not None and all(claim.place.point == site for claim in group.claims[1:]) else None


def _one_actor(groups: Sequence[Group], pair: tuple[int, int]) -> bool:
    one, two = groups[pair[0]].proposition.actor, groups[pair[1]].proposition.actor
    return one == two or not one or not two
