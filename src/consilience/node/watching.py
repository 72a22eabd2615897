"""Watching: the level of what a node watches for, reckoned from all that it holds, and each change of it recorded."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.errors import UsageError
from consilience.intake.indicator import FILE, has_indicators, read_watch
from consilience.model.indicator import Watch
from consilience.node import levels
from consilience.node.levels import Recorded
from consilience.node.node import Node
from consilience.warning.history import History, history
from consilience.warning.level import Step, Word


@dataclass(frozen=True, slots=True)
class Looked:
    """The history up to now, and the change that was recorded, if the level is another than the one recorded last."""

    history: History
    change: Recorded | None


def has_watch(node: Node) -> bool:
    """Whether the home says what is watched for."""
    return has_indicators(node.home.folder)


def watch_of(node: Node) -> Watch:
    """What the home says is watched for.

    Raises:
        UsageError: nothing.
        IntakeError: it cannot be read.
    """
    if not has_watch(node):
        next_step = f"Put a file of indicators there: {node.home.folder / FILE} (docs/indicators.md)"
        raise UsageError("indicators", "none in the node's home", f"what is watched for, in {FILE}", next_step)
    return read_watch(node.home.folder)


def reckon(node: Node) -> History:
    """The level of every day up to now, from all that the node holds and what its analysts said of it.

    Raises:
        UsageError, IntakeError: see `watch_of`; or nothing is known yet.
    """
    watch = watch_of(node)
    return history(node.desk().dossier(watch), node.clock().date(), levels.words(node, watch.hypothesis))


def look(node: Node) -> Looked:
    """Reckon the level of now, and record it where it changed. What was recorded stays, whatever comes to be known later.

    Raises:
        UsageError, IntakeError: see `reckon`.
        GrownError: another process recorded something meanwhile.
    """
    size = (
        node.catch_up()
    )  # before reckoning: what is reckoned from less than another process knew is not recorded over it
    found = reckon(node)
    latest = found.changes[-1] if found.changes else None
    last = levels.newest(node, found.dossier.watch.hypothesis)
    is_it = latest is not None and latest.day == found.last.day and (last is None or last.step is latest.before)
    why = latest.why if latest is not None and is_it else ()
    return Looked(found, levels.record(node, found.dossier.watch.hypothesis, found.last, why, size))


def say(node: Node, step: Step, reason: str, by: str) -> Looked:
    """Record an analyst's word on the level from today on, and what becomes of the level by it.

    Raises:
        UsageError: without a reason, or as `reckon`.
    """
    watch = watch_of(node)
    levels.say(node, Word(node.clock().date(), step, by.strip() or str(node.partner), reason), watch.hypothesis)
    return look(node)
