"""Levels: claims that speak of one quantity over one scope, cut into slices of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from consilience.model.claim import Claim, Modality, Tense
from consilience.model.period import DAY
from consilience.model.phenomenon import Kind
from consilience.model.place import Site


@dataclass(frozen=True, slots=True, order=True)
class Proposition:
    """What claims of one fact share: who, what, where, counting what, and whether it is or lies ahead."""

    actor: str
    measure: str
    scope: str
    counted: tuple[str, ...]
    tense: str


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of one fact, before they are compared.

    `mark`, where analysts' decisions made the group, tells it from others of its proposition.
    """

    kind: str
    proposition: Proposition
    unit: str
    claims: tuple[Claim, ...]
    mark: str = ""


def proposition(claim: Claim) -> Proposition:
    """The proposition of a claim. What a process counts in is no part of its scope; its direction is."""
    counted = () if claim.phenomenon.kind is Kind.PROCESS else tuple(sorted(claim.counted))
    tense = Tense.PRESENT if Tense.PRESENT in claim.tenses else Tense.AHEAD
    return Proposition(claim.actor, claim.phenomenon.measure, claim.place.scope_key, counted, tense.value)


def is_event(claim: Claim) -> bool:
    """Whether a claim is linked by place and time as a single happening: an event at a point."""
    return claim.phenomenon.kind is Kind.EVENT and claim.period is not None and isinstance(claim.place.point, Site)


def event_group(claims: Sequence[Claim]) -> Group:
    """Claims of one happening: it is what the first of them says that is more than not confirmed."""
    chief = next((claim for claim in claims if claim.modality is not Modality.UNVERIFIED), claims[0])
    unit = chief.count.unit if chief.count else chief.phenomenon.nature.unit
    return Group("event", proposition(chief), unit, tuple(claims))


def as_of(claim: Claim) -> datetime:
    """The instant by which a claim is put in a slice: what it describes, or for what lies ahead, when it was said."""
    if claim.period is None or Tense.PRESENT not in claim.tenses:
        return claim.reported_at.at
    if claim.phenomenon.kind is Kind.EVENT:
        return claim.period.start
    return claim.period.as_of


def group_levels(claims: Iterable[Claim], slice_days: float) -> Iterator[Group]:
    """Groups by proposition, then by slice of `slice_days`; tallies of events by the start of their period."""
    by_proposition: dict[Proposition, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_proposition[proposition(claim)].append(claim)
    for shared in sorted(by_proposition):
        members = sorted(by_proposition[shared], key=lambda claim: (as_of(claim), claim.id))
        tallied = members[0].phenomenon.kind is Kind.EVENT
        for sliced in _same_start(members) if tallied else _slices(members, slice_days):
            for unit, listed in _by_unit(sliced):
                yield Group("event" if tallied else "level", shared, unit, tuple(listed))


def _slices(members: list[Claim], slice_days: float) -> Iterator[list[Claim]]:
    """Runs that last less than `slice_days`, cut where the claims leave the widest gap.

    Of equal gaps the one nearest the middle is cut, so that neighbouring days are parted only when they must be.
    """
    waiting = [members]
    while waiting:
        run = waiting.pop()
        if (as_of(run[-1]) - as_of(run[0])) / DAY < slice_days:
            yield run
            continue
        gaps = [as_of(later) - as_of(earlier) for earlier, later in pairwise(run)]
        middle = len(gaps) / 2
        cut = max(range(len(gaps)), key=lambda at: (gaps[at], -abs(at + 0.5 - middle), -at)) + 1
        waiting += [run[cut:], run[:cut]]


def _same_start(members: list[Claim]) -> Iterator[list[Claim]]:
    """Runs with one start: a tally is updated only by a tally from the same start."""
    by_start: dict[datetime, list[Claim]] = defaultdict(list)
    for claim in members:
        by_start[as_of(claim)].append(claim)
    for start in sorted(by_start):
        yield by_start[start]


def _by_unit(members: list[Claim]) -> Iterator[tuple[str, list[Claim]]]:
    """Claims with numbers by their unit; claims without go with that in which most partners count, or the first did."""
    units: dict[str, list[Claim]] = defaultdict(list)
    plain = []
    for claim in members:
        if claim.count:
            units[claim.count.unit].append(claim)
        else:
            plain.append(claim)
    if not units:
        yield plain[0].phenomenon.nature.unit, plain
        return
    chief = min(units, key=lambda unit: (-len({claim.partner for claim in units[unit]}), min(map(_told, units[unit]))))
    for unit in sorted(units):
        yield unit, sorted(units[unit] + (plain if unit == chief else []), key=lambda claim: claim.id)


def _told(claim: Claim) -> tuple[datetime, str]:
    return claim.reported_at.at, claim.id
