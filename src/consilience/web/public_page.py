"""Public page: what may be said to everybody, each sentence with its grounds for our own people; to download, and to record."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from consilience.errors import UsageError
from consilience.node.disclosed import Had, disclosed
from consilience.node.node import Node
from consilience.node.publish import Draft, draft, publish
from consilience.release.policy import PUBLIC
from consilience.release.public.forms import FORMS, written
from consilience.release.public.markdown import markdown
from consilience.release.public.statement import RefusedError
from consilience.web.body import read_body
from consilience.web.pages import Pages
from consilience.web.site import Site

_MOST_BYTES = 4_096
_IDLE_SECONDS = 10.0
_MEDIA = {".md": "text/markdown; charset=utf-8", ".html": "text/html; charset=utf-8", ".pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A draft as the page shows it: its text by digest, whether just that was published before, and when."""

    draft: Draft
    digest: str
    before: Had | None


class PublicPage:
    """Answers from the pages of a site with a node. Only a form of our own page, sent by itself, records anything."""

    def __init__(self, pages: Pages, site: Site, node: Node) -> None:
        """Stand beside the pages of the same site, with a token that other sites' pages cannot read."""
        self._pages = pages
        self._site = site
        self._node = node
        self._token = secrets.token_urlsafe(32)

    def show(self, request: Request) -> Response:
        """The statement with its grounds; or why there is none, which is told to our own people alone."""
        view = self._pages.view(request)
        context: dict[str, object] = {"here": "release", "token": self._token, "sheet": None, "refused": None}
        try:
            with self._site.turn:
                context["sheet"] = self._sheet(view.links.as_of)
        except RefusedError as error:
            context["refused"] = error
        return self._pages.html("public.html", view, context)

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
        as_of, digest = await self._form(request)
        await run_in_threadpool(self._publish, as_of, digest)
        return RedirectResponse("/release/public?" + urlencode({"as_of": as_of}), HTTPStatus.SEE_OTHER)

    def _publish(self, as_of: str, digest: str) -> None:
        with self._site.turn:
            sheet = self._sheet(as_of)
            if sheet.digest != digest:
                raise UsageError(
                    "public statement", "another text than was shown", "the one on the page", "Read it again."
                )
            publish(self._node, sheet.draft)

    def _sheet(self, as_of: str) -> Sheet:
        """The draft as of a time; the node's turn is held."""
        made = draft(self._node, as_of, settings=self._site.desk.settings)
        digest = sha256(markdown(made.statement).encode()).hexdigest()
        known = f"public statement, known by {made.statement.known_by}"
        before = [row for row in disclosed(self._node, PUBLIC) if row.is_word and row.state == known]
        return Sheet(made, digest, before[-1] if before else None)

    async def _form(self, request: Request) -> tuple[str, str]:
        """The time and the digest of a form that our own page sent.

        Raises:
            HTTPException: 403 without our token, or from another site; 4xx for what is no such form.
        """
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise HTTPException(HTTPStatus.FORBIDDEN)
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        body = await read_body(request.receive, _MOST_BYTES, _IDLE_SECONDS)
        if isinstance(body, HTTPStatus):
            raise HTTPException(body)
        try:
            fields = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=8)
        except ValueError as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST) from error
        token, as_of, digest = (fields.get(name, [""])[-1] for name in ("token", "as_of", "digest"))
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        return as_of, digest
