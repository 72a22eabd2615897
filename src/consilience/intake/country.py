"""Country: the ISO 3166 code behind the names that data sets give states, and behind those of their organs."""

from __future__ import annotations

import re
from functools import lru_cache

from iso3166 import countries, countries_by_alpha3

# Names in use that are not ISO's own. A name in brackets after another ("Russia (Soviet Union)") is dropped first.
_ALSO = {
    "bolivia": "BOL", "bosnia-herzegovina": "BIH", "britain": "GBR", "brunei": "BRN", "burma": "MMR",
    "cambodia (kampuchea)": "KHM", "cape verde": "CPV", "congo-brazzaville": "COG", "congo-kinshasa": "COD",
    "cote d'ivoire": "CIV", "czech republic": "CZE", "democratic republic of congo": "COD",
    "democratic republic of the congo": "COD", "dr congo": "COD", "drc": "COD", "east timor": "TLS",
    "federated states of micronesia": "FSM", "holy see": "VAT", "iran": "IRN", "ivory coast": "CIV", "kyrgyz republic": "KGZ",
    "laos": "LAO", "macedonia": "MKD", "micronesia": "FSM", "moldova": "MDA", "north korea": "PRK",
    "occupied palestinian territory": "PSE", "palestine": "PSE", "republic of congo": "COG", "republic of korea": "KOR",
    "republic of the congo": "COG", "russia": "RUS", "slovak republic": "SVK", "south korea": "KOR", "swaziland": "SWZ",
    "syria": "SYR", "taiwan": "TWN", "tanzania": "TZA", "the former yugoslav republic of macedonia": "MKD", "turkey": "TUR",
    "türkiye": "TUR", "uk": "GBR", "united kingdom": "GBR", "united states": "USA", "us": "USA", "usa": "USA",
    "vatican city": "VAT", "venezuela": "VEN", "vietnam": "VNM",
}  # fmt: skip
# CAMEO's codes of states are ISO's but for Romania and what was East Timor.
_CAMEO = {"ROM": "ROU", "TMP": "TLS"}
_ORGAN = re.compile(
    r"^(?:government|(?:military|police|armed|security|defen[cs]e|state) forces|army|air force|navy|police)\s+of\s+(?:the\s+)?(?P<who>.+)$",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\s*\(.*$")
_NAMED = {
    name.casefold(): country.alpha3 for country in countries for name in (country.name, country.apolitical_name)
} | _ALSO


@lru_cache(maxsize=10_000)
def code(name: str) -> str:
    """The alpha-3 code of a country's name or code; empty for what is none, such as a region of several."""
    text = " ".join(name.replace("’", "'").split())
    if text in countries_by_alpha3 or text in _CAMEO:
        return _CAMEO.get(text, text)
    for told in (text, _BRACKET.sub("", text)):
        bare = told.casefold().removeprefix("the ")
        found = _NAMED.get(bare) or _NAMED.get("the " + bare)
        if found:
            return found
    return ""


def title(name: str) -> str:
    """A country's name as the gazetteer knows it; other names as they are."""
    found = code(name)
    return countries_by_alpha3[found].apolitical_name if found else name


@lru_cache(maxsize=10_000)
def state(actor: str) -> str:
    """The code of the state whose government or forces an actor is ("Military Forces of Chad (2021-)"), else empty."""
    found = _ORGAN.match(actor.strip())
    return code(_BRACKET.sub("", found["who"])) if found else ""
