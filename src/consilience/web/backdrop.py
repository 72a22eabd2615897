"""Backdrop: what is worked out once for a desk, behind every page: the cast, the words of custody, the time, the land."""

from __future__ import annotations

from functools import cached_property

from consilience.desk import Desk
from consilience.model.roster import Roster
from consilience.web.cast import Cast
from consilience.web.outlines import outlines
from consilience.web.passage import Passages
from consilience.web.plot import home_box, whole_box
from consilience.web.timeline import Timeline
from consilience.web.view import View, read_as_of


class Backdrop:
    """A desk with what every page of it needs. A ledger that grew has a new desk, and with it a new backdrop."""

    def __init__(self, desk: Desk, roster: Roster | None = None) -> None:
        """Stand behind a desk; the roster, where the node's own people look, names the partners."""
        self.desk = desk
        self.cast = Cast.of(desk, roster)
        self.passages = Passages(desk.custody) if desk.custody else None

    def view(self, as_of: str) -> View:
        """The view as of a time, or of the opening day when it is empty.

        Raises:
            UsageError: when it is no time.
        """
        return View(self.desk, read_as_of(as_of, self.desk), cast=self.cast, passages=self.passages)

    @cached_property
    def timeline(self) -> Timeline:
        """The days of the record."""
        return Timeline.of(self.desk)

    @cached_property
    def land(self) -> dict[str, object]:
        """The land beneath the map."""
        claims = self.desk.holdings.claims
        return outlines(home_box(claims), whole_box(claims))
