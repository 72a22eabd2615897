"""Outlet: who published the news that a data set rests on, as owners of origin keys that data sets share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

# Agencies by the names that data sets give them; others are known by their own name.
_AGENCIES = (
    ("AFP", re.compile(r"^(?:agence france[- ]presse|afp)\b", re.IGNORECASE)),
    ("AP", re.compile(r"^(?:(?:the )?associated press|ap)\b(?! of)", re.IGNORECASE)),
    ("REUTERS", re.compile(r"^(?:thomson )?reuters\b", re.IGNORECASE)),
    ("XINHUA", re.compile(r"^xinhua\b", re.IGNORECASE)),
    ("TASS", re.compile(r"^(?:itar[- ])?tass\b", re.IGNORECASE)),
    ("INTERFAX", re.compile(r"^interfax(?: news(?: service| agency)?)?$", re.IGNORECASE)),
    ("BBC", re.compile(r"^bbc(?: news| world service)?$", re.IGNORECASE)),
    ("DPA", re.compile(r"^(?:deutsche presse[- ]agentur|dpa)\b", re.IGNORECASE)),
    ("EFE", re.compile(r"^(?:agencia )?efe\b", re.IGNORECASE)),
)
_SITES = {
    "afp": "AFP",
    "apnews": "AP",
    "ap": "AP",
    "reuters": "REUTERS",
    "xinhuanet": "XINHUA",
    "tass": "TASS",
    "bbc": "BBC",
}
_NO_NAME = frozenset({"", "UNKNOWN", "NA", "NONE", "OTHER", "UNDISCLOSED_SOURCE"})
# An outlet's name ends where a date, a quotation, a bracket or an address begins.
_NAME = re.compile(r"^[\s\"“'«]*([^\d\"“”(,;]*?)(?=\s*(?:https?:|[\d\"“”(,;]|$))")
# `"Headline," Outlet, January 4, 2011`, as the GTD cites.
_CITED = re.compile(
    r"[\"“](?P<headline>[^\"“”]+?),?[\"”],?\s*(?P<outlet>[^,\"”\d]+?)\s*(?:,\s*(?P<date>[A-Z][a-z]+ \d{1,2}, \d{4})|[,.]|$)"
)
_LONGEST = 80


@lru_cache(maxsize=50_000)
def owner(name: str) -> str:
    """The code of an outlet: `AFP`, `NIGERIA_WATCH`, `RT_COM`; empty where no name is given.

    It holds no dash, since in an origin key what follows one is an organ.
    """
    bare = " ".join(name.split())
    for found, pattern in _AGENCIES:
        if pattern.search(bare):
            return found
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(sign))
    made = re.sub(r"[\W_]+", "_", re.sub(r"^the\s+", "", plain, flags=re.IGNORECASE)).strip("_").upper()[:_LONGEST]
    return "" if made in _NO_NAME else made


def names(text: str) -> Iterator[str]:
    """The outlets of a list that semicolons part, each once, without dates and headlines."""
    told: set[str] = set()
    for piece in text.split(";"):
        name = _name(piece.strip())
        if owner(name) and name not in told:
            told.add(name)
            yield name


def _name(piece: str) -> str:
    """The outlet that a citation begins with, or that follows the headline which it begins with."""
    cited, plain = _CITED.match(piece), _NAME.match(piece)
    found = cited["outlet"] if cited else plain[1] if plain else ""
    return found.strip() or piece.split(",")[0].strip()


def reports(text: str, spot: str, day: str) -> str:
    """Origin keys of what the outlets of a list reported from a place on a day: `wire:AFP:maiduguri:2011-01-03`.

    Data sets name the outlet and seldom the article, so this is what two that rest on one article can share.
    """
    where = _slug(spot)
    return " ".join(dict.fromkeys(f"wire:{owner(name)}:{where}:{day}" for name in names(text)))


def articles(text: str, days: str, headlines: str) -> str:
    """Origin keys of articles, `wire:AFP:HEADLINE:2011-01-04`, of lists that go together, parted by semicolons.

    Nothing where they do not go together, since a headline may hold a semicolon itself.
    """
    lists = [[piece.strip() for piece in each.split(";")] for each in (text, days, headlines)]
    if len({len(each) for each in lists}) != 1:
        return ""
    keys = (_article(name, headline, day) for name, day, headline in zip(*lists, strict=True))
    return " ".join(dict.fromkeys(filter(None, keys)))


def citations(text: str) -> str:
    """Origin keys of the articles that a text cites with headline, outlet and date."""
    keys = []
    for found in _CITED.finditer(text):
        try:
            day = datetime.strptime(found["date"] or "", "%B %d, %Y").replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            continue
        keys.append(_article(found["outlet"], found["headline"], day))
    return " ".join(dict.fromkeys(filter(None, keys)))


def _article(name: str, headline: str, day: str) -> str:
    """The key of one article; empty where it is not told apart from others."""
    told = owner(_name(name.strip())), _slug(headline)[:_LONGEST], "".join(day.split())
    return "wire:" + ":".join(told) if all(told) else ""


def article(url: str) -> str:
    """The origin key of an article by its address, `wire:RT_COM:rt.com/news/1`, without scheme, `www.` and fragment."""
    text = re.sub(r"\s+", "", url)
    parts = urlsplit(text if "//" in text else "//" + text)
    host = (parts.hostname or "").removeprefix("www.")
    if not host:
        return ""
    labels = host.split(".")
    known = next((_SITES[label] for label in labels[:-1] if label in _SITES), "")
    tail = f"?{parts.query}" if parts.query else ""
    return f"wire:{known or owner(host)}:{host}{parts.path.rstrip('/')}{tail}"


def _slug(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")
