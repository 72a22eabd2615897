"""Sessions: what this node holds of sessions of sealed answers, what it says in them, and what it passes on.

What is said in a session stands in our main log, and in the log of every other partner of the session, so that it
travels as all that we tell a partner: under heads that are witnessed, by sync, push or file. What others said is passed on
to the rest, under their own signatures: a partner who is cut off hears it by way of others, and a convener that
shows each of them another set is found out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from consilience.errors import UsageError
from consilience.ledger.entry import MAIN, Appended, Batch
from consilience.model.form import instant_text
from consilience.model.identity import PartnerId
from consilience.model.round import Abort, Frozen, InSession, Note, RoundEntry, Session
from consilience.node.giving import GrownError, log_of
from consilience.node.node import Node
from consilience.node.offer import members
from consilience.rounds.answer import Status, Told
from consilience.rounds.count import Phase, Round
from consilience.rounds.standing import Standing, standing
from consilience.rounds.standing import sessions as sessions_in
from consilience.trust.errors import TrustError
from consilience.trust.statement import reread
from consilience.trust.verify import Verified, verify

KINDS = frozenset({"session", "commitment", "frozen", "reveal", "note", "conclusion", "abort"})
"""The kinds of entries that are about sessions."""

_TRIES = 5  # against processes that record something meanwhile


class Held(NamedTuple):
    """One statement of a session as the ledger has it, with its bytes."""

    told: Told
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Spoken:
    """What this node said in a session: the statement, and where it stands in the log of each of the others."""

    said: Verified
    given: tuple[tuple[PartnerId, Appended], ...]


def held(node: Node) -> tuple[Held, ...]:
    """Every statement of a session that this node holds, in order of its ledger; what was erased says nothing."""
    found = []
    for entry in node.ledger.entries(kinds=KINDS):
        if entry.envelope is not None and entry.digest is not None:
            found.append(Held(Told(entry.digest, reread(entry.envelope)), entry.envelope))
    return tuple(found)


def standings(node: Node) -> tuple[Standing, ...]:
    """How every session stands that this node is in, the oldest first."""
    told = [each.told for each in held(node)]
    now = node.clock()
    found = (standing(opened, told, now) for opened in sessions_in(told))
    return tuple(each for each in found if node.partner in each.session.partners)


def find(node: Node, name: str) -> Standing:
    """How a session stands, by its id, the beginning of one, or the name of its question; the newest where it is empty.

    Raises:
        UsageError: none, or several that begin so.
    """
    every = standings(node)
    found = [each for each in every if each.id == name or (len(name) >= 4 and each.id.startswith(name))]
    found = found or [each for each in every if each.session.question.name == name]
    if not name:
        found = list(every[-1:])
    if len(found) != 1:
        said = f"{len(found)} of them" if found else "no such session"
        shown = ", ".join(f"{each.id[:12]} ({each.session.question.name})" for each in (found or every)[-5:])
        next_step = "See: consilience ask --list" if every else "Put a question: consilience ask --help"
        raise UsageError(f"session {name}".strip(), said, f"one of {shown or 'none yet'}", next_step)
    return found[0]


def envelopes(node: Node, found: Standing) -> tuple[bytes, ...]:
    """All that was said in a session as far as this node has it, each under its issuer's signature; for its partners alone."""
    mine = []
    for each in held(node):
        content = each.told.statement.content
        if each.told.digest == found.id or (isinstance(content, InSession) and content.session == found.id):
            mine.append(each.envelope)
    return tuple(mine)


def ask(node: Node, wanted: Session) -> Spoken:
    """Put a question to some partners; from now on this node is the convener, and freezes the sets.

    Raises:
        UsageError: a set that is none or without us, a partner without a key on the roster, or a deadline that has passed.
    """
    now = node.clock()
    for code in members(node, wanted.partners):
        member = node.roster.member(code)
        if member is None or not any(key.holds_at(now) for key in member.keys):
            next_step = f"Run: consilience partner add {code} --key KEY"
            raise UsageError(f"partner {code}", "no key on the roster that holds now", "one to verify it by", next_step)
    if wanted.rounds[0].commit <= now:
        found = instant_text(wanted.rounds[0].commit)
        raise UsageError("--commit-by", found, f"a time after now, {instant_text(now)}")
    return say(node, wanted)


def note(node: Node, found: Standing, text: str, claims: tuple[str, ...]) -> Spoken:
    """Say something to the others of a session, to be weighed between the rounds."""
    return say(node, Note(found.id, found.session.partners, text, claims))


def abort(node: Node, found: Standing, reason: str) -> Spoken:
    """Stop a session that this node convened; what was opened stays opened, and the record says who stopped it and why.

    Raises:
        UsageError: another partner convened it, or it is over.
    """
    if found.convener != node.partner:
        next_step = "Not answering is enough: what is not sealed is not counted."
        raise UsageError(f"session {found.id[:12]}", f"one that {found.convener} convened", "one of ours", next_step)
    if found.is_over:
        raise UsageError(f"session {found.id[:12]}", "it is over", "one that is under way")
    return say(node, Abort(found.id, found.session.partners, reason))


def say(node: Node, content: RoundEntry, at: int | None = None) -> Spoken:
    """Sign what is said, and record it in our log and in that of every other partner of the session, in one transaction.

    Raises:
        GrownError: the ledger has not the size `at` any more.
    """
    said = node.seal(content)
    others = [code for code in content.partners if code != node.partner]
    _, *given = node.append(Batch(MAIN, [said]), *(Batch(log_of(code), [said]) for code in others), at=at)
    return Spoken(said, tuple(zip(others, given, strict=True)))


def keep_up(node: Node) -> tuple[Spoken, ...]:
    """Do what is due without being asked: pass on what others said, and freeze the sets of sessions that we convened.

    Called by every command of a session and after each sync; when nothing is due, nothing is written. What we froze is
    returned. A set is frozen once: of two processes that try, the second sees the first one's.
    """
    for _ in range(_TRIES):
        size, said = node.ledger.size(), held(node)
        try:
            batches = _passed_on(node, said)
            if batches:
                node.append(*batches, at=size)
            return tuple(say(node, due, at=size + number) for number, due in enumerate(_due(node, said)))
        except GrownError as error:  # another process was first: see what is left to do
            last = error
    raise last


def _passed_on(node: Node, said: Iterable[Held]) -> list[Batch]:
    """What others said in our sessions, for each of their partners that does not have it from us."""
    listed = list(said)
    inside = {
        each.digest: each.statement.content.partners
        for each in sessions_in(each.told for each in listed)
        if isinstance(each.statement.content, Session) and node.partner in each.statement.content.partners
    }
    wanted: dict[PartnerId, list[Held]] = {}
    for each in listed:
        content, issuer = each.told.statement.content, each.told.statement.issuer
        session = content.session if isinstance(content, InSession) else each.told.digest
        partners = inside.get(session, ())
        if issuer in partners and isinstance(content, RoundEntry) and content.partners == partners:
            for code in partners:
                if code not in (node.partner, issuer) and node.roster.member(code):
                    wanted.setdefault(code, []).append(each)
    batches = (Batch(log_of(code), list(_verified(node, code, items))) for code, items in sorted(wanted.items()))
    return [batch for batch in batches if batch.items]


def _verified(node: Node, partner: PartnerId, items: Iterable[Held]) -> Iterator[Verified]:
    """Those of some statements that are not in a partner's log, verified anew."""
    had = {entry.digest for entry in node.ledger.entries(log_of(partner), kinds=KINDS)}
    for each in items:
        if each.told.digest not in had:
            try:
                yield verify(each.envelope, node.roster, node.clock())
            except TrustError:  # by a key that holds no longer, which nobody takes from us: its issuer has it to give
                continue


def _due(node: Node, said: Iterable[Held]) -> Iterator[Frozen]:
    """The sets that are for us to freeze now."""
    told = [each.told for each in said]
    now = node.clock()
    for opened in sessions_in(told):
        found = standing(opened, told, now)
        if found.convener == node.partner and not found.stopped:
            frozen = [each.statement.content for each in told if each.statement.issuer == node.partner]
            done = {each.round for each in frozen if isinstance(each, Frozen) and each.session == found.id}
            for each in found.rounds:
                if each.phase in (Phase.COMMITTING, Phase.FREEZING) and each.number not in done:
                    yield from _set(found, each)


def _set(found: Standing, each: Round) -> Iterator[Frozen]:
    """The set of a round, once all answered or the deadline has passed; it names one commitment of each."""
    sealed = [answer for answer in each.answers if answer.status is Status.COMMITTED]
    if len(sealed) == len(each.answers) or found.now > each.deadlines.commit:
        digests = tuple(sorted(answer.statements[0] for answer in sealed))
        yield Frozen(found.id, found.session.partners, each.number, digests)
