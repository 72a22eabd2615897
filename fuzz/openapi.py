"""OpenAPI: our endpoints as schemathesis reads them: TAXII 2.1 (section 5 of the standard), and a node's sidecar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consilience.exchange.link import PATH
from fuzz.draw import Json

_TAXII = "application/taxii+json;version=2.1"
_TEXT = "text/plain"
_FILTERS = ("added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]")
_PARTS = ("proofs", "head", "offer", "compared")
_OBJECT: Json = {
    "type": "object",
    "properties": {
        "type": {"enum": ["indicator", "incident", "marking-definition", "x"]},
        "id": {"type": "string", "pattern": "^[a-z-]+--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$"},
        "spec_version": {"enum": ["2.0", "2.1"]},
        "created": {"type": "string", "format": "date-time"},
        "modified": {"type": "string", "format": "date-time"},
    },
    "required": ["type", "id"],
}  # fmt: skip
_ENVELOPE: Json = {"type": "object", "properties": {"objects": {"type": "array", "items": _OBJECT}}}


def taxii(names: Mapping[str, Sequence[str]]) -> Json:
    """A TAXII 2.1 server: `names` are the roots, collections, objects and statuses that are there."""
    return _document("TAXII 2.1", _taxii(names))


def exchange(names: Mapping[str, Sequence[str]], partners: Sequence[str]) -> Json:
    """A node's exchange: its sidecar, and TAXII beside it."""
    return _document("Exchange of a node", {**_taxii(names), **_sidecar(partners)})


def _taxii(names: Mapping[str, Sequence[str]]) -> dict[str, Json]:
    below = "/{root}/collections/{collection}/"
    paged = [*(_query(name) for name in _FILTERS), _header("Accept", _TAXII)]
    return {
        "/taxii2/": _path(names, {"get": _asks()}),
        "/{root}/": _path(names, {"get": _asks()}, "root"),
        "/{root}/status/{status}/": _path(names, {"get": _asks()}, "root", "status"),
        "/{root}/collections/": _path(names, {"get": _asks()}, "root"),
        below: _path(names, {"get": _asks()}, "root", "collection"),
        below + "manifest/": _path(names, {"get": _asks(*paged)}, "root", "collection"),
        below + "objects/": _path(names, {"get": _asks(*paged), "post": _sends()}, "root", "collection"),
        below + "objects/{object}/": _path(
            names, {"get": _asks(*paged), "delete": _asks(*paged)}, "root", "collection", "object"
        ),
        below + "objects/{object}/versions/": _path(names, {"get": _asks(*paged)}, "root", "collection", "object"),
    }


def _sidecar(partners: Sequence[str]) -> dict[str, Json]:
    """A node's own addresses beside TAXII (`consilience.exchange.link`)."""
    some: list[Json] = [*partners]
    query: list[Json] = [
        {"name": "with", "in": "query", "schema": {"anyOf": [{"enum": some}, {"type": "string"}]}},
        *({"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("since", "most", "size")),
    ]
    paths: dict[str, Json] = {}
    for name in _PARTS:
        methods: dict[str, Json] = {"get": _asks(*query)}
        if name != "offer":
            body: Json = {"content": {_TEXT: {"schema": {"type": "string"}}}}
            methods["post"] = {**_asks(*query), "requestBody": body}
        paths[PATH + name] = methods
    return paths


def _document(title: str, paths: dict[str, Json]) -> Json:
    return {"openapi": "3.1.0", "info": {"title": title, "version": "1"}, "paths": paths}


def _path(names: Mapping[str, Sequence[str]], methods: dict[str, Json], *parts: str) -> Json:
    """A path with what stands in its segments: something that is there. Negative testing tries all else."""
    parameters: list[Json] = [
        {"name": part, "in": "path", "required": True, "schema": {"enum": [*names[part]]}} for part in parts
    ]
    return {"parameters": parameters, **methods}


def _asks(*parameters: Json) -> dict[str, Json]:
    return {"parameters": [*parameters], "responses": {"default": {"description": "an answer"}}}


def _sends() -> Json:
    body: Json = {
        "content": {_TAXII: {"schema": _ENVELOPE}, "application/stix+json;version=2.1": {"schema": _ENVELOPE}}
    }
    return {**_asks(_header("Accept", _TAXII)), "requestBody": body}


def _query(name: str) -> Json:
    known: dict[str, list[Json]] = {
        "limit": ["1", "2"], "added_after": ["2016-11-03T12:30:59.001000Z"], "match[version]": ["all", "first,last"],
        "match[spec_version]": ["2.1", "2.0,2.1"],
    }  # fmt: skip
    schema: Json = {"anyOf": [{"enum": known[name]}, {"type": "string"}]} if name in known else {"type": "string"}
    return {"name": name, "in": "query", "schema": schema}


def _header(name: str, value: str) -> Json:
    return {"name": name, "in": "header", "schema": {"anyOf": [{"const": value}, {"type": "string"}]}}
