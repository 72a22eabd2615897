"""Reading: how one partner takes a claim to bear on the hypotheses of a question: in words, with no number that nobody said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from consilience.model.identity import PartnerId
from consilience.model.period import Moment


class Mark(Enum):
    """How evidence lies to a hypothesis (Heuer 1999, chapter 8)."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a partner made of one claim: a mark for each hypothesis it spoke of, in order; of others it said nothing.

    `claims` are the words that were coded. `is_coded` says that no row gives it: it follows from the partner's stated
    position, whose basis names the claim.
    """

    question: str
    said: Moment
    partner: PartnerId
    evidence: str
    marks: tuple[tuple[str, Mark], ...]
    claims: tuple[str, ...]
    note: str = ""
    is_coded: bool = False

    def mark(self, hypothesis: str) -> Mark | None:
        """Its mark on a hypothesis."""
        return dict(self.marks).get(hypothesis)
