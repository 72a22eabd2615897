"""Levels: each change of the level of warning as an entry of the node's own, and who has seen it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from consilience.errors import UsageError
from consilience.ledger.entry import MAIN, Batch
from consilience.model.notice import Acknowledgement, LevelChange, LevelWord
from consilience.node.node import Node
from consilience.trust.statement import reread
from consilience.warning.level import Cause, Level, Step, Word

KINDS = frozenset({"level", "acknowledgement", "word"})
"""The kinds of entries about the level."""

_SHORT = 8  # digits of a digest that name a change


@dataclass(frozen=True, slots=True)
class Seen:
    """That somebody has seen a change, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change as it was recorded: under which digest, when, and who has seen it, the first one first."""

    digest: str
    at: datetime
    change: LevelChange
    seen: tuple[Seen, ...] = ()

    @property
    def name(self) -> str:
        """The first digits of its digest, as it is named on the terminal."""
        return self.digest[:_SHORT]

    @property
    def step(self) -> Step:
        """The step to which it went."""
        return Step(self.change.step)


def record(
    node: Node, watched: str, level: Level, why: tuple[Cause, ...] = (), at: int | None = None
) -> Recorded | None:
    """Record the level of now where it is another than the one recorded last; None where it is the same.

    Before the first entry it is routine. `why` is what made it change, by default what it rests on; `at` the size of the ledger
    from which the level was reckoned, by default its size now.

    Raises:
        GrownError: another process recorded something meanwhile.
    """
    grown = node.catch_up()
    size = grown if at is None else at
    last = newest(node, watched)
    before = last.step if last else Step.ROUTINE
    if level.step is before:
        return None
    causes = tuple(dict.fromkeys(each.says for each in (why or level.causes)))
    change = LevelChange(watched, level.day, int(before), int(level.step), causes, level.rests_on)
    node.append(Batch(MAIN, [node.seal(change)]), at=size)
    return newest(node, watched)


def say(node: Node, word: Word, watched: str) -> LevelWord:
    """Record an analyst's word on the level: from its day on it is that step, until something new is seen.

    Raises:
        UsageError: without a reason.
    """
    if not word.reason.strip():
        raise UsageError("--because", "none", "a sentence that says why: it stands beside the level")
    made = LevelWord(watched, word.day, int(word.step), word.reason.strip(), word.by or node.partner)
    node.append(Batch(MAIN, [node.seal(made)]), at=node.catch_up())
    return made


def words(node: Node, watched: str) -> tuple[Word, ...]:
    """What this node's analysts said of the level, in the order in which they did."""
    return tuple(
        Word(said.day, Step(said.step), said.by, said.reason)
        for _, _, said in _told(node)
        if isinstance(said, LevelWord) and said.watched == watched
    )


def recorded(node: Node) -> tuple[Recorded, ...]:
    """Every change that this node recorded, in order, with who has seen it."""
    found: dict[str, Recorded] = {}
    seen: dict[str, dict[str, Seen]] = {}
    for digest, at, said in _told(node):
        if isinstance(said, LevelChange):
            found[digest] = Recorded(digest, at, said)
        elif isinstance(said, Acknowledgement):
            seen.setdefault(said.object, {}).setdefault(said.by, Seen(said.by, at))
    return tuple(
        Recorded(each.digest, each.at, each.change, tuple(seen.get(each.digest, {}).values()))
        for each in found.values()
    )


def newest(node: Node, watched: str) -> Recorded | None:
    """The newest change of what is watched for."""
    return next((each for each in reversed(recorded(node)) if each.change.watched == watched), None)


def acknowledge(node: Node, name: str, by: str) -> Recorded:
    """Record that somebody (by default the node's partner) has seen a change, by the first digits of its digest; empty for the newest.

    Who has seen it already is not recorded again.

    Raises:
        UsageError: nothing has that name, or several have.
    """
    who = by.strip() or str(node.partner)
    size = node.catch_up()
    one = _named(node, name)
    if who not in {each.by for each in one.seen}:
        node.append(Batch(MAIN, [node.seal(Acknowledgement(one.digest, who))]), at=size)
    return _named(node, one.digest)


def _named(node: Node, name: str) -> Recorded:
    """The change of a name."""
    every = recorded(node)
    if not every:
        raise UsageError("level", "no change on record", "one to acknowledge", "Reckon it: consilience level")
    found = [each for each in every if each.digest.startswith(name)] if name else [every[-1]]
    if len(found) != 1:
        listed = ", ".join(each.name for each in every[-5:])
        raise UsageError(f"change {name!r}", "none" if not found else f"{len(found)} of that name", f"one of {listed}")
    return found[0]


def _told(node: Node) -> Iterator[tuple[str, datetime, LevelChange | Acknowledgement | LevelWord]]:
    """Every entry about the level that this node issued, with its digest and its time; others say nothing of ours."""
    for entry in node.ledger.entries(kinds=KINDS):
        said = reread(entry.envelope) if entry.envelope is not None else None
        if said is not None and said.issuer == node.partner:
            content = said.content
            if entry.digest and isinstance(content, LevelChange | Acknowledgement | LevelWord):
                yield entry.digest, said.issued_at, content
