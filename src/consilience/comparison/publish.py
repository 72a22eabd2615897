"""Publish: facts, relations and claims as JSON values, schema `consilience.picture/1` (`docs/formats.md`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from consilience.model.claim import Claim, Count
from consilience.model.decision import Decision
from consilience.model.fact import Fact, Holding, Relation
from consilience.model.place import Place

Json = dict[str, object]


def amount(value: float | None) -> int | float | None:
    """A quantity as JSON prints it everywhere alike: to four decimals, whole where that is whole.

    Below 0.0001 Python and ECMAScript (RFC 8785, section 3.2.2.3) spell numbers in different ways.
    """
    if value is None:
        return None
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def count_json(count: Count | None) -> Json | None:
    """`{"low", "best", "high", "unit"}`; null ends are open."""
    if count is None:
        return None
    return {"low": amount(count.low), "best": amount(count.best), "high": amount(count.high), "unit": count.unit}


def relation_json(relation: Relation) -> Json:
    """One relation with its reasons."""
    return {
        "a": relation.a, "b": relation.b, "kind": relation.kind.value, "reasons": list(relation.reasons),
        "same_root": relation.same_root,
    }  # fmt: skip


def fact_json(fact: Fact) -> Json:
    """One fact with its verdict and holdings."""
    finding = fact.finding
    return {
        "id": fact.id,
        "kind": fact.kind,
        "title": fact.title,
        "actor": fact.actor,
        "phenomenon": fact.phenomenon,
        "place": fact.place,
        "counted": list(fact.counted),
        "tense": fact.tense,
        "period": {"from": fact.period[0], "to": fact.period[1]},
        "verdict": finding.verdict.value,
        "headline": finding.headline,
        "reasons": list(finding.reasons),
        "value": None if finding.value is None else {**(count_json(finding.value) or {}), "method": finding.method},
        "probability": finding.probability,
        "independent_sources": finding.independent_sources,
        "claims": [_holding(holding) for holding in fact.holdings],
        "statements": [
            {
                "claim": said.claim.id,
                "speaker": said.claim.speaker.name,
                "borne_out": said.borne_out,
                "finding": said.said,
            }
            for said in fact.statements
        ],
        "settles": finding.settles,
        **({"decisions": [decision_json(decision) for decision in fact.decisions]} if fact.decisions else {}),
    }


def decision_json(decision: Decision) -> Json:
    """An analyst's decision. A picture that rests on none says nothing of any."""
    return {
        "a": decision.a, "b": decision.b, "answer": decision.answer.value, "reason": decision.reason,
        "by": decision.by, "at": decision.at,
    }  # fmt: skip


def _holding(holding: Holding) -> Json:
    """A claim in a fact: what it says, how it stands, and where it began."""
    claim = holding.claim
    return {
        "id": claim.id,
        "partner": claim.partner,
        "speaker": claim.speaker.name,
        "says": claim.value,
        "value": count_json(claim.count),
        "modality": claim.modality.value,
        "place": claim.place.name,
        "period": str(claim.period) if claim.period else None,
        "reported_at": str(claim.reported_at),
        "root": " ".join(holding.roots),
        "stance": holding.stance.value,
        "side": holding.side,
        "reasons": list(holding.reasons),
        "marking": claim.marking.text,
        "url": claim.url,
    }


def inputs_json(claims: Iterable[Claim], set_aside: int, left_out: int, decisions: Sequence[Decision] = ()) -> Json:
    """What went in: claims, partners, rows set aside, claims of dense facts that were not paired, and decisions."""
    listed = list(claims)
    return {
        "claims": len(listed),
        "partners": sorted({claim.partner for claim in listed}),
        "set_aside": set_aside,
        "not_paired": left_out,
        **({"decisions": [decision_json(decision) for decision in decisions]} if decisions else {}),
    }


def point(place: Place) -> tuple[float, float, float] | None:
    """Latitude, longitude and radius (km) of a place that is one site, for the map."""
    site = place.point
    return (site.lat, site.lon, site.radius_km) if site else None
