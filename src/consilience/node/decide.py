"""Decide: an analyst says of two claims that they are one fact, two, or not sure; signed, and held by this node alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from consilience.comparison.facts import REMARKS
from consilience.errors import UsageError
from consilience.intake.place import PlaceReader
from consilience.intake.row import RowReader
from consilience.ledger.entry import MAIN, Batch
from consilience.linkage.decisions import Decisions
from consilience.model.claim import Claim
from consilience.model.decision import Answer, Decision
from consilience.model.entry import DecisionEntry
from consilience.model.identity import version_id
from consilience.node.amend import one
from consilience.node.node import Node
from consilience.node.own import Told, decisions_in
from consilience.release.fold import Held


class Recorded(NamedTuple):
    """A decision as it was recorded, and whether it stands: no later one on its pair has replaced it or taken it back."""

    decision: Decision
    stands: bool


def decide(node: Node, decision: Decision) -> Decision:
    """Record what is decided of two claims, by their ids or digests; it holds at once in what this node shows itself.

    Returns:
        The decision under the ids of the claims, which a digest may have named.

    Raises:
        UnknownClaimError, UsageError: for claims that are not there, that are one, or that speak about others; without
            a reason; or when nothing is there to take back.
        ContradictionError: when it cannot hold beside those that stand, naming the chain.
        GrownError: when another process recorded something meanwhile.
    """
    if not decision.reason.strip():
        raise UsageError("--because", "none", "a sentence that says why: it stands beside the fact")
    size = node.catch_up()
    one_, two = (held_under(node, name) for name in decision.pair)
    if one_.digest == two.digest:
        raise UsageError("decide", f"claim {one_.name} twice", "two claims")
    for held in (one_, two):
        check_speaks_of_a_fact(node, held)
    names = {held.digest: _name(node, held) for held in (one_, two)}
    stands = Decisions(_decision(node, told) for told in decisions_in(node.ledger) if told.issuer == node.partner)
    pair = (names[one_.digest], names[two.digest])
    if decision.answer is Answer.OPEN and stands.on(*pair) is None:
        raise UsageError(
            f"decision on {' and '.join(pair)}", "none", "one that stands", "See: consilience decide --list"
        )
    made = Decision.of(pair, decision.answer, decision.reason.strip(), decision.by or node.partner)
    Decisions((*stands, made))
    low, high = sorted(names)
    sealed = node.seal(DecisionEntry((low, high), made.answer, made.reason, decision.by.strip()))
    node.append(Batch(MAIN, [sealed]), at=size)
    return made


def decided(node: Node) -> Iterator[Recorded]:
    """Every decision of this node's analysts, in the order in which they were made."""
    told = [each for each in decisions_in(node.ledger) if each.issuer == node.partner]
    last = {each.content.objects: number for number, each in enumerate(told)}
    for number, each in enumerate(told):
        is_last = last[each.content.objects] == number
        yield Recorded(_decision(node, each), is_last and each.content.answer is not Answer.OPEN)


def _decision(node: Node, told: Told) -> Decision:
    """A decision of the ledger under the names of its claims."""
    content = told.content
    one_, two = (named(node, name) for name in content.objects)
    return Decision.of(
        (one_, two), content.answer, content.reason, content.by or told.issuer, told.at.date().isoformat()
    )


def named(node: Node, digest: str) -> str:
    """The name of the claim of a digest."""
    return next((_name(node, held) for held in node.index.named(digest)), digest)


def _name(node: Node, held: Held) -> str:
    """A claim's id, where it is one claim's only, or our own; else its digest."""
    found = [other for other in node.index.named(held.name) if other.kind == "claim"]
    ours = [other for other in found if other.issuer == node.partner]
    return held.name if len(found) == 1 or ours == [held] else held.digest


def held_under(node: Node, name: str) -> Held:
    """The claim of an id as the node's own pages show it (`C1`, `GBR/C1`, `C1~3f2a9c1b`), or of a digest."""
    front, _, rest = name.partition("/")
    plain, _, version = (rest or front).partition("~")
    found = [held for held in node.index.named(plain) if held.kind == "claim"]
    if rest and not node.index.named(name):
        found = [held for held in found if held.issuer == front]
    elif not version:
        return one(node, name)
    if version:
        found = [held for held in found if _version(node, held) == f"{plain}~{version}"]
    return found[0] if len(found) == 1 else one(node, name)


def _version(node: Node, held: Held) -> str:
    """The id that tells this content from others under the same id."""
    claim = claim_of(node, held)
    return version_id(claim.id, claim.digest) if claim else ""


def claim_of(node: Node, held: Held) -> Claim | None:
    """What a claim in the ledger says."""
    entry = next((content for _, content in node.contents([held])), None)
    read = RowReader(PlaceReader(node.places)).read(dict(entry.cells)) if entry else None
    return read if isinstance(read, Claim) else None


def check_speaks_of_a_fact(node: Node, held: Held) -> None:
    """Refuse a claim that only speaks about others.

    Raises:
        UsageError: naming what it speaks about.
    """
    claim = claim_of(node, held)
    if claim is not None and claim.about and claim.phenomenon.root in REMARKS:
        about = ", ".join(claim.about)
        raise UsageError(f"claim {held.name}", f"it speaks about {about}", "a claim about a fact")
