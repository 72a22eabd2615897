"""Standing: how a session stands, a pure function of the statements of its partners and the time; what pages read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from consilience.model.assessment import ROUNDS
from consilience.model.identity import PartnerId
from consilience.model.round import Abort, Conclusion, Frozen, InSession, Note, Session
from consilience.rounds.answer import Answer, Fault, Misdeed, Told
from consilience.rounds.count import Count, Ended, Phase, Round


class NoteSaid(NamedTuple):
    """A note of the discussion: whose, when, and what."""

    partner: PartnerId
    at: datetime
    note: Note


class Signed(NamedTuple):
    """A signature on the result of a session: when, and the result's digest."""

    at: datetime
    result: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a session stands at a moment.

    Attributes:
        id: the digest of the session's statement.
        session: question, partners, deadlines, purpose.
        convener: who put the question.
        at: when it was put.
        rounds: the first and the second.
        notes: the discussion, in order of time.
        signed: the newest signature of each partner on a result.
        stopped: why the convener stopped it, empty when it did not.
        faults: what went wrong, round by round.
        now: the moment.
    """

    id: str
    session: Session
    convener: PartnerId
    at: datetime
    rounds: tuple[Round, ...]
    notes: tuple[NoteSaid, ...]
    signed: Mapping[PartnerId, Signed]
    stopped: str
    faults: tuple[Fault, ...]
    now: datetime

    @property
    def round(self) -> Round:
        """The round that is under way; the last one held, once all is over."""
        going = [each for each in self.rounds if not each.is_over and each.phase is not Phase.WAITING]
        held = [each for each in self.rounds if each.ended is not Ended.NOT_HELD]
        return going[0] if going else held[-1]

    @property
    def is_over(self) -> bool:
        """Whether nothing more is waited for, so that the result can be signed."""
        return all(each.is_over for each in self.rounds)

    @property
    def final(self) -> Round | None:
        """The last round that has a result; None while, or if, there is none."""
        closed = [each for each in self.rounds if each.phase is Phase.CLOSED]
        return closed[-1] if closed else None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """How it stands with each partner in the round under way."""
        return self.round.answers


def sessions(told: Iterable[Told]) -> tuple[Told, ...]:
    """The sessions among some statements, each by a partner who is in it, in order of time."""
    found = {
        each.digest: each
        for each in told
        if isinstance(each.statement.content, Session) and each.statement.issuer in each.statement.content.partners
    }
    return tuple(sorted(found.values(), key=lambda each: each.order))


def standing(opened: Told, told: Iterable[Told], now: datetime) -> Standing:
    """How a session stands; `opened` is its own statement, `told` what was said, of this session and of others.

    The order of `told` changes nothing, and neither does what is there twice.
    """
    session = opened.statement.content
    if not isinstance(session, Session):
        raise TypeError(f"a session, not {type(session).__name__}")
    convener = opened.statement.issuer
    listed = sorted({each.digest: each for each in told if _is_of(each, opened.digest)}.values(), key=_order)
    said = [each for each in listed if _is_within(each, session)]
    asked = (opened.digest, convener, session)
    stops = [each for each in said if isinstance(each.statement.content, Abort) and each.statement.issuer == convener]
    tardy = [each for each in stops if _was_over(asked, said, each.statement.issued_at)]
    stopped = [each.statement.content for each in stops if each not in tardy]
    reason = stopped[0].reason if stopped and isinstance(stopped[0], Abort) else ""
    counted = [Count(asked, number, said).round(now) for number in ROUNDS]
    rounds = tuple(_following(counted, is_stopped=bool(reason)))
    faults = (
        *(fault for each in counted for fault in each.faults),
        *_strange(tardy, Misdeed.LATE_ABORT),
        *_strange([each for each in listed if each not in said], Misdeed.OTHER_PARTNERS),
        *_strange([each for each in said if _is_presumed(each, convener)], Misdeed.NOT_CONVENER),
    )
    signed, notes = _signed(said), tuple(_notes(said))
    at = opened.statement.issued_at
    return Standing(opened.digest, session, convener, at, rounds, notes, signed, reason, faults, now)


def _order(told: Told) -> tuple[str, str]:
    return told.order


def _is_of(told: Told, session: str) -> bool:
    """Whether something is said of a session."""
    content = told.statement.content
    return isinstance(content, InSession) and content.session == session


def _is_within(told: Told, session: Session) -> bool:
    """Whether it is said by a partner of the session, to exactly the partners in it."""
    content, issuer = told.statement.content, told.statement.issuer
    return isinstance(content, InSession) and content.partners == session.partners and issuer in session.partners


def _was_over(asked: tuple[str, PartnerId, Session], said: Sequence[Told], at: datetime) -> bool:
    """Whether a session was over at a moment, by what had been said before it."""
    before = [each for each in said if each.statement.issued_at < at]
    counted = [Count(asked, number, before).round(at) for number in ROUNDS]
    return all(each.is_over for each in _following(counted, is_stopped=False))


def _is_presumed(told: Told, convener: PartnerId) -> bool:
    """Whether somebody else says what is the convener's to say."""
    return isinstance(told.statement.content, Frozen | Abort) and told.statement.issuer != convener


def _following(counted: Sequence[Round], *, is_stopped: bool) -> Iterator[Round]:
    """The rounds, the second of which is held only once the first has a result; none, once the session is stopped."""
    first, second = counted
    if is_stopped:
        first, second = (_ended(each, Ended.STOPPED) for each in counted)
    elif first.phase is Phase.ABORTED:
        second = _ended(second, Ended.NOT_HELD)
    elif first.phase is not Phase.CLOSED:
        second = replace(second, phase=Phase.WAITING, ended=None)
    yield first
    yield second


def _ended(each: Round, why: Ended) -> Round:
    """A round without a result; one that had ended before stays as it ended."""
    return (
        each if why is Ended.STOPPED and each.phase is Phase.CLOSED else replace(each, phase=Phase.ABORTED, ended=why)
    )


def _signed(said: Sequence[Told]) -> dict[PartnerId, Signed]:
    """The newest signature of each partner; `said` is in order of time."""
    return {
        each.statement.issuer: Signed(each.statement.issued_at, each.statement.content.result)
        for each in said
        if isinstance(each.statement.content, Conclusion)
    }


def _notes(said: Sequence[Told]) -> Iterator[NoteSaid]:
    for each in said:
        if isinstance(each.statement.content, Note):
            yield NoteSaid(each.statement.issuer, each.statement.issued_at, each.statement.content)


def _strange(told: Sequence[Told], misdeed: Misdeed) -> Iterator[Fault]:
    for each in told:
        yield Fault(misdeed, (each.statement.issuer,), (each.digest,))
