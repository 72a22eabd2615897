"""Outgoing: a Release, which is all that may leave; made here alone, from a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, replace
from datetime import datetime
from typing import NoReturn

from consilience.ledger.entry import Entry
from consilience.model.entry import Content, Decided, Derivation, ReleaseRecord, Remarking, Retraction
from consilience.model.identity import PartnerId
from consilience.model.marking import Label
from consilience.release.decision import Decision, Given
from consilience.release.fold import Held
from consilience.trust.verify import Verified

_MADE_HERE = object()
_RECORDED = 500  # decisions in one entry of the record: far below the bound on an envelope


@dataclass(frozen=True, slots=True)
class Release:
    """What goes to one audience: verified envelopes for each partner of it, and the record of every decision.

    `items` are the originals where a partner may have all of them, and copies under the node's own signature where
    it may have a part; `record` is for the node's own log: the decisions, and what each copy was made from. Made by
    `prepare` alone: whoever holds one knows that policy was asked.
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
    """What it takes to prepare a release: the node's own seal, and its ledger to read from.

    `seal` signs as of a time (now, when None): a copy has the time of its original. `entry` gives an entry of the
    main log by its index. `words` are the retractions and remarkings that the node holds, by the object they speak
    of, and `labels` gives a label by its id.
    """

    partner: PartnerId
    seal: Callable[[Content, datetime | None], Verified]
    reopen: Callable[[bytes], Verified]
    entry: Callable[[int], Entry]
    words: Mapping[str, Sequence[Held]]
    labels: Sequence[Label]


@dataclass(frozen=True, slots=True)
class Past:
    """What one partner has had: the envelopes of the claims in its log by digest, and its copies of each original."""

    envelopes: Mapping[str, bytes]
    copies: Mapping[str, Sequence[str]]

    def of(self, digest: str) -> list[str]:
        """The digests under which the partner has had an object, itself and copies."""
        return [name for name in (digest, *self.copies.get(digest, ())) if name in self.envelopes]


def prepare(
    decision: Decision, offers: Mapping[PartnerId, tuple[Decision, Past]], office: Office, now: datetime
) -> Release:
    """Turn a decision into what leaves.

    Args:
        decision: on claims, for the audience as a whole: only what it gives goes to anybody.
        offers: for each partner of the audience what it alone may have of all claims, and what it has had: a partner
            is told each thing in one form, however the release was put together.
        office: who releases, and with what.
        now: when.
    """
    chosen = frozenset(given.held.digest for given in decision.given)
    record: list[Verified] = []
    items = []
    for partner, (offer, past) in offers.items():
        told: list[Verified] = []
        names: dict[str, str] = {}
        alone = replace(offer.only(chosen), withheld=decision.withheld)
        record += [office.seal(said, None) for said in _records(alone, office, partner)]
        for given in alone.given:
            # what it said itself it has; what is withdrawn already it need not learn of
            if given.held.issuer != partner and (given.held.retracted is None or past.of(given.held.digest)):
                going = list(_told(given, past, office))
                told += going
                names[given.held.digest] = going[0].digest
                if going[0].digest not in past.envelopes and going[0].digest != given.held.digest:
                    record.append(office.seal(Derivation(going[0].digest, given.held.digest), None))
        told += _news(past, names, office)
        items.append((partner, tuple(told)))
    return Release(decision, now, tuple(items), tuple(record), _MADE_HERE)


def _told(given: Given, past: Past, office: Office) -> Iterator[Verified]:
    """A claim as the partner is told it now, first; copies that it had before, and that say something else, withdrawn.

    A copy says nothing of what it leaves out: it has the form of a claim that never held more. Who had the original
    is told nothing less.
    """
    held = given.held
    earlier = past.of(held.digest)
    if held.digest in earlier:
        yield office.reopen(past.envelopes[held.digest])
        return
    item = original = _content(office, held.seq)
    if not given.is_whole:
        item = office.seal(given.content, original.statement.issued_at)
    for name in earlier:
        before = office.reopen(past.envelopes[name])
        if before.subject == item.subject:
            yield before
            return
    yield item
    for name in earlier:
        yield office.seal(Retraction(name, "replaced by another copy"), None)


def _news(past: Past, names: Mapping[str, str], office: Office) -> Iterator[Verified]:
    """What was said later of anything that the partner had, or is told now: that it is withdrawn, or marked higher.

    It is told even of what the partner may no longer have, since it has it; under the name by which it has it.
    """
    for digest, words in office.words.items():
        for name in dict.fromkeys((*past.of(digest), *filter(None, (names.get(digest),)))):
            is_new_copy = name != digest and name not in past.envelopes
            for word in words:
                if not (is_new_copy and word.kind == "remarking"):  # its labels are those of now
                    yield from _word(word, name, office)


def _word(word: Held, name: str, office: Office) -> Iterator[Verified]:
    """A retraction or remarking, rebound to the name by which a partner has its object."""
    original = _content(office, word.seq)
    said = original.statement.content
    if original.statement.issuer != office.partner and name == word.target:
        yield original
    elif isinstance(said, Retraction):
        yield office.seal(replace(said, object=name), original.statement.issued_at)
    elif isinstance(said, Remarking):
        label = office.labels[word.base if name != word.target else word.whole]
        yield office.seal(Remarking(name, label, "", "marked higher"), original.statement.issued_at)


def _content(office: Office, seq: int) -> Verified:
    """What an entry holds, verified again before it goes."""
    envelope = office.entry(seq).envelope
    if envelope is None:
        raise LookupError(f"entry {seq} was erased while it was being released")
    return office.reopen(envelope)


def _records(decision: Decision, office: Office, recipient: PartnerId) -> Iterator[ReleaseRecord]:
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
    for start in range(0, len(decided), _RECORDED):
        yield ReleaseRecord(recipient, decision.audience.use, tuple(decided[start : start + _RECORDED]))
