"""Write: a claim as the cells of the native table it came from."""

from __future__ import annotations

from consilience.model.claim import Claim
from consilience.model.identity import base_id
from consilience.model.period import Moment
from consilience.model.place import Site


def native_cells(claim: Claim) -> tuple[str, ...]:
    """The cells of one claim, in the order of `row.COLUMNS`. Extras have no native column and are left out."""
    site: Site | None = claim.place.point
    unnamed = site is not None and claim.place.name == site.key and site.key[-1:].isdigit()
    lat, lon, radius = (_cell(site.lat), _cell(site.lon), _cell(site.radius_km)) if site else ("", "", "")
    count = claim.count
    return (
        base_id(claim.id),
        claim.partner,
        claim.speaker.name if claim.speaker.is_identity else "",
        claim.source,
        claim.reliability.name if claim.reliability else "",
        claim.credibility.value if claim.credibility else "",
        " ".join(claim.origins),
        claim.modality.value,
        claim.actor,
        claim.phenomenon.path,
        "" if unnamed else claim.place.name,
        lat,
        lon,
        radius,
        " ".join(sorted(claim.counted)),
        _moment(claim.period.begin if claim.period else None),
        _moment(claim.period.finish if claim.period else None),
        _moment(claim.reported_at),
        _cell(count.low if count else None),
        _cell(count.best if count else None),
        _cell(count.high if count else None),
        count.unit if count else "",
        claim.text,
        claim.url,
        claim.marking.text,
        " ".join(claim.about),
    )


def _moment(moment: Moment | None) -> str:
    return str(moment) if moment else ""


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(value)
