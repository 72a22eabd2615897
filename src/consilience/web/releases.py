"""Releases: the answers that only a node has: what may go to whom, for its own people alone."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from consilience.errors import UsageError
from consilience.model.roster import Roster
from consilience.node.node import Node
from consilience.release.decision import Audience
from consilience.release.policy import PUBLIC
from consilience.web.contrast import contrast
from consilience.web.outbox import Outbox
from consilience.web.pages import Pages
from consilience.web.release import Sheet, Standing, choices, named, read_asked
from consilience.web.site import Site
from consilience.web.view import View, read_as_of

_COUNTED = 20_000  # entries times partners: a ledger beyond it is not decided on for everybody at once


class Releases:
    """Answers from the pages of a site with a node. They decide and show; only the command line releases."""

    def __init__(self, pages: Pages, site: Site, node: Node) -> None:
        """Stand beside the pages of the same site."""
        self._pages = pages
        self._site = site
        self._node = node
        self._outbox = Outbox(node)

    def release(self, request: Request) -> Response:
        """What may go to an audience, what stays and why, and how they would see it."""
        view = self._pages.view(request)
        asked = read_asked(request.query_params.multi_items())
        with self._site.turn:
            roster = self._node.roster
            partners, groups = choices(roster, self._node.partner, asked)
            context: dict[str, object] = {"here": "release", "asked": asked, "partners": partners, "groups": groups}
            if not asked.to:
                context |= {"sheet": None, "standings": self._standings(view, roster)}
                return self._pages.html("release.html", view, context)
            audience = self._node.audience(asked.to, asked.use)
            sheet = Sheet(asked, audience, self._outbox, view, roster)
            context |= {"sheet": sheet, "shelves": sheet.shelves}
            desk = self._outbox.desk(audience, self._site.desk.settings)
        theirs = desk.picture(view.as_of)
        context |= {"theirs": theirs, "contrast": contrast(view.picture, theirs)}
        return self._pages.html("release.html", view, context)

    def document(self, request: Request) -> Response:
        """The picture of an audience as it would be published: the bytes that pages give which show theirs alone.

        Raises:
            UsageError: when no audience is named, or one that the roster does not know.
        """
        asked = read_asked(request.query_params.multi_items())
        if not asked.to:
            raise UsageError("audience", "nobody", "at least one partner: /release/picture.json?to=GBR")
        with self._site.turn:
            desk = self._outbox.desk(self._node.audience(asked.to, asked.use), self._site.desk.settings)
        try:
            view = View(desk, read_as_of(request.query_params.get("as_of", ""), desk))
        except OverflowError as error:
            raise UsageError("as of", "a time outside the calendar", "a date such as 2021-12-06") from error
        return self._pages.published(request, view)

    def _standings(self, view: View, roster: Roster) -> list[Standing]:
        """What would go to each partner by itself, and to the public; none where that would take too long."""
        codes = [member.code for member in roster.members if member.code not in (self._node.partner, PUBLIC)]
        codes.append(PUBLIC)
        if len(codes) * self._node.ledger.size() > _COUNTED:
            return []
        return [Standing(code, named(view.cast, code), self._outbox.offer(Audience((code,)))) for code in codes]
