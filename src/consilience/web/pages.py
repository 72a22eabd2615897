"""Pages: what each address answers. Every view has one, and all but the map reads without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from fastapi import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from consilience.errors import ConsilienceError, UnknownClaimError, UsageError
from consilience.node.watching import has_watch
from consilience.web.alarm import alarms
from consilience.web.backdrop import Backdrop
from consilience.web.bottomline import bottom_line
from consilience.web.conclusions import conclusions
from consilience.web.detail import by_kind, detail
from consilience.web.dispute import disputes
from consilience.web.events import Sight, beside_ledger
from consilience.web.filters import SORTS, apply, choices, read_filters
from consilience.web.incident import incidents
from consilience.web.lineage import lineage
from consilience.web.matrix import matrix, row
from consilience.web.plot import plot, spot_json
from consilience.web.render import render
from consilience.web.response import folder_of
from consilience.web.site import Site
from consilience.web.view import WINDOW_DAYS, View
from consilience.web.waterfall import WIDE, shown

_LISTED = 100  # facts that one list of a map's cluster shows
_DRAWN = 3  # conflicts that the situation draws


class Pages:
    """The answers of one site. They read it and change nothing."""

    def __init__(self, site: Site, node: str) -> None:
        """Answer from a site, under a node's name (the site's own when empty)."""
        self._site = site
        self._node = node
        self._drawing = Lock()  # two requests for one new day draw it once
        self._behind = Backdrop(site.desk, site.roster)

    def warm(self) -> None:
        """Prepare what the first visitor needs: the land, the timeline, the opening picture and what was concluded."""
        try:
            backdrop = self._backdrop()
            _ = backdrop.land, backdrop.timeline
            with self._drawing:
                conclusions(backdrop.view(""))
        except ConsilienceError:
            return  # the page that needs it says so

    def situation(self, request: Request) -> Response:
        """The situation as of a time; for the slider, its parts only."""
        backdrop = self._backdrop()
        view = self.view(request, backdrop)
        found = disputes(view, view.recent)
        placed = plot(view.recent)
        context: dict[str, object] = {
            "lines": bottom_line(view, found),
            "incidents": incidents(self._site.node, self._site.roster),
            "disputes": found[:_DRAWN],
            "more_disputes": max(0, len(found) - _DRAWN),
            "plot": placed,
            "matrix": matrix(view, view.recent),
            "timeline": backdrop.timeline,
            "window": WINDOW_DAYS,
            "scenario": view.desk.holdings.scenario,
        }
        partial = request.headers.get("hx-request") == "true" and "hx-history-restore-request" not in request.headers
        template = "_situation_update.html" if partial else "situation.html"
        return self.html(template, view, {"here": "situation", **context})

    def compare(self, request: Request) -> Response:
        """All facts, filtered and a page at a time."""
        view = self.view(request)
        filters = read_filters(request.query_params.multi_items())
        found = apply(view, filters)
        phenomena, places = choices(view.picture.facts)
        rows = [row(view, fact) for fact in found.facts]
        return self.html(
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

    def lineage(self, request: Request) -> Response:
        """Who repeats whom, since when, and how many independent sources that leaves."""
        view = self.view(request)
        with self._drawing:
            found = lineage(view)
        return self.html("lineage.html", view, {"here": "compare", "lineage": found})

    def conclusions(self, request: Request) -> Response:
        """What partners concluded of each question, whether it is the same, and on what."""
        view = self.view(request)
        with self._drawing:
            found = conclusions(view)
        if not found:
            expected = "a record with questions (a scenario that has questions.toml)"
            return self.unknown(request, "Conclusions", "no question here", expected)
        return self.html("conclusions.html", view, {"here": "conclusions", "inquiries": found})

    def fact(self, request: Request) -> Response:
        """One fact with all its reasons; for the drawer, without the page around it."""
        view = self.view(request)
        name = request.path_params["fact"]
        fact = view.facts.get(name)
        if fact is None:
            return self.unknown(
                request, f"fact {name}", "no such fact as of this day", "an id that the comparison lists"
            )
        template = "_fact.html" if request.headers.get("hx-request") == "true" else "fact.html"
        return self.html(template, view, {"here": "", "detail": detail(view, fact)})

    def facts(self, request: Request) -> Response:
        """Several facts, as the map gathers them at one place."""
        view = self.view(request)
        names = list(dict.fromkeys(request.query_params.getlist("id")))
        chosen = [view.facts[name] for name in names if name in view.facts]
        template = "_facts.html" if request.headers.get("hx-request") == "true" else "facts.html"
        rows = [row(view, fact) for fact in chosen[:_LISTED]]
        return self.html(template, view, {"here": "", "rows": rows, "asked": len(names), "total": len(chosen)})

    def claim(self, request: Request) -> Response:
        """One claim, to the letter."""
        view = self.view(request)
        name = request.path_params["claim"]
        try:
            claim = view.desk.claim(name)
        except UnknownClaimError as error:
            return self.unknown(request, error.thing, error.found, error.expected, error.next_step)
        return self.html(
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
        view = self.view(request)
        a, b = (request.query_params.get(name, "").strip() for name in ("a", "b"))
        context: dict[str, object] = {
            "here": "",
            "a": a,
            "b": b,
            "relation": None,
            "decided": None,
            "explained": False,
            "claims": (),
            "problem": None,
        }
        status = 200
        if a and b:
            try:
                context["claims"] = view.desk.claim(a), view.desk.claim(b)
                context["relation"] = view.desk.relate(a, b)
                context["decided"] = view.desk.decisions.on(a, b)
                context["explained"] = a in view.claims and b in view.claims
            except UnknownClaimError as error:
                status, context["problem"] = 404, error
        return self.html("relate.html", view, context, status)

    def waterfall(self, request: Request) -> Response:
        """Why two claims stand in one fact of the picture, or in two."""
        view = self.view(request)
        a, b = (request.query_params.get(name, "").strip() for name in ("a", "b"))
        context: dict[str, object] = {"here": "compare", "a": a, "b": b, "shown": None, "problem": "", "wide": WIDE}
        status = 200
        if a and b:
            try:
                with self._drawing:
                    found = view.desk.explain(a, b, view.as_of)
            except (UnknownClaimError, UsageError) as error:
                status = 404 if isinstance(error, UnknownClaimError) else 400
                told = f"{error.thing}: {error.found}. Expected: {error.expected}."
                context["problem"] = f"{told} {error.next_step}".strip()
            else:
                context["shown"] = shown(found) if found else None
                context["problem"] = "" if found else "The picture of this day does not hold them both."
        return self.html("waterfall.html", view, context, status)

    def unsure(self, request: Request) -> Response:
        """The links that are nearly even, that which would settle most first."""
        view = self.view(request)
        with self._drawing:
            linkage = view.linkage
        return self.html("unsure.html", view, {"here": "compare", "linkage": linkage, "most": _LISTED})

    def document(self, request: Request) -> Response:
        """The published picture, the same bytes on every node."""
        return self.published(request, self.view(request))

    def published(self, request: Request, view: View) -> Response:
        """A picture with its digest as entity tag."""
        tag = f'"{view.picture.digest}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        text = view.picture.to_json().encode("utf-8", "surrogatepass")
        return Response(text, media_type="application/json", headers=headers)

    def map(self, request: Request) -> Response:
        """What the map shows."""
        view = self.view(request)
        return JSONResponse({"items": [spot_json(view, spot) for spot in plot(view.recent).spots]})

    def land(self, request: Request) -> Response:
        """The land beneath the map."""
        return JSONResponse(self._backdrop().land, headers={"Cache-Control": "max-age=3600"})

    def about(self, request: Request) -> Response:
        """What glyphs and words mean, and where the outlines come from."""
        return self.html("about.html", self.view(request), {"here": "about"})

    def problem(self, request: Request, status: int, told: dict[str, str]) -> Response:
        """A page that names what was found and what was expected."""
        try:
            view = self._backdrop().view("")
        except ConsilienceError:  # the ledger does not answer: what it said last stands behind the error
            view = self._behind.view("")
        partial = request.headers.get("hx-request") == "true"
        return self.html("_problem.html" if partial else "problem.html", view, {"here": "", **told}, status)

    def standing(self, request: Request) -> View:
        """The view that a request asks for over what the pages showed last: nothing is read anew, and nothing drawn.

        Raises:
            UsageError: when its time is none.
        """
        return self._behind.view(request.query_params.get("as_of", ""))

    def opening(self) -> View:
        """The view that the pages open with."""
        return self._backdrop().view("")

    def _backdrop(self) -> Backdrop:
        """What stands behind the pages now; anew when the ledger has grown."""
        desk = self._site.newest
        if desk is not self._behind.desk:
            self._behind = Backdrop(desk, self._site.roster)
        return self._behind

    def view(self, request: Request, backdrop: Backdrop | None = None) -> View:
        """The view that a request asks for.

        Raises:
            UsageError: when its time is none.
        """
        try:
            view = (backdrop or self._backdrop()).view(request.query_params.get("as_of", ""))
        except OverflowError as error:
            raise UsageError("as of", "a time outside the calendar", "a date such as 2021-12-06") from error
        with self._drawing:
            _ = view.picture
        return view

    def _live(self, view: View) -> Sight | None:
        """What a page of a node carries, to know whether it is still the newest; None where there is nothing to know."""
        if self._site.node is None:
            return None
        try:
            return replace(beside_ledger(self._site.node), size=self._site.size_of(view.desk))
        except ConsilienceError:  # the ledger does not answer, and the page says so
            return None

    def unknown(self, request: Request, *told: str) -> Response:
        """The calm page for something that is not there."""
        names = ("thing", "found", "expected", "next_step")
        return self.problem(request, 404, dict(zip(names, (*told, "")[:4], strict=True)))

    def html(self, template: str, view: View, context: dict[str, object], status: int = 200) -> Response:
        """A page of the view."""
        told = view.desk.holdings.scenario
        frame = {
            "view": view,
            "links": view.links,
            "cast": view.cast,
            "node": self._node or self._site.name,
            "has_node": self._site.node is not None,
            "has_conclusions": bool(view.desk.sayings.asked),
            "has_warning": view.desk.warns or (self._site.node is not None and has_watch(self._site.node)),
            "has_response": folder_of(view.desk, self._site.node) is not None,
            "live": self._live(view),
            "alarms": alarms(self._site.node) if self._site.node else (),
            "title": told.title if told else "",
        }
        text = render(template, **(frame | context))
        return HTMLResponse(text.encode("utf-8", "replace"), status, headers={"Vary": "HX-Request"})
