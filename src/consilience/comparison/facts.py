"""Facts: groups compared and judged, with remarks set against what they remark on."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from consilience.comparison.across import relations_across
from consilience.comparison.attach import with_denials, with_remarks, with_repeats
from consilience.comparison.lineage import Lineage
from consilience.comparison.nearby import consecutive, nearby
from consilience.comparison.pair import Bench
from consilience.comparison.relate import relate
from consilience.comparison.stances import Compared, compare_group
from consilience.comparison.verdict import judge
from consilience.comparison.words import place_words, title
from consilience.linkage.again import told_again
from consilience.linkage.groups import Grouper, group_claims
from consilience.linkage.levels import Group, as_of
from consilience.model.claim import Claim
from consilience.model.fact import Fact, Relation, RelationKind, Statement
from consilience.model.identity import fact_id

REMARKS = ("provenance", "concurrence")
_SAYS_SAME = "concurrence"


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts in order, the relations within and across them, and the claims that dense facts left unpaired."""

    facts: tuple[Fact, ...]
    relations: tuple[Relation, ...]
    left_out: int


def build_facts(claims: Sequence[Claim], bench: Bench, grouper: Grouper | None = None) -> Facts:
    """Group, compare and judge all claims."""
    remarks = [claim for claim in claims if is_remark(claim)]
    remarked = {claim.id for claim in remarks}
    spoken = [claim for claim in claims if claim.id not in remarked]
    # What is told again goes with what it repeats: what is one fact is for the claims that tell something first.
    again = told_again(spoken, {name for decision in bench.decisions for name in decision.pair})
    firsts = [claim for claim in spoken if claim.id not in again]
    found = list(group_claims(firsts, bench.settings, bench.decisions, grouper))
    pairs = nearby(found, bench.geography, bench.settings.event_window_days)
    kept = with_repeats(with_denials(found, pairs, bench), spoken, again)
    groups = with_remarks([group for group in kept if group], remarks, bench)
    facts: list[Fact] = []
    relations: list[Relation] = []
    left_out = 0
    for group in groups:
        compared = compare_group(group.claims, bench)
        left_out += compared.left_out
        relations.extend(compared.relations)
        facts.append(_fact(group, compared, again, bench))
    side_by_side = sorted({*pairs, *consecutive(found, bench.settings.horizon_days)})
    relations.extend(relations_across([(kept[one], kept[two]) for one, two in side_by_side], claims, bench))
    return Facts(tuple(sorted(facts, key=_order)), tuple(relations), left_out)


def is_remark(claim: Claim) -> bool:
    """Whether a claim speaks about other claims, and goes with them."""
    return bool(claim.about) and claim.phenomenon.root in REMARKS


def _fact(group: Group, compared: Compared, again: Container[str], bench: Bench) -> Fact:
    """One group as a fact; its id is of the claims that tell something first."""
    shared = group.proposition
    told = [claim for claim in group.claims if claim.phenomenon.root not in REMARKS] or list(group.claims)
    first, last = min(map(as_of, told)), max(map(as_of, told))
    begun = min(as_of(claim) for claim in told if claim.id not in again)
    named = [group.kind, *shared.counted, shared.actor, shared.measure, shared.scope, shared.tense, group.unit]
    single = group.kind == "event" or all(claim.phenomenon.root in REMARKS for claim in group.claims)
    newest = [told[0].id] if single else [group.mark] if group.mark else []
    decided = bench.decisions.of(claim.id for claim in told)
    finding = judge(compared, bench)
    return Fact(
        id=fact_id([*named, begun.isoformat(), *newest]),
        kind=group.kind,
        title=title(group),
        actor=shared.actor,
        phenomenon=shared.measure,
        place=place_words(tuple(told), shared.scope),
        counted=shared.counted,
        tense=shared.tense,
        period=(first.date().isoformat(), last.date().isoformat()),
        holdings=compared.holdings,
        finding=replace(finding, reasons=(*finding.reasons, *(decision.words for decision in decided))),
        statements=tuple(
            _statement(claim, bench) for claim in group.claims if claim.phenomenon.root == _SAYS_SAME and claim.about
        ),
        decisions=decided,
    )


def _order(fact: Fact) -> tuple[str, ...]:
    """Facts by time, then by what they are about."""
    return (fact.period[1], fact.period[0], fact.kind, fact.actor, fact.phenomenon, fact.place, fact.id)


def _statement(claim: Claim, bench: Bench) -> Statement:
    """A claim that others coincide, set against what those others say."""
    subjects = _subjects(claim, bench.lineage)
    pairs = [relate(a, b, bench) for a, b in combinations(subjects, 2)]
    kinds = {pair.kind for pair in pairs}
    values = " against ".join(f"{subject.partner} {subject.value}" for subject in subjects)
    if claim.modality.is_negation:
        return Statement(claim, None, f"{claim.speaker.name} says that they do not agree: {values}")
    if RelationKind.CONFLICTS in kinds:
        worst = next(pair for pair in pairs if pair.kind is RelationKind.CONFLICTS)
        return Statement(claim, False, f"not borne out by the figures: {values} ({worst.reasons[0]})")
    if kinds and kinds <= {RelationKind.AGREES, RelationKind.REFINES}:
        return Statement(claim, True, f"borne out by the figures: {values}")
    return Statement(claim, None, f"cannot be checked: {values or 'what it speaks of is not on the table'}")


def _subjects(claim: Claim, lineage: Lineage) -> list[Claim]:
    """The claims on the table that a claim speaks about."""
    names: Iterable[str] = (version for name in claim.about for version in lineage.versions(name))
    found = (lineage.claim(name) for name in names)
    return [subject for subject in found if subject is not None]
