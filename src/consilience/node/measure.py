"""Measure: what this node's people say of measures, as signed entries of its ledger; proposed by a trigger, or decided by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from consilience.errors import UsageError
from consilience.ledger.entry import MAIN, Batch
from consilience.model.entry import MeasureEntry
from consilience.model.measure import Measure, MeasureState, MeasureWord
from consilience.model.period import Moment
from consilience.node.node import Node
from consilience.response.measures import Progress
from consilience.trust.statement import reread

_KINDS = frozenset({"measure"})


def said(node: Node) -> Iterator[MeasureWord]:
    """Every word on a measure that this node recorded, in its order; what another partner's ledger says decides nothing here."""
    for entry in node.ledger.entries(kinds=_KINDS):
        told = reread(entry.envelope) if entry.envelope is not None else None
        if told is None or told.issuer != node.partner or not isinstance(told.content, MeasureEntry):
            continue
        content = told.content
        at = Moment(told.issued_at, is_day=False)
        by = content.by or str(told.issuer)
        yield MeasureWord(
            entry.digest or "", content.measure, content.state, content.owner, at, by, content.reason, content.claims
        )


def say(node: Node, plan: Iterable[Measure], entry: MeasureEntry) -> MeasureEntry:
    """Record a word on a measure of the plan.

    Raises:
        UsageError: for a measure that the plan has not, an owner that is none of it, or no reason.
        GrownError: when another process recorded something meanwhile.
    """
    known = {each.id: each for each in plan}
    measure = known.get(entry.measure)
    if measure is None:
        raise UsageError(f"measure {entry.measure}", "not in the plan", "one of " + ", ".join(known))
    if entry.owner not in measure.owners:
        raise UsageError(f"owner {entry.owner}", f"none of {measure.id}", "one of " + ", ".join(measure.owners))
    if not entry.reason.strip():
        raise UsageError("--because", "none", "a sentence that says why: it stays in the record")
    size = node.catch_up()
    node.append(Batch(MAIN, [node.seal(entry)]), at=size)
    return entry


def propose(node: Node, found: Sequence[Progress]) -> tuple[MeasureEntry, ...]:
    """Record a proposal for each owner of each measure that a trigger calls for and that is only planned: no more than that."""
    made = [
        MeasureEntry(
            each.measure.id,
            MeasureState.PROPOSED,
            owner,
            "; ".join(str(one.trigger) for one in each.triggers if one.is_met),
        )
        for each in found
        if each.is_called_for
        for owner, word in each.owners
        if word is None or word.state in (MeasureState.PLANNED, MeasureState.WITHDRAWN)
    ]
    if made:
        size = node.catch_up()
        node.append(Batch(MAIN, [node.seal(each) for each in made]), at=size)
    return tuple(made)
