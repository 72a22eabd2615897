"""Adjudicate: an analyst says of a claim whether it was so, and what its figure was; signed, and held by this node alone."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from consilience.comparison.stances import affirms
from consilience.errors import UsageError
from consilience.ledger.entry import MAIN, Batch
from consilience.model.adjudication import Adjudication, Bounds, Ruling
from consilience.model.entry import AdjudicationEntry
from consilience.model.fact import Fact
from consilience.model.period import Moment
from consilience.node.decide import check_speaks_of_a_fact, claim_of, held_under, named
from consilience.node.node import Node
from consilience.node.own import Ruled, adjudications_in


class Word(NamedTuple):
    """What an analyst says: the ruling, the figure where it is known, why, and who says it (empty: the partner)."""

    ruling: Ruling
    bounds: Bounds | None
    reason: str
    by: str = ""


class Recorded(NamedTuple):
    """An adjudication as it was recorded, and whether it stands: no later one on its claim replaced it or took it back."""

    adjudication: Adjudication
    stands: bool


def adjudicate(node: Node, name: str, word: Word) -> Adjudication:
    """Record what is ruled of a claim by its id or digest, or of a fact by its id; it teaches at once in what this node weighs.

    Of a fact it is ruled that it is so: the entry names the first of the claims that affirm it, since facts are drawn anew
    from claims. To take one back by the id of a fact finds the claim of it that was ruled on, whichever came first since.

    Returns:
        The adjudication under the id of the claim.

    Raises:
        UnknownClaimError, UsageError: for a claim that is not there or speaks about others, a figure that is not known or of
            what counts nothing, without a reason, or when nothing is there to take back.
        GrownError: when another process recorded something meanwhile.
    """
    if not word.reason.strip():
        raise UsageError("--because", "none", "a sentence that says why: it stands beside what it settles")
    size = node.catch_up()
    stands = {each.adjudication.claim for each in adjudicated(node) if each.stands}
    held = held_under(node, _claim_named(node, name, stands if word.ruling is Ruling.OPEN else frozenset()))
    check_speaks_of_a_fact(node, held)
    shown = named(node, held.digest)
    if word.ruling is Ruling.OPEN and shown not in stands:
        raise UsageError(f"ruling on {shown}", "none", "one that stands", "See: consilience adjudicate --list")
    claim = claim_of(node, held)
    if word.bounds and (word.ruling is not Ruling.TRUE or claim is None or claim.count is None):
        found = (
            f"a figure for {shown}, which is ruled {word.ruling.value}" if claim and claim.count else f"one for {shown}"
        )
        raise UsageError("--value", found, "a claim with a number, ruled true")
    by = word.by.strip()
    sealed = node.seal(AdjudicationEntry(held.digest, word.ruling, word.bounds, word.reason.strip(), by))
    node.append(Batch(MAIN, [sealed]), at=size)
    at = Moment(node.clock(), is_day=False)
    return Adjudication(shown, word.ruling, word.reason.strip(), by or node.partner, at, word.bounds)


def adjudicated(node: Node) -> Iterator[Recorded]:
    """Every adjudication of this node's analysts, in the order in which they were made."""
    told = [each for each in adjudications_in(node.ledger) if each.issuer == node.partner]
    last = {each.content.object: number for number, each in enumerate(told)}
    for number, each in enumerate(told):
        is_last = last[each.content.object] == number
        yield Recorded(_adjudication(node, each), is_last and each.content.ruling is not Ruling.OPEN)


def _adjudication(node: Node, told: Ruled) -> Adjudication:
    """One of the ledger under the name of its claim."""
    content, by = told.content, told.content.by or told.issuer
    at = Moment(told.at, is_day=False)
    return Adjudication(named(node, content.object), content.ruling, content.reason, by, at, content.bounds)


def _claim_named(node: Node, name: str, ruled: AbstractSet[str]) -> str:
    """The claim that a name means: of a fact that of its claims which was ruled on, else the earliest told that affirms it."""
    if not name.startswith("f-"):
        return name
    fact = next((fact for fact in node.desk().picture().facts if fact.id == name), None)
    if fact is None:
        return name
    told = {named(node, held_under(node, held.claim.id).digest) for held in fact.holdings} if ruled else set()
    among = sorted(told & ruled)
    if len(among) > 1:
        raise UsageError(f"fact {fact.id}", f"rulings on {', '.join(among)}", "the claim whose ruling is taken back")
    return among[0] if among else _first(fact)


def _first(fact: Fact) -> str:
    current = [held.claim for held in fact.holdings if held.is_current and affirms(held.claim)]
    if not current:
        raise UsageError(f"fact {fact.id}", "no claim that affirms it", "a claim, by its id")
    return min(current, key=lambda claim: (claim.reported_at.at, claim.id)).id
