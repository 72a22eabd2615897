"""Negotiate: which media types a client takes, and which it sends (TAXII 2.1, sections 1.6.8 and 3.1; RFC 9110, 12)."""

from __future__ import annotations

import re
from functools import lru_cache

_TAXII, _STIX = "application/taxii+json", "application/stix+json"
_VERSION = "2.1"
_STIX_VERSIONS = ("2.0", "2.1")
# A parameter's value is a token or a quoted string (RFC 9110, section 5.6).
_PART = re.compile(r'\s*;\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"([^"\\]*)"|([^\s;,"]*))\s*')
_TYPE = re.compile(r"\s*([^\s;,/]+/[^\s;,/]+)\s*")
_ITEM = re.compile(r'(?:[^,"]|"[^"\\]*")+')
_LONGEST = 2_000


@lru_cache(maxsize=256)
def accepts(header: str | None) -> bool:
    """Whether a client takes TAXII 2.1: the most specific range that says anything of it decides.

    Without the header, and with ranges such as `*/*`, it does: section 3.1 leaves that to the server, and many
    programs send no more. A TAXII type without a version is any version.
    """
    if header is None or not header.strip():
        return True
    best, quality = -1, 0.0
    for item in _ITEM.findall(header[:_LONGEST]):
        name, parameters = _media_type(item)
        weight = parameters.pop("q", "1")
        rank = _rank(name, parameters)
        if rank > best:
            best, quality = rank, _quality(weight)
        elif rank == best:
            quality = max(quality, _quality(weight))
    return best >= 0 and quality > 0


@lru_cache(maxsize=256)
def sends(header: str | None) -> bool:
    """Whether a body of this Content-Type is read: an envelope of TAXII, or STIX as OpenCTI posts it in a bundle."""
    name, parameters = _media_type((header or "")[:_LONGEST])
    version = parameters.get("version")
    if name == _TAXII:
        return version in (None, _VERSION)
    return name == _STIX and version in (None, *_STIX_VERSIONS)


def takes_gzip(header: str | None) -> bool:
    """Whether an Accept-Encoding lets an answer be compressed with gzip."""
    found = False
    for item in (header or "")[:_LONGEST].lower().split(","):
        coding, _, weight = item.partition(";")
        if coding.strip() in ("gzip", "*"):
            named = coding.strip() == "gzip"
            good = _quality(weight.partition("=")[2] or "1") > 0
            if named:
                return good
            found = good
    return found


def _rank(name: str, parameters: dict[str, str]) -> int:
    """How specific a range is of TAXII 2.1; -1 when it says nothing of it."""
    if name == _TAXII:
        version = parameters.get("version")
        return 2 if version is None else 3 if version == _VERSION else -1
    return {"application/*": 1, "*/*": 0}.get(name, -1)


def _media_type(text: str) -> tuple[str, dict[str, str]]:
    """The type and its parameters, names in lower case; no type when it has no such form."""
    found = _TYPE.match(text)
    if not found:
        return "", {}
    end = found.end()
    parameters: dict[str, str] = {}
    while part := _PART.match(text, end):
        parameters[part[1].lower()] = part[2] if part[2] is not None else part[3]
        end = part.end()
    return (found[1].lower(), parameters) if end == len(text) else ("", {})


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
