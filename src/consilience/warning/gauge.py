"""Gauge: one scope's strength on a day, with all that it rests on: thresholds, claims, partners, and what stands apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import expm1, log

from consilience.comparison.picture import Picture
from consilience.comparison.words import place_words
from consilience.errors import UsageError
from consilience.intake.procedure import shipped_procedures
from consilience.model.claim import Claim, Tense, number
from consilience.model.identity import ClaimId
from consilience.model.phenomenon import Kind, Phenomenon
from consilience.warning.influence import Influence, variants
from consilience.warning.report import Report, Says
from consilience.warning.series import Matter, Scoping, Series
from consilience.warning.strength import Band

RECENT_DAYS = 30
"""A scope that nobody spoke of for so long is shown after the others, with the day on which somebody did."""
_FORCES = ("personnel", "formation", "equipment")
_NEEDED = "requirement"
_WEIGHTY = 0.1
_LEAST = 2  # reports of a matter that is offered


@dataclass(frozen=True, slots=True)
class Landmark:
    """A figure that matters, and who says so: an accord's threshold, or what a claim says is planned, expected or needed."""

    amount: float
    says: str
    url: str
    claims: tuple[ClaimId, ...] = ()


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability that a scope holds as many as a landmark, or more."""

    landmark: Landmark
    probability: float


@dataclass(frozen=True, slots=True)
class Word:
    """One partner's part in a strength.

    `own` is what its own claims amount to by themselves, None where it only repeats others or counts nothing; `without`
    what is left without all that it told, None where nothing is; `told` its reports, the newest first.
    """

    partner: str
    own: Band | None
    without: Band | None
    told: tuple[Report, ...]
    moved: float
    only_repeats: bool = False

    @property
    def last(self) -> date:
        """The last day that it spoke about."""
        return date.fromordinal(self.told[0].day)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One scope as of a day.

    `band` is held to other scopes by nesting, `own` is from the scope's own reports, about which `influences` and `words`
    speak. `last` is the last day that somebody spoke about.
    """

    scope: str
    words: str
    day: date
    last: date
    band: Band
    own: Band
    chances: tuple[Chance, ...]
    influences: tuple[Influence, ...]
    partners: tuple[Word, ...]
    within: tuple[str, ...]
    holds: tuple[str, ...]

    @property
    def silent_days(self) -> int:
        """For how long nobody has spoken of it."""
        return (self.day - self.last).days

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The partners without whom the middle would move by more than a tenth of the width, those that move it most first."""
        width = log(max(self.own.high, 1.0) / max(self.own.low, 1.0)) or 1.0
        return tuple(
            word.partner for word in self.partners if word.without is None or abs(word.moved) > _WEIGHTY * width
        )


def matters(claims: Iterable[Claim], scoping: Scoping = Scoping.STATED) -> list[Matter]:
    """What forces are counted in some claims, the most told first: whose, and in what."""
    told = Counter(
        (claim.actor, claim.phenomenon.measure, claim.count.unit)
        for claim in claims
        if claim.count
        and claim.actor
        and claim.phenomenon.kind is Kind.LEVEL
        and claim.phenomenon.path.split("/")[0] in _FORCES
        and Tense.PRESENT in claim.tenses
    )
    listed = sorted(told, key=lambda each: (-told[each], each))
    return [Matter(*each, scoping) for each in listed if told[each] >= _LEAST]


def key(matter: Matter) -> str:
    """A matter in a word: `RUS:personnel:personnel`."""
    return ":".join((matter.actor, matter.measure, matter.unit))


def choose(offered: Sequence[Matter], text: str = "") -> Matter:
    """The matter of a key, or the most told where there is none.

    Raises:
        UsageError: for one that is not offered.
    """
    for each in offered:
        if not text or key(each) == text:
            return each
    raise UsageError("of whom", repr(text), "one of " + (", ".join(map(key, offered)) or "none: nobody counts a force"))


def scoping(text: str) -> Scoping:
    """How scopes are to be taken; grouped, where nothing is said.

    Raises:
        UsageError: for another word.
    """
    try:
        return Scoping(text or Scoping.GROUPED.value)
    except ValueError as error:
        raise UsageError("scopes", repr(text), "grouped or stated") from error


def matter_words(matter: Matter) -> str:
    """`RUS personnel`, `RUS battalion tactical groups`."""
    words = Phenomenon(matter.measure).words
    return (
        f"{matter.actor} {words}"
        if Phenomenon(matter.measure).nature.unit == matter.unit
        else f"{matter.actor} {words}, {matter.unit}"
    )


def landmarks(picture: Picture, matter: Matter) -> tuple[Landmark, ...]:
    """The figures that matter, the smallest first: of procedures that ship, and of claims in the picture."""
    found = [
        Landmark(threshold.amount, f"{procedure.accord}: {procedure.title.lower()}", threshold.url or procedure.source)
        for procedure in shipped_procedures()
        for threshold in procedure.thresholds
        if threshold.unit == matter.unit
    ]
    ahead: dict[float, list[Claim]] = defaultdict(list)
    for claim in picture.claims:
        if claim.count and _is_landmark(claim, matter):
            ahead[claim.count.centre].append(claim)
    for amount, claims in ahead.items():
        said = "; ".join(dict.fromkeys(f"{claim.partner}: {_ahead_words(claim)}" for claim in claims))
        found.append(Landmark(amount, said, claims[0].url, tuple(claim.id for claim in claims)))
    return tuple(sorted(found, key=lambda each: (each.amount, each.says)))


def _is_landmark(claim: Claim, matter: Matter) -> bool:
    """Whether a claim says how many are planned, expected or needed, of the whole and not of some part of it."""
    if claim.actor != matter.actor or not claim.count or claim.count.unit != matter.unit or claim.counted:
        return False
    path = claim.phenomenon.path.split("/")
    if claim.modality.is_negation or claim.count.is_zero:
        return False
    return path[0] == _NEEDED or (claim.phenomenon.measure == matter.measure and Tense.PRESENT not in claim.tenses)


def _ahead_words(claim: Claim) -> str:
    needed = claim.phenomenon.path.startswith(_NEEDED)
    kind = "needed" if needed else {"intended": "planned", "forecast": "expected"}.get(claim.modality.value, "ahead")
    return f"{kind}, {claim.place.name}" if claim.place.name else kind


def scope_words(series: Series, scope: str) -> str:
    """A scope as most of its claims name the place, with what the number includes: `UKR border, ground only`."""
    claims = [series.claims[report.id] for report in series.of(scope)]
    key = claims[0].place.scope_key
    place = place_words(tuple(claims), key) or "no place named"
    counted = ", ".join(_counted(token) for token in sorted(claims[0].counted))
    return f"{place}, {counted}" if counted else place


def _counted(token: str) -> str:
    if token.startswith("+"):
        return f"with {token[1:].replace('-', ' ')}"
    return token.replace("-", " ")


def lately(series: Series, when: date) -> list[str]:
    """The scopes of a series, those of which most was told in the last ninety days first, silent ones last."""
    day = when.toordinal()

    def rank(scope: str) -> tuple[bool, int, int, str]:
        days = [report.day for report in series.of(scope)]
        return day - max(days) > RECENT_DAYS, -sum(day - each <= 3 * RECENT_DAYS for each in days), -max(days), scope

    return sorted(series.scopes, key=rank)


def gauge(series: Series, scope: str, when: date, marks: Sequence[Landmark] = ()) -> Gauge:
    """One scope on a day.

    Raises:
        UsageError: for a scope of which nobody spoke, or a day outside the series.
    """
    band = series.on(scope, when)
    return Gauge(
        scope=scope,
        words=scope_words(series, scope),
        day=when,
        last=date.fromordinal(max(report.day for report in series.of(scope))),
        band=band,
        own=series.alone_on(scope, when),
        chances=tuple(Chance(each, series.at_least(scope, when, each.amount)) for each in marks),
        influences=tuple(series.influences(scope, when)) if len(series.of(scope)) > 1 else (),
        partners=_words(series, scope, when),
        within=tuple(link.whole for link in series.within if link.part == scope),
        holds=tuple(link.part for link in series.within if link.whole == scope),
    )


def _words(series: Series, scope: str, when: date) -> tuple[Word, ...]:
    """Each partner's part, those that move the strength most first."""
    listed = series.of(scope)
    own = series.partners(scope)
    names = sorted({report.source for report in listed})
    tables = [[report for report in listed if report.source != name] for name in names]
    middle = max(series.alone_on(scope, when).middle, 1.0)
    day = min(when.toordinal(), series.days.last)
    found = []
    for name, table, left in zip(names, tables, variants(tables, series.bench), strict=True):
        told = sorted((report for report in listed if report.source == name), key=lambda each: (-each.day, each.id))
        without = left.on(day) if table else None
        moved = log(middle / max(without.middle, 1.0)) if without else 0.0
        counted = any(report.says is Says.COUNT for report in told)
        band = own[name].on(day) if name in own and counted else None
        found.append(Word(name, band, without, tuple(told), moved, name not in own))
    return tuple(sorted(found, key=lambda each: (each.without is not None, -abs(each.moved), each.partner)))


def rounded(count: float) -> str:
    """A count to three significant digits, which is more than the grid tells: `134,000`."""
    if count < 1:
        return "0"
    places = max(len(f"{count:.0f}") - 3, 0)
    return number(round(count / 10**places) * 10**places)


def moved(share: float) -> str:
    """A change in log count in percent: `+9 %`, `-7 %`."""
    change = round(100 * expm1(share))
    return f"+{change:,} %" if change > 0 else f"-{-change:,} %" if change < 0 else "0 %"


def percent(probability: float) -> str:
    """A probability in words that never claim certainty: `under 1 %`, `37 %`, `over 99 %`."""
    share = round(100 * probability)
    return "under 1 %" if share < 1 else "over 99 %" if share > 99 else f"{share} %"
