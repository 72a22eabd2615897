"""Arrivals: what was recorded a moment ago, as rows for the table, before it is compared with anything.

A partner's report is on the page as soon as it is in the ledger. To compare it takes longer, and comes after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from consilience.comparison.words import title
from consilience.errors import UsageError
from consilience.intake.holdings import Kept, holdings_of
from consilience.linkage.groups import group_claims
from consilience.model.claim import Claim
from consilience.model.entry import ClaimEntry
from consilience.node.giving import attributed
from consilience.node.node import Node
from consilience.trust.statement import reread
from consilience.web.matrix import Cell, Entry
from consilience.web.pages import Pages
from consilience.web.view import WINDOW_DAYS, View

_MOST = 20  # claims at once; of more, only their number is told until they are compared
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Arrival:
    """One claim: what it is about, and the cell of its partner."""

    title: str
    claim: Claim
    cell: Cell


class Arrivals:
    """Answers beside the pages of a node. They read entries and cells alone: no picture is drawn, no turn waited for."""

    def __init__(self, pages: Pages, node: Node) -> None:
        """Stand beside the pages of a node."""
        self._pages = pages
        self._node = node

    def rows(self, request: Request) -> Response:
        """The claims recorded from entry `since` on, as rows of a table of `columns` columns.

        Raises:
            UsageError: a query that is none.
        """
        view = self._pages.standing(request)
        since, columns = (_number(request, name) for name in ("since", "columns"))
        context: dict[str, object] = {
            "arrivals": [self._arrival(claim, view) for claim in self._claims(since, view)],
            "has_others": columns > 2 + len(view.cast.focus),  # a fact, a finding, and each partner in focus
        }
        return self._pages.html("_arrivals.html", view, {"here": "", **context})

    def _claims(self, since: int, view: View) -> list[Claim]:
        """The claims that the table of the view will hold."""
        if self._node.ledger.size() - since > _MOST:
            return []
        found = holdings_of(self._kept(since), self._node.places, "the ledger").claims
        first = view.day - timedelta(days=WINDOW_DAYS)
        return [claim for claim in found if claim.stands(view.as_of) and claim.reported_at.at.date() > first]

    def _kept(self, since: int) -> Iterator[Kept]:
        for entry in self._node.ledger.entries(since=since, kinds=frozenset({"claim"})):
            if entry.envelope is None:
                continue
            said = reread(entry.envelope)
            if isinstance(said.content, ClaimEntry):
                yield Kept(attributed(dict(said.content.cells), said.issuer, self._node.partner))

    def _arrival(self, claim: Claim, view: View) -> Arrival:
        group = next(iter(group_claims([claim], view.desk.settings)))
        return Arrival(title(group), claim, Cell(claim.partner, (Entry(claim.value, "arrived"),)))


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise UsageError(name, repr(text[:40]), "a number")
    return int(text)
