"""Duties: how probable it is that a strength reaches the thresholds of procedures, scope by scope, from the claims of a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from consilience.cli.terminal import heading, wrapped
from consilience.desk import Desk
from consilience.errors import UsageError
from consilience.model.period import Moment
from consilience.model.procedure import Procedure
from consilience.response.threshold import Duty, duties
from consilience.warning.series import Matter, Series, series

_MATTERS = {"personnel": "personnel", "tank": "equipment/tank", "artillery": "equipment/artillery"}
"""The measure of a threshold's unit, as claims count it. Of another unit nobody here estimates anything."""


@dataclass(frozen=True, slots=True)
class ScopedDuty:
    """A duty with the place, and what is counted, whose strength it is of; an empty scope where nobody estimated it."""

    scope: str
    duty: Duty


def duties_of(actor: str, procedures: Sequence[Procedure], desk: Desk, as_of: Moment) -> tuple[ScopedDuty, ...]:
    """Every threshold against every scope in which somebody counts the actor's forces, on the day of `as_of`."""
    day = as_of.at.date()

    @cache
    def counted(unit: str) -> Series | None:
        measure = _MATTERS.get(unit)
        try:
            return series(desk.picture(as_of), Matter(actor, measure, unit), desk.geography) if measure else None
        except UsageError:  # nobody reports a count of it
            return None

    units = dict.fromkeys(threshold.unit for procedure in procedures for threshold in procedure.thresholds)
    scopes = {unit: found.scopes if (found := counted(unit)) else ("",) for unit in units}
    made = []
    for scope in dict.fromkeys(scope for each in scopes.values() for scope in each):

        def exceeds(when: date, unit: str, amount: float, scope: str = scope) -> float | None:
            found = counted(unit)
            return min(1.0, max(0.0, found.at_least(scope, when, amount))) if found and scope in found.scopes else None

        made += [
            ScopedDuty(scope, each) for each in duties(procedures, day, exceeds) if scope in scopes[each.threshold.unit]
        ]
    return tuple(made)


def lines(actor: str, found: Sequence[ScopedDuty]) -> Iterator[str]:
    """Each threshold with its probability, scope by scope; and those that nobody estimated."""
    yield ""
    yield heading(f"How probable it is that forces of {actor} reach a threshold")
    for each in found:
        duty = each.duty
        if duty.probability is not None:
            mark = "" if duty.threshold.url else " (figure not confirmed by a source)"
            said = (
                f"{duty.threshold.amount:,.0f} {duty.threshold.unit}{mark}, {each.scope}: {_percent(duty.probability)}"
            )
            yield from wrapped(f"{said}, {duty.procedure.title}", "    ", "  ")
    nobody = sorted({each.duty.threshold.unit for each in found if each.duty.probability is None})
    if nobody:
        yield from wrapped(f"nobody counts them, or not by day: {', '.join(nobody)}", "    ", "  ")
    yield from wrapped(
        "A threshold binds one activity under one command; a strength counts all that is there. It says where to ask, not what was broken.",
        "  ",
        "  ! ",
    )


def _percent(probability: float) -> str:
    """No more certain than an estimate can be."""
    return "over 99 %" if probability > 0.99 else "under 1 %" if probability < 0.01 else f"{probability * 100:.0f} %"


def document(found: Sequence[ScopedDuty]) -> list[dict[str, object]]:
    """All of it as JSON."""
    return [
        {
            "procedure": each.duty.procedure.id, "threshold": each.duty.threshold.amount, "unit": each.duty.threshold.unit,
            "scope": each.scope or None, "day": each.duty.day.isoformat(),
            "probability": None if each.duty.probability is None else round(each.duty.probability, 4),
            "threshold_url": each.duty.threshold.url or None,
        }
        for each in found
    ]  # fmt: skip
