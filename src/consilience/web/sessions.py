"""Sessions: the pages of sealed rounds, and what people do on them: ask, seal, open, note, sign, stop."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from consilience.errors import ConsilienceError, UsageError
from consilience.model.form import listed
from consilience.model.identity import PartnerId
from consilience.model.yardstick import Yardstick, read_yardstick
from consilience.node import sealing
from consilience.node.evidence import Evidence
from consilience.node.node import Node
from consilience.node.push import handed
from consilience.node.rooted import Ground, grounds
from consilience.node.sessions import Spoken, find, keep_up, standings
from consilience.rounds.standing import Standing
from consilience.settings import load_yardstick
from consilience.web.answer_form import CONFIDENCES, Filled, Picks, picks
from consilience.web.deeds import Deed, ask, deed_of
from consilience.web.form import Form, Refused, acting, read_our_form
from consilience.web.pages import Pages
from consilience.web.question_form import Put
from consilience.web.session import page, span_words
from consilience.web.site import Site
from consilience.web.view import View

_PUSH_SECONDS = 5.0  # for each partner's node; whoever is not reached fetches it
_TOLD = 32  # what came of that many acts is remembered, to be shown


class Sessions:
    """Answers from the pages of a site with a node. Reading asks for nothing; acting asks for a seat (`web.seat`)."""

    def __init__(self, pages: Pages, site: Site, node: Node) -> None:
        """Stand beside the pages of the same site."""
        self._pages, self._site, self._node = pages, site, node
        self._told: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._grounds = lru_cache(maxsize=8)(self._checked)
        self._evidence = lru_cache(maxsize=4)(self._known)

    # --- Reading ------------------------------------------------------------------------------------------------------

    def listing(self, request: Request) -> Response:
        """Every session of this node, the newest first; and a form to ask."""
        return self._listing(request)

    def session(self, request: Request) -> Response:
        """One session."""
        return self._session(request)

    def _listing(self, request: Request, refused: Refused | None = None) -> Response:
        view = self._pages.view(request)
        with self._site.turn:
            found = standings(self._node)
            partners = [each for each in self._node.roster.members if each.code != self._node.partner and each.keys]
            shown = [page(each, self._node.partner, view, {}) for each in reversed(found)]
        put = Put.read(refused.form) if refused else Put()
        context = {"shown": shown, "partners": partners, "put": put, "span": span_words}
        return self._html("rounds.html", request, view, refused, context)

    def _session(self, request: Request, refused: Refused | None = None) -> Response:
        view = self._pages.view(request)
        with self._site.turn:
            try:
                found = find(self._node, request.path_params["session"])
            except UsageError as error:
                told = {"thing": error.thing, "found": error.found, "expected": error.expected, "next_step": ""}
                return self._pages.problem(request, 404, told)
            size = self._node.ledger.size()
            shown = page(found, self._node.partner, view, self._grounds(found.id, size))
            sealable = "seal" in shown.may
            listing = self._picks(found, size, view) if sealable else Picks()
        rule = self._yardstick()
        question = found.session.question
        is_answer = refused is not None and refused.form.one("act") in ("seal", "check", "fit")
        filled = Filled.read(refused.form, question) if refused and is_answer else Filled.empty(question)
        if refused and refused.form.one("act") == "fit":
            filled = filled.fitted(question, rule) or filled
        context: dict[str, object] = {
            "page": shown, "found": found, "question": question, "picks": listing, "rule": rule, "filled": filled,
            "confidences": CONFIDENCES, "span": span_words,
            "fitting": filled.fitted(question, rule) if refused and is_answer else None,
            "note": refused.form.one("text") if refused and refused.form.one("act") == "note" else "",
            "reason": refused.form.one("because") if refused and refused.form.one("act") == "abort" else "",
        }  # fmt: skip
        return self._html("round.html", request, view, refused, context)

    def _html(
        self, template: str, request: Request, view: View, refused: Refused | None, more: dict[str, object]
    ) -> Response:
        """A page, with who may act on it."""
        told = self._told.get(request.query_params.get("told", ""), ())
        frame = {"here": "rounds", **acting(self._site.seat, request.headers, refused, told)}
        return self._pages.html(template, view, {**more, **frame}, _status(refused) if refused else 200)

    def _picks(self, found: Standing, size: int, view: View) -> Picks:
        try:
            return picks(self._evidence(found.session.partners, size), self._node.partner, view)
        except ConsilienceError as error:
            return Picks(trouble=error.message)

    def _known(self, partners: tuple[PartnerId, ...], _size: int) -> Evidence:
        return Evidence(self._node, partners)

    def _checked(self, session: str, _size: int) -> dict[tuple[int, PartnerId], tuple[Ground, ...]]:
        return grounds(self._node, find(self._node, session))

    @staticmethod
    def _yardstick() -> Yardstick:
        return read_yardstick(load_yardstick(), "yardstick")

    # --- Acting -------------------------------------------------------------------------------------------------------

    def sit(self, request: Request) -> Response:
        """Give whoever opened the link of the terminal a seat.

        Raises:
            UsageError: the link was used already, or is none.
        """
        seat = self._site.seat
        cookie = seat.take(request.query_params.get("key", "")) if seat and request.method == "GET" else None
        if cookie is None:
            step = "Use the newest link that consilience serve has printed: each works once."
            raise UsageError("link", "one that was used already, or is none", "the link to act on these pages", step)
        return RedirectResponse("/rounds", 303, {"Set-Cookie": cookie})

    async def put(self, request: Request) -> Response:
        """Put a question."""
        form = await read_our_form(request, self._site.seat)
        return await run_in_threadpool(self._put, request, form)

    async def act(self, request: Request) -> Response:
        """Do something in a session, by the field `act`."""
        form = await read_our_form(request, self._site.seat)
        return await run_in_threadpool(self._act, request, form)

    def _put(self, request: Request, form: Form) -> Response:
        try:
            self._check_seat(request, form)
            with self._site.turn:
                self._node.catch_up()
                spoken = (*keep_up(self._node), ask(self._node, Put.read(form)))
        except ConsilienceError as error:
            return self._listing(request, Refused(error, form))
        return self._done(spoken[-1].said.digest, Deed("Asked.", spoken), form)

    def _act(self, request: Request, form: Form) -> Response:
        try:
            self._check_seat(request, form)
            with self._site.turn:
                self._node.catch_up()
                before = keep_up(self._node)
                found = find(self._node, request.path_params["session"])
                done = deed_of(self._node, found, form, self._yardstick())
                spoken = (*before, *done.spoken, *keep_up(self._node))
        except ConsilienceError as error:
            return self._session(request, Refused(error, form))
        return self._done(found.id, Deed(done.words, spoken), form)

    def _check_seat(self, request: Request, form: Form) -> None:
        if self._site.seat is not None:  # without one no form is read
            self._site.seat.check(request.headers, form.one("token"))

    def _done(self, session: str, done: Deed, form: Form) -> Response:
        """Tell the others, where that is wanted, and show the session."""
        lines = [done.words, *self._hand_out(done.spoken, is_wanted=bool(form.one("push")))]
        key = secrets.token_urlsafe(8)
        self._told[key] = tuple(filter(None, lines))
        while len(self._told) > _TOLD:
            self._told.popitem(last=False)
        return RedirectResponse(f"/rounds/{session}?told={key}", 303)

    def _hand_out(self, spoken: Sequence[Spoken], *, is_wanted: bool) -> list[str]:
        """How what was said reaches the others."""
        codes = list(dict.fromkeys(code for each in spoken for code, _ in each.given))
        if not is_wanted:
            return (
                [f"Recorded for {listed([str(c) for c in codes])}, who fetch it at their next sync."] if codes else []
            )
        lines = []
        for code in codes:
            sent = [handed(self._node, each, code, _PUSH_SECONDS) for each in spoken if code in dict(each.given)]
            trouble = next((each.trouble for each in sent if each.took is None), "")
            lines.append(f"{code} fetches it at its next sync: {trouble}" if trouble else f"{code} has it now.")
        return lines


def _status(refused: Refused) -> int:
    return 409 if isinstance(refused.error, sealing.NotNowError) else refused.status
