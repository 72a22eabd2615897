"""Server: the pages on this machine, until Ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from consilience.web.app import create_app
from consilience.web.listening import listening
from consilience.web.site import Site

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


def _bracketed(host: str) -> str:
    """An IPv6 address as a URL writes it."""
    return f"[{host}]" if ":" in host else host
