"""Dossier: all that a warning may rest on: claims, stated positions and surveys, with what is watched for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from consilience.comparison.lineage import Lineage
from consilience.model.claim import Claim
from consilience.model.identity import ClaimId
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
        return Known(when, cut, claims, stated, tuple(each for each in self.surveys if each.published <= when))


class Known:
    """What was known by the end of a day, with its lineage: as all tell it, and as each partner tells it of itself."""

    def __init__(
        self,
        when: date,
        cut: Moment,
        claims: Sequence[Claim],
        stated: Sequence[Stated] = (),
        surveys: Sequence[Answer] = (),
    ) -> None:
        """Work out who rests on whom."""
        self.when, self.cut = when, cut
        self.claims, self.stated, self.surveys = claims, stated, surveys
        self.lineage = Lineage(claims)
        owners: dict[str, set[str]] = {}
        for claim in claims:
            owners.setdefault(str(claim.id).split("~", 1)[0], set()).add(str(claim.partner))
        own = [claim for claim in claims if not _told_of_others(claim, owners)]
        self.declared = self.lineage if len(own) == len(claims) else Lineage(own)
        self.ids = frozenset(claim.id for claim in claims)

    def __contains__(self, name: ClaimId) -> bool:
        """Whether a claim was told by then."""
        return name in self.ids


def _told_of_others(claim: Claim, owners: dict[str, set[str]]) -> bool:
    """Whether a claim says of another partner's claim what that rests on."""
    if claim.phenomenon.path != _ORIGIN:
        return False
    return any(owners.get(name.split("~", 1)[0], set()) - {str(claim.partner)} for name in claim.about)


def as_day(when: datetime) -> date:
    """The day of an instant, in UTC."""
    return when.astimezone(UTC).date()


def last_day(moment: Moment) -> date:
    """The last day that a moment touches."""
    return (moment.end - timedelta(microseconds=1)).astimezone(UTC).date()
