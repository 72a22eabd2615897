"""Deadline: until when a request is answered in full, kept at every read and write of its connection.

A timeout of a socket bounds one silence: a server that sends a byte now and then, in a body or in the headers before
it, is never silent for long. So each wait of the connection is cut to what is left of the whole.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

EACH_SECONDS = 600.0
"""For one request with all its tries: 8 MiB over a line of 14 KiB a second."""

_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)  # seconds of silence
_SLICE = 16 * 1024  # bytes written at once, between two looks at the clock


class Deadline:
    """How long requests may take, each and all together. One thread's: whoever waits is who asked."""

    def __init__(
        self, each: float = EACH_SECONDS, whole: float = inf, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """`each` is the seconds of one request, `whole` those of all from now on; `ticks` is a clock in seconds."""
        self._each, self._ticks = each, ticks
        self._end = self._until = ticks() + whole

    def begin(self) -> None:
        """A request begins."""
        self._until = min(self._ticks() + self._each, self._end)

    @property
    def left(self) -> float:
        """Seconds left of the request under way; 0 when it is over."""
        return max(self._until - self._ticks(), 0.0)


def client(
    verify: ssl.SSLContext, deadline: Deadline, *, headers: Mapping[str, str] | None = None, proxy: str = ""
) -> httpx2.Client:
    """An HTTP client that keeps to a deadline, and to no proxy, password or other setting of the environment.

    Raises:
        ValueError: `proxy` is no address of an HTTP proxy.
    """
    transport = _Transport(verify, deadline, proxy)
    return httpx2.Client(transport=transport, trust_env=False, headers=headers, timeout=_TIMEOUT)


class _Transport(httpx2.HTTPTransport):
    """The transport of httpx over connections that keep to a deadline."""

    def __init__(self, verify: ssl.SSLContext, deadline: Deadline, proxy: str) -> None:
        super().__init__(verify=verify, trust_env=False)
        backend = _Backend(deadline)
        if not proxy:
            self._pool = httpcore2.ConnectionPool(ssl_context=verify, network_backend=backend)
            return
        parts = urlsplit(proxy)  # raises ValueError for what httpx lets pass, such as half a pair of brackets
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("no address of an HTTP proxy")
        named = httpx2.Proxy(proxy)
        address = httpcore2.URL(
            scheme=named.url.raw_scheme, host=named.url.raw_host, port=named.url.port, target=b"/"
        )  # fmt: skip
        self._pool = httpcore2.HTTPProxy(
            address, proxy_auth=named.raw_auth, ssl_context=verify, network_backend=backend
        )


class _Backend(httpcore2.NetworkBackend):
    """Connects as always, for no longer than is left."""

    def __init__(self, deadline: Deadline) -> None:
        self._inner, self._deadline = httpcore2.SyncBackend(), deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection; the five parameters are httpcore's."""
        wait = _wait(self._deadline, timeout, httpcore2.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, wait, local_address, socket_options), self._deadline)


class _Stream(httpcore2.NetworkStream):
    """A connection each wait of which is cut to what is left."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _wait(self._deadline, timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _SLICE):
            wait = _wait(self._deadline, timeout, httpcore2.WriteTimeout)
            self._inner.write(buffer[start : start + _SLICE], wait)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        wait = _wait(self._deadline, timeout, httpcore2.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, wait), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  whatever httpcore asks of a socket
        return self._inner.get_extra_info(info)


def _wait(deadline: Deadline, timeout: float | None, late: type[httpcore2.TimeoutException]) -> float:
    """How long to wait now; `late` when nothing is left."""
    left = deadline.left
    if not left:
        raise late("the deadline is over")
    return left if timeout is None else min(timeout, left)
