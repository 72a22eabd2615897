"""Body: what a request brings after its head, read in bounds; and which headers may stand only once before it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from http import HTTPStatus

from starlette.types import Receive

# Of two that differ, a proxy before us may have believed the other one.
_ONCE = frozenset({b"authorization", b"content-length", b"content-type", b"host"})


def contradict(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a header that may stand once stands twice, with two values."""
    seen: dict[bytes, bytes] = {}
    return any(seen.setdefault(name.lower(), value) != value for name, value in headers if name.lower() in _ONCE)


async def read_body(receive: Receive, most: int, idle_seconds: float) -> bytes | HTTPStatus:
    """The body of a request.

    The status that is due instead: 413 once it is longer than `most` bytes, 408 when no more of it comes for so many
    seconds, or its sender went away, so that nobody waits for an answer.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), idle_seconds)
        except TimeoutError:
            return HTTPStatus.REQUEST_TIMEOUT
        if message["type"] != "http.request":
            return HTTPStatus.REQUEST_TIMEOUT
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
