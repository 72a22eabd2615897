"""Response page: its address and that of its calendar."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from consilience.errors import ConsilienceError
from consilience.model.measure import MeasureWord
from consilience.node.measure import said
from consilience.response.feed import calendar
from consilience.warning.level import Step
from consilience.web.lookout import Lookout
from consilience.web.pages import Pages
from consilience.web.response import GLYPHS, STATE_GLYPHS, Record, board, cases_of, folder_of, instant, record_of
from consilience.web.site import Site
from consilience.web.view import View

_LONGEST = 300  # letters of a sentence to check


class ResponsePage:
    """Answers from the pages of a site whose home or record has what responding needs. It reads and changes nothing."""

    def __init__(self, pages: Pages, site: Site, lookout: Lookout) -> None:
        """Stand beside the pages of the same site."""
        self._pages, self._site, self._lookout = pages, site, lookout

    def warm(self) -> None:
        """Prepare what the first visitor needs: the tables, and what was announced by the opening day."""
        try:
            view = self._pages.opening()
            record = self._record(view)
            if record is not None:
                board(view, record, "", self._words(), self._step(view, record))
        except ConsilienceError:
            return  # the page that needs it says so

    def response(self, request: Request) -> Response:
        """What is due, what was said and what bears it out; with a sentence in `check`, its answer first."""
        view = self._pages.view(request)
        record = self._record(view)
        if record is None:
            return self._pages.unknown(
                request,
                "Response",
                "no record for it here",
                "a scenario with accords or procedures, or a node's home with accords.csv, procedures.csv or measures.toml",
            )
        text = " ".join(request.query_params.get("check", "").split())[:_LONGEST]
        context: dict[str, object] = {
            "here": "response", "board": board(view, record, text, self._words(), self._step(view, record)), "text": text, "glyphs_of": GLYPHS, "state_glyphs": STATE_GLYPHS,
        }  # fmt: skip
        return self._pages.html("response.html", view, context)

    def _words(self) -> list[MeasureWord]:
        """What the node's people recorded of measures; nothing where no node stands behind the pages."""
        if self._site.node is None:
            return []
        with self._site.turn:
            return list(said(self._site.node))

    def calendar(self, request: Request) -> Response:
        """The deadlines as iCalendar, for the calendars that people already look at."""
        view = self._pages.view(request)
        record = self._record(view)
        if record is None:
            return self._pages.unknown(request, "Response", "no record for it here", "a scenario with procedures")
        now = instant(view)
        return Response(
            calendar(cases_of(record, now), now),
            media_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": 'inline; filename="due.ics"', "Cache-Control": "no-cache"},
        )

    def _record(self, view: View) -> Record | None:
        """What the node's home or the record has; None where there is neither."""
        folder = folder_of(view.desk, self._site.node)
        return record_of(folder) if folder else None

    def _step(self, view: View, record: Record) -> Step | None:
        """The level that triggers of a plan ask for; None where nothing is watched for."""
        found = self._lookout.history(view) if record.plan else None
        return found.last.step if found else None
