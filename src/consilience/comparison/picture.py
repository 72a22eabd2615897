"""Picture: all facts, relations and sources for a set of claims, as of a time; the same bytes for the same claims."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from consilience.comparison.defects import Defect, find_defects
from consilience.comparison.facts import build_facts
from consilience.comparison.lineage import ASSERTIONS, Lineage
from consilience.comparison.listing import Cell, Listing
from consilience.comparison.pair import Bench
from consilience.comparison.publish import Json, fact_json, inputs_json, relation_json
from consilience.intake.collector import at_rest
from consilience.linkage.decisions import NONE, Decisions
from consilience.linkage.groups import Grouper
from consilience.model.claim import Claim
from consilience.model.decision import Decision
from consilience.model.extent import Geography
from consilience.model.fact import Fact, Relation, Stance, Verdict
from consilience.model.identity import ClaimId, PartnerId, base_id, canonical_json
from consilience.model.period import Moment
from consilience.settings import Settings

SCHEMA = "consilience.picture/1"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source of one partner: its claims, how they fared, and whose it rests on.

    `accuracy` is (1 + agreed) / (2 + agreed + withdrawn), uncalibrated: agreed are its claims in corroborated
    facts, withdrawn those that their own speaker corrected and the copies that changed what they rest on.
    """

    id: str
    partner: PartnerId
    claims: int
    accuracy: float
    depends_on: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """What all claims reported by `as_of` amount to. Iterate `facts`; `document` is the published form.

    `facts`, `relations` and `sources` turn into tables with `to_arrow()`, `to_pandas()` and `to_polars()`.
    """

    as_of: Moment | None
    claims: tuple[Claim, ...]
    facts: Listing[Fact]
    relations: Listing[Relation]
    sources: Listing[SourceRecord]
    defects: tuple[Defect, ...]
    equivocations: tuple[str, ...]
    set_aside: int
    left_out: int
    decisions: tuple[Decision, ...] = ()

    @cached_property
    def body(self) -> Json:
        """The published picture (`docs/formats.md`) without its digest."""
        return {name: list(part) if isinstance(part, map) else part for name, part in self._parts().items()}

    def _parts(self) -> Json:
        """The parts of the body, its long lists yet to be made: a large picture is never there as a whole."""
        return {
            "schema": SCHEMA,
            "as_of": str(self.as_of) if self.as_of else None,
            "inputs": inputs_json(self.claims, self.set_aside, self.left_out, self.decisions),
            "facts": map(fact_json, self.facts),
            "relations": map(relation_json, self.relations),
            "sources": [
                {"id": source.id, "partner": source.partner, "claims": source.claims, "accuracy": source.accuracy,
                 "depends_on": list(source.depends_on)}
                for source in self.sources
            ],
            "defects": [
                {"claim": defect.claim, "found": defect.found, "expected": defect.expected} for defect in self.defects
            ],
            "equivocations": list(self.equivocations),
        }  # fmt: skip

    @cached_property
    @at_rest()
    def _pieces(self) -> dict[str, bytes]:
        """The canonical text of each part of the body: a large picture is spelt out once."""
        return {name: _spelt(part) for name, part in self._parts().items()}

    @cached_property
    def digest(self) -> str:
        """The SHA-256 digest of the canonical body, which partners co-sign."""
        return "sha256:" + sha256(_object(self._pieces)).hexdigest()

    @property
    def document(self) -> Json:
        """The published picture with its digest over all the rest."""
        return {**self.body, "digest": self.digest}

    def to_json(self) -> str:
        """The published picture as canonical JSON."""
        return _object({**self._pieces, "digest": _spelt(self.digest)}).decode("utf-8", "surrogatepass")

    def count(self, verdict: Verdict) -> int:
        """How many facts have a verdict."""
        return sum(fact.finding.verdict is verdict for fact in self.facts)

    @cached_property
    def partners(self) -> tuple[PartnerId, ...]:
        """Partners with a claim on the table, in order of code."""
        return tuple(sorted({claim.partner for claim in self.claims}))


def _spelt(part: object) -> bytes:
    """The canonical text of a part in UTF-8: in memory, one dash makes each letter of a `str` take two bytes."""
    if isinstance(part, map):
        return b"[" + b",".join(map(_spelt, part)) + b"]"
    return canonical_json(part).encode("utf-8", "surrogatepass")


def _object(pieces: dict[str, bytes]) -> bytes:
    """A canonical JSON object from its names, which are plain words, and the canonical texts of their values."""
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), pieces[name]) for name in sorted(pieces)) + b"}"


def fact_row(fact: Fact) -> dict[str, Cell]:
    """A fact as one flat row."""
    value = fact.finding.value
    return {
        "id": fact.id, "title": fact.title, "from": fact.period[0], "to": fact.period[1], "verdict": fact.finding.verdict.value,
        "headline": fact.finding.headline, "low": value.low if value else None, "best": value.best if value else None,
        "high": value.high if value else None, "unit": value.unit if value else None,
        "probability": fact.finding.probability, "independent_sources": fact.finding.independent_sources,
        "partners": " ".join(fact.partners), "claims": len(fact.holdings), "settles": fact.finding.settles,
    }  # fmt: skip


def relation_row(relation: Relation) -> dict[str, Cell]:
    """A relation as one flat row."""
    return {"a": relation.a, "b": relation.b, "kind": relation.kind.value, "reasons": "; ".join(relation.reasons)}


def source_row(source: SourceRecord) -> dict[str, Cell]:
    """A source as one flat row."""
    return {"id": source.id, "partner": source.partner, "claims": source.claims, "accuracy": source.accuracy,
            "depends_on": " ".join(source.depends_on)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes into a picture beside claims: how many rows could not be read, the decisions of analysts, what groups events."""

    set_aside: int = 0
    decisions: Decisions = NONE
    grouper: Grouper | None = None


@at_rest()
def draw(
    claims: Sequence[Claim],
    geography: Geography,
    settings: Settings,
    as_of: Moment | None = None,
    beside: Beside = Beside(),
) -> Picture:
    """The picture of the claims that stand as of a time (`Claim.stands`); nothing from the future is used.

    A decision counts, whenever it was made, once both of its claims are told.
    """
    standing = [claim for claim in claims if claim.stands(as_of)]
    names = _names(standing)
    told = _as_told(standing, names)
    decisions = beside.decisions.among(names) if beside.decisions else NONE
    bench = Bench(settings, geography, Lineage(told), decisions)
    built = build_facts(told, bench, beside.grouper)
    relations = {(relation.a, relation.b): relation for relation in built.relations}
    return Picture(
        as_of=as_of,
        claims=tuple(told),
        facts=Listing(built.facts, fact_row),
        relations=Listing((relations[pair] for pair in sorted(relations)), relation_row),
        sources=Listing(_sources(told, built.facts, bench.lineage), source_row),
        defects=find_defects(told, geography),
        equivocations=tuple(sorted({base_id(claim.id) for claim in told if base_id(claim.id) != claim.id})),
        set_aside=beside.set_aside,
        left_out=built.left_out,
        decisions=tuple(decisions),
    )


def _names(claims: Sequence[Claim]) -> dict[str, ClaimId]:
    """How claims are called: one whose contradicting version was not told yet goes by its plain id."""
    versions = Counter(base_id(claim.id) for claim in claims)
    return {claim.id: base_id(claim.id) if versions[base_id(claim.id)] == 1 else claim.id for claim in claims}


def _as_told(claims: Iterable[Claim], names: dict[str, ClaimId]) -> list[Claim]:
    """Claims under their names, in order of these."""
    named = (claim if names[claim.id] == claim.id else replace(claim, id=names[claim.id]) for claim in claims)
    return sorted(named, key=lambda claim: claim.id)


def _sources(claims: Iterable[Claim], facts: Iterable[Fact], lineage: Lineage) -> tuple[SourceRecord, ...]:
    """The record of each source."""
    by_source: dict[tuple[PartnerId, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        by_source[claim.partner, claim.source].append(claim)
    agreed: set[ClaimId] = set()
    withdrawn: set[ClaimId] = set()
    for fact in facts:
        for holding in fact.holdings:
            if holding.is_current and fact.finding.verdict is Verdict.CORROBORATED:
                agreed.add(holding.claim.id)
            corrected = any(reason.startswith("correction:") for reason in holding.reasons)
            if holding.stance is Stance.COPY or (holding.stance is Stance.SUPERSEDED and corrected):
                withdrawn.add(holding.claim.id)
    return tuple(_source(listed, agreed, withdrawn, lineage) for _, listed in sorted(by_source.items()))


def _source(listed: Sequence[Claim], agreed: set[ClaimId], withdrawn: set[ClaimId], lineage: Lineage) -> SourceRecord:
    """The record of the one source that all the listed claims have."""
    name = source_name(listed[0])
    good = sum(claim.id in agreed for claim in listed)
    bad = sum(claim.id in withdrawn for claim in listed)
    rests = {origin for claim in listed for name in lineage.above(claim.id) if (origin := _source_of(name, lineage))}
    return SourceRecord(
        id=name,
        partner=listed[0].partner,
        claims=len(listed),
        accuracy=round((1 + good) / (2 + good + bad), 3),
        depends_on=tuple(sorted(rests - {name})),
    )


def source_name(claim: Claim) -> str:
    """`UKR/ap`: a source is never merged with another partner's of the same name."""
    return f"{claim.partner}/{claim.source or 'unnamed'}"


def _source_of(name: str, lineage: Lineage) -> str:
    """The source behind an origin: the other claim's, or the owner of an assertion."""
    claim = lineage.claim(name)
    if claim:
        return source_name(claim)
    kind, _, rest = name.partition(":")
    return rest.split(":", 1)[0] if kind in ASSERTIONS else name
