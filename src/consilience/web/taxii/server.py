"""Server: a seeded store over plain HTTP until Ctrl-C, for conformance suites on this machine."""

from __future__ import annotations

import socket

import uvicorn

from consilience.errors import UsageError
from consilience.exchange.taxii.store import Store
from consilience.web.taxii.app import taxii_app
from consilience.web.taxii.seeded import SeededGate
from consilience.web.taxii.service import Options, Service

_BACKLOG = 2048
_GRACE_SECONDS = 3  # for requests under way when the server is told to end


def bound_to(host: str, port: int) -> socket.socket:
    """A socket to which clients can connect from now on; `port` 0 is any that is free.

    Raises:
        UsageError: the port is taken, or the address is none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(
            family, kind, protocol
        )  # with its protocol, without which asyncio leaves Nagle's delay on
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(_BACKLOG)
        return found
    except OSError as error:
        raise UsageError(f"{host}, port {port}", str(error), "a free port of this machine", "Try --port 0.") from error


def serve_store(store: Store, bound: socket.socket, options: Options) -> None:
    """Serve a seeded store on a bound socket until Ctrl-C."""
    config = uvicorn.Config(
        taxii_app(Service(store, SeededGate(store), options)), log_level="warning", access_log=False,
        server_header=False, lifespan="off", timeout_graceful_shutdown=_GRACE_SECONDS,
    )  # fmt: skip
    with bound:
        try:
            uvicorn.Server(config).run(sockets=[bound])
        except KeyboardInterrupt:  # uvicorn has shut down and passes the signal on
            return
