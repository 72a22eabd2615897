"""App: the pages of one site behind one ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from consilience.errors import ConsilienceError, UnknownClaimError, UsageError
from consilience.node.node import Node
from consilience.release.public.statement import RefusedError
from consilience.web.arrivals import Arrivals
from consilience.web.events import Events
from consilience.web.exchange_page import ExchangePage
from consilience.web.guard import Guard
from consilience.web.hindsight import HindsightPages
from consilience.web.lookout import Lookout
from consilience.web.pages import Pages
from consilience.web.public_page import PublicPage
from consilience.web.releases import Releases
from consilience.web.render import HERE
from consilience.web.response_page import ResponsePage
from consilience.web.seat import ENTRANCE
from consilience.web.sessions import Sessions
from consilience.web.site import Site
from consilience.web.warning_page import WarningPage

_SMALLEST = 500  # bytes worth compressing


def create_app(site: Site, *, node: str = "") -> FastAPI:
    """The pages of a site; `node` is the name shown in the header, the site's own when empty."""
    pages = Pages(site, node)
    lookout = Lookout(site)
    warning, respond = WarningPage(pages, site, lookout), ResponsePage(pages, site, lookout)

    def warm() -> None:
        pages.warm()
        warning.warm()
        respond.warm()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().run_in_executor(None, warm)
        yield

    app = FastAPI(title="Consilience", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    _route(app, pages, warning, respond)
    app.add_api_route("/warning", warning.act, methods=["POST"], response_model=None)
    app.state.end = _route_node(app, pages, site, site.node) if site.node else lambda: None
    _explain(app, pages)
    app.mount("/static", Assets(directory=HERE / "static"))
    app.add_middleware(GZipMiddleware, minimum_size=_SMALLEST)
    app.add_middleware(Guard)
    return app


class Assets(StaticFiles):
    """Static files, asked after each time: unchanged ones cost a short answer, and an upgrade is seen at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        try:
            answer = await super().get_response(path, scope)
        except (ValueError, OSError) as error:  # a NUL byte, a name too long: no file of ours has such a name
            raise HTTPException(404) from error
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def _route(app: FastAPI, pages: Pages, warning: WarningPage, respond: ResponsePage) -> None:
    """Which address is which page."""
    _add(
        app,
        {
            "/": pages.situation,
            "/compare": pages.compare,
            "/compare/lineage": pages.lineage,
            "/conclusions": pages.conclusions,
            "/conclusions/{question}": HindsightPages(pages).hindsight,
            "/reliability": HindsightPages(pages).reliability,
            "/response": respond.response,
            "/response.ics": respond.calendar,
            "/compare/unsure": pages.unsure,
            "/warning": warning.warning,
            "/facts": pages.facts,
            "/facts/{fact}": pages.fact,
            "/claims/{claim:path}": pages.claim,  # an id may hold a slash
            "/relate": pages.relate,
            "/waterfall": pages.waterfall,
            "/picture.json": pages.document,
            "/map.json": pages.map,
            "/outlines.json": pages.land,
            "/about": pages.about,
        },
    )


def _route_node(app: FastAPI, pages: Pages, site: Site, node: Node) -> Callable[[], None]:
    """The addresses that there are only where a node stands behind the pages; what to call when the server ends."""
    releases, events, public = Releases(pages, site, node), Events(node), PublicPage(pages, site, node)
    sessions = Sessions(pages, site, node)
    _add(
        app,
        {
            "/release": releases.release,
            "/release/picture.json": releases.document,
            "/release/public": public.show,
            "/release/public.{form}": public.file,
            "/exchange": ExchangePage(pages, site, node).exchange,
            "/arrivals": Arrivals(pages, node).rows,
            "/rounds": sessions.listing,
            "/rounds/{session}": sessions.session,
            ENTRANCE: sessions.sit,
        },
    )
    app.add_api_route("/release/public", public.record, methods=["POST"], response_model=None)
    app.add_api_route("/rounds", sessions.put, methods=["POST"], response_model=None)
    app.add_api_route("/rounds/{session}", sessions.act, methods=["POST"], response_model=None)
    app.router.routes.append(Route("/events", events, methods=["GET"]))
    return events.end


def _add(app: FastAPI, routes: dict[str, Callable[[Request], Response]]) -> None:
    for path, answer in routes.items():
        app.add_api_route(path, answer, methods=["GET", "HEAD"], response_model=None)


def _explain(app: FastAPI, pages: Pages) -> None:
    """Errors become pages that say what was found and what was expected."""

    def on_error(request: Request, error: Exception) -> Response:
        if isinstance(error, ConsilienceError):
            known = ((UnknownClaimError, 404), (UsageError, 400), (RefusedError, 403))
            status = next((code for kind, code in known if isinstance(error, kind)), 500)
            told = {
                "thing": error.thing,
                "found": error.found,
                "expected": error.expected,
                "next_step": error.next_step,
            }
            return pages.problem(request, status, told)
        status = error.status_code if isinstance(error, HTTPException) else 500
        told = {
            "thing": request.url.path,
            "found": HTTPStatus(status).phrase.lower(),
            "expected": "an address that a page links to",
            "next_step": "",
        }
        return pages.problem(request, status, told)

    app.add_exception_handler(ConsilienceError, on_error)
    app.add_exception_handler(HTTPException, on_error)
