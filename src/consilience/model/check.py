"""Check: what a statement comes to against what is at hand, with the evidence on each side and up to when it was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Result(Enum):
    """What a check comes to. None of them says that a statement is true or false: they say what bears it out."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    PARTLY = "partly"  # evidence stands on both sides, or bears out a part
    UNVERIFIABLE = "unverifiable"  # nothing at hand bears on it, or nobody looked
    ACCESS_DENIED = "access denied"  # somebody would have looked and was not let in

    @property
    def negated(self) -> Result:
        """What the opposite statement comes to on the same evidence."""
        return {Result.SUPPORTED: Result.CONTRADICTED, Result.CONTRADICTED: Result.SUPPORTED}.get(self, self)


class Side(Enum):
    """How a piece of evidence stands to the statement as it was put."""

    FOR = "for"
    AGAINST = "against"
    BEARS = "bears on it"  # it is not of the same matter, and should be known beside it


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece: its side, what it says in a sentence, the id of its row or claim, and the page; no page means unconfirmed."""

    side: Side
    says: str
    id: str
    url: str

    @property
    def is_confirmed(self) -> bool:
        """Whether a page is cited for it."""
        return bool(self.url)

    def __str__(self) -> str:
        """`UKR: signatory, … (AC02)`, `… (AC99, unconfirmed: no source at hand)`."""
        return f"{self.says} ({self.id}{'' if self.url else ', unconfirmed: no source at hand'})"
