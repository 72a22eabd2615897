"""Public page: what may be said to everybody, each sentence with its grounds for our own people; to download, and to record."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from consilience.errors import ConsilienceError, UsageError
from consilience.node.disclosed import Had, disclosed
from consilience.node.node import Node
from consilience.node.publish import Draft, draft, publish
from consilience.release.policy import PUBLIC
from consilience.release.public.forms import FORMS, written
from consilience.release.public.markdown import markdown
from consilience.release.public.statement import RefusedError
from consilience.web.form import Form, Refused, acting, read_our_form
from consilience.web.pages import Pages
from consilience.web.site import Site

_MEDIA = {".md": "text/markdown; charset=utf-8", ".html": "text/html; charset=utf-8", ".pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A draft as the page shows it: its text by digest, whether just that was published before, and when."""

    draft: Draft
    digest: str
    before: Had | None


class PublicPage:
    """Answers from the pages of a site with a node. Reading asks for nothing; recording asks for a seat (`web.seat`)."""

    def __init__(self, pages: Pages, site: Site, node: Node) -> None:
        """Stand beside the pages of the same site."""
        self._pages = pages
        self._site = site
        self._node = node

    def show(self, request: Request) -> Response:
        """The statement with its grounds; or why there is none, which is told to our own people alone."""
        return self._show(request)

    def _show(self, request: Request, refused: Refused | None = None) -> Response:
        view, frame = self._pages.view(request), acting(self._site.seat, request.headers, refused)
        context: dict[str, object] = {"here": "release", "sheet": None, "closed": None, **frame}
        try:
            with self._site.turn:
                context["sheet"] = self._sheet(view.links.as_of)
        except RefusedError as error:
            context["closed"] = error
        return self._pages.html("public.html", view, context, refused.status if refused else 200)

    def file(self, request: Request) -> Response:
        """The statement in one form, to be saved: the bytes that `release --public` writes."""
        form = "." + request.path_params["form"]
        if form not in FORMS:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        view = self._pages.view(request)
        with self._site.turn:
            made = draft(self._node, view.links.as_of, settings=self._site.desk.settings)
        headers = {"Content-Disposition": f'attachment; filename="public-statement-{made.statement.known_by}{form}"'}
        return Response(written(made.statement, form), media_type=_MEDIA[form], headers=headers)

    async def record(self, request: Request) -> Response:
        """Record what was shown, and show the page again; refuse a form that is not our page's, or of another text."""
        form = await read_our_form(request, self._site.seat)
        return await run_in_threadpool(self._record, request, form)

    def _record(self, request: Request, form: Form) -> Response:
        view = self._pages.view(request)
        try:
            if self._site.seat is not None:  # without one no form is read
                self._site.seat.check(request.headers, form.one("token"))
            self._publish(view.links.as_of, form.one("digest"))
        except ConsilienceError as error:
            return self._show(request, Refused(error, form))
        return RedirectResponse(view.links.public(), HTTPStatus.SEE_OTHER)

    def _publish(self, as_of: str, digest: str) -> None:
        with self._site.turn:
            sheet = self._sheet(as_of)
            if sheet.digest != digest:
                step = "Read it as it stands below; then record that."
                raise UsageError("public statement", "another text than was shown", "the one on the page", step)
            publish(self._node, sheet.draft)

    def _sheet(self, as_of: str) -> Sheet:
        """The draft as of a time; the node's turn is held."""
        made = draft(self._node, as_of, settings=self._site.desk.settings)
        digest = sha256(markdown(made.statement).encode()).hexdigest()
        known = f"public statement, known by {made.statement.known_by}"
        before = [row for row in disclosed(self._node, PUBLIC) if row.is_word and row.state == known]
        return Sheet(made, digest, before[-1] if before else None)
