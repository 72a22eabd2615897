"""Outgoing: a Release, which is all that may leave; made here alone, from a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import InitVar, dataclass, replace
from datetime import datetime
from typing import NoReturn

from consilience.ledger.entry import Entry
from consilience.model.entry import ClaimEntry, Decided, ReleaseRecord, Retraction, Statement
from consilience.model.identity import PartnerId
from consilience.release.decision import Decision, Given
from consilience.release.fold import Held
from consilience.trust.verify import Verified

_MADE_HERE = object()
_RECORDED = 500  # decisions in one entry of the record: far below the bound on an envelope

Seal = Callable[[Statement], Verified]
"""Signs a statement in the node's own name."""

Reopen = Callable[[bytes], Verified]
"""Verifies an envelope of the ledger once more."""


@dataclass(frozen=True, slots=True)
class Release:
    """What goes to one audience: verified envelopes, in order, and the record of every decision.

    `items` are the originals where the audience may have all of them, and copies under the node's own signature
    where it may have a part. Made by `prepare` alone: whoever holds one knows that policy was asked.
    """

    decision: Decision
    at: datetime
    items: tuple[Verified, ...]
    record: tuple[Verified, ...]
    made_by: InitVar[object]

    def __post_init__(self, made_by: object) -> None:
        """Refuse to be made elsewhere."""
        if made_by is not _MADE_HERE:
            raise TypeError("Release is made by consilience.release.outgoing alone: decide, then prepare")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled: what is read back was decided by nobody."""
        raise TypeError("Release is not pickled: decide again")


@dataclass(frozen=True, slots=True)
class Office:
    """What it takes to prepare a release: the node's own name, its clock, its seal, and its ledger to read from."""

    partner: PartnerId
    now: datetime
    seal: Seal
    reopen: Reopen
    entry: Callable[[int], Entry]


def prepare(decision: Decision, retractions: Iterable[Held], office: Office) -> Release:
    """Turn a decision into what leaves.

    Args:
        decision: on claims.
        retractions: those of claims in the decision that the audience may know of.
        office: who releases, when, and with what.
    """
    sent: dict[str, Verified] = {}
    for given in decision.given:
        sent[given.held.digest] = _item(given, office)
    withdrawn = [
        _retraction(held, sent[held.target], office) for held in retractions if held.target is not None and held.target in sent
    ]  # fmt: skip
    items = tuple(dict.fromkeys((*sent.values(), *withdrawn)))
    record = tuple(office.seal(Statement(office.partner, office.now, said)) for said in _records(decision, office))
    return Release(decision, office.now, items, record, _MADE_HERE)


def _item(given: Given, office: Office) -> Verified:
    """The original envelope, or a copy with the cells that may go, labelled as what is left is.

    A copy says nothing of what it leaves out: it has the form of a claim that never held more.
    """
    original = _content(office, given.held.seq)
    if given.is_whole:
        return original
    entry = original.statement.content
    if not isinstance(entry, ClaimEntry):
        raise TypeError(f"entry {given.held.seq} is no claim")
    copy = ClaimEntry(given.cells, entry.base)
    return office.seal(Statement(office.partner, original.statement.issued_at, copy))


def _retraction(held: Held, sent: Verified, office: Office) -> Verified:
    """The withdrawal of what this audience was given: the original one, or one that names the copy."""
    original = _content(office, held.seq)
    said = original.statement.content
    if not isinstance(said, Retraction) or said.object == sent.digest:
        return original
    return office.seal(Statement(office.partner, original.statement.issued_at, replace(said, object=sent.digest)))


def _content(office: Office, seq: int) -> Verified:
    """What an entry holds, verified again before it goes."""
    envelope = office.entry(seq).envelope
    if envelope is None:
        raise LookupError(f"entry {seq} was erased while it was being released")
    return office.reopen(envelope)


def _records(decision: Decision, office: Office) -> Iterator[ReleaseRecord]:
    """Every decision, by the leaf of its entry: a leaf is salted, so the record outlives an erasure and gives nothing away."""
    decided = [
        Decided(office.entry(given.held.seq).leaf.hex(), "whole" if given.is_whole else "part",
                tuple(sorted({refusal.rule.value for refusal in given.cut})))
        for given in decision.given
    ] + [
        Decided(office.entry(kept.held.seq).leaf.hex(), "withheld",
                tuple(sorted({refusal.rule.value for refusal in kept.refusals})))
        for kept in decision.withheld
    ]  # fmt: skip
    recipient = PartnerId(decision.audience.name)
    for start in range(0, len(decided), _RECORDED):
        yield ReleaseRecord(recipient, decision.audience.use, tuple(decided[start : start + _RECORDED]))
