"""Series: the strengths that the claims of a picture speak of, one for each scope, held to each other by nesting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from math import inf

import numpy as np

from consilience.comparison.lineage import ASSERTIONS, Lineage
from consilience.comparison.picture import Picture
from consilience.comparison.scope import Nesting, compare_scopes
from consilience.errors import UsageError
from consilience.linkage.levels import as_of, proposition
from consilience.model.claim import Claim, Modality, Tense
from consilience.model.extent import Extent, Geography
from consilience.model.fact import Stance
from consilience.model.identity import ClaimId
from consilience.model.place import Band as Belt
from consilience.model.place import Border, Place
from consilience.warning.filter import Days
from consilience.warning.grid import Flags
from consilience.warning.influence import Bench, Influence, alone, influences, variants
from consilience.warning.nesting import Within, nested
from consilience.warning.report import Report, Says, columns
from consilience.warning.strength import Band, Strength, evidence_of

_MEANT = 0.15
"""Spread in log count of one figure over what its speaker may have meant, where scopes are not resolved."""
_RECENT_DAYS = 30
_BEFORE_DAYS = 800  # before the last day: what is about earlier days says nothing of it
_AFTER_DAYS = 120  # without a word: from then on a strength is what it was, and no day is reckoned
_EXCESS = 0.25  # in log count: what counting a category more (police, airmen) usually adds


class Scoping(Enum):
    """What makes two claims speak of one scope."""

    GROUPED = "grouped"  # as facts are grouped: what a claim names beside a vague border proves nothing
    STATED = "stated"  # as each claim states it: with Crimea is one scope, without another


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked: whose strength, in which measure and unit (`personnel`, `formation/btg`), by which scoping."""

    actor: str
    measure: str = "personnel"
    unit: str = "personnel"
    scoping: Scoping = Scoping.GROUPED


@dataclass(frozen=True, slots=True)
class Apart:
    """A claim about the matter that moves no strength, and why."""

    claim: ClaimId
    reason: str


@dataclass(frozen=True)
class Series:
    """Strengths by scope, from the claims that stand in a picture: nothing that was reported after it.

    `borrowed` are the reports that rest on another's word: a partner's own document, or an image that it read, is not.
    `days` are those that are reckoned, `until` the last that may be asked for: it has the strength of the last one.
    """

    matter: Matter
    days: Days
    until: int
    claims: Mapping[str, Claim]
    reports: tuple[Report, ...]
    apart: tuple[Apart, ...]
    borrowed: frozenset[str]
    within: tuple[Within, ...]

    @cached_property
    def bench(self) -> Bench:
        """The grid, the days, and the habits learned from these reports alone."""
        evidence = evidence_of(columns(self.reports), self.days)
        return Bench(evidence.grid, evidence.habits, self.days)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that somebody spoke of, in order."""
        return tuple(sorted({report.area for report in self.reports}))

    @cached_property
    def own(self) -> dict[str, Strength]:
        """The strength of each scope from the reports of that very scope."""
        found = variants([self.of(scope) for scope in self.scopes], self.bench)
        return {scope: self._unresolved(each) for scope, each in zip(self.scopes, found, strict=True)}

    def _spoken(self, scope: str) -> Flags:
        """On which days somebody had spoken of a scope lately, or was about to."""
        days = np.arange(self.days.first, self.days.last + 1)
        told = np.array([report.day for report in self.of(scope)])
        return np.asarray(np.abs(days[:, None] - told).min(axis=1) <= _RECENT_DAYS)

    def _unresolved(self, strength: Strength) -> Strength:
        """A strength wider by what is meant: on days of which several stated places were told as this one scope."""
        told = [(report.day, _stated(self.claims[report.id].place)) for report in self.of(strength.area)]
        mass = np.array(strength.mass)
        for at in range(len(self.days)):
            day = self.days.first + at
            if len({place for on, place in told if day - _RECENT_DAYS <= on <= day}) > 1:
                mass[at] = self.bench.grid.blurred(mass[at], _MEANT)
        return Strength(strength.area, strength.days, strength.grid, mass)

    @cached_property
    def strengths(self) -> dict[str, Strength]:
        """The strength of each scope, held to its whole and its parts."""
        masses = {name: each.mass for name, each in self.own.items()}
        held = nested(masses, self.within, self.bench.grid, {name: self._spoken(name) for name in masses})
        return {name: Strength(name, self.days, self.bench.grid, mass) for name, mass in held.items()}

    def of(self, scope: str) -> list[Report]:
        """The reports of a scope.

        Raises:
            UsageError: for a scope of which nobody spoke.
        """
        found = [report for report in self.reports if report.area == scope]
        if not found:
            raise UsageError(f"scope {scope!r}", "nobody spoke of it", "one of " + "; ".join(self.scopes))
        return found

    def on(self, scope: str, when: date) -> Band:
        """The quantiles of a scope's strength on a day."""
        self.of(scope)
        return self.strengths[scope].on(self._day(when))

    def alone_on(self, scope: str, when: date) -> Band:
        """The same from the reports of that very scope, whatever is known of others."""
        self.of(scope)
        return self.own[scope].on(self._day(when))

    def without(self, scope: str, left_out: frozenset[str], when: date) -> Band | None:
        """The same without some of them; None where nothing is left."""
        rest = [report for report in self.of(scope) if report.id not in left_out]
        return variants([rest], self.bench)[0].on(self._day(when)) if rest else None

    def day(self, when: date) -> date:
        """The day nearest to one that is asked for."""
        return date.fromordinal(min(max(when.toordinal(), self.days.first), self.until))

    def at_least(self, scope: str, when: date, threshold: float) -> float:
        """The probability that a scope holds `threshold` or more on a day."""
        self.of(scope)
        return float(self.strengths[scope].at_least(threshold)[self._day(when) - self.days.first])

    def influences(self, scope: str, when: date) -> list[Influence]:
        """What each claim moved in its scope on a day, those that moved most first; other scopes are left out."""
        return influences(self.of(scope), self.bench, self._day(when))

    def partners(self, scope: str) -> dict[str, Strength]:
        """What each partner's own claims of a scope amount to. A copy of another's word is none of a partner's own."""
        return alone([report for report in self.of(scope) if report.id not in self.borrowed], self.bench)

    def _day(self, when: date) -> int:
        day = when.toordinal()
        if not self.days.first <= day <= self.until:
            first, last = (date.fromordinal(each).isoformat() for each in (self.days.first, self.until))
            raise UsageError(f"day {when.isoformat()}", "outside the series", f"{first} to {last}")
        return min(day, self.days.last)


def series(picture: Picture, matter: Matter, geography: Geography, until: date | None = None) -> Series:
    """The series of a matter in a picture, up to `until` or the picture's as-of day, else to the last day told.

    Raises:
        UsageError: where nobody reports a count of it.
    """
    spoken = [claim for claim in picture.claims if _is_about(claim, matter)]
    lineage = Lineage(picture.claims)
    reasons = _replaced(picture)
    reports, apart = [], []
    for claim in spoken:
        reason = reasons.get(claim.id) or _silent(claim, matter)
        if reason:
            apart.append(Apart(claim.id, reason))
        else:
            reports.append(_report(claim, matter, lineage))
    last = until or (picture.as_of.at.date() if picture.as_of else None)
    end = last.toordinal() if last else max((report.told for report in reports), default=0)
    finish = min(end, max((report.day for report in reports if report.day <= end), default=0) + _AFTER_DAYS)
    kept = {report.id: report for report in reports if finish - _BEFORE_DAYS <= report.day <= end}
    outside = f"is about a day that is not among the {_BEFORE_DAYS} that are reckoned"
    apart += [Apart(ClaimId(report.id), outside) for report in reports if report.id not in kept]
    reports = list(kept.values())
    if not reports:
        expected = f"a claim that counts {matter.measure} of {matter.actor} in {matter.unit}"
        raise UsageError("series", "none", expected)
    days = Days(min(report.day for report in reports), finish)
    claims = {str(claim.id): claim for claim in spoken if str(claim.id) in kept}
    told = {str(claim.id): claim for claim in picture.claims}
    borrowed = frozenset(
        report.id for report in reports if any(_owner(root, told) not in ("", report.source) for root in report.roots)
    )
    within = _within(claims, matter, geography)
    return Series(matter, days, end, claims, tuple(reports), tuple(sorted(apart, key=_by_claim)), borrowed, within)


def _owner(root: str, claims: Mapping[str, Claim]) -> str:
    """The partner whose word a root is; empty for a recording, and where nobody says whose."""
    if root in claims:
        return str(claims[root].partner)
    kind, _, rest = root.partition(":")
    return rest.split(":", 1)[0].split("-", 1)[0] if kind in ASSERTIONS else ""


def _by_claim(apart: Apart) -> str:
    return apart.claim


def scope_of(claim: Claim, matter: Matter) -> str:
    """The scope that a claim speaks of, in words: the place, and what the number includes."""
    return " ".join([_place(claim, matter) or "no place named", *proposition(claim).counted])


def _place(claim: Claim, matter: Matter) -> str:
    return claim.place.scope_key if matter.scoping is Scoping.GROUPED else _stated(claim.place)


def _stated(place: Place) -> str:
    return ", ".join(sorted(part.key for part in place.parts))


def _is_about(claim: Claim, matter: Matter) -> bool:
    """Whether a claim is about the actor's present level of the measure."""
    return (
        claim.actor == matter.actor
        and claim.phenomenon.measure == matter.measure
        and Tense.PRESENT in claim.tenses
        and not claim.denies_ahead
    )


def _silent(claim: Claim, matter: Matter) -> str:
    """Why a claim says nothing of the strength; empty where it does."""
    if claim.modality is Modality.UNVERIFIED:
        return "could not confirm: it lowers nothing and raises nothing"
    if claim.modality is Modality.DENIED and claim.speaker.state == claim.actor:
        return "its subject denies it, which it would do either way"
    if claim.modality.is_negation:
        return ""
    if claim.count is None:
        return "names no number"
    if claim.count.unit != matter.unit:
        return f"counts in {claim.count.unit}"
    return ""


def _replaced(picture: Picture) -> dict[ClaimId, str]:
    """Claims that the picture sets aside as evidence: corrected by their own speaker, defective, or changed copies."""
    found: dict[ClaimId, str] = {}
    for fact in picture.facts:
        for held in fact.holdings:
            corrected = [reason for reason in held.reasons if reason.startswith("correction:")]
            if held.stance is Stance.SUPERSEDED and corrected:
                found[held.claim.id] = corrected[0]
            elif held.stance is Stance.DEFECTIVE:
                found[held.claim.id] = next(iter(held.reasons), "contradicts the gazetteer")
            elif held.stance is Stance.COPY:
                found[held.claim.id] = "a copy that changed what it rests on: its root's content stands"
    return found


def _report(claim: Claim, matter: Matter, lineage: Lineage) -> Report:
    """A claim as the filter reads it. Errors belong to the partner: however many its outlets, its word is one."""
    low, high, says, told = 0.0, inf, Says.COUNT, claim.reported_at.at.date()
    if claim.modality.is_negation:
        says = Says.DENIED if claim.modality is Modality.DENIED else Says.NOT_SEEN
    elif claim.count:
        count = claim.count
        low = count.low if count.low is not None else (count.best or 0.0) if count.high is None else 0.0
        high = count.high if count.high is not None else count.best if count.best is not None else inf
    return Report(
        id=str(claim.id),
        area=scope_of(claim, matter),
        day=min(as_of(claim).date(), told).toordinal(),  # nobody counts what has not come
        told=told.toordinal(),
        source=str(claim.partner),
        low=max(low, 0.0),
        high=max(high, low, 0.0),
        says=says,
        roots=lineage.roots(claim.id) - {str(claim.id)},
    )


def _within(claims: Mapping[str, Claim], matter: Matter, geography: Geography) -> tuple[Within, ...]:
    """Each scope in the wholes that it is a part of, with no other scope between them, by one claim of each."""
    chief: dict[str, Claim] = {}
    for name in sorted(claims):
        chief.setdefault(scope_of(claims[name], matter), claims[name])
    wholes = {
        part: {whole for whole in chief if whole != part and _is_part(chief[part], chief[whole], matter, geography)}
        for part in chief
    }
    return tuple(
        Within(part, whole, _EXCESS if _place(chief[part], matter) == _place(chief[whole], matter) else inf)
        for part in sorted(wholes)
        for whole in sorted(wholes[part])
        if not any(whole in wholes[between] and part not in wholes[between] for between in wholes[part] - {whole})
    )


def _is_part(part: Claim, whole: Claim, matter: Matter, geography: Geography) -> bool:
    """Whether one scope is shown to lie in another: by its place or by what it counts, the other being the same."""
    compared = compare_scopes(part, whole, geography)
    one, two = (_place(claim, matter) for claim in (part, whole))
    if one == two:
        return compared.nesting is Nesting.PART
    if matter.scoping is Scoping.STATED and part.place.parts < whole.place.parts:
        return part.counted == whole.counted
    # a named area stands for its outline by a circle: that a band lies within it is never shown
    shown = compared.extent in (Extent.WITHIN, Extent.EQUAL) and not any(
        isinstance(each, Belt | Border) for each in part.place.parts
    )
    if all(isinstance(each, Belt) for each in part.place.parts | whole.place.parts):
        shown = compared.extent is Extent.WITHIN
    return shown and compared.nesting is Nesting.PART
