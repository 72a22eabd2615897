"""Exchange: what partners' nodes and clients reach: the sidecar, and TAXII beside it; nobody unknown is read from."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from threading import RLock
from typing import TypeVar
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from consilience.errors import ConsilienceError
from consilience.model.identity import PartnerId
from consilience.node.node import Node
from consilience.web.body import contradict, read_body
from consilience.web.door import Door
from consilience.web.sidecar import MOST_BYTES, Answer, Asked, Sidecar, name_of, unavailable
from consilience.web.tls import EXTENSION
from consilience.web.turnstile import Turnstile

_SMALLEST = 500  # bytes worth compressing
_FAST = 1
_IDLE_SECONDS = 30.0  # within which some more of a body must arrive
_DOORS, _WORKERS = 2, 8  # threads that look who somebody is, and threads that answer: the one never waits for the other
_WORDS = {
    400: "a header that may stand once stands twice",
    401: "who you are is not known here",
    404: "no such address",
    405: "not by this method",
    408: "nothing more came",
    413: "too much at once",
    429: "too many requests of yours are under way",
}
_HEADERS = {401: {"www-authenticate": 'Basic realm="partners of this node"'}, 429: {"retry-after": "1"}}
_T = TypeVar("_T")


def certificate_of(scope: Scope) -> bytes | None:
    """The certificate that the connection's peer has proven to hold."""
    found = scope.get("extensions", {}).get(EXTENSION, {}).get("certificate")
    return found if isinstance(found, bytes) else None


class Exchange:
    """ASGI application before one node. Until it is opened it answers strangers, and nobody else."""

    def __init__(self, node: Node, turn: RLock, taxii: ASGIApp) -> None:
        """Answer the sidecar's addresses here, and let `taxii` answer all others; `turn` is the node's."""
        self._door = Door(node)
        self._sidecar = Sidecar(node, turn)
        self._taxii = taxii
        self._turnstile = Turnstile()
        self._doors = ThreadPoolExecutor(_DOORS, "exchange-door")
        self._workers = ThreadPoolExecutor(_WORKERS, "exchange-work")
        self._is_open = False

    def open(self) -> None:
        """Let partners in from now on: strangers were seen to be refused."""
        self._is_open = True

    def close(self) -> None:
        """Let go of the threads, once what they are at is done."""
        self._doors.shutdown(cancel_futures=True)
        self._workers.shutdown(cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: who, whether it is that partner's turn, whether there is such an address; only then the body."""
        if scope["type"] != "http":
            return
        if contradict(scope["headers"]):
            await _send(send, _bare(400))
            return
        name = name_of(scope["path"])
        partner = await self._who(scope)
        if isinstance(partner, Answer):
            await _send(send, partner)
        elif partner is None:
            await (_send(send, _bare(401)) if name is not None else self._taxii(scope, receive, send))
        elif not self._is_open:
            await _send(send, unavailable())
        else:
            async with self._turnstile.entered(partner) as may_enter:
                if not may_enter:
                    await _send(send, _bare(429))
                elif name is None:
                    await self._taxii(scope, receive, send)
                else:
                    await self._answer(partner, name, (scope, receive, send))

    async def _who(self, scope: Scope) -> PartnerId | Answer | None:
        """Who asks, None for a stranger; an answer where it cannot be known now. Who shows nothing costs no look."""
        certificate, authorization = certificate_of(scope), Headers(scope=scope).get("authorization")
        if certificate is None and authorization is None:
            return None
        try:
            return await _in(self._doors, lambda: self._door.who(certificate, authorization))
        except ConsilienceError:  # the roster, or the tokens, cannot be read: why stays here
            return unavailable()

    async def _answer(self, partner: PartnerId, name: str, request: tuple[Scope, Receive, Send]) -> None:
        """Answer a partner's request to the sidecar."""
        scope, receive, send = request
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        status = self._sidecar.takes(method, name)
        if status != 200:
            await _send(send, _bare(status))
            return
        query = dict(parse_qsl(scope["query_string"].decode("ascii", "replace"), keep_blank_values=True)[:20])
        plain = Asked(partner, method, name, query)
        found = await self._taken(plain, scope, receive) if method == "POST" else plain
        if isinstance(found, Asked):
            asked, is_packed = found, "gzip" in Headers(scope=scope).get("accept-encoding", "")
            found = await _in(self._workers, lambda: _packed(self._sidecar.answer(asked), is_packed=is_packed))
        await _send(send, found, head=scope["method"] == "HEAD")

    async def _taken(self, asked: Asked, scope: Scope, receive: Receive) -> Asked | Answer:
        """The question with its body, which is not read where its length alone is too much."""
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or len(length) > 18 or int(length) > MOST_BYTES:
            return _bare(413)
        body = await read_body(receive, MOST_BYTES, _IDLE_SECONDS)
        if isinstance(body, HTTPStatus):
            return _bare(body)
        # A body may take minutes: whoever was shut out meanwhile gives nothing any more.
        again = await self._who(scope)
        if again != asked.partner:
            return again if isinstance(again, Answer) else _bare(401)
        return replace(asked, body=body)


async def _in(threads: ThreadPoolExecutor, work: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


def _bare(status: int) -> Answer:
    return Answer(status, "text/plain; charset=utf-8", f"{_WORDS[status]}\n".encode(), _HEADERS.get(status, {}))


def _packed(answer: Answer, *, is_packed: bool) -> Answer:
    """An answer in gzip, when it is taken and worth it."""
    if not is_packed or len(answer.body) < _SMALLEST:
        return answer
    headers = {**answer.headers, "content-encoding": "gzip", "vary": "accept-encoding"}
    return replace(answer, body=gzip.compress(answer.body, _FAST, mtime=0), headers=headers)


async def _send(send: Send, answer: Answer, *, head: bool = False) -> None:
    """Send an answer; on return the client has taken all but the last of it, so that few answers wait in memory."""
    headers = {
        "content-type": answer.media,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        **answer.headers,
        "content-length": str(len(answer.body)),
    }
    listed = [(name.encode(), text.encode("latin-1")) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": listed})
    await send({"type": "http.response.body", "body": b"" if head else answer.body, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
