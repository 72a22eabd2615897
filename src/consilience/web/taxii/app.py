"""App: the service behind ASGI. Lets nobody's body in before they are known, and no more of it than is allowed."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consilience.web.body import contradict, read_body
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
            body = await read_body(receive, admitted.most, _IDLE_SECONDS) if admitted.method == "POST" else b""
            if isinstance(body, HTTPStatus):
                return _unread(body, admitted.most)
            # A body may take minutes: whoever was shut out meanwhile adds nothing any more.
            again = await self._admit(head) if body else admitted
            if isinstance(again, Answer):
                return again
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
    if contradict(scope["headers"]):
        return resources.problem(HTTPStatus.BAD_REQUEST, "A header that may stand once stands twice.")
    headers: dict[str, str] = {}
    authorization = None
    for raw, value in scope["headers"]:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        if name == "authorization":
            authorization = value
        headers[name] = f"{headers[name]}, {text}" if headers.get(name, text) != text else text
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
    peer = (scope.get("extensions") or {}).get("consilience.peer") or {}
    credentials = Credentials(peer.get("certificate"), authorization)
    return Head(scope["method"], path, scope.get("query_string", b""), headers, credentials)


def _unread(status: HTTPStatus, most: int) -> Answer:
    """What is said where a body was not read to its end."""
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return too_large(most)
    return resources.problem(status, f"Nothing came for {_IDLE_SECONDS:.0f} seconds.")


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
