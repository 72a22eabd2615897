"""Alarm: what every page of a node says of a change of level that nobody has acknowledged yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consilience.errors import ConsilienceError
from consilience.node.levels import Recorded, recorded
from consilience.node.node import Node
from consilience.warning.level import Step


@dataclass(frozen=True, slots=True)
class Alarm:
    """A change as a page says it: `rose from attention to watch`."""

    name: str
    watched: str
    day: date
    way: str
    before: str
    step: str
    because: tuple[str, ...]


def alarms(node: Node) -> tuple[Alarm, ...]:
    """The newest change of each thing that is watched for, where nobody has said that they saw it; the newest first.

    None where the ledger does not answer: the page says so itself.
    """
    try:
        newest = {each.change.watched: each for each in recorded(node)}
    except ConsilienceError:
        return ()
    return tuple(
        _alarm(each) for each in sorted(newest.values(), key=lambda each: each.at, reverse=True) if not each.seen
    )


def _alarm(found: Recorded) -> Alarm:
    said = found.change
    return Alarm(
        found.name, said.watched, said.day, "rose" if said.is_rise else "fell", Step(said.before).word, found.step.word,
        said.causes,
    )  # fmt: skip
