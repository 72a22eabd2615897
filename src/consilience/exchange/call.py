"""Call: requests to another's server, patient with what passes, bounded in what is taken, never redirected elsewhere."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import cast

import httpx2

from consilience.errors import ConsilienceError
from consilience.exchange.deadline import Deadline

_PASSES = frozenset({429, 502, 503, 504})  # RFC 9110: what may be otherwise a moment later
_LONGEST_WAIT = 60.0  # seconds, whatever Retry-After asks
_SHOWN = 200  # characters of an answer in an error
_GZIP = 31  # zlib: the largest window, with the header and the checksum of gzip

MOST_BYTES = 64 * 1024 * 1024
"""The largest answer that is taken, unpacked."""


class UnreachableError(ConsilienceError):
    """A server that does not answer, or not in time: what was asked can be asked again."""


class RefusedError(ConsilienceError):
    """A server that answered, and not with what was asked.

    `status` is the HTTP status; 0 for an answer that is too large or is none.
    """

    def __init__(self, thing: str, found: str, expected: str, next_step: str = "", *, status: int = 0) -> None:
        """Note the status beside the words."""
        super().__init__(thing, found, expected, next_step)
        self.status = status


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole: its status, its headers and its bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is tried, and how it waits: `base` seconds, doubled each time, with jitter."""

    tries: int = 5
    base: float = 0.5
    sleep: Callable[[float], None] = field(default=lambda seconds: None)
    jitter: Callable[[], float] = random.random
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def wait(self, attempt: int, asked: float | None) -> None:
        """Wait before the next attempt; as long as the server asks for, in bounds."""
        own = self.base * 2**attempt * (0.5 + self.jitter())
        self.sleep(min(max(own, asked or 0.0), _LONGEST_WAIT))


class Caller:
    """Sends requests over one connection pool. A body is bytes, so that it can be sent again."""

    def __init__(self, http: httpx2.Client, patience: Patience, deadline: Deadline | None = None) -> None:
        """Use `http`, which says who we are and whom we trust; one of `deadline.client` keeps to it while it waits."""
        self._http = http
        self._patience = patience
        self._deadline = Deadline() if deadline is None else deadline

    def call(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, most: int = MOST_BYTES
    ) -> Reply:
        """One answer of status 2xx and at most so many bytes, unpacked.

        Raises:
            UnreachableError: no answer after all tries, or no whole one before the deadline.
            RefusedError: another status, a redirect, more bytes than `most`, or bytes packed in another way than once.
        """
        self._deadline.begin()
        for attempt in range(self._patience.tries):
            last = attempt + 1 == self._patience.tries
            self._check(url)
            try:
                with self._answer(method, url, headers, body) as answer:
                    reply = self._whole(url, answer, most)
            except (httpx2.TransportError, httpx2.StreamError) as error:
                self._check(url)
                if last:
                    raise _unreachable(url, error) from error
                self._patience.wait(attempt, None)
                continue
            if reply.status in _PASSES and not last:
                self._patience.wait(attempt, self._asked(reply.headers))
                continue
            if not 200 <= reply.status < 300:
                raise _refused(url, reply)
            return reply
        raise UnreachableError(url, "no try left", "at least one")  # pragma: no cover  tries >= 1

    @contextmanager
    def _answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Iterator[httpx2.Response]:
        """The answer of one try, its body still on the line; nothing is asked for that is packed as we do not take."""
        try:
            request = self._http.build_request(
                method, url, headers={"Accept-Encoding": "gzip", **headers}, content=body
            )
        except (httpx2.InvalidURL, UnicodeError) as error:
            raise _misplaced(url, error) from error
        answer = self._http.send(request, stream=True)
        try:
            yield answer
        finally:
            answer.close()

    def _whole(self, url: str, answer: httpx2.Response, most: int) -> Reply:
        """An answer, read piece by piece, so that a flood is cut off, and a drip."""
        found = _Body(url, answer.headers.get("content-encoding", ""), most)
        for part in cast("Iterable[bytes]", answer.stream):  # as it comes, where `iter_bytes` unpacks without a bound
            found.add(part)
            self._check(url)
        headers = {name.lower(): text for name, text in answer.headers.items()}
        return Reply(answer.status_code, headers, found.whole())

    def _check(self, url: str) -> None:
        """Refuse to wait for a request that takes too long."""
        if not self._deadline.left:
            next_step = "Ask again later: what was fetched is kept."
            raise UnreachableError(f"server {url.split('?')[0]}", "no whole answer in time", "one", next_step)

    def _asked(self, headers: Mapping[str, str]) -> float | None:
        """Retry-After in seconds (RFC 9110, section 10.2.3): a number, or a date."""
        text = headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text[:6])
        with suppress(ValueError, TypeError):
            return max((parsedate_to_datetime(text) - self._patience.clock()).total_seconds(), 0.0)
        return None


class _Body:
    """The bytes of an answer, unpacked as they come.

    One layer of gzip is taken and no other: each layer more multiplies what a few bytes become by a thousand.
    """

    def __init__(self, url: str, coding: str, most: int) -> None:
        layers = coding.strip().lower()
        if layers not in ("", "identity", "gzip", "x-gzip"):  # RFC 9110, section 8.4.1.3: x-gzip is gzip
            raise RefusedError(url, f"an answer packed as {layers[:_SHOWN]}", "gzip, once, or none")
        self._gzip = zlib.decompressobj(_GZIP) if layers.endswith("gzip") else None
        self._url, self._most = url, most
        self._came = 0
        self._found = bytearray()  # and no list of pieces: each costs forty bytes more than it holds

    def add(self, part: bytes) -> None:
        """Take the next bytes from the line."""
        self._came += len(part)
        if self._gzip is not None:
            part = self._unpacked(part, self._gzip)
        self._found += part
        # Both are counted, since packed bytes may unpack to nothing for ever.
        if max(self._came, len(self._found)) > self._most:
            raise RefusedError(self._url, f"more than {self._most} bytes", "an answer in bounds", "Ask for less.")

    def whole(self) -> bytes:
        """All of it."""
        if self._gzip is not None and self._came and not self._gzip.eof:
            raise self._broken("cut short")
        return bytes(self._found)

    def _unpacked(self, part: bytes, gzip: zlib._Decompress) -> bytes:
        """What some bytes unpack to, and never more than one byte above the bound."""
        try:
            found = gzip.decompress(part, self._most + 1 - len(self._found))
        except zlib.error as error:
            raise self._broken(str(error)) from error
        if gzip.unused_data:
            raise self._broken("more after its end")
        return found

    def _broken(self, why: str) -> RefusedError:
        return RefusedError(self._url, f"an answer that does not unpack: {why}", "gzip, or none")


def _misplaced(url: str, error: Exception) -> RefusedError:
    shown = url[:_SHOWN].encode("ascii", "backslashreplace").decode()
    return RefusedError(f"address {shown}", str(error), "an address such as https://host:8443")


def _unreachable(url: str, error: Exception) -> UnreachableError:
    said = str(error) or type(error).__name__
    next_step = "Check the address and the network; what was fetched is kept."
    if "CERTIFICATE_VERIFY_FAILED" in said:
        next_step = "It is not whom you mean, or nobody that you trust vouches for it: `taxii pull` takes --ca FILE."
    return UnreachableError(f"server {url.split('?')[0]}", said, "an answer", next_step)


def _refused(url: str, reply: Reply) -> RefusedError:
    """What a status means, with the first words of the answer."""
    said = f"status {reply.status}"
    text = " ".join(reply.body[: 2 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN]
    if text:
        said += f": {text}"
    steps = {
        401: "Check who you say you are: your key on its roster; for `taxii pull` --user with CONSILIENCE_TAXII_PASSWORD, "
        "or CONSILIENCE_TAXII_TOKEN.",
        403: "Ask its owner for the right to do so.",
        404: "Check the address: what you may not see looks like what is not there.",
        406: "It speaks another version.",
        413: "Send less at once.",
    }
    return RefusedError(url.split("?")[0], said, "status 2xx", steps.get(reply.status, ""), status=reply.status)
