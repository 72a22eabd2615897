"""Again: claims that tell what was told before. They go with what they repeat, and have no say in what is one fact.

Facts are cut where claims leave gaps and joined where they agree on average, so whoever repeats a claim often enough could
move both for everybody else. Here a repetition weighs nothing: facts are those of the claims that tell something first.
A claim that says itself what it rests on, and says no more than that, is one whatever its vagueness.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from math import floor, log

from consilience.linkage.levels import as_of, is_event, proposition
from consilience.linkage.origins import Declared
from consilience.model.atlas import sphere_km
from consilience.model.claim import Claim, Modality
from consilience.model.identity import ClaimId
from consilience.model.period import DAY
from consilience.model.phenomenon import Kind
from consilience.model.place import Site

# A level is told again within a day of the first, whatever number is given: it is in the same slice of time.
_LEVEL_DAYS = 1.0
# A single event told again: on a day in common, within the stated precision of the first, its number within a tenth.
_NUMBERS = log(1.1)
_STEP = 1.01 * _NUMBERS  # in which they are filed: numbers within a tenth of each other are one step apart, or none
# Of a place or time known more than so many times better it tells something new: two towns within one vague report stay two.
_FINER = 2.0
# What is vaguer or longer than this is repeated only by who says so: else it is compared as any other.
_WIDEST_KM, _LONGEST_DAYS = 50.0, 31
# Firsts are filed in squares of so many degrees, those as vague as this (km) and no vaguer: a square reaches as far up to 77 degrees north.
_SQUARES = ((1.0, 0.05), (5.0, 0.2), (_WIDEST_KM, 2.0))

_Kin = tuple[object, ...]


def told_again(claims: Iterable[Claim], decided: Container[str] = ()) -> dict[ClaimId, ClaimId]:
    """Each claim that tells again what an earlier one tells, with that one, which repeats nothing itself.

    Earlier is what was reported before, and before what rests on it; of one time what comes from the partner that words the
    like of it in the fewest ways. What says no more than a claim that it declares to rest on comes after all these and goes
    with it. A claim of which something was `decided` repeats nothing.
    """
    listed = list(claims)
    above = Declared(listed).above
    declared = _declared(listed, above, decided)
    rest = [claim for claim in listed if claim.id not in declared]
    kins = {claim.id: _kin(claim) for claim in rest}
    wordings = {(claim.partner, kins[claim.id], claim.reported_at.at, claim.text) for claim in rest}
    crowd = Counter(wording[:3] for wording in wordings)

    def _order(claim: Claim) -> tuple[object, ...]:
        told = claim.reported_at.at
        return len(above(claim)), told, crowd[claim.partner, kins[claim.id], told], claim.id

    wide, sites = _Wide(), _Sites()
    again: dict[ClaimId, ClaimId] = {}
    for claim in sorted(rest, key=_order):
        file = wide if claim.place.point is None else sites
        first = None if claim.id in decided else file.nearest(claim, kins[claim.id])
        if first is None:
            file.add(claim, kins[claim.id])
        else:
            again[claim.id] = first
    return again | {name: again.get(origin, origin) for name, origin in declared.items()}


def _declared(
    listed: Sequence[Claim], above: Callable[[Claim], frozenset[ClaimId]], decided: Container[str]
) -> dict[ClaimId, ClaimId]:
    """Each claim that says no more than one it rests on by its own word, with that one, or with what that one goes with.

    Of several it goes with the nearest in place, then the earliest. In a circle none but the earliest is an origin to all.
    """
    claims = {claim.id: claim for claim in listed if claim.origins}
    if not claims:
        return {}
    every = {claim.id: claim for claim in listed}
    found: dict[ClaimId, ClaimId] = {}
    for claim in claims.values():
        if claim.id in decided:
            continue
        near = (
            (_gap(claim, origin), origin.reported_at.at, origin.id)
            for origin in (every[name] for name in above(claim) if name != claim.id)
            if (claim.id not in above(origin) or _sooner(origin, claim)) and _says_no_more(claim, origin)
        )
        best = min(near, default=None)
        if best is not None:
            found[claim.id] = best[2]
    return {name: _end(found, name) for name in found}


def _sooner(one: Claim, two: Claim) -> bool:
    return (one.reported_at.at, one.id) < (two.reported_at.at, two.id)


def _end(found: dict[ClaimId, ClaimId], name: ClaimId) -> ClaimId:
    """Where the way of declared origins ends: each leads up, or in a circle to what is earlier."""
    while name in found:
        name = found[name]
    return name


def _says_no_more(copy: Claim, origin: Claim) -> bool:
    """Whether what a claim says is what its declared origin says, less exactly, with another number, or left out."""
    shared = _kin(copy)[0], copy.phenomenon.path, _polarity(copy)
    if shared != (_kin(origin)[0], origin.phenomenon.path, _polarity(origin)):
        return False
    if copy.count and (origin.count is None or copy.count.unit != origin.count.unit):
        return False
    if copy.place.point is not None and (
        origin.place.point is None
        or _apart(copy, origin) > max(_site(copy).radius_km, _site(origin).radius_km)
        or _site(origin).radius_km > _FINER * _site(copy).radius_km
    ):
        return False
    return _of_one_time(copy, origin)


def _of_one_time(copy: Claim, origin: Claim) -> bool:
    """Whether a copy's period is its origin's, nearly, or left out; when either was reported is nothing to the matter."""
    if copy.period is None or origin.period is None:
        return copy.period is None
    if is_event(copy):
        days, before = _span(copy), _span(origin)
        return max(days[0], before[0]) < min(days[1], before[1]) and before[1] - before[0] <= _FINER * (
            days[1] - days[0]
        )
    if copy.phenomenon.kind is Kind.EVENT:
        return copy.period.start == origin.period.start
    return abs(copy.period.as_of - origin.period.as_of) <= _LEVEL_DAYS * DAY


def _span(claim: Claim) -> tuple[int, int]:
    """The days of an event as numbers, the last one past the end."""
    period = claim.period
    assert period is not None  # noqa: S101  is_event saw to it
    last = period.end - timedelta(milliseconds=1) if period.end else period.start
    return period.start.toordinal(), last.toordinal() + 1


def _gap(one: Claim, two: Claim) -> float:
    """How far two claims lie apart (km); of one scope they do not."""
    return _apart(one, two) if one.place.point is not None and two.place.point is not None else 0.0


def _polarity(claim: Claim) -> tuple[bool, bool, bool]:
    """Whether it negates, could not confirm, or counts none."""
    return claim.modality.is_negation, claim.modality is Modality.UNVERIFIED, bool(claim.count and claim.count.is_zero)


def _kin(claim: Claim) -> _Kin:
    """What a claim and one that tells it again have in common, but for time and number, and of a site the place."""
    unit = claim.count.unit if claim.count else None
    shared = proposition(claim)
    if claim.place.point is not None:
        shared = replace(shared, scope="")
    return shared, claim.phenomenon.path, claim.period is None, unit, *_polarity(claim)


class _Wide:
    """Firsts over what is wider than a site, by proposition in order of time."""

    def __init__(self) -> None:
        self._told: dict[_Kin, list[tuple[float, ClaimId]]] = defaultdict(list)

    def add(self, claim: Claim, kin: _Kin) -> None:
        """File a first."""
        insort(self._told[kin], (_day(claim), claim.id))

    def nearest(self, claim: Claim, kin: _Kin) -> ClaimId | None:
        """The first that it repeats: the nearest in time, and of two the earlier; tallies need one start."""
        told, day = self._told[kin], _day(claim)
        at = bisect_left(told, (day,))
        near = [(abs(other - day), other, name) for other, name in told[max(0, at - 1) : at + 1]]
        within = 0.0 if claim.phenomenon.kind is Kind.EVENT else _LEVEL_DAYS
        return min((found for found in near if found[0] <= within), default=(0, 0, None))[2]


class _Sites:
    """Firsts at sites, by kind, day, square and number."""

    def __init__(self) -> None:
        self._told: dict[tuple[object, ...], list[Claim]] = defaultdict(list)

    def add(self, claim: Claim, kin: _Kin) -> None:
        """File a first."""
        side = next((degrees for vague, degrees in _SQUARES if _site(claim).radius_km <= vague), None)
        if side is not None:
            square = _square(claim, side)
            for day, step in product(_days(claim, 0), _steps(claim, 0)):
                self._told[kin, day, side, square, step].append(claim)

    def nearest(self, claim: Claim, kin: _Kin) -> ClaimId | None:
        """The first that it repeats: the nearest in place."""
        near = (
            (_apart(first, claim), first.id)
            for _, side in _SQUARES
            for square in _around(claim, side)
            for day, step in product(_days(claim, 1), _steps(claim, 1))
            for first in self._told.get((kin, day, side, square, step), ())
            if _says(first, claim) and _apart(first, claim) <= _site(first).radius_km and not _is_finer(claim, first)
        )
        return min(near, default=(0.0, None))[1]


def _day(claim: Claim) -> float:
    return as_of(claim).timestamp() / DAY.total_seconds()


def _site(claim: Claim) -> Site:
    assert claim.place.point is not None  # noqa: S101  told_again saw to it
    return claim.place.point


def _square(claim: Claim, side: float) -> tuple[int, int]:
    site = _site(claim)
    return floor(site.lat / side), floor((site.lon + 180) / side) % round(360 / side)


def _around(claim: Claim, side: float) -> Iterator[tuple[int, int]]:
    """The square of a site and those beside it, across the date line too."""
    north, east = _square(claim, side)
    for up, right in product((-1, 0, 1), repeat=2):
        yield north + up, (east + right) % round(360 / side)


def _days(claim: Claim, around: int) -> Sequence[date]:
    """The days of an event's period, none where they are too many to be a repetition; of a level its day, and some around."""
    if not is_event(claim):
        middle = as_of(claim).date()
        return [middle + timedelta(days=at) for at in range(-around, around + 1)]
    period = claim.period
    assert period is not None  # noqa: S101  is_event saw to it
    first = period.start.date()
    last = (period.end - timedelta(milliseconds=1)).date() if period.end else first
    length = (last - first).days + 1
    return [first + timedelta(days=at) for at in range(length)] if length <= _LONGEST_DAYS else []


def _steps(claim: Claim, around: int) -> Sequence[int]:
    """The step of an event's number, and some around; one for all where numbers do not matter, or there is none above nought."""
    number = claim.count.centre if claim.count and is_event(claim) else 0.0
    if number <= 0:
        return [0]
    step = floor(log(number) / _STEP)
    return range(step - around, step + around + 1)


def _apart(one: Claim, two: Claim) -> float:
    a, b = _site(one), _site(two)
    return sphere_km(a.lat, a.lon, b.lat, b.lon)


def _is_finer(claim: Claim, first: Claim) -> bool:
    """Whether it knows the place or the days so much better that it tells more than the first."""
    better = (_site(first).radius_km, _site(claim).radius_km), (len(_days(first, 0)), len(_days(claim, 0)))
    return any(vague > _FINER * fine for vague, fine in better)


def _says(first: Claim, claim: Claim) -> bool:
    """Whether it tells the same: of a level at nearly the same time; of an event no number, or nearly the same one."""
    if not is_event(claim):
        return abs(_day(first) - _day(claim)) <= _LEVEL_DAYS
    if first.count is None or claim.count is None:
        return first.count is claim.count
    a, b = first.count.centre, claim.count.centre
    return a == b or (a > 0 and b > 0 and abs(log(a / b)) <= _NUMBERS)
