"""Amount: whole numbers and counts as data sets write them, with the codes that stand for unknown."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WHOLE = re.compile(r"^([+-]?\d+)(?:\.0*)?$", re.ASCII)


def whole(text: str) -> str:
    """A whole number without the `.0` that a column with gaps gets on its way through a program.

    Raises:
        ValueError: for anything else; `2.01101E+11` is what a spreadsheet has left of an id.
    """
    found = _WHOLE.match(text)
    if not found:
        raise ValueError("digits; a spreadsheet may have rounded it")
    return found[1]


def known(text: str, unknown: str) -> str:
    """The text, or nothing where it is one of the codes for unknown, `-99,NA`; `-99.0` is `-99`."""
    bare = found[1] if (found := _WHOLE.match(text)) else text
    return "" if bare.casefold() in {code.strip().casefold() for code in unknown.split(",")} else text


def least(texts: Sequence[str]) -> str:
    """The smallest of the numbers, as it is written; cells without one do not count."""
    return min(filter(None, texts), key=float, default="")


def most(texts: Sequence[str]) -> str:
    """The largest of the numbers, as it is written."""
    return max(filter(None, texts), key=float, default="")
