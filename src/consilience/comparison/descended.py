"""Descended: the lineage of a picture as JSON values, schema `consilience.lineage/1` (`docs/formats.md`)."""

from __future__ import annotations

from consilience.comparison.definitions import Definitions
from consilience.comparison.descent import Descent, Edge, Root, Sources, Telling
from consilience.comparison.echoes import Echo
from consilience.comparison.picture import Picture
from consilience.comparison.publish import Json, amount

SCHEMA = "consilience.lineage/1"


def descent_json(picture: Picture, descent: Descent) -> Json:
    """Who repeats whom in a picture, which it names by its digest: declared first, inferred apart."""
    return {
        "schema": SCHEMA,
        "as_of": str(picture.as_of) if picture.as_of else None,
        "picture": picture.digest,
        "edges": [_edge(edge) for edge in descent.edges],
        "roots": [_root(root) for root in descent.roots],
        "circles": [list(ring) for ring in descent.circles],
        "inferred": [_echo(echo) for echo in descent.echoes],
        "copiers": [
            {"members": list(group.members), "posterior": amount(group.posterior), "reasons": list(group.reasons)}
            for group in descent.copiers
        ],
        "sources": [_sources(descent.sources[name]) for name in sorted(descent.sources)],
        "definitions": [_definitions(found) for found in descent.definitions],
    }


def _edge(edge: Edge) -> Json:
    return {
        "partner": edge.partner, "kind": edge.verb, "owner": edge.owner, "claims": len(edge.tellings), "of": edge.of,
        "since": edge.since, "through": list(edge.through), "tellings": [_telling(each) for each in edge.tellings],
    }  # fmt: skip


def _root(root: Root) -> Json:
    return {
        "root": root.name, "owner": root.owner, "partners": list(root.partners),
        "tellings": [_telling(each) for each in root.tellings],
    }  # fmt: skip


def _telling(telling: Telling) -> Json:
    claim = telling.claim
    return {
        "claim": claim.id, "partner": claim.partner, "speaker": claim.speaker.name, "source": claim.source,
        "reported_at": str(claim.reported_at), "through": list(telling.through), "said_by": list(telling.said_by),
        "changed": list(telling.changed),
    }  # fmt: skip


def _echo(echo: Echo) -> Json:
    return {
        "later": echo.later, "earlier": echo.earlier, "alike": amount(echo.alike), "is_ordered": echo.is_ordered,
        "reasons": list(echo.reasons),
    }  # fmt: skip


def _sources(found: Sources) -> Json:
    return {
        "fact": found.fact, "reports": found.reports, "partners": found.partners, "independent": found.independent,
        "effective": amount(found.effective), "copiers": [list(group.members) for group in found.copiers],
    }  # fmt: skip


def _definitions(found: Definitions) -> Json:
    return {
        "actor": found.actor, "measure": found.measure, "place": found.place, "unit": found.unit,
        "camps": [
            {"counted": list(camp.counted), "claims": [claim.id for claim in camp.claims], "middle": amount(camp.middle)}
            for camp in found.camps
        ],
        "beside": [{"a": each.a, "b": each.b, "reasons": list(each.reasons)} for each in found.beside],
        "dropped": [{"copy": copy, "origin": origin} for copy, origin in found.dropped],
    }  # fmt: skip
