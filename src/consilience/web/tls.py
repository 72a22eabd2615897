"""TLS: the connection's certificate shown to the application, and a listener of its own for partners' nodes.

ASGI servers do not pass a peer's certificate on (ASGI's own `tls` extension is a draft), so each connection here wraps
the application with it: `scope["extensions"]["consilience.peer"]["certificate"]` holds DER bytes.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from consilience.web.gatekeeper import Gatekeeper

EXTENSION = "consilience.peer"
_GRACE_SECONDS = 3
_START_SECONDS = 20.0
_IDLE_SECONDS = 30.0  # between two looks at a connection, from one to the next of which something must have happened
_SILENT_SECONDS = 10.0  # for the handshake of TLS, and from then until the first request's head is whole
_BYE_SECONDS = 3.0  # for a peer to take leave when its connection is ended
_MOST_HEAD = 32 * 1024  # bytes of an address and headers, and of whatever else is no body, before anybody is known
_PIECE = 4 * 1024  # of what comes, given to the parser at a time
_MOST_PIPED = 16  # requests that wait behind one that is not answered yet


class Shown:
    """An application that is told whose connection it serves."""

    def __init__(self, app: ASGIApp, certificate: bytes) -> None:
        """Serve `app` on a connection whose peer has proven to hold this certificate."""
        self._app = app
        self._peer = {"certificate": certificate}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        extensions = {**scope.get("extensions", {}), EXTENSION: self._peer}
        await self._app({**scope, "extensions": extensions}, receive, send)


class _HttpTools(HttpToolsProtocol):
    """HTTP by httptools, with the peer's certificate, and with a bound on what is read that is no body.

    The parser itself keeps an address, headers and trailers of any length: bytes are counted here from the last one that
    belonged to a body, or ended a head.
    """

    _counted = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = _shown(self.app, transport)
        _watch(self)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            piece = data[start : start + _PIECE]
            self._counted += len(piece)
            super().data_received(piece)
            if self._counted > _MOST_HEAD or len(self.pipeline) > _MOST_PIPED:
                self.transport.abort()
                return

    def on_headers_complete(self) -> None:
        self._counted = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._counted = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._counted = 0
        super().on_message_complete()


class _H11(H11Protocol):
    """HTTP by h11, which bounds what is no body itself (`h11_max_incomplete_event_size`), with the peer's certificate."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = _shown(self.app, transport)
        _watch(self)


PROTOCOLS: dict[str, type[asyncio.Protocol]] = {"httptools": _HttpTools, "h11": _H11}
"""Both of uvicorn's ways to read HTTP, each with the peer's certificate."""


def _watch(connection: _HttpTools | _H11) -> None:
    """Look after a connection that was just made."""
    connection.loop.call_later(min(_SILENT_SECONDS, _IDLE_SECONDS), _greet, connection)
    connection.loop.call_later(_IDLE_SECONDS, _look, connection, (None, 0))


def _greet(connection: _HttpTools | _H11) -> None:
    """End a connection that has not asked anything yet: it has no cycle, whatever uvicorn's types say."""
    if connection.cycle is None and not connection.transport.is_closing():
        connection.transport.abort()


def _look(connection: _HttpTools | _H11, last: tuple[object, int]) -> None:
    """Look at a connection now and then, and end one that neither begins a request nor takes an answer.

    A connection costs about 400 KiB under TLS, known or not: nobody holds many for nothing. What an application takes
    time for is waited for; an answer that is read slowly is waited for as long as some of it is taken between two looks.
    """
    transport, is_tls = connection.transport, connection.scheme == "https"
    if is_tls and transport.is_closing():  # asyncio gives up on it itself (ssl_shutdown_timeout); its sizes are gone
        return
    cycle, waiting = connection.cycle, transport.get_write_buffer_size()
    if transport.is_closing() and not waiting:
        return
    # There is no cycle before the first request, whatever uvicorn's types say.
    is_busy = cycle is not None and not cycle.response_complete and not waiting  # type: ignore[redundant-expr]
    if not is_busy and (cycle, waiting) == last:
        if waiting:
            transport.abort()
        else:
            transport.close()
        return
    connection.loop.call_later(_IDLE_SECONDS, _look, connection, (cycle, waiting))


def _shown(app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
    tls = transport.get_extra_info("ssl_object")
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    return Shown(app, certificate) if certificate else app


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose servers wait for a handshake, and for a farewell, no longer than they should."""

    async def create_server(self, *args: Any, **how: Any) -> asyncio.Server:  # noqa: ANN401  as asyncio has it
        """As asyncio has it."""
        if how.get("ssl"):
            how |= {"ssl_handshake_timeout": _SILENT_SECONDS, "ssl_shutdown_timeout": _BYE_SECONDS}
        return await super().create_server(*args, **how)


class Listener:
    """One application on one socket, in a thread of its own, until it is closed."""

    def __init__(
        self, app: ASGIApp, listening: socket.socket, tls: ssl.SSLContext | None, http: str = "httptools"
    ) -> None:
        """Begin to serve; `tls` None is plain HTTP, for loopback.

        Raises:
            OSError: it did not begin.
        """
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, http=PROTOCOLS[http], ws="none",
            lifespan="off", proxy_headers=False, timeout_graceful_shutdown=_GRACE_SECONDS,
            ssl_context_factory=_given(tls) if tls else None, h11_max_incomplete_event_size=_MOST_HEAD,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._socket = listening
        self._gate = Gatekeeper(listening)
        self._thread = threading.Thread(target=self._serve, name="exchange", daemon=True)
        self._up = threading.Event()
        self._thread.start()
        if not self._up.wait(_START_SECONDS) or not self._server.started:
            raise OSError("the listener did not start")

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """End it; requests under way have three seconds."""
        self._server.should_exit = True
        self._thread.join(_START_SECONDS)
        self._gate.close()
        self._socket.close()

    def _serve(self) -> None:
        async def run() -> None:
            serving = asyncio.create_task(self._server.serve([self._gate]))
            while not self._server.started and not serving.done():
                await asyncio.sleep(0.01)
            self._up.set()
            await serving

        try:
            with asyncio.Runner(loop_factory=_Loop) as runner:
                runner.run(run())
        finally:
            self._up.set()


def _given(tls: ssl.SSLContext) -> Callable[[uvicorn.Config, Callable[[], ssl.SSLContext]], ssl.SSLContext]:
    return lambda _config, _default: tls
