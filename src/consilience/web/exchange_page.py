"""Exchange page: what passes between this node and its partners' nodes, for the node's own people alone."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request
from starlette.responses import Response

from consilience.errors import ConsilienceError
from consilience.model.roster import Roster
from consilience.node.node import Node
from consilience.node.peers import Peer, Peers
from consilience.web.contact import STATES, contacts, summary
from consilience.web.contradiction import Contradiction, contradictions
from consilience.web.events import beside_ledger
from consilience.web.incident import incidents
from consilience.web.pages import Pages
from consilience.web.site import Site


class ExchangePage:
    """Answers from the pages of a site with a node. It reads and changes nothing, and asks no partner's node anything."""

    def __init__(self, pages: Pages, site: Site, node: Node) -> None:
        """Stand beside the pages of the same site."""
        self._pages = pages
        self._site = site
        self._node = node

    def exchange(self, request: Request) -> Response:
        """Incidents first, then each partner: where its node is, what we have of it, and what it has of us."""
        view = self._pages.view(request)
        with self._site.turn:
            live = replace(beside_ledger(self._node), size=self._site.size_of(view.desk))
            peers, damage = self._peers()
            roster = self._node.roster
            found = incidents(self._node, roster)
            listed = contacts(self._node, roster, peers, found)
            contradicted, unread = self._contradictions(roster)
        context: dict[str, object] = {
            "here": "exchange",
            "live": live,
            "incidents": found,
            "contacts": listed,
            "contradictions": contradicted,
            "unread": unread,
            "states": [state for state in STATES if any(contact.state is state for contact in listed)],
            "summary": summary(listed),
            "damage": damage,
        }
        return self._pages.html("exchange.html", view, context)

    def _peers(self) -> tuple[list[Peer], str]:
        """What is known of the partners' nodes, and what is wrong with it."""
        try:
            return list(Peers(self._node.home)), ""
        except ConsilienceError as error:
            return [], f"{error.message} {error.next_step}".strip()

    def _contradictions(self, roster: Roster) -> tuple[tuple[Contradiction, ...], str]:
        """What partners' inboxes hold against what stands there, and what is wrong with the inboxes."""
        try:
            return contradictions(self._node, roster), ""
        except ConsilienceError as error:
            return (), f"{error.message} {error.next_step}".strip()
