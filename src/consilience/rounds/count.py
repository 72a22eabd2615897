"""Count: one round as the signed statements have it: who sealed, which set is frozen, who opened, and what counts.

Nothing here depends on the order in which statements arrived, nor on whose node counts. Times are those that issuers
signed; the clock says only which deadlines have passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import chain

from consilience.errors import AssessmentError
from consilience.model.assessment import Assessment
from consilience.model.identity import PartnerId
from consilience.model.round import Commitment, Deadlines, Frozen, Reveal, Session
from consilience.rounds.answer import Answer, Fault, Misdeed, Status, Told
from consilience.trust.sealed import commitment

LEAST = 2
"""Answers that a round needs: fewer are no comparison."""


class Phase(Enum):
    """Where a round is."""

    WAITING = "waiting for the round before"
    COMMITTING = "answers are being sealed"
    FREEZING = "waiting for the convener to freeze the set"
    REVEALING = "answers are being opened"
    CLOSED = "closed"
    ABORTED = "aborted"


class Ended(Enum):
    """Why a round has no result."""

    TWO_SETS = "the convener showed two frozen sets"
    NEVER_FROZEN = "the set was never frozen"
    FEW_SEALED = "fewer than two answers were sealed in time"
    FEW_OPENED = "fewer than two answers were opened in time"
    NOT_HELD = "the round before has no result"
    STOPPED = "the convener stopped the session"


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a session.

    Attributes:
        number: 1 or 2.
        deadlines: until when answers are sealed and opened.
        phase: where it is.
        ended: why it has no result, if it has none.
        frozen: the digests of the statements that froze the set, in order; one, unless the convener said it again.
        answers: one of each partner, in order of code.
        faults: what went wrong.
        awaited: what is frozen and has not arrived here, by digest, in order. Until it has, whoever signed it may still
            choose what it was.
    """

    number: int
    deadlines: Deadlines
    phase: Phase
    ended: Ended | None
    frozen: tuple[str, ...]
    answers: tuple[Answer, ...]
    faults: tuple[Fault, ...]
    awaited: tuple[str, ...] = ()

    @property
    def opened(self) -> tuple[Answer, ...]:
        """The answers that count."""
        return tuple(answer for answer in self.answers if answer.status is Status.OPENED)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is waited for."""
        return self.phase in (Phase.CLOSED, Phase.ABORTED)

    def of(self, partner: PartnerId) -> Answer:
        """The answer of one partner."""
        return next(answer for answer in self.answers if answer.partner == partner)


class Count:
    """Counts one round of a session from what was said in it."""

    def __init__(self, session: tuple[str, PartnerId, Session], number: int, said: Iterable[Told]) -> None:
        """`session` is its id, its convener and what it is; `said` the statements of its partners, in any order."""
        self._id, self._convener, self._session = session
        self._number = number
        self._deadlines = self._session.deadlines(number)
        self._sealed: dict[PartnerId, list[Told]] = defaultdict(list)
        self._opened: dict[PartnerId, list[Told]] = defaultdict(list)
        frozen: list[Told] = []
        for told in sorted(said, key=lambda told: told.order):
            content, issuer = told.statement.content, told.statement.issuer
            if isinstance(content, Commitment) and content.round == number:
                self._sealed[issuer].append(told)
            elif isinstance(content, Reveal) and content.round == number:
                self._opened[issuer].append(told)
            elif isinstance(content, Frozen) and content.round == number and issuer == self._convener:
                frozen.append(told)
        self._issuers = {told.digest: told.statement.issuer for told in chain.from_iterable(self._sealed.values())}
        self._wide = [told for told in frozen if len(_set(told)) > len(self._session.partners)]
        self._early = [told for told in frozen if self._is_early(told)]
        self._late = [told for told in frozen if told.statement.issued_at > self._deadlines.reveal]
        self._frozen = [told for told in frozen if told not in (*self._wide, *self._early, *self._late)]
        self._sets = {_set(told) for told in self._frozen}
        self._named = frozenset(chain.from_iterable(self._sets))
        self._awaited = self._named - self._issuers.keys()

    def round(self, now: datetime) -> Round:
        """The round as it stands at a moment."""
        answers = tuple(self._answer(partner, now) for partner in self._session.partners)
        phase, ended = self._phase(answers, now)
        frozen = tuple(told.digest for told in self._frozen)
        faults, awaited = tuple(self._faults(answers)), tuple(sorted(self._awaited))
        return Round(self._number, self._deadlines, phase, ended, frozen, answers, faults, awaited)

    def _is_early(self, told: Told) -> bool:
        """Whether a set was frozen before the deadline although not everybody had answered; one partner counts once."""
        by = {self._issuers.get(digest, digest) for digest in _set(told)}
        return told.statement.issued_at <= self._deadlines.commit and len(by) < len(self._session.partners)

    def _phase(self, answers: Sequence[Answer], now: datetime) -> tuple[Phase, Ended | None]:
        """Where the round is, and why it has no result."""
        if len(self._sets) > 1:
            return Phase.ABORTED, Ended.TWO_SETS
        if not self._sets:
            return self._unfrozen(answers, now)
        awaited = len(self._awaited)
        sealed = [each for each in answers if each.status in (Status.COMMITTED, Status.MISMATCHED)]
        opened = [each for each in answers if each.status is Status.OPENED]
        if now <= self._deadlines.reveal and (sealed or awaited):
            lost = len(sealed) + len(opened) + awaited < LEAST
            return (Phase.ABORTED, Ended.FEW_SEALED) if lost else (Phase.REVEALING, None)
        if len(opened) >= LEAST:
            return Phase.CLOSED, None
        in_time = [each for each in answers if self._is_frozen_in_time(each)]
        return Phase.ABORTED, Ended.FEW_OPENED if len(in_time) + awaited >= LEAST else Ended.FEW_SEALED

    def _unfrozen(self, answers: Sequence[Answer], now: datetime) -> tuple[Phase, Ended | None]:
        """Where a round is of which no set is frozen."""
        if now > self._deadlines.reveal:
            return Phase.ABORTED, Ended.NEVER_FROZEN
        waits = any(each.status is Status.WAITING for each in answers)
        return (Phase.COMMITTING if waits and now <= self._deadlines.commit else Phase.FREEZING), None

    def _answer(self, partner: PartnerId, now: datetime) -> Answer:
        """How it stands with one partner. Of two answers that it sealed the one counts that is frozen alone, if one is."""
        sealed = self._counted(partner)
        values = {_commitment(told) for told in sealed}
        digests = tuple(told.digest for told in sealed)
        if not sealed:
            return Answer(partner, Status.WAITING)
        if len(values) > 1:
            recorded = None if any(self._is_at_hand(told) for told in sealed) else Status.WAITING
            return Answer(partner, Status.TWICE, _TWO, statements=digests, recorded=recorded)
        (value,) = values
        in_time = self._is_sealed_in_time(sealed[0])
        if not self._sets:
            reason = "" if in_time else _TOO_LATE
            return Answer(partner, Status.COMMITTED if in_time else Status.LATE, reason, value, None, digests)
        named = [told for told in sealed if told.digest in self._named]
        if named and in_time:
            return self._opening(partner, named[0], now)
        reason = _LEFT_OUT if in_time else _TOO_LATE
        recorded = None if self._is_at_hand(sealed[0]) else Status.WAITING
        return Answer(partner, Status.LATE, reason, value, self._shown(partner, value), digests, recorded)

    def _counted(self, partner: PartnerId) -> list[Told]:
        """What a partner sealed: of that, what the only frozen set names; where it names nothing, what is in time."""
        sealed = self._sealed[partner]
        frozen = [told for told in sealed if told.digest in self._named]
        if frozen and len(self._sets) == 1:
            return frozen
        return [told for told in sealed if self._is_sealed_in_time(told)] or sealed

    def _is_sealed_in_time(self, told: Told) -> bool:
        return told.statement.issued_at <= self._deadlines.commit

    def _is_at_hand(self, told: Told) -> bool:
        """Whether a commitment was there when the round was counted: sealed in time, or frozen."""
        return self._is_sealed_in_time(told) or told.digest in self._named

    def _shown(self, partner: PartnerId, value: str) -> Assessment | None:
        """What opens a commitment that does not count: it is shown all the same."""
        for told in self._opened[partner]:
            if isinstance(told.statement.content, Reveal) and self._is_open(told, value):
                return told.statement.content.assessment
        return None

    def _is_frozen_in_time(self, answer: Answer) -> bool:
        """Whether what a partner sealed is in the frozen set, and was sealed before the deadline."""
        frozen = [told for told in self._sealed[answer.partner] if told.digest in self._named]
        return any(told.digest in answer.statements and self._is_sealed_in_time(told) for told in frozen)

    def _opening(self, partner: PartnerId, sealed: Told, now: datetime) -> Answer:
        """How it stands with a partner whose commitment is in the frozen set."""
        value = _commitment(sealed)
        opened = self._opened[partner]
        good = [told for told in opened if self._is_open(told, value)]
        bad = tuple(told.digest for told in opened if told not in good and self._is_opened_in_time(told))
        if good:
            rests, found = (sealed.digest, good[0].digest), self._shown(partner, value)
            if self._is_opened_in_time(good[0]):
                return Answer(partner, Status.OPENED, "", value, found, rests)
            recorded = Status.MISMATCHED if bad else Status.MISSING
            return Answer(partner, Status.LATE, _OPENED_LATE, value, found, rests, recorded)
        if bad:
            return Answer(partner, Status.MISMATCHED, _OPENS_NOTHING, value, None, (sealed.digest, *bad))
        if now > self._deadlines.reveal:
            return Answer(partner, Status.MISSING, "sealed, and never opened", value, None, (sealed.digest,))
        return Answer(partner, Status.COMMITTED, "", value, None, (sealed.digest,))

    def _is_opened_in_time(self, told: Told) -> bool:
        return told.statement.issued_at <= self._deadlines.reveal

    def _is_open(self, told: Told, value: str) -> bool:
        """Whether a reveal opens a commitment, under a set that is known, with an answer to this very question."""
        content, issuer = told.statement.content, told.statement.issuer
        if not isinstance(content, Reveal) or content.frozen not in {each.digest for each in self._frozen}:
            return False
        said = content.assessment
        if (said.partner, said.round) != (issuer, self._number):
            return False
        try:
            said.check(self._session.question)
        except AssessmentError:
            return False
        return commitment(self._id, issuer, bytes.fromhex(content.nonce), said) == value

    def _faults(self, answers: Sequence[Answer]) -> Iterator[Fault]:
        """What went wrong in this round."""
        for told, misdeed in (
            *((told, Misdeed.WIDE_SET) for told in self._wide),
            *((told, Misdeed.EARLY_SET) for told in self._early),
            *((told, Misdeed.LATE_SET) for told in self._late),
        ):
            yield Fault(misdeed, (self._convener,), (told.digest,))
        if len(self._sets) > 1:
            yield Fault(Misdeed.TWO_SETS, (self._convener,), tuple(told.digest for told in self._frozen))
        for answer in answers:
            sealed = self._sealed[answer.partner]
            if len({_commitment(told) for told in sealed}) > 1:
                is_void = answer.status is Status.TWICE
                misdeed = Misdeed.TWO_COMMITMENTS if is_void else Misdeed.SECOND_COMMITMENT
                yield Fault(misdeed, (answer.partner,), tuple(told.digest for told in sealed))
            yield from self._unopened(answer)
        yield from self._copies(answers)

    def _unopened(self, answer: Answer) -> Iterator[Fault]:
        """Reveals that open nothing: under another set, or of something else."""
        known = {told.digest for told in self._frozen}
        for told in self._opened[answer.partner]:
            content = told.statement.content
            if isinstance(content, Reveal) and content.frozen not in known:
                yield Fault(Misdeed.OTHER_SET, (answer.partner,), (told.digest,))
            elif answer.commitment and not self._is_open(told, answer.commitment):
                yield Fault(Misdeed.DOES_NOT_OPEN, (answer.partner,), (told.digest,))

    def _copies(self, answers: Sequence[Answer]) -> Iterator[Fault]:
        """The same bytes under several names: those of them who did not open them."""
        holders: dict[str, list[Told]] = defaultdict(list)
        for told in chain.from_iterable(self._sealed.values()):
            holders[_commitment(told)].append(told)
        opened = {answer.partner for answer in answers if answer.assessment is not None}
        for _, found in sorted(holders.items()):
            names = {told.statement.issuer for told in found}
            if len(names) > 1:
                yield Fault(Misdeed.COPIED, tuple(sorted(names - opened)), tuple(sorted(told.digest for told in found)))


_TWO = "two different commitments: neither counts"
_TOO_LATE = "sealed after the deadline"
_OPENED_LATE = "opened after the deadline: shown, not counted"
_OPENS_NOTHING = "what it opened is not what it had sealed, or stands under another set"
_LEFT_OUT = "not in the frozen set: it reached the convener too late, or was left out"


def _commitment(told: Told) -> str:
    content = told.statement.content
    return content.commitment if isinstance(content, Commitment) else ""


def _set(told: Told) -> tuple[str, ...]:
    content = told.statement.content
    return content.commitments if isinstance(content, Frozen) else ()
