"""Baseline: whether a count of violations lies above what its own past lets one expect, by region and season.

After Farrington and others (JRSS A 159, 1996) with the changes of Noufaily and others (Statistics in Medicine 32, 2013):
the expected count comes from the weeks before and from the same weeks of earlier years, what was itself an outbreak weighs
less, and the limit is a quantile of a negative binomial, whose variance is a multiple of its mean. Periods of several days
are one count of so many days, never split and never added to what they overlap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from consilience.model.claim import Claim
from consilience.model.indicator import Indicator, Status, Unusual
from consilience.model.period import DAY, Period
from consilience.warning.dossier import Known
from consilience.warning.looking import Speaks, sighting
from consilience.warning.sighting import Sighting

_SEASON_DAYS = 21  # to either side of the day, in earlier years: three weeks, as both papers have it
_YEARS = 5
_YEAR = timedelta(days=365.25)
_OUTBREAK = 2.58  # residuals above this weigh less (Noufaily and others, section 3.3)
_ROUNDS = 3
_PART = "explosions-only"
_LONGEST = 10  # days in one report: more is no count of a time but a summary
_DAY_ALONE = 1.0
_NOON = timedelta(hours=12)
_POISSON = 1e-9
_CELLS = 2**20  # counts that are added up one by one, at most


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted in a region over a period: `days` long, `told` on a day, by a claim.

    `vague`: the hour of an end of the period is not known, and taken as noon.
    """

    claim: str
    region: str
    start: datetime
    end: datetime
    told: date
    count: float
    vague: bool = False

    @property
    def days(self) -> float:
        """How many days it covers; a report known to its days covers all of them."""
        return (self.end - self.start) / DAY


@dataclass(frozen=True, slots=True)
class Expected:
    """What the past lets one expect of a tally: the mean, the variance over it, the limit, on how many counts; or why not."""

    mean: float
    dispersion: float
    limit: float
    counts: int
    why_not: str = ""


def tallies(claims: Iterable[Claim], unit: str) -> list[Tally]:
    """The counts of a unit, each period of a region once and none that overlaps an earlier told one.

    A report gives its own period and, again, the one before. Read twice, a period counts as it was told first. Where the
    period before is a part of one that a report of several days had covered, it is left out: it is in there already.
    """
    found = sorted((each for claim in claims if (each := _tally(claim, unit))), key=_telling)
    kept: dict[str, list[Tally]] = defaultdict(list)
    for each in found:
        if not any(_is_same(each, other) for other in kept[each.region]):
            kept[each.region].append(each)
    return sorted((each for listed in kept.values() for each in listed), key=lambda each: (each.end, each.region))


def _is_same(one: Tally, other: Tally) -> bool:
    """Whether two periods overlap: at all, or by half of the shorter where the hour of an end is not known."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    if one.vague or other.vague:
        return shared / DAY > min(one.days, other.days) / 2
    return shared > timedelta()


def _telling(each: Tally) -> tuple[date, float, str]:
    """First told first; of one report its own period before the one before it: the later end first."""
    return (each.told, -each.end.timestamp(), each.claim)


def _tally(claim: Claim, unit: str) -> Tally | None:
    """A claim's count of a whole over a closed period of a few days, or None."""
    count, period = claim.count, claim.period
    if count is None or count.unit != unit or count.best is None or period is None or period.end is None:
        return None
    if claim.modality.is_negation or _PART in claim.counted or not 0 < (period.end - period.start) / DAY <= _LONGEST:
        return None
    told = claim.reported_at.at.date()
    start, end, vague = _ends(period)
    return Tally(str(claim.id), claim.place.scope_key, start, end, told, count.best, vague)


def _ends(period: Period) -> tuple[datetime, datetime, bool]:
    """Both ends of a period, and whether the hour of one is not known.

    Days that meet at 19:30 are told as two days where no hour is known: from noon to noon they are one day long, and go into
    neither neighbour by more than a few hours.
    """
    assert period.end is not None  # noqa: S101  `_tally` saw to it
    if not period.finish or (period.begin.is_day and period.begin == period.finish):
        return period.start, period.end, False
    start, end = (each.at + _NOON if each.is_day else each.at for each in (period.begin, period.finish))
    if start >= end:
        return period.start, period.end, False
    return start, end, period.begin.is_day or period.finish.is_day


def expected(tally: Tally, past: Sequence[Tally], asks: Unusual) -> Expected:
    """What a tally's own region lets one expect of a period so long at that time of year.

    Only what was told when the tally was, and ended `apart_days` before it began, is its past: a rise is not to hide itself.
    """
    known = [
        each for each in past
        if each.region == tally.region and each.told <= tally.told and _is_past(each, tally, asks)
    ]  # fmt: skip
    if len(known) < asks.least:
        return Expected(0, 0, 0, len(known), f"{len(known)} counts before it, fewer than {asks.least}: no statement")
    pairs = tuple((each.count, each.days) for each in known)
    rate, dispersion = _fitted(pairs)
    mean = rate * tally.days
    return Expected(mean, dispersion, _limit(mean, dispersion, asks.chance), len(known))


def _is_past(each: Tally, tally: Tally, asks: Unusual) -> bool:
    """Whether a count lies in the days before, or in the same weeks of an earlier year."""
    gap = tally.start - each.end
    if timedelta(days=asks.apart_days) <= gap <= timedelta(days=asks.past_days):
        return True
    years = round((tally.start - each.start) / _YEAR)
    return 1 <= years <= _YEARS and abs(tally.start - each.start - years * _YEAR) <= timedelta(days=_SEASON_DAYS)


@lru_cache(maxsize=4096)
def _fitted(pairs: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """The rate a day and the variance over the mean, with outbreaks weighed down."""
    counts, days = np.array(pairs).T
    weight = np.ones(len(counts))
    rate, dispersion = 0.0, 1.0
    for _ in range(_ROUNDS):
        rate = max(float((weight * counts).sum() / (weight * days).sum()), 0.5 / float(days.sum()))
        mean = rate * days
        free = max(float(weight.sum()) - 1.0, 1.0)
        dispersion = max(1.0, float((weight * (counts - mean) ** 2 / mean).sum()) / free)
        residual = 1.5 * (counts ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * np.sqrt(dispersion))  # Anscombe
        weight = np.where(residual > _OUTBREAK, (_OUTBREAK / np.maximum(residual, _OUTBREAK)) ** 2, 1.0)
        weight *= len(counts) / weight.sum()
    return rate, dispersion


def _limit(mean: float, dispersion: float, chance: float) -> float:
    """The count that is passed by chance only so often: of a negative binomial, or of Poisson where nothing is spread.

    Beyond a million that of the gamma law that both become: nobody counts so much, and who says so is not to fill the memory.
    """
    spread = dispersion - 1.0
    least = 16
    while least <= _CELLS:
        at = np.arange(1, least)
        if spread <= _POISSON:
            steps, first = np.log(mean / at), -mean
        else:
            size = mean / spread
            steps, first = np.log((size + at - 1) / at * spread / dispersion), -size * np.log(dispersion)
        below = np.cumsum(np.exp(first + np.concatenate([[0.0], np.cumsum(steps)])))
        if below[-1] >= 1 - chance:
            return float(np.searchsorted(below, 1 - chance))
        least *= 4
    wide = dispersion / mean  # of a gamma law, with the quantile of Wilson and Hilferty (PNAS 17, 1931)
    cube = 1 - wide / 9 + NormalDist().inv_cdf(1 - chance) * wide**0.5 / 3
    return float(max(np.ceil(mean * cube**3), least / 4))


def unusual(spoken: Speaks, known: Known) -> list[Sighting]:
    """What the counts of the window say of each partner that counts: above its own limit, or not; nothing without a past."""
    indicator = spoken.indicator
    asks = indicator.measure
    assert isinstance(asks, Unusual)  # noqa: S101  board asks for no other
    by_partner: dict[str, list[Claim]] = defaultdict(list)
    for claim in spoken.claims:
        if claim.id in known and str(claim.partner) in indicator.looking:
            by_partner[str(claim.partner)].append(claim)
    found = []
    for _, claims in sorted(by_partner.items()):
        by_id = {str(claim.id): claim for claim in claims}
        told = tallies(claims, asks.unit)
        for each in told:
            if 0 <= (known.when - each.end.date()).days <= indicator.window_days:
                found.append(_judged(indicator, each, told, by_id[each.claim], known))
    return found


def _judged(indicator: Indicator, tally: Tally, past: Sequence[Tally], claim: Claim, known: Known) -> Sighting:
    """One tally against its past."""
    asks = indicator.measure
    assert isinstance(asks, Unusual)  # noqa: S101  as above
    limit = expected(tally, past, asks)
    span = "a day" if tally.days < _DAY_ALONE + 0.5 else f"in {tally.days:.0f} days"
    said = f"{tally.count:,.0f} {span} in {tally.region}"
    if limit.why_not:
        return sighting(indicator, Status.NOT_LOOKING, (claim,), known, f"{said}; {limit.why_not}")
    status = Status.SEEN if tally.count > limit.limit else Status.NOT_SEEN
    because = f"{said}; {limit.mean:,.0f} expected, up to {limit.limit:,.0f} usual, by {limit.counts} counts before"
    return sighting(indicator, status, (claim,), known, because)
