"""Groups: every claim with the others that speak of the same event or level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa

from consilience.linkage import events
from consilience.linkage.bags import Bags
from consilience.linkage.cluster import Decided
from consilience.linkage.columns import Events, Kinds, coded, words
from consilience.linkage.decisions import NONE, Decisions
from consilience.linkage.levels import Group, event_group, group_levels, is_event
from consilience.linkage.linked import Linked
from consilience.linkage.regroup import regroup
from consilience.linkage.weights import BY_HAND
from consilience.model.claim import Claim
from consilience.model.period import DAY
from consilience.model.phenomenon import Phenomenon
from consilience.settings import Settings

Grouper = Callable[[Events, tuple[float, int], Decided], Iterator[list[int]]]
"""What groups single events elsewhere, as `linkage.events.solve` does here with the weights set by hand (`linkage.spark`)."""


class Keeping:
    """Groups single events here, and keeps how they were linked (`linked`, None before), for what stands beside a picture."""

    def __init__(self) -> None:
        """Nothing is linked yet."""
        self.linked: Linked | None = None

    def __call__(self, told: Events, window: tuple[float, int], decided: Decided) -> Iterator[list[int]]:
        """The event numbers of each group, in order of the first; loners too."""
        self.linked = events.solve(told, BY_HAND, window, decided)
        yield from self.linked.groups()


_EPOCH_DAY = np.datetime64("1970-01-01", "D")


def group_claims(
    claims: Sequence[Claim], settings: Settings, decisions: Decisions = NONE, grouper: Grouper | None = None
) -> Iterator[Group]:
    """Groups of claims: levels and tallies by proposition, single events by place and time; then as was decided.

    Denials of single events have no place in a link by distance; they are grouped by proposition and find
    the events that they contradict when facts are compared.
    """
    happened = [claim for claim in claims if is_happening(claim)]
    linked = {claim.id for claim in happened}
    levels = group_levels([claim for claim in claims if claim.id not in linked], settings.slice_days)
    found = chain(levels, _group_events(happened, settings, decisions, grouper))
    yield from regroup(found, decisions) if decisions else found


def is_happening(claim: Claim) -> bool:
    """Whether a claim is linked by place and time: a single event that is not denied."""
    return is_event(claim) and not claim.modality.is_negation


def link_claims(claims: Iterable[Claim], settings: Settings, decisions: Decisions = NONE) -> Linked:
    """How single events are linked, by the weights set by hand; what is no single event is left out.

    What could not be confirmed, or is yet to come, is linked like the rest. Of the claims of a fact alone depends how they
    are linked, not on all others: so the weights are not learned.
    """
    ordered = sorted(filter(is_happening, claims), key=lambda claim: claim.id)
    return events.solve(_columns(ordered), BY_HAND, _window(settings), _decided(ordered, decisions))


def _group_events(
    claims: list[Claim], settings: Settings, decisions: Decisions, grouper: Grouper | None
) -> Iterator[Group]:
    """Single events."""
    if not claims:
        return
    ordered = sorted(claims, key=lambda claim: claim.id)
    if grouper is None:
        found = link_claims(ordered, settings, decisions).groups()
    else:
        found = grouper(_columns(ordered), _window(settings), _decided(ordered, decisions))
    for members in found:
        yield event_group([ordered[i] for i in members])


def _window(settings: Settings) -> tuple[float, int]:
    return settings.event_window_km, int(settings.event_window_days)


def _decided(ordered: Sequence[Claim], decisions: Decisions) -> Decided:
    return events.named(decisions.numbered([claim.id for claim in ordered]))


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
