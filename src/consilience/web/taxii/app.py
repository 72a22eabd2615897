"""App: the service behind ASGI. Lets nobody's body in before they are known, and no more of it than is allowed."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consilience.web.taxii import resources
from consilience.web.taxii.head import Answer, Credentials, Head
from consilience.web.taxii.negotiate import takes_gzip
from consilience.web.taxii.service import Admitted, Service, too_large

_SMALLEST = 1_000  # bytes worth compressing
_LEVEL = 1  # most of the gain, a fifth of the time
_WRITERS = 2  # bodies that are taken in at a time
_BODIES = 2  # that one person may be sending at a time: nobody holds up the others
_IDLE_SECONDS = 30.0  # within which some more of a body must arrive
_GZIP = 31  # zlib's window bits for the format of gzip
# Headers that stand once: of two that differ, a proxy before us may have believed the other one.
_ONCE = ("authorization", "content-length", "content-type", "host")


class TaxiiApp:
    """One ASGI application; reads are answered within the event loop, since they take microseconds."""

    def __init__(self, service: Service, *, threads: bool = False) -> None:
        """Serve a service; with `threads`, reads are answered outside of the event loop too."""
        self._service = service
        self._threads = threads
        self._hashing = asyncio.Semaphore(1)
        self._writing = asyncio.Semaphore(_WRITERS)
        self._sending: dict[str, asyncio.Semaphore] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            head = _head(scope)
            answer = await self._answer(head, receive) if isinstance(head, Head) else head
            gzip = isinstance(head, Head) and takes_gzip(head.headers.get("accept-encoding"))
            await _send(scope, send, _compressed(answer) if gzip else answer)

    async def _answer(self, head: Head, receive: Receive) -> Answer:
        admitted = await self._admit(head)
        if isinstance(admitted, Answer):
            return admitted
        if admitted.method not in ("POST", "DELETE"):
            if self._threads:
                return await asyncio.to_thread(self._service.answer, admitted)
            return self._service.answer(admitted)
        async with self._sending.setdefault(admitted.who, asyncio.Semaphore(_BODIES)):
            body = await _body(receive, admitted.most) if admitted.method == "POST" else b""
            if isinstance(body, Answer):
                return body
            async with self._writing:
                return await asyncio.to_thread(self._service.answer, admitted, body)

    async def _admit(self, head: Head) -> Admitted | Answer:
        if not self._service.is_quick(head):
            async with self._hashing:  # whoever tries passwords waits for himself
                return await asyncio.to_thread(self._service.admit, head)
        if self._threads:
            return await asyncio.to_thread(self._service.admit, head)
        return self._service.admit(head)


def taxii_app(service: Service, *, threads: bool = False) -> ASGIApp:
    """The ASGI application of a service."""
    return TaxiiApp(service, threads=threads)


def _head(scope: Scope) -> Head | Answer:
    """What the request says before its body."""
    headers: dict[str, str] = {}
    authorization = None
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        if name in headers and name in _ONCE and headers[name] != value.decode("latin-1"):
            return resources.problem(HTTPStatus.BAD_REQUEST, "A header that may stand once stands twice.")
        if name == "authorization":
            authorization = value
        text = value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers and name not in _ONCE else text
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
    peer = (scope.get("extensions") or {}).get("consilience.peer") or {}
    credentials = Credentials(peer.get("certificate"), authorization)
    return Head(scope["method"], path, scope.get("query_string", b""), headers, credentials)


async def _body(receive: Receive, most: int) -> bytes | Answer:
    """The body; an answer once it is longer than `most` bytes, or does not go on."""
    parts: list[bytes] = []
    size = 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), _IDLE_SECONDS)
        except TimeoutError:
            return resources.problem(HTTPStatus.REQUEST_TIMEOUT, f"Nothing came for {_IDLE_SECONDS:.0f} seconds.")
        if message["type"] == "http.disconnect":
            return b""  # nobody waits for an answer; no JSON, hence nothing is taken
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            return too_large(most)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(scope: Scope, send: Send, answer: Answer) -> None:
    """Send an answer; of a large one, no more at a time than the client takes."""
    whole = isinstance(answer.body, bytes)
    headers = dict(answer.headers)
    if whole and answer.status != HTTPStatus.NO_CONTENT:
        headers["Content-Length"] = str(len(answer.body))  # type: ignore[arg-type]
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": int(answer.status), "headers": raw})
    if scope["method"] == "HEAD" or isinstance(answer.body, bytes):
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})
        return
    for part in answer.body:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _compressed(answer: Answer) -> Answer:
    """An answer in gzip, when that is worth it."""
    if isinstance(answer.body, bytes) and len(answer.body) < _SMALLEST:
        return answer
    headers = {**answer.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    if isinstance(answer.body, bytes):
        return Answer(answer.status, headers, b"".join(_gzip([answer.body])))
    return Answer(answer.status, headers, _gzip(answer.body))


def _gzip(parts: Iterable[bytes]) -> Iterator[bytes]:
    coder = zlib.compressobj(_LEVEL, wbits=_GZIP)
    for part in parts:
        if found := coder.compress(part):
            yield found
    yield coder.flush()


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message: Message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
