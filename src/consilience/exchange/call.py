"""Call: requests to another's server, patient with what passes, bounded in what is taken, never redirected elsewhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from consilience.errors import ConsilienceError

_PASSES = frozenset({429, 502, 503, 504})  # RFC 9110: what may be otherwise a moment later
_LONGEST_WAIT = 60.0  # seconds, whatever Retry-After asks
_SHOWN = 200  # characters of an answer in an error
_CONNECT, _IDLE = 10.0, 60.0  # seconds

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

    def __init__(self, http: httpx2.Client, patience: Patience) -> None:
        """Use `http`, which says who we are and whom we trust."""
        self._http = http
        self._patience = patience

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """One answer of status 2xx.

        Raises:
            UnreachableError: no answer after all tries.
            RefusedError: another status, a redirect, or more bytes than `MOST_BYTES`.
        """
        for attempt in range(self._patience.tries):
            last = attempt + 1 == self._patience.tries
            try:
                reply = self._once(method, url, headers, body)
            except (httpx2.TransportError, httpx2.StreamError) as error:
                if last:
                    raise _unreachable(url, error) from error
                self._patience.wait(attempt, None)
                continue
            except httpx2.InvalidURL as error:
                raise RefusedError(
                    f"address {url[:_SHOWN]}", str(error), "an address such as https://host:8443"
                ) from error
            except httpx2.DecodingError as error:
                raise RefusedError(url, f"an answer that does not unpack: {error}", "gzip, or none") from error
            if reply.status in _PASSES and not last:
                self._patience.wait(attempt, self._asked(reply.headers))
                continue
            if not 200 <= reply.status < 300:
                raise _refused(url, reply)
            return reply
        raise UnreachableError(url, "no try left", "at least one")  # pragma: no cover  tries >= 1

    def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """One try; the answer is read piece by piece, so that a flood is cut off."""
        parts: list[bytes] = []
        with self._http.stream(method, url, headers=dict(headers), content=body) as answer:
            size = 0
            for part in answer.iter_bytes():
                size += len(part)
                if size > MOST_BYTES:
                    raise RefusedError(url, f"more than {MOST_BYTES} bytes", "an answer in bounds", "Ask for less.")
                parts.append(part)
            return Reply(
                answer.status_code, {name.lower(): text for name, text in answer.headers.items()}, b"".join(parts)
            )

    def _asked(self, headers: Mapping[str, str]) -> float | None:
        """Retry-After in seconds (RFC 9110, section 10.2.3): a number, or a date."""
        text = headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text[:6])
        with suppress(ValueError, TypeError):
            return max((parsedate_to_datetime(text) - self._patience.clock()).total_seconds(), 0.0)
        return None


def _unreachable(url: str, error: Exception) -> UnreachableError:
    said = str(error) or type(error).__name__
    return UnreachableError(
        f"server {url.split('?')[0]}", said, "an answer", "Check the address and the network; what was fetched is kept."
    )


def _refused(url: str, reply: Reply) -> RefusedError:
    """What a status means, with the first words of the answer."""
    said = f"status {reply.status}"
    text = " ".join(reply.body[: 2 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN]
    if text:
        said += f": {text}"
    steps = {
        401: "Ask whose server it is whether your key, or your token, is on its roster.",
        403: "Ask its owner for the right to do so.",
        404: "Check the address: what you may not see looks like what is not there.",
        406: "It speaks another version.",
        413: "Send less at once.",
    }
    return RefusedError(url.split("?")[0], said, "status 2xx", steps.get(reply.status, ""), status=reply.status)
