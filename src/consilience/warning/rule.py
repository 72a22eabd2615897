"""Rule: how far the sightings of a day carry, whoever is left out (ADR 25).

`raw` reads a step off the indicators that somebody saw. What a level is worth is the least, over all sets of hands left
out, of the step that the rest would give, plus one for each hand left out. Hence, whatever a partner says and however
often: with it the level is at most one step above what it is without it; and k who collude move it by k steps at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from consilience.model.indicator import Bent, Indicator, Stage
from consilience.warning.level import Step
from consilience.warning.sighting import Sighting

Hands = frozenset[str]
_SEVERAL = 2
_TOP = max(Step)
_NOBODY: Hands = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """An indicator that was seen, with the fewest hands behind each of its sightings."""

    indicator: Indicator
    behind: tuple[Hands, ...]

    def without(self, out: Hands) -> bool:
        """Whether it is still seen by somebody with the hands of `out` left out."""
        return any(not hands & out for hands in self.behind)


def gathered(indicators: Iterable[Indicator], seen: Mapping[str, Iterable[Sighting]]) -> tuple[Seen, ...]:
    """The indicators that were seen; of hands of which some hold all that others do, the others alone.

    However often a partner tells a thing, it has one hand in it.
    """
    found = []
    for each in indicators:
        told = {one.hands for one in seen.get(each.id, ())}
        if told and each.bent is not Bent.RELIEF:
            found.append(Seen(each, _least(told)))
    return tuple(found)


def _least(told: Iterable[Hands]) -> tuple[Hands, ...]:
    """Those of several sets that contain no other, in order."""
    kept: list[Hands] = []
    for hands in sorted(told, key=lambda each: (len(each), sorted(each))):
        if not any(other <= hands for other in kept):
            kept.append(hands)
    return tuple(kept)


def raw(seen: Iterable[Seen], out: Hands = _NOBODY) -> Step:
    """The step that the indicators give which are seen with some hands left out. More seen is never less."""
    left = [each.indicator for each in seen if each.without(out)]
    means = sum(each.bent is Bent.CAPABILITY for each in left)
    intent = any(each.bent is Bent.INTENT for each in left)
    late = any(each.stage is Stage.LATE for each in left)
    if means >= _SEVERAL and intent:
        return Step.WARNING if late else Step.ALERT
    if means >= _SEVERAL or (means and intent):
        return Step.WATCH
    return Step.ATTENTION if left else Step.ROUTINE


@lru_cache(maxsize=4096)
def worth(seen: tuple[Seen, ...]) -> Step:
    """The least, over all sets of hands left out, of the step of the rest plus one for each of them."""
    return worth_without(seen, _NOBODY)


def worth_without(seen: tuple[Seen, ...], out: Hands) -> Step:
    """What is worth what the rest tells, with the hands of `out` gone."""
    least = raw(seen, out)
    for size, more in _left_out(seen, out):
        if size + Step.ROUTINE >= least:
            break
        least = min(least, Step(min(raw(seen, out | more) + size, _TOP)))
    return least


@lru_cache(maxsize=1024)
def rests_on(seen: tuple[Seen, ...]) -> tuple[str, ...]:
    """The fewest hands without which it would be worth less: whose word it is. Nobody's where it is routine."""
    whole = worth(seen)
    if whole is Step.ROUTINE:
        return ()
    for _, out in _left_out(seen, _NOBODY):
        if worth_without(seen, out) < whole:
            return tuple(sorted(out))
    return ()


def _left_out(seen: tuple[Seen, ...], gone: Hands) -> Iterator[tuple[int, Hands]]:
    """Sets of hands to leave out, small ones first, of those that matter: who stands behind no more than another is skipped."""
    behind: dict[str, frozenset[Hands]] = {}
    for each in seen:
        for hands in each.behind:
            if not hands & gone:
                for hand in hands:
                    behind[hand] = behind.get(hand, frozenset()) | {hands}
    chief: list[str] = []
    for hand in sorted(behind, key=lambda name: (-len(behind[name]), _SORT.get(":" in name, 0), name)):
        if not any(behind[hand] <= behind[other] for other in chief):
            chief.append(hand)
    for size in range(1, _TOP - Step.ROUTINE):
        for out in combinations(sorted(chief), size):
            yield size, frozenset(out)


_SORT = {False: 0, True: 1}  # a partner's name before a root's, where both stand behind the same
