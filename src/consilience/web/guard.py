"""Guard: what every answer carries, and whom the pages answer at all."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # under no-referrer a browser would hide from us that a form is our own
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Guard:
    """ASGI middleware: security headers, and on loopback an answer to loopback names only.

    A page on the web can point its own name at 127.0.0.1 and have a visitor's browser read this node as if it were
    that page's own site (DNS rebinding). The browser then sends the page's name as Host, by which it is told.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before the app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if _on_loopback(scope) and not _is_loopback_name(host):
            answer = PlainTextResponse("This node answers on this machine only: found another name in Host.\n", 421)
            await answer(scope, receive, send_guarded)
        else:
            await self.app(scope, receive, send_guarded)


def _on_loopback(scope: Scope) -> bool:
    """Whether the request came in at a loopback address."""
    name = (scope.get("server") or ("",))[0]
    try:
        return ip_address(name).is_loopback
    except ValueError:  # a name, as of a test client or a proxy
        return bool(name == "localhost")


def _is_loopback_name(host: str) -> bool:
    """Whether a Host header names this machine, at whatever port; a missing one is no browser's."""
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() else host).lower() in _LOOPBACK_NAMES
