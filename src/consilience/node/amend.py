"""Amend: what is said later about an object that stands: withdrawn, marked higher, consented to, told in less, erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from consilience.errors import ConsilienceError, UnknownClaimError, UsageError
from consilience.intake.row import COLUMNS, REQUIRED
from consilience.ledger.entry import MAIN, Appended, Entry
from consilience.model.entry import (
    AdjudicationEntry,
    ClaimEntry,
    Consent,
    DecisionEntry,
    Derivation,
    Remarking,
    Retraction,
    Tombstone,
)
from consilience.model.identity import PartnerId
from consilience.model.marking import Label
from consilience.node.node import Node
from consilience.release.fold import Held
from consilience.release.marking import read_marking
from consilience.trust.statement import reread
from consilience.trust.verify import Verified


class NotOriginatorError(ConsilienceError):
    """Only who issued or first told a thing may do this with it."""

    exit_code = 3


class MarkingError(ConsilienceError):
    """A marking that cannot be read, where one is asked for: a person is there to mend it."""

    exit_code = 2


class LoweredError(ConsilienceError):
    """A label may be raised in place, never lowered."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Tearline:
    """A claim told in less: its new id, its marking, the cells to leave out and those to say anew."""

    claim_id: str
    marking: str
    without: frozenset[str]
    instead: Mapping[str, str]


def one(node: Node, name: str) -> Held:
    """The claim of an id or digest.

    Raises:
        UnknownClaimError: when there is none.
        UsageError: when several contents have the id, naming their digests.
    """
    node.catch_up()
    found = [held for held in node.index.named(name) if held.kind == "claim"]
    ours = [held for held in found if held.issuer == node.partner]
    if len(ours) == 1:  # a partner's claim under the same id is named by its digest
        return ours[0]
    if not found:
        raise UnknownClaimError(f"claim {name}", "no such id in this ledger", "the id or the digest of a claim")
    if len(found) > 1:
        digests = ", ".join(held.digest for held in found)
        raise UsageError(
            f"claim {name}", f"{len(found)} contents under this id: {digests}", "one", "Name its whole digest."
        )
    return found[0]


def retract(node: Node, name: str, reason: str) -> Held:
    """Withdraw a claim: it stands in pictures of before, in none after, and who had it is told at the next release.

    Raises:
        NotOriginatorError: when another issued it.
    """
    held = _own(node, name, "withdraw")
    if held.retracted is not None:
        raise UsageError(f"claim {name}", f"withdrawn already, at {held.retracted}", "a claim that stands")
    node.record(node.seal(Retraction(held.digest, _reason(reason))))
    return held


def mark(node: Node, name: str, marking: str, reason: str) -> Label:
    """Raise the label of a claim, with a reason; the new label is the join of both.

    Raises:
        LoweredError: when the marking restricts no more than the present one.
        MarkingError: when it cannot be read.
    """
    held = _own(node, name, "mark")
    labels, wanted = node.index.labels(), label_of(node, marking)
    base, raised = labels[held.base], labels[held.whole].join(wanted)
    if base.dominates(wanted):
        next_step = "What is to go to more partners is told anew, in less: consilience tearline."
        raise LoweredError(f"marking {marking!r}", "nothing that the present label lacks", "a stricter one", next_step)
    node.record(node.seal(Remarking(held.digest, wanted, marking, _reason(reason))))
    return raised


def consent(node: Node, name: str, to: str, use: str, until: datetime) -> Verified:
    """Leave, as an originator, to give one object to one partner for one use until a time.

    `name` is the id of a claim that is held, or the digest of one that is not. The signed consent is recorded
    here and returned, for whoever holds the object.
    """
    digest = name if _is_digest(name) else one(node, name).digest
    if not node.roster.member(to):
        raise UsageError(
            f"partner {to}", "not on the roster", "a partner's code", f"Add it: consilience partner add {to}"
        )
    if until <= node.clock():
        raise UsageError("--until", until.isoformat(), "a time that is yet to come")
    signed = node.seal(Consent(digest, PartnerId(to), use, until))
    node.record(signed)
    return signed


def tearline(node: Node, name: str, line: Tearline) -> Verified:
    """Tell a claim anew in less: a new object with its own id and label. What it was made from, only we know.

    Raises:
        NotOriginatorError: when the claim is another partner's: only its originator may put it lower.
        UsageError: for a column that is none, one that a claim cannot do without, or an id that is taken.
    """
    held = _own(node, name, "tell in less")
    entry = next(content for _, content in node.contents([held]))
    if entry.cell("partner") != node.partner:
        _refuse(name, entry.cell("partner"), node, "tell in less")
    if node.index.named(line.claim_id):
        raise UsageError(f"claim {line.claim_id}", "an id that is taken", "a new id")
    _columns([*line.without, *line.instead])
    wanted = label_of(node, line.marking)
    gone = sorted(line.without & set(REQUIRED))
    if gone:
        raise UsageError("tearline", f"without {', '.join(gone)}", "a claim with " + ", ".join(REQUIRED))
    for part in entry.portions:
        kept = sorted(set(part.columns) & dict(entry.cells).keys() - line.without - line.instead.keys())
        if kept and not wanted.dominates(part.label):
            found = f"{', '.join(kept)} kept, which are marked {part.marking or 'apart'}"
            raise UsageError("tearline", found, "them left out or said anew", f"Say: --without {kept[0]}")
    cells = {name: text for name, text in entry.cells if name in COLUMNS and name not in line.without}
    cells |= {**line.instead, "claim_id": line.claim_id, "marking": line.marking}
    made = node.seal(ClaimEntry(tuple(sorted((k, v) for k, v in cells.items() if v)), wanted))
    node.record(made, node.seal(Derivation(made.digest, held.digest)))
    return made


def erase(node: Node, name: str, reason: str) -> tuple[Appended, ...]:
    """Destroy a claim here, whoever issued it: in the logs of what partners were given, and what was said of it.

    The tree keeps the hashes. What partners hold already is theirs: retract it first, so that they are told. The
    claim itself goes last, so that an erasure that was cut off can be told again and finishes.
    """
    held = one(node, name)
    wanted = _reason(reason)
    node.ready()
    done: list[Appended] = []
    for entry in _traces(node, held):
        tombstone = Tombstone(entry.log, entry.index, entry.leaf.hex(), wanted)
        done.append(node.ledger.erase(node.seal(tombstone)))
    node.keep(*done)
    node.catch_up()
    return tuple(done)


def _traces(node: Node, held: Held) -> list[Entry]:
    """What holds a claim, or names it by a digest that could be guessed: its copies, words about them, and it, last."""
    made = {made for made, source in node.index.derivations().items() if source == held.digest}
    names = {held.digest} | {name for name in made if not node.index.named(name)}  # a tearline is a claim of its own
    found = []
    for log in sorted(node.ledger.logs(), reverse=True):
        for entry in node.ledger.entries(log):
            is_it = log == MAIN and entry.index == held.seq
            if (
                entry.envelope is not None
                and not is_it
                and (entry.digest in names or _speaks_of(entry.envelope, names))
            ):
                found.append(entry)
    return [*found, node.ledger.entry(held.seq)]


def _speaks_of(envelope: bytes, names: set[str]) -> bool:
    """Whether a statement names one of some objects."""
    content = reread(envelope).content
    if isinstance(content, Derivation):
        return bool({content.object, content.derived_from} & names)
    if isinstance(content, DecisionEntry):
        return bool(names.intersection(content.objects))
    return isinstance(content, Consent | Retraction | Remarking | AdjudicationEntry) and content.object in names


def label_of(node: Node, marking: str) -> Label:
    """The label of a marking that a person just wrote.

    Raises:
        MarkingError: when not all of it can be read.
    """
    read = read_marking(marking, node.partner, node.roster)
    if read.problems:
        found, _, expected = read.problems[0].removeprefix("found ").partition(", expected ")
        raise MarkingError(f"marking {marking!r}", found, expected or "a marking as in docs/release.md")
    return read.label


def _own(node: Node, name: str, act: str) -> Held:
    """A claim that this node issued."""
    held = one(node, name)
    if held.issuer != node.partner:
        _refuse(name, held.issuer, node, act)
    return held


def _refuse(name: str, owner: str, node: Node, act: str) -> None:
    next_step = f"Ask {owner} to {act} it."
    raise NotOriginatorError(
        f"claim {name}", f"{node.partner} to {act} what is {owner}'s", f"{owner} itself", next_step
    )


def _reason(text: str) -> str:
    if not text.strip():
        raise UsageError("--reason", "none", "a sentence that says why: it stays in the record")
    return text.strip()


def _columns(names: Iterable[str]) -> None:
    strange = sorted(set(names) - set(COLUMNS))
    if strange:
        raise UsageError("tearline", f"column {strange[0]}", "one of " + ", ".join(COLUMNS))


def _is_digest(name: str) -> bool:
    return len(name) == 64 and all(letter in "0123456789abcdef" for letter in name)
