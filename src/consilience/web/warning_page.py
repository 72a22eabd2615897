"""Warning page: how strong, by whose word, and what changed; what the node recorded of it, and who says that they saw it."""

from __future__ import annotations

from http import HTTPStatus
from threading import Lock

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from consilience.errors import ConsilienceError, UsageError
from consilience.node.levels import acknowledge
from consilience.node.node import Node
from consilience.node.watching import say
from consilience.warning.level import Step
from consilience.web.alert import GLYPHS, MEANS, alert, cited, facts_of
from consilience.web.form import Form, Refused, acting, read_our_form
from consilience.web.lookout import Lookout
from consilience.web.pages import Pages
from consilience.web.site import Site
from consilience.web.strength import Asked, strength

_DONE = {
    "seen": "Recorded: the change has been seen.",
    "said": "Recorded: what you said stands beside the level.",
}
_LONGEST_NAME, _LONGEST_REASON = 80, 2_000
_STEPS = {step.word: step for step in Step}


class WarningPage:
    """Answers from the pages of a site. Reading asks for nothing; acting asks for a node and a seat (`web.seat`)."""

    def __init__(self, pages: Pages, site: Site, lookout: Lookout) -> None:
        """Stand beside the pages of the same site."""
        self._pages, self._site, self._lookout = pages, site, lookout
        self._reckoning = Lock()  # two requests for one new day reckon it once

    def warm(self) -> None:
        """Prepare what the first visitor needs: strength and level of the opening day."""
        try:
            view = self._pages.opening()
            with self._reckoning:
                strength(view, Asked())
                self._lookout.history(view)
        except ConsilienceError:
            return  # the page that needs it says so

    def warning(self, request: Request) -> Response:
        """The level and the strength of one scope in full, and of all in a line."""
        return self._show(request)

    async def act(self, request: Request) -> Response:
        """Say that a change has been seen, or an analyst's word, by the field `act`."""
        form = await read_our_form(request, self._site.seat)
        return await run_in_threadpool(self._act, request, form)

    def _show(self, request: Request, refused: Refused | None = None) -> Response:
        view = self._pages.view(request)
        given = request.query_params
        asked = Asked(given.get("of", ""), given.get("scopes", ""), given.get("scope", ""), given.get("span") == "all")
        with self._reckoning:
            found, reckoned = strength(view, asked), self._lookout.history(view)
        done = _DONE.get(given.get("done", ""))
        context: dict[str, object] = {
            "here": "warning", "strength": found, "alert": alert(view, reckoned) if reckoned else None,
            "log": self._lookout.log(), "steps": tuple(Step), "kept": refused.form if refused else Form({}),
            "status_glyphs": GLYPHS, "status_means": MEANS, "facts_of": facts_of, "cited": cited,
            **acting(self._site.seat, request.headers, refused, (done,) if done else ()),
        }  # fmt: skip
        return self._pages.html("warning.html", view, context, refused.status if refused else 200)

    def _act(self, request: Request, form: Form) -> Response:
        node, seat = self._site.node, self._site.seat
        if node is None or seat is None:  # no form of ours was read
            raise HTTPException(HTTPStatus.FORBIDDEN)
        view = self._pages.view(request)
        try:
            seat.check(request.headers, form.one("token"))
            with self._site.turn:
                done = _done(node, form)
        except ConsilienceError as error:
            return self._show(request, Refused(error, form))
        return RedirectResponse(view.links.warning([("done", done)]) + "#recorded", HTTPStatus.SEE_OTHER)


def _done(node: Node, form: Form) -> str:
    """Do what a form says, with the node's turn held; what was done."""
    by = _text(form, "by", "your name", _LONGEST_NAME)
    if form.one("act") == "seen":
        if not form.one("change"):
            raise UsageError("change", "none", "the change that was seen")
        acknowledge(node, form.one("change"), by)
        return "seen"
    if form.one("act") == "say":
        step = _STEPS.get(form.one("step"))
        if step is None:
            raise UsageError("step", repr(form.one("step")), "one of " + ", ".join(_STEPS))
        reason = _text(form, "because", "why", _LONGEST_REASON)
        if not reason:
            raise UsageError("why", "nothing", "a sentence that says why: it stands beside the level")
        say(node, step, reason, by)
        return "said"
    raise UsageError("act", repr(form.one("act")), "seen, or say")


def _text(form: Form, name: str, thing: str, longest: int) -> str:
    """A field that is not too long to stand in the ledger."""
    text = form.one(name)
    if len(text) > longest:
        raise UsageError(thing, f"{len(text):,} letters", f"{longest:,} at most")
    return text
