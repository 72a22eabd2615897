"""Dispute: a conflict as the pages draw it, each partner's figure on one scale and the dissenter named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from consilience.comparison.values import interval
from consilience.model.claim import Claim
from consilience.model.fact import Fact, Holding, Relation
from consilience.web.view import View, last_report
from consilience.web.words import period_words

_WORDS_ONLY = 0.2  # how sharp a conflict without figures is, on the scale of the logarithm of two figures' ratio
_MARGIN = 0.08  # of the scale, left free at either end
_SIDES = 6  # claims drawn of one conflict
WIDTH = 100.0  # of the scale, in its own units


@dataclass(frozen=True, slots=True)
class Side:
    """One claim in a dispute: who says what, and where that lies on the scale (None: no figure).

    `apart` is empty on the side that most partners take, and else how the claim stands apart from it.
    """

    claim: Claim
    value: str
    apart: str
    start: float | None = None
    width: float = 0.0
    best: float = 0.0


@dataclass(frozen=True, slots=True)
class Dispute:
    """A conflicting fact, its sides from the smallest figure up, and the pair that disagree most.

    `hidden` counts the claims that are not drawn; a dissenter always is.
    """

    fact: Fact
    when: str
    sides: tuple[Side, ...]
    hidden: int
    pair: tuple[Claim, Claim]
    between_focus: bool
    sharpness: float


@dataclass(frozen=True, slots=True)
class Scale:
    """A common scale for figures: where it begins, and how long one unit of the figures is on it."""

    low: float
    unit: float

    @classmethod
    def over(cls, spans: Sequence[tuple[float, float]]) -> Scale | None:
        """A scale that holds all intervals with a margin; None for fewer than two, which compare with nothing."""
        if len(spans) < 2:
            return None
        low, high = min(span[0] for span in spans), max(span[1] for span in spans)
        room = (high - low) * _MARGIN or 1.0
        return cls(low - room, WIDTH / ((high - low) + 2 * room))

    def at(self, value: float) -> float:
        """Where a figure lies."""
        return round((value - self.low) * self.unit, 2)


def disputes(view: View, facts: Iterable[Fact]) -> list[Dispute]:
    """The conflicts among some facts, the sharpest first: between partners in focus, by ratio, then the newest."""
    found = []
    for fact in facts:
        pairs = [_pair(view, relation) for relation in view.conflicts(fact)]
        between = [pair for pair in pairs if pair[0].partner != pair[1].partner]
        if between:
            found.append(_dispute(view, fact, max(between, key=lambda pair: _rank(view, pair))))
    return sorted(
        found,
        key=lambda dispute: (
            not dispute.between_focus, -dispute.sharpness, -last_report(dispute.fact).toordinal(), dispute.fact.id,
        ),
    )  # fmt: skip


def _pair(view: View, relation: Relation) -> tuple[Claim, Claim]:
    """The claims of a relation, those of partners in focus first."""
    one, two = view.claims[relation.a], view.claims[relation.b]
    first, _ = view.cast.ordered([one.partner, two.partner])
    return (one, two) if one.partner == first else (two, one)


def _rank(view: View, pair: tuple[Claim, Claim]) -> tuple[bool, float, str, str]:
    """Which of a fact's pairs to tell: partners in focus, then the ratio of the figures."""
    return _both_in_focus(view, pair), _sharpness(pair), pair[0].id, pair[1].id


def _both_in_focus(view: View, pair: tuple[Claim, Claim]) -> bool:
    return all(claim.partner in view.cast.focus for claim in pair)


def _sharpness(pair: tuple[Claim, Claim]) -> float:
    """The logarithm of the ratio of two figures; a fixed step where one side gives none."""
    counts = [claim.count.centre for claim in pair if claim.count]
    if len(counts) == 2 and min(counts) > 0:
        return abs(log(counts[0] / counts[1]))
    return _WORDS_ONLY


def _dispute(view: View, fact: Fact, pair: tuple[Claim, Claim]) -> Dispute:
    """One conflict, drawn."""
    current = [holding for holding in fact.holdings if holding.is_current]
    apart = _standing_apart(current)
    scale = Scale.over([span for holding in current if (span := _ends(view, holding.claim))])
    sides = [_side(view, holding.claim, apart.get(holding.claim.id, ""), scale) for holding in current]
    shown = sorted(sides, key=lambda side: (side.claim not in pair, not side.apart))[:_SIDES]
    shown.sort(key=lambda side: (side.start is None, side.best, side.claim.id))
    hidden = len(sides) - len(shown)
    return Dispute(fact, period_words(fact), tuple(shown), hidden, pair, _both_in_focus(view, pair), _sharpness(pair))


def _side(view: View, claim: Claim, apart: str, scale: Scale | None) -> Side:
    """One claim, on the scale where there is one and it gives a figure."""
    span = _ends(view, claim)
    if scale is None or span is None or claim.count is None:
        return Side(claim, claim.value, apart)
    start, end = scale.at(span[0]), scale.at(span[1])
    return Side(claim, claim.value, apart, start, round(end - start, 2), scale.at(claim.count.centre))


def _ends(view: View, claim: Claim) -> tuple[float, float] | None:
    """The interval that a claim's figure stands for when it is compared."""
    if claim.count is None:
        return None
    found = interval(claim.count, view.desk.settings)
    return found.low, found.high


def _standing_apart(current: list[Holding]) -> dict[str, str]:
    """Claims that are not on the side most partners take: nobody, where two sides are equal.

    A partner dissents when no claim of its own is on that side; one with claims on both only differs with itself.
    """
    partners: dict[int, set[str]] = defaultdict(set)
    for holding in current:
        partners[holding.side].add(holding.claim.partner)
    sizes = sorted((len(members) for members in partners.values()), reverse=True)
    if len(sizes) < 2 or sizes[0] == sizes[1]:
        return {}
    most = next(side for side, members in partners.items() if len(members) == sizes[0])
    return {
        holding.claim.id: "differs" if holding.claim.partner in partners[most] else "dissents"
        for holding in current
        if holding.side != most
    }
