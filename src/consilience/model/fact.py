"""Relation, verdict and fact: what claims are to each other, and what they are about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from consilience.model.claim import Claim, Count
from consilience.model.decision import Decision
from consilience.model.identity import ClaimId, FactId, PartnerId


class RelationKind(Enum):
    """What two claims are to each other, in the order in which the rules are tried."""

    REPEATS = "repeats"
    SUPERSEDES = "supersedes"
    INCOMPARABLE = "incomparable"
    REFINES = "refines"
    AGREES = "agrees"
    CONFLICTS = "conflicts"


@dataclass(frozen=True, slots=True)
class Relation:
    """One pair and its kind, with the rules and values that decided it.

    `a` is the copy in repeats, the older in supersedes, the part in refines; else the smaller id.
    `same_root` marks two claims that may agree or refine, but never count as independent.
    """

    a: ClaimId
    b: ClaimId
    kind: RelationKind
    reasons: tuple[str, ...]
    same_root: bool = False


class Verdict(Enum):
    """What the claims of a fact amount to."""

    CORROBORATED = "corroborated"
    CIRCULAR = "circular"
    SOLE = "sole"
    CONFLICTING = "conflicting"


class Stance(Enum):
    """How a claim stands to its fact."""

    SUPPORTS = "supports"
    OPPOSES = "opposes"
    SUPERSEDED = "superseded"
    COPY = "copy"  # rests on a claim that it changed: never evidence
    UNVERIFIED = "unverified"
    DEFECTIVE = "defective"  # states what the gazetteer contradicts
    SPEAKS_ABOUT = "speaks about"


@dataclass(frozen=True, slots=True)
class Holding:
    """One claim in a fact: its stance, the roots it reaches and why it stands there."""

    claim: Claim
    stance: Stance
    roots: tuple[str, ...]
    side: int
    reasons: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether it counts for the verdict."""
        return self.stance in (Stance.SUPPORTS, Stance.OPPOSES)


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict of a fact with what goes with it.

    `value` is the fused interval and `method` how it was made; `probability` that the fact holds is
    uncalibrated and None where nothing is evidence; `independent_sources` counts roots, not reports.
    """

    verdict: Verdict
    headline: str
    reasons: tuple[str, ...]
    value: Count | None
    method: str
    probability: float | None
    independent_sources: int
    settles: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a claim says about other claims of a fact, set against what those claims say."""

    claim: Claim
    borne_out: bool | None
    said: str


@dataclass(frozen=True, slots=True)
class Fact:
    """The state or event that a set of claims is about: estimated, never assumed.

    `decisions` are those of analysts that name a claim of it: by them it is merged, or parted from another fact.
    """

    id: FactId
    kind: str
    title: str
    actor: str
    phenomenon: str
    place: str
    counted: tuple[str, ...]
    tense: str
    period: tuple[str, str]
    holdings: tuple[Holding, ...]
    finding: Finding
    statements: tuple[Statement, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def partners(self) -> tuple[PartnerId, ...]:
        """Partners that hold something on it, in order of code."""
        return tuple(sorted({holding.claim.partner for holding in self.holdings}))
