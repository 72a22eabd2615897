"""Decision: what an analyst says of two claims: one fact, two facts, or unsure. It wins over all evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Answer(Enum):
    """What is decided of two claims. `open` takes an earlier decision back: the evidence decides again."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    OPEN = "open"

    @property
    def parts(self) -> bool:
        """Whether it keeps two claims out of one fact: what is not sure is not merged."""
        return self in (Answer.DIFFERENT, Answer.UNSURE)


_SAYS = {
    Answer.SAME: ("linked by decision", "speak of one fact"),
    Answer.DIFFERENT: ("parted by decision", "speak of two facts"),
    Answer.UNSURE: ("unsure by decision", "may speak of one fact, and are not merged"),
    Answer.OPEN: ("left to the evidence", "are open again"),
}


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """One answer on two claims by their ids, the smaller first; who gave it, when (ISO 8601, or empty) and why."""

    a: str
    b: str
    answer: Answer
    reason: str
    by: str = ""
    at: str = ""

    @classmethod
    def of(cls, pair: tuple[str, str], answer: Answer, reason: str, by: str = "", at: str = "") -> Decision:
        """The decision on a pair in either order."""
        a, b = sorted(pair)
        return cls(a, b, answer, reason, by, at)

    @property
    def pair(self) -> tuple[str, str]:
        """The two claims, the smaller id first."""
        return self.a, self.b

    @property
    def means(self) -> str:
        """What it says of the two claims, as it follows their names: `speak of one fact`."""
        return _SAYS[self.answer][1]

    @property
    def words(self) -> str:
        """The whole of it: `linked by decision of GBR/Hale, 2021-12-06: C1 and C2 speak of one fact: one photo`."""
        head, means = _SAYS[self.answer]
        who = f" of {self.by}" if self.by else ""
        when = f", {self.at}" if self.at else ""
        return f"{head}{who}{when}: {self.a} and {self.b} {means}: {self.reason}"

    def other(self, claim: str) -> str:
        """The claim that it sets beside one of its two."""
        return self.b if claim == self.a else self.a
