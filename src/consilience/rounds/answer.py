"""Answer: how it stands with one partner in one round; Fault: what somebody did that it should not have done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from consilience.model.assessment import Assessment
from consilience.model.entry import Statement
from consilience.model.identity import PartnerId


class Told(NamedTuple):
    """One statement as a ledger has it: the digest of its payload, and what it says."""

    digest: str
    statement: Statement

    @property
    def order(self) -> tuple[str, str]:
        """When it was issued, the digest where that is the same moment: an order that no arrival changes."""
        return self.statement.issued_at.isoformat(timespec="microseconds"), self.digest


class Status(Enum):
    """How it stands with one partner in one round. Only what is opened counts."""

    WAITING = "not answered"
    COMMITTED = "committed"
    OPENED = "opened"
    LATE = "late"
    MISMATCHED = "mismatched"
    MISSING = "missing"
    TWICE = "committed twice"


@dataclass(frozen=True, slots=True)
class Answer:
    """One partner's answer in one round.

    Attributes:
        partner: whose it is.
        status: how it stands.
        reason: in words, where the status alone does not say it; empty else.
        commitment: the commitment, 64 digits; empty while there is none, or where of two neither counts.
        assessment: what was opened, counted or (late) only shown; None while it is sealed.
        statements: the digests of what it rests on, in order.
        recorded: the status that the result has, where it is another: what is said after a deadline is shown, and undoes
            no signature.
    """

    partner: PartnerId
    status: Status
    reason: str = ""
    commitment: str = ""
    assessment: Assessment | None = None
    statements: tuple[str, ...] = ()
    recorded: Status | None = None

    @property
    def record(self) -> Status:
        """The status that the result has."""
        return self.recorded or self.status

    @property
    def counted(self) -> Assessment | None:
        """The assessment, if it counts."""
        return self.assessment if self.status is Status.OPENED else None


class Misdeed(Enum):
    """What partners can do wrong in a session, each shown by statements that they signed."""

    TWO_COMMITMENTS = "sealed two answers in one round: neither counts"
    SECOND_COMMITMENT = "sealed a second answer in one round: it does not count"
    TWO_SETS = "showed two different frozen sets: the round is void"
    EARLY_SET = "froze the set before the deadline without an answer of everybody: it does not count"
    WIDE_SET = "froze a set of more answers than there are partners: it does not count"
    LATE_SET = "froze the set after the answers were to be opened: it does not count"
    COPIED = "sealed with the same bytes as another: only who made them can open them"
    DOES_NOT_OPEN = "opened something else than what it had sealed"
    OTHER_SET = "opened under a frozen set that has not arrived here: if it exists, the convener showed two"
    LATE_ABORT = "stopped the session after it was over: it does not count"
    NOT_CONVENER = "said what only the convener may say: it does not count"
    OTHER_PARTNERS = "spoke of this session to other partners than those in it: it does not count"


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong, who did it, and the digests of the statements that show it, in order."""

    misdeed: Misdeed
    partners: tuple[PartnerId, ...]
    statements: tuple[str, ...]

    @property
    def words(self) -> str:
        """One sentence."""
        shown = ", ".join(digest[:16] for digest in self.statements)
        return f"{' and '.join(self.partners)} {self.misdeed.value} (statements {shown})"
