"""Verdict: what the claims of a fact amount to, counting roots and not reports."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from statistics import median

from consilience.comparison.lineage import Lineage
from consilience.comparison.pair import Bench
from consilience.comparison.stances import Compared, affirms
from consilience.comparison.values import Interval, interval
from consilience.comparison.witness import (
    count_affirming,
    denied_circle,
    group_witnesses,
    independent_pair,
    is_self_denial,
    who_holds,
)
from consilience.model.claim import Claim, Count, number
from consilience.model.fact import Finding, Holding, Relation, RelationKind, Stance, Verdict
from consilience.model.grading import weight
from consilience.model.identity import PartnerId

_TOGETHER = (RelationKind.AGREES, RelationKind.REFINES)
_SURE = 0.99


def judge(compared: Compared, bench: Bench) -> Finding:
    """The verdict with its reasons, value, probability, number of independent sources and what would settle it."""
    current = [holding for holding in compared.holdings if holding.is_current]
    conflicts = _conflicts(current, compared.relations)
    witnesses = group_witnesses(compared.holdings, compared.relations)
    circle = denied_circle(current, conflicts, bench.lineage)
    holders = circle or who_holds(compared.holdings, bench.lineage)
    pair = None if conflicts else independent_pair(current, compared.relations, bench.lineage)
    value, method = _fuse(current, witnesses, conflicts, bench)
    if conflicts and not circle:
        verdict, reasons = Verdict.CONFLICTING, tuple(_said(relation) for relation in conflicts[:5])
    elif pair:
        verdict = Verdict.CORROBORATED
        reasons = (f"{pair[0].claim.partner} and {pair[1].claim.partner} hold it from roots of their own",)
    elif len(holders) > 1:
        verdict = Verdict.CIRCULAR
        reasons = (_circle(compared.holdings, holders, bench.lineage), *(_said(relation) for relation in conflicts[:5]))
    else:
        who = f"only {', '.join(sorted(holders))} holds it" if holders else "nobody holds it: nothing here is evidence"
        verdict, reasons = Verdict.SOLE, (who,)
    return Finding(
        verdict=verdict,
        headline=_headline(verdict, current, witnesses, holders),
        reasons=reasons,
        value=value,
        method=method,
        probability=_probability(witnesses, bench.lineage),
        independent_sources=count_affirming(witnesses),
        settles=_settles(verdict, current, conflicts, bench),
    )


def _conflicts(current: Sequence[Holding], relations: Sequence[Relation]) -> list[Relation]:
    """Conflicts between current claims, those between partners first."""
    partner = {holding.claim.id: holding.claim.partner for holding in current}
    found = [
        relation for relation in relations
        if relation.kind is RelationKind.CONFLICTS and relation.a in partner and relation.b in partner
    ]  # fmt: skip
    return sorted(found, key=lambda relation: (partner[relation.a] == partner[relation.b], relation.a, relation.b))


def _fuse(
    current: Sequence[Holding], groups: Sequence[Sequence[Holding]], conflicts: Sequence[Relation], bench: Bench
) -> tuple[Count | None, str]:
    """One interval from the roots: what all allow; where that is nothing, or in conflict, all that is said.

    Who repeats a figure that is there adds none.
    """
    told = [holding for holding in current if holding.claim.count and affirms(holding.claim)]
    counted = [holding.claim for holding in _own(told, bench.lineage)]
    if not counted:
        return None, "presence only"
    unit = counted[0].count.unit if counted[0].count else ""
    spans = [interval(claim.count, bench.settings) for claim in counted if claim.count]
    hull = Interval(min(span.low for span in spans), max(span.high for span in spans))
    if conflicts:
        return Count(hull.low, None, hull.high, unit), "from the lowest to the highest said; nobody is averaged away"
    if len(spans) == 1:
        return counted[0].count, "as stated by the one claim that gives a number"
    shared = Interval(max(span.low for span in spans), min(span.high for span in spans))
    best = median(
        sorted(_group_best(group, bench.lineage) for group in groups if any(held.claim.count for held in group))
    )
    if shared.low > shared.high:
        return Count(hull.low, None, hull.high, unit), "from the lowest to the highest said, over the days between"
    return Count(
        shared.low, min(max(best, shared.low), shared.high), shared.high, unit
    ), "what all claims allow; median of one figure a root"


def _own(holdings: Sequence[Holding], lineage: Lineage) -> Sequence[Holding]:
    """Those that rest on none of the others; all where they rest on each other in a circle."""
    names = {holding.claim.id for holding in holdings}
    return [holding for holding in holdings if names.isdisjoint(lineage.above(holding.claim.id))] or holdings


def _group_best(group: Sequence[Holding], lineage: Lineage) -> float:
    """The figure of one witness: its newest that is no repetition."""
    counted = [holding.claim for holding in _own([each for each in group if each.claim.count], lineage)]
    newest = max(counted, key=lambda claim: (claim.reported_at.at, claim.id))
    return newest.count.centre if newest.count else 0.0


def _probability(groups: Sequence[Sequence[Holding]], lineage: Lineage) -> float | None:
    """The chance that the thing is so: grades of one claim a root as log-odds, for and against. Not calibrated.

    Of a root the best graded claim that rests on none of the others: who repeats it, graded better, makes it no likelier.
    """
    if not groups:
        return None
    total = 0.0
    for group in groups:
        chief = max(
            _own(group, lineage),
            key=lambda holding: (weight(holding.claim.reliability, holding.claim.credibility), holding.claim.id),
        )
        share = weight(chief.claim.reliability, chief.claim.credibility)
        total += (1 if chief.stance is Stance.SUPPORTS else -1) * log(share / (1 - share))
    return round(min(_SURE, max(1 - _SURE, 1 / (1 + exp(-total)))), 3)


# Words -------------------------------------------------------------------------------------------------


def _said(relation: Relation) -> str:
    return f"{relation.a} and {relation.b}: " + "; ".join(relation.reasons)


def _circle(holdings: Sequence[Holding], holders: frozenset[PartnerId], lineage: Lineage) -> str:
    """Who repeats whom."""
    telling = [
        held for held in holdings if held.stance is not Stance.SPEAKS_ABOUT and not is_self_denial(held.claim, lineage)
    ]
    roots = sorted({root for holding in telling for root in holding.roots})
    told = sorted({
        f"{step.said_by} says that {holding.claim.id} rests on {step.origin}"
        for holding in holdings for step in lineage.steps(holding.claim.id) if step.said_by != holding.claim.id
    })  # fmt: skip
    began = "it began once" if len(roots) == 1 else "one of them stands behind all of it"
    said = f"{' and '.join(sorted(holders))} hold it, and {began}: {', '.join(roots)}"
    return "; ".join([said, *told])


def _headline(
    verdict: Verdict, current: Sequence[Holding], witnesses: Sequence[Sequence[Holding]], holders: frozenset[PartnerId]
) -> str:
    """What the Finding column says."""
    if verdict is Verdict.CONFLICTING:
        return " vs ".join(_side(current, side) for side in sorted({holding.side for holding in current}))
    if not current:
        return "no evidence"
    sides = sorted({holding.side for holding in current})
    said = " vs ".join(_side(current, side) for side in sides)
    if verdict is Verdict.CORROBORATED:
        return f"{len(witnesses)} independent: {said}"
    if verdict is Verdict.CIRCULAR:
        origins = count_affirming(witnesses)
        return f"{origins} origin{'' if origins == 1 else 's'}, {len(holders)} holders: {said}"
    return f"1 holder: {said}" if len(witnesses) == 1 else f"1 holder, {len(witnesses)} roots: {said}"


def _side(current: Sequence[Holding], side: int) -> str:
    """One side in short: its span of figures, or what its claims say."""
    claims = [holding.claim for holding in current if holding.side == side]
    counts = [claim.count for claim in claims if claim.count and not claim.modality.is_negation]
    if not counts:
        words = {f"{_direction(claim)}{claim.value}" for claim in claims}
        return min(words, key=lambda word: (len(word), word))
    if len({str(count) for count in counts}) == 1:
        return str(counts[0])
    low = min(count.best if count.best is not None else count.low or 0.0 for count in counts)
    tops = [count.best if count.best is not None else count.high for count in counts]
    closed = [top for top in tops if top is not None]
    return f"{number(low)}–{number(max(closed))}" if len(closed) == len(tops) else f"{number(low)} and more"


def _direction(claim: Claim) -> str:
    """Which of two opposites a claim is about, since both stand in one fact."""
    return f"{claim.phenomenon.words} " if claim.phenomenon.measure != claim.phenomenon.path else ""


def _settles(verdict: Verdict, current: Sequence[Holding], conflicts: Sequence[Relation], bench: Bench) -> str:
    """What would settle it: the question to put, and to whom."""
    by_id = {holding.claim.id: holding.claim for holding in current}
    if verdict is Verdict.CONFLICTING:
        a, b = by_id[conflicts[0].a], by_id[conflicts[0].b]
        who = f"{a.speaker.name} and {b.speaker.name}"
        if any("scope may explain" in reason for reason in conflicts[0].reasons):
            return f"Ask {who} what each counts: {a.place.name or 'no place'} against {b.place.name or 'no place'}."
        if a.modality.is_negation or b.modality.is_negation:
            return (
                f"Ask {who} where and when each looked; a third look at {a.place.name or b.place.name or 'the place'}."
            )
        return f"Ask {who} for what each figure includes and its day; a count by a third partner."
    if verdict is Verdict.CORROBORATED:
        return "Nothing open: look for the next change."
    if verdict is Verdict.CIRCULAR:
        roots = sorted(
            {root for holding in current if not is_self_denial(holding.claim, bench.lineage) for root in holding.roots}
        )
        return f"A partner whose information does not rest on {', '.join(roots[:3]) or 'the same root'}."
    claim = current[0].claim if current else None
    where = f" at {claim.place.name}" if claim and claim.place.name else ""
    return f"A second partner's own look{where}."
