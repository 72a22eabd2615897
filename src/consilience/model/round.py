"""Round: what partners say to each other in a session of sealed answers, each a signed statement of its issuer's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from consilience.model import form
from consilience.model.assessment import ROUNDS, Assessment
from consilience.model.identity import PartnerId
from consilience.model.question import Question

NONCE_BYTES = 32
MOST_CLAIMS = 100
MOST_PARTNERS = 64
_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Until when answers of a round are sealed, and until when they are opened: UTC to the second, both included."""

    commit: datetime
    reveal: datetime

    def document(self) -> dict[str, object]:
        """As plain JSON data."""
        return {"commit": form.instant_text(self.commit), "reveal": form.instant_text(self.reveal)}

    @classmethod
    def read(cls, value: object, path: str) -> Deadlines:
        """The deadlines that plain JSON data say; raises AssessmentError, naming the fault by its path."""
        found = form.fields(value, path, frozenset({"commit", "reveal"}))
        return cls(*(form.instant(found[name], f"{path}.{name}") for name in ("commit", "reveal")))


@dataclass(frozen=True, slots=True)
class Session:
    """One question put to some partners by one of them, the convener, who issues it; fixed once it is signed.

    `partners` stand in order of code, the convener among them. `rounds` are the deadlines of the first answers and of
    the second, each after the one before. The digest of the statement is the session's id.
    """

    question: Question
    partners: tuple[PartnerId, ...]
    rounds: tuple[Deadlines, ...]
    purpose: str = ""

    def __post_init__(self) -> None:
        """Refuse a session that nobody could hold, or a purpose that is none."""
        _check_partners(self.partners)
        if self.purpose:
            form.text(self.purpose, "session: purpose")
        if len(self.rounds) != len(ROUNDS):
            form.refuse("session: rounds", f"{len(self.rounds)} of them", f"{len(ROUNDS)}")
        times = [when for each in self.rounds for when in (each.commit, each.reveal)]
        for before, after in pairwise(times):
            if not before < after:
                found = f"{form.instant_text(after)} after {form.instant_text(before)}"
                form.refuse("session: deadlines", found, "each later than the one before: commit, reveal, and again")

    def deadlines(self, number: int) -> Deadlines:
        """Those of round 1 or 2."""
        return self.rounds[number - 1]


@dataclass(frozen=True, slots=True)
class Commitment:
    """An answer that is sealed: SHA-256 over it and a nonce (`trust.sealed`), which tells nothing of it, 64 digits.

    Here as in all that follows, `session` is the id of the session and `partners` are who is in it, so that each
    statement says by itself to whom it may go.
    """

    session: str
    partners: tuple[PartnerId, ...]
    round: int
    commitment: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """The convener's word which commitments count in a round, by the digests of their statements, in order."""

    session: str
    partners: tuple[PartnerId, ...]
    round: int
    commitments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reveal:
    """An answer that is opened, under the frozen set (by digest) that its issuer saw; `nonce` is 64 hexadecimal digits."""

    session: str
    partners: tuple[PartnerId, ...]
    round: int
    frozen: str
    nonce: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Note:
    """What a partner says to the others of a session between the rounds, and the claims that it names for it."""

    session: str
    partners: tuple[PartnerId, ...]
    text: str
    claims: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is blank, or longer than anybody reads."""
        form.text(self.text, "note")
        if len(self.claims) > MOST_CLAIMS:
            form.refuse("note: claims", f"{len(self.claims):,} of them", f"{MOST_CLAIMS} at most")
        for name in self.claims:
            form.text(name, "note: claims")


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A partner's signature on the result of a session, by the SHA-256 of its document."""

    session: str
    partners: tuple[PartnerId, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Abort:
    """The convener's word that a session ends without a result, and why."""

    session: str
    partners: tuple[PartnerId, ...]
    reason: str

    def __post_init__(self) -> None:
        """Refuse a reason that is none."""
        form.text(self.reason, "reason")


InSession = Commitment | Frozen | Reveal | Note | Conclusion | Abort
"""What is said in a session that was opened."""

RoundEntry = Session | InSession
"""All that is said of a session."""


def read_partners(value: object, path: str) -> tuple[PartnerId, ...]:
    """Who is in a session, a list in order of code; raises AssessmentError, naming the fault by its path."""
    found = tuple(PartnerId(code) for code in form.items(value, path, form.text))
    _check_partners(found, path)
    return found


def _check_partners(partners: Sequence[PartnerId], path: str = "session: partners") -> None:
    if not 2 <= len(partners) <= MOST_PARTNERS or list(partners) != sorted(set(partners)):
        expected = f"2 to {MOST_PARTNERS} partners in order of code, each once"
        form.refuse(path, ", ".join(partners) or "nobody", expected)
    for code in partners:
        if not _CODE.fullmatch(code):  # a log, and a file of the home, bear the name
            form.refuse(path, code, "codes of capitals, digits and -, such as UKR, of 32 characters at most")
