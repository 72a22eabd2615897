"""Groups: every claim with the others that speak of the same event or level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa

from consilience.linkage import events
from consilience.linkage.bags import Bags
from consilience.linkage.columns import Events, Kinds, coded, words
from consilience.linkage.decisions import NONE, Decisions
from consilience.linkage.levels import Group, event_group, group_levels, is_event
from consilience.linkage.regroup import regroup
from consilience.model.claim import Claim
from consilience.model.period import DAY
from consilience.model.phenomenon import Phenomenon
from consilience.settings import Settings

# What groups single events: `linkage.events.group`, or the same on a cluster (`linkage.spark`).
Grouping = Callable[
    [Events, tuple[float, int], Mapping[tuple[int, int], str] | None], Iterator[tuple[list[int], list[float]]]
]

_EPOCH_DAY = np.datetime64("1970-01-01", "D")


def group_claims(
    claims: Sequence[Claim], settings: Settings, decisions: Decisions = NONE, grouping: Grouping = events.group
) -> Iterator[Group]:
    """Groups of claims: levels and tallies by proposition, single events by place and time; then as was decided.

    Denials of single events have no place in a link by distance; they are grouped by proposition and find
    the events that they contradict when facts are compared.
    """
    happened = [claim for claim in claims if is_event(claim) and not claim.modality.is_negation]
    linked = {claim.id for claim in happened}
    levels = group_levels([claim for claim in claims if claim.id not in linked], settings.slice_days)
    found = chain(levels, _group_events(happened, settings, decisions, grouping))
    yield from regroup(found, decisions) if decisions else found


def _group_events(claims: list[Claim], settings: Settings, decisions: Decisions, grouping: Grouping) -> Iterator[Group]:
    """Single events; what could not be confirmed, or is yet to come, is linked like the rest."""
    ordered = sorted(claims, key=lambda claim: claim.id)
    if not ordered:
        return
    window = (settings.event_window_km, int(settings.event_window_days))
    decided = decisions.numbered([claim.id for claim in ordered])
    for members, _ in grouping(_columns(ordered), window, decided):
        yield event_group([ordered[i] for i in members])


def _columns(claims: list[Claim]) -> Events:
    """The claims as event columns."""
    points, radius, days = [], [], []
    for claim in claims:
        site, period = claim.place.point, claim.period
        assert site is not None and period is not None  # noqa: S101, PT018  is_event saw to both
        points.append((site.lat, site.lon))
        radius.append(max(site.radius_km, 0.1))
        last = period.end - DAY / 86_400_000 if period.end else period.start
        days.append((_day(period.start.date().isoformat()), _day(last.date().isoformat())))
    dataset, datasets = coded(claim.partner for claim in claims)
    kinds, paths = coded(claim.phenomenon.path for claim in claims)
    return Events(
        ids=pa.array([claim.id for claim in claims], pa.string()),
        dataset=dataset,
        datasets=datasets,
        points=np.array(points).reshape(-1, 2),
        radius_km=np.array(radius),
        days=np.array(days).reshape(-1, 2),
        kinds=Kinds.of(kinds, [Phenomenon(path) for path in paths]),
        actors=Bags.of({claim.actor} if claim.actor else () for claim in claims),
        count=np.array([claim.count.centre if claim.count else np.nan for claim in claims]),
        words=Bags.of(words(claim.text) for claim in claims),
    )


def _day(iso: str) -> int:
    return int((np.datetime64(iso, "D") - _EPOCH_DAY).astype(int))
