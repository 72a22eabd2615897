"""Levelling: the level by a node's ledger, in words and as JSON, and the watchman that looks again when the ledger grows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from consilience.cli.noticing import told as message_words
from consilience.cli.reading import note
from consilience.cli.schedule import repeating
from consilience.cli.terminal import block, wrapped, written
from consilience.errors import UsageError
from consilience.intake.indicator import has_indicators
from consilience.model.identity import canonical_json
from consilience.node import watching
from consilience.node.home import Home
from consilience.node.node import Node, open_node
from consilience.node.notices import Fate, Notices
from consilience.node.opening import Clock, utc_now
from consilience.node.recipients import has_recipients
from consilience.node.watching import Looked
from consilience.warning.history import History
from consilience.warning.level import Step
from consilience.warning.warned import document, headline, leaning, standing

LOOK_SECONDS = 5.0
"""How soon after the ledger grew the level is reckoned."""

_STEPS = {step.word: step for step in Step}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an analyst says, if anything; or only to look."""

    step: str | None
    because: str
    by: str
    dry_run: bool


def told(node: Node, asked: Asked, *, json: bool) -> str:
    """The level by the ledger, after recording what changed and telling those who are to know."""
    if asked.dry_run:
        found = Looked(watching.reckon(node), None)
    elif asked.step is not None:
        found = watching.say(node, _step(asked.step), asked.because, asked.by)
    else:
        found = watching.look(node)
    tried = () if asked.dry_run or not has_recipients(node.home) else Notices(node).send()
    if json:
        change = found.change.digest if found.change else None
        return canonical_json({**document(found.history), "recorded": change}) + "\n"
    lines = [line for text in _words(found.history) for line in wrapped(text, "  ")]
    if found.change:
        lines.append(f"recorded as change {found.change.name}")
    return written(lines) + block(message_words(each) for each in tried)


def _words(history: History) -> Iterator[str]:
    """The level, since when, and on whose word."""
    level = history.last
    yield f"As of {level.day}: {headline(level)}"
    yield f"Watched for: {history.dossier.watch.hypothesis}"
    yield f"{standing(history)} {leaning(level)}"
    yield from (f"- {cause.says}" for cause in level.causes)


def _step(text: str) -> Step:
    found = _STEPS.get(text.strip().lower())
    if found is None:
        raise UsageError("--set", repr(text), "one of " + ", ".join(_STEPS))
    return found


@contextmanager
def watched(home: Home, clock: Clock = utc_now) -> Iterator[None]:
    """Look at the level whenever the ledger grew or a day began, and send what is due, until the block is left."""
    stop = threading.Event()
    thread = repeating(stop, LOOK_SECONDS, Watchman(home, clock), _Once("level"))
    try:
        yield
    finally:
        stop.set()
        thread.join(LOOK_SECONDS)


class Watchman:
    """Looks at each call, with a node of its own."""

    def __init__(self, home: Home, clock: Clock = utc_now) -> None:
        """Of the node in this home."""
        self._home, self._clock = home, clock
        self._seen: tuple[int, date] | None = None

    def __call__(self) -> None:
        """Reckon the level where something is new; send what is due. Where nothing is watched for and nobody to be told, nothing is opened."""
        if not has_indicators(self._home.folder) and not has_recipients(self._home):
            return
        with open_node(self._home, self._clock) as node:
            if has_indicators(self._home.folder):
                self._look(node)
            if has_recipients(self._home):
                for each in Notices(node).send():
                    if each.fate is not Fate.SENT:
                        _say("notices", message_words(each))

    def _look(self, node: Node) -> None:
        now = node.ledger.size(), node.clock().date()
        if now == self._seen or next(node.index.objects("claim"), None) is None:
            return
        found = watching.look(node).change
        self._seen = node.ledger.size(), now[1]
        if found:
            _say("level", f"from {Step(found.change.before).word} to {found.step.word} (change {found.name})")


class _Once:
    """Says what went wrong; the same again only after something else."""

    def __init__(self, name: str) -> None:
        self._name, self._last = name, ""

    def __call__(self, text: str) -> None:
        if text != self._last:
            self._last = text
            _say(self._name, text)


def _say(name: str, text: str) -> None:
    note(f"{name}: {text}", quiet=False)
