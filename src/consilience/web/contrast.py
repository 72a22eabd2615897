"""Contrast: how the picture of an audience differs from ours, in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from consilience.comparison.picture import Picture
from consilience.model.fact import Fact, Verdict
from consilience.model.identity import FactId
from consilience.web.view import telling
from consilience.web.words import VERDICTS, plural


@dataclass(frozen=True, slots=True)
class Pair:
    """One fact as they would hold it, and ours that rests on most of the same claims."""

    theirs: Fact
    ours: Fact | None


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which the pictures differ, and our facts of which it is true, the most telling first."""

    key: str
    text: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Their facts beside ours, the most telling first, and what is different."""

    pairs: tuple[Pair, ...]
    changes: tuple[Change, ...]
    alike: int


def contrast(ours: Picture, theirs: Picture) -> Contrast:
    """What an audience would hold of what we hold. A claim is the same claim by its id."""
    facts = {fact.id: fact for fact in ours.facts}
    stands: dict[str, list[FactId]] = defaultdict(list)
    for fact in ours.facts:
        for holding in fact.holdings:
            stands[holding.claim.id].append(fact.id)
    pairs = []
    for fact in sorted(theirs.facts, key=telling):
        shared = Counter(name for holding in fact.holdings for name in stands.get(holding.claim.id, ()))
        best = min(shared, key=lambda name: (-shared[name], name), default=None)
        pairs.append(Pair(fact, facts[best] if best else None))
    matched = {pair.ours.id for pair in pairs if pair.ours}
    unseen = [fact for fact in ours.facts if fact.id not in matched]
    alike = sum(_reads(pair.theirs) == _reads(pair.ours) for pair in pairs if pair.ours)
    return Contrast(tuple(pairs), (*_verdicts(pairs), *_others(pairs, unseen)), alike)


def _reads(fact: Fact) -> tuple[Verdict, str]:
    return fact.finding.verdict, fact.finding.headline


def _verdicts(pairs: Iterable[Pair]) -> Iterable[Change]:
    """Facts with one verdict for us and another for them."""
    told: dict[tuple[Verdict, Verdict], list[Fact]] = defaultdict(list)
    for pair in pairs:
        if pair.ours:
            told[pair.ours.finding.verdict, pair.theirs.finding.verdict].append(pair.ours)
    for ours, theirs in product(VERDICTS, VERDICTS):
        found = told.get((ours.verdict, theirs.verdict))
        if found and ours is not theirs:
            text = f"{_many(found, 'is', 'are')} {ours.counted} for us, {theirs.counted} for them"
            yield Change(theirs.key, text, _ordered(found))


def _others(pairs: Iterable[Pair], unseen: list[Fact]) -> Iterable[Change]:
    """Facts with one verdict and other figures, and what is on one side only."""
    same = [(pair.ours, pair.theirs) for pair in pairs if pair.ours]
    figures = [
        ours
        for ours, theirs in same
        if ours.finding.verdict is theirs.finding.verdict and _reads(ours) != _reads(theirs)
    ]
    only = sum(pair.ours is None for pair in pairs)
    if figures:
        yield Change(
            "standing", f"{_many(figures, 'has', 'have')} the same finding with other figures", _ordered(figures)
        )
    if unseen:
        yield Change("unseen", f"{plural(len(unseen), 'fact')} of ours they would not see", _ordered(unseen))
    if only:
        yield Change("sole", f"{plural(only, 'fact')} would be in their picture alone", ())


def _many(facts: list[Fact], one: str, more: str) -> str:
    return f"{plural(len(facts), 'fact')} {one if len(facts) == 1 else more}"


def _ordered(facts: list[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=telling))
