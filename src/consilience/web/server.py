"""Server: the pages on this machine, until Ctrl-C."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

import uvicorn

from consilience.errors import UsageError
from consilience.web.app import create_app
from consilience.web.site import Site

_PORTS = range(65_536)
_BACKLOG = 2048
_GRACE_SECONDS = 3  # for requests under way when the server is told to end


class _Announcing(uvicorn.Server):
    """A server that tells when it really listens, and when it begins to end."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], None], end: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = tell
        self._end = end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then tell."""
        await super().startup(sockets=sockets)
        if self.started:
            self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of those who listen for events, who would stay for ever; then end as always."""
        self._end()
        await super().shutdown(sockets=sockets)


def serve(site: Site, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the pages until Ctrl-C.

    The pages ask nobody who they are: `host` is meant to be a loopback address.

    Args:
        site: what the pages show.
        host: the address to listen on.
        port: the port, or 0 for any that is free.
        announce: told the address once it answers.

    Raises:
        UsageError: when the port is taken or the address is not this machine's.
    """
    with listening(host, port) as bound:
        address = f"http://{_bracketed(host)}:{bound.getsockname()[1]}"
        app = create_app(site)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )  # fmt: skip
        try:
            _Announcing(config, lambda: announce(address), app.state.end).run(sockets=[bound])
        except KeyboardInterrupt:  # uvicorn has shut down and passes the signal on
            return


def listening(host: str, port: int) -> socket.socket:
    """A socket to which clients can connect from now on; `port` 0 is any that is free.

    Raises:
        UsageError: the port is taken, or the address is none of this machine.
    """
    if port not in _PORTS:  # getaddrinfo takes 70000 for 4464
        raise UsageError(f"port {port}", "a number that is no port", "0 to 65535", "Use --port 0 to take any free one.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # With its protocol, without which asyncio leaves Nagle's delay on.
        found = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"host {host}", str(error), "an address of this machine", "Use --host 127.0.0.1.") from error
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(_BACKLOG)  # of two that are bound to one port, only this tells the second
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            free = "Use --port 0 to take any free port, or end what listens there."
            raise UsageError(f"port {port}", "already in use", "a free port", free) from error
        raise UsageError(
            f"{host}, port {port}", str(error), "an address and a port open to you", "Try --port 0."
        ) from error
    return found


def _bracketed(host: str) -> str:
    """An IPv6 address as a URL writes it."""
    return f"[{host}]" if ":" in host else host
