"""Site: what the pages show: a desk, and the node behind it when it is the node's own people who look."""

from __future__ import annotations

from threading import RLock

from consilience.desk import Desk
from consilience.model.roster import Roster
from consilience.node.node import Node
from consilience.web.seat import Seat


class Site:
    """A desk to look at. Without a node there is no Release page, as if there were no such thing.

    Whoever reads the node takes its `turn`: requests come in many threads, and a node is made for one.
    """

    def __init__(self, desk: Desk, node: Node | None = None, title: str = "", seat: Seat | None = None) -> None:
        """With a node, `desk` gives the settings, and pages follow the ledger; without one `title` says whose eyes it is.

        Without a `seat` nobody acts on the pages: they show.
        """
        self.desk = desk
        self._title = title
        self.node = node
        self.seat = seat if node else None
        self.turn = RLock()
        self._read = -1
        self._laid: tuple[Desk, int] | None = None

    @property
    def newest(self) -> Desk:
        """The desk as the ledger has it now: another process may have recorded something meanwhile."""
        if self.node is None:
            return self.desk
        with self.turn:
            size = self.node.ledger.size()
            if size != self._read:
                self.node.catch_up()
                self._read = size
            desk = self.node.desk(settings=self.desk.settings)
            self._laid = desk, size
            return desk

    def size_of(self, desk: Desk) -> int:
        """How many entries a desk was laid from, at least; -1 for one that is not the newest, or without a node."""
        laid = self._laid
        return laid[1] if laid and laid[0] is desk else -1

    @property
    def roster(self) -> Roster | None:
        """Who is on the roster, for the node's own people."""
        if self.node is None:
            return None
        with self.turn:
            return self.node.roster

    @property
    def name(self) -> str:
        """The node's name in the header: `Aurelia (AUR)`; without a node the title, which may be empty."""
        roster = self.roster
        if self.node is None or roster is None:
            return self._title
        member = roster.member(self.node.partner)
        code = str(self.node.partner)
        return f"{member.name} ({code})" if member and member.name != code else code
