"""Seat: who may act on the pages: whoever opened a link that the node's own terminal showed, and nobody else.

The pages are on loopback, where any program and any user of this machine can ask, and where a page of the web can make a
browser ask. So reading needs nothing and acting needs two things: a cookie, which the browser got when it opened a link
that works once, and the token of that cookie, which only our own forms hold (docs/adr/0023).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from threading import Lock

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from consilience.errors import ConsilienceError

ENTRANCE = "/sit"
"""The address of the link, which has its key after `?key=`."""
_MOST = 16  # seats at a time; the oldest is given up
_HOW = "Open that link in this browser, and press again: what you filled in is kept as long as this page is open."


class NoSeatError(ConsilienceError):
    """Who has no seat wants to act."""


class Seat:
    """The seats of one server. They go away with it."""

    def __init__(self) -> None:
        """Nobody sits yet."""
        self._lock = Lock()
        self._key = secrets.token_urlsafe(32)
        # Cookies know no ports (RFC 6265, 8.5): of two nodes on one machine each must have a name of its own.
        self._cookie = f"consilience-seat-{secrets.token_hex(4)}"
        self._tokens: dict[str, str] = {}
        self.tell: Callable[[str], None] = lambda link: None

    @property
    def link(self) -> str:
        """The path of the link that works once."""
        return f"{ENTRANCE}?key={self._key}"

    def take(self, key: str) -> str | None:
        """The Set-Cookie header for whoever brought the right key, which works no more; the next link is told."""
        with self._lock:
            if not hmac.compare_digest(key.encode(), self._key.encode()):
                return None
            self._key = secrets.token_urlsafe(32)
            name = secrets.token_urlsafe(32)
            self._tokens[name] = secrets.token_urlsafe(32)
            for oldest in list(self._tokens)[:-_MOST]:
                del self._tokens[oldest]
        self.tell(self.link)
        return f"{self._cookie}={name}; HttpOnly; SameSite=Strict; Path=/"

    def token(self, headers: Headers) -> str:
        """The token for the forms of whoever asks; empty for who has no seat."""
        held = cookie_parser(headers.get("cookie", "")).get(self._cookie, "")  # whatever stands beside it
        with self._lock:
            return self._tokens.get(held, "")

    def is_held(self, headers: Headers, token: str) -> bool:
        """Whether a form comes from one of our own pages, in the hands of somebody who has a seat."""
        held = self.token(headers)
        return bool(held) and hmac.compare_digest(held.encode(), token.encode("utf-8", "replace"))

    def check(self, headers: Headers, token: str) -> None:
        """Refuse a form from who has no seat, or that was drawn for another.

        Raises:
            NoSeatError: saying how to get one.
        """
        if self.is_held(headers, token):
            return
        found, step = "nobody who may act", _HOW
        if self.token(headers):
            found, step = "a page that was opened before", "Press again: what you filled in is kept."
        raise NoSeatError("this page", found, "somebody who opened the link that consilience serve printed", step)


def is_ours(headers: Headers) -> bool:
    """Whether a request that changes something comes from a page of this node, by what browsers say of it."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    return origin is None or origin.partition("://")[2] == headers.get("host")
