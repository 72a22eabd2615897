"""Detail: one fact down to its claims, the relations among them and the rules that related them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consilience.comparison.links import Unsettled, Whole
from consilience.comparison.weighed import CONTESTED, Weighed
from consilience.model.claim import Claim
from consilience.model.decision import Decision
from consilience.model.fact import Fact, Holding, Relation, RelationKind
from consilience.model.identity import ClaimId
from consilience.web.matrix import Row, mark, row
from consilience.web.view import View
from consilience.web.words import ASIDE

# The most telling first.
_KINDS = (
    RelationKind.CONFLICTS, RelationKind.REPEATS, RelationKind.SUPERSEDES, RelationKind.REFINES, RelationKind.AGREES,
    RelationKind.INCOMPARABLE,
)  # fmt: skip
_WEIGHED = 5_000  # rows that are weighed, once for each source of a fact, while a page waits
_ASIDE = {stance: number for number, stance in enumerate(ASIDE, start=1)}
_SAYS = {
    RelationKind.REPEATS: "repeats",
    RelationKind.SUPERSEDES: "is superseded by",
    RelationKind.INCOMPARABLE: "is incomparable with",
    RelationKind.REFINES: "refines",
    RelationKind.AGREES: "agrees with",
    RelationKind.CONFLICTS: "conflicts with",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A claim in a fact, with its mark and whose its roots are."""

    holding: Holding
    mark: str
    rests_on: tuple[str, ...]

    @property
    def claim(self) -> Claim:
        """The claim."""
        return self.holding.claim


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of an analyst that shaped a fact, and the facts on its other side, where it parts."""

    decision: Decision
    beside: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact with its claims, relations among them, and relations to claims of other facts.

    `unsettled` are links of its claims that are nearly even; `wholes` claims that tell of it and of others at once, or of
    which it is the fact.
    """

    row: Row
    held: tuple[Held, ...]
    relations: tuple[Relation, ...]
    beyond: tuple[Relation, ...]
    decided: tuple[Decided, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()
    wholes: tuple[Whole, ...] = ()
    weighed: tuple[Weighed, ...] = ()

    @property
    def fact(self) -> Fact:
        """The fact."""
        return self.row.fact

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the verdict is what it is; the decisions, which are shown apart, left out."""
        decided = {each.decision.words for each in self.decided}
        return tuple(reason for reason in self.fact.finding.reasons if reason not in decided)


def detail(view: View, fact: Fact) -> Detail:
    """All that is known of a fact: claims that count first, then the others, each group in order of report."""
    against = {name for relation in view.conflicts(fact) for name in (relation.a, relation.b)}
    ordered = sorted(
        fact.holdings,
        key=lambda holding: (
            _ASIDE.get(holding.stance, 0), holding.side, holding.claim.reported_at.at, holding.claim.id,
        ),
    )  # fmt: skip
    inside = {holding.claim.id for holding in fact.holdings}
    touching = [relation for name in inside for relation in view.relations_of.get(name, ())]
    among = [relation for relation in touching if relation.a in inside and relation.b in inside]
    beyond = [relation for relation in touching if not (relation.a in inside and relation.b in inside)]
    return Detail(
        row(view, fact),
        tuple(Held(holding, mark(fact, holding, against), tuple(view.rests_on(holding))) for holding in ordered),
        tuple(by_kind(among)),
        tuple(by_kind(beyond)),
        tuple(Decided(decision, tuple(_beside(view, fact, decision))) for decision in fact.decisions),
        tuple(each for each in view.linkage.unsettled if any(other.id == fact.id for other in each.facts)),
        tuple(each for each in view.linkage.wholes if fact.id in (each.fact.id, *(part.id for part in each.parts))),
        _weighed(view, fact),
    )


def _weighed(view: View, fact: Fact) -> tuple[Weighed, ...]:
    """What a contested fact comes to by weight of its sources; of a very large picture only the terminal says it."""
    if fact.finding.verdict not in CONTESTED:
        return ()
    weighing = view.desk.weighing(view.as_of)
    return weighing.of(fact.id) if weighing.rows <= _WEIGHED else ()


def _beside(view: View, fact: Fact, decision: Decision) -> Iterable[Fact]:
    """The facts in which a decision keeps a claim that it names apart from this one."""
    found = {other.id: other for name in decision.pair for other in view.facts_of.get(ClaimId(name), ())}
    return (found[name] for name in sorted(found) if name != fact.id)


def by_kind(relations: Iterable[Relation]) -> Sequence[Relation]:
    """Relations, each once, conflicts first."""
    return sorted(set(relations), key=lambda relation: (_KINDS.index(relation.kind), relation.a, relation.b))


def kind_words(relation: Relation) -> str:
    """What `a` does to `b`: `conflicts with`."""
    return _SAYS[relation.kind]
