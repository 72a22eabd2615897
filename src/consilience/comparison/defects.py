"""Defects: what a claim states that the gazetteer, the map or the calendar contradicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from consilience.model.claim import Claim, Modality
from consilience.model.extent import Geography
from consilience.model.identity import ClaimId
from consilience.model.place import Site

_DISTANCE = "geography/distance-to-border"
_SEEN = (Modality.OBSERVED, Modality.NOT_OBSERVED)


@dataclass(frozen=True, slots=True)
class Defect:
    """A contradiction: the claim, what it states and what is known."""

    claim: ClaimId
    found: str
    expected: str


def find_defects(claims: Iterable[Claim], geography: Geography) -> tuple[Defect, ...]:
    """All defects, in order of claim. A defect belongs to its claim; it is no relation to another."""
    found: list[Defect] = []
    listed = list(claims)
    border = _border(listed)
    for claim in listed:
        found.extend(_of_place(claim))
        found.extend(_of_distance(claim, border, geography))
        found.extend(_of_time(claim))
    return tuple(found)


def _of_place(claim: Claim) -> Iterator[Defect]:
    for said in claim.place.defects:
        yield Defect(claim.id, said, "a place as the gazetteer has it")


def _of_time(claim: Claim) -> Iterator[Defect]:
    """Seen before it happened: a day and a month may have been exchanged."""
    if claim.period and claim.modality in _SEEN and claim.period.start >= claim.reported_at.end:
        said = f"observed on {claim.period.begin}, reported on {claim.reported_at}"
        yield Defect(claim.id, said, "a report after the observation; were day and month exchanged?")


def _border(claims: Sequence[Claim]) -> str:
    """The country whose border the claims speak of most; "the border" in a claim that names none."""
    named = Counter(country for claim in claims for country in sorted(claim.place.borders))
    return min(named, key=lambda country: (-named[country], country), default="")


def _of_distance(claim: Claim, border: str, geography: Geography) -> Iterator[Defect]:
    """A stated distance to a border, measured on the outlines."""
    if claim.phenomenon.path != _DISTANCE or claim.count is None or claim.count.unit != "km":
        return
    for site in claim.place.parts:
        if not isinstance(site, Site):
            continue
        measured = geography.atlas.border_km(border, site.lat, site.lon)
        if measured is None:
            continue
        low, high = claim.count.low or 0.0, claim.count.high if claim.count.high is not None else float("inf")
        if measured + site.radius_km < low or measured - site.radius_km > high:
            yield Defect(
                claim.id,
                f"{claim.count} km to the border",
                f"{measured:.0f} km to that of {border}, as measured at {claim.place.name}",
            )
