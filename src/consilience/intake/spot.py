"""Spot: the name of a place whose point is known, written so that it is read as a name and as nothing else."""

from __future__ import annotations

import re
from functools import lru_cache

from consilience.intake import country

# What the reader of place names would take for a list, and split.
_LIST = re.compile(r"\s*(?:[,;&()]|\band\b)\s*", re.IGNORECASE)
_LEVEL = re.compile(r"(?<=\w)\s+(?:town|village|city|municipality)$", re.IGNORECASE)
# Words that it reads as nearness, a band or a border: "near Ukraine", "within 5 km of …", "the Syrian border".
_WORDS = re.compile(
    r"^(?:in|near|close to|around|at|by|on|along|alongside|beside|towards?|within|beyond|outside|more than|over|\d)\b|\b(?:borders?|frontiers?)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=50_000)
def spot(name: str) -> str:
    """The name on one line, without lists, and in quotes where its words would say more than a name.

    A point is only kept beside a name that is no border, band or union; a town called Jordan is not the country.
    """
    parts = [" ".join(piece.split()) for piece in _LIST.split(name.replace("“", "").replace("”", ""))]
    text = " / ".join(piece for piece in parts if piece)
    text = _LEVEL.sub("", text)
    return f"“{text}”" if text and (_WORDS.search(text) or country.code(text)) else text
