"""Bodies: many clients who announce, dribble or pour what nobody wants; who is told no before, and what memory it costs."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fuzz.row import Row
from fuzz.servers import Server

_CLIENTS = 100
_CHUNKING = 40  # clients who send chunks without end
_CHUNKED = 12 << 20  # bytes that each of them sends at most: more than any of our addresses takes
_ANNOUNCED = 1 << 30  # bytes that each client says it will send
_POURED = 4 << 20  # bytes that each client does send at most, if they are taken
_PATIENCE = 30.0  # seconds until a server counts as waiting for what never comes
_PAUSE = 0.05  # seconds between the bytes of a client that dribbles
_GROWTH = 96 << 20  # bytes by which a server may grow: a quarter or less of what is poured
_PIECE = b"x" * 65_536
_NO_TLS_CHECK = ssl.CERT_NONE  # of our own server, whose certificate is its partners' to know

Send = Callable[[asyncio.StreamWriter, "asyncio.Task[bytes]"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Way:
    """What every client does after the head of its request, and the statuses that may come of it."""

    name: str
    send: Send
    known: bool
    expected: frozenset[int]
    chunked: bool = False

    @property
    def clients(self) -> int:
        """How many do so at once."""
        return _CHUNKING if self.chunked and self.known else _CLIENTS


async def _nothing(_writer: asyncio.StreamWriter, _answer: asyncio.Task[bytes]) -> None:
    """The body never comes."""


async def _dribble(writer: asyncio.StreamWriter, answer: asyncio.Task[bytes]) -> None:
    """A byte now and then, until there is an answer."""
    while not answer.done():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(_PAUSE)


async def _pour(writer: asyncio.StreamWriter, _answer: asyncio.Task[bytes]) -> None:
    """As much as is taken, whatever the answer."""
    for _ in range(_POURED // len(_PIECE)):
        writer.write(_PIECE)
        await writer.drain()


async def _chunks(writer: asyncio.StreamWriter, _answer: asyncio.Task[bytes]) -> None:
    """Chunks without end, as many as are taken."""
    for _ in range(_CHUNKED // len(_PIECE)):
        writer.write(b"%x\r\n%b\r\n" % (len(_PIECE), _PIECE))
        await writer.drain()


_STRANGE, _LARGE = frozenset({401}), frozenset({408, 413, 429})
_WARM = _Way("announced, before anything is measured", _nothing, known=False, expected=_STRANGE)
_WAYS = (
    _Way("announced and never sent", _nothing, known=False, expected=_STRANGE),
    _Way("byte by byte", _dribble, known=False, expected=_STRANGE),
    _Way("poured", _pour, known=False, expected=_STRANGE),
    _Way("chunks without end", _chunks, known=False, expected=_STRANGE, chunked=True),
    _Way("announced by who is known", _nothing, known=True, expected=_LARGE),
    _Way("poured by who is known", _pour, known=True, expected=_LARGE),
    _Way("chunks without end by who is known", _chunks, known=True, expected=_LARGE, chunked=True),
)


def bodies(server: Server) -> list[Row]:
    """A row for each way to send a body: how many were answered, and by how much the server grew."""
    asyncio.run(_all(server, _WARM))  # connections alone cost memory, most of which is kept for the next ones
    return [_row(server, way) for way in _WAYS]


def _row(server: Server, way: _Way) -> Row:
    server.forget_peak()
    start, before = time.monotonic(), server.memory
    statuses = asyncio.run(_all(server, way))
    grown = max(server.peak - before, 0)
    row = Row(f"bodies, {server.name}: {way.name}", way.clients, time.monotonic() - start)
    told = ", ".join(f"{count} x {status or 'no answer'}" for status, count in sorted(statuses.items()))
    row.said = f"{told}; grown by {grown >> 20} MiB at most"
    wrong = sum(count for status, count in statuses.items() if status not in way.expected)
    if wrong:
        expected = " or ".join(map(str, sorted(way.expected)))
        row.findings.append(f"{wrong} of {way.clients} were not answered with {expected} before their body was there")
    if grown > _GROWTH:
        row.findings.append(f"{way.clients} bodies made it grow by {grown >> 20} MiB, more than {_GROWTH >> 20}")
    return row


async def _all(server: Server, way: _Way) -> Counter[int]:
    """The statuses that all clients got; 0 for none."""
    return Counter(await asyncio.gather(*(_client(server, way, number) for number in range(way.clients))))


async def _client(server: Server, way: _Way, number: int) -> int:
    parts = urlsplit(server.url)
    tls = _unchecked() if parts.scheme == "https" else None
    try:
        # From many addresses, as a flood comes: of one, a node holds fewer connections than clients are here.
        source = (f"127.0.0.{2 + number % 50}", 0)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=tls, local_addr=source)
    except OSError:
        return 0
    answer = asyncio.create_task(reader.readline())
    try:
        writer.write(_head(server, way, number))
        with contextlib.suppress(OSError):  # it may end the connection, once it has answered
            await asyncio.wait_for(way.send(writer, answer), _PATIENCE)
        line = await asyncio.wait_for(answer, _PATIENCE)
        return int(line.split()[1])
    except (TimeoutError, OSError, IndexError, ValueError):
        return 0
    finally:
        answer.cancel()
        writer.transport.abort()


def _head(server: Server, way: _Way, number: int) -> bytes:
    """The head of a POST; of strangers, every third says a wrong password."""
    path, media = server.post
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: {media}", f"Accept: {media}"]
    if way.known:
        lines.append(f"Authorization: {server.authorization}")
    elif number % 3 == 0:
        lines.append("Authorization: Basic eDp5")
    lines.append("Transfer-Encoding: chunked" if way.chunked else f"Content-Length: {_ANNOUNCED}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = _NO_TLS_CHECK
    return context
