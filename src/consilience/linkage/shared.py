"""Shared: what two claims must have in common to be of one level, and whether they do. Levels are not weighed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consilience.linkage.levels import Proposition, as_of, is_event, proposition
from consilience.model.claim import Claim
from consilience.model.period import DAY
from consilience.model.phenomenon import Kind


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that two claims of one level have in common, or do not, with what was found in them."""

    aspect: str
    holds: bool
    found: str


def conditions(a: Claim, b: Claim, slice_days: float) -> tuple[Condition, ...]:
    """What the claims must share, in order; that they share it all puts them into one fact, but for where slices are cut."""
    one, two = proposition(a), proposition(b)
    return (_shape(a, b), *_proposition(one, two), _unit(a, b), _time(a, b, slice_days))


def _shape(a: Claim, b: Claim) -> Condition:
    """A single event is linked by place and time; a denial of one is held against the facts that it contradicts."""
    return _same("shape", *(_shape_of(claim) for claim in (a, b)))


def _shape_of(claim: Claim) -> str:
    if not is_event(claim):
        return "a count over a period" if claim.phenomenon.kind is Kind.EVENT else "a level that lasts"
    return "the denial of a single event" if claim.modality.is_negation else "a single event"


def _proposition(one: Proposition, two: Proposition) -> Iterator[Condition]:
    yield _same("actor", one.actor, two.actor)
    yield _same("measure", one.measure, two.measure)
    yield _same("place", one.scope, two.scope)
    yield _same("counted", " ".join(one.counted), " ".join(two.counted))
    yield _same("tense", one.tense, two.tense)


def _unit(a: Claim, b: Claim) -> Condition:
    """Claims without a number go with those that have one."""
    one, two = (claim.count.unit if claim.count else "no number" for claim in (a, b))
    found = _same("unit", one, two)
    return found if a.count and b.count else Condition("unit", True, found.found)


def _time(a: Claim, b: Claim, slice_days: float) -> Condition:
    """Counts over a period start together; levels fall into one slice."""
    one, two = (as_of(claim) for claim in (a, b))
    if Kind.EVENT in (a.phenomenon.kind, b.phenomenon.kind):
        return _same(
            "start", *(f"{at:%Y-%m-%d}" if not (at.hour or at.minute) else f"{at:%Y-%m-%d %H:%M}" for at in (one, two))
        )
    days = abs(one - two) / DAY
    said = f"as of {one:%Y-%m-%d} and {two:%Y-%m-%d}; a fact covers less than {slice_days:g} days"
    return Condition("time", days < slice_days, said)


def _same(aspect: str, one: str, two: str) -> Condition:
    one, two = one or "none stated", two or "none stated"
    return Condition(aspect, one == two, f"both {one}" if one == two else f"{one} and {two}")
