"""Words: how a fact is titled, in the analysts' terms."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from consilience.linkage.levels import Group
from consilience.model.claim import Claim, Tense
from consilience.model.phenomenon import Phenomenon

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def title(group: Group) -> str:
    """`RUS personnel, near UKR border`, with what is counted when that limits it."""
    shared = group.proposition
    measure = Phenomenon(shared.measure).words
    paths = {claim.phenomenon.path for claim in group.claims}
    if len(paths) == 1 and shared.measure not in paths:
        measure = group.claims[0].phenomenon.words
    words = " ".join(part for part in (shared.actor, measure) if part)
    place = place_words(group.claims, shared.scope)
    counted = f" ({' '.join(shared.counted)})" if shared.counted else ""
    ahead = ", ahead" if shared.tense == Tense.AHEAD.value and "intent" not in shared.measure else ""
    return f"{words[:1].upper()}{words[1:]}{counted}{', ' + place if place else ''}{ahead}"


def place_words(claims: tuple[Claim, ...], scope: str) -> str:
    """The place as most claims of that scope name it; a vague border that is named in several ways is the scope."""
    names = Counter(claim.place.name for claim in claims if claim.place.name and claim.place.scope_key == scope)
    if not names or (len(names) > 1 and scope.startswith("near ")):
        return scope
    return min(names, key=lambda name: (-names[name], len(name), name))


def span(first: datetime, last: datetime) -> str:
    """`3 Dec 2021`, `3–5 Dec 2021`, `28 Nov–3 Dec 2021`."""
    one, two = first.date(), last.date()
    if one == two:
        return _day(one)
    if (one.year, one.month) == (two.year, two.month):
        return f"{one.day}–{_day(two)}"
    start = f"{one.day} {_MONTHS[one.month - 1]}" if one.year == two.year else _day(one)
    return f"{start}–{_day(two)}"


def _day(value: date) -> str:
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
