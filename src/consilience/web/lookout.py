"""Lookout: by which indicators the pages watch, and the level by them: the node's own where its home has some, else the record's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from consilience.desk import Desk
from consilience.errors import UsageError
from consilience.intake.indicator import has_indicators
from consilience.model.indicator import Watch
from consilience.node.levels import Recorded, recorded, words
from consilience.node.node import Node
from consilience.node.watching import has_watch, watch_of
from consilience.warning.history import History, history
from consilience.warning.level import Word
from consilience.web.site import Site
from consilience.web.view import View

_AFTER_DAYS = 120  # without a word: nothing of a record changes any more


@dataclass(frozen=True, slots=True)
class Log:
    """What a node recorded of its own watch: every change, the newest first, and its analysts' words, the newest first."""

    home: str
    hypothesis: str
    changes: tuple[Recorded, ...]
    words: tuple[Word, ...]

    @property
    def newest(self) -> Recorded | None:
        """The newest change of what is watched for now."""
        return next((each for each in self.changes if each.change.watched == self.hypothesis), None)


class Lookout:
    """The level behind the pages of one site."""

    def __init__(self, site: Site) -> None:
        """Look out for what the node's home or, without one, the record names."""
        self._site = site
        self._reckoned = lru_cache(maxsize=8)(_reckoned)

    def history(self, view: View) -> History | None:
        """The level up to a view's day; None where nothing is watched for, or nothing had been reported.

        By the node's own indicators it goes to today where the view leaves nothing out: a level is held while nobody speaks, and
        an analyst may speak on a day without a report.

        Raises:
            IntakeError: the indicators cannot be read.
        """
        days, told = view.desk.reported_days, view.desk.holdings.scenario
        if not days:
            return None
        try:
            if self._site.node is not None and has_watch(self._site.node):
                return self._own(view, self._site.node)
            if told is None or not has_indicators(told.folder):
                return None
            return view.desk.warned(min(view.day, days[-1] + timedelta(days=_AFTER_DAYS)))
        except UsageError:  # nothing was known by then
            return None

    def log(self) -> Log | None:
        """What the node recorded; None where it watches for nothing of its own."""
        node = self._site.node
        if node is None or not has_watch(node):
            return None
        with self._site.turn:
            hypothesis = watch_of(node).hypothesis
            return Log(str(node.partner), hypothesis, recorded(node)[::-1], words(node, hypothesis)[::-1])

    def _own(self, view: View, node: Node) -> History:
        with self._site.turn:
            watch, today = watch_of(node), node.clock().date()
            said = words(node, watch.hypothesis)
        day = max(view.day, today) if view.day >= view.desk.reported_days[-1] else view.day
        return self._reckoned(view.desk, watch, day, said)


def _reckoned(desk: Desk, watch: Watch, day: date, said: tuple[Word, ...]) -> History:
    return history(desk.dossier(watch), day, said)
