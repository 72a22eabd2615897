"""Exchange: what partners' nodes and clients reach: the sidecar, and TAXII beside it; nobody unknown is read from."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace
from threading import RLock
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from consilience.model.identity import PartnerId
from consilience.node.node import Node
from consilience.web.door import Door
from consilience.web.sidecar import MOST_BYTES, Answer, Asked, Sidecar, name_of
from consilience.web.tls import EXTENSION

_SMALLEST = 500  # bytes worth compressing
_FAST = 1
_BODIES = 2  # that one partner may be sending at a time: what it sends takes bounded memory, and holds up nobody else
_IDLE_SECONDS = 30.0  # within which some more of a body must arrive
_WORDS = {
    401: "who you are is not known here",
    404: "no such address",
    405: "not by this method",
    408: "nothing more came",
    413: "too much at once",
}


def certificate_of(scope: Scope) -> bytes | None:
    """The certificate that the connection's peer has proven to hold."""
    found = scope.get("extensions", {}).get(EXTENSION, {}).get("certificate")
    return found if isinstance(found, bytes) else None


class Exchange:
    """ASGI application before one node. The node's `turn` is taken for each answer."""

    def __init__(self, node: Node, turn: RLock, taxii: ASGIApp) -> None:
        """Answer the sidecar's addresses here, and let `taxii` answer all others."""
        self._turn = turn
        self._door = Door(node)
        self._sidecar = Sidecar(node)
        self._taxii = taxii
        self._sending: dict[PartnerId, asyncio.Semaphore] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: who, then whether there is such an address, and only then the body."""
        if scope["type"] != "http":
            return
        name = name_of(scope["path"])
        if name is None:
            await self._taxii(scope, receive, send)
            return
        headers = Headers(scope=scope)
        partner = await run_in_threadpool(self._who, scope, headers)
        if partner is None:
            await _send(send, _bare(401))
            return
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        status = self._sidecar.takes(method, name)
        if status != 200:
            await _send(send, _bare(status))
            return
        query = dict(parse_qsl(scope["query_string"].decode("ascii", "replace"), keep_blank_values=True)[:20])
        asked = Asked(partner, method, name, query)
        answer = await self._taken(asked, receive, headers) if method == "POST" else await self._told(asked)
        await _send(send, answer, head=scope["method"] == "HEAD", packed="gzip" in headers.get("accept-encoding", ""))

    async def _taken(self, asked: Asked, receive: Receive, headers: Headers) -> Answer:
        """The answer to a request with a body, which is not read where its length alone is too much."""
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 18 or int(length) > MOST_BYTES:
            return _bare(413)
        async with self._sending.setdefault(asked.partner, asyncio.Semaphore(_BODIES)):
            body = await _body(receive)
            return _bare(body) if isinstance(body, int) else await self._told(replace(asked, body=body))

    async def _told(self, asked: Asked) -> Answer:
        return await run_in_threadpool(self._answer, asked)

    def _who(self, scope: Scope, headers: Headers) -> PartnerId | None:
        with self._turn:
            return self._door.who(certificate_of(scope), headers.get("authorization"))

    def _answer(self, asked: Asked) -> Answer:
        with self._turn:
            return self._sidecar.answer(asked)


def _bare(status: int) -> Answer:
    headers = {"www-authenticate": 'Basic realm="partners of this node"'} if status == 401 else {}
    return Answer(status, "text/plain; charset=utf-8", f"{_WORDS[status]}\n".encode(), headers)


async def _body(receive: Receive) -> bytes | int:
    """The body; the status that is due instead once it is larger than is taken, or does not go on."""
    parts: list[bytes] = []
    size = 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), _IDLE_SECONDS)
        except TimeoutError:
            return 408
        if message["type"] != "http.request":
            return 408  # its sender went away: nobody waits for an answer
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            return 413
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(send: Send, answer: Answer, *, head: bool = False, packed: bool = False) -> None:
    body = answer.body
    headers = {
        "content-type": answer.media,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        **answer.headers,
    }
    if packed and len(body) >= _SMALLEST:
        body = gzip.compress(body, _FAST, mtime=0)
        headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
    headers["content-length"] = str(len(body))
    listed = [(name.encode(), text.encode("latin-1")) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": listed})
    await send({"type": "http.response.body", "body": b"" if head else body})
