"""Pages: what each address answers. Every view has one, and all but the map reads without JavaScript."""

from __future__ import annotations

from functools import cached_property
from threading import Lock

from fastapi import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from consilience.desk import Desk
from consilience.errors import ConsilienceError, UnknownClaimError, UsageError
from consilience.web.bottomline import bottom_line
from consilience.web.detail import by_kind, detail
from consilience.web.dispute import disputes
from consilience.web.filters import SORTS, apply, choices, read_filters
from consilience.web.matrix import matrix, row
from consilience.web.outlines import outlines
from consilience.web.plot import home_box, plot, spot_json, whole_box
from consilience.web.render import render
from consilience.web.timeline import Timeline
from consilience.web.view import WINDOW_DAYS, View, read_as_of

_LISTED = 100  # facts that one list of a map's cluster shows
_DRAWN = 3  # conflicts that the situation draws


class Pages:
    """The answers of one node. They read the desk and change nothing."""

    def __init__(self, desk: Desk, node: str) -> None:
        """Answer from a desk, under a node's name (empty: none is shown)."""
        self._desk = desk
        self._node = node
        self._drawing = Lock()  # two requests for one new day draw it once

    def warm(self) -> None:
        """Prepare what the first visitor needs: the land, the timeline and the opening picture."""
        try:
            _ = self._land, self._timeline
            with self._drawing:
                _ = View(self._desk, read_as_of("", self._desk)).picture
        except ConsilienceError:
            return  # the page that needs it says so

    def situation(self, request: Request) -> Response:
        """The situation as of a time; for the slider, its parts only."""
        view = self._view(request)
        found = disputes(view, view.recent)
        placed = plot(view.recent)
        context: dict[str, object] = {
            "lines": bottom_line(view, found),
            "disputes": found[:_DRAWN],
            "more_disputes": max(0, len(found) - _DRAWN),
            "plot": placed,
            "matrix": matrix(view, view.recent),
            "timeline": self._timeline,
            "window": WINDOW_DAYS,
            "scenario": self._desk.holdings.scenario,
        }
        partial = request.headers.get("hx-request") == "true" and "hx-history-restore-request" not in request.headers
        template = "_situation_update.html" if partial else "situation.html"
        return self._html(template, view, {"here": "situation", **context})

    def compare(self, request: Request) -> Response:
        """All facts, filtered and a page at a time."""
        view = self._view(request)
        filters = read_filters(request.query_params.multi_items())
        found = apply(view, filters)
        phenomena, places = choices(view.picture.facts)
        rows = [row(view, fact) for fact in found.facts]
        return self._html(
            "compare.html",
            view,
            {
                "here": "compare",
                "filters": filters,
                "found": found,
                "sorts": SORTS,
                "phenomena": phenomena,
                "places": places,
                "rows": rows,
                "has_others": any(line.others for line in rows),
                "partners": view.cast.ordered(view.picture.partners),
            },
        )

    def fact(self, request: Request) -> Response:
        """One fact with all its reasons; for the drawer, without the page around it."""
        view = self._view(request)
        name = request.path_params["fact"]
        fact = view.facts.get(name)
        if fact is None:
            return self._unknown(
                request, f"fact {name}", "no such fact as of this day", "an id that the comparison lists"
            )
        template = "_fact.html" if request.headers.get("hx-request") == "true" else "fact.html"
        return self._html(template, view, {"here": "", "detail": detail(view, fact)})

    def facts(self, request: Request) -> Response:
        """Several facts, as the map gathers them at one place."""
        view = self._view(request)
        names = list(dict.fromkeys(request.query_params.getlist("id")))
        chosen = [view.facts[name] for name in names if name in view.facts]
        template = "_facts.html" if request.headers.get("hx-request") == "true" else "facts.html"
        rows = [row(view, fact) for fact in chosen[:_LISTED]]
        return self._html(template, view, {"here": "", "rows": rows, "asked": len(names), "total": len(chosen)})

    def claim(self, request: Request) -> Response:
        """One claim, to the letter."""
        view = self._view(request)
        name = request.path_params["claim"]
        try:
            claim = self._desk.claim(name)
        except UnknownClaimError as error:
            return self._unknown(request, error.thing, error.found, error.expected, error.next_step)
        return self._html(
            "claim.html",
            view,
            {
                "here": "",
                "claim": claim,
                "facts": view.facts_of.get(claim.id, []),
                "is_told": claim.id in view.claims,
                "relations": by_kind(view.relations_of.get(claim.id, [])),
                "defects": [defect for defect in view.picture.defects if defect.claim == claim.id],
            },
        )

    def relate(self, request: Request) -> Response:
        """What two claims are to each other, and by which rules."""
        view = self._view(request)
        a, b = (request.query_params.get(name, "").strip() for name in ("a", "b"))
        context: dict[str, object] = {"here": "", "a": a, "b": b, "relation": None, "claims": (), "problem": None}
        status = 200
        if a and b:
            try:
                context["claims"] = self._desk.claim(a), self._desk.claim(b)
                context["relation"] = self._desk.relate(a, b)
            except UnknownClaimError as error:
                status, context["problem"] = 404, error
        return self._html("relate.html", view, context, status)

    def document(self, request: Request) -> Response:
        """The published picture, the same bytes on every node."""
        view = self._view(request)
        tag = f'"{view.picture.digest}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        text = view.picture.to_json().encode("utf-8", "surrogatepass")
        return Response(text, media_type="application/json", headers=headers)

    def map(self, request: Request) -> Response:
        """What the map shows."""
        view = self._view(request)
        return JSONResponse({"items": [spot_json(view, spot) for spot in plot(view.recent).spots]})

    def land(self, request: Request) -> Response:
        """The land beneath the map."""
        return JSONResponse(self._land, headers={"Cache-Control": "max-age=3600"})

    def about(self, request: Request) -> Response:
        """What glyphs and words mean, and where the outlines come from."""
        return self._html("about.html", self._view(request), {"here": "about"})

    def problem(self, request: Request, status: int, told: dict[str, str]) -> Response:
        """A page that names what was found and what was expected."""
        view = View(self._desk, read_as_of("", self._desk))
        partial = request.headers.get("hx-request") == "true"
        return self._html("_problem.html" if partial else "problem.html", view, {"here": "", **told}, status)

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline.of(self._desk)

    @cached_property
    def _land(self) -> dict[str, object]:
        claims = self._desk.holdings.claims
        return outlines(home_box(claims), whole_box(claims))

    def _view(self, request: Request) -> View:
        """The view that a request asks for.

        Raises:
            UsageError: when its time is none.
        """
        try:
            view = View(self._desk, read_as_of(request.query_params.get("as_of", ""), self._desk))
        except OverflowError as error:
            raise UsageError("as of", "a time outside the calendar", "a date such as 2021-12-06") from error
        with self._drawing:
            _ = view.picture
        return view

    def _unknown(self, request: Request, *told: str) -> Response:
        """The calm page for something that is not there."""
        names = ("thing", "found", "expected", "next_step")
        return self.problem(request, 404, dict(zip(names, (*told, "")[:4], strict=True)))

    def _html(self, template: str, view: View, context: dict[str, object], status: int = 200) -> Response:
        """A page of the view."""
        told = self._desk.holdings.scenario
        frame = {
            "view": view,
            "links": view.links,
            "cast": view.cast,
            "node": self._node,
            "title": told.title if told else "",
        }
        text = render(template, **frame, **context)
        return HTMLResponse(text.encode("utf-8", "replace"), status, headers={"Vary": "HX-Request"})
