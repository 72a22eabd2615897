"""Outgoing: a Release, which is all that may leave; made here alone, from a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass, replace
from datetime import datetime
from typing import NoReturn

from consilience.ledger.entry import Entry
from consilience.model.entry import ClaimEntry, Content, Decided, ReleaseRecord, Retraction
from consilience.model.identity import PartnerId
from consilience.release.decision import Decision, Given
from consilience.release.fold import Held
from consilience.trust.verify import Verified

_MADE_HERE = object()
_RECORDED = 500  # decisions in one entry of the record: far below the bound on an envelope


@dataclass(frozen=True, slots=True)
class Release:
    """What goes to one audience: verified envelopes for each partner of it, and the record of every decision.

    `items` are the originals where the audience may have all of them, and copies under the node's own signature
    where it may have a part. Made by `prepare` alone: whoever holds one knows that policy was asked.
    """

    decision: Decision
    at: datetime
    items: tuple[tuple[PartnerId, tuple[Verified, ...]], ...]
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
    """What it takes to prepare a release: the node's own name, its seal, and its ledger to read from.

    `seal` signs as of a time (now, when None); a copy has the time of its original, so that it does not stand out.

    `entry` gives an entry of the main log by its index; `had` the envelope by which a partner was told a thing
    before (`Verified.subject`), None when it never was.
    """

    seal: Callable[[Content, datetime | None], Verified]
    reopen: Callable[[bytes], Verified]
    entry: Callable[[int], Entry]
    had: Callable[[PartnerId, str], bytes | None]


def prepare(decision: Decision, retractions: Iterable[Held], office: Office, now: datetime) -> Release:
    """Turn a decision into what leaves.

    Args:
        decision: on claims.
        retractions: all that the node holds; those of claims that are given go with them.
        office: who releases, and with what.
        now: when.
    """
    withdrawn = {held.target: held for held in retractions if held.target is not None}
    made = [_item(given, office) for given in decision.given]
    items = tuple(
        (partner, tuple(_told(partner, decision, made, withdrawn, office))) for partner in decision.audience.partners
    )
    record = tuple(office.seal(said, None) for said in _records(decision, office))
    return Release(decision, now, items, record, _MADE_HERE)


def _item(given: Given, office: Office) -> Verified:
    """The original envelope, or a copy with the cells that may go, labelled as what is left is.

    A copy says nothing of what it leaves out: it has the form of a claim that never held more.
    """
    original = _content(office, given.held.seq)
    entry = original.statement.content
    if given.is_whole or not isinstance(entry, ClaimEntry):
        return original
    return office.seal(ClaimEntry(given.cells, entry.base), original.statement.issued_at)


def _told(
    partner: PartnerId,
    decision: Decision,
    made: Iterable[Verified],
    withdrawn: Mapping[str, Held],
    office: Office,
) -> Iterator[Verified]:
    """What one partner is told: each claim as it had it before, if it did, and its withdrawal by the name it had then."""
    for given, item in zip(decision.given, made, strict=True):
        before = office.had(partner, item.subject)
        sent = office.reopen(before) if before is not None else item
        yield sent
        held = withdrawn.get(given.held.digest)
        if held is not None:
            original = _content(office, held.seq)
            said = original.statement.content
            if isinstance(said, Retraction):
                yield (
                    original
                    if said.object == sent.digest
                    else office.seal(replace(said, object=sent.digest), original.statement.issued_at)
                )


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
