"""Events: whoever has a page open is told when the ledger has grown, whichever process wrote it, as server-sent events.

Source: WHATWG HTML, section 9.2. `ledger` carries the number of entries; `exchange` how many incidents are kept, and a
word that changes with what is known of the partners' nodes; `level` the newest change of the level of warning: its digest, from
which step and to which. All are sent at once, so that a page which was drawn a moment before sees by what it carries itself
whether it is still the newest.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from consilience.errors import ConsilienceError
from consilience.node.levels import recorded
from consilience.node.node import Node
from consilience.node.peers import Peers
from consilience.warning.level import Step

_MEDIA = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # the latter for a proxy that would gather first


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the ledger and what is known of partners are looked at, and how many may listen; spans in seconds."""

    gap: float = 0.05
    contacts: float = 1.0
    heartbeat: float = 15.0
    again: float = 2.0  # a browser that lost its connection asks again after this
    most: int = 32


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to tell: the size of the ledger, the incidents kept, a word for what is known of partners, and the level."""

    size: int
    incidents: int
    contacts: str
    level: str = ""

    @property
    def exchange(self) -> str:
        """As the event `exchange` says it, and as pages carry it."""
        return f"{self.incidents} {self.contacts}"


def beside_ledger(node: Node) -> Sight:
    """What there is to tell that is no entry; size 0 and no level. Where what is kept of partners cannot be read, that is its word."""
    try:
        known = repr(tuple(Peers(node.home)))
    except ConsilienceError as error:
        known = error.message
    word = hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:12]
    return Sight(0, len(node.ledger.incidents()), word)


def _level(node: Node) -> str:
    """The newest change of the level: `3f2a…9c1b attention watch`; nothing where there is none."""
    every = recorded(node)
    return f"{every[-1].digest} {Step(every[-1].change.before).word} {every[-1].step.word}" if every else ""


class Events:
    """ASGI application at one address. It looks at the ledger only while somebody listens, once for all of them."""

    def __init__(self, node: Node, rhythm: Rhythm | None = None) -> None:
        """Watch the ledger of a node."""
        self._node = node
        self._rhythm = rhythm or Rhythm()
        self._listeners = 0
        self._watching: asyncio.Task[None] | None = None
        self._sight: Sight | None = None
        self._looked = 0.0  # at what is known of partners, on the clock that never goes back
        self._changed = asyncio.Event()
        self._ended = False

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return self._listeners

    def end(self) -> None:
        """Let every listener go, and take no more: the server is about to end. Called in the server's own loop."""
        self._ended = True
        self._wake()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One listener, until it goes away or the server ends."""
        refused = self._refused(Headers(scope=scope))
        if refused:
            await refused(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            await Response(media_type=_MEDIA, headers=_HEADERS)(scope, receive, send)
            return
        self._listeners += 1
        try:
            await StreamingResponse(self._told(), media_type=_MEDIA, headers=_HEADERS)(scope, receive, send)
        finally:
            self._listeners -= 1
            if not self._listeners:
                self._rest()

    def _refused(self, headers: Headers) -> Response | None:
        """The answer to whom no events are told."""
        # Another site's page could not read them, but it could take all the places.
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("Events are for the pages of this node.\n", 403)
        if self._ended or self._listeners >= self._rhythm.most:
            said = f"No more than {self._rhythm.most} pages are told of events at once.\n"
            return PlainTextResponse(said, 503, {"Retry-After": str(round(self._rhythm.heartbeat))})
        return None

    async def _told(self) -> AsyncIterator[bytes]:
        """What one listener is sent."""
        yield f"retry: {round(self._rhythm.again * 1000)}\n\n".encode()
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        told: Sight | None = None
        while not self._ended:
            changed, now = self._changed, self._sight
            if now is not None and now != told:
                yield _news(told, now)
                told = now
                continue
            try:
                async with asyncio.timeout(self._rhythm.heartbeat):
                    await changed.wait()
            except TimeoutError:
                yield b": still here\n\n"

    async def _watch(self) -> None:
        """Look, and wake the listeners when there is something new."""
        while True:
            with suppress(ConsilienceError):  # a database that does not answer now may answer at the next look
                found = await asyncio.to_thread(self._look, self._sight)
                if found != self._sight:
                    self._sight = found
                    self._wake()
            await asyncio.sleep(self._rhythm.gap)

    def _look(self, last: Sight | None) -> Sight:
        """The size at each look; the rest, which costs more, when that changed, and now and then."""
        now, size = time.monotonic(), self._node.ledger.size()
        if last is not None and size == last.size and now - self._looked < self._rhythm.contacts:
            return last
        self._looked = now
        level = last.level if last is not None and size == last.size else _level(self._node)
        return replace(beside_ledger(self._node), size=size, level=level)

    def _wake(self) -> None:
        woken, self._changed = self._changed, asyncio.Event()
        woken.set()

    def _rest(self) -> None:
        """Nobody listens: look at nothing, and forget what was seen."""
        if self._watching is not None:
            self._watching.cancel()
        self._watching = self._sight = None


def _news(told: Sight | None, now: Sight) -> bytes:
    """The events that lead from what was told to what there is now."""
    news = ""
    if told is None or told.size != now.size:
        news += f"event: ledger\ndata: {now.size}\n\n"
    if told is None or told.exchange != now.exchange:
        news += f"event: exchange\ndata: {now.exchange}\n\n"
    if now.level and (told is None or told.level != now.level):
        news += f"event: level\ndata: {now.level}\n\n"
    return news.encode()
