"""Changes: what a copy made of the claim that it rests on."""

from __future__ import annotations

from consilience.comparison.pair import Pair, Timing
from consilience.comparison.phrases import amount, period, scope
from consilience.model.claim import Claim, number


def changes(pair: Pair) -> tuple[str, ...]:
    """What a copy (`pair.a`) changed of its origin (`pair.b`): modality, phenomenon, value, scope, period, finder."""
    copy, origin = pair.a, pair.b
    found = []
    if copy.modality is not origin.modality:
        found.append(f"changed modality: {origin.modality.value} became {copy.modality.value}")
    if copy.phenomenon != origin.phenomenon:
        found.append(f"changed phenomenon: {origin.phenomenon.path} became {copy.phenomenon.path}")
    if not pair.one_value:
        found.append(f"changed value: {_exactly(origin)} became {_exactly(copy)}")
    if not pair.same_scope or copy.place.parts != origin.place.parts:
        found.append(f"changed scope: {scope(origin)} became {scope(copy)}")
    if pair.timing not in (Timing.SAME, Timing.UNKNOWN):
        found.append(f"changed period: {period(origin)} became {period(copy)}")
    if copy.speaker.is_identity and copy.speaker.state not in (origin.speaker.state, copy.partner):
        found.append(f"changed finder: {origin.speaker.name} became {copy.speaker.name}")
    if copy.phenomenon.path == "provenance/finder":
        found.append(f"changed finder: of {origin.speaker.name}'s claim")
    return tuple(found)


def _exactly(claim: Claim) -> str:
    """A number with the interval that it states, since a copy may round it."""
    count = claim.count
    if count is None or count.best is None or count.low is None or count.high is None or count.low == count.high:
        return amount(claim)
    return f"{amount(claim)} ({number(count.low)}–{number(count.high)})"
