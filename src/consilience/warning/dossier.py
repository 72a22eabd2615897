"""Dossier: all that a warning may rest on: claims, stated positions and surveys, with what is watched for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from consilience.comparison.lineage import Lineage
from consilience.model.claim import Claim
from consilience.model.identity import ClaimId, base_id
from consilience.model.indicator import Watch
from consilience.model.period import Moment, day
from consilience.model.stated import Asked, Stated
from consilience.model.survey import Answer

_ORIGIN = "provenance/origin"


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is watched for, and everything told, whenever it was told: who reads it takes a `Known` of a day."""

    watch: Watch
    claims: tuple[Claim, ...]
    asked: tuple[Asked, ...] = ()
    stated: tuple[Stated, ...] = ()
    surveys: tuple[Answer, ...] = ()

    @property
    def question(self) -> Asked | None:
        """The question that resolves what is watched for, if the record has it."""
        return next((each for each in self.asked if each.question.name == self.watch.question), None)

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which something became known, in order."""
        told = {each.reported_at.at.date() for each in self.claims}
        told |= {each.withdrawn.at.date() for each in self.claims if each.withdrawn}
        told |= {each.said.at.date() for each in self.stated} | {each.published for each in self.surveys}
        return tuple(sorted(told))

    def known(self, when: date) -> Known:
        """What was known by the end of a day, and nothing later."""
        cut = day(when)
        claims = tuple(claim for claim in self.claims if claim.stands(cut))
        stated = tuple(each for each in self.stated if each.said.end <= cut.end)
        surveys = tuple(each for each in self.surveys if each.published <= when)
        owners: dict[str, set[str]] = {}
        for claim in claims:
            owners.setdefault(base_id(claim.id), set()).add(str(claim.partner))
        own = [claim for claim in claims if not _told_of_others(claim, owners)]
        lineage = Lineage(claims)
        declared = lineage if len(own) == len(claims) else Lineage(own)
        return Known(when, cut, claims, stated, surveys, lineage, declared, frozenset(each.id for each in claims))


@dataclass(frozen=True, slots=True)
class Known:
    """What was known by the end of a day, and who rests on whom: as all tell it.

    `declared` is the lineage by each partner's own account alone, without what others say of its claims.
    """

    when: date
    cut: Moment
    claims: tuple[Claim, ...]
    stated: tuple[Stated, ...]
    surveys: tuple[Answer, ...]
    lineage: Lineage
    declared: Lineage
    ids: frozenset[ClaimId]

    def __contains__(self, name: ClaimId) -> bool:
        """Whether a claim was told by then."""
        return name in self.ids

    @property
    def by_own_account(self) -> Known:
        """The same with the lineage that each partner declares of itself."""
        return self if self.declared is self.lineage else replace(self, lineage=self.declared)


def _told_of_others(claim: Claim, owners: dict[str, set[str]]) -> bool:
    """Whether a claim says of another partner's claim what that rests on."""
    if claim.phenomenon.path != _ORIGIN:
        return False
    return any(owners.get(base_id(ClaimId(name)), set()) - {str(claim.partner)} for name in claim.about)
