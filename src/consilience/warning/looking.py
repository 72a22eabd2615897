"""Looking: which claims speak of an indicator, and what each of them says: seen, possible, or looked for and not seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from consilience.comparison.lineage import ASSERTIONS, Lineage
from consilience.comparison.witness import hands, is_self_denial
from consilience.linkage.levels import as_of
from consilience.model.claim import Claim, Modality
from consilience.model.indicator import Indicator, Query, Reaching, Status
from consilience.model.place import Area, Named, Part, Site
from consilience.warning.dossier import Known
from consilience.warning.sighting import Sighting

_PRESENT = frozenset({Modality.OBSERVED, Modality.ESTIMATED})


@dataclass(frozen=True, slots=True)
class Speaks:
    """The claims of a record that speak of an indicator, whenever they were told."""

    indicator: Indicator
    claims: tuple[Claim, ...]


def speaking(indicator: Indicator, claims: Iterable[Claim]) -> Speaks:
    """The claims that an indicator's query names; a claim that the gazetteer contradicts is none of them.

    A count of a union of places is a count of each at least in part, so for a strength one of them suffices; that a thing
    is in a union says of none of its places that it is there.
    """
    keys = frozenset(name.casefold() for name in indicator.query.places)
    enough = any if isinstance(indicator.measure, Reaching) else all
    found = []
    for claim in claims:
        if not matches(indicator.query, claim) or claim.place.defects:
            continue
        inside = [_names(part) & keys for part in claim.place.parts]
        if not keys or claim.place.name.casefold() in keys or (inside and enough(inside)):
            found.append(claim)
    return Speaks(indicator, tuple(found))


def matches(query: Query, claim: Claim) -> bool:
    """Whether a claim is about what a query asks for, its place aside.

    What is there now says nothing of what somebody plans: where only plans or forecasts are asked for, it is no answer.
    """
    path = claim.phenomenon.path
    if not any(path == name or path.startswith(name + "/") for name in query.phenomena):
        return False
    if query.actors and not set(claim.actor.split()) & set(query.actors):
        return False
    if claim.modality in _PRESENT and not query.modalities & _PRESENT:
        return False
    return not query.speakers or claim.speaker.state in query.speakers


def _names(part: Part) -> frozenset[str]:
    """A part of a place and the areas that it lies in."""
    inside = part.inside if isinstance(part, Site | Area | Named) else frozenset[str]()
    return frozenset(name.casefold() for name in (part.key, *inside))


def looks(spoken: Speaks, known: Known) -> list[Sighting]:
    """What each claim known by a day says of an indicator that asks for no number, the newest word of each speaker.

    A speaker's later word on one scope replaces the earlier. What the subject of an indicator denies of itself is no look.
    """
    newest: dict[tuple[str, str, str], Claim] = {}
    for claim in spoken.claims:
        if claim.id not in known or is_self_denial(claim, known.lineage):
            continue
        who = claim.speaker.name if claim.speaker.is_identity else str(claim.id)
        key = (str(claim.partner), who, claim.place.scope_key)
        other = newest.get(key)
        if other is None or _order(other) <= _order(claim):
            newest[key] = claim
    return [look(spoken.indicator, claim, known) for claim in newest.values()]


def _order(claim: Claim) -> tuple[date, bool, str]:
    """The later word; of two of one day, the one that affirms, then by id."""
    return (day_of(claim), not claim.modality.is_negation, str(claim.id))


def look(indicator: Indicator, claim: Claim, known: Known) -> Sighting:
    """What one claim says of an indicator."""
    status, because = _says(indicator, claim, known.lineage)
    return sighting(indicator, status, (claim,), known, because)


def _says(indicator: Indicator, claim: Claim, lineage: Lineage) -> tuple[Status, str]:
    """The status that one claim amounts to, and why."""
    if claim.modality is Modality.UNVERIFIED:
        return Status.POSSIBLE, "could not confirm it"
    if claim.modality.is_negation or (claim.count and claim.count.is_zero):
        return Status.NOT_SEEN, "denies it" if claim.modality is Modality.DENIED else "looked, and did not see it"
    if claim.modality not in indicator.query.modalities:
        return Status.POSSIBLE, f"{claim.value}, and not seen yet"
    others = on_whose_word(claim, lineage)
    if others:
        return Status.POSSIBLE, f"tells it on the word of {', '.join(sorted(others))}"
    if str(claim.partner) not in indicator.looking:
        return Status.POSSIBLE, "tells it, and is not known to look for it"
    return Status.SEEN, claim.value


def on_whose_word(claim: Claim, lineage: Lineage) -> frozenset[str]:
    """Others than its partner on whose assertion a claim rests; who owns a recording has asserted nothing."""
    found = {claim.speaker.state}
    for name in lineage.above(claim.id):
        origin = lineage.claim(name)
        kind, _, rest = name.partition(":")
        if origin:
            found.add(str(origin.partner))
        elif kind in ASSERTIONS:
            found.add(rest.split(":", 1)[0].split("-", 1)[0])
    return frozenset(found - {str(claim.partner)})


def sighting(indicator: Indicator, status: Status, claims: Sequence[Claim], known: Known, because: str) -> Sighting:
    """A sighting by claims of one partner; what all of them have behind them is behind it."""
    newest = max(claims, key=_order)
    roots = {root for claim in claims for root in known.lineage.roots(claim.id)}
    return Sighting(
        indicator=indicator.id,
        partner=newest.partner,
        status=status,
        day=day_of(newest),
        told=max(claim.reported_at.at.date() for claim in claims),
        claims=tuple(sorted(claim.id for claim in claims)),
        roots=tuple(sorted(roots)),
        hands=_hands(claims, known.lineage),
        because=because,
    )


def _hands(claims: Sequence[Claim], lineage: Lineage) -> frozenset[str]:
    """All who stand behind any of several claims; a claim of one's own is no hand."""
    own = {str(claim.id) for claim in claims}
    return frozenset().union(*(hands(claim, lineage) for claim in claims)) - own


def day_of(claim: Claim) -> date:
    """What a claim is about, or when it was told where that is earlier: no period reaches ahead of its telling."""
    return min(as_of(claim).date(), claim.reported_at.at.date())


def is_fresh(found: Sighting, indicator: Indicator, when: date) -> bool:
    """Whether a sighting still stands by itself on a day."""
    return (when - found.day).days <= indicator.window_days


def independent(one: Sighting, other: Sighting) -> bool:
    """Whether two sightings are of two partners with nobody, and no root, behind both of them."""
    return one.partner != other.partner and not one.hands & other.hands
